// Small improvements of every page. Nothing here is needed: each page works without it.
import { countWords } from "./word-count.js";
import { saveByItself } from "./autosave.js";

for (const element of document.querySelectorAll("[data-focus-on-load]")) element.focus();
for (const counter of document.querySelectorAll("[data-counter-for]")) countWords(counter);
for (const form of document.querySelectorAll("form[data-autosave]")) saveByItself(form);
