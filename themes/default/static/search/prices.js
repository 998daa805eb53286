// Fields of money to a filter: what is free, or costs at most so much. Made once and then only filled in, so that the focus stays where it is.

import { element } from "./nodes.js";

/** The beginning of a name in the address: `most.price=50`. */
export const MOST = "most.";

/**
 * What may be spent, by field, out of an address.
 * @param {URLSearchParams} parameters
 * @returns {Record<string, number>}
 */
export function spending(parameters) {
  const all = [...parameters].filter(([key, value]) => key.startsWith(MOST) && value.trim() && Number(value) >= 0);
  return Object.fromEntries(all.map(([key, value]) => [key.slice(MOST.length), Number(value)]));
}

/** An amount of a currency as a language writes it; without one, a number. @param {string} lang @param {string} [currency] its code */
function money(lang, currency) {
  const style = currency ? { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" } : {};
  return new Intl.NumberFormat(lang || "en", style);
}

/** How a limit is said. @param {number} most @param {(key: string, parts?: object) => string} text @param {string} lang @param {string} [currency] */
export function spendingLabel(most, text, lang, currency) {
  return most === 0 ? text("price.free") : text("price.most", { amount: money(lang, currency).format(most) });
}

/**
 * What a sentence says is to cost nothing: limits by field, and the words that say so.
 * @param {import("./sentence.js").Part[]} parts
 */
export function readFree(parts) {
  const free = parts.filter(({ meaning }) => meaning.free);
  const byField = (of) => Object.fromEntries(free.map((part) => [part.meaning.free.field, of(part)]));
  return { most: byField(() => 0), words: byField(({ words }) => [words]) };
}

/**
 * Shows a filter for each field of money.
 * @param {HTMLElement} place
 * @param {{key: string, label: string, currency?: string}[]} fields with the code of the currency, where a field has one alone
 * @param {Record<string, number>} chosen
 * @param {{lang: string, text: (key: string, parts?: object) => string}} page
 * @param {(key: string, most: number | null) => void} onChange
 */
export function renderPrices(place, fields, chosen, page, onChange) {
  if (place.childElementCount !== fields.length) {
    place.replaceChildren(...fields.map((field) => filter(field, page, onChange)));
  }
  for (const set of place.children) {
    const most = chosen[set.dataset.price];
    const [free, amount] = set.querySelectorAll("input");
    free.checked = most === 0;
    if (amount !== document.activeElement) amount.value = most > 0 ? String(most) : "";
  }
}

function filter({ key, label, currency }, { lang, text }, onChange) {
  const free = element("input", { type: "checkbox" });
  free.addEventListener("change", () => onChange(key, free.checked ? 0 : null));
  const amount = element("input", { type: "number", min: "0", step: "any", inputmode: "decimal", class: "search-price" });
  amount.addEventListener("change", () => onChange(key, amount.value.trim() && amount.valueAsNumber >= 0 ? amount.valueAsNumber : null));
  const values = element("ul", { class: "search-facet-values" });
  const line = (...nodes) => values.append(element("li", { class: "search-facet-value" }, element("label", {}, ...nodes)));
  line(free, " ", element("span", { class: "search-facet-label" }, text("price.free")));
  const symbol = currency && money(lang, currency).formatToParts(0).find(({ type }) => type === "currency")?.value;
  line(element("span", { class: "search-facet-label" }, text("price.at-most") + (symbol ? ` (${symbol})` : "")), " ", amount);
  const set = element("fieldset", { class: "search-facet", "data-price": key });
  set.append(element("legend", { class: "search-facet-name" }, label), values);
  return set;
}
