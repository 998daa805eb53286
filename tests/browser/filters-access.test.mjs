// The filters of the search page while they are in use, for readers without a mouse and without eyes: what is open now, what it costs, whatever else the
// page offers, in both languages. Entries made up for this test alone: the example centre has no hours and no prices.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, folder, maillage, project, serveFiles } from "./site.mjs";

const AXE = readFileSync(`${project}/tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"];

/** Each language's search page with filters in use: what is free or costs little; what is open now, and what does not say; kinds and regions. */
const SEARCHES = [
  "recherche/?q=zibeline&most.price=50",
  "recherche/?q=essayage&open=now&unsure=1",
  "recherche/?q=coworking+en+bretagne&collection=places",
  "recherche/?q=zzzzz&most.price=0&region=bretagne",
  "en/search/?q=sable&most.price=50",
  "en/search/?q=fitting&open=now&unsure=1",
  "en/search/?q=fab+lab&collection=places&region=bretagne",
  "en/search/?q=zzzzz&most.price=0&region=bretagne",
];

let address;
before(async () => {
  const centre = copy();
  const write = (path, ...lines) => writeFileSync(join(centre, "content", path), `---\n${lines.filter(Boolean).join("\n")}\n---\n`);
  const place = (slug, title, english, hours) => {
    write(`places/${slug}.md`, `title: ${title}`, "kind: [coworking]", 'address: { street: "1 rue du Test", commune: "12202" }', hours && `opening_hours: "${hours}"`, 'surveyed: "2026"', "source: essai");
    write(`places/${slug}.en.md`, `title: ${english}`);
  };
  place("essai-ouvert", "Essayage ouvert", "Fitting, open", "Mo-Fr 09:00-18:00");
  place("essai-muet", "Essayage muet", "Fitting, silent", "");
  const training = (slug, title, english, price) => {
    write(`trainings/${slug}.md`, `title: ${title}`, "summary: Pour essayer.", "kind: outline", "goals: [Essayer]", "themes: [fabrication]", `price: ${price}`);
    write(`trainings/${slug}.en.md`, `title: ${english}`, "summary: To try.", "goals: [Try]");
  };
  training("tarif-libre", "Zibeline offerte", "Sable for free", "0");
  training("tarif-moyen", "Zibeline moyenne", "Sable at a price", "40 EUR");
  const site = folder();
  maillage("build", "-C", centre, "--output", site);
  address = `${await serveFiles(site)}/`;
});
after(stop);
after(cleanUp);

/** The search page on a Wednesday, eleven in the morning in France, with its answer. */
async function search(path, options = {}) {
  const visitor = await visit({ timezoneId: "Europe/Paris", reducedMotion: "reduce", ...options });
  await visitor.page.clock.setFixedTime(new Date("2026-11-25T10:00:00Z"));
  await visitor.page.goto(address + path);
  await settled(visitor.page);
  return visitor;
}

/** Waits for the answer to what the page was asked last. */
async function settled(page) {
  await page.waitForFunction(() => document.querySelector("#search-status .search-count") && !document.querySelector("[aria-busy]"));
}

for (const path of SEARCHES) {
  test(`axe finds nothing on ${path}`, async () => {
    const visitor = await search(path);
    const { page } = visitor;
    assert.ok((await page.locator(".search-chip").count()) > 0, "a filter is in use");
    await page.evaluate(AXE);
    const faults = new Set();
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const button = page.locator(".search-app .panel-button");
      // On a telephone both the list and the panel of filters over it.
      for (const panel of width === 320 && (await button.isVisible()) ? [false, true] : [false]) {
        if (panel) await button.click();
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags, resultTypes: ["violations"] }), TAGS);
          for (const { id, help, nodes } of violations) faults.add(`${width} px, ${colorScheme}${panel ? ", panel" : ""}: ${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
        }
      }
    }
    assert.deepEqual([...faults], []);
    clean(visitor, address);
    await visitor.context.close();
  });
}

