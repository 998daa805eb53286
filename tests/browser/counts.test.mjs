// The number beside a link that narrows a list down is the number that a reader finds who follows it: counted on the pages themselves.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { parse } from "parse5";

import { build, cleanUp } from "./site.mjs";

let files;
const pages = new Map();
before(() => ({ files } = build("/")));
after(cleanUp);

/** The page at a path of the site, as elements with what is around each. */
function page(path) {
  if (!pages.has(path)) pages.set(path, [...elements(parse(readFileSync(join(files, path, "index.html"), "utf8")), [])]);
  return pages.get(path);
}

function* elements(node, around) {
  for (const child of node.childNodes ?? []) {
    if (!child.attrs) continue;
    const attributes = Object.fromEntries(child.attrs.map(({ name, value }) => [name, value]));
    const element = { name: child.tagName, attributes, classes: (attributes.class ?? "").split(/\s+/), around, node: child };
    yield element;
    yield* elements(child, [...around, element]);
  }
}

const text = (node) => (node.childNodes ?? []).map((child) => child.value ?? text(child)).join("");
const number = (words) => Number(words.replace(/\D/g, ""));
const within = ({ around }, name) => around.some(({ classes }) => classes.includes(name));
const href = (from, { attributes }) => new URL(attributes.href, `https://site.example/${from}`);
const count = (link) => number(text([...elements(link.node, [])].find(({ classes }) => classes.includes("count") || classes.includes("number")).node));

/**
 * All entries that the pages of a list show, as paths; what is only tied to them doesn't count, and on a department's page the network that answers for
 * its region isn't one of the department's.
 */
function listed(first) {
  const found = new Set();
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? first : `${first}page/${number}/`;
    if (!existsSync(join(files, path, "index.html"))) return found;
    const department = /regions\/[^/]+\/[^/]+\/$/.test(first);
    const apart = (element) => within(element, "relation") || (department && within(element, "region-head"));
    const titles = page(path).filter((element) => element.name === "a" && within(element, "card-title") && !apart(element));
    for (const link of titles) found.add(href(path, link).pathname.slice(1));
  }
}

/** Checks the links of a page that begin a list of a collection's entries: the number, and that the list begins there and not before. */
function follows(from, link, collection) {
  const { pathname, hash } = href(from, link);
  const path = pathname.slice(1);
  const [first, , part] = path.split(/(page\/(\d+)\/)$/);
  const words = `${from}: ${text(link.node).trim()} leads to ${path}${hash}`;
  const found = [...listed(first)].filter((entry) => !collection || entry.startsWith(collection));
  assert.equal(found.length, count(link), words);
  if (!hash) return;
  const has = (path) => page(path).some(({ attributes }) => attributes.id === hash.slice(1));
  assert.ok(has(path), `${words}: no such anchor`);
  if (Number(part) > 1) assert.ok(!has(Number(part) === 2 ? first : `${first}page/${Number(part) - 1}/`), `${words}: the list begins before`);
}

test("in a collection's listing, of its own entries", (t) => {
  const listings = readdirSync(files, { recursive: true }).filter((file) => file.endsWith("index.html") && !file.includes("/page/"));
  let followed = 0;
  for (const file of listings) {
    const from = file.slice(0, -"index.html".length);
    if (!readFileSync(join(files, file), "utf8").includes('<body class="page-listing">')) continue;
    for (const link of page(from).filter((element) => element.name === "a" && within(element, "filter") && within(element, "facet-values"))) {
      follows(from, link, from);
      followed += 1;
    }
  }
  assert.ok(followed > 200, `${followed} links`);
  t.diagnostic(`${followed} links`);
});

test("on the pages of a facet's value: beside other values, of all entries; beside collections, of theirs", (t) => {
  let followed = 0;
  for (const from of ["regions/bretagne/", "en/regions/bretagne/", "regions/ile-de-france/", "regions/bretagne/finistere/", "themes/governance/", "en/themes/governance/"]) {
    for (const link of page(from).filter((element) => element.name === "a" && within(element, "filter") && within(element, "facet-values"))) {
      follows(from, link, "");
      followed += 1;
    }
    for (const link of page(from).filter((element) => element.name === "a" && (within(element, "numbers") || within(element, "chips")))) {
      const { pathname, hash } = href(from, link);
      const entries = new Set([...listed(from)].map((entry) => entry.split("/").slice(0, from.startsWith("en/") ? 2 : 1).join("/")));
      assert.ok(pathname.slice(1).startsWith(from) && (hash || entries.size === 1), `${from}: ${text(link.node).trim()} leads to ${pathname}${hash}`);
      const key = hash.replace("#list-", "");
      const section = key && page(pathname.slice(1)).find(({ attributes }) => attributes.id === hash.slice(1));
      assert.ok(!key || section, `${from}: ${hash}`);
      followed += 1;
    }
  }
  assert.ok(followed > 40, `${followed} links`);
  t.diagnostic(`${followed} links`);
});
