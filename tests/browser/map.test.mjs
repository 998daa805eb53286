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
  assert.match(title, /^Bretagne : \d+\slieux$/);
  assert.equal(title.match(/\d+/)[0], await listed.locator(".count").textContent());
  assert.equal(await page.getByRole("button", { name: "Ouvrir la carte interactive" }).count(), 0);
  await area.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/regions\/bretagne\/$/);
  assert.ok((await page.locator(".map .map-area").count()) > 3);
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
  await page.getByLabel("Fablab", { exact: true }).check();
  await page.waitForFunction((before) => !document.querySelector(".live-status").textContent.startsWith(`${before}`), all);
  const some = await counted(/lieux/);
  assert.ok(some > 0 && some < all, `${some} of ${all}`);

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
