// Small maps: one place with its sign, the county around it, and the outlets of a filter where one is given.
import { Boundaries } from "./boundaries.js";
import { address } from "./fetching.js";
import { readColours } from "./shapes.js";

const ZOOMS = { least: 5, most: 15, alone: 12 };
const EVERYWHERE = "-180,-90,180,90";

function loadLeaflet(src) {
  if (window.L) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(src)));
    document.head.append(script);
  });
}

class MiniMap {
  constructor(box, { OutletSign, unpack }) {
    this.config = JSON.parse(box.dataset.miniMap);
    this.features = []; // until they have come: the theme may change before
    this.tools = { OutletSign, unpack };
    this.book = { colours: readColours(box) };
    this.map = L.map(box, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false,
      minZoom: ZOOMS.least,
      maxZoom: ZOOMS.most,
      crs: L.CRS.EPSG3857,
    }).setView([35.5, 104], ZOOMS.least);
    const { words } = this.config;
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false, maxWidth: 80 }).addTo(this.map);
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", words.map);
    this.regions = L.layerGroup().addTo(this.map);
    this.way = L.layerGroup().addTo(this.map);
    this.signs = L.layerGroup().addTo(this.map);
    this.renderers = [L.canvas({ padding: 0.4 }), L.canvas({ padding: 0.4, pane: "markerPane" })];
    document.addEventListener("qudao:theme", () => this.#repaint(box));
  }

  async draw() {
    const [features, others] = await Promise.all([this.#county().catch(() => []), this.#others().catch(() => [])]);
    this.features = features;
    this.#drawRegions();
    others.forEach((outlet) => this.#sign(outlet, 4.5));
    const { lng, lat, symbol } = this.config;
    if (lng != null) this.#sign({ lng, lat, symbol }, 9, this.config.label);
    this.#drawWay();
    this.#look(others);
  }

  // A day's stops in their order, a line from one to the next.
  #drawWay() {
    const { stops = [] } = this.config;
    const { colours } = this.book;
    this.way.clearLayers();
    const points = stops.map(({ lng, lat }) => [lat, lng]);
    if (points.length > 1) this.way.addLayer(L.polyline(points, { color: colours.accent, weight: 3, opacity: 0.8, interactive: false }));
    stops.forEach(({ label }, at) => {
      const stop = L.circleMarker(points[at], { radius: 9, color: colours.land, weight: 2, fillColor: colours.accent, fillOpacity: 1 });
      stop.bindTooltip(textOf(label), { className: "q-map-tip", permanent: stops.length <= 12, direction: "right", offset: [8, 0] });
      this.way.addLayer(stop);
    });
  }

  async #county() {
    const { boundaries, county, prefecture } = this.config;
    if (!prefecture) return [];
    const file = await new Boundaries(boundaries).file("county", prefecture);
    return [...file.features].sort((one) => (one.properties.code === county ? 1 : -1));
  }

  async #others() {
    const { query, points } = this.config;
    if (!query) return [];
    const response = await fetch(address(points, [...new URLSearchParams(query), ["bbox", EVERYWHERE]]), { credentials: "same-origin" });
    return response.ok ? this.tools.unpack(await response.json(), this.config) : [];
  }

  #drawRegions() {
    const { colours } = this.book;
    this.regions.clearLayers();
    for (const feature of this.features) {
      const isOwn = feature.properties.code === this.config.county;
      const style = {
        fillColor: isOwn ? colours.classes[1] : colours.land,
        fillOpacity: 1,
        color: isOwn ? colours.accent : colours.border,
        weight: isOwn ? 2 : 0.8,
      };
      this.regions.addLayer(L.geoJSON(feature, { style, renderer: this.renderers[0], interactive: false, smoothFactor: 0 }));
    }
  }

  #sign({ lng, lat, symbol }, radius, label) {
    const options = { symbol, book: this.book, radius, renderer: this.renderers[1], interactive: Boolean(label) };
    const sign = new this.tools.OutletSign([lat, lng], options).addTo(this.signs);
    if (label) sign.bindTooltip(textOf(label), { className: "q-map-tip" });
  }

  #look(others) {
    const { lng, lat, county } = this.config;
    const own = this.features.find(({ properties }) => properties.code === county);
    const bounds = L.latLngBounds([]);
    const { stops = [] } = this.config;
    if (stops.length) stops.forEach((stop) => bounds.extend([stop.lat, stop.lng]));
    else if (others.length) others.forEach((outlet) => bounds.extend([outlet.lat, outlet.lng]));
    else if (own) bounds.extend(L.geoJSON(own).getBounds());
    if (lng != null) bounds.extend([lat, lng]);
    const isPoint = bounds.isValid() && bounds.getSouthWest().equals(bounds.getNorthEast());
    if (isPoint) this.map.setView(bounds.getCenter(), ZOOMS.alone, { animate: false });
    else if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [16, 16], maxZoom: ZOOMS.alone + 1, animate: false });
  }

  #repaint(box) {
    this.book.colours = readColours(box);
    this.#drawRegions();
    this.#drawWay();
    this.signs.eachLayer((sign) => sign.redraw());
  }
}

function textOf(label) {
  const span = document.createElement("span");
  span.textContent = label;
  return span;
}

for (const box of document.querySelectorAll("[data-mini-map]")) {
  const { leaflet } = JSON.parse(box.dataset.miniMap);
  await loadLeaflet(leaflet);
  await new MiniMap(box, await import("./points.js")).draw();
}
