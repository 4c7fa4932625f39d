// The files of boundaries: which of them a view needs, each asked for once. Their address carries the build's digest, so
// that browsers keep them for good.
import { address } from "./fetching.js";

const KEPT = 120;

export class Boundaries {
  #files = new Map();
  #index = null;

  constructor({ path, version }) {
    this.path = path;
    this.version = version;
  }

  /** Whether boundaries were built on this installation. */
  get isBuilt() {
    return Boolean(this.version);
  }

  /** Codes of the files of a set whose boxes meet the view: `prefecture` by province, `county`, `detail` by prefecture. */
  async ownersIn(set, bounds) {
    const boxes = (await this.index())[set === "detail" ? "county" : set] || {};
    return Object.keys(boxes).filter((code) => meets(boxes[code], bounds));
  }

  /** The box of a region that owns a file, or null: [west, south, east, north]. */
  async boxOf(level, code) {
    const index = await this.index();
    return (level === "province" ? index.prefecture : level === "prefecture" ? index.county : {})?.[code] || null;
  }

  index() {
    this.#index ??= this.#fetch("index").catch((error) => {
      this.#index = null;
      throw error;
    });
    return this.#index;
  }

  /** The features of one file, each with the place of its name; asked for once. */
  file(set, parent = "") {
    const key = `${set}/${parent}`;
    if (!this.#files.has(key)) {
      const loading = this.#fetch(set, parent).then((collection) => ({ key, ...prepared(collection) }));
      loading.catch(() => this.#files.delete(key));
      this.#files.set(key, loading);
      this.#forgetOldest();
    }
    return this.#files.get(key);
  }

  async #fetch(set, parent = "") {
    if (!this.isBuilt) return { features: [] };
    const response = await fetch(address(`${this.path}${set}.json`, [["parent", parent], ["v", this.version]]), {
      credentials: "same-origin",
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  }

  #forgetOldest() {
    while (this.#files.size > KEPT) this.#files.delete(this.#files.keys().next().value);
  }
}

const meets = ([west, south, east, north], bounds) =>
  west <= bounds.getEast() && east >= bounds.getWest() && south <= bounds.getNorth() && north >= bounds.getSouth();

function prepared({ features }) {
  for (const feature of features) feature.label = labelPoint(feature.geometry);
  return { features };
}

export function ringsOf(geometry) {
  if (geometry.type === "Polygon") return geometry.coordinates;
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
}

/** The outer outline of regions that share borders: the edges that occur once, as lines of [lat, lng]. */
export function outlineOf(features) {
  const rings = features.flatMap((feature) => ringsOf(feature.geometry));
  const numbered = numberedRings(rings);
  const seen = new Map();
  for (const numbers of numbered) {
    for (let at = 1; at < numbers.length; at += 1) {
      const key = edgeKey(numbers[at - 1], numbers[at]);
      seen.set(key, (seen.get(key) || 0) + 1);
    }
  }
  return rings.flatMap((ring, place) => singleRuns(ring, numbered[place], seen));
}

/** The rings with each different corner as a small number: numbers make far quicker keys than text. */
function numberedRings(rings) {
  const corners = new Map();
  const numberOf = ([x, y]) => {
    const key = Math.round((x + 180) * 1e4) * 4e6 + Math.round((y + 90) * 1e4);
    if (!corners.has(key)) corners.set(key, corners.size);
    return corners.get(key);
  };
  return rings.map((ring) => ring.map(numberOf));
}

const edgeKey = (a, b) => (a < b ? a * 1e7 + b : b * 1e7 + a);

function singleRuns(ring, numbers, seen) {
  const lines = [];
  let line = null;
  for (let at = 1; at < ring.length; at += 1) {
    if (seen.get(edgeKey(numbers[at - 1], numbers[at])) !== 1) {
      line = null;
      continue;
    }
    if (!line) lines.push((line = [[ring[at - 1][1], ring[at - 1][0]]]));
    line.push([ring[at][1], ring[at][0]]);
  }
  return lines;
}

/** Where a name may stand: the middle of the widest stretch through the largest part, at the part's own centre of mass. */
export function labelPoint(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates || [];
  let [largest, most] = [null, 0];
  for (const rings of parts) {
    const area = Math.abs(signedArea(rings[0]));
    if (area > most) [largest, most] = [rings, area];
  }
  if (!largest) return null;
  const [x, y] = centroid(largest[0]);
  const stretch = widestStretch(largest, y);
  if (!stretch) return { lng: x, lat: y };
  return { lng: stretch[0] < x && x < stretch[1] ? x : (stretch[0] + stretch[1]) / 2, lat: y };
}

function signedArea(ring) {
  let sum = 0;
  for (let at = 1; at < ring.length; at += 1) sum += ring[at - 1][0] * ring[at][1] - ring[at][0] * ring[at - 1][1];
  return sum / 2;
}

function centroid(ring) {
  let [x, y, sum] = [0, 0, 0];
  for (let at = 1; at < ring.length; at += 1) {
    const cross = ring[at - 1][0] * ring[at][1] - ring[at][0] * ring[at - 1][1];
    x += (ring[at - 1][0] + ring[at][0]) * cross;
    y += (ring[at - 1][1] + ring[at][1]) * cross;
    sum += cross;
  }
  return sum ? [x / (3 * sum), y / (3 * sum)] : ring[0];
}

function widestStretch(rings, y) {
  const cuts = [];
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 1) {
      const [[ax, ay], [bx, by]] = [ring[at - 1], ring[at]];
      if (ay > y !== by > y) cuts.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
  }
  cuts.sort((one, other) => one - other);
  let best = null;
  for (let at = 1; at < cuts.length; at += 2) {
    if (!best || cuts[at] - cuts[at - 1] > best[1] - best[0]) best = [cuts[at - 1], cuts[at]];
  }
  return best;
}
