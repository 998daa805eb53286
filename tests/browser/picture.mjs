// Renews the README's picture: the home page of the example centre, as `maillage serve` shows it.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { stop, visit } from "./chromium.mjs";
import { cleanUp, preview, project } from "./site.mjs";

const { page, context } = await visit({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce", colorScheme: "light" });
await page.goto(await preview(project));
// Playwright writes PNG and JPEG; Chromium itself also WebP, a third of the size.
const session = await context.newCDPSession(page);
const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
writeFileSync(join(project, "tests/browser/readme.webp"), Buffer.from(data, "base64"));
await stop();
await cleanUp();
