// What a first search needs, fetched into the browser's cache while nothing else is to do, so that the search page finds it there. It starts nothing.

/** How long a page may keep the browser busy before it is done all the same, in milliseconds. */
const PATIENCE = 10_000;

/** Pages from which visitors often go on to a search. */
const LIKELY = ".page-home, .page-listing, .page-facet, .page-not-found";

/**
 * Fetches the code of the search, its engine and its boot file once the page has loaded and rests; not for visitors who save data or whose connection
 * is slow, for whom 280 KB that may be of no use are dear. Who reads an entry has often come for it alone, from a link or a search engine elsewhere: there
 * it is fetched when a search field is entered.
 * @param {URL} base the site's `search/` folder
 * @param {Iterable<HTMLFormElement>} forms the forms that lead to the search
 */
export function prefetch(base, forms) {
  // Pages that were opened as files can fetch nothing.
  if (isDear() || !location.protocol.startsWith("http")) return;
  if (!document.body.matches(LIKELY)) {
    const entered = new AbortController();
    const once = () => {
      entered.abort();
      fetchAll(base).catch(() => {});
    };
    for (const form of forms) form.addEventListener("focusin", once, { signal: entered.signal });
    return;
  }
  const whenIdle = () => (globalThis.requestIdleCallback ?? setTimeout)(() => fetchAll(base).catch(() => {}), { timeout: PATIENCE });
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle, { once: true });
}

/** Whether the visitor asked to save data, or has a connection of the kind of 3G or slower. Only some browsers tell. */
function isDear() {
  const { saveData = false, effectiveType = "4g" } = navigator.connection ?? {};
  return saveData || effectiveType !== "4g" || matchMedia("(prefers-reduced-data: reduce)").matches;
}

/** @param {URL} base */
async function fetchAll(base) {
  const quietly = (/** @type {URL} */ address) => fetch(address, { priority: "low", credentials: "same-origin" }).then((response) => response.ok && response.arrayBuffer());
  const response = await fetch(new URL("current.json", base), { priority: "low", credentials: "same-origin" });
  if (!response.ok) return;
  const { engine, boot } = await response.json();
  await Promise.all([...[engine, boot].map((name) => quietly(new URL(name, base))), ...["client.js", "worker.js"].map((name) => quietly(new URL(name, import.meta.url)))]);
}
