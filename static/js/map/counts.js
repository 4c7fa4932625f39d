// Counts of outlets by region, by the province they lie in: asked for once while filters and data stay the same.
import { Asker, address } from "./fetching.js";

export class Counts {
  #asker = new Asker();
  #held = new Map();
  #state = "";

  constructor(config) {
    this.config = config;
    this.breaks = [];
  }

  /** Rows of a level in these provinces (none: everywhere); null when a newer question came first. */
  async rows(level, provinces, { filters, metric }) {
    const state = JSON.stringify([level, filters, metric]);
    if (state !== this.#state) this.#held.clear();
    this.#state = state;
    const owners = level === "province" || !provinces.length ? ["*"] : [...provinces].sort();
    const missing = owners.filter((code) => !this.#held.has(code));
    if (missing.length && !(await this.#load(level, missing, { filters, metric, state }))) return null;
    return owners.flatMap((code) => this.#held.get(code) || []);
  }

  forget() {
    this.#state = "";
  }

  async #load(level, provinces, { filters, metric, state }) {
    const parents = provinces[0] === "*" ? [] : provinces.map((code) => ["parent", code]);
    const answer = await this.#asker.json(
      address(`${this.config.endpoints.bubbles}${level}.json`, [...filters, ...parents, ["metric", metric]]),
    );
    if (!answer || state !== this.#state) return false;
    this.breaks = answer.breaks;
    for (const code of provinces) this.#held.set(code, []);
    for (const packed of answer.rows) {
      const row = this.#read(level, packed);
      this.#held.get(provinces[0] === "*" ? "*" : row.province)?.push(row);
    }
    return true;
  }

  #read(level, [code, name, province, lng, lat, population, packed, sold = 0]) {
    const statuses = [];
    const counts = {};
    let total = 0;
    for (let at = 0; at < packed.length; at += 2) {
      const [status, count] = [packed[at], packed[at + 1]];
      const { symbol } = this.config.statuses[status];
      statuses.push([status, count]);
      counts[symbol] = (counts[symbol] || 0) + count;
      total += count;
    }
    return { key: `${level}:${code}`, level, code, name, province, lng, lat, population, statuses, counts, total, sold };
  }
}

/** The value of a metric for a row (undefined: no outlets there, 0); null where it cannot be known. */
export function valueOf(metric, row) {
  if (metric.key === "retail") return row?.sold ?? 0;
  const count = (row?.statuses || []).reduce((sum, [status, n]) => sum + (metric.statuses.includes(status) ? n : 0), 0);
  if (metric.key !== "per_million") return count;
  return row?.population ? (count / row.population) * 1e6 : null;
}

/** The class of a value: 0 for none, else 1 … breaks.length. */
export function classOf(value, breaks) {
  if (!value) return 0;
  let found = 1;
  breaks.forEach((lowest, place) => {
    if (value >= lowest) found = place + 1;
  });
  return found;
}
