"""Whole and decimal numbers and money as people write them: ５００, 1,234, ¥1 234.50."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from portal.spreadsheets.cells import LARGEST_EXACT, Parser, Rejected, Remarks, as_text, half_width, without_invisible
from portal.spreadsheets.columns import ColumnSpec

_PLAIN = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:E[+-]?\d{1,2})?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([, '])\d{3}(?:\1\d{3})*(?:\.\d{0,40})?", re.ASCII)
_SEPARATED = re.compile(r"[+-]?\d[\d.,' ]*[.,' ][\d.,' ]*", re.ASCII)
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "’": "'", "،": ",", "、": ","})


def number_text(raw: str) -> str:
    """Half-width, without outer and invisible characters, with plain signs: "５００ " -> "500"."""
    text = half_width(without_invisible(raw)).translate(_SIGNS)
    return " ".join(text.split()).removeprefix("'")


def to_decimal(raw: Any) -> Decimal:
    """The number exactly as it is shown. Raises Rejected."""
    if isinstance(raw, bool):
        raise Rejected("is_boolean", str(raw).upper())
    if isinstance(raw, (int, float)):
        return _float_to_decimal(raw)
    if isinstance(raw, (date, time, timedelta)):
        raise Rejected("number_is_date", as_text(raw))
    return _text_to_decimal(raw)


def _float_to_decimal(raw: int | float) -> Decimal:
    """15 significant digits, which is what a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3."""
    if raw != raw or abs(raw) >= LARGEST_EXACT:
        raise Rejected("digits_lost", repr(raw))
    return Decimal(format(raw, ".15g"))


def _text_to_decimal(raw: str) -> Decimal:
    text = number_text(raw).removeprefix("¥").removesuffix("元").strip()
    if _PLAIN.fullmatch(text):
        return _exact(Decimal(text), raw, is_scientific="e" in text.lower())
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub("[, ']", "", text))
    raise Rejected("separators_unclear" if _SEPARATED.fullmatch(text) else "not_number", raw)


def _exact(number: Decimal, raw: str, *, is_scientific: bool) -> Decimal:
    if is_scientific and abs(number) >= LARGEST_EXACT:
        raise Rejected("digits_lost", raw)
    return number


def _check_bounds(number: Any, spec: ColumnSpec) -> None:
    if spec.minimum is not None and number < spec.minimum:
        raise Rejected("below_minimum", number, limit=spec.minimum)
    if spec.maximum is not None and number > spec.maximum:
        raise Rejected("above_maximum", number, limit=spec.maximum)


def integer_parser(spec: ColumnSpec) -> Parser:
    """int; 3.0 is whole, 3.5 is not."""

    def parse(raw: Any, _remarks: Remarks) -> int:
        if type(raw) is float and raw.is_integer() and abs(raw) < LARGEST_EXACT:
            number = int(raw)
        else:
            exact = to_decimal(raw)
            number = int(exact)
            if number != exact:
                raise Rejected("not_whole", raw)
        _check_bounds(number, spec)
        return number

    return parse


def decimal_parser(spec: ColumnSpec) -> Parser:
    """Decimal with at most `spec.places` places."""

    def parse(raw: Any, _remarks: Remarks) -> Decimal:
        number = to_decimal(raw)
        if spec.places is not None and number != round(number, spec.places):
            raise Rejected("too_many_places", raw, limit=spec.places)
        _check_bounds(number, spec)
        return number

    return parse


def money_parser(spec: ColumnSpec) -> Parser:
    """int: an amount with at most 2 places in hundredths, "1,234.5" -> 123450."""
    exact = decimal_parser(replace(spec, places=2))

    def parse(raw: Any, remarks: Remarks) -> int:
        return int(exact(raw, remarks) * 100)

    return parse
