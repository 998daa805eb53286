// The search as visitors use it, on each kind of host. The oracle is `maillage search`: the same engine, another way in.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, maillage, preview, project, serveFiles } from "./site.mjs";

after(stop);
after(cleanUp);

const HOSTS = {
  "a static host": async () => `${await serveFiles(build("/").host)}/`,
  "a static host's folder": async () => `${await serveFiles(build("/centre/").host)}/centre/`,
  "the preview": () => preview(project),
};

/** What the terminal answers. */
function oracle(query, facets = [], lang = "fr") {
  const words = facets.flatMap((facet) => ["--facet", facet]);
  const answer = JSON.parse(maillage("search", "--json", "--lang", lang, ...words, "--", query));
  return { total: answer.total, keys: answer.hits.map((hit) => hit.key) };
}

/** Waits for an answer to what the page was asked last, and reads it. */
async function answer(page) {
  await page.waitForFunction(() => {
    const app = document.getElementById("search-app");
    return app && !app.hidden && !app.hasAttribute("aria-busy") && document.querySelector("#search-status > .search-count, #search-status > .search-error");
  });
  return page.evaluate(() => {
    const status = document.getElementById("search-status").textContent.trim();
    const results = [...document.querySelectorAll("#search-results > li")];
    return {
      status,
      total: Number(status.match(/^[\d\s.,\u202f\u00a0]+/)?.[0].replace(/\D/g, "") ?? 0),
      keys: results.map((item) => item.dataset.key),
      marks: document.querySelectorAll("#search-results mark").length,
      chips: [...document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)")].length,
      chosen: [...document.querySelectorAll("#search-facets input:checked")].map((box) => `${box.name}=${box.value}`),
    };
  });
}

/** The values of a facet with their counts, as shown. */
function counts(page, facet) {
  return page.locator(`#search-facets fieldset[data-facet="${facet}"] li`).evaluateAll((items) =>
    items.map((item) => [item.querySelector("input").value, Number(item.querySelector(".search-facet-count").textContent.replace(/\D/g, ""))]));
}

const same = ({ total, keys }) => ({ total, keys });

/** An answer without what comes later than the list: marks of excerpts. */
const state = ({ marks, ...listed }) => listed;

