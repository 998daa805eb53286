// Keeps a previewed page fresh: reloads it when it changed, swaps its styles when only they changed, and lists what is wrong with the sources.
// Everything is relative to this script's own address, so that it works behind proxies and on sub-paths. Nothing here needs an inline style.

const own = document.querySelector("script[data-maillage-page]");
const root = new URL("../", import.meta.url);
const scrollKey = `maillage-scroll:${location.pathname}${location.search}`;
const closedKey = "maillage-closed";

let version = own.dataset.maillageVersion;
let stream = null;
let leaving = false;

// Milliseconds until the next attempt to connect, after an answer that was no stream.
const [soonest, latest] = [1000, 30000];
let pause = soonest;

// So long a reload waits for a reader who is on the way to another page.
const farewell = 3000;
let left = -farewell;

function connect() {
  if (stream || leaving || document.hidden) return;
  const address = new URL("events", import.meta.url);
  address.searchParams.set("page", own.dataset.maillagePage);
  address.searchParams.set("version", version);
  // Spaces as %20: the server reads addresses, not forms.
  stream = new EventSource(address.href.replaceAll("+", "%20"));
  stream.addEventListener("faults", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("styles", (event) => swap(JSON.parse(event.data)));
  stream.addEventListener("reload", reload);
  stream.addEventListener("open", () => (pause = soonest));
  stream.addEventListener("error", again);
}

// After a cut, browsers connect again by themselves. After an answer that is no stream they never do: a proxy gives one while the preview starts anew.
function again({ target }) {
  if (target !== stream || target.readyState !== EventSource.CLOSED) return;
  stream = null;
  setTimeout(connect, pause);
  pause = Math.min(pause * 2, latest);
}

function disconnect() {
  stream?.close();
  stream = null;
}

// Browsers allow few connections to one host: only pages in view hold one. A page that comes into view again connects with the version it shows,
// and is reloaded if that is an old one.
document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("beforeunload", () => (left = performance.now()));
addEventListener("pageshow", (event) => event.persisted && connect());

// ---------------------------------------------------------------- Reloading where the reader was

function stored(storage, key, value) {
  try {
    if (value === undefined) return storage.getItem(key);
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch {
    // Storage may be switched off; the page then starts at its top.
  }
  return null;
}

function reload() {
  if (leaving) return;
  // It would bring this page back in place of the one that the reader goes to. A link to a file to keep begins the same, and then this page stays.
  const wait = left + farewell - performance.now();
  if (wait > 0) {
    setTimeout(reload, wait);
    return;
  }
  leaving = true;
  disconnect();
  const place = { x: scrollX, y: scrollY, focus: document.activeElement?.id ?? "" };
  stored(sessionStorage, scrollKey, JSON.stringify(place));
  location.reload();
}

function restore() {
  const text = stored(sessionStorage, scrollKey);
  if (!text) return;
  stored(sessionStorage, scrollKey, null);
  const place = JSON.parse(text);
  if (place.focus) document.getElementById(place.focus)?.focus({ preventScroll: true });
  const go = () => scrollTo({ left: place.x, top: place.y, behavior: "instant" });
  go();
  // Pictures and results that come later move the page once more.
  if (document.readyState !== "complete") addEventListener("load", go, { once: true });
}

// ---------------------------------------------------------------- Styles

async function swap({ version: next, styles }) {
  version = next;
  const links = [...document.querySelectorAll("link[rel~=stylesheet]")];
  for (const { from, to } of styles) {
    const old = new URL(from, root);
    for (const link of links.filter((link) => new URL(link.href).pathname === old.pathname)) {
      const fresh = link.cloneNode();
      const address = new URL(to, root);
      address.searchParams.set("v", next + Date.now());
      fresh.href = address.href;
      // The old style goes when the new one stands: no flash of a bare page.
      fresh.addEventListener("load", () => link.remove(), { once: true });
      fresh.addEventListener("error", reload, { once: true });
      link.after(fresh);
    }
  }
}

// ---------------------------------------------------------------- What is wrong

const sheet = `
:host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 2147483647; color-scheme: light dark; }
section { font: 15px/1.45 system-ui, sans-serif; max-block-size: 60vh; overflow: auto; padding: 0.75rem 1rem 1rem;
  color: light-dark(#1d1d1f, #f2f2f4); background: light-dark(#fff, #1f2024); border-block-start: 4px solid light-dark(#b3261e, #ff8a80);
  box-shadow: 0 -4px 24px #0006; }
header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; }
h2 { font-size: 1rem; margin: 0; }
p { margin: 0.15rem 0; }
button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: 4px; min-block-size: 28px; padding: 0 0.75rem;
  cursor: pointer; }
button:focus-visible, pre:focus-visible { outline: 3px solid light-dark(#0b57d0, #a8c7fa); outline-offset: 2px; }
ol { list-style: none; margin: 0.75rem 0 0; padding: 0; display: grid; gap: 0.9rem; }
li { border-inline-start: 3px solid light-dark(#b3261e, #ff8a80); padding-inline-start: 0.75rem; }
li.warning { border-color: light-dark(#8a5a00, #ffcc66); }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { margin: 0.3rem 0; overflow-x: auto; white-space: pre; tab-size: 4; }
mark { color: inherit; background: light-dark(#fbd7d4, #6b211b); text-decoration: underline wavy; text-underline-offset: 3px; }
b { font-weight: 600; }
@media print { :host { display: none; } }
`;

// More than anybody reads at once.
const most = 50;

let panel = null;

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  made.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function makePanel() {
  const host = document.createElement("maillage-faults");
  const shadow = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(sheet);
  shadow.adoptedStyleSheets = [style];
  const title = element("span", "", { role: "status" });
  const close = element("button", "Close", { type: "button" });
  const list = element("ol", "");
  const section = element("section", [element("header", [element("h2", title, { id: "title" }), close]), list], {
    "aria-labelledby": "title",
    lang: "en",
    dir: "ltr",
  });
  shadow.append(section);
  const made = { host, title, list, key: "", from: null };
  const shut = () => {
    stored(sessionStorage, closedKey, made.key);
    hide();
  };
  close.addEventListener("click", shut);
  // From wherever the reader is; a menu of the page's own that takes the key closes first.
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && host.isConnected && shut());
  // Focus that came from the page goes back there.
  host.addEventListener("focusin", ({ relatedTarget }) => relatedTarget && relatedTarget !== host && (made.from = relatedTarget));
  return made;
}

function hide() {
  if (!panel?.host.isConnected) return;
  const back = panel.host.shadowRoot.activeElement && panel.from;
  panel.host.remove();
  document.documentElement.style.scrollPaddingBlockEnd = "";
  if (back?.isConnected) back.focus({ preventScroll: true });
}

function count(number, word) {
  return number ? [`${number} ${word}${number === 1 ? "" : "s"}`] : [];
}

function excerpt({ source, mark: [before, length] }) {
  const characters = [...source];
  const [head, body, tail] = [
    characters.slice(0, before),
    characters.slice(before, before + length),
    characters.slice(before + length),
  ].map((part) => part.join(""));
  // Scrolls sideways, so the keyboard must reach it.
  return element("pre", [head, element("mark", body || " "), tail], { tabindex: "0", "aria-label": "source line" });
}

// Words in backticks are what somebody wrote.
function prose(text) {
  return text.split("`").map((part, at) => (at % 2 ? element("code", part) : part));
}

function item(fault) {
  const parts = [
    element("p", [element("b", `${fault.severity}: `), ...prose(fault.message), " ", element("code", `[${fault.code}]`)]),
    element("p", element("code", `${fault.file}:${fault.line}:${fault.column}`)),
  ];
  if (fault.source) parts.push(excerpt(fault));
  for (const name of ["expected", "nearest", "help"]) {
    if (fault[name]) parts.push(element("p", [element("b", `${name}: `), ...prose(fault[name])]));
  }
  return element("li", parts, { class: fault.severity });
}

function show(faults) {
  if (!faults.some((fault) => fault.severity === "error")) {
    stored(sessionStorage, closedKey, null);
    hide();
    return;
  }
  const key = JSON.stringify(faults);
  if (stored(sessionStorage, closedKey) === key) return;
  panel ??= makePanel();
  panel.key = key;
  const errors = faults.filter((fault) => fault.severity === "error").length;
  const totals = [...count(errors, "error"), ...count(faults.length - errors, "warning")].join(", ");
  const listed = faults.slice(0, most).map(item);
  if (faults.length > most) listed.push(element("li", `and ${faults.length - most} more, listed in the terminal`));
  panel.list.replaceChildren(...listed);
  if (!panel.host.isConnected) document.documentElement.append(panel.host);
  // What gets the focus must not come to stand beneath the list.
  document.documentElement.style.scrollPaddingBlockEnd = `${panel.host.getBoundingClientRect().height}px`;
  // Said once it stands in the page: a status that comes with its text is not announced.
  requestAnimationFrame(() => (panel.title.textContent = `${totals}: this is the last good version`));
}

restore();
connect();
