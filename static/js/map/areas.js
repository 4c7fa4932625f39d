// Which region belongs to which sales area, and which to none.

export class AreaBook {
  #levels = new Map();

  constructor(config) {
    this.config = config;
    this.list = [];
  }

  /** Code of region → place of its area in `list`; regions in no area are missing. Asked for once a level. */
  async load(level) {
    if (!this.#levels.has(level)) this.#levels.set(level, this.#fetch(level));
    try {
      const { areas, codes } = await this.#levels.get(level);
      this.list = areas;
      this.codes = codes;
      return codes;
    } catch (error) {
      this.#levels.delete(level);
      throw error;
    }
  }

  nameFor(code) {
    const place = this.codes?.get(code);
    return place === undefined ? this.config.words.notAssigned : this.list[place].name;
  }

  async #fetch(level) {
    const response = await fetch(`${this.config.endpoints.areas}${level}.json`, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { areas } = await response.json();
    const codes = new Map();
    areas.forEach(({ codes: held }, place) => held.forEach((code) => codes.set(code, place)));
    return { areas: areas.map(({ name }, place) => ({ name, place })), codes };
  }
}
