// A site that is published anew under pages that are open: their search goes on, or says that the site was updated. It never gives a wrong answer.

import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { stop, visit } from "./chromium.mjs";
import { ORIGIN, cleanUp, copy, folder, maillage, serveFiles } from "./site.mjs";

/** Asked before, so that the page has an open index. */
const FIRST = "coworking";
/** Asked after: other words, whose blocks the page does not have. */
const THEN = ["atelier numérique", "zanzibar", "médiathèque", "licence libre", ""];

let old, young, sources;

/** What is found, without scores. */
const found = ({ total, hits }) => ({ total, hits: hits.map(({ key, title, url }) => [key, title, url]) });

/** A page of the search with `ask`, which gives what is found or the code of the reason why nothing is. */
async function open(address, site) {
  const visitor = await visit();
  await visitor.page.goto(`${address}/recherche/`);
  const [assets] = readdirSync(join(site, "assets"));
  await visitor.page.evaluate(async ({ client, base }) => {
    const { openSearch } = await import(client);
    const search = openSearch({ base });
    globalThis.ask = (q) => search.search({ q, lang: "fr" }).then((answer) => answer, (error) => ({ reason: error.reason.code }));
  }, { client: `${address}/assets/${assets}/search/client.js`, base: `${address}/search/` });
  return { ...visitor, ask: (q) => visitor.page.evaluate((asked) => globalThis.ask(asked), q) };
}

/** What each question finds on a site that does not change. */
async function answers(site) {
  const { ask, context } = await open(await serveFiles(site), site);
  const all = {};
  for (const q of [FIRST, ...THEN]) all[q] = found(await ask(q));
  await context.close();
  return all;
}

before(async () => {
  sources = copy();
  const [first, second] = [folder(), folder()];
  maillage("build", "-C", sources, "--output", first, "--base-url", `${ORIGIN}/`);
  writeFileSync(join(sources, "content/docs/zanzibar.md"), "---\ntitle: Zanzibar, atelier numérique\nsummary: Un guide de plus.\nthemes: [community]\naudiences: [teams]\nstages: [running]\nlicence: CC-BY-4.0\n---\n\nLicence libre, médiathèque, coworking.\n");
  maillage("build", "-C", sources, "--output", second, "--base-url", `${ORIGIN}/`);
  old = { site: first, answers: await answers(first) };
  young = { site: second, answers: await answers(second) };
  assert.notDeepEqual(old.answers.zanzibar, young.answers.zanzibar);
});

after(async () => {
  await stop();
  await cleanUp();
});

/** Publishes a site, opens a page, publishes the other over it, asks. */
async function published(anew) {
  const site = folder();
  cpSync(old.site, site, { recursive: true });
  const visitor = await open(await serveFiles(site), site);
  assert.deepEqual(found(await visitor.ask(FIRST)), old.answers[FIRST]);
  anew(site);
  const said = {};
  for (const q of THEN) said[q] = await visitor.ask(q);
  await visitor.context.close();
  return said;
}

describe("a site published anew under an open page", () => {
  test("with `--previous`, the page's search goes on as it was", async () => {
    const said = await published((site) => {
      maillage("build", "-C", sources, "--output", site, "--previous", site, "--base-url", `${ORIGIN}/`);
    });
    for (const q of THEN) assert.deepEqual(found(said[q]), old.answers[q], q);
  });

  test("without, every answer is that of one of the two sites, or says that the site was updated", async () => {
    const said = await published((site) => {
      maillage("build", "-C", sources, "--output", site, "--base-url", `${ORIGIN}/`);
    });
    for (const q of THEN) {
      if (said[q].reason) assert.equal(said[q].reason, "updated", q);
      else assert.ok([old.answers[q], young.answers[q]].some((right) => JSON.stringify(right) === JSON.stringify(found(said[q]))), q);
    }
    assert.ok(THEN.some((q) => !said[q].reason), "the page goes on with the new site");
  });

  test("a page that had not yet begun to search says that the site was updated, or searches the new one", async () => {
    const site = folder();
    cpSync(old.site, site, { recursive: true });
    const address = await serveFiles(site);
    const { page, context } = await visit();
    await page.goto(`${address}/recherche/`);
    await page.locator("#search-status .search-count").waitFor();
    rmSync(join(site, "assets"), { recursive: true });
    cpSync(young.site, site, { recursive: true });
    await page.locator("#search-query").fill("zanzibar");
    await page.locator("#search-query").press("Enter");
    const status = page.locator("#search-status");
    await page.waitForFunction(() => /zanzibar|mis à jour/i.test(document.querySelector("#search-status")?.textContent ?? ""));
    assert.match(await status.textContent(), /zanzibar|mis à jour/i);
    await context.close();
  });
});
