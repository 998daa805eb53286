// Facet counts to fieldsets of checkboxes. The focused checkbox keeps the focus when counts change under it.

import { element } from "./nodes.js";

/** Values shown before a facet is unfolded. */
const FOLDED = 8;
/** Facets that the visitor unfolded, by key; a matter of this view, not of the address. */
const unfolded = new Set();

/**
 * Shows the facets.
 * @param {HTMLElement} place
 * @param {{key: string, label: string, values: {value: string, label: string, count: number, chosen: boolean}[]}[]} facets
 * @param {(key: string, parts?: object, count?: number) => string} text
 * @param {Intl.NumberFormat} number
 * @param {(key: string, value: string, on: boolean) => void} onChange
 */
export function renderFacets(place, facets, text, number, onChange) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const [name, value, toggle] = [focused?.name, focused?.value, focused?.closest(".search-facet")?.dataset.facet];
  place.replaceChildren(...facets.filter(({ values }) => values.length > 1 || values[0]?.chosen).map(facet));
  if (focused?.type === "checkbox") {
    place.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
  } else if (focused) {
    place.querySelector(`[data-facet="${CSS.escape(toggle)}"] button`)?.focus({ preventScroll: true });
  }

  function facet({ key, label, values }) {
    const set = element("fieldset", { class: "search-facet", "data-facet": key });
    const list = element("ul", { class: "search-facet-values" });
    const open = unfolded.has(key);
    const folded = open || values.length <= FOLDED + 2 ? [] : foldedValues(values);
    list.append(...values.filter((known) => !folded.includes(known)).map((known) => item(key, known)));
    const name = key === "collection" ? text("facet.collection") : label;
    set.append(element("legend", { class: "search-facet-name" }, name), list);
    if (folded.length > 0 || (open && values.length > FOLDED + 2)) {
      const words = open ? text("facet.less") : text("facet.all", { count: number.format(values.length) });
      const button = element("button", { type: "button", class: "search-facet-toggle", "aria-expanded": String(open) }, words);
      button.addEventListener("click", () => {
        if (!unfolded.delete(key)) unfolded.add(key);
        renderFacets(place, facets, text, number, onChange);
      });
      set.append(button);
    }
    return set;
  }

  function item(key, { value, label, count, chosen }) {
    const box = element("input", { type: "checkbox", name: key, value });
    box.checked = chosen;
    box.addEventListener("change", () => onChange(key, value, box.checked));
    const counted = element("span", { class: "search-facet-count" }, number.format(count));
    const line = element("label", {}, box, " ", element("span", { class: "search-facet-label" }, label), " ", counted);
    return element("li", { class: "search-facet-value", "data-depth": String(value.split("/").length - 1) }, line);
  }
}

/** All but the chosen values and those with the most documents, and what stands above these. */
function foldedValues(values) {
  const largest = [...values].sort((one, other) => other.count - one.count).slice(0, FOLDED);
  const kept = values.filter((known) => known.chosen || largest.includes(known));
  const isAbove = (known) => kept.some((below) => below.value.startsWith(`${known.value}/`));
  return values.filter((known) => !kept.includes(known) && !isAbove(known));
}
