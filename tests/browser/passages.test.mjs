// The text that search excerpts are cut from: pieces that readers see apart are apart, and what is no text of the entry's is left out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, serveFiles } from "./site.mjs";

/** The inside of a page's body beside its text. */
const TABLE = [
  ["<main><p>a <em>b</em>c</p><p>d</p></main>", "a bc d"],
  ["<main>x<div data-search-text><p>a</p></div></main>", "a"],
  ["<main><table><tr><th>Temps</th><th>Qui</th></tr><tr><td>1 h</td><td>tous</td></tr></table></main>", "Temps · Qui · 1 h · tous"],
  ["<main><ul><li>a<li>b<ul><li>c</ul></ul>d</main>", "a · b · c · d"],
  ["<main><h2>Titre <a class='anchor' href='#t'>#</a></h2><p>a<br>b</p></main>", "Titre · a b"],
  ["<main><dl><dt>a</dt><dd>b</dd></dl><pre><code><span>c</span>d</code></pre></main>", "a · b · cd"],
  ["<main><figure><img alt='x' src='data:,'><figcaption>a</figcaption></figure><button>x</button><script>x</script></main>", "a"],
  ["<main><p>a<sup class='footnote-reference'><a href='#n'>1</a></sup>, <mark>b</mark>.</p></main>", "a, b."],
  ["<main><h2>Avant l’embauche</h2><p>Assurance</p><ul><li>a.</li><li>b&nbsp;:</li></ul><p>c</p><h3>d</h3></main>", "Avant l’embauche · Assurance · a. b : c · d"],
  ["<p>a</p>", ""],
];

let address;
before(async () => {
  address = `${await serveFiles(build("/").host)}/`;
});
after(stop);
after(cleanUp);

test("where pieces of text meet there is a blank, and a dot at the edges of cells, items and headings", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(`${address}recherche/`);
  const texts = await page.evaluate(async (bodies) => {
    const { textOf } = await import(new URL("passages.js", document.querySelector("script[src$='search/page.js']").src).href);
    return bodies.map((body) => textOf(new DOMParser().parseFromString(body, "text/html")));
  }, TABLE.map(([body]) => body));
  assert.deepEqual(texts, TABLE.map(([, text]) => text));
  clean(visitor, address);
  await visitor.context.close();
});

test("a passage out of a table reads as cells", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto(`${address}recherche/?q=${encodeURIComponent("repart temps")}`);
  const passage = page.locator(".search-result", { hasText: "Proposer de la médiation" }).locator(".search-result-excerpt").first();
  await passage.waitFor();
  assert.match(await passage.innerText(), /repart avec · Temps · Qui · Aide/);
  clean(visitor, address);
  await visitor.context.close();
});
