// Opens the sealed messages of a request in the browser, with the key that stands on the receipt. The key is read here and sent nowhere.

import { ANSWER, NotOpened, canSeal, fromBase64, messageInfo, openSealed, replyKeyFrom } from "./sealing.js";

const told = (place, name) => {
  for (const one of place.querySelectorAll("[data-trouble]")) one.hidden = one.dataset.trouble !== name;
};

async function keyIn(opener) {
  const [file] = opener.querySelector("[data-key-file]").files;
  return replyKeyFrom(file ? await file.text() : opener.querySelector("[data-key-text]").value);
}

async function bytesOf(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), referrerPolicy: "no-referrer", cache: "no-store" });
  if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/octet-stream")) throw new TypeError("no message");
  return new Uint8Array(await answer.arrayBuffer());
}

// Words as words, files as files to be saved: nothing of a message is ever run or drawn.
function show(place, content) {
  const words = document.createElement("p");
  words.textContent = String(content.words || "");
  place.replaceChildren(words);
  for (const file of Array.isArray(content.files) ? content.files : []) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([fromBase64(String(file.b64))], { type: "application/octet-stream" }));
    link.download = String(file.name || "");
    link.textContent = link.download;
    link.className = "fr-link fr-link--download";
    const line = document.createElement("p");
    line.append(link);
    place.append(line);
  }
  place.hidden = false;
  place.tabIndex = -1;
}

async function openOne(item, pair) {
  const info = messageInfo(ANSWER, item.dataset.slug, item.dataset.key, item.dataset.number);
  show(item.querySelector("[data-opened]"), await openSealed(pair, info, await bytesOf(item.querySelector("form"))));
}

async function openAll(list, opener) {
  told(opener, "");
  let pair;
  try {
    pair = await keyIn(opener);
  } catch (refused) {
    told(opener, "key");
    return;
  }
  const items = [...list.querySelectorAll("[data-message]")].filter((item) => item.querySelector("form"));
  let trouble = ""; // one message that does not open hides no other one
  for (const item of items) {
    try {
      await openOne(item, pair);
    } catch (refused) {
      trouble = refused instanceof NotOpened ? "open" : "fetch";
    }
  }
  told(opener, trouble);
  list.querySelector("[data-opened]:not([hidden])")?.focus();
}

for (const list of canSeal() ? document.querySelectorAll("[data-messages]") : []) {
  const opener = list.querySelector("[data-opener]");
  opener.hidden = !list.querySelector("form");
  opener.querySelector("[data-open]").addEventListener("click", () => openAll(list, opener));
}
