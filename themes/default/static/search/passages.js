// The text of an entry's page as search excerpts show it. In: a parsed page. Out: its words, with a blank wherever readers see that one piece of text
// ends and another begins.

/** Longer texts are cut, in characters. */
const LONGEST = 200_000;

/** Elements that stand among the words of a line; all others end it. */
const INLINE = new Set(["A", "ABBR", "B", "BDI", "BDO", "CITE", "CODE", "DEL", "DFN", "EM", "I", "INS", "KBD", "MARK", "Q", "S", "SAMP", "SMALL", "SPAN", "STRONG", "SUB", "SUP", "TIME", "U", "VAR", "WBR"]);

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
      const edge = INLINE.has(child.nodeName) ? "" : " ";
      text += edge;
      add(child);
      text += edge;
    }
  };
  add(root);
  return text.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}
