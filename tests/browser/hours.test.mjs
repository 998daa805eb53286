// Whether a place is open, and when it opens next: moments beside what must be said.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { state } from "../../themes/default/static/hours.js";
import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, folder, maillage, serveFiles } from "./site.mjs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

after(stop);
after(cleanUp);

const weekdays = (spans) => [spans, spans, spans, spans, spans, undefined, undefined];
const office = { days: weekdays([[540, 750], [840, 1080]]), holiday: [] };
const silent = { days: weekdays([[540, 1080]]), holiday: undefined };
const bar = { days: [undefined, undefined, undefined, undefined, [[1080, 1560]], [[1080, 1560]], undefined], holiday: undefined };
const day = (iso) => Date.parse(iso) / 864e5;

for (const [said, week, iso, minute, expected] of [
  ["open until noon", office, "2026-11-23", 600, { open: true, until: 750 }],
  ["opens after lunch", office, "2026-11-23", 800, { open: false, inDays: 0, at: 840 }],
  ["opens tomorrow", office, "2026-11-23", 1100, { open: false, inDays: 1, at: 540 }],
  ["opens on Monday", office, "2026-11-27", 1100, { open: false, inDays: 3, at: 540 }],
  ["closed on the first of May, opens on Monday", office, "2026-05-01", 600, { open: false, inDays: 3, at: 540 }],
  ["closed on Easter Monday", office, "2026-04-06", 600, { open: false, inDays: 1, at: 540 }],
  ["closed on Ascension day", office, "2026-05-14", 600, { open: false, inDays: 1, at: 540 }],
  ["nothing on a holiday that the hours do not speak of", silent, "2026-07-14", 600, undefined],
  ["nothing before such a holiday", silent, "2026-07-13", 1100, undefined],
  ["open after midnight", bar, "2026-11-28", 60, { open: true, until: 120 }],
  ["closed at two", bar, "2026-11-29", 120, { open: false, inDays: 5, at: 1080 }],
  ["never open", { days: Array(7), holiday: undefined }, "2026-11-23", 600, undefined],
]) {
  test(`${said} on ${iso}`, () => assert.deepEqual(state(week, { day: day(iso), minute }), expected));
}

test("a page says it where the place is, and marks the line of the day", async () => {
  const centre = copy();
  // A place made up for this test alone.
  writeFileSync(join(centre, "content/places/essai.md"), `---
title: Lieu d’essai
kind: [coworking]
address: { street: "1 rue du Test", commune: "97411" }
opening_hours: "Mo-Fr 09:00-12:30,14:00-18:00; PH off"
surveyed: "2026"
source: essai
---
`);
  const host = folder();
  maillage("build", "-C", centre, "--output", host);
  const address = `${await serveFiles(host)}/`;
  const visitor = await visit({ timezoneId: "Europe/Paris", locale: "fr-FR" });
  // Seven in the morning in Paris is ten at La Réunion, on a Monday.
  await visitor.page.clock.setFixedTime(new Date("2026-11-23T06:00:00Z"));
  await visitor.page.goto(`${address}lieux/essai/`);
  assert.equal(await visitor.page.locator(".hours-state").innerText(), "Ouvert jusqu’à 12 h 30");
  assert.match(await visitor.page.locator(".hours tr[aria-current='date']").innerText(), /lundi/);
  await visitor.page.goto(`${address}en/places/essai/`);
  assert.equal(await visitor.page.locator(".hours-state").innerText(), "Open until 12:30");
  clean(visitor, address);
  await visitor.context.close();
  const plain = await visit({ javaScriptEnabled: false });
  await plain.page.goto(`${address}lieux/essai/`);
  assert.match((await plain.page.locator(".hours table").innerText()).replaceAll("\u00a0", " "), /lundi – vendredi\s+9 h – 12 h 30, 14 h – 18 h/);
  assert.equal(await plain.page.locator(".hours-state").isVisible(), false);
  await plain.context.close();
});
