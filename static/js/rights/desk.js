// A controller reads a sealed request in the browser, with a key file that stays on the machine, and seals what it writes to the person.
// Nothing that is opened here is sent anywhere: the page asks the site for sealed bytes, and gives it sealed bytes.

import { ANSWER, COMPLEMENT, TooLarge, canSeal, fingerprint, fromBase64, infoOf } from "./sealing.js";
import { messageInfo, openSealed, publicOf, sealTo, toBase64 } from "./sealing.js";
import { isLocked, NotAKey, readKeyFile, WrongPassphrase } from "./key-file.js";

// What the page and the envelope both say of a request; the hash of its form shows an envelope that was copied from another request.
const ASKED = ["database", "right", "level", "study", "form"];

export class OtherKey extends Error {}
export class NoReplyKey extends Error {}
class NoKeyFile extends Error {}

// The content of an envelope or of a complement, from the file that the site hands out and a pair of keys. Raises OtherKey, NotOpened.
export async function openFile(file, pair) {
  const own = await fingerprint(await publicOf(pair));
  if (file.key !== own) throw new OtherKey();
  const info = file.kind ? messageInfo(COMPLEMENT, file.database, own, file.number) : infoOf(file.database, own);
  const content = await openSealed(pair, info, fromBase64(file.sealed));
  return { ...content, routing: { number: file.number, database: file.database, envelope_sha256: file.sha256 } };
}

// A question or an answer for the person who sent an opened request, as the site takes it. Raises NoReplyKey, TooLarge.
export async function sealFor(request, kind, words, files = []) {
  if (!request.reply_key) throw new NoReplyKey();
  const raw = fromBase64(request.reply_key);
  const name = await fingerprint(raw);
  const { number, database } = request.routing;
  const sealed = await sealTo(raw, messageInfo(ANSWER, database, name, number), { v: 1, kind, words, files });
  return { v: 1, number, kind, database, sealed_to: name, sealed: toBase64(sealed) };
}

// Files that somebody chose, as they stand in what is sealed.
export async function packed(files) {
  return Promise.all(
    Array.from(files, async (file) => ({ name: file.name, type: file.type, b64: toBase64(new Uint8Array(await file.arrayBuffer())) })),
  );
}

for (const place of document.querySelectorAll("[data-open-here]")) if (canSeal()) opens(place);
for (const place of document.querySelectorAll("[data-seal-here]")) if (canSeal()) seals(place);

function opens(place) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  let request = null;
  place.hidden = false;
  part("key-file").addEventListener("change", async () => {
    const file = part("key-file").files[0];
    part("passphrase").closest("[data-locked]").hidden = !(file && isLocked(await file.text()));
  });
  part("open").addEventListener("click", () => told(place, async () => {
    const pair = await pairOf(part("key-file"), part("passphrase"));
    const answer = await fetch(place.dataset.envelope, { method: "POST", headers: { "X-CSRFToken": tokenOf(place) }, credentials: "same-origin" });
    if (!answer.ok) throw new Error();
    request = await openFile(await answer.json(), pair);
    const differs = otherwise(request, place);
    show(request, part("words"), place);
    part("differs").hidden = !differs;
    part("result").hidden = false;
    part("passphrase").value = "";
    return differs ? "differs" : "opened"; // what differs is an alert of its own
  }));
  part("save").addEventListener("click", () => {
    const { files, ...kept } = request;
    save(new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" }), `${request.routing.number}-ouverte.json`);
  });
}

// The words, and files if any, are sealed when the form is sent; only what is sealed leaves the page.
function seals(place) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  const form = place.closest("form");
  let isSealed = false;
  place.hidden = false;
  place.addEventListener("input", () => (isSealed = false));
  form.addEventListener("submit", (sent) => {
    if (isSealed || !(part("words").value.trim() || part("files").files.length)) return;
    sent.preventDefault();
    if (!isComplete(form)) return; // what is written here could not be shown again with what the site finds lacking
    const button = sent.submitter;
    told(place, async () => {
      const request = JSON.parse(await part("request").files[0].text());
      if (request.routing.number !== place.dataset.number) throw new OtherKey();
      const made = await sealFor(request, place.dataset.kind, part("words").value, await packed(part("files").files));
      bring(form, made);
      isSealed = true;
      form.requestSubmit(button);
      return "sealed";
    });
  });
}

