// A hit to an item of the list of results, and the passages that come later.

import { element, marked } from "./nodes.js";

/**
 * @param {any} hit as `Hit` in `src/engine/search/src/request.rs`
 * @param {{lang: string, root: string, text: (key: string, parts?: object) => string}} page
 */
export function result(hit, { lang, root, text }) {
  const link = element("a", { href: root + hit.url });
  link.append(...marked(hit.title, hit.titleMarks));
  const badges = element("p", { class: "search-result-badges" });
  badges.append(element("span", { class: "search-badge search-badge-collection" }, hit.collectionLabel));
  for (const badge of hit.badges) badges.append(" ", element("span", { class: "search-badge" }, badge));
  const item = element("li", { class: "search-result", "data-collection": hit.collection, "data-key": hit.key });
  item.append(element("h2", { class: "search-result-title" }, link), badges);
  if (hit.summary) item.append(element("p", { class: "search-result-summary" }, ...marked(hit.summary, hit.summaryMarks)));
  const facts = [];
  if (hit.distanceKm !== undefined) {
    const km = new Intl.NumberFormat(lang || "en", { maximumFractionDigits: hit.distanceKm < 10 ? 1 : 0 }).format(hit.distanceKm);
    facts.push(text("distance", { km }));
  }
  if (hit.opening) facts.push(text(`opening.${hit.opening}`));
  if (facts.length > 0) item.append(element("p", { class: "search-result-distance" }, facts.join(" · ")));
  return item;
}

/** Adds passages around matches to the items that they belong to. @param {HTMLElement} list @param {any[]} excerpts */
export function addExcerpts(list, excerpts) {
  for (const excerpt of excerpts) {
    if (!excerpt.text) continue;
    const item = [...list.children].find((known) => known.dataset.key === excerpt.key);
    item?.append(element("p", { class: "search-result-excerpt" }, ...marked(excerpt.text, excerpt.marks)));
  }
}
