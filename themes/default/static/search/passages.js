// The text of an entry's page as search excerpts show it. In: a parsed page. Out: its words, with a blank wherever readers see that one piece of text
// ends and another begins, and a dot between cells, items and headings, which are no sentences.

/** Longer texts are cut, in characters. */
const LONGEST = 200_000;

/** Elements that stand among the words of a line; all others end it. */
const INLINE = new Set(["A", "ABBR", "B", "BDI", "BDO", "CITE", "CODE", "DEL", "DFN", "EM", "I", "INS", "KBD", "MARK", "Q", "S", "SAMP", "SMALL", "SPAN", "STRONG", "SUB", "SUP", "TIME", "U", "VAR", "WBR"]);

/** Elements of a few words without a full stop: run together with what follows they would read as one sentence. */
const PIECES = new Set(["CAPTION", "DD", "DT", "FIGCAPTION", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TD", "TH"]);

/** Where such a piece begins or ends; no text has it. */
const EDGE = "\0";

/** What is no text of the entry's: links beside headings, back from notes, controls, drawings. */
const APART = ".anchor, .footnote-back, .footnote-reference, button, input, script, style, template, svg, noscript";

/**
 * The text of a page's `[data-search-text]` element, else of its `main`; empty where there is neither.
 * @param {Document} page
 * @returns {string}
 */
export function textOf(page) {
  const root = page.querySelector("[data-search-text]") ?? page.querySelector("main");
  if (!root) return "";
  let text = "";
  /** @param {Node} node */
  const add = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) text += child.nodeValue;
      if (child.nodeType !== 1 || /** @type {Element} */ (child).matches(APART)) continue;
      const edge = PIECES.has(child.nodeName) ? EDGE : INLINE.has(child.nodeName) ? "" : " ";
      text += edge;
      add(child);
      text += edge;
    }
  };
  add(root);
  // After a full stop, a colon and the like no dot is needed.
  const pieces = text.replace(/([.!?:;…,])[\s\0]*\0[\s\0]*/g, "$1 ").replace(/[\s\0]*\0[\s\0]*/g, " · ");
  return pieces.replace(/^ · | · $/g, "").replace(/\s+/g, " ").trim().slice(0, LONGEST);
}
