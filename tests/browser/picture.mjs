// Renews the README's picture: the home page of the example centre, as `maillage serve` shows it.

import { join } from "node:path";

import { stop, visit } from "./chromium.mjs";
import { cleanUp, preview, project } from "./site.mjs";

const { page } = await visit({ viewport: { width: 1200, height: 760 }, reducedMotion: "reduce", colorScheme: "light" });
await page.goto(await preview(project));
await page.screenshot({ path: join(project, "tests/browser/readme.png") });
await stop();
await cleanUp();
