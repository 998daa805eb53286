// Reads small files by the beginnings of words, as src/prefix_files.rs writes them: `index.bin` names the beginnings that go on; each other file is
// a list. A file that can't be had is an empty list: whoever asks does without.

/**
 * @param {string} base the folder's address
 */
export function prefixFiles(base) {
  /** @type {Map<string, Promise<any>>} */
  const files = new Map();

  /** @param {string} name @returns {Promise<any>} the file's content, or null */
  function load(name) {
    if (!files.has(name)) {
      const inflated = (response) => new Response(response.body.pipeThrough(new DecompressionStream("deflate-raw"))).json();
      files.set(name, fetch(`${base}${name}.bin`, { cache: "no-cache" })
        .then((response) => (response.ok ? inflated(response) : null))
        .catch(() => {
          files.delete(name);
          return null;
        }));
    }
    return files.get(name);
  }

  return {
    /** The index: kinds, and beginnings that go on. */
    index: () => load("index"),

    /**
     * The rows of the file with the most of a word.
     * @param {string} word folded
     * @returns {Promise<{rows: any[], complete: boolean}>}
     */
    async rows(word) {
      const index = await load("index");
      if (!index) return { rows: [], complete: true };
      const split = new Set(index.split.split(" "));
      const letters = [...word];
      let length = 1;
      while (length < letters.length && split.has(letters.slice(0, length).join(""))) length += 1;
      const beginning = letters.slice(0, length).join("");
      const name = beginning.replace(/[^a-z0-9]/gu, (letter) => `-${letter.codePointAt(0)?.toString(16)}`);
      return { rows: (await load(`_${name}`)) ?? [], complete: !split.has(beginning) };
    },
  };
}
