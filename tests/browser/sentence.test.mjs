// Sentences on the search page: chips that say what was read, that can be taken back, that the address keeps; the oracle is `maillage search`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, maillage, serveFiles } from "./site.mjs";

after(stop);
after(cleanUp);

let address;
before(async () => (address = `${await serveFiles(build("/").host)}/`));

/** What the terminal answers. */
const oracle = (query) => JSON.parse(maillage("search", "--json", "--", query));

/** Waits for an answer, and reads it. */
async function answer(page) {
  await page.waitForFunction(() => {
    const app = document.getElementById("search-app");
    return app && !app.hidden && !app.hasAttribute("aria-busy") && document.querySelector("#search-status > .search-count");
  });
  return page.evaluate(() => ({
    status: document.getElementById("search-status").textContent,
    keys: [...document.querySelectorAll("#search-results > li")].map((item) => item.dataset.key),
    chips: [...document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)")].map((chip) => chip.firstChild.textContent.trim()),
  }));
}

test("a sentence is read as chips; taking one away searches its words; Back brings it again", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(`${address}recherche/`);
  await answer(page);
  await page.locator("#search-query").fill("coworking à moins de 60 km de Rennes");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)").length === 2);
  const read = await answer(page);
  assert.deepEqual(read.chips, ["Coworking", "À moins de 60 km de Rennes"]);
  const expected = oracle("coworking à moins de 60 km de Rennes");
  assert.deepEqual(read.keys, expected.hits.map((hit) => hit.key));
  assert.ok(read.keys.includes("places/hotel-pasteur"), read.keys.join(" "));
  assert.match(await page.locator("#search-chips").ariaSnapshot(), /button "Coworking\s: chercher «\scoworking\s» comme des mots"/);
  assert.match(await page.locator(".search-result-distance").first().innerText(), /km/);
  assert.equal(await page.locator("#search-sort").inputValue(), "distance");

  const box = page.locator('#search-facets input[name="place_kind"][value="coworking"]');
  assert.ok(await box.isChecked(), "what was read is chosen in the filters too");
  await box.uncheck();
  await page.waitForURL(/words=coworking/);
  await page.waitForFunction(() => document.querySelectorAll("#search-chips .search-chip").length === 1);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)").length === 2);
  await answer(page);

  await page.locator("#search-chips .search-chip", { hasText: "Rennes" }).click();
  await page.waitForURL(/words=/);
  await page.waitForFunction(() => ![...document.querySelectorAll(".search-chip")].some((chip) => chip.textContent.includes("km de Rennes")));
  const words = await answer(page);
  assert.deepEqual(words.chips, [], "a heading alone is searched as a word");
  const address2 = page.url();
  await page.reload();
  assert.deepEqual((await answer(page)).keys, words.keys);
  assert.equal(page.url(), address2);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)").length === 2);
  assert.deepEqual((await answer(page)).keys, read.keys);
  clean(visitor, address);
  await visitor.context.close();
});

test("what is to cost nothing is a chip and the filter by price; either takes it away", async () => {
  const visitor = await visit();
  const { page } = visitor;
  const chips = (count) => page.waitForFunction((count) => document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)").length === count, count);
  await page.goto(`${address}recherche/?q=outil+gratuit`);
  await chips(2);
  const read = await answer(page);
  assert.deepEqual(read.chips, ["Outils", "Coût : Gratuit"]);
  const expected = oracle("outil gratuit");
  assert.deepEqual(read.keys, expected.hits.map((hit) => hit.key));
  assert.ok(expected.total > 0);
  const free = page.locator('#search-prices [data-price="cost"] input[type="checkbox"]');
  assert.ok(await free.isChecked(), "what was read is chosen in the filter too");
  await free.uncheck();
  await page.waitForURL(/words=gratuit/);
  await chips(0);
  assert.ok(!(await free.isChecked()));
  await page.goBack();
  await chips(2);
  await page.locator("#search-chips .search-chip", { hasText: "Gratuit" }).click();
  await page.waitForURL(/words=gratuit/);
  await chips(0);
  clean(visitor, address);
  await visitor.context.close();
});

test("a name of several towns offers the others", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(`${address}recherche/?q=${encodeURIComponent("fablab près de Saint-Denis")}`);
  const first = await answer(page);
  assert.ok(first.chips.includes("À moins de 30 km de Saint-Denis"), first.chips.join("; "));
  const others = page.locator(".search-towns a");
  assert.ok(await others.count() > 0, "others are offered");
  await others.first().click();
  await page.waitForURL(/town=1/);
  assert.notDeepEqual((await answer(page)).keys, first.keys);
  clean(visitor, address);
  await visitor.context.close();
});

test("nothing found says what to leave out, and how much that gives", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(`${address}recherche/?q=${encodeURIComponent("fablab à moins de 1 km de Rodez")}`);
  assert.deepEqual((await answer(page)).keys, []);
  const link = page.locator(".search-relax a", { hasText: "Rodez" });
  await link.waitFor();
  const count = Number((await link.innerText()).match(/\((\d+)\)$/)[1]);
  await link.click();
  await page.waitForURL(/words=/);
  await page.waitForSelector("#search-results > li");
  assert.ok((await answer(page)).status.startsWith(String(count)), await page.locator("#search-status").innerText());
  clean(visitor, address);
  await visitor.context.close();
});

test("the position is asked for by a click alone", async () => {
  const visitor = await visit({ geolocation: { latitude: 48.11, longitude: -1.68 }, permissions: ["geolocation"] });
  const { page } = visitor;
  await page.addInitScript(() => {
    window.asked = 0;
    const { getCurrentPosition } = navigator.geolocation;
    navigator.geolocation.getCurrentPosition = (...given) => {
      window.asked += 1;
      return getCurrentPosition.apply(navigator.geolocation, given);
    };
  });
  await page.goto(`${address}recherche/?q=coworking`);
  await answer(page);
  const button = page.getByRole("button", { name: "Près de moi", exact: true });
  await button.waitFor();
  assert.equal(await page.evaluate(() => window.asked), 0);
  await button.click();
  await page.waitForURL(/near=me/);
  await page.waitForSelector(".search-result-distance");
  assert.equal((await answer(page)).keys[0], "places/hotel-pasteur");
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  assert.doesNotMatch(page.url(), /48/);
  clean(visitor, address);
  await visitor.context.close();
});
