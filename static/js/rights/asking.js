// The page on which a person says who they are: checked, read over and sealed in the browser. Of what they type nothing is sent but sealed
// bytes, and the one address for the letters of the site. Without this script, or without WebCrypto, the page works as an ordinary form.

import { canSeal, fromBase64, newReplyKey, publicOf, replyKeyFrom, seal, toBase64, TooLarge } from "./sealing.js";
import { worked } from "./work.js";

const form = document.getElementById("identity");
const plan = JSON.parse(document.getElementById("sealing").textContent);
const over = document.getElementById("over");
const words = over.querySelector("[data-words]").dataset;
const state = over.querySelector("[data-state]");
const sendButton = over.querySelector("[data-send]");
const NOTIFY = "notify_email";
const [STASH, REPLY] = ["guichet-asking:", "guichet-reply:"];
const isFrench = document.documentElement.lang === "fr";
const inWords = new Intl.DateTimeFormat(isFrench ? "fr-FR" : "en-GB", { dateStyle: "full", timeZone: "UTC" });
// As the other pages of the site say it: « dimanche 1er mars 1931 », “Sunday 1 March 1931”.
const dayInWords = (day) => (isFrench ? inWords.format(day).replace(" 1 ", " 1er ") : inWords.format(day).replace(",", ""));
const steps = document.querySelector("[data-fr-current-step]");
const stepInWords = document.querySelector(".fr-stepper__state");
const heading = stepInWords.previousSibling;
const [first, last] = [
  { step: stepInWords.textContent, heading: heading.data, page: document.title },
  { step: over.dataset.lastStep, heading: `${over.dataset.lastHeading} `, page: document.title.replace(over.dataset.page, over.dataset.lastPage) },
];
const token = form.elements.token.value;
let envelopes; // what was sealed, kept until something is changed, so that trying again sends the same

const typed = () => [...Object.keys(plan.paths), NOTIFY].map((name) => form.elements[name]).filter(Boolean);
const filesOf = () => [...(form.elements.files?.files ?? [])];

// --- What is typed is checked here, since nobody else sees it ---
function complaintOf(field) {
  const { validity } = field;
  if (validity.valueMissing || (field.required && !field.value.trim())) return words.required;
  if (validity.rangeOverflow || validity.rangeUnderflow) return field.dataset.range ?? words.wrong;
  return validity.valid ? "" : (field.dataset.wrong ?? words.wrong);
}

async function complaints() {
  const found = typed().map((field) => [field, complaintOf(field)]);
  const reached = ["answer_email", "answer_phone"].some((name) => form.elements[name]?.value.trim());
  const [born, died] = ["birth_date", "death_date"].map((name) => form.elements[name]);
  if (died?.value && died.value < born.value) found.push([died, words.died]);
  if (plan.reach && !reached) found.push([form.elements.answer_email, words.contact]);
  if (form.elements.files) found.push([form.elements.files, await complaintOfFiles()]);
  const said = new Map(); // one sentence for each field
  for (const [field, sentence] of found) if (sentence && !said.has(field)) said.set(field, sentence);
  return [...said].sort(([one], [other]) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
}

async function complaintOfFiles() {
  const files = filesOf();
  if (plan.proof && !files.length) return words.proof;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > plan.most_files || bytes > plan.most_bytes) return form.elements.files.dataset.tooMuch;
  for (const file of files) if (!(await isWhatItSays(file))) return form.elements.files.dataset.wrong;
  return "";
}

const endingOf = (file) => `.${file.name.toLowerCase().split(".").pop()}`;

async function isWhatItSays(file) {
  const begins = plan.kinds[endingOf(file)];
  const bytes = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  return Boolean(begins) && begins.every((byte, place) => bytes[place] === byte);
}

function labelOf(field) {
  const label = form.querySelector(`label[for="${field.id}"]`);
  return label ? label.firstChild.textContent.trim() : field.name;
}

function made(tag, text = "", classes = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = classes;
  return element;
}

// The design system's class of a group with an error: that of the group, `fr-input-group` for instance, and `--error`.
const errorClassOf = (field) => `${field.closest(".field").classList[1]}--error`;

function complain(found) {
  for (const old of form.querySelectorAll("[data-complaint]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.closest(".field").classList.remove(errorClassOf(field));
  }
  const place = document.querySelector("[data-errors]");
  place.replaceChildren();
  if (!found.length) return;
  const sum = made("div", "", "fr-alert fr-alert--error form-errors");
  sum.tabIndex = -1;
  sum.setAttribute("role", "alert");
  sum.append(made("h2", words.sum, "fr-alert__title"), made("ul"));
  for (const [field, sentence] of found) {
    const line = made("li");
    const link = made("a", labelOf(field));
    link.href = `#${field.id}`;
    line.append(link, ` – ${sentence}`);
    sum.lastChild.append(line);
    const beside = made("p", sentence, "fr-message fr-message--error");
    beside.dataset.complaint = "";
    beside.id = `${field.id}_complaint`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), beside.id].filter(Boolean).join(" "));
    field.closest(".field").append(beside);
    field.closest(".field").classList.add(errorClassOf(field));
  }
  place.append(sum);
  sum.focus();
}

// --- Reading over ---
function shownValue(field) {
  if (field.type === "date") return dayInWords(field.valueAsDate);
  return field.tagName === "SELECT" ? field.selectedOptions[0].textContent : field.value.trim();
}

