// The search page: form, results, facets, state in the address. It builds DOM nodes only, never HTML from text.
// The markup it enhances and the classes and strings it uses are in README.md beside this file.

import { openSearch } from "./client.js";
import { FALLBACK } from "./strings.js";
import { renderFacets } from "./facets.js";
import { element, marked } from "./nodes.js";

/** Names in the address that are not facets. */
const RESERVED = new Set(["q", "sort", "n"]);
/** Hits that come at once. */
const STEP = 10;
/** A pause in typing of so many milliseconds starts a search. */
const TYPING_PAUSE = 120;

const form = document.getElementById("search-form");
const input = document.getElementById("search-query");
const app = document.getElementById("search-app");
if (form && input && app) enhance();

function enhance() {
  const part = (name) => document.getElementById(`search-${name}`);
  const { base = "search/", lang = "", root = "", az = "", sort: sortMenu = "on" } = app.dataset;
  const [status, chips, facets, results, more] = ["status", "chips", "facets", "results", "more"].map(part);
  let strings = {};
  try {
    strings = JSON.parse(part("strings")?.textContent || "{}");
  } catch {
    // The English texts below do.
  }
  const plural = new Intl.PluralRules(lang || "en");
  const number = new Intl.NumberFormat(lang || "en");

  /** A string with its parts filled in; with a count, the form for that count. */
  function text(key, parts = {}, count = undefined) {
    const name = count === undefined ? key : `${key}.${plural.select(count) === "one" ? "one" : "other"}`;
    const pattern = strings[name] ?? FALLBACK[name] ?? name;
    const all = count === undefined ? parts : { count: number.format(count), ...parts };
    return pattern.replace(/\{(\w+)\}/g, (whole, part) => all[part] ?? whole);
  }

  const notes = element("div", { id: "search-notes", class: "search-notes" });
  status.after(notes);
  const order = element("select", { id: "search-sort" });
  if (sortMenu !== "off") {
    for (const value of ["relevance", "title", "updated"]) order.append(element("option", { value }, text(`sort.${value}`)));
    const label = element("label", { for: "search-sort" }, text("sort"));
    results.before(element("p", { class: "search-sort" }, label, " ", order));
  }
  app.hidden = false;

  const search = openSearch({
    base: new URL(base, document.baseURI),
    onProgress(fraction) {
      if (!answered) say("progress", fraction === null ? text("searching") : text("progress", { percent: Math.round(fraction * 100) }));
    },
  });
  let answered = false;
  let asked = 0;
  let typing = 0;
  let typedLast = false;
  let state = fromAddress();

  /** @returns {{q: string, facets: Record<string, string[]>, sort: string, shown: number}} */
  function fromAddress() {
    const parameters = new URLSearchParams(location.search);
    const chosen = {};
    for (const [key, value] of parameters) {
      if (!RESERVED.has(key) && value) (chosen[key] ??= []).push(value);
    }
    const shown = Math.min(100, Math.max(STEP, Number(parameters.get("n")) || STEP));
    return { q: parameters.get("q") ?? "", facets: chosen, sort: parameters.get("sort") ?? "relevance", shown };
  }

  function addressOf({ q, facets: chosen, sort, shown }) {
    const parameters = new URLSearchParams();
    if (q) parameters.set("q", q);
    for (const [key, values] of Object.entries(chosen)) for (const value of values) parameters.append(key, value);
    if (sort !== "relevance") parameters.set("sort", sort);
    if (shown > STEP) parameters.set("n", String(shown));
    const query = parameters.toString();
    return query ? `?${query}` : location.pathname;
  }

  /** Takes on a new state. Typing makes one step of history, everything else one each. */
  function move(change, how) {
    state = { ...state, shown: STEP, ...change };
    const address = addressOf(state);
    if (how === "typing" && typedLast) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    typedLast = how === "typing";
    run(how === "typing");
  }

  function say(kind, message, ...nodes) {
    const line = element("p", { class: `search-${kind}` }, message, ...nodes);
    if (status.textContent !== line.textContent || nodes.length > 0) status.replaceChildren(line);
  }

  function requestOf(asYouType) {
    return { q: state.q, lang, facets: state.facets, sort: state.sort, offset: 0, limit: state.shown, asYouType };
  }

  async function run(asYouType = false) {
    asked += 1;
    const mine = asked;
    const request = requestOf(asYouType);
    app.setAttribute("aria-busy", "true");
    app.classList.add("search-busy");
    try {
      const response = await search.search(request);
      if (mine !== asked) return;
      answered = true;
      show(response, request);
      settle();
      if (response.hits.length > 0 && request.q.trim()) addExcerpts(request, response, mine);
    } catch (error) {
      if (mine !== asked) return;
      settle();
      showFailure(error.reason ?? { code: "internal", message: String(error) });
    }
  }

  function settle() {
    app.removeAttribute("aria-busy");
    app.classList.remove("search-busy");
  }

  function showFailure({ code, message }) {
    console.warn("search:", code, message);
    const retry = element("button", { type: "button", class: "search-retry" }, text("error.retry"));
    retry.addEventListener("click", () => run());
    const link = az ? [" ", element("a", { href: az }, text("error.az"))] : [];
    say("error", `${text("error", { reason: text(`error.${code}`) })} `, retry, ...link);
    results.replaceChildren();
    more.replaceChildren();
  }

  /** A link to another state of this page, followed without loading it. */
  function stateLink(change, label) {
    const link = element("a", { href: addressOf({ ...state, shown: STEP, ...change }) }, label);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      if (change.q !== undefined) input.value = change.q;
      move(change, "click");
    });
    return link;
  }

  function show(response, request) {
    const query = request.q.trim();
    if (response.total === 0) say("count", query ? text("none.for", { query }) : text("none"));
    else say("count", query ? text("results.for", { query }, response.total) : text("results", {}, response.total));
    showNotes(response, request);
    showChips(response);
    renderFacets(facets, response.facets, text, number, (key, value, on) => move({ facets: toggled(key, value, on) }, "click"));
    results.replaceChildren(...response.hits.map(result));
    more.replaceChildren();
    if (response.total > response.hits.length && state.shown < 100) {
      const button = element("button", { type: "button", class: "search-more" }, text("more"));
      button.addEventListener("click", () => showMore(response.hits.length));
      more.append(button);
    }
    order.value = state.sort;
  }

  async function showMore(before) {
    state.shown = Math.min(100, state.shown + STEP);
    history.replaceState(null, "", addressOf(state));
    await run();
    results.children[before]?.querySelector("a")?.focus();
  }

  function toggled(key, value, on) {
    const others = (state.facets[key] ?? []).filter((known) => known !== value);
    const values = on ? [...others, value] : others;
    const { [key]: _, ...rest } = state.facets;
    return values.length > 0 ? { ...rest, [key]: values } : rest;
  }

  function showNotes(response, request) {
    const lines = [];
    const line = (kind, ...nodes) => lines.push(element("p", { class: `search-note search-${kind}` }, ...nodes));
    if (response.corrections.length > 0 && response.total > 0) {
      const [from, to] = [request.q.trim(), response.didYouMean ?? ""];
      line("correction", text("corrected", { from, to }));
    } else if (response.didYouMean) {
      line("suggestion", `${text("did-you-mean")} `, stateLink({ q: response.didYouMean }, response.didYouMean), " ?");
    }
    if (response.ignored.length > 0) line("ignored", text("ignored", { words: response.ignored.join(", ") }));
    for (const [code, count] of Object.entries(response.otherLanguages)) {
      const name = new Intl.DisplayNames([lang || "en"], { type: "language" }).of(code) ?? code;
      const page = document.querySelector(`link[rel="alternate"][hreflang="${CSS.escape(code)}"]`)?.getAttribute("href");
      const label = text("other-language", { language: name }, count);
      const href = page ? `${page}${new URL(addressOf(state), location.href).search}` : null;
      line("languages", href ? element("a", { href, hreflang: code }, label) : label);
    }
    notes.replaceChildren(...lines);
    if (response.total === 0) relax(asked);
  }

  /** For a search without results: what leaving out each filter would give. */
  async function relax(mine) {
    const chosen = Object.entries(state.facets).flatMap(([key, values]) => values.map((value) => [key, value]));
    notes.append(element("p", { class: "search-note search-relax" }, text("none.relax")));
    for (const [key, value] of chosen.slice(0, 5)) {
      const without = toggled(key, value, false);
      const response = await search.search({ ...requestOf(false), facets: without, limit: 0 }).catch(() => null);
      if (mine !== asked || !response) return;
      if (response.total === 0) continue;
      const label = `${text("none.without", { filter: labelOf(response, key, value) })} (${number.format(response.total)})`;
      notes.append(element("p", { class: "search-note search-relax" }, stateLink({ facets: without }, label)));
    }
  }

  function labelOf(response, key, value) {
    const values = response.facets.find((facet) => facet.key === key)?.values ?? [];
    return values.find((known) => known.value === value)?.label ?? value.split("/").pop();
  }

  function showChips(response) {
    const list = element("ul", { class: "search-chips" });
    for (const [key, values] of Object.entries(state.facets)) {
      const facet = key === "collection" ? text("facet.collection") : (response.facets.find((known) => known.key === key)?.label ?? key);
      for (const value of values) {
        const label = labelOf(response, key, value);
        const name = text("filter.remove", { facet, value: label });
        const cross = element("span", { "aria-hidden": "true" }, "×");
        const chip = element("button", { type: "button", class: "search-chip", "aria-label": name }, `${label} `, cross);
        chip.addEventListener("click", () => {
          move({ facets: toggled(key, value, false) }, "click");
          input.focus();
        });
        list.append(element("li", {}, chip));
      }
    }
    if (list.children.length > 1) {
      const clear = element("button", { type: "button", class: "search-chip search-chip-clear" }, text("filter.clear"));
      clear.addEventListener("click", () => {
        move({ facets: {} }, "click");
        input.focus();
      });
      list.append(element("li", {}, clear));
    }
    chips.replaceChildren(...(list.children.length > 0 ? [list] : []));
  }

  function result(hit) {
    const link = element("a", { href: root + hit.url });
    link.append(...marked(hit.title, hit.titleMarks));
    const badges = element("p", { class: "search-result-badges" });
    badges.append(element("span", { class: "search-badge search-badge-collection" }, hit.collectionLabel));
    for (const badge of hit.badges) badges.append(" ", element("span", { class: "search-badge" }, badge));
    const item = element("li", { class: "search-result", "data-collection": hit.collection, "data-key": hit.key });
    item.append(element("h2", { class: "search-result-title" }, link), badges);
    if (hit.summary) item.append(element("p", { class: "search-result-summary" }, ...marked(hit.summary, hit.summaryMarks)));
    if (hit.distanceKm !== undefined) {
      const km = new Intl.NumberFormat(lang || "en", { maximumFractionDigits: hit.distanceKm < 10 ? 1 : 0 }).format(hit.distanceKm);
      item.append(element("p", { class: "search-result-distance" }, text("distance", { km })));
    }
    return item;
  }

  /** Adds the passages around the matches, for hits whose title and summary don't show the match. */
  async function addExcerpts(request, response, mine) {
    const keys = response.hits.filter((hit) => hit.titleMarks.length + hit.summaryMarks.length === 0).map((hit) => hit.key);
    if (keys.length === 0 || navigator.connection?.saveData) return;
    const excerpts = await search.excerpts(request, keys).catch(() => []);
    if (mine !== asked) return;
    for (const excerpt of excerpts) {
      if (!excerpt.text) continue;
      const item = [...results.children].find((known) => known.dataset.key === excerpt.key);
      item?.append(element("p", { class: "search-result-excerpt" }, ...marked(excerpt.text, excerpt.marks)));
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    move({ q: input.value }, "submit");
  });
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => move({ q: input.value }, "typing"), TYPING_PAUSE);
  });
  // The engine is fetched while the visitor begins to type.
  input.addEventListener("focus", () => search.open().catch(() => {}), { once: true });
  order.addEventListener("change", () => move({ sort: order.value }, "click"));
  addEventListener("popstate", () => {
    clearTimeout(typing);
    typedLast = false;
    state = fromAddress();
    input.value = state.q;
    run();
  });
  input.value = state.q;
  say("progress", text("searching"));
  run();
}
