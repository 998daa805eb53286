// A report, not a test: Lighthouse's four marks on a telephone, with LCP and CLS, and what the first view of each page weighs, compressed.
//   npm --prefix tests/browser/lighthouse ci && npm --prefix tests/browser/lighthouse start
// The site is served compressed, as hosts do; MAILLAGE names a program that is built already (see site.mjs).

import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

import { FLAGS } from "../chromium.mjs";
import { build, cleanUp } from "../site.mjs";

const PAGES = { home: "", place: "lieux/hotel-pasteur/", listing: "lieux/", search: "recherche/" };
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json", ".wasm": "application/wasm" };

const site = build("/");
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = join(site.files, path.endsWith("/") ? `${path}index.html` : path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end();
  const bytes = readFileSync(file);
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  const headers = { "content-type": type, "cache-control": path.startsWith("/assets/") ? "max-age=31536000, immutable" : "max-age=0" };
  if (type === "application/octet-stream") return void response.writeHead(200, headers).end(bytes);
  response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync(bytes));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}/`;

const chrome = await launch({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromeFlags: ["--headless=new", ...FLAGS] });
console.log("page      performance  accessibility  best practices  SEO    LCP      CLS    first view at rest");
for (const [name, path] of Object.entries(PAGES)) {
  const { lhr } = await lighthouse(address + path, { port: chrome.port, output: "json", logLevel: "error" });
  const mark = (key) => String(Math.round(lhr.categories[key].score * 100));
  // What a resting page fetches for a search to come is no part of its first view.
  const isAhead = (url) => name !== "search" && new URL(url).pathname.startsWith("/search/");
  const weigh = (wanted) => lhr.audits["network-requests"].details.items.filter(wanted).reduce((sum, { transferSize = 0 }) => sum + transferSize, 0);
  const [weight, ahead] = [weigh(({ url }) => !isAhead(url)), weigh(({ url }) => isAhead(url))].map((bytes) => `${(bytes / 1024).toFixed(1)} KB`);
  const columns = [
    name.padEnd(10), mark("performance").padEnd(13), mark("accessibility").padEnd(15), mark("best-practices").padEnd(16), mark("seo").padEnd(7),
    lhr.audits["largest-contentful-paint"].displayValue.padEnd(9), lhr.audits["cumulative-layout-shift"].displayValue.padEnd(7), weight.padEnd(11), ahead,
  ];
  console.log(columns.join(""));
  for (const { id, title, score, scoreDisplayMode } of Object.values(lhr.audits)) {
    if (score !== null && score < 1 && ["binary", "numeric", "metricSavings"].includes(scoreDisplayMode)) console.log(`          ${id}: ${title}`);
  }
}
await chrome.kill();
server.close();
await cleanUp();
