// The map of the home page: drawn without script, and the interactive one on demand.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";

let address;

before(async () => {
  address = await serveFiles(build().host);
});

after(async () => {
  await stop();
  await cleanUp();
});

test("the map reads and leads on without script", async () => {
  const { page, context } = await visit({ javaScriptEnabled: false });
  await page.goto(`${address}/`);
  const area = page.locator(".map a", { hasText: "Bretagne" });
  const [title, listed] = [await area.locator("title").textContent(), page.locator(".map-list a", { hasText: "Bretagne" })];
  assert.match(title, /^Bretagne\s: \d+\slieux$/);
  assert.equal(title.match(/\d+/)[0], await listed.locator(".count").textContent());
  assert.equal(await page.getByRole("button", { name: "Ouvrir la carte interactive" }).count(), 0);
  await area.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/regions\/bretagne\/$/);
  assert.ok((await page.locator(".map .map-area").count()) > 3);
  await context.close();
});

test("what no circle stands for is said, and circles of one place are large enough for a finger", async () => {
  const { page, context } = await visit({ viewport: { width: 320, height: 900 } });
  await page.goto(`${address}/regions/guyane/`);
  assert.equal(await page.locator(".map .map-dot").count(), 0);
  assert.match(await page.locator(".map-unplaced").innerText(), /^Il en manque 1 sur la carte/);
  for (const path of ["", "regions/"]) {
    await page.goto(`${address}/${path}`);
    const count = (selector, number) => page.locator(selector).evaluateAll((all, number) => all.reduce((sum, one) => sum + Number(one.textContent.match(number)?.[0] ?? 1), 0), number);
    const missing = await count(".map-unplaced", /\d+/);
    const counted = await page.locator(".map a.map-area title").evaluateAll((all) => all.reduce((sum, one) => sum + Number(one.textContent.match(/\d+/)[0]), 0));
    assert.ok(missing > 0 && missing < counted, `${missing} of ${counted}`);
  }
  await page.goto(`${address}/regions/bretagne/finistere/`);
  const widths = await page.locator(".map-link .map-target").evaluateAll((all) => all.map((target) => target.getBoundingClientRect().width));
  assert.ok(widths.length > 1 && widths.every((width) => width > 20), `${widths}`);
  await context.close();
});

test("the interactive map is fetched when it is opened, filters, and works with the keyboard", async () => {
  const visitor = await visit({ reducedMotion: "reduce" });
  const { page, fetched } = visitor;
  await page.goto(`${address}/`);
  const button = page.getByRole("button", { name: "Ouvrir la carte interactive" });
  await button.focus();
  assert.deepEqual(fetched.filter((url) => /leaflet|supercluster|places-|outlines-/.test(url)), []);
  await page.keyboard.press("Enter");
  const status = page.locator(".live-status");
  const counted = async (pattern) => {
    await status.filter({ hasText: pattern }).waitFor();
    return Number((await status.textContent()).match(/\d+/)[0]);
  };
  const all = await counted(/lieux/);
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("live-map")), true);

  // A filter of the listing.
  await page.locator(".live-filters summary", { hasText: "Type de lieu" }).press("Enter");
  await page.getByRole("checkbox", { name: /^Fablab \d/ }).check();
  await page.waitForFunction((before) => !document.querySelector(".live-status").textContent.startsWith(`${before}`), all);
  const some = await counted(/lieux/);
  assert.ok(some > 0 && some < all, `${some} of ${all}`);

  await page.getByRole("checkbox", { name: /^Fablab \d/ }).uncheck();
  await status.filter({ hasText: `${all} lieux` }).waitFor();

  // A place: Enter opens it, the focus is on its link, Escape leads back.
  const place = page.locator(".live-place").first();
  const name = await place.getAttribute("aria-label");
  await place.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((text) => document.activeElement.textContent === text, name);
  await page.keyboard.press("Escape");
  await page.waitForFunction((text) => document.activeElement.getAttribute("aria-label") === text, name);

  // Scale and place: what a hand does by pinching and dragging.
  await page.locator(".live-jump select").selectOption({ label: "La Réunion" });
  await page.locator(".live-map").focus();
  const before = await page.locator(".live-border").getAttribute("d");
  await page.keyboard.press("-");
  await page.waitForFunction((path) => document.querySelector(".live-border").getAttribute("d") !== path, before);

  await page.getByRole("button", { name: "Fermer la carte interactive" }).press("Enter");
  assert.equal(await page.locator(".live-map").count(), 0);
  clean(visitor, address);
  await visitor.context.close();
});

