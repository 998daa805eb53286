// The engine's host. In: requests by message. Out: answers, progress, errors in words. It knows the pack and the engine, not the page.
//
// current.json (revalidated) leads to the engine and the boot file; the engine names the blocks that a request needs; they are fetched
// in parallel, inflated, verified by the engine, and the request runs again. A block that arrives damaged is fetched once
// more, past the caches; if the site was published anew meanwhile, the new index is opened and the request runs on it.

/** So many rounds of fetching are made for one request; three are expected. */
const MOST_ROUNDS = 12;
/** A fetch that brings nothing for so long is given up, in milliseconds. */
const STALLED_AFTER = 20_000;

/** @typedef {{code: string, message: string}} Reason */

/** An error with a reason for people. */
class SearchFailure extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @type {string} Address of the site's `search/` folder. */
let base = "";
/** @type {Promise<Session> | null} The open index. */
let opening = null;

/**
 * @typedef {object} Session
 * @property {string} generation
 * @property {any} exports of the engine
 * @property {number} handle
 * @property {WebAssembly.Module} module
 * @property {Uint8Array} boot
 * @property {Map<string, Promise<void>>} underway fetches by file name
 */

/**
 * Fetches a file of the pack.
 * @param {string} name
 * @param {RequestCache} cache
 * @param {(bytes: number, total: number) => void} [onBytes]
 * @param {"deflate-raw" | "gzip" | null} [format]
 * @returns {Promise<Uint8Array>} its inflated content
 */
async function load(name, cache, onBytes, format = "deflate-raw") {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), STALLED_AFTER);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), STALLED_AFTER);
  };
  try {
    let response;
    try {
      response = await fetch(new URL(name, base), { cache, signal: abort.signal, credentials: "same-origin" });
    } catch (error) {
      throw new SearchFailure("network", `${name}: ${error.message}`);
    }
    if (!response.ok) throw new SearchFailure("missing", `${name}: status ${response.status}`);
    const total = Number(response.headers.get("content-length")) || 0;
    let failure = null;
    const counted = response.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          alive();
          onBytes?.(chunk.byteLength, total);
          controller.enqueue(chunk);
        },
      }),
    );
    const content = format ? counted.pipeThrough(new DecompressionStream(format)) : counted;
    try {
      return new Uint8Array(await new Response(content).arrayBuffer());
    } catch (error) {
      failure = abort.signal.aborted ? "network" : error.name === "TypeError" ? "damaged" : "network";
      throw new SearchFailure(failure, `${name}: ${error.message}`);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<{format: number, generation: string, engine: string, boot: string}>} */
async function readCurrent() {
  const text = new TextDecoder().decode(await load("current.json", "no-cache", undefined, null));
  try {
    const current = JSON.parse(text);
    if ([current.generation, current.engine, current.boot].every((part) => typeof part === "string")) return current;
  } catch {
    // Falls through: a page of the host's in place of the file.
  }
  throw new SearchFailure("damaged", "current.json: not what it should be");
}

/** Runs something twice if it fails for damage, the second time past all caches. */
async function twice(run) {
  try {
    return await run("default");
  } catch (failure) {
    if (failure.code === "network") throw failure;
    return run("reload");
  }
}

/** Copies bytes into the engine's memory. */
function hand(exports, bytes) {
  const at = exports.reserve(bytes.length) >>> 0;
  new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
  return at;
}

/** The engine's last answer. */
function answerOf(exports, handle) {
  const at = exports.answer(handle) >>> 0;
  return new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at, exports.answer_length(handle) >>> 0));
}

/** A name and the content that goes with it, one after the other. */
function named(name, content) {
  const head = new TextEncoder().encode(name);
  const all = new Uint8Array(head.length + content.length);
  all.set(head);
  all.set(content, head.length);
  return { bytes: all, nameLength: head.length };
}

/** Starts an engine on a boot file. */
async function start(module, generation, boot) {
  const instance = await WebAssembly.instantiate(module, {});
  const exports = instance.exports;
  const { bytes, nameLength } = named(generation, boot);
  const handle = exports.session(hand(exports, bytes), nameLength, bytes.length);
  if (!exports.opened(handle)) throw new SearchFailure("damaged", answerOf(exports, handle));
  return { generation, exports, handle, module, boot, underway: new Map() };
}