async function readOver() {
  const found = await complaints();
  complain(found);
  if (found.length) return;
  const list = over.querySelector("[data-told-over]");
  list.replaceChildren();
  const rows = typed().filter((field) => field.value.trim()).map((field) => [labelOf(field), shownValue(field)]);
  for (const file of filesOf()) rows.push([labelOf(form.elements.files), file.name]);
  for (const [label, value] of rows) {
    const row = made("div");
    row.append(made("dt", label), made("dd", value));
    list.append(row);
  }
  turn(true);
}

function turn(isOver) {
  envelopes = undefined;
  state.textContent = "";
  form.hidden = isOver;
  over.hidden = !isOver;
  steps.dataset.frCurrentStep = Number(steps.dataset.frSteps) - (isOver ? 0 : 1);
  const shown = isOver ? last : first;
  [stepInWords.textContent, heading.data, document.title] = [shown.step, shown.heading, shown.page];
  (isOver ? document.getElementById("over-title") : typed()[0]).focus();
}

// --- Sealing and sending ---
// One pair of keys for a form, however often it is sealed: whichever sending arrived first, its answers open with this one.
async function replyKey() {
  const kept = sessionStorage.getItem(REPLY + token);
  if (kept) return toBase64(await publicOf(await replyKeyFrom(kept)));
  const made = await newReplyKey();
  sessionStorage.setItem(REPLY + token, made.secret);
  return made.publicKey;
}

async function sealAll() {
  const reply = await replyKey();
  const files = await Promise.all(filesOf().map(async (file) => {
    const content = new Uint8Array(await file.arrayBuffer());
    return { name: file.name, type: plan.types[endingOf(file)], b64: toBase64(content) };
  }));
  const parts = [];
  for (const part of plan.parts) {
    const sealed = await seal(fromBase64(part.key), part.database, payloadFor(part, files, reply));
    parts.push({ ...part, sealed });
  }
  return { parts };
}

function payloadFor(part, files, replyKey) {
  const { database, right, level, study } = part;
  const payload = { v: 1, form: plan.form, database, right, level, study, capacity: plan.capacity };
  Object.assign(payload, { asker: {}, identity: {}, contact: {}, words: "", files, reply_key: replyKey });
  for (const name of part.names) {
    const value = form.elements[name]?.value.trim();
    if (!value) continue;
    const [group, last] = plan.paths[name];
    if (last) payload[group][last] = value;
    else payload[group] = value;
  }
  return payload;
}

function bodyOf(work) {
  const body = new FormData();
  for (const field of form.querySelectorAll("input[type=hidden]")) body.append(field.name, field.value);
  body.append("sealed", "1");
  body.append(NOTIFY, form.elements[NOTIFY].value.trim());
  if (work) body.append("altcha", work);
  for (const part of envelopes.parts) {
    body.append(`key-${part.database}`, part.fingerprint);
    body.append(`sealed-${part.database}`, new Blob([part.sealed]), "sealed");
  }
  return body;
}

async function post(work) {
  const sent = await fetch(sendButton.dataset.address, {
    method: "POST",
    body: bodyOf(work),
    credentials: "same-origin",
    referrerPolicy: "no-referrer",
  });
  const told = await sent.json();
  if (told.taken) return true;
  state.textContent = told.errors.join(" ");
  if (told.wait) {
    form.elements.ticket.value = told.ticket;
    await new Promise((resolve) => setTimeout(resolve, told.wait * 1000));
    return post(work);
  }
  return false;
}

async function send() {
  sendButton.disabled = true;
  try {
    state.textContent = words.sealing;
    envelopes ??= await sealAll();
    const work = await worked(over.querySelector("[data-work]"), (seconds) => {
      state.textContent = words.waiting.replace("{seconds}", seconds);
    });
    state.textContent = words.sending;
    if (await post(work)) showReceipt();
  } catch (broken) {
    state.textContent = broken instanceof TooLarge ? words.tooLarge : words.lost;
  } finally {
    sendButton.disabled = false;
  }
}

function showReceipt() {
  sessionStorage.removeItem(STASH + token);
  const receipt = over.querySelector("[data-receipt]");
  for (const field of form.querySelectorAll("input[type=hidden]")) receipt.append(field.cloneNode());
  receipt.submit();
}

// --- Another page is asked for: what was typed stays in this tab, and is not sent ---
function stash() {
  const kept = Object.fromEntries(typed().map((field) => [field.name, field.value]));
  sessionStorage.setItem(STASH + token, JSON.stringify(kept));
  for (const field of [...typed(), form.elements.files].filter(Boolean)) field.disabled = true; // the name of a file may name somebody
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(STASH + token) ?? "{}");
  sessionStorage.removeItem(STASH + token);
  if (form.elements.files) form.elements.files.disabled = false;
  for (const field of typed()) {
    field.disabled = false;
    if (kept[field.name] && !field.value) field.value = kept[field.name];
  }
}

function start() {
  for (const part of document.querySelectorAll("[data-with-scripts]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-scripts]")) part.hidden = true;
  for (const part of form.querySelectorAll("[data-files]")) part.hidden = false;
  for (const name of ["answer_email", "answer_phone", "answer_address"]) form.elements[name]?.removeAttribute("required");
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.value !== "next") return stash();
    event.preventDefault();
    return readOver();
  });
  document.getElementById("confirm")?.addEventListener("submit", stash);
  over.querySelector("[data-change]").addEventListener("click", () => turn(false));
  sendButton.addEventListener("click", send);
  addEventListener("pageshow", restore);
}

if (canSeal()) start();
