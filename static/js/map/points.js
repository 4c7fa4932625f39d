// Outlets one by one, on one canvas. A move asks only for what the last answer did not cover.
import { Asker, address } from "./fetching.js";
import { boxAt, placeNames } from "./layout.js";
import { ORDER, drawSign, html } from "./shapes.js";
import { textWidth } from "./bubbles.js";

const NAMES_FROM_ZOOM = 12;
const FEW_SIGNS = 80;
const NAME_FONT = '500 12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif';

// A circle marker that is drawn as the sign of its outlet's status.
export const OutletSign = L.CircleMarker.extend({
  _updatePath() {
    this._renderer._drawOutletSign(this);
  },
});

L.Canvas.include({
  _drawOutletSign(layer) {
    if (!this._drawing || layer._empty()) return;
    const { symbol, book, isChosen } = layer.options;
    const { x, y } = layer._point;
    if (isChosen) ringAround(this._ctx, x, y, layer._radius, book.colours);
    drawSign(this._ctx, symbol, { x, y, radius: layer._radius, colours: book.colours, halo: 1.5 });
  },
});

function ringAround(context, x, y, radius, colours) {
  context.beginPath();
  context.arc(x, y, radius + 6, 0, Math.PI * 2);
  context.strokeStyle = colours.accent;
  context.lineWidth = 3;
  context.stroke();
}

export class Points {
  #asker = new Asker();
  #held = null;
  #signs = new Map();
  #chosen = null;
  #boxes = [];

  /** `book.colours` are the present theme's; `onChosen(ids, latlng)` opens cards. */
  constructor(map, { config, book, onChosen }) {
    this.map = map;
    this.config = config;
    this.book = book;
    this.onChosen = onChosen;
    this.pane = map.createPane("outlets");
    this.pane.style.zIndex = 450;
    // The canvas answers no pointer itself, so that regions below it go on answering; see #at.
    this.pane.style.pointerEvents = "none";
    this.renderer = L.canvas({ pane: "outlets", padding: 0.25 });
    this.layer = L.layerGroup().addTo(map);
    this.names = L.layerGroup().addTo(map);
    map.on("click", (event) => this.#clicked(event));
    map.on("mousemove", (event) => this.#hovered(event));
    this.tip = L.tooltip({ direction: "top", offset: [0, -8], className: "q-map-tip" });
  }

  /** Loads and draws the outlets in view; answers {total, shown}, or null when a newer question came first. */
  async show(filters, { fresh = false } = {}) {
    const zoom = this.map.getZoom();
    if (!fresh && this.#covers(zoom, filters)) {
      this.#scale(zoom);
      this.#writeNames();
      return this.#held;
    }
    const box = snapped(this.map.getBounds(), zoom);
    const answer = await this.#asker.json(address(this.config.endpoints.points, [...filters, ["bbox", box.join(",")]]));
    if (!answer) return null;
    this.#held = { box, zoom, filters: String(filters), total: answer.total, shown: answer.shown };
    this.#draw(unpack(answer, this.config), zoom);
    return this.#held;
  }

  clear() {
    this.#asker.stop();
    this.#held = null;
    this.#signs.clear();
    this.layer.clearLayers();
    this.names.clearLayers();
    this.#boxes = [];
    this.tip.remove();
  }

  /** Marks one outlet with a ring (null: none). */
  choose(id) {
    const before = this.#signs.get(this.#chosen);
    const after = this.#signs.get(id);
    this.#chosen = id;
    before?.setStyle({ isChosen: false });
    after?.setStyle({ isChosen: true });
    after?.bringToFront();
  }

  repaint() {
    for (const sign of this.#signs.values()) sign.redraw();
  }

  #covers(zoom, filters) {
    const held = this.#held;
    if (!held || held.filters !== String(filters) || zoom < held.zoom) return false;
    if (held.shown < held.total) return zoom === held.zoom && contains(held.box, this.map.getBounds());
    // Names come only with few outlets: closer in, ask again until they do.
    return contains(held.box, this.map.getBounds()) && (zoom === held.zoom || this.#hasNames());
  }

  #hasNames() {
    const { value } = this.#signs.values().next();
    return !value || value.options.name !== undefined;
  }

  #draw(outlets, zoom) {
    const wanted = new Set(outlets.map(({ id }) => id));
    for (const [id, sign] of this.#signs) {
      if (wanted.has(id)) continue;
      this.layer.removeLayer(sign);
      this.#signs.delete(id);
    }
    outlets.sort((one, other) => ORDER.indexOf(other.symbol) - ORDER.indexOf(one.symbol));
    for (const outlet of outlets) this.#put(outlet, zoom);
    this.#scale(zoom);
    this.#writeNames();
  }

  #put(outlet, zoom) {
    const known = this.#signs.get(outlet.id);
    if (known) {
      Object.assign(known.options, outlet);
      known.setLatLng([outlet.lat, outlet.lng]);
      return;
    }
    const options = { ...outlet, book: this.book, renderer: this.renderer, radius: radiusAt(zoom), interactive: false };
    options.isChosen = outlet.id === this.#chosen;
    this.#signs.set(outlet.id, new OutletSign([outlet.lat, outlet.lng], options).addTo(this.layer));
  }

