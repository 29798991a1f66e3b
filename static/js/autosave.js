// A form that saves itself: <form data-autosave="address"> … {% autosave_status %} … </form>
//
// The server answers the POST (header X-Autosave: 1) with 2xx, and may send HTML: each of its elements that has an id takes
// the place of the element with the same id (a new version number, the list of what is missing). 409 and 422 are answered
// with HTML to show; a 422 that marks it with [data-autosave-answer] has the rest put in its place as a 2xx has. Text that could not be saved stays in this tab's session storage until it is.

const PAUSE = 1500; // milliseconds without typing before saving
const RETRY_FIRST = 2000;
const RETRY_LONGEST = 60000;

export function saveByItself(form) {
  const saver = new Saver(form);
  form.addEventListener("input", () => saver.changed(PAUSE));
  form.addEventListener("change", () => saver.changed(PAUSE));
  form.addEventListener("submit", () => saver.stop());
  window.addEventListener("online", () => saver.saveNow());
  document.addEventListener("visibilitychange", () => document.hidden && saver.saveNow());
  saver.restore();
}

class Saver {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.autosave;
    this.status = form.querySelector("[data-autosave-status]");
    this.delay = RETRY_FIRST;
    this.timer = undefined;
    this.pending = false; // something was typed since the last save that worked
    this.busy = false;
    this.stopped = false;
  }

  changed(pause) {
    this.pending = true;
    this.later(pause);
  }

  later(pause) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), pause);
  }

  saveNow() {
    if (this.pending) this.later(0);
  }

  // The person sends the form: what the server had not taken so far stays kept, in case it does not take this either.
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async save() {
    if (this.busy) return this.later(PAUSE);
    this.busy = true;
    this.pending = false;
    this.say("saving");
    try {
      await this.answered(await this.post());
    } catch {
      this.failed();
    } finally {
      this.busy = false;
    }
  }

  post() {
    return fetch(this.address, {
      method: "POST",
      body: this.fields,
      headers: { "X-Autosave": "1" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: document.hidden,
    });
  }

  async answered(response) {
    const lostSession = response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
    if (lostSession) return this.keep("signedOut");
    if (response.status >= 500 || response.status === 429) return this.failed();
    const html = response.status === 204 ? "" : await response.text();
    if (response.ok) return this.saved(html);
    this.stopped = response.status === 409;
    this.keep(this.stopped ? "conflict" : "refused");
    if (this.stopped) this.answer.innerHTML = html;
    else this.refused(html);
  }

  saved(html) {
    this.delay = RETRY_FIRST;
    this.answer.replaceChildren();
    this.swap(html);
    if (!this.pending) sessionStorage.removeItem(this.key);
    this.say("saved", new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
  }

  // The rest was saved: what the answer holds for the live region ([data-autosave-answer]) goes there, the rest to its places.
  refused(html) {
    const errors = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-autosave-answer]")];
    this.answer.innerHTML = errors.length ? errors.map((error) => error.innerHTML).join("") : html;
    if (errors.length) this.swap(html);
  }

  failed() {
    this.pending = true;
    this.keep("offline");
    this.later(this.delay);
    this.delay = Math.min(this.delay * 2, RETRY_LONGEST);
  }

  swap(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of answer.body.querySelectorAll("[id]")) {
      const old = document.getElementById(fresh.id);
      // An element inside one that was just put in place is in place already.
      if (old && old !== fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
    }
  }

  // Keeping and restoring

  get key() {
    return `autosave:${this.address}`;
  }

  get fields() {
    const fields = new FormData(this.form);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    return fields;
  }

  get kept() {
    return [...this.fields].filter(([name]) => this.form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`));
  }

  keep(reason) {
    sessionStorage.setItem(this.key, JSON.stringify(this.kept));
    this.say(reason);
  }

  restore() {
    const stored = sessionStorage.getItem(this.key);
    if (!stored) return;
    const values = grouped(JSON.parse(stored));
    for (const element of this.form.elements) {
      if (element.name && element.type !== "hidden" && element.type !== "file") fill(element, values.get(element.name) ?? []);
    }
    this.say("restored");
    this.changed(PAUSE);
  }

  // Speaking

  get answer() {
    return this.status.querySelector(".autosave__answer");
  }

  say(key, time = "") {
    const name = `text${key[0].toUpperCase()}${key.slice(1)}`;
    this.status.dataset.state = key;
    this.status.querySelector(".autosave__state").textContent = this.status.dataset[name].replace("{time}", time);
    requestAnimationFrame(() => this.uncover());
  }

  // What is said stands over the foot of the page: never over the field in which the person writes.
  uncover() {
    const field = document.activeElement;
    if (!this.form.contains(field) || this.status.contains(field)) return;
    const hidden = field.getBoundingClientRect().bottom + 8 - this.status.getBoundingClientRect().top;
    const room = field.getBoundingClientRect().top;
    if (hidden > 0 && room > 0 && field.getBoundingClientRect().top < this.status.getBoundingClientRect().bottom) scrollBy(0, Math.min(hidden, room));
  }
}

function fill(element, values) {
  if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
  else if (element.tagName === "SELECT" && element.multiple) for (const option of element.options) option.selected = values.includes(option.value);
  else if (values.length) element.value = values[0];
}

function grouped(entries) {
  const groups = new Map();
  for (const [name, value] of entries) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
}
