// Which colour a region has, and the legend that says so.
import { classOf, valueOf } from "./counts.js";
import { html } from "./shapes.js";

export class Shading {
  constructor({ config, book, box, title }) {
    Object.assign(this, { config, book, box, title });
    this.number = new Intl.NumberFormat(config.locale, { maximumFractionDigits: 2 });
  }

  /** The function that colours a feature by a count metric; `isByParent`: by the value of the region around it. */
  byCount(metric, rows, { breaks, isByParent }) {
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return (feature) => {
      const value = valueOf(metric, byKey.get(keyFor(feature, isByParent)));
      return value == null ? this.book.colours.unknown : this.#classColour(classOf(value, breaks), breaks.length);
    };
  }

  /** What a feature's value is in words, for the tip. */
  describe(metric, { rows, isByParent }, feature) {
    const key = keyFor(feature, isByParent);
    const row = rows.find((each) => each.key === key);
    const value = valueOf(metric, row);
    if (value == null) return this.config.words.unknown;
    const words = `${metric.label}: ${this.number.format(value)}`;
    return isByParent && row ? `${words} (${row.name})` : words;
  }

  /** Few classes use the palette's ends, so that neighbours differ as much as they can. */
  #classColour(found, classes) {
    if (!found) return this.book.colours.classes[0];
    const place = classes <= 1 ? 5 : 1 + Math.round(((found - 1) * 4) / (classes - 1));
    return this.book.colours.classes[place];
  }

  /** The colour of a sales area: by its place in the list, the first twelve apart, then again. */
  areaColour(place) {
    return this.book.colours.groups[place % this.book.colours.groups.length];
  }

  writeClasses(metric, breaks, { hasUnknown, isByParent }) {
    this.title.textContent = isByParent ? `${metric.label} (${this.config.words.byPrefecture})` : metric.label;
    const rows = [[this.#classColour(0), "0"]];
    breaks.forEach((lowest, place) => {
      rows.push([this.#classColour(place + 1, breaks.length), this.#range(metric, breaks, place)]);
    });
    if (hasUnknown) rows.push([this.book.colours.unknown, this.config.words.unknown]);
    this.#write(rows);
  }

  writeAreas(areas) {
    this.title.textContent = this.config.words.area;
    this.#write([
      ...areas.map(({ name, place }) => [this.areaColour(place), name]),
      [this.book.colours.unknown, this.config.words.notAssigned],
    ]);
  }

  hide() {
    this.box.replaceChildren();
    this.box.closest("[data-map-classes]").hidden = true;
  }

  #range(metric, breaks, place) {
    const [lowest, next] = [breaks[place], breaks[place + 1]];
    if (next === undefined) return `≥ ${this.number.format(lowest)}`;
    if (metric.key === "per_million") return `${this.number.format(lowest)} – < ${this.number.format(next)}`;
    return next - 1 > lowest ? `${this.number.format(lowest)} – ${this.number.format(next - 1)}` : this.number.format(lowest);
  }

  #write(rows) {
    this.box.closest("[data-map-classes]").hidden = false;
    this.box.replaceChildren(
      ...rows.map(([colour, words]) => {
        const line = html("li");
        const patch = html("span", "q-map-patch");
        patch.style.backgroundColor = colour;
        line.append(patch, html("span", "", words));
        return line;
      }),
    );
  }
}

const keyFor = ({ properties }, isByParent) =>
  isByParent ? `prefecture:${properties.parent}` : `${properties.level}:${properties.code}`;
