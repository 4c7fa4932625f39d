// The signs of statuses: one outline each, used on the canvas, in the legend and in cards. Unit: a circle of radius 10.
// Shape and colour say the same, so that neither is needed alone.

export const SHAPES = {
  open: { d: "M10 0A10 10 0 1 1-10 0A10 10 0 1 1 10 0Z", filled: true },
  watch: { d: "M0-11.5L11 8.5L-11 8.5Z", filled: true },
  suspended: { d: "M-9-9H9V9H-9Z", filled: true },
  coming: { d: "M0-12L12 0L0 12L-12 0Z", filled: true },
  prospect: { d: "M8.5 0A8.5 8.5 0 1 1-8.5 0A8.5 8.5 0 1 1 8.5 0Z", filled: false },
  exited: { d: "M-8-8L8 8M8-8L-8 8", filled: false, open: true },
  dropped: { d: "M-9 0H9", filled: false, open: true },
  // A distributor's own place, on the map of its page.
  seat: { d: "M0-12L12-2V11H-12V-2Z", filled: true },
};
// What lies on top where signs overlap, and the order of a bubble's ring.
export const ORDER = ["open", "watch", "suspended", "coming", "prospect", "exited", "dropped"];
const SVG = "http://www.w3.org/2000/svg";

const paths = new Map();

function pathOf(symbol) {
  if (!paths.has(symbol)) paths.set(symbol, new Path2D(SHAPES[symbol].d));
  return paths.get(symbol);
}

/** Draws a sign on a canvas. `colours` is what `readColours` gave. */
export function drawSign(context, symbol, { x, y, radius, colours, halo = 2 }) {
  const shape = SHAPES[symbol];
  const scale = radius / 10;
  const path = pathOf(symbol);
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineJoin = "round";
  context.lineCap = "round";
  context.strokeStyle = colours.halo;
  context.lineWidth = ((shape.filled ? 0 : 3.2) + halo * 2) / scale;
  context.stroke(path);
  context.fillStyle = shape.filled ? colours[symbol] : colours.surface;
  if (!shape.open) context.fill(path);
  if (!shape.filled) {
    context.strokeStyle = colours[symbol];
    context.lineWidth = 2.2 / scale;
    context.stroke(path);
  }
  context.restore();
}

/** The sign as an <svg>, coloured by the stylesheet. */
export function signElement(symbol, size = 16) {
  const svg = element("svg", { viewBox: "-14 -14 28 28", width: size, height: size, "aria-hidden": "true", focusable: "false" });
  const shape = SHAPES[symbol];
  const kind = shape.filled ? "q-sign--filled" : "q-sign--drawn";
  svg.append(element("path", { d: shape.d, class: `q-sign ${kind} q-sign--${symbol}` }));
  return svg;
}

/** The colours of the present theme, from the stylesheet. */
export function readColours(container) {
  const style = getComputedStyle(container);
  const colours = {};
  for (const name of [...ORDER, "halo", "surface", "land", "border", "border-strong", "unknown", "accent", "seat"]) {
    colours[name] = style.getPropertyValue(`--map-${name}`).trim();
  }
  colours.classes = [0, 1, 2, 3, 4, 5].map((place) => style.getPropertyValue(`--map-class-${place}`).trim());
  colours.groups = Array.from({ length: 12 }, (_, place) => style.getPropertyValue(`--map-group-${place}`).trim());
  return colours;
}

export function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** An HTML element with a class and text. Text is always text. */
export function html(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}
