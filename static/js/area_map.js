// A map of regions without tiles: polygons from the boundaries' files, coloured by what each region is to the area.
// Draws every [data-q-area-map] that no other script has taken; area_picker.js uses the same class for choosing.
const WEIGHT = { province: 1.5, prefecture: 1.5, county: 0.75 };

export class AreaMap {
  /** `look(feature)` answers "own", "part", "other" or "none"; `label(feature)` a sentence; `pick(feature)` is called on a click. */
  constructor(box, { look, label, pick = null }) {
    this.box = box;
    this.config = JSON.parse(box.dataset.qAreaMap);
    this.look = look;
    this.label = label;
    this.pick = pick;
    this.layers = [];
    this.map = window.L.map(box, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false,
      zoomSnap: 0.25,
      minZoom: 3,
      maxZoom: 12,
    });
    window.L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(this.map);
    this.map.setView([35.5, 104], 3);
    new MutationObserver(() => this.restyle()).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-bs-theme"],
    });
  }

  /** Draws these files instead of what is drawn; shows all of it, or the area itself where there is nothing to pick. */
  async show(files) {
    const drawn = await Promise.all(files.map((file) => this.#layerOf(file)));
    this.layers.forEach((layer) => layer.remove());
    this.layers = drawn;
    drawn.forEach((layer) => layer.addTo(this.map));
    this.#fit();
    this.restyle();
  }

  restyle() {
    const style = getComputedStyle(this.box);
    this.colours = (name) => style.getPropertyValue(`--area-${name}`).trim();
    this.layers.forEach((layer) => layer.setStyle((feature) => this.#style(feature)));
  }

  async #layerOf({ set, parent }) {
    const query = new URLSearchParams({ v: this.config.version, ...(parent ? { parent } : {}) });
    const answer = await fetch(`${this.config.address}${set}.json?${query}`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return window.L.geoJSON(await answer.json(), {
      onEachFeature: (feature, layer) => {
        layer.bindTooltip(() => this.#words(feature), { sticky: true });
        if (this.pick) layer.on("click", () => this.pick(feature));
      },
    });
  }

  #words(feature) {
    const words = document.createElement("span");
    words.textContent = this.label(feature);
    return words;
  }

  #style(feature) {
    const look = this.look(feature);
    const line = { own: "own", part: "own", other: "other", none: "line" }[look];
    return {
      color: this.colours(line),
      weight: WEIGHT[feature.properties.level] ?? 1,
      dashArray: look === "other" ? "4 3" : null,
      fillColor: this.colours({ none: "land", part: "own" }[look] ?? look),
      fillOpacity: { own: 0.55, part: 0.2, other: 0.3, none: 0.6 }[look],
    };
  }

  #fit() {
    const parts = this.layers.flatMap((layer) => layer.getLayers());
    const own = parts.filter(({ feature }) => this.look(feature) === "own");
    const shown = (this.pick || own.length === 0 ? parts : own).map((part) => part.getBounds());
    if (shown.length === 0) return;
    const whole = shown.reduce((sum, bounds) => sum.extend(bounds), window.L.latLngBounds(shown[0].getSouthWest(), shown[0].getNorthEast()));
    this.map.invalidateSize();
    this.map.fitBounds(whole, { padding: this.pick ? [8, 8] : [40, 40], animate: false });
  }
}

/** A region's name in the reader's language. */
export function nameOf(feature, language) {
  const { name_zh, name_en } = feature.properties;
  return language === "zh" ? name_zh || name_en : name_en || name_zh;
}

/** Says in the map's live region what is given. */
export function say(box, words) {
  const status = box.parentElement.querySelector("[data-q-map-status]");
  if (status) status.textContent = words;
}

export function fail(box) {
  const status = box.parentElement.querySelector("[data-q-map-status]");
  if (!status) return;
  status.textContent = status.dataset.failed;
  status.classList.remove("visually-hidden");
  box.hidden = true;
}

function start(box) {
  const config = JSON.parse(box.dataset.qAreaMap);
  const own = new Set(config.files.flatMap((file) => file.codes.map((code) => `${file.set}:${code}`)));
  const map = new AreaMap(box, {
    look: ({ properties }) => (own.has(`${properties.level}:${properties.code}`) ? "own" : "none"),
    label: (feature) => nameOf(feature, config.language),
  });
  map.show(config.files).catch(() => fail(box));
}

for (const box of document.querySelectorAll("[data-q-area-map]")) {
  if (!box.closest("[data-q-picker]")) start(box);
}
