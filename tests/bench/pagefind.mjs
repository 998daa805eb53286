// Pagefind beside us: the same pages, indexed by whichever of its packages the machine has.

import { spawnSync } from "node:child_process";

const COMMANDS = [["pagefind"], ["python3", "-m", "pagefind"]];

/** The command that runs Pagefind here, with its version; `null` where it is not installed. */
export function installed() {
  for (const words of COMMANDS) {
    const { status, stdout } = spawnSync(words[0], [...words.slice(1), "--version"], { encoding: "utf8" });
    if (status === 0) return { words, version: `Pagefind ${stdout.trim().split(/\s+/).at(-1)}` };
  }
  return null;
}

/** Adds Pagefind's index to a built site; gives its version, or `null` where it is not installed. */
export function pagefind(site) {
  const found = installed();
  if (!found) return null;
  const { status, stderr, stdout } = spawnSync(found.words[0], [...found.words.slice(1), "--site", site], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Pagefind failed:\n${stdout}${stderr}`);
  return found.version;
}
