// The editor of policies: cards are drawn by the server. Here: choices that change a card ask for it anew, what is typed
// meanwhile is kept, and the focus goes to the row that was added or moved.
const CARDS = "policy-cards";
let sent = new Map();

const fields = () => [...document.getElementById("policy-form").elements].filter((field) => field.id && field.name);
const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);

function redraw({ target }) {
  if (!target.matches("[data-policy-redraw]")) return;
  const cards = document.getElementById(CARDS);
  window.htmx.ajax("POST", cards.dataset.policyUrl, {
    source: cards,
    target: `#${CARDS}`,
    select: `#${CARDS}`,
    swap: "outerHTML",
    values: { do: "redraw" },
  });
}

const isAboutCards = (event) => event.detail.target?.id === CARDS;

function remember(event) {
  if (isAboutCards(event)) sent = new Map(fields().map((field) => [field.id, valueOf(field)]));
}

let typed = new Map();
function compare(event) {
  if (!isAboutCards(event)) return;
  const isSame = (field) => !sent.has(field.id) || sent.get(field.id) === valueOf(field);
  typed = new Map(fields().filter((field) => !isSame(field)).map((field) => [field.id, valueOf(field)]));
}

function settle() {
  const cards = document.getElementById(CARDS);
  if (!cards) return;
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
  typed = new Map();
  const place = cards.dataset.policyFocus;
  delete cards.dataset.policyFocus;
  const row = place && document.getElementById(place);
  if (!row) return;
  (row.querySelector("input:not([type=hidden]), select") ?? row).focus();
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("change", redraw);
document.addEventListener("htmx:beforeRequest", remember);
document.addEventListener("htmx:beforeSwap", compare);
document.addEventListener("htmx:afterSettle", settle);