test("the map of a department's page shows the department, by the facets of the list, and leads to the list", async () => {
  const visitor = await visit({ reducedMotion: "reduce" });
  const { page } = visitor;
  await page.goto(`${address}/regions/bretagne/ille-et-vilaine/`);
  const numbers = Number(await page.locator(".numbers .number").first().textContent());
  await page.getByRole("link", { name: "Ouvrir la carte interactive ici" }).press("Enter");
  const status = page.locator(".live-status");
  const shown = async () => Number((await status.textContent()).match(/\d+/)?.[0] ?? -1);
  await status.filter({ hasText: /^\d+\slieu/ }).waitFor();
  const department = await shown();
  assert.ok(department > 0 && department <= numbers, `${department} of ${numbers}`);

  // The facets are those of the list, and departments stand below their region.
  const titles = async (selector) => (await page.locator(selector).allTextContents()).map((text) => text.replace(/\d+$/, "").trim());
  assert.deepEqual(await titles(".live-filters summary"), await titles(".filter-title").then((all) => all.filter((title) => title !== "Données ouvertes")));
  await page.locator(".live-filters summary", { hasText: "Région" }).press("Enter");
  const box = (name) => page.getByRole("checkbox", { name: new RegExp(`^${name} \\d`), includeHidden: true });
  assert.equal(await box("Bretagne").isChecked() && await box("Ille-et-Vilaine").isChecked(), true);
  assert.equal(await box("Finistère").isVisible(), true);
  assert.equal(await box("Calvados").isVisible(), false);

  // A second department adds, the region alone has all, and the list shows the same.
  await box("Finistère").press("Space");
  assert.ok((await shown()) > department);
  const both = await shown();
  await box("Ille-et-Vilaine").press("Space");
  await box("Finistère").press("Space");
  const region = await shown();
  assert.ok(region > both, `${region} in the region, ${both} in two departments`);
  await box("Ille-et-Vilaine").press("Space");
  await box("Côtes-d’Armor").press("Space");
  const wanted = new URL(await page.getByRole("link", { name: "Voir ces fiches dans la liste" }).evaluate((link) => link.href)).searchParams;
  assert.deepEqual(wanted.getAll("region"), ["bretagne/ille-et-vilaine", "bretagne/cotes-d-armor"].sort().reverse());
  assert.equal(wanted.get("collection"), "places");
  await page.getByRole("link", { name: "Voir ces fiches dans la liste" }).press("Enter");
  await page.locator(".search-result").first().waitFor();
  const found = Number((await page.locator("#search-status").textContent()).match(/\d+/)[0]);
  assert.ok(found >= (await page.locator(".search-result").count()) && found >= department, `${found} in the list`);
  clean(visitor, address);
  await visitor.context.close();
});

test("all of the mainland and its island are in view at first, and what lies far away is not", async () => {
  const visitor = await visit({ reducedMotion: "reduce" });
  const { page } = visitor;
  await page.goto(`${address}/lieux/#live-map`);
  await page.locator(".live-status").filter({ hasText: /^\d+\slieux/ }).waitFor();
  const outside = await page.evaluate(() => {
    const field = document.querySelector(".live-map").getBoundingClientRect();
    const marks = [...document.querySelectorAll(".live-heap, .live-place")].map((mark) => mark.getBoundingClientRect());
    const seen = marks.filter(({ left, right, top, bottom }) => left >= field.left && right <= field.right && top >= field.top && bottom <= field.bottom);
    return { marks: marks.length, seen: seen.length };
  });
  assert.ok(outside.seen > 10 && outside.seen === outside.marks, JSON.stringify(outside));
  clean(visitor, address);
  await visitor.context.close();
});
