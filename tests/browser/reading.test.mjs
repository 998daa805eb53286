// Comfort while reading: a block of code is copied by a button, and the contents show where the reader is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";
import { TEMPLATES } from "./templates.mjs";

let address;
before(async () => {
  address = `${await serveFiles(build("/").host)}/`;
});
after(stop);
after(cleanUp);

test("a button copies a block of code, says so, and works by keyboard", async () => {
  const visitor = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visitor;
  await page.goto(`${address}contribuer/`);
  const block = page.locator(".code-block").first();
  const button = block.getByRole("button");
  const words = await button.innerText();
  await button.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => document.querySelector(".copy-code").textContent !== before, words);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await block.locator("pre").evaluate((pre) => pre.textContent));
  clean(visitor, address);
  await visitor.context.close();
});

test("the contents follow the reader", async () => {
  const visitor = await visit({ reducedMotion: "reduce" });
  const { page } = visitor;
  for (const path of TEMPLATES.doc.paths) {
    await page.goto(address + path);
    const links = page.locator(".toc a");
    const wanted = await links.nth(3).getAttribute("href");
    await links.nth(3).click();
    await page.waitForFunction((href) => document.querySelector(".toc [aria-current]")?.getAttribute("href") === href, wanted);
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForFunction(() => !document.querySelector(".toc [aria-current]"));
  }
  clean(visitor, address);
  await visitor.context.close();
});
