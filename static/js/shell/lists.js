// Facets of a list: the number chosen, and a box that narrows long ones. The list itself is refreshed by htmx.
function countChosen(facet) {
  const chosen = [...facet.querySelectorAll("input:checked")].filter((input) => input.value !== "").length;
  const badge = facet.querySelector("[data-q-chosen]");
  badge.textContent = chosen;
  badge.hidden = chosen === 0;
  facet.querySelector("summary").classList.toggle("q-chosen", chosen > 0);
}

function narrow(box) {
  const wanted = box.value.trim().toLowerCase();
  for (const option of box.parentElement.querySelectorAll("label.form-check")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  }
}

// What is empty or as it would be anyway stays out of the address.
function dropDefaults(event) {
  const form = event.target.closest?.("form[data-q-list]");
  if (!form) return;
  const sent = event.detail.parameters;
  for (const name of Object.keys(sent)) {
    if (sent[name] === "") delete sent[name];
  }
  for (const part of form.querySelectorAll("[data-q-default]")) {
    const name = part.dataset.qName ?? part.name;
    const value = [].concat(sent[name] ?? []).join(",");
    if (value === part.dataset.qDefault.replace(/,$/, "")) delete sent[name];
  }
}

export function startLists() {
  document.addEventListener("change", (event) => {
    const facet = event.target.closest("[data-q-facet]");
    if (facet) countChosen(facet);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-q-narrow]")) return;
    event.stopPropagation();
    narrow(event.target);
  });
  document.body.addEventListener("htmx:configRequest", dropDefaults);
}
