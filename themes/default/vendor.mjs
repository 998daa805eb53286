// Puts the libraries of the interactive map into static/map/, from pinned npm packages.
//
//   npm install leaflet@1.9.4 supercluster@9.1.0 kdbush@4.1.0 esbuild@0.25.9     (in any folder)
//   node themes/default/vendor.mjs <that folder>/node_modules
//
// Leaves: leaflet.js (BSD-2-Clause) and supercluster.js with kdbush in it (ISC) as minified ES modules, leaflet.css in a layer of its own and
// without the rules that ask for images, which the map doesn't use, and the licences as LICENSES.txt. They are fetched when somebody opens the map, and not before.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PINNED = { leaflet: '1.9.4', supercluster: '9.1.0', kdbush: '4.1.0', esbuild: '0.25.9' };

const modules = process.argv[2];
if (!modules) throw new Error('usage: node vendor.mjs NODE_MODULES');
for (const [name, version] of Object.entries(PINNED)) {
  const found = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
  if (found !== version) throw new Error(`this script is pinned to ${name} ${version}, found ${found}`);
}
const target = new URL('static/map/', import.meta.url);
const bundle = (entry, name) => {
  const words = [join(modules, entry), '--bundle', '--minify', '--format=esm', '--legal-comments=inline', '--log-level=error'];
  writeFileSync(new URL(name, target), execFileSync(join(modules, '.bin/esbuild'), words));
};
bundle('leaflet/dist/leaflet-src.esm.js', 'leaflet.js');
bundle('supercluster/index.js', 'supercluster.js');

const css = readFileSync(join(modules, 'leaflet/dist/leaflet.css'), 'utf8');
const rules = css.replaceAll('\r', '').replaceAll(/[^{}]*\{[^{}]*url\([^{}]*\}/g, '\n');
writeFileSync(new URL('leaflet.css', target), `/* Leaflet 1.9.4, BSD-2-Clause: see LICENSES.txt */\n@layer leaflet {\n${rules.trim()}\n}\n`);

const licence = (name) => `${name} ${PINNED[name]}\n\n${readFileSync(join(modules, name, 'LICENSE'), 'utf8').replaceAll('\r', '').trim()}\n`;
writeFileSync(new URL('LICENSES.txt', target), ['leaflet', 'supercluster', 'kdbush'].map(licence).join('\n\n'));
