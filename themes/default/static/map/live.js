// The interactive map: outlines as the ground, places as markers that join where they are close, filtered like the listings.
// Markers can be reached with the keyboard; the map moves with the arrow keys, + and -.

import { control, divIcon, latLngBounds, map as createMap, marker, polygon, polyline, popup, svg, tileLayer } from "./leaflet.js";
import Supercluster from "./supercluster.js";
import { filters } from "./filters.js";

/**
 * @typedef {[number, number, string, string, string, number[][]]} Point latitude, longitude, title, address from the site's root, what it
 *   is, and for each facet the indexes of its values
 * @typedef {{facets: import("./filters.js").Facet[], unplaced: number, points: Point[]}} Points `unplaced`: how many more have no position
 * @typedef {{arcs: number[][], groups: {name: string, rings: number[][]}[]}} Outlines arcs in thousandths of a degree: longitude, latitude, then
 *   steps; rings by arcs, `~arc` is an arc against its direction
 */

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @returns {[number, number][][]} */
function lines({ arcs }) {
  return arcs.map((steps) => {
    let [x, y] = [0, 0];
    const line = [];
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      line.push([y / 1000, x / 1000]);
    }
    return line;
  });
}

/** Rings of arcs as rings of points. */
function rings(group, arcs) {
  return group.rings.map((ring) => ring.flatMap((arc) => (arc < 0 ? arcs[~arc].toReversed() : arcs[arc]).slice(1)));
}

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/**
 * @param {HTMLElement} root
 * @param {Record<string, any>} texts
 * @param {HTMLElement} status
 */
