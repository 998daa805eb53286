// A browser, and pages that are watched: whatever goes wrong in a page, and whatever a page fetches, is on record.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

import { PATIENCE } from "./site.mjs";

/** Chromium as root, on a machine without a graphics card; it must not look for its maker's servers. */
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

let browser;

/** The browser of this test file; started once. */
export async function start() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  return browser;
}

/** Ends the browser. */
export async function stop() {
  await browser?.close();
  browser = undefined;
}

/**
 * A new page, as a visitor's who was never there.
 * @param {import("playwright-core").BrowserContextOptions} options
 */
export async function visit(options = {}) {
  const context = await (await start()).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const faults = [];
  const fetched = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(`${page.url()}: ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error}`));
  page.on("crash", () => faults.push(`${page.url()}: the page crashed`));
  // The context also hears what workers fetch.
  context.on("request", (request) => fetched.push(request.url()));
  // Refused by the policy: said by the page itself, whatever the console shows.
  await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI || event.sample}`)));
  return { page, context, faults, fetched };
}

/** Fails if a watched page had a fault or fetched anything from another host. */
export function clean({ faults, fetched }, address) {
  assert.deepEqual(faults, []);
  const { origin } = new URL(address);
  assert.deepEqual(fetched.filter((url) => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)), []);
}
