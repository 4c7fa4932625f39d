// [data-q-dialog="id"] opens the <dialog> of that id; [data-q-close] inside it, or Escape, closes it.
function open(dialog) {
  dialog.showModal();
  const first = dialog.querySelector("[data-q-focus], input:not([type=hidden]), select, textarea");
  first?.focus();
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-q-dialog]");
    if (opener) open(document.getElementById(opener.dataset.qDialog));
    event.target.closest("[data-q-close]")?.closest("dialog").close();
  });
  for (const dialog of document.querySelectorAll("dialog[data-q-open]")) open(dialog);
}
