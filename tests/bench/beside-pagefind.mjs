// The search beside Pagefind's, on the same pages in the same browser, in one run: what a first search fetches and how long it takes, with a cold cache, on this
// machine and on slow 4G; warm queries; memory; what making the index costs.
//
//     node tests/bench/beside-pagefind.mjs CORPUS... [--runs N]
//
// A CORPUS is a folder as tests/bench/run takes it. A first search ends when ten titles with their summaries and all facet counts are there. Bytes are those of
// bodies as served. Rounds are counted on slow 4G: requests that are issued together are one. Warm queries are timed in the page, the way to the worker
// and back included. Needs tests/browser's packages, Chromium and Pagefind; MAILLAGE names the program (else target/release/maillage; another than a
// release build, and the times of making the index mean nothing).

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { start, stop } from "../browser/chromium.mjs";
import { cleanUp, folder } from "../browser/site.mjs";
import { installed } from "./pagefind.mjs";

const HERE = dirname(new URL(import.meta.url).pathname);
const COLLECTIONS = ["lieux", "outils", "docs"];
const FACETS = ["region", "service", "public"];
const QUERIES = { "one common word": "ordinateur", "two common words": "ordinateur numérique", "three words": "bibliothèque smartphone mairie", "one rare word": "irisations" };
const NETWORKS = { local: null, "slow 4G": { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 } };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: "string", default: "3" } } });
const other = installed();
if (positionals.length === 0 || !other) {
  console.error(other ? "usage: node tests/bench/beside-pagefind.mjs CORPUS... [--runs N]" : "Pagefind is not installed: pip install 'pagefind[extended]' or npm install --global pagefind");
  process.exit(2);
}

const median = (all) => [...all].sort((one, another) => one - another)[all.length >> 1];
const kb = (bytes) => (bytes / 1000).toFixed(0);

