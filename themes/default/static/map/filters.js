// The filters of the interactive map: the facets of its collection, one or several values of each. Values that stand below others (departments below
// their region) are offered when theirs is chosen, and then narrow it.

/**
 * @typedef {[path: string, label: string]} Value `bretagne/finistere` stands below `bretagne`, and after it
 * @typedef {{key: string, label: string, values: Value[]}} Facet
 */

/**
 * @param {Facet[]} facets
 * @param {number[][][]} points for each point, for each facet, the indexes of its values
 * @param {Record<string, any>} texts
 * @param {URLSearchParams} asked values to begin with, by the facet's key
 * @param {(key: string) => void} changed
 */
export function filters(facets, points, texts, asked, changed) {
  const form = document.createElement("form");
  form.className = "live-filters";
  form.setAttribute("aria-label", texts.filters);
  const narrowings = facets.map((facet, at) => {
    const choice = new Choice(facet.values, asked.getAll(facet.key));
    form.append(fieldset(facet, choice, counts(choice, points.map((values) => values[at])), () => changed(facet.key)));
    return { key: facet.key, choice };
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    form,
    /** Whether a place has one of the chosen values of every facet of which any is chosen. */
    keeps: (/** @type {number[][]} */ values) => narrowings.every(({ choice }, at) => choice.keeps(values[at])),
    /** What is chosen, as the search page has it in its address. */
    chosen: () => narrowings.flatMap(({ key, choice }) => choice.lowest().map((value) => /** @type {[string, string]} */ ([key, value]))),
  };
}

/** The chosen values of a facet. */
class Choice {
  /** @param {Value[]} values @param {string[]} paths */
  constructor(values, paths) {
    this.values = values;
    const known = new Map(values.map(([path], at) => [path, at]));
    /** Which value each value stands below; -1 for none. */
    this.above = values.map(([path]) => known.get(path.slice(0, path.lastIndexOf("/"))) ?? -1);
    /** @type {Set<number>} */
    this.wanted = new Set();
    for (const path of paths) {
      // What stands above a value is open when the value is chosen.
      for (let at = known.get(path) ?? -1; at >= 0; at = this.above[at]) this.wanted.add(at);
    }
  }

  /** The values that count: a region of which departments are chosen stands for these. */
  lowest() {
    const narrowed = new Set([...this.wanted].map((at) => this.above[at]));
    return [...this.wanted].filter((at) => !narrowed.has(at)).map((at) => this.values[at][0]);
  }

  /** @param {number[]} own */
  keeps(own) {
    if (this.wanted.size === 0) return true;
    const lowest = new Set(this.lowest());
    return own.some((value) => this.path(value).some((at) => lowest.has(this.values[at][0])));
  }

  /** A value and all above it. @param {number} value */
  path(value) {
    const path = [];
    for (let at = value; at >= 0; at = this.above[at]) path.push(at);
    return path;
  }

  /** @param {number} at @param {boolean} on */
  set(at, on) {
    if (on) this.wanted.add(at);
    else for (const [below] of this.values.entries()) if (this.path(below).includes(at)) this.wanted.delete(below);
  }
}

/** How many places have each value or one below it. @param {Choice} choice @param {number[][]} points */
function counts(choice, points) {
  const found = choice.values.map(() => 0);
  for (const own of points) for (const at of new Set(own.flatMap((value) => choice.path(value)))) found[at] += 1;
  return found;
}

/** A facet: closed, with the number of values chosen. */
function fieldset({ label, values }, choice, numbers, changed) {
  const said = new Intl.NumberFormat(document.documentElement.lang);
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const many = document.createElement("span");
  many.className = "count";
  summary.append(`${label} `, many);
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.className = "visually-hidden";
  legend.textContent = label;
  /** @type {HTMLInputElement[]} */
  const boxes = [];
  /** @type {(HTMLUListElement | undefined)[]} */
  const below = [];
  const top = document.createElement("ul");
  values.forEach(([, name], at) => {
    const item = document.createElement("li");
    const line = document.createElement("label");
    const box = document.createElement("input");
    const count = document.createElement("span");
    box.type = "checkbox";
    count.className = "count";
    count.textContent = said.format(numbers[at]);
    line.append(box, ` ${name} `, count);
    item.append(line);
    boxes.push(box);
    // Its entries have no position.
    if (numbers[at] === 0) return;
    const parent = choice.above[at];
    if (parent < 0) {
      top.append(item);
    } else {
      if (!below[parent]) boxes[parent].closest("li").append(below[parent] = document.createElement("ul"));
      below[parent].append(item);
    }
    box.addEventListener("change", () => {
      choice.set(at, box.checked);
      show();
      changed();
    });
  });
  for (const list of [top, ...below]) if (list) list.className = "plain";
  set.append(legend, top);
  details.append(summary, set);

  function show() {
    boxes.forEach((box, at) => {
      box.checked = choice.wanted.has(at);
      if (below[at]) below[at].hidden = !box.checked;
    });
    const { length } = choice.lowest();
    many.textContent = length > 0 ? said.format(length) : "";
  }
  show();
  return details;
}
