// Who else is here: an element <div data-asks="address"> is filled anew every half minute, as long as its page is in sight.
// It is found anew each time: the autosave may have put another one in its place.

const PAUSE = 30000; // milliseconds

export function keepAsking() {
  setInterval(() => document.hidden || ask(), PAUSE);
}

async function ask() {
  const place = document.querySelector("[data-asks]");
  try {
    const response = await fetch(place.dataset.asks, { credentials: "same-origin", redirect: "manual" });
    const text = response.ok ? (await response.text()).trim() : null;
    // The same words put in place once more would be read out once more.
    if (text !== null && place.isConnected && text !== place.innerHTML.trim()) place.innerHTML = text;
  } catch {
    // The site cannot be reached: the autosave says so when there is something to save.
  }
}