/** Runs a command; its wall and CPU seconds, its peak memory in MB, and what it said. */
function measured(words) {
  const code = "import json,resource,subprocess,sys,time\nt=time.time()\nr=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.STDOUT)\nu=resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(json.dumps([r.returncode,time.time()-t,u.ru_utime+u.ru_stime,u.ru_maxrss*1024/1e6,r.stdout.decode()]))";
  const [status, wall, cpu, peak, said] = JSON.parse(execFileSync("python3", ["-c", code, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}:\n${said}`);
  return { wall, cpu, peak, said };
}

/** Tells Pagefind the facets of each entry's page, as its documentation asks for; how many pages there are. */
function addFilters(corpus, site) {
  let pages = 0;
  for (const collection of COLLECTIONS) {
    for (const name of readdirSync(join(corpus, "content", collection)).filter((name) => name.endsWith(".md"))) {
      const page = join(site, collection, name.slice(0, -3), "index.html");
      const head = readFileSync(join(corpus, "content", collection, name), "utf8").split("\n---\n", 1)[0];
      const filters = FACETS.flatMap((facet) => {
        const line = head.match(new RegExp(`^${facet}: (\\[.*\\])$`, "m"));
        return line ? JSON.parse(line[1]).map((value) => `<span hidden data-pagefind-filter="${facet}:${value}"></span>`) : [];
      });
      const html = readFileSync(page, "utf8");
      pages += 1;
      writeFileSync(page, html.replace(/<main\b/, `${filters.join("")}<span hidden data-pagefind-filter="collection:${collection}"></span><main data-pagefind-body`));
    }
  }
  return pages;
}

/** A static host that counts; files are fresh for a year, so that nothing is asked for twice. */
async function host(site) {
  const served = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://host").pathname.slice(1);
    const type = { js: "text/javascript", html: "text/html", json: "application/json" }[path.split(".").at(-1)] ?? "application/octet-stream";
    if (path === "blank.html") return response.writeHead(200, { "content-type": type }).end("<!doctype html><title>Blank</title>");
    try {
      const bytes = readFileSync(join(site, decodeURIComponent(path)));
      served.push({ path, bytes: bytes.length });
      response.writeHead(200, { "content-type": type, "content-length": bytes.length, "cache-control": "max-age=31536000" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, served, close: () => (server.closeAllConnections(), server.close()) };
}

/** A new page with a cold cache on a network; the same network is laid on its workers before they start. */
async function visit(address, network) {
  const context = await (await start()).newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const workers = [];
  const tell = (sessionId, method, params = {}) => new Promise((resolve) => {
    const id = Math.floor(Math.random() * 2 ** 31);
    const listen = ({ sessionId: from, message }) => {
      const said = JSON.parse(message);
      if (from !== sessionId || said.id !== id) return;
      session.off("Target.receivedMessageFromTarget", listen);
      resolve(said.result);
    };
    session.on("Target.receivedMessageFromTarget", listen);
    session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
  });
  session.on("Target.attachedToTarget", async ({ sessionId }) => {
    workers.push(sessionId);
    if (network) await Promise.all([tell(sessionId, "Network.enable"), tell(sessionId, "Network.emulateNetworkConditions", network)]);
    await tell(sessionId, "Runtime.runIfWaitingForDebugger");
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
  if (network) {
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", network);
  }
  await page.goto(`${address}/blank.html`);
  /** Bytes of WebAssembly memory and of the heap of a target; the page's own where none is named. */
  const memory = async (target) => {
    const ask = target ? (method, params) => tell(target, method, params) : (method, params) => session.send(method, params);
    const heap = await ask("Runtime.getHeapUsage");
    const prototype = await ask("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
    const { objects } = await ask("Runtime.queryObjects", { prototypeObjectId: prototype.result.objectId });
    const wasm = await ask("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration: "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }", returnByValue: true });
    return heap.totalSize + wasm.result.value;
  };
  return { context, page, workers, memory };
}

/** Rounds of requests by when they were issued on a slow network: what needs an answer first comes a latency later. */
function rounds(issued) {
  return issued.sort((one, another) => one - another).filter((time, at, all) => at === 0 || time - all[at - 1] > NETWORKS["slow 4G"].latency * 0.6).length;
}

/** What each system does in the page: opens, then searches until all is there that is shown. */
const SYSTEMS = {
  Maillage: {
    isCode: (path) => path.startsWith("assets/") || path.includes("/engine-"),
    isData: (path) => path.startsWith("search/b-"),
    open: async ({ address, client }) => {
      const { openSearch } = await import(`${address}/${client}`);
      const search = openSearch({ base: `${address}/search/` });
      globalThis.find = async (q, more = {}) => (await search.search({ q, lang: "fr", limit: 10, ...more })).hits.map(({ title, summary }) => title && summary).length;
    },
  },
  Pagefind: {
    isCode: (path) => /\.(js|pagefind)$/.test(path) && !/\/(index|fragment|filter)\//.test(path),
    isData: (path) => /\/(index|fragment|filter)\//.test(path),
    open: async ({ address }) => {
      const pagefind = await import(`${address}/pagefind/pagefind.js`);
      globalThis.find = async (q) => {
        const [, found] = await Promise.all([pagefind.filters(), pagefind.search(q)]);
        return (await Promise.all(found.results.slice(0, 10).map((result) => result.data()))).map(({ meta, excerpt }) => meta.title && excerpt).length;
      };
    },
  },
};

/** Warm queries of a system end after so many milliseconds, with those that were answered by then. */
const PATIENCE = 60_000;

/** In the page: asks each request once, so that all is at hand, then once more against the clock. Gives the sorted times. */
async function repeated({ requests, patience }) {
  const until = performance.now() + patience;
  const known = [];
  for (const request of requests) {
    if (performance.now() > until - patience / 2) break;
    await globalThis.find(request.q, request);
    known.push(request);
  }
  const times = [];
  for (const request of known) {
    if (performance.now() > until) break;
    const began = performance.now();
    await globalThis.find(request.q, request);
    times.push(performance.now() - began);
  }
  return times.sort((one, another) => one - another);
}

/** Requests of other kinds, of words of the corpus. @param {string[]} words */
function warmKinds(words) {
  const swapped = (word) => [...word].map((letter, at, all) => all[at === word.length >> 1 ? at - 1 : at === (word.length >> 1) - 1 ? at + 1 : at]).join("");
  const common = Object.values(QUERIES)[2].split(" ");
  return {
    misspelt: words.slice(0, 100).map((word) => ({ q: swapped(word) })),
    "as it is typed": words.slice(0, 20).flatMap((word) => Array.from(word, (_, at) => ({ q: word.slice(0, at + 1), asYouType: true }))),
    "three common words": common.map((word, at) => ({ q: `${word} ${common[(at + 1) % 3]} ordinateur` })),
    phrases: common.map((word, at) => ({ q: `"${word} ${common[(at + 1) % 3]}"` })),
    "with facets": words.slice(0, 100).map((q) => ({ q, facets: { region: ["bretagne"], public: ["jeunes"] } })),
    browsing: [{ q: "" }, { q: "", sort: "title" }, { q: "", facets: { region: ["bretagne"] } }],
  };
}

try {
  for (const corpus of positionals) {
    const centre = folder();
    execFileSync("python3", ["-c", "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from centre import centre; centre(Path(sys.argv[2]), Path(sys.argv[3]))", HERE, corpus, centre]);
    const site = folder();
    const whole = measured([process.env.MAILLAGE ?? "target/release/maillage", "-C", centre, "build", "--output", site]);
    const pages = addFilters(corpus, site);
    const indexed = measured([...other.words, "--site", site]);
    const files = readdirSync(join(site, "search"), { withFileTypes: true }).filter((entry) => entry.isFile()).length;
    console.log(`\n${pages} entries · ${other.version} · median of ${values.runs} runs\n`);
    // The index is made while pages are rendered: its time can't be told from theirs.
    console.log(`index made: Maillage with the whole site in ${whole.wall.toFixed(1)} s wall, ${whole.cpu.toFixed(1)} s CPU, ${whole.peak.toFixed(0)} MB peak; ${files} files`);
    console.log(`            Pagefind of the finished site in ${indexed.wall.toFixed(1)} s wall, ${indexed.cpu.toFixed(1)} s CPU, ${indexed.peak.toFixed(0)} MB peak\n`);
    console.log(`${"".padEnd(30)}${["KB in all", "KB without code", "requests", "of data", "rounds", ...Object.keys(NETWORKS).map((name) => `ms ${name}`)].map((name) => name.padStart(16)).join("")}`);
    const { address, served, close } = await host(site);
    const [assets] = readdirSync(join(site, "assets"));
    const setting = { address, client: `assets/${assets}/search/client.js` };
    const enter = async (system, network) => {
      const visitor = await visit(address, network);
      await visitor.page.evaluate(SYSTEMS[system].open, setting);
      return visitor;
    };
    for (const [name, query] of Object.entries(QUERIES)) {
      for (const [system, { isCode, isData }] of Object.entries(SYSTEMS)) {
        const times = {};
        let requests = [];
        const issued = Array.from({ length: Number(values.runs) }, () => []);
        for (const [place, network] of Object.entries(NETWORKS)) {
          times[place] = [];
          for (let run = 0; run < Number(values.runs); run += 1) {
            const visitor = await visit(address, network);
            served.length = 0;
            const began = performance.now();
            visitor.context.on("request", () => network && issued[run].push(performance.now() - began));
            const time = await visitor.page.evaluate(async ({ code, setting, query }) => {
              const began = performance.now();
              await (0, eval)(`(${code})`)(setting);
              await globalThis.find(query);
              return performance.now() - began;
            }, { code: SYSTEMS[system].open.toString(), setting, query });
            times[place].push(time);
            if (!network) requests = [...served];
            await visitor.context.close();
          }
        }
        const sum = (of) => of.reduce((total, { bytes }) => total + bytes, 0);
        const cells = [kb(sum(requests)), kb(sum(requests.filter(({ path }) => !isCode(path)))), requests.length, requests.filter(({ path }) => isData(path)).length, median(issued.map(rounds)), ...Object.values(times).map((all) => median(all).toFixed(0))];
        console.log(`${`${name}, ${system}`.padEnd(30)}${cells.map((cell) => String(cell).padStart(16)).join("")}`);
      }
    }
    const words = [...new Set(readdirSync(join(corpus, "content/docs")).slice(0, 40).flatMap((name) => readFileSync(join(corpus, "content/docs", name), "utf8").match(/\p{Ll}{5,}/gu)?.slice(50, 60) ?? []))];
    const asked = Array.from({ length: 200 }, (_, at) => (at % 2 ? words[at % words.length] : `${words[at % words.length]} ${words[(at * 7 + 3) % words.length]}`));
    const kinds = { "one word and two": asked.map((q) => ({ q })) };
    for (const system of Object.keys(SYSTEMS)) {
      const visitor = await enter(system, null);
      if (system === "Maillage") Object.assign(kinds, warmKinds(words));
      for (const [kind, requests] of Object.entries(kinds).slice(0, system === "Maillage" ? undefined : 1)) {
        const times = await visitor.page.evaluate(repeated, { requests, patience: PATIENCE });
        const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
        console.log(`warm, ${system}: ${kind.padEnd(22)} ${String(times.length).padStart(4)} queries, median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
      }
      const memory = (await Promise.all([undefined, ...visitor.workers].map((target) => visitor.memory(target)))).map((bytes) => (bytes / 1e6).toFixed(1));
      console.log(`memory, ${system}: heap and WebAssembly, MB: page ${memory[0]}, workers ${memory.slice(1).join(", ") || "none"}`);
      await visitor.context.close();
    }
    close();
  }
} finally {
  await stop();
  await cleanUp();
}
