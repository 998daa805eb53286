// Every template of the example centre at three widths, in light and dark, as pictures in the ignored folder `screenshots/`.
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
      await page.goto(`${address}/${paths[0]}`, { waitUntil: "load" });
      if (press) await page.locator(press).first().click();
      if (ready) await page.locator(ready).first().waitFor();
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
}
await stop();
await cleanUp();
console.log(folder);
