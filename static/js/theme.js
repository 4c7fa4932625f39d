// Before the first paint: the theme chosen in this browser, else the system's.
(function () {
  var root = document.documentElement;
  var chosen = null;
  try { chosen = localStorage.getItem("qudao-theme"); } catch (error) { /* storage is switched off */ }
  var dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  root.classList.add("q-js");
})();
