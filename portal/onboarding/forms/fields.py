"""Fields of points, beside those of the floor that read what people write."""

from __future__ import annotations

from portal.read_fields import DayField, NumberField, ReadField
from portal.spreadsheets import ColumnSpec, Words

__all__ = ["DayField", "LatitudeField", "LongitudeField", "NumberField", "ReadField"]


class LongitudeField(ReadField):
    """Degrees east."""

    spec = ColumnSpec("lng", Words("Longitude", "经度"), kind="longitude")

    def text_of(self, value: float) -> str:
        return _degrees_text(value)


class LatitudeField(ReadField):
    """Degrees north."""

    spec = ColumnSpec("lat", Words("Latitude", "纬度"), kind="latitude")

    def text_of(self, value: float) -> str:
        return _degrees_text(value)


def _degrees_text(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