for (const [name, host] of Object.entries(HOSTS)) {
  describe(`the search on ${name}`, () => {
    let address;
    before(async () => (address = await host()));

    test("from the home page: a query, a facet, a result, back, and the same after a reload", async (t) => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(address);
      await page.locator("main input[name=q]").first().fill("coworking");
      const before = visitor.fetched.length;
      await page.keyboard.press("Enter");
      await page.waitForURL(`${address}recherche/?q=coworking`);

      const first = await answer(page);
      assert.deepEqual(same(first), oracle("coworking"));
      const titled = await page.title();
      assert.match(titled, /^«.coworking.», \d+ résultats · Rechercher · /, "tabs and the history tell searches apart");
      assert.ok(first.marks > 0, "no highlights");
      assert.ok(first.total > 10, first.status);

      const kinds = await counts(page, "collection");
      const [value, count] = kinds.find(([, count]) => count > 0 && count < first.total);
      assert.equal(kinds.reduce((sum, [, count]) => sum + count, 0), first.total, "each entry has one collection");
      await page.locator(`#search-facets input[name="collection"][value="${value}"]`).check();
      await page.waitForURL(`${address}recherche/?q=coworking&collection=${value}`);
      const narrowed = await answer(page);
      assert.deepEqual(same(narrowed), oracle("coworking", [`collection=${value}`]));
      assert.equal(narrowed.total, count);
      assert.equal(narrowed.chips, 1);
      assert.deepEqual(await counts(page, "collection"), kinds, "what else could be chosen keeps its count");

      const link = page.locator("#search-results h2 a").first();
      const title = (await link.innerText()).trim();
      await link.click();
      await page.waitForURL((url) => !url.pathname.includes("/recherche/"));
      assert.ok((await page.locator("h1").innerText()).includes(title), `\`${title}\` is not the page's title`);

      await page.goBack();
      await page.waitForURL(`${address}recherche/?q=coworking&collection=${value}`);
      assert.deepEqual(state(await answer(page)), state(narrowed));
      assert.equal(await page.locator("#search-query").inputValue(), "coworking");
      await page.reload();
      assert.deepEqual(state(await answer(page)), state(narrowed));
      await page.goBack();
      await page.waitForURL(`${address}recherche/?q=coworking`);
      assert.deepEqual((await answer(page)).keys, first.keys);
      assert.equal(await page.title(), titled);
      clean(visitor, address);
      t.diagnostic(`${visitor.fetched.length - before} requests since the query`);
      await visitor.context.close();
    });

    test("values of one facet widen, several facets narrow, a chip takes a filter away", async () => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(`${address}recherche/?collection=docs&collection=tools`);
      const wide = await answer(page);
      assert.deepEqual(same(wide), oracle("", ["collection=docs", "collection=tools"]));
      const [[theme, count]] = (await counts(page, "themes")).filter(([, count]) => count > 0);
      await page.locator(`#search-facets input[name="themes"][value="${theme}"]`).check();
      await page.waitForURL(/themes=/);
      const narrow = await answer(page);
      assert.equal(narrow.total, count);
      assert.deepEqual(same(narrow), oracle("", ["collection=docs", "collection=tools", `themes=${theme}`]));
      assert.equal(narrow.chips, 3);
      await page.locator("#search-chips .search-chip").first().click();
      await page.waitForFunction(() => document.querySelectorAll("#search-chips .search-chip:not(.search-chip-clear)").length === 2);
      assert.deepEqual(same(await answer(page)), oracle("", [...(await answer(page)).chosen]));
      clean(visitor, address);
      await visitor.context.close();
    });

    test("forgives missing accents and a slip of the finger", async () => {
      const visitor = await visit();
      const { page } = visitor;
      for (const [typed, meant] of [["mediation numerique", "médiation numérique"], ["acessibilité", "accessibilité"]]) {
        const answers = [];
        for (const query of [typed, meant]) {
          await page.goto(`${address}recherche/?q=${encodeURIComponent(query)}`);
          answers.push(await answer(page));
          assert.deepEqual(same(answers.at(-1)), oracle(query), query);
        }
        const [one, other] = answers;
        assert.ok(one.total > 0, `nothing for \`${typed}\``);
        // A corrected word counts less than the word itself, so what follows may stand in another order.
        assert.ok(one.keys.slice(0, 3).includes(other.keys[0]), `\`${typed}\` does not lead to what \`${meant}\` finds first`);
      }
      await page.goto(`${address}recherche/?q=xqzwvk`);
      assert.equal((await answer(page)).total, 0);
      assert.ok(await page.locator("#search-status").innerText(), "nothing is said");
      assert.doesNotMatch(await page.locator("#search-notes").innerText(), /filtre/, "there are no filters to take away");
      for (const offered of ["fieldset.search-facet", ".panel-button", ".search-tools"]) {
        assert.equal(await page.locator(`#search-app ${offered}`).filter({ visible: true }).count(), 0, `${offered}: nothing to narrow down, nothing to sort`);
      }
      for (const way of [/De A à Z/, /Thème/]) assert.ok(await page.locator("#search-elsewhere").getByRole("link", { name: way }).isVisible(), String(way));
      clean(visitor, address);
      await visitor.context.close();
    });

    test("answers in English", async () => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(`${address}en/search/`);
      await page.locator("#search-query").fill("accessible");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=accessible/);
      const found = await answer(page);
      assert.deepEqual(same(found), oracle("accessible", [], "en"));
      assert.match(found.status, /result/);
      assert.doesNotMatch(found.status, /résultat/);
      clean(visitor, address);
      await visitor.context.close();
    });

    test("says where another language has more, and leads to it on the same host with the same filters", async () => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(`${address}en/search/?collection=places`);
      const [english, french] = ["en", "fr"].map((lang) => oracle("", ["collection=places"], lang).total);
      assert.equal((await answer(page)).total, english);
      assert.ok(english < french, "the example centre has places in French alone");
      const link = page.locator("#search-notes").getByRole("link", { name: `${french} results in French` });
      assert.equal(await link.getAttribute("hreflang"), "fr");
      await link.click();
      await page.waitForURL(`${address}recherche/?collection=places`);
      assert.equal((await answer(page)).total, french);
      assert.equal(await page.locator(".search-languages").count(), 0, "English has no more than is here");
      clean(visitor, address);
      await visitor.context.close();
    });

    test("takes the words as they are typed", async () => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(`${address}recherche/`);
      await page.locator("#search-query").pressSequentially("gouver");
      await page.waitForURL(/q=gouver$/);
      const found = await answer(page);
      assert.ok(found.total > 0, found.status);
      assert.ok(found.keys.includes("docs/organiser-la-gouvernance"), found.keys.join(" "));
      clean(visitor, address);
      await visitor.context.close();
    });

    test("can be used by keyboard alone", async () => {
      const visitor = await visit();
      const { page } = visitor;
      await page.goto(`${address}recherche/`);
      const focused = () => page.evaluate(() => {
        const { id, name, tagName, parentElement } = document.activeElement;
        return { id, name, tagName, inResults: Boolean(parentElement?.closest("#search-results")), inFacets: Boolean(parentElement?.closest("#search-facets")), shown: document.activeElement.checkVisibility() };
      });
      const tabTo = async (is, what) => {
        for (let steps = 0; steps < 300; steps += 1) {
          await page.keyboard.press("Tab");
          const now = await focused();
          if (is(now)) {
            assert.ok(now.shown, `${what} has the focus but can't be seen`);
            return;
          }
        }
        assert.fail(`${what} can't be reached by the Tab key`);
      };
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main", "the first stop leads to the content");
      await tabTo(({ id }) => id === "search-query", "the search field");
      await page.keyboard.type("formation");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=formation/);
      const all = await answer(page);
      await tabTo(({ inFacets, tagName }) => inFacets && tagName === "INPUT", "a filter");
      await page.keyboard.press("Space");
      await page.waitForFunction(() => new URLSearchParams(location.search).size === 2);
      const narrowed = await answer(page);
      assert.ok(narrowed.total > 0 && narrowed.total <= all.total, narrowed.status);
      await tabTo(({ inResults, tagName }) => inResults && tagName === "A", "a result");
      const target = await page.evaluate(() => document.activeElement.href);
      await page.keyboard.press("Enter");
      await page.waitForURL(target);
      clean(visitor, address);
      await visitor.context.close();
    });
  });
}

