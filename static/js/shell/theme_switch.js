// Light or dark, kept in this browser. Others hear of it by the event "qudao:theme" on the document.
const root = document.documentElement;

const isDark = () => root.getAttribute("data-bs-theme") === "dark";

function remember(theme) {
  try {
    localStorage.setItem("qudao-theme", theme);
  } catch {
    // Storage is switched off: the choice lasts for this page.
  }
}

function show(button) {
  button.setAttribute("aria-pressed", String(isDark()));
}

export function startTheme() {
  for (const button of document.querySelectorAll("[data-q-theme]")) {
    show(button);
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      root.setAttribute("data-bs-theme", theme);
      remember(theme);
      show(button);
      document.dispatchEvent(new CustomEvent("qudao:theme", { detail: theme }));
    });
  }
}
