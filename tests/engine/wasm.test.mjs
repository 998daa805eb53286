// The committed WebAssembly against the native engine: the same pack, the same requests, the same responses to the last digit.
// Run by `node --test tests/engine`. Needs cargo, for the oracle that writes pack, requests and native responses.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const folder = mkdtempSync(join(tmpdir(), "maillage-engine-"));
after(() => rmSync(folder, { recursive: true }));
execFileSync("cargo", ["run", "--quiet", "--package", "maillage-search", "--example", "oracle", "--", folder], {
  cwd: join(root, "src/engine"),
  stdio: ["ignore", "inherit", "inherit"],
});

const module = new WebAssembly.Module(readFileSync(join(root, "themes/default/static/search/engine.wasm")));
const current = JSON.parse(readFileSync(join(folder, "search/current.json"), "utf8"));
const file = (name) => inflateRawSync(readFileSync(join(folder, "search", name)));
const asked = JSON.parse(readFileSync(join(folder, "asked.json"), "utf8"));

/** The engine by its C interface, as the worker uses it. */
function start(generation, boot) {
  const { exports } = new WebAssembly.Instance(module, {});
  const hand = (bytes) => {
    const at = exports.reserve(bytes.length) >>> 0;
    new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
    return at;
  };
  const input = Buffer.concat([Buffer.from(generation), boot]);
  const handle = exports.session(hand(input), Buffer.byteLength(generation), input.length);
  const answer = () => Buffer.from(exports.memory.buffer, exports.answer(handle), exports.answer_length(handle)).toString();
  return {
    exports,
    opened: () => exports.opened(handle) === 1,
    answer,
    provide(name, content) {
      const bytes = Buffer.concat([Buffer.from(name), content]);
      return exports.provide(handle, hand(bytes), Buffer.byteLength(name), bytes.length);
    },
    ask(kind, bytes) {
      return exports[kind](handle, hand(bytes), bytes.length);
    },
    complete(kind, request) {
      const names = [];
      for (let round = 0; ; round += 1) {
        const status = this.ask(kind, Buffer.from(JSON.stringify(request)));
        if (status === 1) return { answer: JSON.parse(answer()), rounds: round, names };
        assert.equal(status, 0, answer());
        assert.ok(round < 4, "more than four rounds");
        for (const name of JSON.parse(answer())) {
          assert.equal(this.provide(name, file(name)), 0);
          names.push(name);
        }
      }
    },
  };
}

test("every response is the native one", () => {
  const engine = start(current.generation, file(current.boot));
  assert.ok(engine.opened());
  for (const { name, request, response, texts, excerpts } of asked) {
    assert.deepEqual(engine.complete("search", request).answer, response, name);
    assert.deepEqual(engine.complete("excerpts", { request, texts }).answer, excerpts, name);
  }
  assert.ok(asked.length > 300);
});

test("a response does not depend on what was asked before", () => {
  for (const { name, request, response } of asked.slice(0, 60)) {
    const engine = start(current.generation, file(current.boot));
    assert.deepEqual(engine.complete("search", request).answer, response, name);
  }
});

test("a damaged boot file is refused, whatever the damage", () => {
  const boot = file(current.boot);
  const flipped = (at) => {
    const copy = Buffer.from(boot);
    copy[at] ^= 1;
    return copy;
  };
  const damaged = [Buffer.alloc(0), boot.subarray(0, 7), boot.subarray(0, boot.length - 1), Buffer.alloc(boot.length), Buffer.from("<!doctype html>")];
  for (let at = 0; at < boot.length; at += 97) damaged.push(flipped(at));
  for (const bytes of damaged) {
    const engine = start(current.generation, bytes);
    assert.ok(!engine.opened());
    assert.ok(engine.answer().length > 0);
    assert.equal(engine.ask("search", Buffer.from("{}")), 2);
  }
  assert.ok(!start("0000000000000000", boot).opened());
});

test("a damaged block is refused and asked for again", () => {
  const engine = start(current.generation, file(current.boot));
  const request = Buffer.from(JSON.stringify({ q: "laser", lang: "fr" }));
  assert.equal(engine.ask("search", request), 0);
  const names = JSON.parse(engine.answer());
  assert.ok(names.length > 0);
  for (const name of names) {
    const content = file(name);
    const flipped = Buffer.from(content);
    flipped[flipped.length >> 1] ^= 0x10;
    assert.equal(engine.provide(name, flipped), 2);
    assert.equal(engine.provide(name, content.subarray(1)), 2);
    assert.equal(engine.provide(name, Buffer.alloc(0)), 2);
    assert.equal(engine.provide("b-0000000000000000.bin", content), 1);
  }
  assert.equal(engine.ask("search", request), 0);
  assert.deepEqual(JSON.parse(engine.answer()), names);
});

test("no input traps", () => {
  const engine = start(current.generation, file(current.boot));
  const odd = ["", "null", "[]", "{", '{"q":1}', '{"limit":1e99}', '{"q":"\ud800"}', '{"facets":{"":[""]}}', '{"near":[1e308,-1e308],"sort":"distance"}'];
  for (const text of odd) assert.ok([0, 1, 2].includes(engine.ask("search", Buffer.from(text))), text);
  assert.equal(engine.ask("search", Buffer.from([0xff, 0xfe, 0x00])), 2);
  const long = ['"'.repeat(10_000), "🦀".repeat(3_000), "\u202e\u0000-".repeat(3_000), "a ".repeat(5_000), "é".repeat(10_000), "-".repeat(10_000), "x-".repeat(5_000)];
  for (const q of long) {
    const began = performance.now();
    engine.complete("search", { q, lang: "fr", asYouType: true });
    assert.ok(performance.now() - began < 2_000);
  }
  const { answer } = engine.complete("search", { offset: 2 ** 31, limit: 2 ** 31 });
  assert.equal(answer.hits.length, 0);
});
