// The work-list by keyboard, while one of its rows has the focus: j or ↓ the next row, k or ↑ the one before, x ticks, o opens the
// dossier, r its summary; Escape closes the summary. The page works without any of it.
const table = document.querySelector("[data-desk]");
const side = document.querySelector("[data-desk-side]");
let opener = null;

function rowOf(element) {
  return element?.closest?.("[data-desk] tbody tr");
}

function stand(row, like) {
  const target = (like && row.querySelector(like)) || row.querySelector("th a");
  target?.focus();
}

function beside(element) {
  if (element.matches("input[type=checkbox]")) return "input[type=checkbox]";
  return element.matches("[data-desk-short]") ? "[data-desk-short]" : "th a";
}

const acts = {
  next: (row, from) => row.nextElementSibling && stand(row.nextElementSibling, beside(from)),
  before: (row, from) => row.previousElementSibling && stand(row.previousElementSibling, beside(from)),
  tick: (row) => row.querySelector("input[type=checkbox]")?.click(),
  open: (row) => row.querySelector("th a")?.click(),
  short: (row) => row.querySelector("[data-desk-short]")?.click(),
};
const keys = { j: "next", ArrowDown: "next", k: "before", ArrowUp: "before", x: "tick", o: "open", r: "short" };

function close() {
  side.replaceChildren();
  for (const row of table.querySelectorAll(".work-row--shown")) row.classList.remove("work-row--shown");
  opener?.focus();
}

if (table) {
  table.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    acts[keys[event.key]](row, event.target);
  });
}

if (table && side) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.childElementCount) close();
  });
  side.addEventListener("click", (event) => {
    if (event.target.closest("[data-desk-close]")) close();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== side) return;
    opener = event.detail.requestConfig.elt;
    for (const row of table.querySelectorAll(".work-row--shown")) row.classList.remove("work-row--shown");
    rowOf(opener)?.classList.add("work-row--shown");
    side.querySelector("h2")?.focus();
  });
}
