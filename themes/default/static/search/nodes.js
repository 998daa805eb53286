// Texts to DOM nodes. Nothing here reads text as HTML.

/**
 * An element with attributes and children.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(string | Node)} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * A text with its matches in `<mark>` elements.
 * @param {string} text
 * @param {[number, number][]} marks start and end of each match, in UTF-16 units
 * @returns {(string | Node)[]}
 */
export function marked(text, marks) {
  const nodes = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start > at) nodes.push(text.slice(at, start));
    nodes.push(element("mark", {}, text.slice(start, end)));
    at = end;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}
