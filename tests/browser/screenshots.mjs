// Every template of the example centre in both languages, at three widths, in light and dark, as pictures in the ignored folder `screenshots/`, named
// `<template>-<language>-<width>-<scheme>.png`.
//   npm run screenshots                 all templates
//   npm run screenshots -- place home   only those named
// MAILLAGE names a program that is built already (see site.mjs).

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { stop, visit } from "./chromium.mjs";
import { build, cleanUp, project, serveFiles } from "./site.mjs";
import { TEMPLATES } from "./templates.mjs";

const folder = join(project, "tests/browser/screenshots");
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in TEMPLATES));
if (unknown.length) throw new Error(`no template is called ${unknown.join(", ")}; there are ${Object.keys(TEMPLATES).join(", ")}`);

const site = build("/");
const address = await serveFiles(site.host);
for (const width of [320, 768, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    const { page, context } = await visit({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
    for (const [name, { paths, press, ready }] of Object.entries(TEMPLATES)) {
      if (wanted.length && !wanted.includes(name)) continue;
      for (const path of paths) {
        await page.goto(`${address}/${path}`, { waitUntil: "load" });
        if (press) await page.locator(press).first().click();
        if (ready) await page.locator(ready).first().waitFor();
        const language = path.startsWith("en/") ? "en" : "fr";
        await page.screenshot({ path: join(folder, `${name}-${language}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    await context.close();
  }
}
await stop();
await cleanUp();
console.log(folder);
