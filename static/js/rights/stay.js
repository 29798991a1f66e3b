// A page on which somebody says who they are is covered when nobody has typed for a while: told two minutes before, nothing lost, nothing sent.
// It also forgets what this tab holds when somebody leaves quickly.

const MINUTE = 60000;
const page = document.querySelector("[data-covered-after]");
const told = document.querySelector("[data-told]");
const cover = document.querySelector("[data-cover]");
let timer;

function start() {
  clearTimeout(timer);
  timer = setTimeout(tell, (Number(page.dataset.coveredAfter) - Number(page.dataset.toldBefore)) * MINUTE);
}

function tell() {
  told.showModal();
  clearTimeout(timer);
  timer = setTimeout(hide, Number(page.dataset.toldBefore) * MINUTE);
}

function hide() {
  told.close();
  cover.showModal();
}

function goOn() {
  for (const dialog of [told, cover]) if (dialog.open) dialog.close();
  start();
}

if (page && told && cover) {
  for (const gesture of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(gesture, () => !told.open && !cover.open && start(), { passive: true });
  }
  for (const button of document.querySelectorAll("[data-goes-on]")) button.addEventListener("click", goOn);
  told.addEventListener("close", () => !cover.open && start());
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", start); // a browser may close it on a second Escape all the same
  start();
}

for (const form of document.querySelectorAll("form[data-leaves]")) form.addEventListener("submit", () => sessionStorage.clear());
