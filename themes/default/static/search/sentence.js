// What a visitor typed, read as filters by the engine (src/engine/search/src/sentence.rs). Here are the towns that it asks for, and the request that a
// reading makes; src/sentence.rs does the same for the terminal.

import { prefixFiles } from "./prefix-files.js";

/** @typedef {{name: string, area: string, code: string, position: [number, number], population: number}} Town */
/** @typedef {{words: string, meaning: any}} Part */
/** @typedef {{parts: Part[], rest: string, wants?: string}} Reading */

const MINUTE = 60_000;
const DAY = 24 * 60;
const WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/**
 * @param {string} base the site's `search/` folder
 * @param {{read: (sentence: object) => Promise<Reading>}} search
 */
export function sentences(base, search) {
  const files = prefixFiles(`${base}towns/`);

  /** @param {{text: string, lang: string, literal: string[], asYouType: boolean}} sentence @returns {Promise<Reading>} */
  return async function read(sentence) {
    const reading = await search.read(sentence);
    if (!reading.wants) return reading;
    const { rows } = await files.rows(reading.wants);
    const towns = rows.map(([name, area, code, latitude, longitude, population]) => ({ name, area, code, position: [latitude, longitude], population }));
    return towns.length > 0 ? search.read({ ...sentence, towns }) : reading;
  };
}

/**
 * When a place should be open, for the engine: minutes since 1970 on the clock of the place, or in UTC for this moment.
 * @param {{day: string, from: number, until: number}} when
 * @param {Date} now
 */
export function moment({ day, from, until }, now) {
  if (day === "now") return { at: Math.floor(now.getTime() / MINUTE) };
  const today = Math.floor((now.getTime() / MINUTE - now.getTimezoneOffset()) / DAY);
  // 1970-01-01 was a Thursday.
  const weekday = (today + 3) % 7;
  const ahead = day === "today" ? 0 : day === "tomorrow" ? 1 : (WEEK.indexOf(day) - weekday + 7) % 7;
  const start = (today + ahead) * DAY;
  return { between: [start + from, start + until] };
}

/**
 * The request that a reading makes, beside what was asked for already.
 * @param {Reading} reading @param {any} asked @param {{town: number, position: [number, number] | null, now: Date}} chosen
 */
export function requestOf(reading, asked, { town, position, now }) {
  const request = { ...asked, q: reading.rest, facets: { ...asked.facets } };
  for (const { meaning } of reading.parts) {
    if (meaning.facet) {
      const { facet, value } = meaning.facet;
      request.facets[facet] = [...new Set([...(request.facets[facet] ?? []), value])];
    } else if (meaning.near) {
      const { towns, km } = meaning.near;
      request.near = (towns[town] ?? towns[0]).position;
      request.withinKm = km;
    } else if (meaning.nearMe && position) {
      request.near = position;
      request.withinKm = meaning.nearMe.km;
    } else if (meaning.open) {
      request.open = moment(meaning.open, now);
    } else if (meaning.free) {
      request.ranges = { ...request.ranges, [meaning.free.field]: { max: 0 } };
    }
  }
  return request;
}