test("by keyboard every filter is reached, seen, used and left, and the focus stays where it is", async () => {
  const visitor = await search("recherche/?q=essayage");
  const { page } = visitor;
  /** The name of what has the focus; of a filter of prices with the field's: there are several. */
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    const name = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent.trim();
    return [element.closest("[data-price]")?.querySelector("legend").textContent, name].filter(Boolean).join(" ");
  });
  /** Goes on with Tab until an element of this name has the focus; every stop before it must be seen. */
  const tabTo = async (name) => {
    for (let stops = 0; stops < 80; stops += 1) {
      await page.keyboard.press("Tab");
      const shown = await page.evaluate(() => {
        const element = document.activeElement;
        const field = element.closest(".search-field");
        const styles = [getComputedStyle(element), getComputedStyle(element, "::after"), field && getComputedStyle(field)].filter(Boolean);
        return styles.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
      });
      assert.ok(shown, `the focus on ${await focused()}`);
      if ((await focused()).startsWith(name)) return;
    }
    assert.fail(`${name} is not reached`);
  };
  const titles = () => page.locator(".search-result-title").allInnerTexts();

  await page.locator("#search-query").focus();
  await tabTo("Ouvert maintenant");
  await page.keyboard.press("Space");
  await page.waitForURL(/open=now/);
  await settled(page);
  assert.deepEqual(await titles(), ["Essayage ouvert"]);
  assert.equal(await focused(), "Ouvert maintenant");
  assert.equal(await page.locator(".search-toggle[aria-pressed=true]").innerText(), "Ouvert maintenant");

  await page.goto(`${address}recherche/?q=zibeline`);
  await settled(page);
  await page.locator("#search-query").focus();
  await tabTo("Prix Gratuit");
  await page.keyboard.press("Space");
  await page.waitForURL(/most\.price=0/);
  await settled(page);
  assert.deepEqual(await titles(), ["Zibeline offerte"]);
  assert.equal(await focused(), "Prix Gratuit");
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^Prix Au plus/);
  await page.keyboard.type("60");
  await page.keyboard.press("Enter");
  await page.waitForURL(/most\.price=60/);
  await settled(page);
  assert.equal((await titles()).length, 2);
  assert.match(await focused(), /^Prix Au plus/);
  await tabTo("Retirer");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.search.includes("most"));
  await settled(page);
  // What was pressed is gone: the focus goes to the field, not to the top of the page.
  assert.equal(await page.evaluate(() => document.activeElement.id), "search-query");
  clean(visitor, address);
  await visitor.context.close();
});

test("the number of results is said once a search, in one polite place", async () => {
  const visitor = await search("recherche/?q=zibeline");
  const { page } = visitor;
  await page.evaluate(() => {
    globalThis.said = [];
    const status = document.getElementById("search-status");
    new MutationObserver(() => globalThis.said.push(status.textContent.trim())).observe(status, { childList: true, subtree: true, characterData: true });
  });
  await page.locator("[data-price=price]").getByLabel("Gratuit").check();
  await page.waitForURL(/most\.price=0/);
  await settled(page);
  assert.equal((await page.evaluate(() => globalThis.said)).length, 1);
  // Suggestions under the field are said in a place of their own.
  const live = await page.locator("#search-app :is([aria-live], [role=status])").evaluateAll((all) => all.filter((element) => element.checkVisibility()).map(({ id }) => id));
  assert.deepEqual(live, ["search-status"]);
  clean(visitor, address);
  await visitor.context.close();
});

for (const [width, height] of [[320, 640], [412, 823], [1350, 940]]) {
  test(`nothing jumps on ${width} px when results come`, async () => {
    const visitor = await visit({ viewport: { width, height }, timezoneId: "Europe/Paris" });
    const { page } = visitor;
    await page.addInitScript(() => {
      globalThis.moved = [];
      const inside = ({ node }) => node?.parentElement?.closest("main");
      new PerformanceObserver((list) => list.getEntries().forEach(({ sources, value }) => {
        if (sources.some(inside)) globalThis.moved.push(`${value.toFixed(4)}: ${sources.map(({ node }) => node?.id || node?.className).join(", ")}`);
      })).observe({ type: "layout-shift", buffered: true });
    });
    for (const path of ["recherche/", "en/search/?q=sable"]) {
      await page.goto(address + path, { waitUntil: "load" });
      await settled(page);
      await page.locator(".search-toggle").first().waitFor();
      // A layout shift is told in the frame after it.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      assert.deepEqual(await page.evaluate(() => globalThis.moved), [], path);
    }
    clean(visitor, address);
    await visitor.context.close();
  });
}
