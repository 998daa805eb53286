// A place, a tool and a training that have everything that their pages can show, made up for these tests alone: no entry of the example centre has all
// of it, since no source gives it.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { cleanUp, copy, folder, maillage, project, serveFiles } from "./site.mjs";

const FILES = {
  "content/places/essai/index.md": `---
title: Lieu d’essai
summary: Un lieu inventé pour cet essai.
kind: [coworking, fablab]
photo: { file: photo.png, alt: Le plan de la salle }
logo: { file: logo.webp, alt: Le logo du lieu }
services: [desk, machines, food]
audiences: [public, teams]
address: { street: "1 rue du Test", commune: "35238", postcode: "35000" }
position: "48.11, -1.68"
website: https://lieu.example/
email: accueil@lieu.example
phone: "02 99 00 00 00"
opening_hours: "Mo-Fr 09:00-12:30,14:00-18:00; PH off"
access: Entrée de plain-pied, toilettes adaptées.
regional_network: bretagne-tiers-lieux
tools: [essai, inventaire]
surveyed: "2026-10-05"
source: essai
---

Ce lieu n’existe pas.
`,
  "content/tools/essai/index.md": `---
title: Outil d’essai
summary: Un outil inventé pour cet essai.
kind: register
files:
  - { file: registre.csv, label: Registre }
  - { file: notice.md, label: Notice, lang: en }
  - { file: plan.png, label: Plan }
themes: [opening]
audiences: [teams]
version: "2.1"
licence: CC0-1.0
changelog: |
  - **2.1** : une colonne de plus.
checked: "2026-10"
---

À quoi il sert.
`,
  "content/tools/essai/registre.csv": "date,machine,heures\n2026-01-01,Découpe,2\n2026-01-02,Fraise,3\n",
  "content/tools/essai/notice.md": "# How to use it\n\nWrite a line a day.\n",
  "content/trainings/essai.md": `---
title: Formation d’essai
summary: Une formation inventée pour cet essai.
kind: certification
goals: [Savoir une chose, En faire une autre]
professions: [fabmanager]
themes: [opening]
audiences: [teams]
modes: on-site
duration: 3 days
group_size: 8
certification: Une certification inventée
certification_url: https://certification.example/
sessions: [{ from: "2026-12-07", to: "2026-12-09" }]
price: 300 EUR
registration: https://inscription.example/
places: [essai]
---

Le programme.
`,
};

let address;
before(async () => {
  const centre = copy();
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(centre, path, ".."), { recursive: true });
    writeFileSync(join(centre, path), text);
  }
  const picture = join(project, "content/docs/rendre-le-lieu-accessible/sanitaires.png");
  for (const target of ["places/essai/photo.png", "tools/essai/plan.png"]) cpSync(picture, join(centre, "content", target));
  // Not the photograph once more: a browser takes a larger one of the same picture, where it has fetched it.
  cpSync(join(project, "tests/browser/readme-home.webp"), join(centre, "content/places/essai/logo.webp"));
    const host = folder();
  maillage("build", "-C", centre, "--output", host);
  address = `${await serveFiles(host)}/`;
});
after(stop);
after(cleanUp);

/** The texts of elements, with ordinary spaces. */
const words = async (locator) => (await locator.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());

/** The entries that stand under a heading. */
const under = (page, heading) => words(page.locator(".relation", { has: page.getByRole("heading", { name: heading }) }).locator(".card-title"));

async function opened(path) {
  const visitor = await visit({ timezoneId: "Europe/Paris", locale: "fr-FR", reducedMotion: "reduce" });
  // A Monday morning.
  await visitor.page.clock.setFixedTime(new Date("2026-11-23T09:00:00Z"));
  await visitor.page.goto(address + path, { waitUntil: "load" });
  return visitor;
}

test("a place shows when it is open, where it is, what it offers and to whom, what belongs to it, and how fresh that is", async () => {
  const visitor = await opened("lieux/essai/");
  const { page } = visitor;
  assert.deepEqual(await words(page.locator(".kicker")), ["Lieu · Coworking · Fablab · Rennes, Ille-et-Vilaine"]);
  const practical = page.locator(".practical");
  assert.match((await words(practical.locator("address")))[0], /^1 rue du Test 35000 Rennes Ille-et-Vilaine, Bretagne$/);
  assert.match((await words(practical.locator("tr[aria-current=date]")))[0], /lundi/);
  assert.deepEqual(await words(practical.locator(".hours-state")), ["Ouvert jusqu’à 12 h 30"]);
  assert.ok(await practical.locator(".locator svg").isVisible());
  const href = (name) => page.getByRole("link", { name }).first().getAttribute("href");
  assert.equal(await href("+33 2 99 00 00 00"), "tel:+33299000000");
  assert.equal(await href("accueil@lieu.example"), "mailto:accueil@lieu.example");
  assert.match(await words(page.locator(".columns-main > .details").first()).then(String), /Sur place Bureau ou poste de travail.*Machines et outils.*Pour qui.*Grand public/);
  assert.match(await words(page.locator("#field-access + *")).then(String), /plain-pied/);
  assert.ok(await page.locator(".entry-picture img").isVisible());
  assert.equal(await page.getByRole("img", { name: "Le logo du lieu" }).isVisible(), true);
  assert.deepEqual(await under(page, "Réseau de la région"), ["Bretagne Tiers-Lieux"]);
  assert.deepEqual((await under(page, "Outils utilisés")).sort(), ["Inventaire du matériel", "Outil d’essai"]);
  assert.deepEqual(await under(page, "Formations données ici"), ["Formation d’essai"]);
  assert.match((await words(page.locator(".freshness-fresh")))[0], /^Informations vérifiées : 5 octobre 2026$/);
  assert.equal((await words(page.locator("[aria-labelledby=nearby-title] .card-title")))[0], "L’Hôtel Pasteur");
  assert.match(await href("Signaler une erreur"), /^https:\/\/forge\.example\/centre\/issues\/new\?title=Lieu%20d%E2%80%99essai&body=/);
  assert.match(await href("Modifier cette page"), /content\/places\/essai\/index\.md$/);
  for (const [name, start] of [["Données (JSON)", "{"], ["Carnet d’adresses (vCard)", "BEGIN:VCARD"], ["Agenda (ICS)", "BEGIN:VCALENDAR"]]) {
    const answer = await page.request.get(new URL(await href(name), page.url()).href);
    assert.ok((await answer.text()).startsWith(start), name);
  }
  clean(visitor, address);
  await visitor.context.close();
});

