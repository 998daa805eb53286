// The filters of the interactive map: the facets of its collection, one or several values of each.

/** @typedef {{key: string, label: string, values: string[]}} Facet */

/**
 * @param {Facet[]} facets
 * @param {Record<string, any>} texts
 * @param {() => void} changed
 */
export function filters(facets, texts, changed) {
  const form = document.createElement("form");
  form.className = "live-filters";
  form.setAttribute("aria-label", texts.filters);
  /** @type {Set<number>[]} the chosen values of each facet */
  const chosen = facets.map(() => new Set());
  facets.forEach((facet, at) => form.append(choices(facet, chosen[at], changed)));
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    form,
    /** Whether a place has one of the chosen values of every facet of which any is chosen. */
    keeps: (/** @type {number[][]} */ values) =>
      chosen.every((wanted, at) => wanted.size === 0 || values[at].some((value) => wanted.has(value))),
  };
}

/** A facet: closed, with the number of values chosen. */
function choices({ label, values }, chosen, changed) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const many = document.createElement("span");
  many.className = "count";
  summary.append(`${label} `, many);
  const fieldset = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.className = "visually-hidden";
  legend.textContent = label;
  fieldset.append(legend, ...values.map((value, at) => {
    const line = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(at);
      else chosen.delete(at);
      many.textContent = chosen.size > 0 ? String(chosen.size) : "";
      changed();
    });
    line.append(box, ` ${value}`);
    return line;
  }));
  details.append(summary, fieldset);
  return details;
}
