// Filters that the example centre has nothing for: opening hours, prices, and words between quotes. Entries made up for this test alone.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, folder, maillage, serveFiles } from "./site.mjs";

let address;

before(async () => {
  const centre = copy();
  const place = (slug, title, hours) => writeFileSync(join(centre, `content/places/${slug}.md`),
    `---\ntitle: ${title}\nkind: [coworking]\naddress: { street: "1 rue du Test", commune: "12202" }\n${hours ? `opening_hours: "${hours}"\n` : ""}surveyed: "2026"\nsource: essai\n---\n`);
  place("essai-ouvert", "Essayage ouvert", "Mo-Fr 09:00-18:00");
  place("essai-ferme", "Essayage fermé", "Sa 10:00-12:00");
  place("essai-muet", "Essayage muet", "");
  const training = (slug, title, price) => writeFileSync(join(centre, `content/trainings/${slug}.md`),
    `---\ntitle: ${title}\nsummary: Pour essayer.\nkind: outline\ngoals: [Essayer]\nthemes: [fabrication]\n${price ? `price: ${price}\n` : ""}---\n`);
  training("tarif-libre", "Zibeline offerte", "0");
  training("tarif-moyen", "Zibeline moyenne", "40 EUR");
  training("tarif-haut", "Zibeline haute", "300..500 EUR");
  training("tarif-tu", "Zibeline tue", "");
  const site = folder();
  maillage("build", "-C", centre, "--output", site);
  address = `${await serveFiles(site)}/`;
});

after(async () => {
  await stop();
  await cleanUp();
});

/** The search page at a moment: a Wednesday, eleven in the morning in France. */
async function search(query) {
  const visitor = await visit({ timezoneId: "Europe/Paris", locale: "fr-FR" });
  await visitor.page.clock.setFixedTime(new Date("2026-11-25T10:00:00Z"));
  await visitor.page.goto(`${address}recherche/${query}`);
  await visitor.page.locator("#search-status .search-count").waitFor();
  const titles = () => visitor.page.locator(".search-result-title").allInnerTexts();
  /** Waits until the page shows so many results; gives their titles, sorted. */
  const shows = async (count) => {
    await visitor.page.waitForFunction((wanted) => document.querySelectorAll(".search-result").length === wanted && !document.querySelector("[aria-busy]"), count);
    return (await titles()).sort();
  };
  return { ...visitor, shows };
}

describe("filters of the search page", () => {
  test("open now: what is open; what doesn't say is offered, and stays unknown", async () => {
    const { page, context, shows, ...watched } = await search("?q=essayage");
    await shows(3);
    await page.getByRole("button", { name: "Ouvert maintenant" }).click();
    assert.deepEqual(await shows(1), ["Essayage ouvert"]);
    assert.match(await page.locator(".search-result-distance").innerText(), /^Ouvert/);
    await page.getByRole("link", { name: /1 fiche ne dit pas si elle est ouverte/ }).click();
    assert.deepEqual(await shows(2), ["Essayage muet", "Essayage ouvert"]);
    const unknown = page.locator(".search-result", { hasText: "Essayage muet" });
    assert.equal(await unknown.locator(".search-result-distance").innerText(), "Horaires non connus");
    assert.match(page.url(), /open=now.*unsure=1/);
    await page.goBack();
    await shows(1);
    await page.locator(".search-chip", { hasText: "Ouvert maintenant" }).click();
    await shows(3);
    clean(watched, address);
    await context.close();
  });

  test("prices: free, or at most so much; the address keeps it; without a price an entry is in no range", async () => {
    const { page, context, shows, ...watched } = await search("?q=zibeline");
    await shows(4);
    const prices = page.locator("fieldset[data-price=price]");
    await prices.getByLabel("Gratuit").check();
    assert.deepEqual(await shows(1), ["Zibeline offerte"]);
    await page.locator(".search-chip", { hasText: "Prix : Gratuit" }).click();
    await shows(4);
    await prices.getByLabel("Au plus").fill("50");
    await prices.getByLabel("Au plus").press("Enter");
    assert.deepEqual(await shows(2), ["Zibeline moyenne", "Zibeline offerte"]);
    assert.match(page.url(), /most\.price=50/);
    assert.match(await page.locator(".search-chip").first().innerText(), /^Prix : 50.€ au plus/);
    assert.equal(await prices.locator("label").last().innerText(), "Au plus (€)", "the amount is one of the field's currency");
    await page.reload();
    assert.deepEqual(await shows(2), ["Zibeline moyenne", "Zibeline offerte"]);
    assert.equal(await page.locator("fieldset[data-price=price]").getByLabel("Au plus").inputValue(), "50");
    clean(watched, address);
    await context.close();
  });

  test("words between quotes are not corrected; the page offers the search without", async () => {
    const { page, context, shows, ...watched } = await search(`?q=${encodeURIComponent("\"zibelinne\"")}`);
    assert.match(await page.locator("#search-status").innerText(), /Aucun résultat/);
    await page.getByRole("link", { name: /Sans les guillemets \(4\)/ }).click();
    await shows(4);
    assert.equal(await page.locator("#search-query").inputValue(), "zibelinne");
    assert.match(await page.locator(".search-correction").innerText(), /zibeline/);
    assert.match(await page.locator("#search-status").innerText(), /^4 résultats pour «.zibeline.»$/, "the heading names what was searched");
    clean(watched, address);
    await context.close();
  });
});
