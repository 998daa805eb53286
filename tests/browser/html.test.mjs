// The checker of pages finds what it is for: each faulty page beside the fault that must be reported.

import assert from "node:assert/strict";
import { test } from "node:test";

import { linked, loaded, read } from "./html.mjs";

const page = (body) => `<!DOCTYPE html><html lang="fr"><head><title>t</title></head><body>${body}</body></html>`;

test("a sound page has no fault", () => {
  const { errors, ids } = read(page('<main id="main"><ul><li>one<li>two</ul><p>three<br><img src="a.png" alt=""></main>'));
  assert.deepEqual(errors, []);
  assert.deepEqual([...ids], [["main", 1]]);
});

for (const [fault, body] of [
  ["is never closed", "<section><p>text</p>"],
  ["is never closed", "<p><strong>text</p>"],
  ["closes nothing", "<p>text</p></div>"],
  ["missing-whitespace-between-attributes", '<a href="x"class="y">z</a>'],
  ["duplicate-attribute", '<a href="x" href="y">z</a>'],
  ["closes nothing", "<p><div>text</div></p>"],
]) {
  test(`${body} is reported`, () => assert.match(read(page(body)).errors.join("\n"), new RegExp(fault)));
}

test("a page without a DOCTYPE is reported", () => assert.match(read("<title>t</title>").errors.join(), /missing-doctype/));

test("ids are counted, inside templates too", () => {
  const { ids } = read(page('<p id="a"></p><template><p id="a"></p></template>'));
  assert.equal(ids.get("a"), 2);
});

test("links and what is loaded are told apart", () => {
  const { elements } = read(page('<a href="x">y</a><img src="z" srcset="u 1x, v 2x" alt=""><link rel="stylesheet" href="w"><link rel="canonical" href="k">'));
  assert.deepEqual(elements.flatMap(linked).map(({ target }) => target), ["x", "z", "u", "v", "w", "k"]);
  assert.deepEqual(elements.flatMap(({ name, attributes }) => loaded(name, attributes)), ["z", "u", "v", "w"]);
});
