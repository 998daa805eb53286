// The button that opens the interactive map. The map, its libraries and its data are fetched when it is pressed, and not before.

/** @param {HTMLElement} root */
function prepare(root) {
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("button"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
  const texts = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  /** @type {{close: () => void} | undefined} */
  let opened;
  button.hidden = false;
  // A link to the map, as pages of parts of the territory have it, opens it.
  if (root.id && location.hash === `#${root.id}`) toggle();
  button.addEventListener("click", toggle);

  async function toggle() {
    if (opened) {
      opened.close();
      opened = undefined;
      button.setAttribute("aria-expanded", "false");
      button.querySelector("span").textContent = texts.open;
      return;
    }
    button.disabled = true;
    status.textContent = texts.loading;
    try {
      const { open } = await import("./live.js");
      opened = await open(root, texts, status);
      button.setAttribute("aria-expanded", "true");
      button.querySelector("span").textContent = texts.close;
    } catch (error) {
      status.textContent = texts.failed;
      console.info(error);
    }
    button.disabled = false;
  }
}

document.querySelectorAll("[data-live-map]").forEach(prepare);
