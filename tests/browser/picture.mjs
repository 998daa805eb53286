// Renews the README's pictures: the home page in light and a page of the documentation in the dark, as `maillage serve` shows them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { stop, visit } from "./chromium.mjs";
import { cleanUp, preview, project } from "./site.mjs";

const PICTURES = [
  { name: "home", path: "", colorScheme: "light" },
  { name: "doc", path: "documentation/securite-et-accueil-du-public/", colorScheme: "dark" },
];

const address = await preview(project);
for (const { name, path, colorScheme } of PICTURES) {
  const { page, context } = await visit({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce", colorScheme });
  await page.goto(address + path, { waitUntil: "load" });
  // Playwright writes PNG and JPEG; Chromium itself also WebP, a third of the size.
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  writeFileSync(join(project, `tests/browser/readme-${name}.webp`), Buffer.from(data, "base64"));
  await context.close();
}
await stop();
await cleanUp();
