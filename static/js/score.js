// The score sheet's points while one types: the same weighted sum as portal/onboarding/rules/scores.py, which decides.

const sheet = document.querySelector("[data-score]");

export function points(lines, highest) {
  const sum = lines.reduce((total, [mark, weight]) => total + mark * weight, 0);
  return Math.floor((sum * 2 + highest) / (2 * highest));
}

function markOf(input, highest) {
  const mark = Number(input.value);
  return input.value.trim() !== "" && Number.isInteger(mark) && mark >= 0 && mark <= highest ? mark : null;
}

function show(name, isShown) {
  sheet.querySelector(`[data-score-${name}]`).hidden = !isShown;
}

function refresh() {
  const highest = Number(sheet.dataset.highest);
  const inputs = [...sheet.querySelectorAll("input[data-weight]")];
  const lines = inputs.map((input) => [markOf(input, highest), Number(input.dataset.weight)]);
  const isFull = lines.every(([mark]) => mark !== null);
  show("line", isFull);
  if (!isFull) return;
  const found = points(lines, highest);
  const isOut = document.getElementById("disturbs_market").checked;
  sheet.querySelector("[data-score-points]").textContent = String(found);
  show("good", !isOut && found >= Number(sheet.dataset.pass));
  show("bad", !isOut && found < Number(sheet.dataset.pass));
  show("out", isOut);
}

if (sheet) {
  sheet.closest("form").addEventListener("input", refresh);
  refresh();
}
