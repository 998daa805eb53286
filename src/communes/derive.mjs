// Derives the embedded tables from a pinned release of the official geographic code.
//
//   npm install @etalab/decoupage-administratif@6.0.0     (in any folder)
//   node src/communes/derive.mjs <that folder>/node_modules/@etalab/decoupage-administratif
//
// Enters: communes.json, departements.json, regions.json of the package (MIT; data: Code officiel géographique 2026, Insee, and
// La Poste's postcodes, Licence Ouverte 2.0). Leaves: areas.csv (regions and departments) and communes.gz beside this script.
//
// communes.gz inflates to a comment line and six blocks separated by empty lines, one value a line, column by column because
// that compresses best: codes, names, postcodes (blanks between, `-` for none), then old codes, their current codes, their old names
// (`-` where the source gives none).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const VERSION = '6.0.0';
const source = process.argv[2];
if (!source) throw new Error('usage: node derive.mjs PACKAGE_FOLDER');
const read = (name) => JSON.parse(readFileSync(join(source, name), 'utf8'));
const found = read('package.json').version;
if (found !== VERSION) throw new Error(`this script is pinned to version ${VERSION}, found ${found}`);

const byCode = (a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
const all = read('data/communes.json');
const isCurrent = (commune) => ['commune-actuelle', 'arrondissement-municipal'].includes(commune.type);
const current = all.filter(isCurrent).sort(byCode);
const codes = new Set(current.map((commune) => commune.code));

// A delegated or associated commune names the commune that it belongs to; an older code stands in its successor's list.
const old = new Map();
for (const commune of all.filter((one) => !isCurrent(one)).sort(byCode)) {
  const successor = current.find((one) => one.code === commune.chefLieu);
  if (successor && (commune.code !== successor.code || commune.nom !== successor.nom)) {
    old.set(commune.code, { code: commune.code, now: successor.code, name: commune.nom });
  }
}
for (const commune of current) {
  for (const code of commune.anciensCodes ?? []) {
    if (!codes.has(code) && !old.has(code)) old.set(code, { code, now: commune.code, name: '-' });
  }
}
const former = [...old.values()].sort(byCode);

const label = (name) => name.replace(' Arrondissement', ' arrondissement');
const blocks = [
  current.map((commune) => commune.code),
  current.map((commune) => label(commune.nom)),
  current.map((commune) => (commune.codesPostaux ?? []).join(' ') || '-'),
  former.map((one) => one.code),
  former.map((one) => one.now),
  former.map((one) => one.name),
];
const comment = `# Code officiel géographique 2026 (Insee), Licence Ouverte 2.0, from @etalab/decoupage-administratif ${VERSION}`;
const text = [comment, ...blocks.map((block) => block.join('\n'))].join('\n\n');
const bytes = gzipSync(Buffer.from(text), { level: 9 });
bytes[9] = 255; // the header's operating system: unknown, so that every machine writes the same bytes
writeFileSync(new URL('communes.gz', import.meta.url), bytes);

const cell = (value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const row = (kind, code, region, name) => [kind, code, region, cell(name)].join(',');
const areas = [
  'kind,code,region,name',
  ...read('data/regions.json').sort(byCode).map((one) => row('region', one.code, one.code, one.nom)),
  ...read('data/departements.json').sort(byCode).map((one) => row('department', one.code, one.region, one.nom)),
];
writeFileSync(new URL('areas.csv', import.meta.url), `${areas.join('\n')}\n`);
console.log(`${current.length} communes, ${former.length} old codes and names, ${areas.length - 1} areas, ${bytes.length} bytes`);
