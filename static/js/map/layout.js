// Places bubbles so that none hides another, and names so that none covers anything. Pure: numbers in, numbers out.

const GAP = 1;
const ROUNDS = 60;

/** Moves circles {x, y, r} apart until none overlap; returns [{x, y}] in the same order. Big ones stay put longest. */
export function spread(circles, rounds = ROUNDS) {
  const x = Float64Array.from(circles, (circle) => circle.x);
  const y = Float64Array.from(circles, (circle) => circle.y);
  const r = Float64Array.from(circles, (circle) => circle.r);
  const size = 2 * r.reduce((most, each) => Math.max(most, each), 1) + GAP;
  for (let round = 0; round < rounds; round += 1) {
    if (!push({ x, y, r }, size)) break;
  }
  return circles.map((_, place) => ({ x: x[place], y: y[place] }));
}

// Cells of the grid by whole number: far quicker as keys than text.
const ROW = 1e6;
const AROUND = [-ROW - 1, -ROW, -ROW + 1, -1, 0, 1, ROW - 1, ROW, ROW + 1];

function push(at, size) {
  const cells = new Float64Array(at.x.length);
  const grid = new Map();
  for (let one = 0; one < cells.length; one += 1) {
    cells[one] = Math.floor(at.y[one] / size) * ROW + Math.floor(at.x[one] / size);
    const held = grid.get(cells[one]);
    if (held) held.push(one);
    else grid.set(cells[one], [one]);
  }
  let moved = false;
  for (let one = 0; one < cells.length; one += 1) {
    for (const step of AROUND) {
      for (const other of grid.get(cells[one] + step) || NONE) {
        if (other > one && part(at, one, other)) moved = true;
      }
    }
  }
  return moved;
}

const NONE = [];

function part({ x, y, r }, one, other) {
  let dx = x[other] - x[one];
  let dy = y[other] - y[one];
  let distance = Math.hypot(dx, dy);
  const overlap = r[one] + r[other] + GAP - distance;
  if (overlap <= 0.25) return false;
  if (distance < 0.01) {
    // The same place: part along an angle of their own, the same each time.
    dx = Math.cos(one + other);
    dy = Math.sin(one + other);
    distance = 1;
  }
  const share = r[other] ** 2 / (r[one] ** 2 + r[other] ** 2);
  x[one] -= (dx / distance) * overlap * share;
  y[one] -= (dy / distance) * overlap * share;
  x[other] += (dx / distance) * overlap * (1 - share);
  y[other] += (dy / distance) * overlap * (1 - share);
  return true;
}

// Where a name may stand beside its sign, best first: unit vectors of the box's nearest edge.
const SIDES = ["below", "right", "left", "above"];

/**
 * For each {x, y, r, width, height, weight} a side, or null where the name finds no room. Heavy ones choose first.
 * `obstacles` are boxes that stay free; a `hollow` item has no sign of its own, its radius is only the distance.
 */
export function placeNames(items, obstacles = [], allowed = SIDES) {
  const taken = [...obstacles];
  for (const { x, y, r, hollow } of items) if (!hollow) taken.push([x - r, y - r, x + r, y + r]);
  const sides = items.map(() => null);
  const index = new BoxIndex(64);
  taken.forEach((box) => index.add(box));
  const order = items.map((_, place) => place).sort((one, other) => items[other].weight - items[one].weight);
  for (const place of order) {
    for (const side of allowed) {
      const box = boxAt(items[place], side);
      if (index.hits(box)) continue;
      index.add(box);
      sides[place] = side;
      break;
    }
  }
  return sides;
}

/** The box that a name takes on a side: [left, top, right, bottom]. */
export function boxAt({ x, y, r, width, height }, side) {
  const gap = 1;
  if (side === "centre") return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  if (side === "below") return [x - width / 2, y + r + gap, x + width / 2, y + r + gap + height];
  if (side === "above") return [x - width / 2, y - r - gap - height, x + width / 2, y - r - gap];
  if (side === "right") return [x + r + 3, y - height / 2, x + r + 3 + width, y + height / 2];
  return [x - r - 3 - width, y - height / 2, x - r - 3, y + height / 2];
}

class BoxIndex {
  constructor(size) {
    this.size = size;
    this.cells = new Map();
  }

  add(box) {
    this.#each(box, (key) => {
      const held = this.cells.get(key);
      if (held) held.push(box);
      else this.cells.set(key, [box]);
      return false;
    });
  }

  hits(box) {
    return this.#each(box, (key) => (this.cells.get(key) || NONE).some((other) => meets(other, box)));
  }

  /** Calls `act` for each cell under a box until it answers true. */
  #each([left, top, right, bottom], act) {
    const last = Math.floor(bottom / this.size);
    for (let row = Math.floor(top / this.size); row <= last; row += 1) {
      const end = Math.floor(right / this.size);
      for (let column = Math.floor(left / this.size); column <= end; column += 1) {
        if (act(row * ROW + column)) return true;
      }
    }
    return false;
  }
}

const meets = (one, other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
