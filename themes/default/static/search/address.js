// The state of the search page, out of its address and into it: what can be gone back to, sent and bookmarked.

import { MOST, spending } from "./prices.js";

/** Names in the address that are not facets. */
const RESERVED = new Set(["q", "sort", "n", "words", "town", "near", "open", "unsure"]);
/** Hits that come at once. */
export const STEP = 10;

/**
 * What is typed, chosen filters, the order, how many hits are shown; words that are not to be read as filters, which of several towns of a name is
 * meant, near the visitor, open now, with those that don't say when they are open, the most that may be spent.
 * @typedef {{q: string, facets: Record<string, string[]>, sort: string, shown: number, literal: string[], town: number, near: string, open: boolean, unsure: boolean, most: Record<string, number>}} State
 */

/** @param {string} query the address's, with its question mark @returns {State} */
export function stateOf(query) {
  const parameters = new URLSearchParams(query);
  /** @type {Record<string, string[]>} */
  const chosen = {};
  for (const [key, value] of parameters) {
    if (!RESERVED.has(key) && !key.startsWith(MOST) && value) (chosen[key] ??= []).push(value);
  }
  return {
    q: parameters.get("q") ?? "",
    facets: chosen,
    sort: parameters.get("sort") ?? "",
    shown: Math.min(100, Math.max(STEP, Number(parameters.get("n")) || STEP)),
    literal: parameters.getAll("words"),
    town: Number(parameters.get("town")) || 0,
    near: parameters.get("near") === "me" ? "me" : "",
    open: parameters.get("open") === "now",
    unsure: parameters.get("unsure") === "1",
    most: spending(parameters),
  };
}

/** The address of a state, relative to the page. @param {State} state */
export function addressOf({ q, facets: chosen, sort, shown, literal, town, near, open, unsure, most }) {
  const parameters = new URLSearchParams();
  if (q) parameters.set("q", q);
  for (const [key, values] of Object.entries(chosen)) for (const value of values) parameters.append(key, value);
  for (const words of literal) parameters.append("words", words);
  if (town) parameters.set("town", String(town));
  if (near) parameters.set("near", near);
  if (open) parameters.set("open", "now");
  if (unsure) parameters.set("unsure", "1");
  for (const [key, amount] of Object.entries(most)) parameters.set(MOST + key, String(amount));
  if (sort) parameters.set("sort", sort);
  if (shown > STEP) parameters.set("n", String(shown));
  const query = parameters.toString();
  return query ? `?${query}` : location.pathname;
}
