"""The same outlets by folium's own plugins, with every library served locally, so that only the method differs."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
from folium.plugins import FastMarkerCluster, MarkerCluster
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Outlet
from portal.settings import ROOT

LIBRARIES = {
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/dist/images": "images",
    "leaflet.markercluster/dist/leaflet.markercluster.js": "markercluster.js",
    "leaflet.markercluster/dist/MarkerCluster.css": "MarkerCluster.css",
    "leaflet.markercluster/dist/MarkerCluster.Default.css": "MarkerCluster.Default.css",
    # FastMarkerCluster gives each marker an icon of this one.
    "leaflet.awesome-markers/dist/leaflet.awesome-markers.js": "awesome-markers.js",
}
CARDS = """function (row) {
  const marker = L.marker(new L.LatLng(row[0], row[1]));
  marker.setIcon(L.AwesomeMarkers.icon());
  marker.bindPopup(() => {
    const card = document.createElement("a");
    card.href = "/outlets/" + row[3];
    card.textContent = row[2] + " (" + row[4] + ")";
    return card;
  });
  return marker;
}"""
# Drawn: a cluster or a marker stands on the map.
DRAWN = ".marker-cluster, .leaflet-marker-icon"


@dataclass(frozen=True)
class Built:
    """A page on disk, what it weighs, and the processor time that it took to make it from the database."""

    path: Path
    size: int
    seconds: float


def copy_libraries(folder: Path) -> None:
    """Leaflet and markercluster from node_modules into the folder that the pages are served from."""
    for source, name in LIBRARIES.items():
        found = ROOT / "node_modules" / source
        if not found.exists():
            raise SystemExit(f"bench: {found} is missing; run scripts/vendor_assets.py --force")
        if found.is_dir():
            shutil.copytree(found, folder / name, dirs_exist_ok=True)
        else:
            shutil.copy(found, folder / name)


def build_fast_marker_cluster(session: Session, folder: Path) -> Built:
    """folium.plugins.FastMarkerCluster: coordinates in the page, markers made in the browser."""
    started = time.process_time()
    page = _map()
    page.add_child(_local(FastMarkerCluster(_points(session))))
    return _saved(page, folder / "fast_marker_cluster.html", started)


def build_fast_with_cards(session: Session, folder: Path) -> Built:
    """FastMarkerCluster that also says what our map says of an outlet: its name, code and status, in a popup."""
    started = time.process_time()
    page = _map()
    columns = (Outlet.lat, Outlet.lng, Outlet.name, Outlet.code, Outlet.status)
    rows = session.execute(select(*columns).where(Outlet.lng.is_not(None)).order_by(Outlet.id))
    data = [[lat, lng, name, code, status.value] for lat, lng, name, code, status in rows]
    page.add_child(_local(FastMarkerCluster(data, callback=CARDS)))
    return _saved(page, folder / "fast_with_cards.html", started)


def build_marker_cluster(session: Session, folder: Path) -> Built:
    """folium.Marker in folium.plugins.MarkerCluster: a few lines of script for each outlet."""
    started = time.process_time()
    page, cluster = _map(), _local(MarkerCluster())
    for lat, lng in _points(session):
        folium.Marker((lat, lng)).add_to(cluster)
    page.add_child(cluster)
    return _saved(page, folder / "marker_cluster.html", started)


def _points(session: Session) -> list[list[float]]:
    found = session.execute(select(Outlet.lat, Outlet.lng).where(Outlet.lng.is_not(None)).order_by(Outlet.id))
    return [[lat, lng] for lat, lng in found]


def _map() -> Any:
    # Clusters need to know the last zoom, which folium's own option gives to tiles only.
    page = folium.Map(location=(35.5, 104.0), zoom_start=4, tiles=None, maxZoom=18)
    page.default_js = [("leaflet", "leaflet.js"), ("awesome_markers", "awesome-markers.js")]
    page.default_css = [("leaflet_css", "leaflet.css")]
    return page


def _local(cluster: Any) -> Any:
    cluster.default_js = [("markercluster", "markercluster.js")]
    cluster.default_css = [("one", "MarkerCluster.css"), ("two", "MarkerCluster.Default.css")]
    return cluster


def _saved(page: Any, path: Path, started: float) -> Built:
    html = page.get_root().render().encode()
    seconds = time.process_time() - started
    path.write_bytes(html)
    return Built(path, len(html), seconds)
