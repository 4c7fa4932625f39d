// <details class="q-menu">: one open at a time; a click outside or Escape closes it. [data-q-toggle]: shows an element.
function closeOthers(kept) {
  for (const menu of document.querySelectorAll("details.q-menu[open]")) {
    if (menu !== kept) menu.open = false;
  }
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.q-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

function onToggle(event) {
  if (event.target.matches?.("details.q-menu") && event.target.open) closeOthers(event.target);
}

function onClick(event) {
  closeOthers(event.target.closest("details.q-menu"));
  const button = event.target.closest("[data-q-toggle]");
  if (!button) return;
  const opened = document.getElementById(button.dataset.qToggle).classList.toggle("q-open");
  button.setAttribute("aria-expanded", String(opened));
}

export function startMenus() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", onToggle, true);
}
