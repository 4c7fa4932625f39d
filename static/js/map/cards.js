// What opens at an outlet: its name, status and place, with a link to its page. Everything is set as text.
import { Asker, address } from "./fetching.js";
import { html, signElement } from "./shapes.js";

const MOST = 20;
const WIDTH = { least: 180, most: 300, frame: 46 };
// What a card stays clear of, in pixels: the zoom buttons on the left, and the edges.
const CLEAR = { left: 60, edge: 12 };

export class Cards {
  #asker = new Asker();

  constructor(map, { config, onClosed }) {
    this.map = map;
    this.config = config;
    this.popup = L.popup({ maxWidth: WIDTH.most, minWidth: WIDTH.least, offset: [0, -4], className: "q-map-card" });
    this.popup.on("remove", onClosed);
  }

  /** Opens the card of one outlet, or a list where several share a place. */
  async open(ids, latlng) {
    const content = await this.#ask(ids).then(
      (answer) => answer && this.#content(answer.cards, ids.length),
      () => html("p", "q-map-card-none", this.config.words.failed),
    );
    if (!content) return;
    this.#fit();
    this.popup.setContent(content).setLatLng(latlng).openOn(this.map);
    this.#nameCloseButton();
  }

  /** As wide as the map allows, and brought into view below the search and the choice of shading. */
  #fit() {
    const map = this.map.getContainer();
    const { top, width } = map.getBoundingClientRect();
    const above = map.parentElement.closest(".q-map-stage")?.querySelectorAll(".q-map-search, .q-map-shade") ?? [];
    const low = Math.max(0, ...[...above].map((each) => each.getBoundingClientRect().bottom - top));
    this.popup.options.maxWidth = Math.min(WIDTH.most, width - CLEAR.left - CLEAR.edge - WIDTH.frame);
    this.popup.options.autoPanPaddingTopLeft = [CLEAR.left, low + CLEAR.edge];
    this.popup.options.autoPanPaddingBottomRight = [CLEAR.edge, CLEAR.edge];
  }

  #ask(ids) {
    return this.#asker.json(address(this.config.endpoints.cards, ids.slice(0, MOST).map((id) => ["id", id])));
  }

  #content(cards, count) {
    if (!cards.length) return html("p", "q-map-card-none", this.config.words.gone);
    return cards.length === 1 ? this.#one(cards[0]) : this.#several(cards, count);
  }

  #one(card) {
    const box = html("div", "q-map-card-body");
    const title = html("h3");
    title.append(linkTo(card));
    const facts = html("dl");
    for (const [name, value] of card.facts) {
      if (value) facts.append(html("dt", "", name), html("dd", "", value));
    }
    box.append(title, this.#status(card), facts);
    return box;
  }

  #several(cards, count) {
    const box = html("div", "q-map-card-body");
    box.append(html("h3", "", this.config.words.here.replace("{n}", count)));
    const list = html("ul", "q-map-card-list");
    for (const card of cards) {
      const line = html("li");
      line.append(linkTo(card), this.#status(card));
      list.append(line);
    }
    box.append(list);
    if (count > cards.length) box.append(html("p", "", this.config.words.closer));
    return box;
  }

  #status({ status, since }) {
    const { label, symbol } = this.config.statuses[status];
    const line = html("p", "q-map-card-status");
    line.append(signElement(symbol, 14), html("span", "", since ? `${label} · ${since}` : label));
    return line;
  }

  #nameCloseButton() {
    const button = this.popup.getElement()?.querySelector(".leaflet-popup-close-button");
    button?.setAttribute("aria-label", this.config.words.close);
  }
}

function linkTo({ name, url }) {
  const link = html("a", "", name);
  link.href = url;
  return link;
}
