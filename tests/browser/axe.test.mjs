// Accessibility as far as a machine can judge: axe-core's rules for WCAG 2.2 AA and RGAA 4 find nothing, on one page of each template, in both
// languages, light and dark, on a telephone and on a wide screen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { clean, stop, visit } from "./chromium.mjs";
import { build, cleanUp, project, serveFiles } from "./site.mjs";
import { TEMPLATES } from "./templates.mjs";

const AXE = readFileSync(`${project}/tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"];

after(stop);
after(cleanUp);

describe("axe finds nothing on", () => {
  let address, visitor;
  before(async () => {
    address = `${await serveFiles(build("/").host)}/`;
    visitor = await visit({ reducedMotion: "reduce" });
  });
  after(() => visitor.context.close());

  for (const [name, { paths, press, ready }] of Object.entries(TEMPLATES)) {
    for (const path of paths) {
      test(`${name} at /${path}`, async () => {
        const { page } = visitor;
        await page.goto(address + path, { waitUntil: "load" });
        if (press) await page.locator(press).first().click();
        if (ready) await page.locator(ready).first().waitFor();
        // Evaluated by the browser's debugger, which the page's policy does not concern.
        await page.evaluate(AXE);
        const faults = new Set();
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 900 });
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme });
            const { violations, passes } = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags, resultTypes: ["violations"] }), TAGS);
            assert.ok(passes.length > 15, `only ${passes.length} rules had something to look at`);
            for (const { id, help, nodes } of violations) {
              const where = nodes.slice(0, 3).map(({ target, any }) => `${target.join(" ")}${any[0] ? ` (${any[0].message})` : ""}`);
              faults.add(`${width} px, ${colorScheme}: ${id}: ${help}: ${where.join("; ")}`);
            }
          }
        }
        assert.deepEqual([...faults], []);
        clean(visitor, address);
      });
    }
  }
});
