// What readers and their devices ask for: no movement, colours of their own, paper, a browser from before dark mode, no style at all. On one page of
// each template.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { FLAGS, clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, copy, folder, maillage, serveFiles } from "./site.mjs";
import { TEMPLATES } from "./templates.mjs";

const PAGES = Object.entries(TEMPLATES);

/** A title that no line of a telephone holds. */
const LONG = "Interdepartementalisationsbeauftragtenstelle";

let address;
before(async () => {
  address = `${await serveFiles(build("/").host)}/`;
});
after(stop);
after(cleanUp);

/** Visits one page of each template, as they are when they are ready. */
async function everyPage(options, look) {
  const visitor = await visit(options);
  for (const [name, { paths, press, ready }] of PAGES) {
    await visitor.page.goto(address + paths[0], { waitUntil: "load" });
    if (press) await visitor.page.locator(press).first().click();
    if (ready) await visitor.page.locator(ready).first().waitFor();
    await look(visitor.page, name);
  }
  clean(visitor, address);
  await visitor.context.close();
}

test("nothing moves where no movement is wanted", async () => {
  const moving = () => {
    const pseudo = [undefined, "::before", "::after"];
    const seconds = (list) => Math.max(...list.split(",").map(parseFloat));
    const all = [...document.querySelectorAll("*:not(.leaflet-container, .leaflet-container *)")];
    const moves = (style) => seconds(style.transitionDuration) > 0 || seconds(style.animationDuration) > 0 || style.scrollBehavior === "smooth";
    return all.filter((element) => pseudo.some((part) => moves(getComputedStyle(element, part)))).map((element) => element.className || element.localName);
  };
  await everyPage({ reducedMotion: "reduce" }, async (page, name) => assert.deepEqual(await page.evaluate(moving), [], name));
  // Where it is welcome there is some: the test sees it.
  const { page, context } = await visit({ reducedMotion: "no-preference" });
  await page.goto(address);
  assert.ok((await page.evaluate(moving)).length > 3);
  await context.close();
});

test("in forced colours buttons have an edge, the current page a mark, maps their borders, and the focus is seen", async () => {
  await everyPage({ forcedColors: "active", reducedMotion: "reduce" }, async (page, name) => {
    const faults = await page.evaluate(() => {
      const found = [];
      const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
      for (const button of seen(".button, .search-form-large button, .search-chip, .search-toggle")) {
        if (getComputedStyle(button).borderTopStyle === "none") found.push(`no edge: ${button.textContent.trim()}`);
      }
      for (const link of seen(".navigation [aria-current]")) {
        if (parseFloat(getComputedStyle(link).borderBlockEndWidth) < 3) found.push(`no mark: ${link.textContent}`);
      }
      const ground = getComputedStyle(document.body).backgroundColor;
      for (const area of seen(".map .map-area")) {
        const { stroke, strokeWidth } = getComputedStyle(area);
        if (stroke === "none" || stroke === ground || parseFloat(strokeWidth) < 1) found.push(`no border: ${area.textContent}`);
      }
      const field = seen("main .search-field, .search-field")[0];
      field?.querySelector("input").focus();
      if (field && getComputedStyle(field).outlineStyle === "none") found.push("a search field without a sign of its focus");
      for (const dot of seen(".map-dot, .locator-dot")) if (getComputedStyle(dot).fill === ground) found.push("a dot in the colour of the ground");
      return found;
    });
    assert.deepEqual(faults, [], name);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none", `${name}: the focus`);
  });
});

