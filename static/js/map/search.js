// The map's own search: outlets by name or code, regions by name. A combobox with a list of results.
import { Asker, address } from "./fetching.js";
import { html, signElement } from "./shapes.js";

const PAUSE = 220;

export class Search {
  #asker = new Asker();
  #found = [];
  #active = -1;
  #timer = 0;

  /** `input` is the combobox, `list` its listbox; `onOutlet` and `onRegion` fly there. */
  constructor({ input, list, status, config, onOutlet, onRegion }) {
    Object.assign(this, { input, list, status, config, onOutlet, onRegion });
    input.addEventListener("input", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    input.addEventListener("focus", () => this.#found.length && this.#open());
    input.closest("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#choose(Math.max(0, this.#active));
    });
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const text = this.input.value.trim();
    if (!text) {
      this.#asker.stop();
      this.#show([]);
      this.#close();
      return;
    }
    try {
      const answer = await this.#asker.json(address(this.config.endpoints.search, [["q", text]]));
      if (answer) this.#show([...answer.regions.map(asRegion), ...answer.outlets.map(asOutlet)]);
    } catch (error) {
      this.status.textContent = error.sentence || this.config.words.failed;
    }
  }

  #show(found) {
    this.#found = found;
    this.#active = -1;
    this.list.replaceChildren(...found.map((item, place) => this.#option(item, place)));
    if (!found.length) this.list.append(html("li", "q-map-found-none", this.config.words.nothing));
    this.status.textContent = found.length ? this.config.words.results.replace("{n}", found.length) : this.config.words.nothing;
    this.#open();
    this.#mark();
  }

  #option(item, place) {
    const line = html("li");
    line.id = `map-found-${place}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    if (item.kind === "outlet") line.append(signElement(this.config.statuses[item.status].symbol, 14));
    const words = html("span");
    words.append(html("span", "q-map-found-name", item.name), html("small", "", item.detail));
    line.append(words);
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#choose(place);
    });
    return line;
  }

  #key(event) {
    if (event.key === "Escape") {
      this.#close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = this.#found.length;
      if (count) this.#active = (this.#active + step + count) % count;
      this.#open();
      this.#mark();
    }
  }

  #mark() {
    [...this.list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === this.#active)));
    const current = this.#active >= 0 ? `map-found-${this.#active}` : "";
    if (current) {
      this.input.setAttribute("aria-activedescendant", current);
      document.getElementById(current).scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  #choose(place) {
    const item = this.#found[place];
    if (!item) return;
    this.input.value = item.name;
    this.#close();
    if (item.kind === "outlet") this.onOutlet(item);
    else this.onRegion(item);
  }

  #open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const asRegion = ([level, code, name, detail, lng, lat]) => ({ kind: "region", level, code, name, detail, lng, lat });
const asOutlet = ([id, name, detail, status, lng, lat]) => ({ kind: "outlet", id, name, detail, status, lng, lat });
