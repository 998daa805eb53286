// Pictures in a browser: each screen fetches the smallest file that is sharp on it, not before a reader comes near, and nothing moves.

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";

const PAGE = "documentation/rendre-le-lieu-accessible/";
const PICTURE = ".prose figure img";

/** Screens, and the width of the file that is the smallest sharp one: the column has 42rem, the screen less its margins, or what the tree and the contents leave. */
const SCREENS = [
  { name: "an old telephone", width: 320, height: 640, deviceScaleFactor: 1, chosen: 400 },
  { name: "a telephone", width: 390, height: 844, deviceScaleFactor: 2, chosen: 800 },
  { name: "a sharp telephone", width: 390, height: 844, deviceScaleFactor: 3, chosen: 1200 },
  { name: "a small sharp laptop", width: 1000, height: 700, deviceScaleFactor: 2, chosen: 1200 },
  { name: "a desktop", width: 1280, height: 900, deviceScaleFactor: 1, chosen: 800 },
  { name: "a sharp desktop", width: 1280, height: 900, deviceScaleFactor: 2, chosen: 1600 },
];

after(stop);
after(cleanUp);

describe("a picture in a text", () => {
  let address, files;
  before(async () => {
    ({ files } = build("/"));
    address = `${await serveFiles(files)}/`;
  });

  for (const { name, chosen, width, height, deviceScaleFactor } of SCREENS) {
    test(`is ${chosen} pixels wide on ${name}, comes late and moves nothing`, async (t) => {
      const visitor = await visit({ viewport: { width, height }, deviceScaleFactor });
      const { page, fetched } = visitor;
      await page.addInitScript(() => {
        globalThis.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (globalThis.shifts += value))).observe({ type: "layout-shift", buffered: true });
      });
      await page.goto(address + PAGE, { waitUntil: "load" });
      const picture = page.locator(PICTURE);
      const size = () => picture.evaluate((image) => [image.clientWidth, image.clientHeight, document.documentElement.scrollHeight]);
      const before = await size();
      await picture.scrollIntoViewIfNeeded();
      await picture.evaluate((image) => image.decode());
      // A file of 400 × 333 pixels has the proportions of 1600 × 1333 but for a fraction of a pixel.
      (await size()).forEach((length, at) => assert.ok(Math.abs(length - before[at]) <= 1, `${length} instead of ${before[at]}`));
      // A layout shift is told in the frame after it.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      assert.equal(await page.evaluate(() => globalThis.shifts), 0);
      const { current, alt, shown } = await picture.evaluate((image) => ({ current: image.currentSrc, alt: image.alt, shown: image.clientWidth / image.clientHeight }));
      assert.match(current, new RegExp(`/pictures/[0-9a-f]+-${chosen}\\.webp$`));
      assert.ok(alt.length > 20 && Math.abs(shown - 1600 / 1333) < 0.01);
      const pictures = fetched.filter((url) => url.includes("/pictures/") || /sanitaires\.png$/.test(url));
      assert.deepEqual(pictures, [current], "one file is fetched");
      const bytes = statSync(join(files, new URL(current).pathname)).size;
      t.diagnostic(`${bytes} bytes instead of ${statSync(join(files, PAGE, "sanitaires.png")).size}`);
      clean(visitor, address);
      await visitor.context.close();
    });
  }

  test("is there without WebP and without a script", () => {
    const html = readFileSync(join(files, PAGE, "index.html"), "utf8");
    const [image] = html.match(/<img src="[^"]*"[^>]*sanitaires[^>]*>/) ?? [];
    assert.match(image, /srcset="[^"]*\.png \d+w/);
    assert.match(image, /loading="lazy"/);
    assert.match(image, /width="1600" height="1333"/);
  });
});
