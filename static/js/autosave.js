// A form that is saved while it is typed: form[data-autosave]. Says when it was saved; keeps trying when it was not.
// Tells others by "qudao:saved" on the form (detail: the server's answer).
const PAUSE = 1200;
const RETRY = 8000;

class Autosave {
  #timer = 0;
  #running = null;
  #isDirty = false;
  #goOn = null;

  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.status = form.querySelector("[data-autosave-status]");
    form.addEventListener("input", (event) => event.target.type !== "file" && this.#later());
    form.addEventListener("change", (event) => this.#changed(event));
    form.addEventListener("submit", (event) => this.#leave(event));
    window.addEventListener("online", () => this.#isDirty && this.#save());
    document.addEventListener("visibilitychange", () => document.hidden && this.#isDirty && this.#save({ keepalive: true }));
  }

  /** Saves at once: something was dropped, not typed. */
  saveNow() {
    this.#isDirty = true;
    return this.#save();
  }

  #changed({ target }) {
    if (target.type !== "file") this.#later(target.matches("select, [type=checkbox], [type=date]") ? 200 : PAUSE);
    else if (target.matches("[data-upload-at-once]") && target.files.length) this.form.requestSubmit(this.form.querySelector("[data-upload]"));
  }

  #later(pause = PAUSE) {
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  // The button's own request carries everything; a save that is under way would only cross it. A form whose server
  // compares what it showed with what is stored (data-autosave-waits) lets that save end first.
  #leave(event) {
    clearTimeout(this.#timer);
    this.#isDirty = false;
    if (!this.#running) return;
    if (this.form.dataset.autosaveWaits === undefined) {
      this.#running.abort();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.#goOn = () => this.form.requestSubmit(event.submitter);
  }

  async #save({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    if (this.#running) return this.#later(300);
    this.#isDirty = false;
    this.#running = new AbortController();
    try {
      const options = { method: "POST", body: this.#typed(), credentials: "same-origin", keepalive, signal: this.#running.signal };
      const response = await fetch(this.url, { ...options, headers: { Accept: "application/json" } });
      await this.#take(response);
    } catch (error) {
      if (error.name !== "AbortError") this.#fail(this.form.dataset.failed, RETRY);
    } finally {
      this.#running = null;
      this.#goOn?.();
      this.#goOn = null;
    }
  }

  #typed() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return new URLSearchParams([...data]);
  }

  async #take(response) {
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) return this.#fail(answer.message || this.form.dataset.failed, response.status >= 500 ? RETRY : 0);
    this.form.querySelector("[name=version]").value = answer.version;
    if (answer.autosave !== this.url) this.#moveTo(answer);
    this.#say(answer.message, false);
    for (const [name, words] of Object.entries(answer.notes)) {
      const note = document.querySelector(`[data-note="${name}"]`);
      if (note) note.textContent = words;
    }
    document.querySelector('[data-note="capital"]')?.classList.toggle("q-note-line--low", answer.notes.capitalIsLow);
    this.form.dispatchEvent(new CustomEvent("qudao:saved", { detail: answer, bubbles: true }));
  }

  // The first save has made the draft: from now on this page is its page, also after a reload.
  #moveTo({ autosave, edit }) {
    this.url = autosave;
    this.form.action = edit;
    history.replaceState(null, "", edit);
  }

  #fail(words, again) {
    this.#isDirty = true;
    this.#say(words, true);
    if (again) this.#timer = setTimeout(() => this.#save(), again);
  }

  #say(words, isFailure) {
    this.status.textContent = words;
    this.status.classList.toggle("q-autosave--failed", isFailure);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) form.autosave = new Autosave(form);
