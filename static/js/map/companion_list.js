// The list beside the map: the same outlets in words, paged, for the keyboard, the screen reader and the export.
import { Asker, address } from "./fetching.js";

export class CompanionList {
  #asker = new Asker();
  #shown = "";

  constructor({ box, config, onShow }) {
    Object.assign(this, { box, config, onShow });
    box.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Loads the outlets of a box; nothing happens where it is shown already. */
  async show(filters, bounds, { fresh = false } = {}) {
    const url = address(this.config.endpoints.list, [...filters, ["bbox", corners(bounds)]]);
    if (url === this.#shown && !fresh) return;
    await this.#load(url);
  }

  async #load(url) {
    this.box.setAttribute("aria-busy", "true");
    try {
      const part = await this.#asker.text(url);
      if (part === null) return;
      this.box.innerHTML = part; // a template of ours, escaped at the server
      this.box.scrollTop = 0;
      this.#shown = url;
    } catch {
      this.box.textContent = this.config.words.failed;
      this.#shown = "";
    }
    this.box.removeAttribute("aria-busy");
  }

  async #clicked(event) {
    const page = event.target.closest("[data-map-page]");
    const place = event.target.closest("[data-map-outlet]");
    if (page) {
      event.preventDefault();
      await this.#load(page.href);
      this.box.querySelector("[data-map-first]")?.focus();
    } else if (place) {
      this.onShow({ id: Number(place.dataset.mapOutlet), lng: Number(place.dataset.lng), lat: Number(place.dataset.lat) });
    }
  }
}

/** The view as `west,south,east,north`, within the globe. */
export function corners(bounds) {
  const sides = [
    Math.max(-180, bounds.getWest()),
    Math.max(-90, bounds.getSouth()),
    Math.min(180, bounds.getEast()),
    Math.min(90, bounds.getNorth()),
  ];
  return sides.map((side) => side.toFixed(4)).join(",");
}
