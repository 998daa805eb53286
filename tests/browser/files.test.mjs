// Every file of the built site, without a browser: HTML as the standard's parser takes it, links, anchors, and nothing from elsewhere.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { linked, loaded, read } from "./html.mjs";
import { ORIGIN, build, cleanUp } from "./site.mjs";

/** Attributes that name ids of their own page. */
const REFERENCES = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "list"];

after(cleanUp);

for (const path of ["/", "/centre/"]) {
  describe(`the site at ${path}`, () => {
    let files, pages, site;

    before(() => {
      site = build(path);
      const found = readdirSync(site.files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      files = new Set(found.map((entry) => join(entry.parentPath, entry.name).slice(join(site.host, "/").length - 1)));
      const html = [...files].filter((file) => file.endsWith(".html")).sort();
      pages = html.map((file) => ({ file, ...read(readFileSync(join(site.host, file), "utf8")) }));
    });

    test("is there", () => assert.ok(pages.length > 500 && files.size > pages.length, `${pages.length} pages in ${files.size} files`));

    test("is HTML as the standard wants it", () => {
      none(pages.flatMap(({ file, errors }) => errors.map((error) => `${file}: ${error}`)));
    });

    test("has each id once in a page, and what refers to one finds it", () => {
      const faults = [];
      for (const { file, elements, ids } of pages) {
        for (const [id, count] of ids) if (count > 1) faults.push(`${file}: id \`${id}\` stands ${count} times`);
        for (const { name, attributes } of elements) {
          for (const key of REFERENCES) {
            const missing = (attributes[key] ?? "").split(/\s+/).filter((id) => id && !ids.has(id));
            faults.push(...missing.map((id) => `${file}: ${key}="${id}" on <${name}> finds nothing`));
          }
        }
      }
      none(faults);
    });

    test("has no link and no anchor that leads nowhere", () => {
      const ids = new Map(pages.map((page) => [page.file, page.ids]));
      const faults = [];
      let links = 0;
      for (const { file, elements } of pages) {
        for (const { name, target } of elements.flatMap(linked)) {
          const url = new URL(target, ORIGIN + address(file));
          if (url.origin !== ORIGIN) continue;
          links += 1;
          const found = given(decodeURIComponent(url.pathname));
          const id = decodeURIComponent(url.hash.slice(1));
          if (!found) faults.push(`${file}: <${name}> leads to \`${target}\`, which is no file`);
          else if (id && ids.has(found) && !ids.get(found).has(id)) faults.push(`${file}: <${name}> leads to \`${target}\`: no such anchor`);
        }
      }
      assert.ok(links > 10_000, `${links} links`);
      none(faults);
    });

    test("loads nothing from elsewhere, and has no inline script, style or handler", () => {
      const faults = [];
      for (const { file, elements } of pages) {
        for (const { name, attributes, text } of elements) {
          const foreign = loaded(name, attributes).filter((target) => new URL(target, ORIGIN + address(file)).origin !== ORIGIN);
          faults.push(...foreign.map((target) => `${file}: <${name}> loads \`${target}\``));
          const inline = name === "style" || (name === "script" && !attributes.src && !/json$/.test(attributes.type ?? ""));
          if (inline) faults.push(`${file}: inline <${name}>: ${text.slice(0, 60)}`);
          const handlers = Object.keys(attributes).filter((key) => key === "style" || key.startsWith("on"));
          faults.push(...handlers.map((key) => `${file}: ${key}="…" on <${name}>`));
        }
      }
      none(faults);
    });

    test("has on each page a title, a language, a policy, one h1, and headings that skip no level", () => {
      const faults = [];
      for (const { file, elements } of pages) {
        const all = (name) => elements.filter((element) => element.name === name);
        const meta = (key, value) => all("meta").find(({ attributes }) => attributes[key]?.toLowerCase() === value)?.attributes.content;
        // A drawing names its parts by titles of its own.
        const titles = all("title").filter(({ svg }) => !svg);
        if (titles.length !== 1 || !titles[0].text.trim()) faults.push(`${file}: no title`);
        if (!all("html")[0]?.attributes.lang) faults.push(`${file}: no language`);
        if (meta("http-equiv", "refresh")) continue;
        if (!meta("http-equiv", "content-security-policy")?.startsWith("default-src 'none'")) faults.push(`${file}: no strict policy`);
        if (all("h1").length !== 1) faults.push(`${file}: ${all("h1").length} h1`);
        const levels = elements.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? Number(name[1]) : []));
        levels.forEach((level, at) => level > (levels[at - 1] ?? 0) + 1 && faults.push(`${file}: h${level} after h${levels[at - 1] ?? 0}`));
        for (const { attributes } of all("img")) if (attributes.alt === undefined) faults.push(`${file}: a picture without alternative text`);
      }
      none(faults);
    });

    test("lists in its site map every page that may be indexed, and nothing else", () => {
      const indexed = pages.filter(({ elements }) => !elements.some(({ name, attributes }) =>
        name === "meta" && (attributes["http-equiv"] === "refresh" || (attributes.name === "robots" && /noindex/.test(attributes.content)))));
      const wanted = new Set(indexed.map(({ file }) => ORIGIN + encodeURI(address(file))));
      const map = readFileSync(join(site.files, "sitemap.xml"), "utf8");
      const listed = new Set([...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url));
      const missing = [...wanted].filter((url) => !listed.has(url)).map((url) => `${url} is not listed`);
      none([...missing, ...[...listed].filter((url) => !wanted.has(url)).map((url) => `${url} is listed`)]);
    });

    /** The file that a static host gives for a path. */
    function given(pathname) {
      if (files.has(pathname)) return pathname;
      return pathname.endsWith("/") && files.has(`${pathname}index.html`) ? `${pathname}index.html` : null;
    }
  });
}

/** The address at which a static host gives a page. */
function address(file) {
  return file.replace(/(^|\/)index\.html$/, "$1");
}

/** Fails with the faults, the first fifty in full. */
function none(faults) {
  const rest = faults.length > 50 ? `\n… and ${faults.length - 50} more` : "";
  assert.equal(faults.length, 0, `${faults.slice(0, 50).join("\n")}${rest}`);
}
