// How often a misspelt name still finds its place, here and with Pagefind, on the same pages in the same browser.
//
//     node tests/bench/recall.mjs PLACES.csv [--draws N] [--misses]
//
// PLACES.csv: the places of the national census, with the columns ID, NOM_TL, COMINIT, NOMREG, TYPO and ADRESSE. In each draw 200 names get one edit each: a
// letter dropped, added, changed, or swapped with its neighbour; a space put in or taken out; a word left out. Every kind is as likely as the others, and so is
// every place in the name. A place is found if an entry with its name is among the first five. Needs tests/browser's packages and Chromium, and `pip install
// 'pagefind[extended]'` or `npm install --global pagefind` for its column. MAILLAGE names a program that is built already.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { stop, visit } from "../browser/chromium.mjs";
import { cleanUp, folder, maillage, serveFiles } from "../browser/site.mjs";
import { pagefind } from "./pagefind.mjs";

const NAMES = 200;
const FIRST = 5;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { draws: { type: "string", default: "6" }, misses: { type: "boolean" } } });
if (positionals.length !== 1) {
  console.error("usage: node tests/bench/recall.mjs PLACES.csv [--draws N] [--misses]");
  process.exit(2);
}

/** The rows of a CSV file by its head. */
function table(text) {
  const rows = [[""]];
  let quoted = false;
  for (const [place, sign] of [...text].entries()) {
    const row = rows.at(-1);
    if (sign === '"') {
      if (quoted || text[place - 1] !== '"') quoted = !quoted;
      else { row[row.length - 1] += '"'; quoted = true; }
    } else if (sign === "," && !quoted) row.push("");
    else if (sign === "\n" && !quoted) rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  const [head, ...rest] = rows.filter((row) => row.length > 1);
  return rest.map((row) => Object.fromEntries(head.map((name, place) => [name, row[place] ?? ""])));
}

/** A centre of the places, each with its name, kind, address, commune and region. */
function centre(places) {
  const made = folder();
  const at = join(made, "content/places");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(made, "site.toml"), 'title = "Tiers-lieux"\ndescription = "Des lieux."\nbase_url = "https://centre.example/"\nlanguages = ["fr"]\nlicence = "CC-BY-4.0"\n\n[facets.region]\nlabel = "Région"\npath = "region"\n');
  writeFileSync(join(at, "_collection.yaml"), [
    "labels: { fr: { one: lieu, many: lieux } }", 'permalink: "/lieux/{slug}/"', "sort: title", "per_page: 50", "fields:",
    "  region: { type: text, label: Région, facet: region, badge: true }",
    "  commune: { type: text, label: Commune, search: 1, badge: true }",
    "  genre: { type: text, label: Genre, search: 1 }",
    "  adresse: { type: text, label: Adresse }", ""].join("\n"));
  for (const { ID, NOM_TL, COMINIT, NOMREG, TYPO, ADRESSE } of places) {
    const fields = { title: NOM_TL, region: NOMREG, commune: COMINIT, genre: TYPO, adresse: ADRESSE };
    const lines = Object.entries(fields).filter(([, value]) => value.trim()).map(([key, value]) => `${key}: ${JSON.stringify(value.trim())}`);
    writeFileSync(join(at, `place-${ID}.md`), `---\n${lines.join("\n")}\n---\n`);
  }
  return made;
}

