// Lines of a report while they are typed: the running closing stock, and what the server says of each save.
// A line is a [data-line]; its figures are inputs with data-entry="column".
const WIDE = "０１２３４５６７８９，．－";
const NARROW = "0123456789,.-";

/** The number somebody typed (１,２００ too); 0 for nothing, null for what is none. */
export function readNumber(text) {
  const plain = [...text.trim()].map((sign) => NARROW[WIDE.indexOf(sign)] ?? sign).join("").replaceAll(/[,\s]/g, "");
  if (plain === "") return 0;
  return /^-?\d+$/.test(plain) ? Number(plain) : null;
}

class Line {
  constructor(element) {
    this.element = element;
    this.isOwn = element.dataset.own === "1";
    this.output = element.querySelector("[data-entry-expected]");
    this.take = element.querySelector("[data-entry-take]");
    this.reason = element.querySelector("[data-entry-reason]");
    this.hint = element.querySelector("[data-entry-difference]");
    element.addEventListener("input", () => this.count());
    this.take?.addEventListener("click", () => this.takeOver());
    this.count();
  }

  value(column) {
    const input = this.element.querySelector(`[data-entry="${column}"]`);
    return input ? readNumber(input.value) : 0;
  }

  get expected() {
    const plus = ["opening_stock", "sell_in", "transfers_in", "returns_in"].map((name) => this.value(name));
    const minus = ["transfers_out", "retail", "returns_out", ...(this.isOwn ? ["sell_through"] : [])].map((name) => this.value(name));
    if ([...plus, ...minus].includes(null)) return null;
    return plus.reduce((sum, each) => sum + each, 0) - minus.reduce((sum, each) => sum + each, 0);
  }

  count() {
    const expected = this.expected;
    const stated = this.value("closing_stock");
    const differs = expected !== null && stated !== null && expected !== stated;
    this.output.textContent = expected === null ? "–" : write(expected);
    this.output.classList.toggle("neg", expected !== null && expected < 0);
    this.element.toggleAttribute("data-differs", differs);
    if (this.take) this.take.hidden = !differs || expected < 0;
    if (this.hint) this.hint.textContent = differs ? `${this.hint.dataset.words ?? ""} ${write(stated - expected)}`.trim() : "";
    if (this.reason) this.reason.toggleAttribute("data-quiet", !differs && !this.reason.querySelector("input").value);
  }

  takeOver() {
    const input = this.element.querySelector('[data-entry="closing_stock"]');
    input.value = String(this.expected);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }

  /** What the server says of this line: the figures that are in the books now, and what does not fit. */
  told({ base, errors, conflict }) {
    this.element.querySelector('input[name$="-base"]').value = base;
    for (const note of this.element.querySelectorAll("[data-entry-error]")) {
      const words = errors[note.dataset.entryError];
      const input = document.getElementById(note.dataset.entryError);
      note.hidden = !words;
      note.querySelector("span").textContent = words ?? "";
      input.classList.toggle("is-invalid", Boolean(words));
      input.toggleAttribute("aria-invalid", Boolean(words));
    }
    const note = this.element.querySelector("[data-entry-conflict]");
    note.hidden = !conflict;
    note.textContent = conflict;
  }
}

function write(number) {
  return (number < 0 ? "−" : "") + Math.abs(number).toLocaleString("en");
}

const lines = new Map();
for (const element of document.querySelectorAll("[data-line]")) lines.set(element.dataset.line, new Line(element));

document.addEventListener("qudao:saved", ({ detail }) => {
  for (const [key, answer] of Object.entries(detail.lines ?? {})) lines.get(key)?.told(answer);
});

// A figure that is tapped is to be replaced, not lengthened.
document.addEventListener("focusin", ({ target }) => target.matches?.("[data-entry]") && target.select());
