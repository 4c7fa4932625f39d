"""Boundaries for the browser: compact GeoJSON, cut so that a view loads only what it shows.

    browser/province.json                   overview, the whole country        up to zoom 5
    browser/prefecture/<province>.json      overview, one file a province      zoom 6 and 7
    browser/county/<prefecture>.json        display, one file a prefecture     zoom 8 and 9
    browser/detail/<prefecture>.json        detail, one file a prefecture      from zoom 10
    browser/lines.json                      boundaries at sea that belong to the map
    browser/index.json                      the box and the size of every file

Each has a `.json.gz` beside it. Coordinates are rounded to 4 decimals (11 m): good for drawing, for nothing else.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from portal.boundaries.regions import Region
from portal.boundaries.rules import DETAIL, DISPLAY, OVERVIEW, Layer, Level
from portal.boundaries.simplify import Table
from portal.boundaries.sources import Boundaries

DECIMALS = 4
# (layer, level) → name in the browser's folder, and whose code names the files (None: one file).
SETS: dict[tuple[Layer, Level], tuple[str, Level | None]] = {
    (OVERVIEW, Level.PROVINCE): ("province", None),
    (OVERVIEW, Level.PREFECTURE): ("prefecture", Level.PROVINCE),
    (DISPLAY, Level.COUNTY): ("county", Level.PREFECTURE),
    (DETAIL, Level.COUNTY): ("detail", Level.PREFECTURE),
}


class BrowserFiles:
    """Writes the browser's files below a folder and remembers their boxes and sizes."""

    def __init__(self, folder: Path, boundaries: Boundaries) -> None:
        self.folder = folder
        self.regions = {r.key: r for r in boundaries.regions if r.valid_to is None}
        self.index: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def write(self, table: Table) -> None:
        """Write a table if the browser uses it."""
        if (table.layer, table.level) not in SETS:
            return
        name, split = SETS[table.layer, table.level]
        files: dict[str, list[int]] = defaultdict(list)
        for position, code in enumerate(table.codes):
            region = self.regions[table.level, code]
            files[region.parent_code if split else ""].append(position)
        rounded = shapely.transform(table.polygons, lambda points: np.round(points, DECIMALS))
        for owner, positions in files.items():
            features = [self._feature(table, position, rounded) for position in positions]
            size = self._save(f"{name}/{owner}.json" if owner else f"{name}.json", features)
            bounds = [round(float(v), 3) for v in shapely.total_bounds(table.polygons[positions])]
            self.index[name][owner] = {"bounds": bounds, "bytes": size[0], "gzip": size[1]}

    def finish(self, digest: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
        """Write the lines and the index; returns the totals of each set for the manifest."""
        self._save("lines.json", [_line(line) for line in lines])
        index = {"digest": digest, "sets": self.index}
        (self.folder / "index.json").write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")
        return {
            name: {
                "files": len(files),
                "bytes": sum(file["bytes"] for file in files.values()),
                "gzip": sum(file["gzip"] for file in files.values()),
                "largest": max(file["bytes"] for file in files.values()),
            }
            for name, files in self.index.items()
        }

    def _feature(self, table: Table, position: int, rounded: Any) -> str:
        region: Region = self.regions[table.level, table.codes[position]]
        properties = {
            "code": region.code,
            "level": region.level.value,
            "parent": region.parent_code,
            "name_zh": region.name_zh,
            "name_en": region.name_en,
        }
        said = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
        shape = shapely.to_geojson(rounded[position])
        return f'{{"type":"Feature","properties":{said},"geometry":{shape}}}'

    def _save(self, name: str, features: list[str]) -> tuple[int, int]:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = ('{"type":"FeatureCollection","features":[' + ",".join(features) + "]}").encode()
        packed = gzip.compress(content, compresslevel=6, mtime=0)
        path.write_bytes(content)
        path.with_name(path.name + ".gz").write_bytes(packed)
        return len(content), len(packed)


def _line(geometry: dict[str, Any]) -> str:
    shape = shapely.from_geojson(json.dumps(geometry))
    rounded = shapely.transform(shape, lambda points: np.round(points, DECIMALS))
    return f'{{"type":"Feature","properties":{{"kind":"maritime"}},"geometry":{shapely.to_geojson(rounded)}}}'
