// Suggestions are found by words that the page folds and the generator folded: the two must agree. tests/engine/folds.txt is the engine's answer,
// kept by `cargo test folds`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { fold, words } from "../../themes/default/static/search/fold.js";
import { project } from "./site.mjs";

test("the page folds letters as the engine does", () => {
  const lines = readFileSync(join(project, "tests/engine/folds.txt"), "utf8").trimEnd().split("\n");
  assert.ok(lines.length > 500, "all Latin letters are there");
  const differing = lines.map((line) => line.split(" ")).filter(([letter, folded]) => fold(letter) !== folded);
  assert.deepEqual(differing, []);
});

test("articles before an apostrophe are no words", () => {
  assert.deepEqual(words("L’Atelier d'Élie, aujourd’hui"), ["atelier", "elie", "aujourd", "hui"]);
  assert.deepEqual(words("l'"), ["l"]);
});
