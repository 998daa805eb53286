// Marks today's line of the opening hours and says whether the place is open, and when it opens next. Today is known in the browser alone: the page
// was built on another day. In: a table made by components/opening_hours.html. Without this file the plain table is read.

/** @typedef {[number, number]} Span minutes since midnight; beyond 1440 is the next day */
/** @typedef {{days: (Span[] | undefined)[], holiday: Span[] | undefined}} Week from Monday; undefined = nothing is said of the day */

const DAY = 24 * 60;

/** @param {string} text `540-750 840-1080`, or nothing for a closed day @returns {Span[]} */
function spans(text) {
  return text.split(" ").filter(Boolean).map((span) => /** @type {Span} */ (span.split("-").map(Number)));
}

/** @param {HTMLTableElement} table @returns {Week | undefined} */
function read(table) {
  /** @type {Week} */
  const week = { days: Array(7), holiday: undefined };
  for (const row of table.querySelectorAll("tr[data-days]")) {
    if (row.dataset.open === undefined) return undefined;
    for (const day of row.dataset.days.split(" ")) {
      if (day === "holiday") week.holiday = spans(row.dataset.open);
      else week.days[Number(day) - 1] = spans(row.dataset.open);
    }
  }
  return week;
}

/** Easter Sunday (Meeus, Jones and Butcher), as days since 1970. @param {number} year */
function easter(year) {
  const a = year % 19, b = Math.floor(year / 100), c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1) / 864e5;
}

/** Whether a day is a public holiday all over France (code du travail, L. 3133-1). @param {number} day days since 1970 */
function isHoliday(day) {
  const date = new Date(day * 864e5);
  const fixed = ["1-1", "5-1", "5-8", "7-14", "8-15", "11-1", "11-11", "12-25"];
  if (fixed.includes(`${date.getUTCMonth() + 1}-${date.getUTCDate()}`)) return true;
  return [1, 39, 50].includes(day - easter(date.getUTCFullYear()));
}

/** The day (since 1970) and the minute of a moment where the place is. @param {Date} moment @param {string} zone */
function local(moment, zone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" });
  const { year, month, day, hour, minute } = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return { day: Date.UTC(year, month - 1, day) / 864e5, minute: hour * 60 + minute };
}

/** The hours of a day; undefined where they are not known, as on a holiday that the hours do not speak of. @param {Week} week @param {number} day */
function hoursOf(week, day) {
  if (isHoliday(day)) return week.holiday;
  return week.days[(day + 3) % 7] ?? [];
}

/**
 * What holds at a moment: open until, or opening next; undefined where it is not known.
 * @param {Week} week @param {{day: number, minute: number}} now
 * @returns {{open: true, until: number} | {open: false, inDays: number, at: number} | undefined}
 */
export function state(week, { day, minute }) {
  const yesterday = (hoursOf(week, day - 1) ?? []).map(([from, to]) => [from - DAY, to - DAY]);
  const today = hoursOf(week, day);
  if (!today) return undefined;
  const current = [...yesterday, ...today].find(([from, to]) => from <= minute && minute < to);
  if (current) return { open: true, until: current[1] };
  for (let inDays = 0; inDays <= 7; inDays += 1) {
    const hours = hoursOf(week, day + inDays);
    if (!hours) return undefined;
    const next = hours.find(([from]) => inDays > 0 || from > minute);
    if (next) return { open: false, inDays, at: next[0] };
  }
  return undefined;
}

/** @param {HTMLElement} frame @param {Date} moment */
export function show(frame, moment) {
  const table = frame.querySelector("table");
  const { zone, clock, clockWhole, openUntil, opensToday, opensTomorrow, opensOn } = frame.dataset;
  const now = local(moment, zone);
  const weekday = String(((now.day + 3) % 7) + 1);
  const row = [...table.querySelectorAll("tr[data-days]")].find(({ dataset }) => dataset.days.split(" ").includes(weekday));
  row?.setAttribute("aria-current", "date");
  const week = read(table);
  const found = week && state(week, now);
  if (!found) return;
  const time = (minutes) => (minutes % 60 === 0 ? clockWhole : clock).replace("{hour}", String(Math.floor(minutes / 60) % 24)).replace("{minute}", String(minutes % 60).padStart(2, "0"));
  const on = (inDays) => new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" }).format((now.day + inDays) * 864e5);
  const words = found.open ? openUntil.replace("{time}", time(found.until))
    : [opensToday, opensTomorrow][found.inDays]?.replace("{time}", time(found.at)) ?? opensOn.replace("{day}", on(found.inDays)).replace("{time}", time(found.at));
  const status = frame.querySelector(".hours-state");
  status.textContent = words;
  status.classList.toggle("hours-open", found.open);
  status.hidden = false;
}

for (const frame of globalThis.document?.querySelectorAll(".hours") ?? []) show(frame, new Date());
