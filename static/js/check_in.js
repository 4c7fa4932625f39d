// One point from the phone, when its button is pressed: fills in longitude and latitude, says how far the site is.

const place = document.querySelector("[data-check-in]");
const RADIUS = 6_371_008.8;

// Good to 0.5 %: a word for the visitor. The server measures along the geodesic.
export function metres(lng1, lat1, lng2, lat2) {
  const turn = Math.PI / 180;
  const a =
    Math.sin(((lat2 - lat1) * turn) / 2) ** 2 +
    Math.cos(lat1 * turn) * Math.cos(lat2 * turn) * Math.sin(((lng2 - lng1) * turn) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.sqrt(a));
}

function spelled(distance) {
  const isChinese = document.documentElement.lang.startsWith("zh");
  if (distance < 1000) return `${Math.round(distance)} ${isChinese ? "米" : "m"}`;
  return `${(distance / 1000).toFixed(1)} ${isChinese ? "公里" : "km"}`;
}

function start(settings) {
  const button = place.querySelector("[data-check-in-button]");
  const words = place.querySelector("[data-check-in-words]");
  button.hidden = false;

  function found({ coords }) {
    document.getElementById("lng").value = coords.longitude.toFixed(6);
    document.getElementById("lat").value = coords.latitude.toFixed(6);
    document.getElementById("datum").value = "wgs84";
    const said = [settings.words.found.replace("{metres}", String(Math.round(coords.accuracy)))];
    if (settings.lng !== null && settings.lat !== null) {
      const far = metres(coords.longitude, coords.latitude, settings.lng, settings.lat);
      said.push(settings.words.far.replace("{distance}", spelled(far)));
    }
    words.textContent = said.join(" ");
    button.removeAttribute("aria-busy");
  }

  function refused() {
    words.textContent = settings.words.refused;
    button.removeAttribute("aria-busy");
  }

  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    words.textContent = settings.words.asking;
    navigator.geolocation.getCurrentPosition(found, refused, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 });
  });
}

if (place && "geolocation" in navigator) start(JSON.parse(place.dataset.checkIn));
