// The map on which the pin of an application is dropped, and the sheet that judges the place at once.
import { Boundaries } from "./map/boundaries.js";
import { Asker, address } from "./map/fetching.js";
import { element, html, readColours } from "./map/shapes.js";

const CHINA = [35.5, 104];
// Without tiles there is nothing to see closer than the catchment and the borders of counties.
const ZOOMS = { least: 3, most: 17, country: 4, region: 9, bare: 11, tiled: 15 };
const PIN = "M0 0C-3-7-10-12-10-20A10 10 0 1 1 10-20C10-12 3-7 0 0ZM0-16.5A3.5 3.5 0 1 0 0-23.5A3.5 3.5 0 1 0 0-16.5Z";
const GOOD_METRES = 60;

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(src)));
    document.head.append(script);
  });
}

class PinMap {
  #asker = new Asker();

  constructor(box, config, { Regions }) {
    Object.assign(this, { box, config });
    this.form = box.closest("form");
    this.fields = { lng: this.form.elements.lng, lat: this.form.elements.lat, datum: this.form.elements.datum };
    this.status = this.form.querySelector("[data-pin-status]");
    this.part = document.querySelector("[data-site-part]");
    this.sheetUrl = this.part.dataset.sitePart;
    this.book = { colours: readColours(box) };
    this.closeUp = config.tiles ? ZOOMS.tiled : ZOOMS.bare;
    this.map = this.#makeMap();
    this.regions = new Regions(this.map, { boundaries: new Boundaries(config.boundaries), book: this.book, config, onPointed: () => {} });
    this.around = L.layerGroup().addTo(this.map);
    this.marker = null;
    this.#listen();
    this.#readFields();
    this.#showRegions();
  }

