// The built site against other people's checkers: HTML by the Nu checker, feeds by their schema, and by own tables what no schema says:
// the site map, JSON-LD, tables, calendars and address cards.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { read } from "./html.mjs";
import { ORIGIN, build, cleanUp, project } from "./site.mjs";

const run = promisify(execFile);

/** Warnings of the Nu checker that stand, with the reason; one that no page gives any more is a fault too. */
const ALLOWED = [
  {
    words: /^Resource violates Content Security Policy \(meta tag\): external (stylesheet|script) “[./]*(\/|)assets\//,
    reason: "a page opened as a file has no origin that could be `self`; the browser tests open the same pages on a host and hear of no violation",
  },
  {
    words: /^Resource violates Content Security Policy \(meta tag\): image “[./]*pictures\//,
    reason: "as for styles and scripts: a page opened as a file has no origin",
  },
  {
    words: /^Inline script violates Content Security Policy \(meta tag\)/,
    reason: "a block of JSON is no script: HTML leaves it before the policy is asked, and the browser tests hear of no violation",
  },
];

let site, files;
before(() => {
  site = build("/");
  files = readdirSync(site.files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
});
after(cleanUp);

const ending = (end) => files.filter((file) => file.endsWith(end));
const shown = (file) => file.slice(site.files.length).replace(/^\/?/, "/");

test("HTML: no error, no warning that is not listed", async (t) => {
  const jar = join(project, "tests/browser/node_modules/vnu-jar/build/dist/vnu.jar");
  const words = ["-Xss4m", "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", site.files];
  const { stderr } = await run("java", words, { maxBuffer: 1 << 28 });
  const messages = JSON.parse(stderr).messages.filter(({ url }) => url.endsWith(".html"));
  const met = new Set();
  const faults = messages.filter(({ message }) => {
    const allowed = ALLOWED.find(({ words }) => words.test(message));
    if (allowed) met.add(allowed);
    return !allowed;
  });
  const lines = new Map();
  for (const { url, lastLine, message } of faults) {
    const known = lines.get(message);
    if (known) known.count += 1;
    else lines.set(message, { where: `${shown(new URL(url).pathname)}:${lastLine}`, count: 1 });
  }
  assert.deepEqual([...lines].map(([message, { where, count }]) => `${where} (${count}×): ${message}`), []);
  assert.deepEqual(ALLOWED.filter((allowed) => !met.has(allowed)), [], "nothing gives these warnings any more");
  t.diagnostic(`${ending(".html").length} pages`);
});

test("feeds: valid by their schema", async (t) => {
  const feeds = ending("atom.xml");
  assert.ok(feeds.length > 10, `${feeds.length} feeds`);
  const schema = join(project, "tests/browser/atom.rng");
  await run("xmllint", ["--nonet", "--noout", "--relaxng", schema, ...feeds], { maxBuffer: 1 << 26 });
  for (const feed of feeds) {
    const head = readFileSync(feed, "utf8").split("<entry>")[0];
    for (const rel of ["self", "alternate"]) assert.equal(head.split(`<link rel="${rel}"`).length, 2, `${feed}: ${rel}`);
  }
  // The schema finds what it is for: a feed without its author.
  const broken = join(site.host, "broken.xml");
  writeFileSync(broken, readFileSync(feeds[0], "utf8").replace(/<author>[^]*<\/author>/, ""));
  await assert.rejects(run("xmllint", ["--nonet", "--noout", "--relaxng", schema, broken]));
  t.diagnostic(`${feeds.length} feeds`);
});

test("the site map: well-formed, within its limits, days as days, languages in pairs", async () => {
  const map = join(site.files, "sitemap.xml");
  await run("xmllint", ["--nonet", "--noout", map]);
  const text = readFileSync(map, "utf8");
  assert.match(text, /<urlset xmlns="http:\/\/www\.sitemaps\.org\/schemas\/sitemap\/0\.9"/);
  const urls = [...text.matchAll(/<url>([^]*?)<\/url>/g)].map(([, url]) => url);
  assert.ok(urls.length > 500 && urls.length <= 50_000 && text.length < 50 * 2 ** 20);
  const alternates = new Map();
  for (const url of urls) {
    const [, loc] = url.match(/<loc>([^<]+)<\/loc>/);
    assert.ok(new URL(loc).origin === ORIGIN && loc.length < 2048, loc);
    const [, day] = url.match(/<lastmod>([^<]+)<\/lastmod>/) ?? [];
    if (day) assert.match(day, /^\d{4}-\d\d-\d\d$/, loc);
    alternates.set(loc, [...url.matchAll(/hreflang="([^"]+)" href="([^"]+)"/g)].filter(([, lang]) => lang !== "x-default").map(([, , href]) => href));
  }
  assert.equal(alternates.size, urls.length, "an address stands twice");
  for (const [loc, others] of alternates) for (const other of others) assert.ok(alternates.get(other)?.includes(loc), `${other} does not lead back to ${loc}`);
});

/** What a type may say, by schema.org; a property that is not here is a slip. */
const THING = ["@type", "@id", "name", "url", "description", "sameAs", "image"];
const SCHEMA = {
  WebSite: [...THING, "inLanguage", "potentialAction", "publisher"],
  WebPage: [...THING, "inLanguage", "mainEntity", "dateModified"],
  BreadcrumbList: ["@type", "itemListElement"],
  ListItem: ["@type", "position", "name", "item"],
  PostalAddress: ["@type", "streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry"],
  GeoCoordinates: ["@type", "latitude", "longitude"],
  Place: [...THING, "address", "geo", "telephone", "openingHours"],
  Organization: [...THING, "address", "email", "telephone", "areaServed"],
  CreativeWork: [...THING, "license", "inLanguage", "dateModified"],
  TechArticle: [...THING, "license", "inLanguage", "dateModified"],
  Course: [...THING, "inLanguage", "provider", "license"],
  Occupation: [...THING],
  Service: [...THING],
  DefinedTerm: [...THING],
};

test("JSON-LD: only types and properties of the table, every reference answered", (t) => {
  const faults = new Set();
  const types = new Map();
  for (const file of ending(".html")) {
    for (const { name, attributes, text } of read(readFileSync(file, "utf8")).elements) {
      if (name !== "script" || attributes.type !== "application/ld+json") continue;
      const { "@context": context, "@graph": graph, ...rest } = JSON.parse(text);
      if (context !== "https://schema.org" || Object.keys(rest).length) faults.add(`${shown(file)}: ${Object.keys(rest)}`);
      const ids = new Set(graph.map((thing) => thing["@id"]));
      graph.forEach((thing) => look(thing, shown(file), ids));
    }
  }
  assert.deepEqual([...faults].slice(0, 20), []);
  assert.ok(types.get("Place") > 100, "no places");
  t.diagnostic([...types].map(([type, count]) => `${count} ${type}`).join(", "));

  function look(thing, file, ids) {
    const type = thing["@type"];
    if (!type) return void (ids.has(thing["@id"]) || faults.add(`${file}: nothing is ${JSON.stringify(thing)}`));
    types.set(type, (types.get(type) ?? 0) + 1);
    if (!SCHEMA[type]) return void faults.add(`${file}: the type ${type}`);
    for (const [key, value] of Object.entries(thing)) {
      if (!SCHEMA[type].includes(key)) faults.add(`${file}: ${type}.${key}`);
      if (value === null || value === "") faults.add(`${file}: ${type}.${key} is empty`);
      for (const inner of [value].flat()) if (inner && typeof inner === "object") look(inner, file, ids);
    }
  }
});

/** RFC 4180, read as strictly as it is written. */
function csv(text) {
  assert.ok(text.endsWith("\r\n"), "the last line has no end");
  const rows = [[]];
  for (const [whole, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    assert.ok(whole);
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  rows.pop();
  return rows;
}

test("tables: RFC 4180, as their schema says", (t) => {
  const tables = ending(".schema.json");
  assert.ok(tables.length > 5);
  let cells = 0;
  for (const file of tables) {
    const schema = JSON.parse(readFileSync(file, "utf8"));
    const bytes = readFileSync(file.replace(".schema.json", ".csv"));
    const [head, ...rows] = csv(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    assert.deepEqual(head, schema.fields.map(({ name }) => name), file);
    const listing = JSON.parse(readFileSync(file.replace(".schema.json", ".json"), "utf8"));
    assert.equal(rows.length, listing.entries.length, file);
    assert.equal(new Set(rows.map(([id]) => id)).size, rows.length, `${file}: ids are not unique`);
    for (const row of rows) {
      assert.equal(row.length, head.length, `${file}: ${row}`);
      row.forEach((cell, at) => {
        const { name, type, itemType, format, constraints = {} } = schema.fields[at];
        const where = `${file}: ${name} is \`${cell}\``;
        if (constraints.required) assert.notEqual(cell, "", where);
        if (cell === "") return;
        cells += 1;
        for (const value of type === "list" ? cell.split("|") : [cell]) {
          const kind = itemType ?? type;
          if (kind === "number") assert.ok(Number.isFinite(Number(value)), where);
          if (kind === "boolean") assert.match(value, /^(true|false)$/, where);
          if (kind === "date") assert.match(value, /^\d{4}-\d\d-\d\d$/, where);
          if (format === "uri") assert.ok(URL.canParse(value), where);
          if (format === "email") assert.match(value, /^[^@\s]+@[^@\s]+$/, where);
        }
        if (constraints.enum) assert.ok(constraints.enum.includes(cell), where);
      });
    }
  }
  t.diagnostic(`${tables.length} tables, ${cells} cells`);
});

test("address cards and calendars: lines of 75 bytes, ended by CRLF, beginning and end in pairs", (t) => {
  const found = [...ending(".vcf"), ...ending(".ics")];
  assert.ok(found.length > 100);
  for (const file of found) {
    const text = readFileSync(file, "utf8");
    assert.ok(text.endsWith("\r\n") && !/[^\r]\n/.test(text), file);
    for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, `${file}: ${line}`);
    const open = [];
    for (const line of text.replaceAll("\r\n ", "").split("\r\n").filter(Boolean)) {
      const [, name, value] = line.match(/^([A-Z]+)(?:;[A-Z]+=[A-Za-z-]+)*:(.*)$/) ?? assert.fail(`${file}: ${line}`);
      if (name === "BEGIN") open.push(value);
      if (name === "END") assert.equal(open.pop(), value, file);
    }
    assert.deepEqual(open, [], file);
  }
  t.diagnostic(`${found.length} files`);
});
