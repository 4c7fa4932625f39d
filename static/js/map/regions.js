// Regions below the outlets: land, borders, shading by a metric, names where no bubble says them.
import { outlineOf } from "./boundaries.js";
import { placeNames } from "./layout.js";
import { html } from "./shapes.js";
import { textWidth } from "./bubbles.js";

const NAME_HEIGHT = 14;
// Where a name may stand, best first, and how far from its point beside it; the stylesheet has the same distance.
const SIDES = ["centre", "below", "above", "right", "left"];
const BESIDE = 8;

/** The set of boundary files for a zoom, and the level of the regions in it. */
export function setAt(zoom) {
  if (zoom <= 5) return { set: "province", level: "province" };
  if (zoom <= 7) return { set: "prefecture", level: "prefecture" };
  return { set: zoom <= 9 ? "county" : "detail", level: "county" };
}

export class Regions {
  #drawn = new Map();
  #turn = 0;
  #set = "";
  #shade = null;

  constructor(map, { boundaries, book, config, onPointed }) {
    Object.assign(this, { map, boundaries, book, config, onPointed });
    map.createPane("regions").style.zIndex = 350;
    map.createPane("region-names").style.zIndex = 460;
    map.getPane("region-names").style.pointerEvents = "none";
    this.renderer = L.canvas({ pane: "regions", padding: 0.25 });
    this.names = L.layerGroup().addTo(map);
    this.highlight = L.geoJSON(null, { renderer: this.renderer, interactive: false, smoothFactor: 0 }).addTo(map);
  }

  /** Draws what the view needs. Files that are there stay, so that nothing flickers while others come. */
  async show() {
    if (!this.boundaries.isBuilt) return;
    const turn = ++this.#turn;
    const { set } = setAt(this.map.getZoom());
    const owners = await this.#load(set, this.map.getBounds(), turn);
    if (turn !== this.#turn) return;
    this.#set = set;
    this.#sweep(set, new Set(owners));
  }

  /** Draws what lies around the view too, for the next move. */
  async showAround() {
    if (this.boundaries.isBuilt) await this.#load(this.#set, this.map.getBounds().pad(0.3), this.#turn);
  }

  /** Draws all files of a box at once: drawn one by one, each would have the canvas painted again. */
  async #load(set, bounds, turn) {
    const owners = set === "province" ? [""] : await this.boundaries.ownersIn(set, bounds);
    const files = [this.boundaries.file("lines"), ...owners.map((owner) => this.boundaries.file(set, owner))];
    const loaded = await Promise.allSettled(files);
    if (turn !== this.#turn) return owners;
    const fresh = loaded.flatMap(({ value }) => (value && !this.#drawn.has(value.key) ? [value] : []));
    for (const file of fresh) this.#drawn.set(file.key, this.#prepare(file, set));
    if (fresh.length) this.#layOut(fresh);
    return owners;
  }

  #prepare(file, set) {
    if (file.key === "lines/") return { lines: this.#maritime(file), set: "lines", file };
    const polygons = L.geoJSON(file.features, {
      renderer: this.renderer,
      smoothFactor: 0, // each polygon on its own would be smoothed differently on either side of a border
      style: (feature) => this.#style(feature),
    });
    polygons.on("mousemove", (event) => this.onPointed(event.layer.feature, event.latlng));
    polygons.on("mouseout", () => this.onPointed(null));
    if (set === "province") return { polygons, set, file };
    const options = { ...this.#outlineStyle(), renderer: this.renderer, interactive: false, smoothFactor: 0 };
    return { polygons, lines: L.polyline(outlineOf(file.features), options), set, file };
  }

  /** Land first, lines above all land: also above what was there before. */
  #layOut(fresh) {
    for (const { key } of fresh) this.#drawn.get(key).polygons?.addTo(this.map);
    for (const { lines } of this.#drawn.values()) lines?.remove().addTo(this.map);
    this.highlight.bringToFront();
  }

  #maritime({ features }) {
    return L.geoJSON(features, { renderer: this.renderer, interactive: false, smoothFactor: 0, style: () => ({ ...this.#outlineStyle(), fill: false }) });
  }

  #sweep(set, owners) {
    for (const [key, { polygons, lines, set: ofSet }] of this.#drawn) {
      const owner = key.split("/")[1];
      if (ofSet === "lines" || (ofSet === set && owners.has(owner))) continue;
      polygons.remove();
      lines?.remove();
      this.#drawn.delete(key);
    }
  }

  /** The features that are drawn now. */
  features() {
    return [...this.#drawn.values()].filter(({ set }) => set === this.#set).flatMap(({ file }) => file.features);
  }

  /** Shades by `colourOf(feature)` (a colour, or null for plain land). */
  shade(colourOf) {
    this.#shade = colourOf;
    this.repaint();
  }

  repaint() {
    for (const { polygons, lines } of this.#drawn.values()) {
      polygons?.setStyle((feature) => this.#style(feature));
      lines?.setStyle(this.#outlineStyle());
    }
    this.highlight.setStyle(this.#highlightStyle());
  }

  /** Outlines one region (null: none). */
  point(feature) {
    this.highlight.clearLayers();
    if (feature) this.highlight.addData(feature).setStyle(this.#highlightStyle()).bringToFront();
  }

  /** Writes names of regions that have none yet, clear of `obstacles` (boxes in layer pixels); `said`: keys of named ones. */
  write(obstacles, said) {
    this.names.clearLayers();
    const bounds = this.map.getBounds();
    const seen = this.features().filter(({ label, properties }) => label && bounds.contains(label) && !said.has(keyOf(properties)));
    const items = seen.map((feature) => this.#nameItem(feature));
    placeNames(items, obstacles, SIDES).forEach((side, place) => side && this.#writeName(items[place], side));
  }

  #nameItem({ label, properties }) {
    const { x, y } = this.map.latLngToLayerPoint(label);
    const name = this.nameOf(properties);
    return { x, y, r: BESIDE, hollow: true, width: textWidth(name), height: NAME_HEIGHT, weight: -name.length, name, label };
  }

  #writeName({ name, label }, side) {
    const text = html("span", `q-region-name--${side}`, name);
    const icon = L.divIcon({ className: "q-region-name", html: text, iconSize: [0, 0] });
    this.names.addLayer(L.marker(label, { icon, interactive: false, keyboard: false, pane: "region-names" }));
  }

  nameOf({ name_zh, name_en }) {
    return (this.config.language === "zh" ? name_zh || name_en : name_en || name_zh) || "";
  }

  #style(feature) {
    const { colours } = this.book;
    const colour = this.#shade?.(feature) || colours.land;
    const isWide = feature.properties.level === "province";
    const border = isWide ? { color: colours["border-strong"], weight: 1 } : { color: colours.border, weight: 0.8 };
    return { ...border, fillColor: colour, fillOpacity: 1, opacity: 1, lineJoin: "round" };
  }

  #outlineStyle() {
    return { color: this.book.colours["border-strong"], weight: 1.4, opacity: 1, lineJoin: "round", lineCap: "round" };
  }

  #highlightStyle() {
    return { color: this.book.colours.accent, weight: 2.5, opacity: 1, fill: false, lineJoin: "round" };
  }
}

export const keyOf = ({ level, code }) => `${level}:${code}`;
