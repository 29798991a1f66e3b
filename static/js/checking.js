// The message to the applicant grows while the officer chooses; without JavaScript it grows with each verdict that is kept.

const form = document.querySelector("form[data-verdict]");
const message = document.querySelector("[data-message]");

if (form && message) {
  const reasons = [...document.querySelectorAll('input[name="reasons"]')];
  const update = () => show(form.dataset.verdict, form.elements.judgement.value === "to_complete" ? wordsOf(form, reasons) : []);
  form.addEventListener("input", update);
  for (const reason of reasons) {
    reason.addEventListener("change", () => {
      if (reason.checked && !form.elements.judgement.value) form.elements.judgement.value = "to_complete";
      update();
    });
  }
}

// The list of items scrolls by itself: what is open must stand in sight.
const list = document.querySelector(".check__list");
const open = list?.querySelector("[aria-current]");
if (open) list.scrollTop = open.offsetTop - list.offsetTop - list.clientHeight / 3;

function wordsOf(form, reasons) {
  const chosen = reasons.filter((reason) => reason.checked).map((reason) => reason.dataset.words);
  return [...chosen, form.elements.text.value.trim()].filter(Boolean);
}

function show(item, words) {
  const point = message.querySelector(`[data-item="${CSS.escape(item)}"]`) ?? begin(item);
  const text = point.querySelector("span");
  text.replaceChildren(...words.flatMap((word, place) => (place ? [document.createElement("br"), word] : [word])));
  point.hidden = words.length === 0;
  const empty = document.querySelector("[data-message-empty]");
  if (empty) empty.hidden = message.querySelectorAll("li:not([hidden])").length > 0;
}

function begin(item) {
  const point = document.createElement("li");
  point.dataset.item = item;
  point.dataset.draft = "";
  const title = document.createElement("strong");
  title.textContent = `${message.dataset.chapter} – ${message.dataset.label}`;
  point.append(title, document.createElement("br"), document.createElement("span"));
  message.append(point);
  return point;
}
