// Small improvements of every page. Nothing here is needed: each page works without it.
import { countWords } from "./word-count.js";
import { saveByItself } from "./autosave.js";
import { keepAsking } from "./presence.js";

for (const element of document.querySelectorAll("[data-focus-on-load]")) element.focus();
for (const counter of document.querySelectorAll("[data-counter-for]")) countWords(counter);
for (const form of document.querySelectorAll("form[data-autosave]")) saveByItself(form);
if (document.querySelector("[data-asks]")) keepAsking();

// A filter changes the address without a new page: the other language is asked for the address of now.
document.addEventListener("submit", (event) => {
  const next = event.target.querySelector('input[name="next"]');
  if (next && event.submitter?.name === "language") next.value = location.pathname + location.search;
});
