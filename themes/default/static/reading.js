// Comfort while reading an entry: a button that copies a block of code, the contents list following the reader, definitions where terms stand.
// In: a page made from entry.html. Out: the same page, enhanced. Without it nothing is missing but comfort.

/** Gives every block of code a button that copies its text. @param {HTMLElement} prose */
function offerCopies(prose) {
  const { copy, copied } = prose.dataset;
  if (!copy || !copied || !navigator.clipboard) return;
  for (const block of prose.querySelectorAll("pre")) {
    const frame = document.createElement("div");
    const button = document.createElement("button");
    frame.className = "code-block";
    button.className = "copy-code";
    button.type = "button";
    button.textContent = copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent ?? "");
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    block.replaceWith(frame);
    frame.append(block, button);
  }
}

/** Opens the contents list where it stands beside the text; until now the style did. @param {HTMLDetailsElement} contents */
function openBeside(contents) {
  if (!matchMedia("(width >= 60em)").matches) return;
  contents.open = true;
  delete contents.dataset.openWide;
}

/** Marks in the contents list the section being read. @param {HTMLElement} contents */
function followReader(contents) {
  const links = new Map();
  for (const link of contents.querySelectorAll("a[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];
  const observer = new IntersectionObserver(() => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const current = passed.at(-1);
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "0px 0px -66% 0px", threshold: [0, 1] });
  for (const heading of headings) observer.observe(heading);
}

/**
 * Shows the definition of a term beside it, while it has the pointer or the focus: it stays while the pointer is on it and goes with Escape.
 * @param {HTMLAnchorElement} link
 */
function explain(link) {
  const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const definition = entry?.querySelector("dd");
  if (!definition) return;
  const note = document.createElement("span");
  note.className = "term-note";
  note.id = `${entry.id}-note`;
  note.role = "tooltip";
  note.textContent = definition.textContent;
  note.hidden = true;
  link.setAttribute("aria-describedby", note.id);
  const frame = document.createElement("span");
  frame.className = "term-frame";
  link.replaceWith(frame);
  frame.append(link, note);
  const open = () => {
    note.hidden = false;
    note.style.translate = "";
    const { left, right } = note.getBoundingClientRect();
    const beyond = Math.max(0, right - document.documentElement.clientWidth + 8) || Math.min(0, left - 8);
    if (beyond) note.style.translate = `${-beyond}px`;
  };
  const close = () => { note.hidden = true; };
  frame.addEventListener("pointerenter", open);
  frame.addEventListener("pointerleave", close);
  link.addEventListener("focus", open);
  link.addEventListener("blur", close);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
}

for (const link of document.querySelectorAll("a.term")) explain(link);
for (const prose of document.querySelectorAll(".prose[data-copy]")) offerCopies(prose);
for (const contents of document.querySelectorAll("[data-open-wide]")) openBeside(contents);
for (const contents of document.querySelectorAll(".toc")) followReader(contents);
