// Suggestions under the search fields: what a visitor sees, what a screen reader hears, what the keyboard does.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";

after(stop);
after(cleanUp);

let address;
before(async () => (address = `${await serveFiles(build("/centre/").host)}/centre/`));

/** Types into a field and waits until what is suggested goes with it. */
async function type(page, field, text) {
  const input = page.locator(field);
  await input.fill("");
  await input.pressSequentially(text);
  const word = text.split("'").at(-1).slice(0, 3);
  await page.waitForFunction((word) => {
    const list = document.querySelector(".suggestions:not([hidden])");
    return list && list.textContent.toLowerCase().includes(word);
  }, word);
}

const options = (page) => page.locator(".suggestions:not([hidden]) [role=option]").evaluateAll((all) => all.map((one) => one.textContent));

test("an editable combobox with a list, as the authoring practices say", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(address);
  const form = page.locator("main form[role=search]");
  const field = page.locator("#home-query");
  assert.match(await form.ariaSnapshot(), /- combobox "Que cherchez-vous \?"\n/);
  await type(page, "#home-query", "bret");
  const snapshot = await form.ariaSnapshot();
  assert.match(snapshot, /- combobox "Que cherchez-vous \?" \[expanded\]( \[active\])?: bret/);
  assert.match(snapshot, /- listbox "Suggestions":\n {4}- option "Bretagne Région"/);
  // The reader hears how many, once, after a pause.
  await page.waitForFunction(() => /^\d+ suggestions/.test(document.querySelector("main form [role=status]").textContent));

  const state = () => field.evaluate((input) => {
    const active = document.getElementById(input.getAttribute("aria-activedescendant") ?? "");
    return { focused: document.activeElement === input, active: active?.textContent ?? null, selected: active?.getAttribute("aria-selected") ?? null, value: input.value };
  });
  const all = await options(page);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await state(), { focused: true, active: all[0], selected: "true", value: "bret" });
  await page.keyboard.press("ArrowUp");
  assert.equal((await state()).active, null, "above the first is the field");
  await page.keyboard.press("ArrowUp");
  assert.equal((await state()).active, all.at(-1), "and above the field the last");
  await page.keyboard.press("ArrowLeft");
  assert.equal((await state()).active, null, "moving in the text leaves the list");
  await page.keyboard.press("Escape");
  assert.equal(await field.getAttribute("aria-expanded"), "false");
  assert.deepEqual(await options(page), []);
  assert.equal((await state()).value, "bret", "Escape closes and keeps what was typed");
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector(".suggestions:not([hidden])");
  await page.keyboard.press("Tab");
  await page.waitForSelector(".suggestions", { state: "hidden" });
  clean(visitor, address);
  await visitor.context.close();
});

test("every option of the home's list can be pressed, at any width", async () => {
  for (const width of [320, 768, 1280]) {
    const visitor = await visit({ viewport: { width, height: 1400 } });
    const { page } = visitor;
    await page.goto(address);
    await type(page, "#home-query", "lieu");
    const under = await page.locator(".suggestions:not([hidden]) [role=option]").evaluateAll((all) => all.map((option) => {
      const { left, top, width, height } = option.getBoundingClientRect();
      return option.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }));
    assert.ok(under.length > 5 && under.every(Boolean), `${width} px: ${under}`);
    clean(visitor, address);
    await visitor.context.close();
  }
});

test("an entry, a facet value and a collection lead to their pages, Enter alone searches", async () => {
  const visitor = await visit();
  const { page } = visitor;
  for (const [typed, chosen, target] of [
    ["paillas", "La Paillasse Lieu, Paris", "lieux/la-paillasse/"],
    ["bretag", "Bretagne Région", "regions/bretagne/"],
    ["outi", "Outils Rubrique", "outils/"],
    ["finister", "Finistère Région", "regions/bretagne/finistere/"],
    ["l'alz", "L’Alzire Lieu, Guéret, Creuse", null],
  ]) {
    await page.goto(`${address}lieux/`);
    await type(page, "#header-query", typed);
    const shown = await options(page);
    const at = shown.findIndex((text) => text.startsWith(chosen.split(" ")[0]));
    assert.ok(at >= 0, `${typed}: ${shown.join("; ")}`);
    if (!target) continue;
    assert.ok(shown.includes(chosen), `${typed}: ${shown.join("; ")}`);
    for (let step = 0; step <= shown.indexOf(chosen); step += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${address}${target}`);
  }
  await page.goto(`${address}en/places/`);
  await type(page, "#header-query", "paris");
  await page.locator(".suggestions [role=option]", { hasText: "La Paillasse" }).click();
  await page.waitForURL(`${address}en/places/la-paillasse/`);
  await type(page, "#header-query", "bretag");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${address}en/search/?q=bretag`);
  clean(visitor, address);
  await visitor.context.close();
});

test("suggestions cost a few small files and no engine", async (t) => {
  const visitor = await visit();
  const { page, fetched } = visitor;
  await page.goto(`${address}lieux/`);
  // What is fetched ahead of a search comes when the page rests.
  await page.waitForLoadState("networkidle");
  const before = fetched.length;
  await type(page, "#header-query", "mutinerie");
  const files = fetched.slice(before).map((url) => url.slice(address.length)).filter((file) => file.startsWith("search/"));
  t.diagnostic(files.join(" "));
  assert.ok(files.length >= 2 && files.length <= 3 && files.every((file) => file.startsWith("search/suggest/fr/")), files.join(" "));
  clean(visitor, address);
  await visitor.context.close();
});

describe("what a search needs is fetched", () => {
  for (const [said, path, connection, atRest, entered] of [
    ["once a list rests", "lieux/", undefined, 2, 2],
    ["on an entry's page when the field is entered", "lieux/hotel-pasteur/", undefined, 0, 2],
    ["not for visitors who save data", "lieux/", { saveData: true }, 0, 0],
    ["not over a slow connection", "lieux/", { saveData: false, effectiveType: "3g" }, 0, 0],
    ["as usual over a fast connection", "lieux/", { saveData: false, effectiveType: "4g" }, 2, 2],
  ]) {
    test(said, async () => {
      const visitor = await visit();
      const { page, fetched } = visitor;
      if (connection) await page.addInitScript((value) => Object.defineProperty(navigator, "connection", { value }), connection);
      const ahead = () => fetched.filter((url) => /search\/(engine|boot)-/.test(url)).length;
      const settled = async (expected) => {
        if (expected > 0) await page.waitForFunction((count) => performance.getEntriesByType("resource").filter(({ name }) => /search\/(engine|boot)-/.test(name)).length === count, expected);
        else await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))));
        await page.waitForLoadState("networkidle");
      };
      await page.goto(address + path);
      await settled(atRest);
      assert.equal(ahead(), atRest);
      await page.locator("#header-query").focus();
      await settled(entered);
      assert.equal(ahead(), entered);
      clean(visitor, address);
      await visitor.context.close();
    });
  }
});

test("where files are missing the field stays a field", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.route("**/suggest/**", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<p>A page of the host's" }));
  await page.goto(`${address}lieux/`);
  await page.locator("#header-query").pressSequentially("paillasse");
  await page.keyboard.press("Enter");
  await page.waitForURL(/recherche\/\?q=paillasse/);
  clean(visitor, address);
  await visitor.context.close();
});
