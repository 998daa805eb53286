// A third language, written from right to left, is one file of strings: the example centre with ten texts of the interface in Arabic. All else falls
// back to the default language; nothing overflows, and what has a direction turns round.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, folder, maillage, serveFiles } from "./site.mjs";

const STRINGS = `language_name = "العربية"
direction = "rtl"
menu = "القائمة"
search = "بحث"
home = "الرئيسية"
skip_to_content = "انتقل إلى المحتوى"
search_label = "عمّ تبحث؟"
next = "التالي"
previous = "السابق"
entry_count = { zero = "لا بطاقات", one = "بطاقة واحدة", two = "بطاقتان", few = "{count} بطاقات", many = "{count} بطاقة", other = "{count} بطاقة" }
`;

let address;
before(async () => {
  const centre = copy();
  const settings = join(centre, "site.toml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace('languages = ["fr", "en"]', 'languages = ["fr", "en", "ar"]'));
  mkdirSync(join(centre, "themes/default/strings"), { recursive: true });
  writeFileSync(join(centre, "themes/default/strings/ar.toml"), STRINGS);
  const host = folder();
  maillage("build", "-C", centre, "--output", host);
  address = `${await serveFiles(host)}/`;
});
after(stop);
after(cleanUp);

const PAGES = ["", "lieux/", "lieux/hotel-pasteur/", "outils/budget-previsionnel/", "documentation/ouvrir-un-tiers-lieu/", "regions/bretagne/", "a-z/", "recherche/"];

for (const width of [320, 1280]) {
  test(`pages from right to left fit ${width} px`, async () => {
    const visitor = await visit({ viewport: { width, height: 800 } });
    for (const path of PAGES) {
      await visitor.page.goto(`${address}ar/${path}`, { waitUntil: "load" });
      const shown = await visitor.page.evaluate(() => ({
        dir: document.documentElement.dir,
        lang: document.documentElement.lang,
        wide: document.documentElement.scrollWidth - innerWidth,
        skip: document.querySelector(".skip-link").textContent,
      }));
      assert.deepEqual(shown, { dir: "rtl", lang: "ar", wide: Math.min(shown.wide, 0), skip: "انتقل إلى المحتوى" }, path);
    }
    clean(visitor, address);
    await visitor.context.close();
  });
}

test("the name stands on the right, and French texts say that they are French", async () => {
  const visitor = await visit();
  await visitor.page.goto(`${address}ar/documentation/ouvrir-un-tiers-lieu/`);
  const brand = await visitor.page.locator(".site-header .brand").boundingBox();
  assert.ok(brand.x > 640, `${brand.x} px from the left`);
  assert.equal(await visitor.page.locator("h1").getAttribute("lang"), "fr");
  for (const text of ["h1", ".lead", "article .prose"]) assert.equal(await visitor.page.locator(text).first().evaluate((element) => getComputedStyle(element).direction), "ltr", text);
  assert.equal(await visitor.page.locator("article .prose").first().getAttribute("lang"), "fr");
  await visitor.page.goto(`${address}ar/lieux/`);
  assert.match(await visitor.page.locator(".listing-count").innerText(), /164 بطاقة/);
  clean(visitor, address);
  await visitor.context.close();
});
