// Sliders of a forecast: the number and the range of a model move together, and the form asks the server anew.
// Without this module the form is sent by its button, to the same effect.

const limit = (value, low, high) => Math.min(Math.max(value, low), high);

function bind(fieldset, tell) {
  const range = fieldset.querySelector("[data-q-range]");
  const number = fieldset.querySelector("input[type=number]");
  const low = Number(number.min);
  const high = Number(number.max);
  range.addEventListener("input", () => {
    number.value = range.value;
    tell();
  });
  number.addEventListener("input", () => {
    if (number.value.trim() === "" || !number.validity.valid) return;
    const value = limit(Math.trunc(Number(number.value)), low, high);
    if (value > Number(range.max)) range.max = String(Math.ceil(value / 5) * 5);
    range.value = String(value);
    tell();
  });
  return () => {
    number.value = number.dataset.qNow;
    range.value = number.dataset.qNow;
  };
}

for (const form of document.querySelectorAll("[data-q-sliders]")) {
  const tell = () => form.dispatchEvent(new CustomEvent("q-moved"));
  const resets = [...form.querySelectorAll("[data-q-slider]")].map((fieldset) => bind(fieldset, tell));
  form.querySelector("[data-q-reset]").addEventListener("click", (event) => {
    event.preventDefault();
    resets.forEach((reset) => reset());
    tell();
  });
  form.dataset.qLive = "";
}