test("collections stand in the order of the menu, values in that of their definition, as on the lists", async () => {
  const address = `${await serveFiles(build("/").host)}/`;
  const visitor = await visit();
  const { page } = visitor;
  const texts = async (selector) => (await page.locator(selector).allInnerTexts()).map((text) => text.trim());
  await page.goto(`${address}en/places/`);
  const menu = await texts(".site-footer nav:first-of-type a");
  const listed = await texts(".filter:has-text('Size of town') .facet-values a > span:first-child");
  assert.ok(listed.length > 3, "the list has the filter");
  await page.goto(`${address}en/search/`);
  await answer(page);
  const kinds = await texts("#search-facets [data-facet=collection] .search-facet-label");
  const known = menu.filter((label) => kinds.includes(label));
  assert.ok(known.length > 4, "the menu names collections");
  assert.deepEqual(kinds.slice(0, known.length), known);
  const sizes = await texts("#search-facets [data-facet=town_size] .search-facet-label");
  assert.deepEqual(sizes, listed.filter((label) => sizes.includes(label)));
  await page.goto(`${address}404.html`);
  const doors = await texts(".not-found .doors h3");
  const french = await texts(".site-footer nav:first-of-type a");
  assert.deepEqual(doors.slice(0, known.length), french.filter((label) => doors.includes(label)));
  await visitor.context.close();
});

test("a first search fetches little, and says what", async (t) => {
  const address = `${await serveFiles(build("/").host)}/`;
  const visitor = await visit();
  const sizes = [];
  const measured = [];
  visitor.context.on("response", (response) => measured.push(response.body().then((body) => sizes.push([response.url().slice(address.length), body.length]))));
  await visitor.page.goto(`${address}recherche/?q=fablab`);
  await answer(visitor.page);
  await visitor.page.waitForLoadState("networkidle");
  await Promise.all(measured);
  for (const [file, bytes] of sizes) t.diagnostic(`${String(bytes).padStart(8)} ${file || "(page)"}`);
  const search = sizes.filter(([file]) => file.startsWith("search/"));
  t.diagnostic(`${String(search.reduce((sum, [, bytes]) => sum + bytes, 0)).padStart(8)} in ${search.length} files of search/`);
  for (const part of [/^search\/current\.json/, /^search\/boot-/, /^search\/engine-/]) {
    assert.equal(search.filter(([file]) => part.test(file)).length, 1, `${part} is fetched once`);
  }
  assert.ok(search.length < 20, `${search.length} files`);
  clean(visitor, address);
  await visitor.context.close();
});