// Is everything there that the form asks for, as far as a browser can tell? What is hidden concerns another answer.
function isComplete(form) {
  for (const one of form.querySelectorAll("[data-shown-when] input")) one.required = !one.closest("[hidden]");
  return form.reportValidity();
}

// What is sealed goes as a file where the form takes one, as that of the tool does: a field could not hold as much.
function bring(form, made) {
  const { sealed, sealed_to, sealed_file } = form.elements;
  [sealed.value, sealed_to.value] = sealed_file ? ["", ""] : [made.sealed, made.sealed_to];
  if (!sealed_file) return;
  const held = new DataTransfer();
  held.items.add(new File([JSON.stringify(made)], `${made.number}.json`, { type: "application/json" }));
  sealed_file.files = held.files;
}

async function pairOf(chosen, passphrase) {
  if (!chosen.files.length) throw new NoKeyFile();
  return readKeyFile(await chosen.files[0].text(), passphrase.value);
}

// Does the envelope say something else than what the site says was asked? It is the envelope that the person sealed.
function otherwise(request, place) {
  return ASKED.some((name) => name in place.dataset && (request[name] ?? "") !== place.dataset[name]);
}

// What was opened, as words beside their names; nothing of it is ever read as markup.
function show(content, list, place) {
  list.replaceChildren();
  for (const [name, value] of lines(content)) {
    if (place.dataset[name] === value && ASKED.includes(name)) continue; // the page says it already, in words
    const row = document.createElement("div");
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = place.querySelector(`[data-label="${CSS.escape(name)}"]`)?.textContent ?? name;
    said.textContent = place.querySelector(`[data-value="${CSS.escape(`${name}.${value}`)}"]`)?.textContent ?? inWords(name, value);
    row.append(term, said);
    list.append(row);
  }
  for (const file of content.files ?? []) list.append(fileRow(file, place));
}

// A day as the reader writes it; anything else as it came.
function inWords(name, value) {
  const day = name.endsWith("_date") && /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T12:00:00Z`) : null;
  if (!day || Number.isNaN(day.valueOf())) return value;
  const reader = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // the day before the month
  return day.toLocaleDateString(reader, { dateStyle: "long", timeZone: "UTC" });
}

function* lines(content, above = "") {
  for (const [name, value] of Object.entries(content)) {
    if (["v", "form", "files", "reply_key", "routing", "kind", "number"].includes(name) || value === "" || value === null) continue;
    if (typeof value === "object") yield* lines(value, `${above}${name}.`);
    else yield [above + name, String(value)];
  }
}

// An image is drawn again, which leaves behind everything but its pixels; anything else is saved only as it came, for a scanner to see.
function fileRow(file, place) {
  const row = document.createElement("div");
  const [term, said, button] = [document.createElement("dt"), document.createElement("dd"), document.createElement("button")];
  term.textContent = file.name;
  [button.type, button.className, button.textContent] = ["button", "fr-btn fr-btn--sm fr-btn--tertiary", place.dataset.saveFile];
  button.addEventListener("click", async () => {
    const blob = new Blob([fromBase64(file.b64)]);
    try {
      save(await redrawn(blob), file.name.replace(/\.[^.]*$/, "") + ".png");
    } catch (refused) {
      if (confirm(place.dataset.asItCame)) save(blob, file.name.replace(/[^\w.-]+/g, "_") + ".a-verifier");
    }
  });
  said.append(button);
  row.append(term, said);
  return row;
}

async function redrawn(blob) {
  const image = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return new Promise((done, refuse) => canvas.toBlob((made) => (made ? done(made) : refuse(new Error())), "image/png"));
}

// Do something and say how it went; what is said stands in the page, translated.
async function told(place, act) {
  const said = place.querySelector("[data-said]");
  said.textContent = said.dataset.working ?? "";
  try {
    said.textContent = said.dataset[await act()] ?? "";
  } catch (refused) {
    const known = { NoKeyFile, NotAKey, WrongPassphrase, OtherKey, NoReplyKey, TooLarge };
    const name = Object.keys(known).find((one) => refused instanceof known[one]);
    said.textContent = (name && said.dataset[name[0].toLowerCase() + name.slice(1)]) || said.dataset.failed;
  }
}

function tokenOf(place) {
  return place.closest("main").querySelector("input[name=csrfmiddlewaretoken]").value;
}

function save(blob, name) {
  const link = document.createElement("a");
  [link.href, link.download] = [URL.createObjectURL(blob), name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
