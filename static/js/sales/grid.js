// The grid moves as a spreadsheet does: arrows and Enter between cells, a pasted range fills cells right and below.
const table = document.querySelector("[data-grid]");
const rows = [...table.querySelectorAll("tr[data-line]")].map((row) => [...row.cells].map((cell) => cell.querySelector("input:not([type=hidden])")));

function placeOf(input) {
  const row = rows.findIndex((cells) => cells.includes(input));
  return row < 0 ? null : { row, column: rows[row].indexOf(input) };
}

/** The next cell in a direction that can be typed into. */
function next({ row, column }, down, right) {
  for (;;) {
    row += down;
    column += right;
    const cells = rows[row];
    if (!cells || column < 0 || column >= cells.length) return null;
    if (cells[column]) return cells[column];
  }
}

function go(input) {
  input?.focus();
  input?.select();
}

const atStart = (input) => input.selectionStart === 0 && (input.selectionEnd === 0 || input.selectionEnd === input.value.length);
const atEnd = (input) => input.selectionEnd === input.value.length;

function onKey(event) {
  const place = placeOf(event.target);
  if (!place || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const moves = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: [event.shiftKey ? -1 : 1, 0],
    ArrowLeft: atStart(event.target) && [0, -1],
    ArrowRight: atEnd(event.target) && [0, 1],
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  go(next(place, ...move));
}

/** Text as it leaves a spreadsheet: rows by line breaks, cells by tabs. */
function cellsOf(text) {
  return text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
}

function onPaste(event) {
  const place = placeOf(event.target);
  const text = event.clipboardData.getData("text/plain");
  if (!place || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  cellsOf(text).forEach((cells, down) => {
    cells.forEach((value, right) => {
      const input = rows[place.row + down]?.[place.column + right];
      if (!input) return;
      input.value = value.trim();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

table.addEventListener("keydown", onKey);
table.addEventListener("paste", onPaste);
