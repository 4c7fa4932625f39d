"""Longitude and latitude in degrees: decimal, with a degree sign or a letter, or degrees, minutes and seconds."""

import re
from typing import Any

from portal.spreadsheets.cells import Parser, Rejected, Remarks
from portal.spreadsheets.columns import ColumnSpec
from portal.spreadsheets.numerals import number_text, to_decimal

_LIMITS = {"longitude": 180.0, "latitude": 90.0}
_LETTERS = {"longitude": {"E": 1, "W": -1, "东经": 1, "西经": -1}, "latitude": {"N": 1, "S": -1, "北纬": 1, "南纬": -1}}
_DEGREES = re.compile(
    r"([+-]?\d{1,3}(?:\.\d+)?)(?:°|度)?(?:(\d{1,2}(?:\.\d+)?)(?:'|′|分))?(?:(\d{1,2}(?:\.\d+)?)(?:\"|″|''|秒))?"
)
_PAIR = re.compile(r"[+-]?\d{1,3}\.\d+[°]?\s*[,;/ ]\s*[+-]?\d{1,3}\.\d+[°]?")


def coordinate_parser(spec: ColumnSpec) -> Parser:
    """float degrees within the range of the kind."""
    kind, limit = spec.kind, _LIMITS[spec.kind]

    def parse(raw: Any, _remarks: Remarks) -> float:
        degrees = raw if type(raw) is float else _degrees(raw, kind)
        if not -limit <= degrees <= limit:
            raise Rejected(f"{kind}_out_of_range", raw)
        return degrees

    return parse


def _degrees(raw: Any, kind: str) -> float:
    if not isinstance(raw, str):
        return float(to_decimal(raw))
    text = number_text(raw.replace("″", '"').replace("′", "'"))
    if _PAIR.fullmatch(text):
        raise Rejected("coordinate_pair", raw)
    sign, bare = _without_letter(text, kind)
    found = _DEGREES.fullmatch(bare.replace(" ", ""))
    if not found:
        raise Rejected("not_coordinate", raw)
    return sign * _from_parts(found, raw)


def _without_letter(text: str, kind: str) -> tuple[int, str]:
    for letter, sign in _LETTERS[kind].items():
        if text.upper().startswith(letter):
            return sign, text[len(letter) :].strip(": ")
        if text.upper().endswith(letter):
            return sign, text[: -len(letter)].strip()
    return 1, text


def _from_parts(found: re.Match[str], raw: str) -> float:
    degrees, minutes, seconds = (float(part) if part else 0.0 for part in found.groups())
    if minutes >= 60 or seconds >= 60:
        raise Rejected("not_coordinate", raw)
    fraction = minutes / 60 + seconds / 3600
    return degrees - fraction if found[1].startswith("-") else degrees + fraction