/** Numbers below a bound, the same in each run. */
function random(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A name with one edit. */
function misspelt(name, draw) {
  const letters = [...name];
  const isLetter = (sign) => /\p{L}|\p{N}/u.test(sign ?? "");
  const places = (is) => letters.map((_, place) => place).filter(is);
  const one = (all) => all[draw(all.length)];
  const inWords = places((place) => isLetter(letters[place]));
  const edits = {
    drop: [inWords, (place) => letters.splice(place, 1)],
    add: [inWords, (place) => letters.splice(place, 0, LETTERS[draw(26)])],
    change: [inWords, (place) => (letters[place] = one([...LETTERS].filter((letter) => letter !== letters[place].toLowerCase())))],
    swap: [places((place) => isLetter(letters[place]) && isLetter(letters[place + 1]) && letters[place].toLowerCase() !== letters[place + 1].toLowerCase()), (place) => letters.splice(place, 2, letters[place + 1], letters[place])],
    split: [places((place) => isLetter(letters[place - 1]) && isLetter(letters[place])), (place) => letters.splice(place, 0, " ")],
    join: [places((place) => letters[place] === " " && isLetter(letters[place - 1]) && isLetter(letters[place + 1])), (place) => letters.splice(place, 1)],
    "leave out": [name.trim().split(/\s+/).map((_, place) => place), (place) => letters.splice(0, letters.length, ...name.trim().split(/\s+/).filter((_, at) => at !== place).join(" "))],
  };
  const possible = Object.entries(edits).filter(([kind, [all]]) => all.length > (kind === "leave out" ? 1 : 0));
  const [kind, [all, edit]] = one(possible);
  edit(one(all));
  return { kind, name, typed: letters.join("") };
}

try {
  const places = table(readFileSync(positionals[0], "utf8")).filter(({ NOM_TL }) => /\p{L}/u.test(NOM_TL));
  const site = folder();
  maillage("build", "-C", centre(places), "--output", site);
  const version = pagefind(site);
  const address = `${await serveFiles(site)}/`;
  const { page } = await visit();
  await page.goto(address);
  const [assets] = readdirSync(join(site, "assets"));
  /** The titles that each query finds first. */
  const ask = (queries, other) => page.evaluate(async ({ queries, other, client, address, first }) => {
    const found = [];
    if (other) {
      const pagefind = await import(`${address}pagefind/pagefind.js`);
      for (const query of queries) {
        const { results } = await pagefind.search(query);
        found.push(await Promise.all(results.slice(0, first).map(async (result) => (await result.data()).meta.title)));
      }
      return found;
    }
    const { openSearch } = await import(client);
    const search = openSearch({ base: `${address}search/` });
    for (const q of queries) found.push((await search.search({ q, lang: "fr", limit: first })).hits.map((hit) => hit.title));
    return found;
  }, { queries, other, client: `${address}assets/${assets}/search/client.js`, address, first: FIRST });
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
  const tally = { here: {}, pagefind: {} };
  const rates = { here: [], pagefind: [] };
  for (let draw = 1; draw <= Number(values.draws); draw += 1) {
    const below = random(draw);
    const asked = Array.from({ length: NAMES }, () => misspelt(places[below(places.length)].NOM_TL, below));
    for (const system of version ? ["here", "pagefind"] : ["here"]) {
      const found = await ask(asked.map(({ typed }) => typed), system === "pagefind");
      let right = 0;
      for (const [place, { kind, name, typed }] of asked.entries()) {
        const is = found[place].some((title) => plain(title) === plain(name));
        const counts = (tally[system][kind] ??= [0, 0]);
        counts[0] += is;
        counts[1] += 1;
        right += is;
        if (!is && values.misses && system === "here") console.log(`missed (${kind}): ${name} · typed: ${typed} · found: ${found[place].join(" | ")}`);
      }
      rates[system].push((100 * right) / NAMES);
    }
  }
  const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  console.log(`${places.length} places, ${values.draws} draws of ${NAMES} names; % found among the first ${FIRST}`);
  console.log(`${"".padEnd(12)}${"Maillage".padStart(10)}${version ? version.padStart(18) : "   (Pagefind is not installed)"}`);
  const share = ([right, all] = [0, 0]) => (all ? ((100 * right) / all).toFixed(1) : "–");
  for (const kind of Object.keys(tally.here)) {
    console.log(`${kind.padEnd(12)}${share(tally.here[kind]).padStart(10)}${version ? share(tally.pagefind[kind]).padStart(18) : ""}   of ${tally.here[kind][1]}`);
  }
  console.log(`${"all".padEnd(12)}${mean(rates.here).toFixed(1).padStart(10)}${version ? mean(rates.pagefind).toFixed(1).padStart(18) : ""}   draws: ${rates.here.map((rate) => rate.toFixed(1)).join(" ")}`);
} finally {
  await stop();
  await cleanUp();
}