  #makeMap() {
    const { words, tiles, datum, start } = this.config;
    const options = { attributionControl: false, zoomControl: false, minZoom: ZOOMS.least, maxZoom: ZOOMS.most, zoomSnap: 1 };
    const map = L.map(this.box, { ...options, crs: datum ? L.CRS.GCJ02 : L.CRS.EPSG3857 }).setView(start || CHINA, start ? ZOOMS.region : ZOOMS.country);
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 100 }).addTo(map);
    if (tiles) L.tileLayer(tiles, { maxZoom: ZOOMS.most }).addTo(map);
    this.box.setAttribute("role", "application");
    this.box.setAttribute("aria-label", words.map);
    return map;
  }

  #listen() {
    this.map.on("click", ({ latlng }) => this.#drop(latlng));
    this.map.on("moveend", () => this.#showRegions());
    this.box.addEventListener("keydown", (event) => {
      if (event.target !== this.box || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this.#drop(this.map.getCenter());
    });
    this.form.addEventListener("qudao:saved", ({ detail }) => this.#saved(detail));
    this.part.addEventListener("htmx:afterSwap", () => this.#drawSheet());
    document.addEventListener("qudao:theme", () => {
      this.book.colours = readColours(this.box);
      this.regions.repaint();
    });
    const here = this.form.querySelector("[data-pin-here]");
    here.hidden = !navigator.geolocation || !window.isSecureContext;
    here.addEventListener("click", () => this.#askDevice());
    this.#suggestCounties();
  }

  async #showRegions() {
    await this.regions.show().catch(() => {});
    if (this.map.getZoom() >= 6) this.regions.write([], new Set());
    else this.regions.names.clearLayers();
  }

  /** What the fields say, where it is WGS-84; other datums are converted by the server with the first save. */
  #readFields() {
    const [lng, lat] = [this.fields.lng.value, this.fields.lat.value].map(Number.parseFloat);
    if (this.fields.datum.value === "wgs84" && Number.isFinite(lng) && Number.isFinite(lat)) this.#mark([lat, lng], this.closeUp);
  }

  #drop({ lng, lat }, words = this.config.words.dropped) {
    this.fields.lng.value = lng.toFixed(6);
    this.fields.lat.value = lat.toFixed(6);
    this.fields.datum.value = "wgs84";
    this.#mark([lat, lng]);
    this.status.textContent = words;
    this.form.autosave?.saveNow();
    this.#judge();
  }

  #mark(place, zoom = 0) {
    if (!this.marker) {
      this.marker = L.marker(place, { icon: pinIcon(), draggable: true, alt: this.config.words.pin, title: this.config.words.pin }).addTo(this.map);
      this.marker.on("dragend", () => this.#drop(this.marker.getLatLng()));
    }
    this.marker.setLatLng(place);
    if (zoom && this.map.getZoom() < zoom) this.map.setView(place, zoom, { animate: false });
    else if (!this.map.getBounds().contains(place)) this.map.panTo(place);
  }

  #askDevice() {
    const { words } = this.config;
    this.status.textContent = words.searching;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const metres = Math.round(coords.accuracy);
        const said = (metres <= GOOD_METRES ? words.found : words.inexact).replace("{n}", metres);
        this.#drop({ lng: coords.longitude, lat: coords.latitude }, said);
        this.map.setView([coords.latitude, coords.longitude], Math.max(this.map.getZoom(), this.closeUp));
      },
      () => (this.status.textContent = words.refused),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  }

  #saved({ sheet }) {
    const isNew = !this.sheetUrl;
    this.sheetUrl = sheet;
    if (isNew || this.#place() !== this.judged) this.#judge();
  }

  #place() {
    return [this.fields.lng.value, this.fields.lat.value, this.fields.datum.value].join();
  }

  async #judge() {
    if (!this.sheetUrl) return;
    this.judged = this.#place();
    const { lng, lat, datum } = this.fields;
    try {
      const part = await this.#asker.text(address(this.sheetUrl, [["lng", lng.value], ["lat", lat.value], ["datum", datum.value]]));
      if (part === null) return;
      this.part.replaceChildren(...new DOMParser().parseFromString(part, "text/html").body.childNodes);
      this.#drawSheet();
    } catch {
      this.judged = "";
    }
  }

  #drawSheet() {
    const box = this.part.querySelector("[data-site-sheet]");
    this.around.clearLayers();
    if (!box) return;
    const { site, judgement } = JSON.parse(box.dataset.siteSheet);
    this.#mark([site.lat, site.lng], this.marker ? 0 : this.closeUp);
    const options = { radius: judgement.radius_km * 1000, className: "q-pin-reach", interactive: false };
    this.around.addLayer(L.circle([site.lat, site.lng], options));
    for (const near of judgement.nearest) this.around.addLayer(this.#nearMark(near));
  }

  #nearMark({ lat, lng, name, code, is_own: isOwn }) {
    const mark = L.circleMarker([lat, lng], { radius: 6, className: `q-pin-near ${isOwn ? "q-pin-near--own" : ""}`, weight: 2 });
    return name ? mark.bindTooltip(html("span", "", `${name} ${code}`)) : mark;
  }

  #suggestCounties() {
    const { county } = this.form.elements;
    const list = document.getElementById("county-names");
    const asker = new Asker();
    county.addEventListener("input", async () => {
      const text = county.value.trim();
      if (text.length < 2 || /^\d{6} /.test(text)) return;
      const answer = await asker.json(address(this.config.search, [["q", text]])).catch(() => null);
      const found = (answer?.regions ?? []).filter(([level]) => level === "county");
      list.replaceChildren(...found.map(([, code, name, detail]) => new Option(detail, `${code} ${name}`)));
    });
  }
}

function pinIcon() {
  const svg = element("svg", { viewBox: "-14 -33 28 36", width: 32, height: 41, "aria-hidden": "true" });
  svg.append(element("path", { d: PIN, "fill-rule": "evenodd" }));
  return L.divIcon({ className: "q-pin-sign", html: svg, iconSize: [32, 41], iconAnchor: [16, 38] });
}

async function start(box) {
  const config = JSON.parse(box.dataset.pinMap);
  if (!window.L) await load(config.leaflet);
  if (config.datum) await load(config.datum);
  new PinMap(box, config, await import("./map/regions.js"));
}

for (const box of document.querySelectorAll("[data-pin-map]")) start(box);