test("a tool shows its files with type, size and language, their beginning, its version, changes, users and citation", async () => {
  const visitor = await opened("outils/essai/");
  const { page } = visitor;
  const links = await words(page.locator(".attachment > a"));
  assert.match(links[0], /^Registre CSV, \d+ (o|octets)$/);
  assert.match(links[1], /^Notice .*, \d+ (o|octets), English$/);
  assert.match(links[2], /^Plan PNG, \d+ ko$/);
  const previews = page.locator(".preview");
  await previews.first().locator("summary").click();
  assert.deepEqual(await words(previews.first().locator("th")), ["date", "machine", "heures"]);
  await previews.nth(1).locator("summary").click();
  assert.match((await words(previews.nth(1).locator("pre")))[0], /Write a line a day/);
  await previews.nth(2).locator("summary").click();
  assert.ok(await previews.nth(2).locator("img").isVisible());
  assert.match(await words(page.locator("#field-changelog + *")).then(String), /une colonne de plus/);
  assert.deepEqual(await under(page, "Utilisé par"), ["Lieu d’essai"]);
  assert.match((await words(page.locator(".citation-text")))[0], /Outil d’essai.*Version 2\.1.*CC0/);
  clean(visitor, address);
  await visitor.context.close();
});

test("a training says when, how long, how much, for whom, where it leads and how to register", async () => {
  const visitor = await opened("formations/essai/");
  const { page } = visitor;
  assert.match(await words(page.locator(".highlights")).then(String), /Durée 3 jours.*Sessions du 7 au 9 décembre 2026.*Prix 300 €/);
  assert.equal(await page.getByRole("link", { name: "S’inscrire" }).getAttribute("href"), "https://inscription.example/");
  assert.match(await words(page.locator(".practical")).then(String), /Publics Équipes de tiers-lieux.*Modalité Sur place.*8 personnes.*Une certification inventée/);
  assert.deepEqual(await under(page, "Métiers visés"), ["Fabmanager"]);
  assert.deepEqual(await under(page, "Lieux où elle se donne"), ["Lieu d’essai"]);
  await page.goto(address);
  assert.match(await words(page.locator(".agenda-item").first()).then(String), /du 7 au 9 décembre 2026.*Formation d’essai/);
  clean(visitor, address);
  await visitor.context.close();
});

test("a department shows which tools its places use and which trainings they give", async () => {
  const visitor = await opened("regions/bretagne/ille-et-vilaine/");
  const { page } = visitor;
  assert.deepEqual(await under(page, "Outils utilisés"), ["Inventaire du matériel", "Outil d’essai"]);
  assert.deepEqual(await under(page, "Formations données ici"), ["Formation d’essai"]);
  clean(visitor, address);
  await visitor.context.close();
});

test("a mark is fetched as large as it is shown", async () => {
  const visitor = await opened("lieux/essai/");
  const { page } = visitor;
  const mark = page.getByRole("img", { name: "Le logo du lieu" });
  await mark.scrollIntoViewIfNeeded();
  await mark.evaluate((image) => image.decode());
  assert.match(await mark.evaluate(({ currentSrc }) => currentSrc), /-400\.webp$/);
  clean(visitor, address);
  await visitor.context.close();
});

test("a picture on a card is as wide as the card asks for, at any width of the page", async () => {
  for (const [width, deviceScaleFactor, chosen] of [[320, 1, 400], [390, 2, 800], [700, 1, 400], [1000, 2, 800], [1280, 1, 400], [1280, 2, 800]]) {
    const visitor = await visit({ viewport: { width, height: 900 }, deviceScaleFactor, reducedMotion: "reduce" });
    const { page } = visitor;
    await page.goto(`${address}regions/bretagne/ille-et-vilaine/`);
    const picture = page.locator(".card-picture img");
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image) => image.decode());
    const { current, shown } = await picture.evaluate((image) => ({ current: image.currentSrc, shown: image.clientWidth * devicePixelRatio }));
    assert.match(current, new RegExp(`-${chosen}\\.webp$`), `${width} px, ${deviceScaleFactor}x: ${shown} pixels`);
    assert.ok(chosen >= shown, `${shown} pixels on ${width} px`);
    clean(visitor, address);
    await visitor.context.close();
  }
});

test("axe finds nothing on them", async () => {
  const axe = readFileSync(`${project}/tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
  for (const path of ["lieux/essai/", "outils/essai/", "formations/essai/"]) {
    const visitor = await opened(path);
    const { page } = visitor;
    await page.evaluate(axe);
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"] }));
        assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${path} at ${width} px, ${colorScheme}`);
      }
    }
    clean(visitor, address);
    await visitor.context.close();
  }
});
