// The program and the hosts that the tests use: the example centre is built, and served as visitors and contributors get it.
// MAILLAGE names a program that is built already; otherwise cargo builds it.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const project = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where built sites say that they are published: no host that the content names, so that every link to it is one that Maillage made. */
export const ORIGIN = "https://site.example";

/** Longer than anything takes on a busy machine: tests wait for conditions, this only ends a hopeless wait. */
export const PATIENCE = 120_000;

const undo = [];

/** Process groups that are running: they end with this process, even when a runner's time limit ends it. */
const running = new Set();
process.on("exit", () => running.forEach(end));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));

function end(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** Undoes everything that this module started or wrote, last first. */
export async function cleanUp() {
  while (undo.length > 0) await undo.pop()();
}

/** A new folder that goes with `cleanUp`. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), "maillage-browser-"));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function program() {
  if (process.env.MAILLAGE) return process.env.MAILLAGE;
  const quiet = { cwd: project, stdio: ["ignore", "pipe", "inherit"] };
  execFileSync("cargo", ["build", "--release", "--locked", "--quiet"], quiet);
  const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--locked", "--format-version", "1"], quiet);
  return join(JSON.parse(metadata).target_directory, "release/maillage");
}

/** Runs `maillage`; what it prints is only shown when it fails. */
export function maillage(...words) {
  return execFileSync(program(), words, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * The example centre, built.
 * @param {string} path where the site stands on its host: "/" or "/centre/"
 * @returns {{host: string, files: string, path: string}} the host's folder, and the site's folder in it
 */
export function build(path = "/") {
  const host = folder();
  const files = join(host, path);
  mkdirSync(files, { recursive: true });
  maillage("build", "--output", files, "--base-url", `${ORIGIN}${path}`);
  return { host, files, path };
}

/** A copy of the example centre's sources, to be edited. */
export function copy() {
  const made = folder();
  for (const name of ["site.toml", "content", "themes"]) cpSync(join(project, name), join(made, name), { recursive: true });
  return made;
}

/** Python's static server, as in `python3 -m http.server`. Resolves to its address, without a slash at the end. */
export async function serveFiles(directory) {
  const words = ["-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", directory, "0"];
  const [, port] = await started("python3", words, /port (\d+)/);
  return `http://127.0.0.1:${port}`;
}

/** `maillage serve` of a centre's folder. Resolves to the site's address, with a slash at the end. */
export async function preview(centre) {
  const [address] = await started(program(), ["serve", "-C", centre, "--port", "0"], /http:\/\/\S+/);
  return address;
}

/** The README's first command, in the project's folder. Resolves to the address that it prints. */
export async function readmeCommand() {
  const [address] = await started("cargo", ["run", "--release", "--", "serve"], /http:\/\/\S+/);
  return address;
}

/** Starts a program in a process group of its own and waits until it prints what is looked for. */
function started(command, words, pattern) {
  const child = spawn(command, words, { cwd: project, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const ended = new Promise((resolve) => child.once("close", resolve));
  ended.then(() => running.delete(child));
  undo.push(() => {
    end(child);
    return ended;
  });
  let printed = "";
  return new Promise((resolve, reject) => {
    const listen = (chunk) => {
      printed += chunk;
      // A line at a time: an address must not be read before its end.
      const found = printed.slice(0, printed.lastIndexOf("\n") + 1).match(pattern);
      if (found) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", (chunk) => command !== "cargo" && listen(chunk));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`\`${command} ${words.join(" ")}\` ended with ${code}:\n${printed}`)));
  });
}