/** @returns {Promise<Session>} */
async function open() {
  if (typeof DecompressionStream === "undefined" || typeof WebAssembly === "undefined") {
    throw new SearchFailure("unsupported", "no DecompressionStream or no WebAssembly");
  }
  const current = await readCurrent();
  const progress = { loaded: 0, totals: new Map() };
  const count = (name) => (bytes, total) => {
    progress.loaded += bytes;
    progress.totals.set(name, total);
    const all = [...progress.totals.values()];
    const known = all.length === 2 && all.every((part) => part > 0) ? all.reduce((sum, part) => sum + part, 0) : 0;
    postMessage({ kind: "progress", loaded: progress.loaded, total: known });
  };
  const [module, boot] = await Promise.all([
    twice(async (cache) => {
      const bytes = await load(current.engine, cache, count(current.engine), "gzip");
      try {
        return await WebAssembly.compile(bytes);
      } catch (error) {
        const isRefused = error.name !== "CompileError" || /content security|unsafe-eval/i.test(error.message);
        throw new SearchFailure(isRefused ? "unsupported" : "damaged", `${current.engine}: ${error.message}`);
      }
    }),
    twice((cache) => load(current.boot, cache, count(current.boot))),
  ]);
  try {
    return await start(module, current.generation, boot);
  } catch (failure) {
    if (failure.code !== "damaged") throw failure;
    return start(module, current.generation, await load(current.boot, "reload"));
  }
}

/** Fetches a block and gives it to the engine; the same block is never fetched twice at once. */
function provide(session, name) {
  const known = session.underway.get(name);
  if (known) return known;
  const underway = twice(async (cache) => {
    const { bytes, nameLength } = named(name, await load(name, cache));
    const refused = session.exports.provide(session.handle, hand(session.exports, bytes), nameLength, bytes.length);
    if (refused) throw new SearchFailure("damaged", `${name}: not what its name says`);
  }).finally(() => session.underway.delete(name));
  session.underway.set(name, underway);
  return underway;
}

/** Runs a request on an index until it has all it needs. */
async function complete(session, kind, request) {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const began = performance.now();
    const status = session.exports[kind](session.handle, hand(session.exports, bytes), bytes.length);
    const answer = answerOf(session.exports, session.handle);
    if (status === 1) return { answer: JSON.parse(answer), rounds: round, milliseconds: performance.now() - began };
    if (status !== 0) throw new SearchFailure("internal", answer);
    const all = await Promise.allSettled(JSON.parse(answer).map((name) => provide(session, name)));
    const failed = all.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
  }
  throw new SearchFailure("internal", "a request asked for more and more files");
}

/** The open index; a failed opening is not kept. */
function opened() {
  opening ??= open().catch((failure) => {
    opening = null;
    throw failure;
  });
  return opening;
}

/** Runs a request; on a trap on a fresh engine, after a new publication on the new index. */
async function run(kind, request) {
  const mine = opened();
  const session = await mine;
  try {
    return await complete(session, kind, request);
  } catch (failure) {
    if (failure instanceof WebAssembly.RuntimeError) {
      const again = start(session.module, session.generation, session.boot);
      if (opening === mine) opening = again;
      return complete(await again, kind, request);
    }
    if (failure.code !== "missing" && failure.code !== "damaged") throw failure;
    const current = await readCurrent();
    if (current.generation === session.generation) throw failure;
    if (opening === mine) opening = null;
    try {
      return await complete(await opened(), kind, request);
    } catch (second) {
      throw new SearchFailure("updated", second.message);
    }
  }
}

/** @param {unknown} failure @returns {Reason} */
function reason(failure) {
  if (failure instanceof SearchFailure) return { code: failure.code, message: failure.message };
  return { code: "internal", message: String(failure) };
}

addEventListener("message", async ({ data }) => {
  try {
    if (data.kind === "open") {
      base = data.base;
      await opened();
      postMessage({ id: data.id, answer: null });
      return;
    }
    const { answer, rounds, milliseconds } = await run(data.kind, data.request);
    postMessage({ id: data.id, answer, rounds, milliseconds });
  } catch (failure) {
    postMessage({ id: data.id, reason: reason(failure) });
  }
});
