// HTML in, what the checks look at out. The parser is the standard's own algorithm; it says where it had to mend something.

import { Parser } from "parse5";

/** Elements whose end tag may not be left out. */
const CLOSED = new Set(`a abbr address article aside b blockquote body button caption cite code details dialog div dl em fieldset figcaption figure
  footer form h1 h2 h3 h4 h5 h6 head header html i kbd label legend main mark nav noscript ol pre q s script search section select small span strong
  style sub summary sup svg symbol table template textarea time title ul var`.split(/\s+/));

/** Remembers the end tags that it met: the standard drops those that match nothing, and parse5 does not say so. */
class Listening extends Parser {
  endTags = [];

  onEndTag(token) {
    this.endTags.push({ name: token.tagName, ...token.location });
    super.onEndTag(token);
  }
}

/**
 * @param {string} html
 * @returns {{errors: string[], elements: {name: string, svg: boolean, attributes: Record<string, string>, text: string}[], ids: Map<string, number>}}
 */
export function read(html) {
  const errors = [];
  const lines = html.split("\n");
  const fault = ({ startLine, startCol }, words) => errors.push(`${startLine}:${startCol} ${words}: ${lines[startLine - 1].trim().slice(0, 120)}`);
  const parser = new Listening({ sourceCodeLocationInfo: true, onParseError: (error) => fault(error, error.code) });
  parser.tokenizer.write(html, true);
  const elements = [];
  const ids = new Map();
  const matched = new Set();
  walk(parser.document);
  for (const tag of parser.endTags) if (!matched.has(tag.startOffset)) fault(tag, `</${tag.name}> closes nothing`);
  return { errors, elements, ids };

  function walk(node) {
    if (node.attrs) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      if (attributes.id !== undefined) ids.set(attributes.id, (ids.get(attributes.id) ?? 0) + 1);
      elements.push({ name: node.tagName, svg: node.namespaceURI.endsWith("/svg"), attributes, text: node.childNodes.map((child) => child.value ?? "").join("") });
      const { startTag, endTag } = node.sourceCodeLocation ?? {};
      if (startTag && endTag) matched.add(endTag.startOffset);
      // The parser closes an open element in silence when its parent ends.
      if (startTag && !endTag && CLOSED.has(node.tagName)) fault(startTag, `<${node.tagName}> is never closed`);
    }
    for (const child of node.content?.childNodes ?? node.childNodes ?? []) walk(child);
  }
}

/** Where an element leads and what it loads, as pages of the same site must have it. */
export function linked({ name, attributes }) {
  const refresh = attributes["http-equiv"]?.toLowerCase() === "refresh" ? attributes.content.split(/url=/i)[1] : undefined;
  const targets = [attributes.href, attributes.action, refresh, ...sources(attributes)];
  return targets.filter(Boolean).map((target) => ({ name, target }));
}

/** What a browser fetches by itself for an element. */
export function loaded(name, attributes) {
  const fetches = name === "link" && /stylesheet|icon|preload|manifest|prefetch|preconnect/.test(attributes.rel ?? "");
  return [fetches || name === "use" ? attributes.href : undefined, ...sources(attributes)].filter(Boolean);
}

function sources({ src, srcset, poster, data }) {
  return [src, poster, data, ...(srcset ?? "").split(",").map((candidate) => candidate.trim().split(/\s+/)[0])];
}
