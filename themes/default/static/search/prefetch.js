// What a first search needs, fetched into the browser's cache while nothing else is to do, so that the search page finds it there. It starts nothing.

/** How long a page may keep the browser busy before it is done all the same, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Fetches the code of the search, its engine and its boot file once the page has loaded and rests; not for visitors who save data.
 * @param {URL} base the site's `search/` folder
 */
export function prefetch(base) {
  // Pages that were opened as files can fetch nothing.
  if (navigator.connection?.saveData || !location.protocol.startsWith("http")) return;
  const whenIdle = () => (globalThis.requestIdleCallback ?? setTimeout)(() => fetchAll(base).catch(() => {}), { timeout: PATIENCE });
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle, { once: true });
}

/** @param {URL} base */
async function fetchAll(base) {
  const quietly = (/** @type {URL} */ address) => fetch(address, { priority: "low", credentials: "same-origin" }).then((response) => response.ok && response.arrayBuffer());
  const response = await fetch(new URL("current.json", base), { priority: "low", credentials: "same-origin" });
  if (!response.ok) return;
  const { engine, boot } = await response.json();
  await Promise.all([...[engine, boot].map((name) => quietly(new URL(name, base))), ...["client.js", "worker.js"].map((name) => quietly(new URL(name, import.meta.url)))]);
}
