"""Reading and writing the analysis layers: one GeoPackage, one table a layer and level, opened by any GIS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from portal.boundaries.manifest import built_file
from portal.boundaries.regions import Region
from portal.boundaries.rules import Layer, Level, table_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from portal.boundaries.simplify import Table

FILE = "boundaries.gpkg"


@dataclass(frozen=True, slots=True)
class Polygons:
    """Codes and their polygons (WGS-84), in order of code."""

    codes: list[str]
    polygons: NDArray[Any]


def read_polygons(directory: Path, layer: Layer, level: Level) -> Polygons:
    """A layer of the current build. Raises BoundariesMissing."""
    from pyogrio.raw import read

    path = built_file(directory, FILE)
    _meta, _ids, wkb, fields = read(path, layer=table_name(layer, level), columns=["code"])
    return Polygons([str(code) for code in fields[0]], shapely.from_wkb(wkb))


def read_frame(directory: Path, layer: Layer, level: Level) -> GeoDataFrame:
    """The same as a GeoDataFrame with code, parent_code, name_zh, name_en, in EPSG:4326."""
    import geopandas

    return geopandas.read_file(built_file(directory, FILE), layer=table_name(layer, level))


def write_table(path: Path, table: Table, regions: dict[tuple[Level, str], Region]) -> None:
    """Add a table to the GeoPackage at `path`."""
    from pyogrio.raw import write

    rows = [regions[table.level, code] for code in table.codes]
    names = ("code", "parent_code", "name_zh", "name_en")
    fields = [np.array([getattr(row, name) for row in rows], dtype=object) for name in names]
    write(
        path,
        geometry=shapely.to_wkb(_as_multi(table.polygons)),
        field_data=fields,
        fields=np.array(names, dtype=object),
        layer=table_name(table.layer, table.level),
        driver="GPKG",
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
    )


def _as_multi(polygons: NDArray[Any]) -> NDArray[Any]:
    single = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    whole = polygons.copy()
    whole[single] = [shapely.multipolygons([polygon]) for polygon in polygons[single]]
    return whole
