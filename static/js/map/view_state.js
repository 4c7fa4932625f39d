// What the address says: filters in the query string (the list understands the same), the view behind the hash.

/** The filled-in fields of the filter form, as pairs. */
export function filtersOf(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string" && value.trim() !== "");
}

/** `#zoom/lat/lng` as {zoom, lat, lng}, or null where it is nothing of the kind. */
export function placeOf(hash) {
  const match = /^#(\d{1,2})\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

/** Puts filters and view into the address, so that reload, back and a link sent to a colleague show the same. */
export function remember(map, filters) {
  const { lat, lng } = map.getCenter();
  const query = new URLSearchParams(filters).toString();
  const hash = `#${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
  window.history.replaceState(window.history.state, "", `${window.location.pathname}${query ? `?${query}` : ""}${hash}`);
}
