// Where many forms come from one network: the browser computes for a few seconds (ALTCHA), or waits until its ticket is good, whichever is
// first. The answer is what shows that it has worked, or nothing when it has waited.

// The page trusts no text to become a page or a program: the words of the widget stay words, and there is one worker.
function trust(place) {
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML: (words) => words.replaceAll("<", "&lt;"),
    createScriptURL: (address) => (address === place.dataset.worker ? address : null),
  });
}

async function computed(place) {
  trust(place);
  await import(place.dataset.altcha);
  await import(place.dataset.french);
  globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(place.dataset.worker));
  const widget = document.createElement("altcha-widget");
  const done = new Promise((resolve) => {
    widget.addEventListener("statechange", (event) => event.detail.state === "verified" && resolve(event.detail.payload));
  });
  widget.setAttribute("challenge", document.getElementById("challenge").textContent);
  widget.setAttribute("auto", "onload");
  widget.setAttribute("language", document.documentElement.lang);
  widget.setAttribute("configuration", JSON.stringify({ hideLogo: true, hideFooter: true }));
  place.append(widget);
  return done;
}

function waited(until, tell) {
  return new Promise((resolve) => {
    const turn = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) return resolve("");
      tell(seconds);
      return setTimeout(turn, Math.min(seconds, 5) * 1000);
    };
    turn();
  });
}

const opened = Date.now();

export async function worked(place, tell) {
  if (!place) return "";
  const until = opened + Number(place.dataset.wait) * 1000;
  if (Date.now() >= until) return "";
  place.hidden = false;
  const never = new Promise(() => {});
  return Promise.race([computed(place).catch(() => never), waited(until, tell)]);
}
