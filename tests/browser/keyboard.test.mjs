// A tour by keyboard: on one page of each template every interactive part is reached with Tab, in the order of the page, shows that it has the focus,
// and lets it go again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";
import { TEMPLATES } from "./templates.mjs";

/** What can be reached; a group of radio buttons is one stop. */
const REACHED = "a[href], button, input, select, summary, [tabindex='0']";

/** No page has more stops than this: a tour that does not end is a trap. */
const MOST = 600;

let address;
before(async () => {
  address = `${await serveFiles(build("/").host)}/`;
});
after(stop);
after(cleanUp);

describe("by keyboard", () => {
  // What opens first has a tour of its own: see map.test.mjs.
  for (const [name, { paths, ready }] of Object.entries(TEMPLATES).filter(([, { press }]) => !press)) {
    test(`${name}: every part is reached, in order, with a visible focus`, async (t) => {
      const visitor = await visit({ reducedMotion: "reduce" });
      const { page } = visitor;
      await page.goto(address + paths[0], { waitUntil: "load" });
      if (ready) await page.locator(ready).first().waitFor();
      await page.evaluate((selector) => {
        globalThis.stops = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && !(element.type === "radio" && !element.checked));
      }, REACHED);
      const expected = await page.evaluate(() => globalThis.stops.length);
      const seen = [];
      const invisible = [];
      for (let at = 0; at < MOST; at += 1) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return null;
          const own = getComputedStyle(element), after = getComputedStyle(element, "::after"), field = element.closest(".search-field, .entrance");
          const outlined = [own, after, field && getComputedStyle(field)].some((style) => style && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none"));
          // An outline would be a rectangle around an area of a map: it is filled and edged otherwise than its neighbours instead.
          const neighbours = element instanceof SVGElement ? [...document.querySelectorAll(`${element.localName}.${element.classList[0]}`)].filter((other) => other !== element) : [];
          // A link of one place is its circle.
          const paint = (link) => getComputedStyle(link.querySelector(".map-dot") ?? link);
          const painted = neighbours.some((other) => paint(other).fill !== paint(element).fill && paint(other).strokeWidth !== paint(element).strokeWidth);
          const shown = outlined || painted;
          const box = element.getBoundingClientRect();
          return { index: globalThis.stops.indexOf(element), shown, label: `<${element.localName}> ${(element.textContent || element.name).trim().slice(0, 40)}`, inView: box.bottom > 0 && box.top < innerHeight };
        });
        if (!stop) break;
        seen.push(stop.index);
        if (!stop.shown || !stop.inView) invisible.push(stop.label);
      }
      assert.deepEqual(invisible, [], "the focus is not to be seen");
      assert.deepEqual(seen.filter((index) => index >= 0), [...Array(expected).keys()], `${seen.length} stops of ${expected}`);
      clean(visitor, address);
      await visitor.context.close();
      t.diagnostic(`${expected} stops`);
    });
  }

  test("the skip link leads past the header", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto(`${address}lieux/`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip-link");
    assert.ok((await page.locator(".skip-link").boundingBox()).y >= 0);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "main");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("main"))));
    await visitor.context.close();
  });

  test("the menu of a telephone opens with Enter, closes with Escape, and gives the focus back", async () => {
    const visitor = await visit({ viewport: { width: 360, height: 740 } });
    const { page } = visitor;
    await page.goto(`${address}lieux/`);
    const button = page.locator("[popovertarget='navigation']").first();
    await button.focus();
    await page.keyboard.press("Enter");
    await page.locator("#navigation:popover-open").waitFor();
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("#navigation"))));
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("#navigation:popover-open"));
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    await visitor.context.close();
  });

  test("a term shows its definition with the focus and hides it with Escape; without a script it leads to it", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto(`${address}documentation/securite-et-accueil-du-public/`);
    const term = page.locator("a.term").first();
    await term.focus();
    const note = page.getByRole("tooltip").first();
    await note.waitFor();
    assert.match(await note.innerText(), /^Établissement recevant du public/);
    assert.equal(await term.getAttribute("aria-describedby"), await note.getAttribute("id"));
    await page.keyboard.press("Escape");
    assert.equal(await note.isVisible(), false);
    clean(visitor, address);
    await visitor.context.close();
    const plain = await visit({ javaScriptEnabled: false });
    await plain.page.goto(`${address}documentation/securite-et-accueil-du-public/`);
    await plain.page.locator("a.term").first().click();
    await plain.page.waitForURL(/#term-erp$/);
    assert.ok(await plain.page.locator("#term-erp dd").isVisible());
    await plain.context.close();
  });

  test("cards become rows and back without a script", async () => {
    const visitor = await visit({ javaScriptEnabled: false });
    const { page } = visitor;
    await page.goto(`${address}lieux/`);
    const height = async () => (await page.locator(".listed").boundingBox()).height;
    const cards = await height();
    await page.locator("input[name='view'][value='cards']").focus();
    await page.keyboard.press("ArrowRight");
    assert.ok((await height()) < cards * 0.9, "rows take less room");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await height(), cards);
    await visitor.context.close();
  });
});
