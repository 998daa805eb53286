// Suggestions under a search field: entries, facet values and collections whose words begin as typed, from small static files, without the engine.
// An editable combobox with list autocompletion (WAI-ARIA Authoring Practices): the focus stays in the field, the list is told by
// aria-activedescendant. Without this module the form is an ordinary one.
// src/suggestions.rs writes the files.

import { fold, words } from "./fold.js";
import { prefetch } from "./prefetch.js";
import { prefixFiles } from "./prefix-files.js";

/** Suggestions at most, and those among them that are no entries where there are entries enough. */
const MOST = 8;
const MOST_OTHERS = 3;
/** A reader hears how many there are after so many milliseconds without typing. */
const TOLD_AFTER = 600;

/** @typedef {[kind: number, label: string, path: string, hint?: string, lang?: string]} Item */

const forms = document.querySelectorAll("form[data-suggest]");
for (const form of forms) enhance(form);
// The search page starts the engine by itself.
if (forms.length > 0 && !document.getElementById("search-app")) prefetch(new URL("../../", new URL(forms[0].dataset.suggest, document.baseURI)), forms);

/** @param {HTMLFormElement} form */
function enhance(form) {
  const input = form.querySelector("input[type=search]");
  const { suggest: base, root, label } = form.dataset;
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const list = make("div", { role: "listbox", id: `${input.id}-list`, class: "suggestions", "aria-label": label, hidden: "" });
  const status = make("div", { role: "status", class: "visually-hidden" });
  input.parentElement.append(list, status);
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocapitalize: "none" });

  const files = prefixFiles(base);
  let active = -1;
  let asked = 0;
  let timer = 0;

  /** What goes with what is typed, best first. */
  async function find(typed) {
    const all = words(typed);
    const index = all.length > 0 ? await files.index() : null;
    if (!index) return [];
    const found = new Map();
    for (const word of [...new Set(all)].sort((a, b) => b.length - a.length).slice(0, 3)) {
      const { rows, complete } = await files.rows(word);
      for (const item of rows) found.set(`${item[0]} ${item[2]}`, item);
      if (complete) break;
    }
    const start = fold(typed.trim());
    const fits = [...found.values()].filter(([, label, , hint = ""]) => {
      const own = words(`${label} ${hint}`);
      return all.every((word) => own.some((known) => known.startsWith(word)));
    });
    const rank = ([, label]) => (fold(label).startsWith(start) ? 0 : 1);
    fits.sort((a, b) => rank(a) - rank(b));
    const isEntry = ([kind]) => index.kinds[kind][2];
    const [entries, others] = [fits.filter(isEntry), fits.filter((item) => !isEntry(item))];
    const few = others.slice(0, Math.max(MOST_OTHERS, MOST - entries.length));
    return [...few, ...entries].slice(0, MOST).map(([kind, label, path, hint, lang]) => {
      const [type, prefix] = index.kinds[kind];
      return { label, lang, hint: hint ? `${type}, ${hint}` : type, url: `${root}${prefix}${path}/` };
    });
  }

  function option({ label, lang, hint, url }, at) {
    const name = make("span", lang ? { lang } : {}, label);
    const link = make("a", { role: "option", id: `${list.id}-${at}`, href: url, tabindex: "-1", "aria-selected": "false" }, name, " ", make("small", {}, hint));
    // Pressing must not take the focus from the field; releasing follows the link.
    link.addEventListener("pointerdown", (event) => event.preventDefault());
    link.addEventListener("mousedown", (event) => event.preventDefault());
    return link;
  }

  function choose(at) {
    active = at;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
    choose(-1);
  }

  async function show() {
    asked += 1;
    const mine = asked;
    const found = await find(input.value);
    if (mine !== asked || document.activeElement !== input) return;
    if (found.length === 0) return close();
    list.replaceChildren(...found.map(option));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = form.getAttribute(`data-count-${plural.select(found.length)}`) ?? form.dataset.countOther ?? "{count}";
      status.textContent = text.replace("{count}", String(found.length));
    }, TOLD_AFTER);
  }

  input.addEventListener("focus", files.index);
  input.addEventListener("input", show);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    const { key, altKey, isComposing } = event;
    if (isComposing) return;
    const open = !list.hidden;
    const last = list.children.length - 1;
    if (key === "Escape" && open) close();
    else if (key === "ArrowUp" && altKey && open) close();
    else if (key === "ArrowDown" && !open) show();
    else if (key === "ArrowDown") choose(active === last ? -1 : active + 1);
    else if (key === "ArrowUp" && open) choose(active < 0 ? last : active - 1);
    else if (key === "Enter" && active >= 0) list.children[active].click();
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) choose(-1);
      return;
    }
    event.preventDefault();
  });
}

/** An element with attributes and content. */
function make(name, attributes, ...content) {
  const node = document.createElement(name);
  set(node, attributes);
  node.append(...content);
  return node;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}
