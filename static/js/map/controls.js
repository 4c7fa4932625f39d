// What lies on and around the map: zoom, scale, legend, search, shading, messages, tiles. The page holds the elements.
import { ORDER, signElement } from "./shapes.js";
import { address } from "./fetching.js";

export class Controls {
  constructor(map, { root, config, onHome, onRetry }) {
    Object.assign(this, { map, root, config });
    const { words } = config;
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 120 }).addTo(map);
    map.getContainer().setAttribute("role", "application");
    map.getContainer().setAttribute("aria-label", words.map);
    this.shade = this.#find("shade");
    this.message = this.#find("message");
    this.status = this.#find("status");
    this.legend = { box: this.#find("class-list"), title: this.#find("class-title") };
    this.search = { input: this.#find("search"), list: this.#find("found"), status: this.#find("search-status") };
    this.#find("home").addEventListener("click", onHome);
    this.#find("retry").addEventListener("click", onRetry);
    this.number = new Intl.NumberFormat(config.locale);
    this.#fillLegend();
    if (window.matchMedia("(max-width: 767.98px)").matches) this.#find("legend").open = false;
  }

  #find(name) {
    return this.root.querySelector(`[data-map-${name}]`);
  }

  #fillLegend() {
    for (const line of this.root.querySelectorAll("[data-map-sign]")) {
      if (ORDER.includes(line.dataset.mapSign)) line.prepend(signElement(line.dataset.mapSign, 16));
    }
  }

  /** Tiles of the configured server; their datum is that of the map, see datum.js. */
  addTiles() {
    const { url, credit } = this.config.tiles || {};
    if (!url) return;
    L.tileLayer(url, { maxZoom: this.config.zooms[1], attribution: credit }).addTo(this.map);
    this.map.getContainer().classList.add("q-map-tiled");
  }

  busy(is) {
    this.root.toggleAttribute("data-busy", is);
  }

  failed(sentence) {
    this.#find("retry").hidden = !sentence;
    if (sentence) this.#say(sentence);
  }

  sayBubbles(level, count) {
    this.#say("");
    this.status.textContent = this.config.words.bubbles[level].replace("{n}", this.number.format(count));
  }

  sayPoints({ total, shown }) {
    const said = (words) => words.replace("{n}", this.number.format(shown)).replace("{total}", this.number.format(total));
    this.#say(shown < total ? said(this.config.words.capped) : "");
    this.status.textContent = said(this.config.words.points);
  }

  #say(sentence) {
    this.message.querySelector("[data-map-words]").textContent = sentence;
    this.message.hidden = !sentence;
  }

  /** The link to the list carries the filters along, the export the view too. */
  linkTo(filters, box) {
    for (const link of this.root.querySelectorAll("[data-map-carry]")) link.href = address(link.dataset.mapCarry, filters);
    const form = this.#find("export");
    form.action = address(form.getAttribute("action").split("?")[0], [...filters, ["bbox", box]]);
  }

  countFilters(filters) {
    const badge = this.#find("filter-count");
    badge.textContent = filters.length;
    badge.hidden = filters.length === 0;
    this.#find("clear").hidden = filters.length === 0;
  }
}
