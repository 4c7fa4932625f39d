// Choosing regions: a tree of boxes in which a region brings what lies in it, and a map that ticks the same boxes.
import { AreaMap, fail, nameOf, say } from "./area_map.js";

class Tree {
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.boxes = new Map([...root.querySelectorAll("input[name=region]")].map((box) => [box.value, box]));
    this.children = new Map();
    for (const box of this.boxes.values()) {
      const parent = box.dataset.qParent;
      if (parent) this.children.set(parent, [...(this.children.get(parent) ?? []), box]);
    }
    root.addEventListener("change", ({ target }) => this.set(target, target.checked));
    this.refresh();
  }

  /** Ticks or unticks a region with all in it; what another area holds by itself is only ticked by its own box. */
  set(box, ticked) {
    box.checked = ticked;
    this.#spread(box, ticked);
    if (!ticked) this.#freeAncestors(box);
    this.refresh();
    this.changed?.();
  }

  #spread(box, ticked) {
    for (const child of this.children.get(box.value) ?? []) {
      if (ticked && child.dataset.qOther) continue;
      child.checked = ticked;
      this.#spread(child, ticked);
    }
  }

  // A region without one of its parts is held by its other parts.
  #freeAncestors(box) {
    let parent = this.boxes.get(box.dataset.qParent);
    while (parent) {
      parent.checked = false;
      parent = this.boxes.get(parent.dataset.qParent);
    }
  }

  refresh() {
    for (const key of [...this.children.keys()].reverse()) {
      const parts = this.children.get(key);
      const ticked = parts.filter((part) => part.checked).length;
      const box = this.boxes.get(key);
      box.indeterminate = !box.checked && parts.some((part) => part.checked || part.indeterminate);
      const count = box.closest(".q-branch")?.querySelector("[data-q-count]");
      if (count) count.textContent = `${ticked} / ${parts.length}`;
    }
  }

  get foreign() {
    return [...this.boxes.values()].filter((box) => box.checked && box.dataset.qOther).length;
  }
}

function start(form) {
  const told = form.querySelector("[data-q-picked]");
  const map = { restyle() {} };
  const tree = new Tree(form.querySelector("[data-q-tree]"), () => {
    map.restyle();
    tell();
  });
  function tell() {
    const number = tree.foreign;
    told.textContent = number === 0 ? "" : number === 1 ? told.dataset.one : told.dataset.many.replace("#", number);
  }
  tell();
  const box = form.querySelector("[data-q-area-map]");
  if (box) startMap(form, box, tree, map);
}

function lookOf(box) {
  if (!box) return "none";
  if (box.checked) return "own";
  if (box.dataset.qOther ?? box.dataset.qAround) return "other";
  return box.indeterminate ? "part" : "none";
}

function areaOf(box) {
  return box && !box.checked ? (box.dataset.qOther ?? box.dataset.qAround) : "";
}

function startMap(form, box, tree, handle) {
  const { files, language } = JSON.parse(box.dataset.qAreaMap);
  const boxOf = ({ properties }) => tree.boxes.get(`${properties.level}:${properties.code}`);
  const map = new AreaMap(box, {
    look: (feature) => lookOf(boxOf(feature)),
    label: (feature) => [nameOf(feature, language), areaOf(boxOf(feature))].filter(Boolean).join(" · "),
    pick: (feature) => {
      const tick = boxOf(feature);
      if (!tick) return;
      tree.set(tick, !tick.checked);
      say(box, `${nameOf(feature, language)} ${tick.checked ? "✓" : "–"}`);
    },
  });
  handle.restyle = () => map.restyle();
  const show = (level) => map.show(files.filter((file) => file.set === level)).catch(() => fail(box));
  const levels = form.querySelector("[data-q-levels]");
  levels.hidden = false;
  levels.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const each of levels.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
    show(button.value);
  });
  show("prefecture");
}

for (const form of document.querySelectorAll("[data-q-picker]")) start(form);
for (const select of document.querySelectorAll("select[data-q-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
