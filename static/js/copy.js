// [data-q-copy="id"] copies what stands in the field of that id, and says so.
for (const button of document.querySelectorAll("[data-q-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.qCopy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.querySelector("[data-q-word]").textContent = button.dataset.qDone;
    } catch {
      // Not allowed here: the text is selected, and the reader copies it by hand.
    }
  });
}
