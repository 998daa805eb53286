"""`maillage serve` as the benchmarks drive it: the program, and readers of its pages who hear what browsers hear."""
import http.client
import json
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from collections import deque

# Longer than anything takes; nothing that is measured waits for it.
PATIENCE = 120


class Preview:
    """A running `maillage serve` of a project; it ends with the block that it was made for."""

    def __init__(self, program, project, *words):
        command = [program, "-C", project, "serve", "--port", "0", *words]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.printed = deque(maxlen=2000)
        threading.Thread(target=self._listen, daemon=True).start()
        found = re.match(r"http://([^:/]+):(\d+)(/\S*)", self.child.stdout.readline())
        if not found:
            raise SystemExit(f"`maillage serve` did not start:\n{self.said()}")
        self.port, self.base = int(found[2]), found[3]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def _listen(self):
        for line in self.child.stderr:
            self.printed.append(line)

    def said(self):
        """What it printed on standard error."""
        return "".join(self.printed)

    def address(self, path):
        return self.base + urllib.parse.quote(path)

    def get(self, path, **headers):
        """Status, headers and body of a page or file, by a connection that is kept."""
        try:
            self.connection.request("GET", self.address(path), headers=headers)
            response = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            # The server closed what had lain idle for long.
            self.connection.close()
            self.connection.request("GET", self.address(path), headers=headers)
            response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def reader(self, path):
        """A reader who has the page open."""
        text = self.get(path)[2].decode()
        found = re.search(r'data-maillage-page="([^"]*)" data-maillage-version="([^"]*)"', text)
        return Reader(self, found[1], found[2])

    def status(self, key):
        """A line of the system's account of the process, in KiB for sizes: `VmRSS`, `VmHWM`."""
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise


class Reader:
    """A page in a browser: the messages that it gets, each with its time of arrival."""

    def __init__(self, preview, page, version):
        self.stream = socket.create_connection(("127.0.0.1", preview.port))
        query = urllib.parse.urlencode({"page": page, "version": version}, quote_via=urllib.parse.quote)
        request = f"GET {preview.base}__maillage/events?{query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        self.stream.sendall(request.encode())
        self.heard = threading.Condition()
        self.messages = []
        threading.Thread(target=self._listen, daemon=True).start()
        # The first message says what is wrong; from then on, changes are told.
        self.wait(0, ("faults",))

    def _listen(self):
        rest = b""
        try:
            while piece := self.stream.recv(65536):
                now = time.perf_counter()
                rest += piece
                *blocks, rest = rest.split(b"\n\n")
                for block in blocks:
                    name = re.search(rb"^event: ?(\w+)", block, re.M)
                    data = re.search(rb"^data: ?(.*)", block, re.M)
                    if name:
                        with self.heard:
                            self.messages.append((name[1].decode(), json.loads(data[1]) if data else None, now))
                            self.heard.notify_all()
        except OSError:
            pass

    def mark(self):
        """How many messages came until now."""
        with self.heard:
            return len(self.messages)

    def since(self, mark):
        """The messages that came after a mark."""
        with self.heard:
            return self.messages[mark:]

    def wait(self, mark, names=("reload", "styles"), patience=PATIENCE):
        """The first message of these kinds after a mark, or `None` when it does not come."""
        def first():
            return next((message for message in self.messages[mark:] if message[0] in names), None)

        with self.heard:
            self.heard.wait_for(first, patience)
            return first()

    def close(self):
        # Ends the thread that waits in `recv`.
        try:
            self.stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.stream.close()
