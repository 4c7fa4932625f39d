// The coverage map: listens to the view and the filters, and keeps bubbles, outlets, regions, legend and list in step.
import { Boundaries } from "./boundaries.js";
import { Bubbles } from "./bubbles.js";
import { Cards } from "./cards.js";
import { CompanionList, corners } from "./companion_list.js";
import { Controls } from "./controls.js";
import { Counts } from "./counts.js";
import { Points } from "./points.js";
import { Regions, keyOf, setAt } from "./regions.js";
import { Search } from "./search.js";
import { Shading } from "./shading.js";
import { readColours } from "./shapes.js";
import { AreaBook } from "./areas.js";
import { filtersOf, placeOf, remember } from "./view_state.js";

const SETTLE = 120;
const LIST_SETTLE = 300;
const AROUND_SETTLE = 800;
const NEXT_ZOOM = { province: [6, 7], prefecture: [8, 9], county: [10, 12] };

/** Called by the script that folium rendered, with its map and our configuration. */
export function start(map, config) {
  new OutletMap(map, config).begin();
}

class OutletMap {
  #turn = 0;
  #timers = {};
  #wanted = null;

  constructor(map, config) {
    const root = map.getContainer().closest("[data-outlet-map]");
    Object.assign(this, { map, config, root });
    this.form = root.querySelector("[data-map-filters]");
    this.book = { colours: readColours(map.getContainer()) };
    this.boundaries = new Boundaries({ path: config.endpoints.boundaries, version: config.boundaries });
    this.counts = new Counts(config);
    this.wider = new Counts(config);
    this.areas = new AreaBook(config);
    this.regions = new Regions(map, { ...this.#tools(), boundaries: this.boundaries, onPointed: (...all) => this.#pointAt(...all) });
    this.bubbles = new Bubbles(map, { config, onOpen: (row) => this.#openRegion(row) });
    this.cards = new Cards(map, { config, onClosed: () => this.points.choose(null) });
    this.points = new Points(map, { ...this.#tools(), onChosen: (ids, latlng) => this.#openOutlets(ids, latlng) });
    this.controls = new Controls(map, { root, config, onHome: () => this.#goHome(), onRetry: () => this.#refresh({ fresh: true }) });
    this.list = new CompanionList({ box: root.querySelector("[data-map-list]"), config, onShow: (outlet) => this.#showOutlet(outlet) });
    this.shading = new Shading({ ...this.#tools(), ...this.controls.legend });
    this.search = new Search({ ...this.controls.search, config, onOutlet: (found) => this.#showOutlet(found), onRegion: (found) => this.#openRegion(found) });
    this.tip = L.tooltip({ className: "q-map-tip", direction: "top", offset: [0, -6] });
  }

  #tools() {
    return { config: this.config, book: this.book };
  }

  begin() {
    this.map.setMinZoom(this.config.zooms[0]).setMaxZoom(this.config.zooms[1]);
    this.map.invalidateSize({ pan: false });
    this.#goToStart();
    this.controls.addTiles();
    this.map.on("moveend", () => this.#soon("view", SETTLE, () => this.#refresh()));
    this.map.on("zoomstart", () => this.#pointAt(null));
    this.form.addEventListener("change", () => this.#filtersChanged(0));
    this.form.addEventListener("input", (event) => event.target.type === "search" && event.target.name && this.#filtersChanged(350));
    this.form.addEventListener("submit", (event) => this.#submitted(event));
    this.controls.shade.addEventListener("change", () => this.#refresh());
    document.addEventListener("qudao:theme", () => this.#repaint());
    this.#refresh();
  }

  // ---- where the view goes
  #goToStart() {
    const place = placeOf(window.location.hash);
    if (place) this.map.setView([place.lat, place.lng], place.zoom, { animate: false });
    else this.#goHome({ animate: false });
  }

  #goHome(options = {}) {
    const text = this.root.dataset.extent;
    if (!text) return;
    const [west, south, east, north] = text.split(",").map(Number);
    this.map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 11, ...options });
  }

  async #openRegion({ level, code, lng, lat }) {
    const [least, most] = NEXT_ZOOM[level];
    const box = await this.boundaries.boxOf(level, code).catch(() => null);
    this.#wanted = `${level}:${code}`;
    if (!box) return this.#fly([lat, lng], least);
    const bounds = L.latLngBounds([box[1], box[0]], [box[3], box[2]]);
    const zoom = Math.min(most, Math.max(least, this.map.getBoundsZoom(bounds)));
    return this.#fly(bounds.getCenter(), zoom);
  }

  #fly(center, zoom) {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isCalm) this.map.setView(center, zoom, { animate: false });
    else this.map.flyTo(center, zoom, { duration: 0.6 });
  }

  #showOutlet({ id, lng, lat }) {
    const open = () => this.#openOutlets([id], L.latLng(lat, lng));
    const zoom = Math.max(this.map.getZoom(), 13);
    if (zoom === this.map.getZoom() && this.map.getBounds().contains([lat, lng])) {
      open();
      return;
    }
    this.map.once("moveend", open);
    this.#fly([lat, lng], zoom);
  }

  #openOutlets(ids, latlng) {
    this.cards.open(ids, latlng);
    this.points.choose(ids[0]);
  }

  // ---- filters
  #filtersChanged(pause) {
    this.#soon("filters", pause, () => {
      this.controls.countFilters(filtersOf(this.form));
      this.#refresh({ fresh: true });
    });
  }

  #submitted(event) {
    event.preventDefault();
    this.#filtersChanged(0);
  }

  // ---- everything in step
  #soon(name, pause, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, pause);
  }

  async #refresh({ fresh = false } = {}) {
    const turn = ++this.#turn;
    const filters = filtersOf(this.form);
    remember(this.map, filters);
    this.controls.linkTo(filters, corners(this.map.getBounds()));
    this.#soon("list", fresh ? 0 : LIST_SETTLE, () => this.list.show(filters, this.map.getBounds(), { fresh }));
    this.controls.busy(true);
    try {
      await Promise.all([this.regions.show(), this.#showOutlets(filters, fresh, turn)]);
      if (turn !== this.#turn) return;
      await this.#shade(filters, turn);
      this.controls.failed("");
    } catch (error) {
      if (turn === this.#turn) this.controls.failed(error.sentence || this.config.words.failed);
    }
    if (turn !== this.#turn) return;
    this.controls.busy(false);
    this.#writeNames();
    this.root.dataset.settled = String(turn);
    this.#soon("around", AROUND_SETTLE, () => this.regions.showAround());
  }

  async #showOutlets(filters, fresh, turn) {
    if (fresh) [this.counts, this.wider].forEach((counts) => counts.forget());
    if (this.map.getZoom() >= this.config.firstPointZoom) {
      const held = await this.points.show(filters, { fresh });
      if (!held || turn !== this.#turn) return;
      this.bubbles.clear();
      this.controls.sayPoints(held);
      return;
    }
    const level = setAt(this.map.getZoom()).level;
    const rows = await this.#loadRows(level, filters);
    if (!rows || turn !== this.#turn) return;
    this.points.clear();
    this.bubbles.draw(rows);
    this.controls.sayBubbles(level, this.bubbles.total);
  }

  /** Counts by region; residents are known by prefecture, so counties are shaded by the rate of theirs. */
  async #loadRows(level, filters, counts = this.counts) {
    const provinces = level === "province" || !this.boundaries.isBuilt ? [] : await this.boundaries.ownersIn("prefecture", this.map.getBounds().pad(0.2));
    const metric = this.#metric();
    return counts.rows(level, provinces, { filters, metric: metric?.statuses ? metric.key : "" });
  }

  #metric() {
    return this.config.metrics.find(({ key }) => key === this.controls.shade.value);
  }

  async #shade(filters, turn) {
    const metric = this.#metric();
    if (!metric || !this.boundaries.isBuilt) {
      this.shading.hide();
      this.regions.shade(null);
      return;
    }
    const { level } = setAt(this.map.getZoom());
    if (!metric.statuses) await this.#shadeAreas(level);
    else await this.#shadeCounts(metric, level, { filters, turn });
  }

  async #shadeCounts(metric, level, { filters, turn }) {
    const isByParent = metric.key === "per_million" && level === "county";
    const counts = isByParent ? this.wider : this.counts;
    const rows = await this.#loadRows(isByParent ? "prefecture" : level, filters, counts);
    if (!rows || turn !== this.#turn) return;
    this.shaded = { rows, isByParent };
    this.shading.writeClasses(metric, counts.breaks, { hasUnknown: metric.key === "per_million", isByParent });
    this.regions.shade(this.shading.byCount(metric, rows, { breaks: counts.breaks, isByParent }));
  }

  async #shadeAreas(level) {
    const areas = await this.areas.load(level);
    this.shading.writeAreas(this.areas.list);
    this.regions.shade((feature) => {
      const place = areas.get(feature.properties.code);
      return place === undefined ? this.book.colours.unknown : this.shading.areaColour(place);
    });
  }

  #repaint() {
    this.book.colours = readColours(this.map.getContainer());
    this.regions.repaint();
    this.points.repaint();
    this.#shade(filtersOf(this.form), this.#turn);
  }

  // ---- regions: names, and what lies under the pointer
  #writeNames() {
    const { obstacles, said } = this.bubbles.footprint();
    this.regions.write([...obstacles, ...this.points.footprint()], said);
    if (!this.#wanted) return;
    const feature = this.regions.features().find(({ properties }) => keyOf(properties) === this.#wanted);
    if (feature) this.regions.point(feature);
    this.#wanted = null;
  }

  #pointAt(feature, latlng) {
    if (!feature) {
      this.tip.remove();
      this.regions.point(null);
      return;
    }
    if (this.tip.feature !== feature || !this.map.hasLayer(this.tip)) {
      this.regions.point(feature);
      this.tip.feature = feature;
      this.tip.setContent(this.#describe(feature));
    }
    this.tip.setLatLng(latlng).addTo(this.map);
  }

  #describe(feature) {
    const box = document.createElement("span");
    const parts = [this.regions.nameOf(feature.properties)];
    const metric = this.#metric();
    if (metric?.statuses && this.shaded) parts.push(this.shading.describe(metric, this.shaded, feature));
    else if (metric) parts.push(this.areas.nameFor(feature.properties.code));
    box.textContent = parts.join(" · ");
    return box;
  }
}
