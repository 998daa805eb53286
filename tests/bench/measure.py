"""How long a command takes, and what it needs."""
import subprocess
import sys
import time
import os


def measure(command, **options):
    """Runs a command; wall seconds, CPU seconds with those of its children, peak MiB, and what it printed."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{text}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text
