// The preview as contributors use it: a file is saved, the page follows; a fault stands in the page, and goes when it is mended.

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, preview, readmeCommand } from "./site.mjs";

after(stop);
after(cleanUp);

describe("the preview", () => {
  const entry = "content/docs/organiser-la-gouvernance.md";
  const path = "documentation/organiser-la-gouvernance/";
  let centre, address;

  before(async () => {
    centre = copy();
    address = await preview(centre);
  });

  const source = (file) => readFileSync(join(centre, file), "utf8");
  const save = (file, text) => writeFileSync(join(centre, file), text);
  const shows = (page, words) => page.waitForFunction((words) => document.querySelector("main")?.innerText.includes(words), words);
  const overlay = (page) => page.locator("maillage-faults section");

  test("follows an edit, without being asked", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto(address + path);
    save(entry, `${source(entry)}\nUne phrase ajoutée pendant que la page est ouverte.\n`);
    await shows(page, "Une phrase ajoutée pendant que la page est ouverte.");
    clean(visitor, address);
    await visitor.context.close();
  });

  test("keeps the last good page while there is a fault, says which and where, and forgets it once mended", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const sound = source(entry);
    await page.goto(address + path);
    const heading = await page.locator("h1").innerText();
    assert.equal(await overlay(page).count(), 0);
    const line = sound.split("\n").findIndex((text) => text.startsWith("themes:")) + 1;
    save(entry, sound.replace("\nthemes:", "\nthemse:"));
    await overlay(page).waitFor();
    const words = await overlay(page).innerText();
    assert.match(words, /themse/);
    assert.match(words, /unknown-field/);
    assert.ok(words.includes(`${entry}:${line}:1`), words);
    assert.equal(await page.locator("h1").innerText(), heading);
    // It says what it is, and the keyboard closes it from wherever it is; the focus goes back to where it was.
    assert.equal(await overlay(page).getAttribute("lang"), "en");
    assert.match(await page.getByRole("region", { name: /errors?: this is the last good version/ }).innerText(), /themse/);
    await page.locator("main a").first().focus();
    await page.locator("maillage-faults button").focus();
    await page.keyboard.press("Escape");
    assert.equal(await overlay(page).count(), 0);
    assert.ok(await page.locator("main a").first().evaluate((link) => link === document.activeElement));
    await page.evaluate(() => sessionStorage.clear());
    // A page that is opened only now has the fault too.
    await page.goto(address);
    await overlay(page).waitFor();
    save(entry, sound.replace("title: ", "title: Encore "));
    await overlay(page).waitFor({ state: "detached" });
    await page.goto(address + path);
    assert.equal(await page.locator("h1").innerText(), `Encore ${heading}`);
    save(entry, sound);
    await page.waitForFunction((heading) => document.querySelector("h1")?.innerText === heading, heading);
    clean(visitor, address);
    await visitor.context.close();
  });

  test("reloads where the reader was, and only what changed", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const other = await visitor.context.newPage();
    await other.goto(address);
    await other.evaluate(() => (window.unloaded = false));
    await page.goto(address + path);
    await page.evaluate(() => scrollTo(0, 700));
    await page.waitForFunction(() => scrollY === 700);
    save(entry, `${source(entry)}\nUne phrase tout en bas de la page.\n`);
    await shows(page, "Une phrase tout en bas de la page.");
    await page.waitForFunction(() => scrollY === 700);
    assert.equal(await other.evaluate(() => window.unloaded), false, "a page that didn't change was loaded again");
    clean(visitor, address);
    await visitor.context.close();
  });

  test("goes on after a proxy said that there is no preview", async () => {
    const visitor = await visit();
    const { page } = visitor;
    let refused = 0;
    await page.route("**/__maillage/events*", (route) => (refused++ ? route.continue() : route.fulfill({ status: 502 })));
    await page.goto(address + path);
    await page.waitForRequest("**/__maillage/events*");
    save(entry, `${source(entry)}\nUne phrase après le relais.\n`);
    await shows(page, "Une phrase après le relais.");
    await visitor.context.close();
  });

  test("does not bring a page back that the reader is leaving", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto(address + path);
    // A page that is long in coming, as it is while a site is being made.
    let waiting;
    const asked = new Promise((resolve) => (waiting = resolve));
    await page.route(`${address}documentation/`, (route) => waiting(route));
    await page.evaluate((target) => (location.href = target), `${address}documentation/`);
    const route = await asked;
    save(entry, `${source(entry)}\nUne phrase pendant le départ.\n`);
    for (;;) if ((await (await fetch(address + path)).text()).includes("Une phrase pendant le départ.")) break;
    // The page hears of it too, and would go back to itself within a moment.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
    await page.waitForURL(`${address}documentation/`);
    await visitor.context.close();
  });

  test("swaps styles without loading the page again", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto(address);
    await page.evaluate(() => (window.unloaded = false));
    const file = "themes/default/static/style/base.css";
    save(file, `${source(file)}\nhtml { outline: 7px solid rgb(1, 2, 3); }\n`);
    await page.waitForFunction(() => getComputedStyle(document.documentElement).outlineWidth === "7px");
    assert.equal(await page.evaluate(() => window.unloaded), false, "the page was loaded again");
    clean(visitor, address);
    await visitor.context.close();
  });

  test("shows a new entry in the listing and in the search, and loses a deleted one", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const made = "content/docs/zygomatique.md";
    await page.goto(`${address}documentation/`);
    save(made, "---\ntitle: Muscle zygomatique\nsummary: Une fiche d’essai.\nthemes: [governance]\naudiences: [teams]\nupdated: 2026-11-20\n---\n\nDu texte.\n");
    await shows(page, "Muscle zygomatique");
    const found = (total) => page.waitForFunction((total) => document.querySelectorAll("#search-results > li").length === total &&
      document.querySelector("#search-status > .search-count") && !document.querySelector("#search-app[aria-busy]"), total);
    await page.goto(`${address}recherche/?q=zygomatique`);
    await found(1);
    await page.locator("#search-results h2 a").click();
    await page.waitForURL(`${address}documentation/zygomatique/`);
    await page.goto(`${address}documentation/`);
    rmSync(join(centre, made));
    await page.waitForFunction(() => document.querySelector("main") && !document.querySelector("main").innerText.includes("zygomatique"));
    await page.goto(`${address}recherche/?q=%22zygomatique%22`);
    await found(0);
    clean(visitor, address);
    await visitor.context.close();
  });
});

test("the README's first command serves the example centre", async () => {
  const address = await readmeCommand();
  const visitor = await visit();
  await visitor.page.goto(address);
  assert.ok(await visitor.page.locator("main h1").innerText());
  clean(visitor, address);
  await visitor.context.close();
});