  #scale(zoom) {
    const radius = radiusAt(zoom);
    for (const sign of this.#signs.values()) if (sign.getRadius() !== radius) sign.setRadius(radius);
  }

  /** What other names must stay clear of, in layer pixels: names written here, and signs where they are few. */
  footprint() {
    const bounds = this.map.getBounds();
    const near = [...this.#signs.values()].filter((sign) => bounds.contains(sign.getLatLng()));
    if (near.length > FEW_SIGNS) return this.#boxes;
    const boxOf = ({ _point: { x, y }, _radius: r }) => [x - r, y - r, x + r, y + r];
    return [...this.#boxes, ...near.map(boxOf)];
  }

  #writeNames() {
    this.names.clearLayers();
    this.#boxes = [];
    if (this.map.getZoom() < NAMES_FROM_ZOOM || !this.#hasNames()) return;
    const bounds = this.map.getBounds();
    const near = [...this.#signs.values()].filter((sign) => bounds.contains(sign.getLatLng()));
    const items = near.map((sign) => {
      const { x, y } = this.map.latLngToLayerPoint(sign.getLatLng());
      return { x, y, r: sign.getRadius() + 1, width: textWidth(sign.options.name, NAME_FONT), height: 15, weight: -ORDER.indexOf(sign.options.symbol) };
    });
    placeNames(items).forEach((side, place) => {
      if (!side) return;
      const box = boxAt(items[place], side);
      this.#boxes.push(box);
      this.names.addLayer(nameMarker(this.map, box, near[place].options.name));
    });
  }

  // ---- pointing
  #at(layerPoint) {
    const reach = radiusAt(this.map.getZoom()) + 3;
    const found = [];
    for (const [id, sign] of this.#signs) {
      const distance = sign._point.distanceTo(layerPoint);
      if (distance <= reach) found.push({ id, sign, distance });
    }
    return found.sort((one, other) => one.distance - other.distance);
  }

  #clicked(event) {
    const found = this.#at(event.layerPoint);
    if (found.length) this.onChosen(found.map(({ id }) => id), found[0].sign.getLatLng());
  }

  #hovered(event) {
    const found = this.#signs.size ? this.#at(event.layerPoint) : [];
    this.map.getContainer().classList.toggle("q-map-pointing", found.length > 0);
    if (!found.length) {
      this.tip.remove();
      return;
    }
    const content = html("span", "", this.#hint(found));
    this.tip.setContent(content).setLatLng(found[0].sign.getLatLng()).addTo(this.map);
  }

  #hint(found) {
    const { words, statuses } = this.config;
    if (found.length > 1) return words.outlets.replace("{n}", found.length);
    const { name, status } = found[0].sign.options;
    return name === undefined ? statuses[status].label : `${name} · ${statuses[status].label}`;
  }
}

function nameMarker(map, [left, top], name) {
  const icon = L.divIcon({ className: "q-point-name", html: html("span", "", name), iconSize: null, iconAnchor: [0, 0] });
  return L.marker(map.layerPointToLatLng([left, top]), { icon, interactive: false, keyboard: false, pane: "outlets" });
}

const radiusAt = (zoom) => Math.min(9, 4.5 + Math.max(0, zoom - 10) * 0.9);

/** A box of whole quarter tiles around the view: the same pans ask the same questions, which caches answer. */
export function snapped(bounds, zoom) {
  const step = 360 / 2 ** zoom / 4;
  const out = (value, way) => Number((way(value / step) * step).toFixed(6));
  return [
    out(bounds.getWest(), Math.floor),
    Math.max(-90, out(bounds.getSouth(), Math.floor)),
    out(bounds.getEast(), Math.ceil),
    Math.min(90, out(bounds.getNorth(), Math.ceil)),
  ];
}

const contains = ([west, south, east, north], bounds) =>
  west <= bounds.getWest() && south <= bounds.getSouth() && east >= bounds.getEast() && north >= bounds.getNorth();

/** The compact answer as objects: rising ids as differences, places as whole steps from a corner, statuses as letters. */
export function unpack({ origin, step, ids, x, y, statuses, names }, config) {
  let id = 0;
  return ids.map((difference, place) => {
    id += difference;
    const status = statuses.charCodeAt(place) - 97;
    const outlet = {
      id,
      lng: origin[0] + x[place] / step,
      lat: origin[1] + y[place] / step,
      status,
      symbol: config.statuses[status].symbol,
    };
    if (names) outlet.name = names[place];
    return outlet;
  });
}
