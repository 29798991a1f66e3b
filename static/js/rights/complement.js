// Seals what a person answers to a controller before it leaves the page. Without it, the same form is sealed on arrival.

import { COMPLEMENT, TooLarge, canSeal, fromBase64, messageInfo, sealTo, toBase64 } from "./sealing.js";

async function contentOf(form) {
  const files = [];
  for (const field of form.querySelectorAll("input[type=file]:not([hidden])")) {
    for (const file of field.files) files.push({ name: file.name, type: file.type, b64: toBase64(new Uint8Array(await file.arrayBuffer())) });
  }
  return { v: 1, kind: "complement", number: form.dataset.number, words: form.elements.words.value.trim(), files };
}

// The same kinds as where the form is read in clear, told by the ending and the first bytes: what the controller cannot open helps nobody.
async function isTaken(file, kinds) {
  const begins = kinds[`.${file.name.toLowerCase().split(".").pop()}`];
  const bytes = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  return Boolean(begins) && begins.every((byte, place) => bytes[place] === byte);
}

async function areTaken(form) {
  const kinds = JSON.parse(document.getElementById("kinds").textContent);
  const files = [...form.querySelectorAll("input[type=file]:not([hidden])")].flatMap((field) => [...field.files]);
  return (await Promise.all(files.map((file) => isTaken(file, kinds)))).every(Boolean);
}

async function seal(form) {
  const info = messageInfo(COMPLEMENT, form.dataset.slug, form.dataset.key, form.dataset.number);
  return sealTo(fromBase64(form.dataset.public), info, await contentOf(form));
}

// What is sent in clear is taken out of the form, the sealed part put in: a form without names sends nothing.
async function send(form) {
  const told = (name) => form.querySelectorAll("[data-trouble]").forEach((one) => (one.hidden = one.dataset.trouble !== name));
  told("");
  if (!(await areTaken(form))) return told("kind");
  try {
    const chosen = new DataTransfer();
    chosen.items.add(new File([await seal(form)], "sealed"));
    form.elements.sealed.files = chosen.files;
  } catch (refused) {
    return told(refused instanceof TooLarge ? "size" : "seal");
  }
  form.elements.key.value = form.dataset.key;
  for (const field of form.querySelectorAll("textarea, input[type=file]:not([hidden])")) field.disabled = true;
  form.submit();
}

for (const form of canSeal() ? document.querySelectorAll("form[data-complement][data-public]") : []) {
  for (const words of document.querySelectorAll("[data-sealed-here]")) words.hidden = false;
  form.addEventListener("submit", (event) => {
    const empty = !form.elements.words.value.trim() && ![...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
    if (empty) return; // the page says what lacks
    event.preventDefault();
    send(form);
  });
}
