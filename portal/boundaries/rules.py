"""Levels, layers and their tolerances. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Levels of regions, widest first."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Layer:
    """One degree of simplification: `tolerance_m` is the root of the largest triangle that may be cut off."""

    name: str
    tolerance_m: int
    levels: tuple[Level, ...]
    # Islands below tolerance² are left out, except where the law or the map needs each of them.
    drops_islets: bool = False


ASSIGN = Layer("assign", 50, (Level.COUNTY,))
DETAIL = Layer("detail", 200, LEVELS)
DISPLAY = Layer("display", 1000, LEVELS)
OVERVIEW = Layer("overview", 2000, (Level.PROVINCE, Level.PREFECTURE), drops_islets=True)

# Finest first: each layer is simplified from the one before it, so that all of them nest.
LAYERS = (ASSIGN, DETAIL, DISPLAY, OVERVIEW)


def table_name(layer: Layer, level: Level) -> str:
    """Name of a layer and level inside the GeoPackage."""
    return f"{layer.name}_{level.value}"
