// Says how many words are left for a text; counts what stands between white space, as the server does.

const PAUSE = 600; // milliseconds without typing before the count is spoken

export const wordsOf = (text) => text.split(/\s+/u).filter(Boolean).length;

export function countWords(counter) {
  const text = document.getElementById(counter.dataset.counterFor);
  if (!text) return;
  const limit = Number(text.dataset.maxWords);
  const show = () => {
    const left = limit - wordsOf(text.value);
    const sentence = left < 0 ? counter.dataset.textOver : counter.dataset.textLeft;
    counter.textContent = sentence.replace("{left}", left).replace("{over}", -left).replace("{limit}", limit);
    counter.classList.toggle("field__counter--over", left < 0);
  };
  let waiting;
  counter.setAttribute("aria-live", "polite");
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  show();
}
