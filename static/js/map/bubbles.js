// Regions as bubbles: a number inside a ring of statuses, the name beside it where there is room.
import { boxAt, placeNames, spread } from "./layout.js";
import { ORDER, element, html, signElement } from "./shapes.js";

const RADIUS = { least: 13, most: 30 };
const NAME_HEIGHT = 15;
const SPREAD_MARGIN = 0.35;
const FULL_SIZE = 40;

export class Bubbles {
  #rows = [];
  #placed = [];
  #shown = new Map();
  #focused = null;

  constructor(map, { config, onOpen }) {
    this.map = map;
    this.config = config;
    this.onOpen = onOpen;
    this.layer = L.layerGroup();
    this.number = new Intl.NumberFormat(config.locale, { notation: "compact", maximumFractionDigits: 1 });
    this.whole = new Intl.NumberFormat(config.locale);
    map.on("moveend", () => this.#show());
    // Before the map hears the key and moves.
    map.getContainer().addEventListener("keydown", (event) => this.#step(event), { capture: true });
  }

  /** Rows as `readRegions` made them; those without outlets have no bubble. */
  draw(rows) {
    this.#rows = rows.filter((row) => row.total > 0 && row.lng != null);
    this.layer.clearLayers();
    this.#shown.clear();
    this.layer.addTo(this.map);
    this.#place();
    this.#show();
  }

  clear() {
    this.#rows = [];
    this.#placed = [];
    this.#shown.clear();
    this.layer.clearLayers();
  }

  get total() {
    return this.#rows.length;
  }

  /** What other names must stay clear of, in layer pixels, and the regions that are named already. */
  footprint() {
    const obstacles = [];
    const said = new Set();
    for (const { row, r, side, latlng } of this.#placed) {
      const { x, y } = this.map.latLngToLayerPoint(latlng);
      obstacles.push([x - r, y - r, x + r, y + r]);
      said.add(row.key);
      if (side) obstacles.push(boxAt({ x, y, r, width: textWidth(row.name), height: NAME_HEIGHT }, side));
    }
    return { obstacles, said };
  }

  /** Positions are found once a zoom, not once a move: a bubble must not wander while one pans. */
  #place() {
    const zoom = this.map.getZoom();
    const most = Math.max(1, ...this.#rows.map((row) => row.total));
    const circles = this.#rows.map((row) => {
      const point = this.map.project([row.lat, row.lng], zoom);
      return { x: point.x, y: point.y, r: radiusOf(row.total, most) };
    });
    const at = spread(circles);
    const items = circles.map(({ r }, place) => ({
      ...at[place],
      r,
      width: textWidth(this.#rows[place].name),
      height: NAME_HEIGHT,
      weight: this.#rows[place].total,
    }));
    const sides = placeNames(items);
    this.#placed = this.#rows.map((row, place) => ({
      row,
      r: items[place].r,
      side: sides[place],
      latlng: this.map.unproject([at[place].x, at[place].y], zoom),
    }));
  }

  #show() {
    if (!this.#placed.length) return;
    const bounds = this.map.getBounds().pad(SPREAD_MARGIN);
    const wanted = new Set();
    for (const bubble of this.#placed) {
      if (!bounds.contains(bubble.latlng)) continue;
      wanted.add(bubble.row.key);
      if (!this.#shown.has(bubble.row.key)) this.#add(bubble);
    }
    for (const [key, marker] of this.#shown) {
      if (wanted.has(key)) continue;
      this.layer.removeLayer(marker);
      this.#shown.delete(key);
    }
    this.#keepOneInTabOrder();
  }

  #add(bubble) {
    const { row, r } = bubble;
    const marker = L.marker(bubble.latlng, {
      icon: L.divIcon({ className: "q-bubble-icon", html: this.#drawing(bubble), iconSize: [2 * r, 2 * r] }),
      keyboard: true,
      zIndexOffset: Math.round(1000 - r * 10),
      riseOnHover: true,
    });
    marker.bindTooltip(() => this.#breakdown(row), { direction: "top", offset: [0, -r], className: "q-map-tip" });
    marker.on("click", () => this.onOpen(row));
    this.layer.addLayer(marker);
    const node = marker.getElement();
    node.tabIndex = -1;
    node.dataset.region = row.key;
    node.setAttribute("aria-label", this.#label(row));
    node.addEventListener("focus", () => this.#remember(row.key));
    this.#shown.set(row.key, marker);
  }

  #drawing({ row, r, side }) {
    const whole = html("span", "q-bubble");
    whole.append(ring(row.counts, r));
    if (side) whole.append(html("span", `q-bubble-name q-bubble-name--${side}`, row.name), " ");
    whole.append(html("span", "q-bubble-number", this.number.format(row.total)));
    return whole;
  }

  /** Begins with what one sees, so that who says it to a computer reaches it. */
  #label(row) {
    const [short, whole] = [this.number.format(row.total), this.whole.format(row.total)];
    return `${row.name}${short === whole ? "" : ` ${short}`}: ${this.#sentence(row)}`;
  }

  #sentence(row) {
    const parts = this.#statuses(row).map(([label, count]) => `${label} ${this.whole.format(count)}`);
    return [this.config.words.outlets.replace("{n}", this.whole.format(row.total)), ...parts].join(", ");
  }

  #breakdown(row) {
    const box = html("div", "q-map-breakdown");
    box.append(html("strong", "", row.name), html("span", "", this.config.words.outlets.replace("{n}", this.whole.format(row.total))));
    const list = html("ul");
    for (const [label, count, symbol] of this.#statuses(row)) {
      const line = html("li");
      line.append(signElement(symbol, 13), html("span", "", label), html("b", "", this.whole.format(count)));
      list.append(line);
    }
    box.append(list);
    return box;
  }

  #statuses(row) {
    return row.statuses.map(([place, count]) => {
      const { label, symbol } = this.config.statuses[place];
      return [label, count, symbol];
    });
  }

  // ---- the keyboard: Tab comes to one bubble, arrows go to its neighbours, Enter opens it
  #remember(key) {
    this.#focused = key;
    this.#keepOneInTabOrder();
  }

  #keepOneInTabOrder() {
    const bounds = this.map.getBounds();
    const visible = [...this.#shown].filter(([, marker]) => bounds.contains(marker.getLatLng()));
    const first = visible.find(([key]) => key === this.#focused) || visible[0];
    for (const [key, marker] of this.#shown) marker.getElement().tabIndex = first && key === first[0] ? 0 : -1;
  }

  #step(event) {
    const key = event.target.dataset?.region;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const isOpening = event.key === "Enter" || event.key === " ";
    if (!this.#shown.has(key) || !(way || isOpening)) return;
    event.preventDefault();
    event.stopPropagation();
    if (way) this.#neighbour(key, way)?.getElement().focus();
    else this.onOpen(this.#rows.find((row) => row.key === key));
  }

  #neighbour(key, [wx, wy]) {
    const from = this.map.latLngToContainerPoint(this.#shown.get(key).getLatLng());
    const bounds = this.map.getBounds();
    let [best, least] = [null, Infinity];
    for (const [other, marker] of this.#shown) {
      if (other === key || !bounds.contains(marker.getLatLng())) continue;
      const to = this.map.latLngToContainerPoint(marker.getLatLng()).subtract(from);
      const ahead = to.x * wx + to.y * wy;
      const aside = Math.abs(to.x * wy) + Math.abs(to.y * wx);
      const cost = ahead + aside * 2;
      if (ahead > aside * 0.5 && cost < least) [best, least] = [marker, cost];
    }
    return best;
  }
}

/** By the share of the largest, in area; the number must fit, and a network of single outlets has small bubbles. */
export function radiusOf(total, most) {
  const digits = String(total).length;
  const room = RADIUS.least + Math.max(0, Math.min(digits, 4) - 2) * 4.5;
  return Math.max(room, RADIUS.least + (RADIUS.most - RADIUS.least) * Math.sqrt(total / Math.max(most, FULL_SIZE)));
}

/** The ring: one arc a symbol, in a fixed order, as shares of the whole. */
function ring(counts, r) {
  const size = 2 * r;
  const svg = element("svg", { class: "q-bubble-ring", viewBox: `0 0 ${size} ${size}`, width: size, height: size, "aria-hidden": "true", focusable: "false" });
  svg.append(element("circle", { class: "q-bubble-disc", cx: r, cy: r, r: r - 1 }));
  const width = Math.max(3.5, r * 0.2);
  const radius = r - width / 2 - 1;
  const around = 2 * Math.PI * radius;
  const total = ORDER.reduce((sum, symbol) => sum + (counts[symbol] || 0), 0);
  let begun = 0;
  for (const symbol of ORDER) {
    if (!counts[symbol]) continue;
    const share = (counts[symbol] / total) * around;
    svg.append(
      element("circle", {
        class: `q-arc q-arc--${symbol}`,
        cx: r,
        cy: r,
        r: radius,
        "stroke-width": width,
        "stroke-dasharray": `${Math.max(0.1, share - (share < around ? 0.8 : 0))} ${around}`,
        "stroke-dashoffset": -begun,
        transform: `rotate(-90 ${r} ${r})`,
      }),
    );
    begun += share;
  }
  return svg;
}

const pen = document.createElement("canvas").getContext("2d");

const widths = new Map();

/** How wide a name is in pixels; each is measured once. */
export function textWidth(text, font = "600 12px system-ui, sans-serif") {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(text).width + 4);
  }
  return widths.get(key);
}
