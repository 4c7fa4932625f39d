"""Days and months as people write them: 2026/8/1, 2026年8月1日, 20260801, a day number, "8月"."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.spreadsheets.cells import Parser, Problem, Rejected, Remarks, as_text
from portal.spreadsheets.columns import ColumnSpec
from portal.spreadsheets.findings import shown
from portal.spreadsheets.numerals import number_text

_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's day numbers, right for every day after February 1900."""
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 73_415
"""Day numbers of 1950 to 2100; other whole numbers are more likely something else."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?)?"
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?[日号]?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})" + _TIME)
_WORD_FIRST = re.compile(r"([A-Z]{3,9})\.? (\d{1,2}),? (\d{4})" + _TIME, re.IGNORECASE)
_WORD_SECOND = re.compile(r"(\d{1,2})[ -]([A-Z]{3,9})\.?,?[ -](\d{4})" + _TIME, re.IGNORECASE)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_NO_YEAR = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?")
_YEAR_MONTH = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?(?:月份?)?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_MONTH_WORD = re.compile(r"([A-Z]{3,9})\.?[ -]?(\d{4})", re.IGNORECASE)
_MONTH_ONLY = re.compile(r"(\d{1,2})\s?月?份?")


def date_parser(_spec: ColumnSpec) -> Parser:
    """date; a time of day is dropped with a remark."""

    def parse(raw: Any, remarks: Remarks) -> date:
        if type(raw) is date:
            return _in_range(raw, raw)
        return _in_range(to_date(raw, remarks), raw)

    return parse


def to_date(raw: Any, remarks: Remarks) -> date:
    """Raises Rejected, of rules not_date, date_ambiguous, date_without_year or date_out_of_range."""
    if isinstance(raw, datetime):
        return _day_of(raw, raw, remarks)
    if isinstance(raw, date):
        return raw
    if isinstance(raw, (bool, time, timedelta)):
        raise Rejected("not_date", as_text(raw))
    if isinstance(raw, (int, float)):
        return _from_number(raw, remarks)
    return _from_text(raw, remarks)


def _day_of(moment: datetime, raw: Any, remarks: Remarks) -> date:
    if moment.time() != time():
        remarks.append(Problem("time_dropped", shown(raw), {"used": moment.date().isoformat()}))
    return moment.date()


def _in_range(day: date, raw: Any) -> date:
    if not 1900 <= day.year <= 2100:
        raise Rejected("date_out_of_range", as_text(raw))
    return day


def _from_number(raw: int | float, remarks: Remarks) -> date:
    number = int(raw) if raw == raw and abs(raw) < 1e9 else 0
    if number == raw and 19_000_101 <= number <= 21_001_231:
        return _built(str(number)[:4], str(number)[4:6], str(number)[6:], raw)
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        raise Rejected("not_date", raw)
    day = _EPOCH + timedelta(days=number)
    remarks.append(Problem("date_from_serial", shown(raw), {"used": day.isoformat()}))
    return day


def _from_text(raw: str, remarks: Remarks) -> date:
    text = number_text(raw)
    for pattern, order in (
        (_YEAR_FIRST, (1, 2, 3)),
        (_COMPACT, (1, 2, 3)),
        (_WORD_FIRST, (3, 1, 2)),
        (_WORD_SECOND, (3, 2, 1)),
    ):
        found = pattern.fullmatch(text)
        if found:
            day = _built(found[order[0]], found[order[1]], found[order[2]], raw)
            _remark_on_time(found, day, raw, remarks)
            return day
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), remarks)
    raise Rejected(_why_no_date(text), raw)


def _remark_on_time(found: re.Match[str], day: date, raw: str, remarks: Remarks) -> None:
    if any(int(part or 0) for part in found.groups()[3:]):
        remarks.append(Problem("time_dropped", shown(raw), {"used": day.isoformat()}))


def _built(year: str, month: str, day: str, raw: Any) -> date:
    try:
        return date(int(year), _month_number(month), int(day))
    except ValueError:
        raise Rejected("not_date", raw) from None


def _month_number(text: str) -> int:
    """ValueError when it is no month."""
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _why_no_date(text: str) -> str:
    if _YEAR_LAST.fullmatch(text):
        return "date_ambiguous"
    return "date_without_year" if _NO_YEAR.fullmatch(text) else "not_date"


def month_parser(spec: ColumnSpec) -> Parser:
    """The first day of the month, as a date."""

    def parse(raw: Any, _remarks: Remarks) -> date:
        month = to_month(raw, spec.year)
        return _in_range(month, raw)

    return parse


def to_month(raw: Any, year: int | None = None) -> date:
    """The first of the month; `year` is used where only a month is written.

    Raises Rejected, of rules not_month, month_without_year or month_as_decimal.
    """
    if isinstance(raw, (datetime, date)):
        return date(raw.year, raw.month, 1)
    if isinstance(raw, (bool, time, timedelta)):
        raise Rejected("not_month", as_text(raw))
    if isinstance(raw, (int, float)):
        return _month_from_number(raw, year)
    return _month_from_text(raw, year)


def _month_from_number(raw: int | float, year: int | None) -> date:
    if raw != raw or raw != int(raw):
        raise Rejected("month_as_decimal" if 1900 <= raw < 2101 else "not_month", raw)
    return _month_from_text(str(int(raw)), year)


def _month_from_text(raw: str, year: int | None) -> date:
    text = number_text(raw)
    for pattern, order in ((_YEAR_MONTH, (1, 2)), (_COMPACT_MONTH, (1, 2)), (_MONTH_WORD, (2, 1))):
        found = pattern.fullmatch(text)
        if found:
            return _built_month(found[order[0]], found[order[1]], raw)
    only = _MONTH_ONLY.fullmatch(text)
    if only and 1 <= int(only[1]) <= 12:
        if year is None:
            raise Rejected("month_without_year", raw)
        return date(year, int(only[1]), 1)
    return _month_of_day(text, raw)


def _month_of_day(text: str, raw: str) -> date:
    try:
        day = to_date(text, [])
    except Rejected:
        raise Rejected("not_month", raw) from None
    return date(day.year, day.month, 1)


def _built_month(year: str, month: str, raw: Any) -> date:
    try:
        return date(int(year), _month_number(month), 1)
    except ValueError:
        raise Rejected("not_month", raw) from None
