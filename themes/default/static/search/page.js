// The search page: form, results, facets, state in the address. It builds DOM nodes only, never HTML from text.
// The markup it enhances and the classes and strings it uses are in README.md beside this file.

import { openSearch } from "./client.js";
import { STEP, addressOf, stateOf } from "./address.js";
import { FALLBACK } from "./strings.js";
import { readChip, renderChips } from "./chips.js";
import { renderFacets } from "./facets.js";
import { element } from "./nodes.js";
import { prefixFiles } from "./prefix-files.js";
import { readFree, renderPrices, spendingLabel } from "./prices.js";
import { addExcerpts, result } from "./results.js";
import { moment, requestOf, sentences } from "./sentence.js";

/** Filters whose absence is tried where nothing is found. */
const MOST_RELAXED = 6;
/** A pause in typing of so many milliseconds starts a search. */
const TYPING_PAUSE = 120;
/** So many milliseconds the first results wait at most until it is known which buttons stand above them: one that came later would push them down. */
const TOOLS_PAUSE = 400;

const form = document.getElementById("search-form");
const input = document.getElementById("search-query");
const app = document.getElementById("search-app");
if (form && input && app) enhance();

function enhance() {
  const part = (name) => document.getElementById(`search-${name}`);
  const { base = "search/", lang = "", root = "", az = "", sort: sortMenu = "on" } = app.dataset;
  const elsewhere = part("elsewhere");
  const ownTitle = document.title;
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
  const prices = element("div", { id: "search-prices" });
  facets.after(prices);
  const order = element("select", { id: "search-sort" });
  const option = (value) => element("option", { value }, text(`sort.${value}`));
  const byDistance = option("distance");
  const tools = element("div", { class: "search-tools" });
  results.before(tools);
  if (sortMenu !== "off") {
    order.append(...["relevance", "title", "updated"].map(option));
    const label = element("label", { for: "search-sort" }, text("sort"));
    tools.append(element("p", { class: "search-sort" }, label, " ", order));
  }
  const nearMe = toggle("near.me", () => (state.near ? move({ near: "" }, "click") : locate()));
  const openNow = toggle("open.now", () => move({ open: !state.open, unsure: false }, "click"));
  tools.append(nearMe, openNow);
  app.hidden = false;

  const folder = new URL(base, document.baseURI);
  const search = openSearch({
    base: folder,
    onProgress(fraction) {
      if (!answered) say("progress", fraction === null ? text("searching") : text("progress", { percent: Math.round(fraction * 100) }));
    },
  });
  const read = sentences(folder.href, search);
  let answered = false;
  /** That the buttons are there which are of use. @type {Promise<void> | undefined} */
  let offered;
  /** Where the visitor is: asked for by a click, told to nobody, forgotten with the page. @type {[number, number] | null} */
  let position = null;
  let asked = 0;
  let typing = 0;
  let typedLast = false;
  let state = stateOf(location.search);

  /** A button that is on or off; hidden until it is known to be of use. */
  function toggle(key, onClick) {
    const button = element("button", { type: "button", class: "search-toggle", "aria-pressed": "false", hidden: "" }, text(key));
    button.addEventListener("click", onClick);
    return button;
  }

  /** What is in the field; words that were taken as words stay so while they stand there. */
  function typedState() {
    const q = input.value;
    return { q, literal: state.literal.filter((words) => q.includes(words)), town: q === state.q ? state.town : 0 };
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

  /** Reads and searches what a state says. */
  async function ask(wanted, limit, asYouType) {
    const now = new Date();
    const reading = await read({ text: wanted.q, lang, literal: wanted.literal, asYouType });
    const asking = { lang, facets: wanted.facets, offset: 0, limit, asYouType };
    const request = requestOf(reading, asking, { town: wanted.town, position, now });
    if (wanted.near && position) request.near = position;
    if (wanted.open) request.open = moment({ day: "now", from: 0, until: 1440 }, now);
    if (wanted.unsure) request.openOrUnknown = true;
    for (const [key, max] of Object.entries(wanted.most)) request.ranges = { ...request.ranges, [key]: { max } };
    request.sort = wanted.sort || (request.near ? "distance" : "relevance");
    if (request.sort === "distance" && !request.near) request.sort = "relevance";
    return { reading, request, response: await search.search(request) };
  }

  /** Asks for the visitor's position, then searches from there. */
  function locate() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        position = [coords.latitude, coords.longitude];
        move({ near: "me" }, "click");
      },
      () => notes.append(element("p", { class: "search-note search-refused", role: "alert" }, text("near.me.refused"))),
      { maximumAge: 600_000, timeout: 20_000 },
    );
  }

  async function run(asYouType = false) {
    asked += 1;
    const mine = asked;
    app.setAttribute("aria-busy", "true");
    app.classList.add("search-busy");
    try {
      const asking = ask(state, state.shown, asYouType);
      if (!answered) offered ??= offerTools();
      const answer = await asking;
      if (!answered) await Promise.race([offered, new Promise((resolve) => setTimeout(resolve, TOOLS_PAUSE))]);
      if (mine !== asked) return;
      answered = true;
      show(answer);
      settle();
      if (answer.response.hits.length > 0 && answer.request.q.trim()) fetchExcerpts(answer, mine);
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
    if (elsewhere) elsewhere.hidden = true;
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

  function show({ reading, request, response }) {
    const query = searchedFor(request, response).trim();
    if (response.total === 0) say("count", query ? text("none.for", { query }) : text("none"));
    else say("count", query ? text("results.for", { query }, response.total) : text("results", {}, response.total));
    const chosen = chipsOf(reading, response);
    document.title = titleOf(query, chosen, response.total);
    showNotes(reading, response, request, chosen);
    renderChips(chips, chosen, { facets: {}, near: "", open: false, most: {}, town: 0, literal: [...state.literal, ...reading.parts.map(({ words }) => words)] }, text, (change) => {
      move(change, "click");
      input.focus();
    });
    renderFacets(facets, response.facets, text, number, (key, value, on) => {
      // A value that the sentence chose is taken away in the sentence.
      const read = reading.parts.find(({ meaning }) => !on && meaning.facet?.facet === key && meaning.facet.value === value);
      const literal = read ? [...state.literal, read.words] : state.literal;
      move({ facets: toggled(key, value, on), literal }, "click");
    });
    const free = readFree(reading.parts);
    // Where nothing is found and nothing chosen there is nothing to narrow down.
    renderPrices(prices, response.total > 0 || chosen.length > 0 ? response.prices : [], { ...free.most, ...state.most }, { lang, text }, (key, most) => {
      // What the sentence chose is taken away in the sentence.
      move({ most: spent(key, most), literal: [...state.literal, ...(free.words[key] ?? [])] }, "click");
    });
    if (elsewhere) elsewhere.hidden = response.total > 0;
    results.replaceChildren(...response.hits.map((hit) => result(hit, { lang, root, text })));
    more.replaceChildren();
    if (response.total > response.hits.length && state.shown < 100) {
      const button = element("button", { type: "button", class: "search-more" }, text("more"));
      button.addEventListener("click", () => showMore(response.hits.length));
      more.append(button);
    }
    if (request.near) order.append(byDistance);
    else byDistance.remove();
    order.value = request.sort;
    nearMe.setAttribute("aria-pressed", String(Boolean(state.near)));
    openNow.setAttribute("aria-pressed", String(state.open));
  }

  /** What is searched: as typed, or as corrected where nothing has it as typed. */
  function searchedFor(request, { corrections, didYouMean, total }) {
    return corrections.length > 0 && didYouMean && total > 0 ? state.q.replace(request.q, didYouMean) : state.q;
  }

  /** The page's title, by which tabs and the history tell searches apart. */
  function titleOf(query, chosen, total) {
    const count = total === 0 ? text("none") : text("results", {}, total);
    const narrowed = chosen.map(({ label }) => label).join(", ");
    if (query) return `${text("title.for", { query, results: count })} · ${ownTitle}`;
    return narrowed ? `${narrowed}, ${count} · ${ownTitle}` : ownTitle;
  }

  /** Shows the buttons for what the site knows: positions (then it has towns), opening hours. */
  async function offerTools() {
    const open = moment({ day: "now", from: 0, until: 1440 }, new Date());
    const [towns, { openings }] = await Promise.all([
      navigator.geolocation && prefixFiles(`${folder}towns/`).index(),
      search.search({ q: "", lang, open, limit: 0 }).catch(() => ({})),
    ]);
    nearMe.hidden = !towns && !state.near;
    openNow.hidden = !(openings && openings.open + openings.closed > 0) && !state.open;
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

  /** What may be spent, with another limit for a field, or none. */
  function spent(key, most) {
    const { [key]: _, ...rest } = state.most;
    return most === null ? rest : { ...rest, [key]: most };
  }

  function showNotes(reading, response, request, chosen) {
    const lines = [];
    const line = (kind, ...nodes) => lines.push(element("p", { class: `search-note search-${kind}` }, ...nodes));
    // Most entries of another language are versions of those here: it is named where it has more, or what is nearer to what was typed.
    const isExact = response.corrections.length + response.ignored.length === 0;
    for (const [code, count] of Object.entries(response.otherLanguages).filter(([, count]) => count > response.total || !isExact)) {
      const name = new Intl.DisplayNames([lang || "en"], { type: "language" }).of(code) ?? code;
      const label = text("other-language", { language: name }, count);
      const page = document.querySelector(`a[hreflang="${CSS.escape(code)}"]`)?.getAttribute("href");
      const href = page && `${page}${new URL(addressOf({ ...state, shown: STEP }), location.href).search}`;
      line("languages", href ? element("a", { href, hreflang: code }, label) : label);
    }
    const wantsPosition = state.near || reading.parts.some(({ meaning }) => meaning.nearMe);
    if (wantsPosition && !position) {
      const button = element("button", { type: "button", class: "search-locate" }, text("near.me.locate"));
      button.addEventListener("click", locate);
      line("near", button);
    }
    for (const { meaning } of reading.parts) {
      if (!meaning.near || meaning.near.towns.length < 2) continue;
      const others = meaning.near.towns.map((town, at) => ({ at, label: town.area ? `${town.name} (${town.area})` : town.name }));
      const shown = others.find(({ at }) => at === state.town) ?? others[0];
      const links = others.filter((other) => other !== shown).flatMap(({ at, label }) => [" ", stateLink({ town: at }, label)]);
      line("towns", text("near.others", { town: shown.label }), ...links);
    }
    if (response.corrections.length > 0 && response.total > 0) {
      const [from, to] = [request.q.trim(), response.didYouMean ?? ""];
      line("correction", text("corrected", { from, to }));
    } else if (response.didYouMean) {
      line("suggestion", `${text("did-you-mean")} `, stateLink({ q: state.q.replace(request.q, response.didYouMean) }, response.didYouMean), " ?");
    }
    if (response.openings?.unknown > 0 && !request.openOrUnknown) {
      line("unsure", stateLink({ unsure: true }, text("opening.unsure", {}, response.openings.unknown)));
    }
    if (response.ignored.length > 0) line("ignored", text("ignored", { words: response.ignored.join(", ") }));
    notes.replaceChildren(...lines);
    if (response.total === 0) relax(asked, request.q, response, chosen);
  }

  /** For a search without results: what leaving out each filter, and each word, would give. */
  async function relax(mine, asking, { relax: demands = [] }, chosen) {
    const line = (...nodes) => notes.append(element("p", { class: "search-note search-relax" }, ...nodes));
    line(text(chosen.length > 0 ? "none.relax" : "none.fewer-words"));
    for (const { label, change } of chosen.slice(0, MOST_RELAXED)) {
      const total = await ask({ ...state, ...change }, 0, false).then(({ response }) => response.total, () => 0);
      if (mine !== asked) return;
      if (total > 0) line(stateLink(change, `${text("none.without", { filter: label })} (${number.format(total)})`));
    }
    for (const { demand, key, count } of demands) {
      if (demand === "quotes") line(stateLink({ q: state.q.replace(asking, key) }, `${text("none.without.quotes")} (${number.format(count)})`));
      if (demand !== "words" || !state.q.includes(key)) continue;
      const q = state.q.replace(key, " ").replace(/\s+/g, " ").trim();
      if (!q && chosen.length === 0) continue;
      line(stateLink({ q }, `${text("none.without.words", { words: key })} (${number.format(count)})`));
    }
  }

  function labelOf(response, key, value) {
    const values = response.facets.find((facet) => facet.key === key)?.values ?? [];
    return values.find((known) => known.value === value)?.label ?? value.split("/").pop();
  }

  /** Everything that narrows the search. @returns {import("./chips.js").Chip[]} */
  function chipsOf(reading, response) {
    const own = Object.entries(state.facets).flatMap(([key, values]) => values.map((value) => {
      const facet = key === "collection" ? text("facet.collection") : (response.facets.find((known) => known.key === key)?.label ?? key);
      const label = labelOf(response, key, value);
      return { label, name: text("filter.remove", { facet, value: label }), change: { facets: toggled(key, value, false) } };
    }));
    const parts = reading.parts.map((part) => readChip(part, { town: state.town, literal: state.literal, lang: lang || "en", text }));
    const flag = (key, change) => ({ label: text(key), name: text("filter.take-away", { value: text(key) }), change });
    const near = state.near ? [flag("near.me", { near: "" })] : [];
    const open = state.open ? [flag("open.now", { open: false, unsure: false })] : [];
    const costs = Object.entries(state.most).map(([key, most]) => {
      const field = response.prices.find((known) => known.key === key);
      const label = `${field?.label ?? key} : ${spendingLabel(most, text, lang, field?.currency)}`;
      return { label, name: text("filter.take-away", { value: label }), change: { most: spent(key, null) } };
    });
    return [...own, ...parts, ...costs, ...near, ...open];
  }

  /** Adds the passages around the matches, for hits whose title and summary don't show the match. */
  async function fetchExcerpts({ request, response }, mine) {
    const keys = response.hits.filter((hit) => hit.titleMarks.length + hit.summaryMarks.length === 0).map((hit) => hit.key);
    if (keys.length === 0 || navigator.connection?.saveData) return;
    const excerpts = await search.excerpts(request, keys).catch(() => []);
    if (mine === asked) addExcerpts(results, excerpts);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    move(typedState(), "submit");
  });
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => move(typedState(), "typing"), TYPING_PAUSE);
  });
  // The engine is fetched while the visitor begins to type.
  input.addEventListener("focus", () => search.open().catch(() => {}), { once: true });
  order.addEventListener("change", () => move({ sort: order.value }, "click"));
  addEventListener("popstate", () => {
    clearTimeout(typing);
    typedLast = false;
    state = stateOf(location.search);
    input.value = state.q;
    run();
  });
  input.value = state.q;
  say("progress", text("searching"));
  run();
}