test("on paper there is the text with its addresses, black on white, and nothing that only a screen can use", async () => {
  await everyPage({ colorScheme: "dark", reducedMotion: "reduce" }, async (page, name) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const shown = await page.evaluate(() => {
      const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()).map((element) => element.className || element.localName);
      const light = (colour) => Math.max(...colour.match(/[\d.]+/g).slice(0, 3).map(Number)) > 200;
      return {
        screen: seen(".navigation, .site-header form, .skip-link, .toc, .siblings, .pagination, .live-root, .copy-code, .view-switch, [popovertarget], .filter, .search-tools, #search-facets, #refine-title"),
        heading: seen("h1").length,
        dark: !light(getComputedStyle(document.body).backgroundColor) || light(getComputedStyle(document.querySelector("h1")).color),
        silent: [...document.querySelectorAll(".prose a[href^='http']")].filter((link) => link.checkVisibility() && !getComputedStyle(link, "::after").content.includes("http")).length,
        wide: document.documentElement.scrollWidth - innerWidth,
      };
    });
    assert.deepEqual(shown, { screen: [], heading: 1, dark: false, silent: 0, wide: Math.min(shown.wide, 0) }, name);
    await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  });
});

test("with text of twice the size, and with a title of one long word, nothing scrolls sideways", async () => {
  const centre = copy();
  writeFileSync(join(centre, "content/professions/mot-long.md"), `---\ntitle: ${LONG}\nsummary: Un mot.\nmissions: [Un mot]\n---\nUn texte.\n`);
  const host = folder();
  maillage("build", "-C", centre, "--output", host);
  const address = `${await serveFiles(host)}/`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"] });
  for (const width of [320, 360]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    for (const path of [...PAGES.flatMap(([, { paths }]) => paths), "metiers/", "metiers/mot-long/", "partenaires/", "themes/"]) {
      await page.goto(address + path, { waitUntil: "load" });
      if (path.includes("?q=")) await page.locator(".search-result").first().waitFor();
      const [size, wide] = await page.evaluate(() => [getComputedStyle(document.documentElement).fontSize, document.documentElement.scrollWidth - innerWidth]);
      assert.equal(size, "32px");
      assert.ok(wide <= 0, `${path} at ${width} px is ${wide} px too wide`);
    }
    await page.close();
  }
  await browser.close();
});

