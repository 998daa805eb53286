// Every kind of page in a browser: it shows, nothing fails, nothing is refused by the policy, nothing is fetched from elsewhere.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, preview, project, serveFiles } from "./site.mjs";

after(stop);
after(cleanUp);

/** The paths of redirects, and of one page of each kind, language and collection or facet. */
function kinds(files) {
  const found = readdirSync(files, { recursive: true }).filter((file) => file.endsWith(".html")).sort();
  const redirects = [];
  const chosen = new Map();
  for (const file of found) {
    const html = readFileSync(join(files, file), "utf8");
    const path = file.replace(/(^|\/)index\.html$/, "$1");
    const [, body] = html.match(/<body class="([^"]*)"/) ?? [];
    const section = file.split("/").slice(0, file.startsWith("en/") ? 2 : 1).join("/");
    const key = `${body} ${section} ${file.includes("/page/")}`;
    if (/http-equiv="refresh"/i.test(html)) redirects.push(path);
    else if (!chosen.has(key)) chosen.set(key, path);
  }
  return { redirects, wanted: [...chosen.values()] };
}

for (const path of ["/", "/centre/"]) {
  describe(`pages at ${path}`, () => {
    let address, redirects, wanted;
    before(async () => {
      const site = build(path);
      ({ redirects, wanted } = kinds(site.files));
      address = (await serveFiles(site.host)) + path;
    });

    test("show without a fault", async (t) => {
      assert.ok(wanted.length > 60, `${wanted.length} kinds of pages`);
      const visitor = await visit();
      for (const file of wanted) {
        const response = await visitor.page.goto(address + encodeURI(file), { waitUntil: "load" });
        assert.equal(response.status(), 200, file);
        const shown = await visitor.page.evaluate(() => ({
          heading: document.querySelector("h1")?.textContent.trim(),
          styled: getComputedStyle(document.querySelector("main") ?? document.body).display !== "inline" && document.styleSheets.length > 0,
          wide: document.documentElement.scrollWidth - innerWidth,
        }));
        assert.ok(shown.heading, `${file} has no heading`);
        assert.ok(shown.styled, `${file} has no style`);
        assert.ok(shown.wide <= 0, `${file} is ${shown.wide} px too wide`);
      }
      clean(visitor, address);
      await visitor.context.close();
      t.diagnostic(`${wanted.length} pages`);
    });

    test("fit a telephone of 320 px, in the dark", async () => {
      const visitor = await visit({ viewport: { width: 320, height: 640 }, colorScheme: "dark", reducedMotion: "reduce" });
      for (const file of wanted) {
        await visitor.page.goto(address + encodeURI(file), { waitUntil: "load" });
        const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${file} is ${wide} px too wide`);
      }
      clean(visitor, address);
      await visitor.context.close();
    });

    test("can be read without JavaScript", async () => {
      const visitor = await visit({ javaScriptEnabled: false });
      for (const file of wanted) {
        await visitor.page.goto(address + encodeURI(file), { waitUntil: "load" });
        const words = (await visitor.page.locator("main").innerText()).split(/\s+/).length;
        assert.ok(words > 5, `${file} shows ${words} words`);
      }
      clean(visitor, address);
      await visitor.context.close();
    });

    test("that moved lead to where they are now, with and without JavaScript", async () => {
      assert.ok(redirects.length > 0, "the example centre has no alias");
      for (const javaScriptEnabled of [true, false]) {
        const visitor = await visit({ javaScriptEnabled });
        for (const file of redirects) {
          await visitor.page.goto(address + encodeURI(file), { waitUntil: "commit" });
          await visitor.page.waitForURL((url) => url.href !== address + encodeURI(file));
          assert.ok(await visitor.page.locator("main h1").innerText(), `${file} leads to a page without a heading`);
        }
        clean(visitor, address);
        await visitor.context.close();
      }
    });

    test("of the search say so without JavaScript, and lead to the A to Z", async () => {
      const visitor = await visit({ javaScriptEnabled: false });
      for (const [file, words] of [["recherche/", /JavaScript/], ["en/search/", /JavaScript/]]) {
        await visitor.page.goto(address + file);
        const main = visitor.page.locator("main");
        assert.match(await main.innerText(), words);
        assert.equal(await visitor.page.locator("#search-app").isVisible(), false);
        const letters = main.locator("a[href*='a-z/']").first();
        assert.ok(await letters.isVisible());
        await letters.click();
        await visitor.page.waitForURL(/a-z\/$/);
        const entries = await visitor.page.locator("main li a").count();
        assert.ok(entries > 100, `${entries} entries from A to Z`);
      }
      clean(visitor, address);
      await visitor.context.close();
    });
  });
}

test("the preview's pages show without a fault", async () => {
  const address = await preview(project);
  const visitor = await visit();
  for (const file of ["", "lieux/", "recherche/", "en/", "a-z/"]) {
    const response = await visitor.page.goto(address + file, { waitUntil: "load" });
    assert.equal(response.status(), 200, file);
  }
  clean(visitor, address);
  await visitor.context.close();
});
