// Draws the example centre's pictures from their sources in `drawings/`: PNG files in entries' folders, which Maillage resizes like anybody's.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { stop, visit } from "./chromium.mjs";
import { project } from "./site.mjs";

const DRAWINGS = [{ name: "sanitaires", width: 1600, height: 1333, folder: "content/docs/rendre-le-lieu-accessible" }];

for (const { name, width, height, folder } of DRAWINGS) {
  const { page, context } = await visit({ viewport: { width, height } });
  const drawing = readFileSync(join(project, `tests/browser/drawings/${name}.svg`), "utf8");
  await page.setContent(`<!doctype html><style>body { margin: 0 } svg { display: block }</style>${drawing}`);
  await page.screenshot({ path: join(project, folder, `${name}.png`) });
  await context.close();
}
await stop();