test("a browser that knows no dark mode shows light colours that can be read", async () => {
  const visitor = await visit({ colorScheme: "dark", reducedMotion: "reduce" });
  const { page } = visitor;
  await page.route("**/style.css", async (route) => {
    const response = await route.fetch();
    const css = await response.text();
    assert.match(css, /light-dark\(/);
    await route.fulfill({ response, body: css.replaceAll("light-dark(", "not-known-here(").replaceAll("::details-content", "::not-known-here") });
  });
  for (const [name, { paths, ready }] of PAGES.filter(([, { press }]) => !press)) {
    await page.goto(address + paths[0], { waitUntil: "load" });
    if (ready) await page.locator(ready).first().waitFor();
    const { ground, ink, scheme } = await page.evaluate(() => {
      const { backgroundColor: ground, color: ink } = getComputedStyle(document.body);
      return { ground, ink, scheme: getComputedStyle(document.documentElement).colorScheme };
    });
    assert.deepEqual({ ground, ink, scheme }, { ground: "rgb(255, 255, 255)", ink: "rgb(22, 27, 51)", scheme: "light" }, name);
    if (name === "doc") assert.ok(await page.locator(".toc ol a").first().isVisible(), "a script opens the contents where the style can't");
  }
  clean(visitor, address);
  await visitor.context.close();
});

test("without its style a page reads from the title down, and without a script too", async () => {
  const visitor = await visit({ javaScriptEnabled: false });
  const { page } = visitor;
  await page.route("**/style.css", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  for (const [name, { paths }] of PAGES.filter(([, { press, ready }]) => !press && !ready)) {
    await page.goto(address + paths[0], { waitUntil: "load" });
    assert.ok(await page.locator("h1").isVisible(), name);
    const wide = await page.evaluate(() => [...document.querySelectorAll("svg.icon")].filter((icon) => icon.getBoundingClientRect().width > 64).length);
    assert.equal(wide, 0, `${name}: icons as large as the page`);
  }
  clean(visitor, address);
  await visitor.context.close();
});

test("on a telephone the text comes before its contents, which unfold without a script; on a wide screen they stand beside it", async () => {
  const narrow = await visit({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
  const contents = narrow.page.locator(".toc ol a").first();
  for (const path of [...TEMPLATES.doc.paths, ...TEMPLATES.training.paths, ...TEMPLATES.page.paths]) {
    await narrow.page.goto(address + path);
    assert.equal(await contents.isVisible(), false, path);
    await narrow.page.locator(".toc summary").click();
    assert.ok(await contents.isVisible(), path);
  }
  await narrow.context.close();
  for (const javaScriptEnabled of [false, true]) {
    const wide = await visit({ javaScriptEnabled });
    for (const path of [...TEMPLATES.doc.paths, ...TEMPLATES.page.paths]) {
      await wide.page.goto(address + path, { waitUntil: "load" });
      assert.ok(await wide.page.locator(".toc ol a").first().isVisible(), path);
      if (javaScriptEnabled) assert.equal(await wide.page.locator(".toc details").getAttribute("open"), "", path);
    }
    clean(wide, address);
    await wide.context.close();
  }
});

test("on a telephone what a tool is comes before what is tied to it, on a wide screen it stands beside both", async () => {
  for (const [width, order] of [[320, "below"], [1280, "beside"]]) {
    const { page, context } = await visit({ viewport: { width, height: 900 } });
    for (const path of [TEMPLATES.tool.paths[0], "partenaires/anct/"]) {
      await page.goto(address + path);
      const [side, ties] = await page.evaluate(() => [".columns-side", ".columns-ties"].map((selector) => document.querySelector(selector).getBoundingClientRect().toJSON()));
      if (order === "below") assert.ok(ties.top >= side.bottom, path);
      else assert.ok(ties.right < side.left && side.top < ties.top + 1, path);
    }
    await context.close();
  }
});

test("the home dates what is new, mixes collections, and says which language a card is in", async () => {
  const { page, context } = await visit();
  await page.goto(address);
  const kinds = await page.locator(".home-latest .card-kicker").allInnerTexts();
  assert.ok(kinds.length > 3 && kinds.every((kind) => /\d{4}/.test(kind)), kinds.join("; "));
  assert.ok(new Set(kinds.map((kind) => kind.split("·")[0])).size > 3, kinds.join("; "));
  assert.equal(await page.locator(".badges li[lang]").count(), 0);
  await page.goto(`${address}en/documentation/`);
  const [french, said] = await page.evaluate(() => [".card-title[lang=fr]", ".badges li[lang=fr]"].map((selector) => document.querySelectorAll(selector).length));
  assert.ok(french > 0 && french === said, `${said} of ${french}`);
  await context.close();
});

test("the contents name every section of a page, those that the program writes too", async () => {
  const { page, context } = await visit();
  await page.goto(`${address}mentions-legales/`);
  const titles = await page.locator("main h2:not(.side-title)").allTextContents();
  const listed = await page.locator(".toc > details > ol > li > a").allTextContents();
  assert.deepEqual(listed, titles.map((title) => title.replace(/\s*#$/, "").trim()));
  await context.close();
});

test("a page that is not translated says so before anything else, at any width", async () => {
  for (const width of [320, 768, 1280]) {
    const { page, context } = await visit({ viewport: { width, height: 900 } });
    for (const path of ["en/places/hotel-pasteur/", "en/tools/budget-previsionnel/", "en/documentation/assurer-le-lieu/"]) {
      await page.goto(address + path);
      const first = await page.evaluate(() => document.querySelector(".page-header").nextElementSibling.textContent.trim());
      assert.match(first, /^This page is not translated yet\. Here it is in its original language: Français\.$/, path);
      const [notice, others] = await page.evaluate(() => [".notices", ".columns > *"].map((selector) => Math.min(...[...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect().top))));
      assert.ok(notice < others, `${path} at ${width} px`);
    }
    await context.close();
  }
});
