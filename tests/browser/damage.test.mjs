// Every kind of damage to every kind of file of the search, in a real browser: the answer is right or there is none, and says why; and once the host is
// well again the same worker answers. The oracle is the same client on an undamaged host.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { start, stop } from "./chromium.mjs";
import { PATIENCE, build, cleanUp } from "./site.mjs";

const QUERIES = ["coworking", "atelier numérique"];

/** Kinds of files. What is no block is fetched once, on opening. */
const FILES = { "current.json": /^current\.json$/, "the engine": /^engine-/, "the boot file": /^boot-/, "every block": /^b-/ };

/** What becomes of a file: its bytes, the bytes of another of its kind; `null` for none at all, nothing for a host that says nothing. */
const DAMAGES = {
  "no answer": () => undefined,
  "a bit flipped": (bytes) => Buffer.from(bytes).fill(bytes[bytes.length >> 1] ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1),
  "cut": (bytes) => bytes.subarray(0, bytes.length >> 1),
  "empty": () => Buffer.alloc(0),
  "zeros": (bytes) => Buffer.alloc(bytes.length),
  "a page instead": () => Buffer.from("<!doctype html><title>Log in to the network</title>"),
  "another file's content": (_, other) => other,
  "not found": () => null,
};
const REASONS = ["network", "missing", "damaged", "updated", "unsupported"];

let folder, server, address, expected;

/** The damage of each case, by the first part of the path. */
const cases = new Map();

function respond(request, response) {
  const [, id, ...rest] = new URL(request.url, "http://host").pathname.split("/");
  const path = rest.join("/");
  const name = path.split("/").at(-1);
  const fault = cases.get(id);
  const headers = { "content-type": name.endsWith(".js") ? "text/javascript" : name.endsWith(".html") ? "text/html" : "application/octet-stream" };
  if (path === "blank.html") return response.writeHead(200, headers).end("<!doctype html><title>Blank</title>");
  let bytes;
  try {
    bytes = readFileSync(join(folder, path));
  } catch {
    return response.writeHead(404).end();
  }
  if (fault && path.startsWith("search/") && fault.file.test(name) && fault.times > 0) {
    fault.times -= 1;
    fault.done += 1;
    const others = readdirSync(join(folder, "search")).filter((other) => other !== name && other.endsWith(".bin") && other[0] === name[0]);
    bytes = fault.damage(bytes, readFileSync(join(folder, "search", others[0] ?? readdirSync(join(folder, "search")).find((other) => other.startsWith("b-")))));
    if (bytes === undefined) return;
    if (bytes === null) return response.writeHead(404).end();
  }
  response.writeHead(200, headers).end(bytes);
}

/** Opens a search in a page of its own; `ask` gives what is found, or the code of the reason why nothing is. */
async function open(id) {
  const context = await (await start()).newContext();
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(`${address}/${id}/blank.html`);
  const [assets] = readdirSync(join(folder, "assets"));
  await page.evaluate(async ({ client, base }) => {
    const { openSearch } = await import(client);
    const search = openSearch({ base });
    globalThis.ask = async (queries) => {
      const answers = [];
      for (const q of queries) {
        const answer = await search.search({ q, lang: "fr" }).then(
          ({ total, hits, facets }) => ({ total, hits: hits.map(({ key, title, url }) => [key, title, url]), facets }),
          (error) => ({ reason: error.reason?.code ?? String(error) }),
        );
        answers.push(answer);
      }
      return answers;
    };
  }, { client: `${address}/${id}/assets/${assets}/search/client.js`, base: `${address}/${id}/search/` });
  return { ask: (queries) => page.evaluate((asked) => globalThis.ask(asked), queries), close: () => context.close() };
}

before(async () => {
  folder = build("/").files;
  server = createServer(respond);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  const search = await open("well");
  expected = await search.ask(QUERIES);
  assert.ok(expected.every(({ total }) => total > 3), JSON.stringify(expected));
  await search.close();
});

after(async () => {
  await stop();
  server?.closeAllConnections();
  server?.close();
  await cleanUp();
});

/** Every answer is the right one or a reason. */
function notWrong(answers) {
  for (const [place, answer] of answers.entries()) {
    if (answer.reason) assert.ok(REASONS.includes(answer.reason), answer.reason);
    else assert.deepEqual(answer, expected[place]);
  }
}

// A host that says nothing takes all of the worker's patience: these cases come first, and side by side.
describe("damage to the search's files", { concurrency: 2 * Object.keys(FILES).length }, () => {
  const all = Object.entries(DAMAGES).flatMap(([kind, damage]) => Object.entries(FILES).map(([file, pattern]) => ({ kind, damage, file, pattern })));
  for (const { kind, damage, file, pattern } of all) {
    test(`${file}, ${kind}, once: nothing wrong is said, and the second time all is right`, async () => {
      const id = encodeURIComponent(`once ${file} ${kind}`).replaceAll("%", "");
      cases.set(id, { file: pattern, damage, times: 1, done: 0 });
      const search = await open(id);
      notWrong(await search.ask(QUERIES.slice(0, 1)));
      assert.equal(cases.get(id).done, 1, "the damage was done");
      assert.deepEqual(await search.ask(QUERIES), expected);
      await search.close();
    });

    test(`${file}, ${kind}, always: nothing is said but why, and the worker lives on`, async () => {
      const id = encodeURIComponent(`always ${file} ${kind}`).replaceAll("%", "");
      cases.set(id, { file: pattern, damage, times: Infinity, done: 0 });
      const search = await open(id);
      const [{ reason }] = await search.ask(QUERIES.slice(0, 1));
      assert.ok(REASONS.includes(reason), `${file}, ${kind}: ${reason}`);
      cases.get(id).times = 0;
      assert.deepEqual(await search.ask(QUERIES), expected);
      await search.close();
    });
  }
});
