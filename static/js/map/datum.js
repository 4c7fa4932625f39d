// A map on GCJ-02 tiles: places stay WGS-84 everywhere and are shifted where Leaflet turns them into pixels, and back.
// A plain script, because the map is made by one: it must be there before L.map() runs.
(function () {
  "use strict";
  const A = 6378245.0; // Krasovsky 1940
  const E2 = 0.006693421622965943;
  const RAD = Math.PI / 180;
  const sin = Math.sin;

  function shift(lng, lat) {
    if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return [0, 0];
    const u = lng - 105;
    const v = lat - 35;
    const root = Math.sqrt(Math.abs(u));
    const common = ((20 * sin(6 * u * Math.PI) + 20 * sin(2 * u * Math.PI)) * 2) / 3;
    let east = 300 + u + 2 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * root + common;
    east += ((20 * sin(u * Math.PI) + 40 * sin((u / 3) * Math.PI)) * 2) / 3;
    east += ((150 * sin((u / 12) * Math.PI) + 300 * sin((u / 30) * Math.PI)) * 2) / 3;
    let north = -100 + 2 * u + 3 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * root + common;
    north += ((20 * sin(v * Math.PI) + 40 * sin((v / 3) * Math.PI)) * 2) / 3;
    north += ((160 * sin((v / 12) * Math.PI) + 320 * sin((v * Math.PI) / 30)) * 2) / 3;
    const w = 1 - E2 * sin(lat * RAD) ** 2;
    const meridian = (A * (1 - E2)) / (w * Math.sqrt(w));
    const parallel = (A / Math.sqrt(w)) * Math.cos(lat * RAD);
    return [east / parallel / RAD, north / meridian / RAD];
  }

  const mercator = L.Projection.SphericalMercator;
  const projection = L.extend({}, mercator, {
    project: function (latlng) {
      const [east, north] = shift(latlng.lng, latlng.lat);
      return mercator.project({ lat: latlng.lat + north, lng: latlng.lng + east });
    },
    unproject: function (point) {
      const shown = mercator.unproject(point);
      let { lng, lat } = shown;
      for (let round = 0; round < 4; round += 1) {
        const [east, north] = shift(lng, lat);
        lng = shown.lng - east;
        lat = shown.lat - north;
      }
      return L.latLng(lat, lng);
    },
  });
  L.CRS.GCJ02 = L.extend({}, L.CRS.EPSG3857, { code: "GCJ02", projection: projection });
})();
