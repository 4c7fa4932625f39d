// Forms are sent once; errors take the focus; a link of the error summary focuses its field.
function sendOnce(event) {
  const form = event.target;
  if (!form.matches("[data-q-form]")) return;
  if (form.dataset.qSent) {
    event.preventDefault();
    return;
  }
  form.dataset.qSent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
}

// Coming back with the Back button must not leave a form that can no longer be sent.
function unlock() {
  for (const form of document.querySelectorAll("[data-q-sent]")) {
    delete form.dataset.qSent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
}

function focusField(event) {
  const link = event.target.closest(".q-errors a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
}

export function startForms() {
  document.addEventListener("submit", sendOnce);
  document.addEventListener("click", focusField);
  window.addEventListener("pageshow", (event) => event.persisted && unlock());
  document.querySelector("main [data-q-focus]")?.focus();
}