export async function open(root, texts, status) {
  const { points: pointsUrl, outlines: outlinesUrl, root: site, search, facet: areas, tiles, attribution } = root.dataset;
  /** @type {[Points, Outlines]} */
  const [points, outlines] = await Promise.all([fetched(pointsUrl), fetched(outlinesUrl)]);
  await styled(root.dataset.style);

  const frame = document.createElement("div");
  frame.className = "live";
  const field = document.createElement("div");
  field.className = "live-map";
  field.setAttribute("role", "application");
  field.setAttribute("aria-label", texts.label);
  const asked = new URLSearchParams(location.search);
  const chosen = filters(points.facets, points.points.map(([, , , , , values]) => values), texts, asked, (key) => show(key === areas));
  const arcs = lines(outlines);
  const places = outlines.groups.map((group) => ({ name: group.name, bounds: latLngBounds(rings(group, arcs).flat()) }));
  const view = jump(places, texts, (bounds) => chart.fitBounds(bounds, { animate: !still.matches }));
  chosen.form.prepend(view);
  const list = document.createElement("a");
  list.textContent = texts.list;
  const below = document.createElement("p");
  below.className = "live-list";
  below.append(list);
  frame.append(chosen.form, field, below);
  root.append(frame);

  const chart = createMap(field, {
    // Outlines are sharp at any scale, pictures at whole steps alone.
    zoomSnap: tiles ? 1 : 0.25,
    zoomControl: false, minZoom: 2, maxZoom: 18, worldCopyJump: false, inertia: !still.matches,
    zoomAnimation: !still.matches, fadeAnimation: !still.matches, markerZoomAnimation: !still.matches,
  });
  control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(chart);
  chart.attributionControl.setPrefix(false);
  const renderer = svg({ padding: 0.5 });
  for (const group of outlines.groups) polygon(rings(group, arcs), { renderer, className: "live-land", interactive: false }).addTo(chart);
  polyline(arcs, { renderer, className: "live-border", interactive: false, fill: false }).addTo(chart);
  if (tiles) {
    field.classList.add("live-tiled");
    tileLayer(tiles, { attribution, maxZoom: 19 }).addTo(chart);
  }
  // Half of a heap's circle reaches over the border.
  chart.fitBounds(largest(places).bounds, { animate: false, padding: [20, 20] });

  const index = new Supercluster({ radius: 44, extent: 256, maxZoom: 16, minPoints: 2 });
  /** @type {Map<string, import("./leaflet.js").Marker>} */
  let shown = new Map();
  const said = new Intl.NumberFormat(document.documentElement.lang);
  const forms = new Intl.PluralRules(document.documentElement.lang);
  const worded = (words, count) => (words[forms.select(count)] ?? words.other).replace("{count}", said.format(count));
  const counted = (count) => worded(texts.count, count);
  let round = 0;

  /** @param {boolean} moves whether the map goes to what is shown */
  function show(moves) {
    const kept = points.points.flatMap((point, at) => (chosen.keeps(point[5])
      ? [{ type: "Feature", properties: { at }, geometry: { type: "Point", coordinates: [point[1], point[0]] } }] : []));
    index.load(kept);
    round += 1;
    const wanted = chosen.chosen();
    const unplaced = wanted.length === 0 && points.unplaced > 0 ? `, ${worded(texts.unplaced, points.unplaced)}` : "";
    status.textContent = counted(kept.length) + unplaced;
    const address = new URL(search, document.baseURI);
    for (const [key, value] of wanted) address.searchParams.append(key, value);
    list.href = address.href;
    if (moves && kept.length > 0) {
      const bounds = wanted.some(([key]) => key === areas) ? latLngBounds(kept.map(({ properties: { at } }) => points.points[at].slice(0, 2))) : largest(places).bounds;
      chart.fitBounds(bounds, { animate: !still.matches, maxZoom: 9, padding: [48, 48] });
    }
    draw();
  }

  /** Draws what is in view, and keeps what was there already: a marker that has the focus does not lose it. */
  function draw() {
    const bounds = chart.getBounds().pad(0.2);
    const found = index.getClusters([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()], chart.getZoom());
    const next = new Map();
    for (const feature of found) {
      const { cluster, cluster_id: id, point_count: count, at } = feature.properties;
      const key = cluster ? `${round} ${id} ${count}` : `point ${at}`;
      next.set(key, shown.get(key) ?? (cluster ? heap(feature, id, count) : place(points.points[at])));
    }
    for (const [key, known] of shown) if (!next.has(key)) known.remove();
    for (const [key, fresh] of next) if (!shown.has(key)) fresh.addTo(chart);
    shown = next;
  }

  function named(made, label) {
    made.on("add", () => made.getElement().setAttribute("aria-label", label));
    return made;
  }

  function heap({ geometry: { coordinates: [longitude, latitude] } }, id, count) {
    const size = Math.round(26 + 3.5 * Math.sqrt(Math.min(count, 70)));
    const icon = divIcon({ className: "live-heap", iconSize: [size, size], html: said.format(count) });
    const made = named(marker([latitude, longitude], { icon, keyboard: true }), counted(count));
    made.on("click", () => {
      chart.setView([latitude, longitude], Math.min(index.getClusterExpansionZoom(id), 17), { animate: !still.matches });
      field.focus();
    });
    return made;
  }

  /** @param {Point} point */
  function place([latitude, longitude, title, address, about]) {
    const icon = divIcon({ className: "live-place", iconSize: [28, 28], html: "" });
    const made = named(marker([latitude, longitude], { icon, keyboard: true, title }), title);
    const link = document.createElement("a");
    link.href = new URL(address, new URL(site, document.baseURI)).href;
    link.textContent = title;
    const line = document.createElement("p");
    line.textContent = about;
    const content = document.createElement("div");
    content.append(link, line);
    made.bindPopup(popup({ closeButton: false, autoPanPadding: [16, 16], maxWidth: Math.min(300, field.clientWidth - 80) }).setContent(content));
    made.on("popupopen", () => link.focus({ preventScroll: true }));
    content.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      made.closePopup();
      made.getElement()?.focus();
    });
    return made;
  }

  chart.on("moveend zoomend", draw);
  show(asked.has(areas));
  field.focus();
  return {
    close() {
      chart.remove();
      frame.remove();
      status.textContent = "";
    },
  };
}

/** The place where most of the territory is: most groups that lie close to each other, an island off the coast among them. */
function largest(places) {
  const close = 1.5;
  const near = (one, other) => one.getWest() - close < other.getEast() && other.getWest() - close < one.getEast()
    && one.getSouth() - close < other.getNorth() && other.getSouth() - close < one.getNorth();
  let rest = places;
  let most = [];
  while (rest.length > 0) {
    const together = [rest[0]];
    for (const known of together) together.push(...rest.filter((other) => !together.includes(other) && near(known.bounds, other.bounds)));
    rest = rest.filter((other) => !together.includes(other));
    if (together.length > most.length) most = together;
  }
  return { bounds: most.reduce((all, { bounds }) => all.extend(bounds), latLngBounds([])) };
}

/** A list of parts of the territory to go to: what a hand does by dragging. */
function jump(places, texts, go) {
  const label = document.createElement("label");
  label.className = "live-jump";
  const select = document.createElement("select");
  select.append(new Option(texts.everywhere, ""), ...places.map(({ name }, at) => new Option(name, String(at))));
  select.addEventListener("change", () => go(select.value ? places[Number(select.value)].bounds : largest(places).bounds));
  label.append(texts.go_to, select);
  return label;
}

/** The library's style sheet, once. */
function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return undefined;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(href));
    document.head.append(link);
  });
}
