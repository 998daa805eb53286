// Requests in, promises out: the search engine in a worker. It knows nothing of the page.

/**
 * @typedef {object} Request what is asked; all parts are optional
 * @property {string} [q] what was typed
 * @property {string} [lang]
 * @property {Record<string, string[]>} [facets] chosen values
 * @property {Record<string, {min?: number, max?: number}>} [ranges] by field, or `updated`; dates in days since 1970; both ends included
 * @property {"relevance" | "title" | "updated" | "distance"} [sort]
 * @property {[number, number]} [near] latitude and longitude
 * @property {number} [withinKm]
 * @property {{at: number} | {between: [number, number]}} [open] open at this moment (minutes since 1970 UTC), or some time from the first minute
 *   to before the second on the clock of each place (minutes since 1970 there)
 * @property {boolean} [openOrUnknown] with `open`: keeps places without known hours
 * @property {number} [offset]
 * @property {number} [limit]
 * @property {boolean} [asYouType] the last word may be unfinished
 * @property {boolean} [explain]
 */

/** @typedef {{code: string, message: string}} Reason */

/** An error that a search rejects with; `reason.code` is one of network, missing, damaged, updated, unsupported, internal. */
export class SearchError extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason.message);
    this.name = "SearchError";
    this.reason = reason;
  }
}

/**
 * The text of an entry's page; empty where there is none.
 * @param {URL | undefined} address
 * @returns {Promise<string>}
 */
async function pageText(address) {
  try {
    const [response, { textOf }] = await Promise.all([fetch(/** @type {URL} */ (address)), import("./passages.js")]);
    if (!response.ok) return "";
    return textOf(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    return "";
  }
}

/**
 * Opens the search of a site.
 * @param {object} options
 * @param {string | URL} options.base the site's `search/` folder
 * @param {(fraction: number | null) => void} [options.onProgress] how much of the engine has come; null where the host doesn't say
 */
export function openSearch({ base, onProgress }) {
  /** @type {Worker | null} */
  let worker = null;
  let last = 0;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: SearchError) => void}>} */
  const waiting = new Map();
  const address = new URL(base, document.baseURI).href;
  /** @type {Map<string, URL>} Pages of the last hits, by key. */
  const addresses = new Map();

  function fail(/** @type {Reason} */ reason) {
    for (const { reject } of waiting.values()) reject(new SearchError(reason));
    waiting.clear();
    worker?.terminate();
    worker = null;
  }

  function start() {
    if (typeof Worker === "undefined" || typeof WebAssembly === "undefined") {
      throw new SearchError({ code: "unsupported", message: "no Worker or no WebAssembly" });
    }
    const script = new URL("./worker.js", import.meta.url);
    worker = new Worker(script, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      if (data.kind === "progress") {
        onProgress?.(data.total > 0 ? Math.min(1, data.loaded / data.total) : null);
        return;
      }
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.reason) asked?.reject(new SearchError(data.reason));
      else asked?.resolve(data);
    });
    // The script itself did not load or does not parse: it went when the site was published anew, or the browser is old.
    worker.addEventListener("error", async (event) => {
      const there = await fetch(script, { method: "HEAD" }).then(({ ok }) => ok, () => true);
      fail(there ? { code: "unsupported", message: event.message ?? "worker" } : { code: "updated", message: "the worker is gone" });
    });
    post("open", {}).catch(() => {});
  }

  /** @returns {Promise<any>} */
  function post(/** @type {string} */ kind, /** @type {object} */ rest) {
    last += 1;
    const id = last;
    const answered = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    worker?.postMessage({ id, kind, base: address, ...rest });
    return answered;
  }

  async function ask(/** @type {string} */ kind, /** @type {object} */ request) {
    if (!worker) start();
    return post(kind, { request });
  }

  return {
    /** Fetches the engine and opens the index, so that the first search is quick. */
    async open() {
      await ask("open", {});
    },
    /** @param {Request} request @returns {Promise<any>} a response, as `Response` in `src/engine/search/src/request.rs` */
    async search(request) {
      const { answer } = await ask("search", request);
      for (const hit of answer.hits) addresses.set(hit.key, new URL(hit.url, new URL("..", address)));
      return answer;
    },
    /** How a sentence is read: `Sentence` in, `Reading` out, as in `src/engine/search/src/sentence.rs`. @param {object} sentence @returns {Promise<any>} */
    async read(sentence) {
      return (await ask("read_sentence", sentence)).answer;
    },
    /** Like `search`, with what it took: rounds of fetching, milliseconds of the last run. */
    async measure(/** @type {Request} */ request) {
      return ask("search", request);
    },
    /**
     * Passages around the matches, from the entries' own pages: the index holds no texts.
     * @param {Request} request the one that gave the hits
     * @param {string[]} keys of hits; those whose page can't be read are left out
     * @returns {Promise<any[]>}
     */
    async excerpts(request, keys) {
      const texts = await Promise.all(keys.map(async (key) => ({ key, text: await pageText(addresses.get(key)) })));
      return (await ask("excerpts", { request, texts: texts.filter(({ text }) => text) })).answer;
    },
    /** Ends the worker; what is under way is rejected. */
    close() {
      fail({ code: "internal", message: "closed" });
    },
  };
}
