// What narrows a search, as chips: filters that were chosen and parts of the sentence that were read as filters. Each says what taking it away does.

import { element } from "./nodes.js";

/** @typedef {{label: string, name: string, change: object}} Chip what it shows, its accessible name, and the state without it */

/** @param {{day: string, from: number, until: number}} when @param {string} lang @param {(key: string, parts?: object) => string} text */
function whenLabel({ day, from, until }, lang, text) {
  if (day === "now") return text("open.now");
  const relative = { today: 0, tomorrow: 1 }[day];
  const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  // 2024-01-01 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + weekdays.indexOf(day)));
  const name = relative === undefined
    ? new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" }).format(date)
    : new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(relative, "day");
  if (from === 0 && until >= 1440) return text("open.when", { when: name });
  const clock = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  const time = (minutes) => clock.format(new Date(minutes * 60_000));
  return text("open.when", { when: `${name} ${until === from + 1 ? time(from) : `${time(from)} – ${time(until)}`}` });
}

/**
 * A part of the sentence as a chip; `null` where there is nothing to see.
 * @param {{words: string, meaning: any}} part
 * @param {{town: number, literal: string[], lang: string, text: (key: string, parts?: object) => string}} page
 * @returns {Chip}
 */
export function readChip({ words, meaning }, { town, literal, lang, text }) {
  let label = words;
  if (meaning.facet) label = meaning.facet.label;
  else if (meaning.near) {
    const { name } = meaning.near.towns[town] ?? meaning.near.towns[0];
    label = text("near", { town: name, km: meaning.near.km });
  } else if (meaning.nearMe) label = text("near.me");
  else if (meaning.open) label = whenLabel(meaning.open, lang, text);
  else if (meaning.free) label = `${meaning.free.label} : ${text("price.free")}`;
  return { label, name: text("read.remove", { label, words }), change: { literal: [...literal, words], town: 0 } };
}

/**
 * Shows the chips, and one more that takes all away.
 * @param {HTMLElement} place @param {Chip[]} chips @param {object} nothing the state without any
 * @param {(key: string) => string} text @param {(change: object) => void} onChange
 */
export function renderChips(place, chips, nothing, text, onChange) {
  const item = (label, attributes, change) => {
    const chip = element("button", { type: "button", ...attributes }, ...label);
    chip.addEventListener("click", () => onChange(change));
    return element("li", {}, chip);
  };
  const cross = () => element("span", { "aria-hidden": "true" }, "×");
  const items = chips.map(({ label, name, change }) => item([`${label} `, cross()], { class: "search-chip", "aria-label": name }, change));
  if (items.length > 1) items.push(item([text("filter.clear")], { class: "search-chip search-chip-clear" }, nothing));
  place.replaceChildren(...(items.length > 0 ? [element("ul", { class: "search-chips" }, ...items)] : []));
}
