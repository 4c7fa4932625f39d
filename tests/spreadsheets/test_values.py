"""Values as people write them: what is read, remarked on, refused; nothing becomes 0 or None in silence."""

# ruff: noqa: DTZ001  (moments in spreadsheets have no time zone)

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets import ColumnSpec, Parsed, Problem, Words, parse_value
from portal.spreadsheets.cells import CellError, is_blank

NAMES = Words("Column", "列")


def spec(kind: Any, **options: Any) -> ColumnSpec:
    return ColumnSpec("field", NAMES, kind=kind, **options)


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("integer", 500.0, 500),
    ("integer", "500", 500),
    ("integer", "５００", 500),
    ("integer", "1,234", 1234),
    ("integer", "１，２３４", 1234),
    ("integer", " 1 234 ", 1234),
    ("integer", "1,234,567.0", 1_234_567),
    ("integer", "-3", -3),
    ("integer", "−3", -3),
    ("integer", "－３", -3),
    ("integer", "0", 0),
    ("integer", 2.9999999999999996, 3),
    ("decimal", 0.1 + 0.2, Decimal("0.3")),
    ("decimal", "¥1,234.50", Decimal("1234.50")),
    ("decimal", "￥１２", Decimal("12")),
    ("decimal", "12元", Decimal("12")),
    ("decimal", ".5", Decimal("0.5")),
    ("decimal", "1E3", Decimal("1000")),
    ("code", 123.0, "123"),
    ("code", 12.5, "12.5"),
    ("code", "00123", "00123"),
    ("code", "'00123", "00123"),
    ("code", "SC-001", "SC-001"),
    ("code", "12E5", "12E5"),
    ("code", True, "TRUE"),
    ("text", "成都一店", "成都一店"),
    ("text", "（成都）有限公司", "（成都）有限公司"),
    ("text", 13800000000.0, "13800000000"),
    ("text", date(2026, 8, 1), "2026-08-01"),
    ("date", date(2026, 8, 1), date(2026, 8, 1)),
    ("date", datetime(2026, 8, 1), date(2026, 8, 1)),
    ("date", "2026-8-1", date(2026, 8, 1)),
    ("date", "2026/08/01", date(2026, 8, 1)),
    ("date", "2026.8.1", date(2026, 8, 1)),
    ("date", "2026年8月1日", date(2026, 8, 1)),
    ("date", "２０２６年８月１日", date(2026, 8, 1)),
    ("date", "2026年 8月 1号", date(2026, 8, 1)),
    ("date", "20260801", date(2026, 8, 1)),
    ("date", 20260801.0, date(2026, 8, 1)),
    ("date", "Aug 1, 2026", date(2026, 8, 1)),
    ("date", "1-Aug-2026", date(2026, 8, 1)),
    ("date", "2026-08-01T00:00:00", date(2026, 8, 1)),
    ("month", "2026-08", date(2026, 8, 1)),
    ("month", "2026/8", date(2026, 8, 1)),
    ("month", "2026.8", date(2026, 8, 1)),
    ("month", "2026年8月", date(2026, 8, 1)),
    ("month", "２０２６年８月份", date(2026, 8, 1)),
    ("month", "202608", date(2026, 8, 1)),
    ("month", 202608.0, date(2026, 8, 1)),
    ("month", "August 2026", date(2026, 8, 1)),
    ("month", "2026年8月15日", date(2026, 8, 1)),
    ("month", datetime(2026, 8, 31, 12), date(2026, 8, 1)),
    ("longitude", 104.0657, 104.0657),
    ("longitude", "104.0657", 104.0657),
    ("longitude", "104.0657°E", 104.0657),
    ("longitude", "东经104.0657度", 104.0657),
    ("longitude", "E104.5", 104.5),
    ("longitude", "104°30'00\"", 104.5),
    ("longitude", "104度30分", 104.5),
    ("longitude", 104, 104.0),
    ("latitude", "Ｎ３０．５", 30.5),
    ("latitude", "30°30′36″N", 30.51),
    ("latitude", "S 12.5", -12.5),
]


@pytest.mark.parametrize(("kind", "raw", "value"), ACCEPTED)
def test_read_as_meant(kind: str, raw: Any, value: Any) -> None:
    assert parse_value(spec(kind), raw) == Parsed(value)


REFUSED: list[tuple[str, Any, str]] = [
    ("integer", "五百", "not_number"),
    ("integer", "500台", "not_number"),
    ("integer", "—", "not_number"),
    ("integer", "N/A", "not_number"),
    ("integer", "1.5万", "not_number"),
    ("integer", "1,23", "separators_unclear"),
    ("integer", "1.234,5", "separators_unclear"),
    ("integer", "1.234.567", "separators_unclear"),
    ("integer", 3.5, "not_whole"),
    ("integer", "3.5", "not_whole"),
    ("integer", True, "is_boolean"),
    ("integer", date(2026, 8, 1), "number_is_date"),
    ("integer", time(3, 4), "number_is_date"),
    ("integer", timedelta(hours=30), "number_is_date"),
    ("integer", 1.2e17, "digits_lost"),
    ("integer", "1.2E+17", "digits_lost"),
    ("integer", float("nan"), "digits_lost"),
    ("integer", CellError("#N/A"), "cell_error"),
    ("integer", CellError(""), "formula_empty"),
    ("decimal", "12%", "not_number"),
    ("decimal", "9" * 41, "not_number"),
    ("decimal", "1E99999999", "not_number"),
    ("code", 1.2e17, "digits_lost"),
    ("code", "1.2E+17", "digits_lost"),
    ("code", "１.２Ｅ＋１７", "digits_lost"),
    ("code", date(2026, 3, 5), "code_is_date"),
    ("text", 1.2e17, "digits_lost"),
    ("date", "01/08/2026", "date_ambiguous"),
    ("date", "1/8/26", "date_ambiguous"),
    ("date", "8月1日", "date_without_year"),
    ("date", "2026-02-30", "not_date"),
    ("date", "20261301", "not_date"),
    ("date", "明天", "not_date"),
    ("date", 2026.0, "not_date"),
    ("date", -5.0, "not_date"),
    ("date", 1e300, "not_date"),
    ("date", date(1066, 1, 1), "date_out_of_range"),
    ("date", "2206-08-01", "date_out_of_range"),
    ("date", False, "not_date"),
    ("date", time(3, 4), "not_date"),
    ("month", "8月", "month_without_year"),
    ("month", 8.0, "month_without_year"),
    ("month", "13月", "not_month"),
    ("month", "2026-13", "not_month"),
    ("month", 2026.1, "month_as_decimal"),
    ("month", 2026.0, "not_month"),
    ("month", "去年", "not_month"),
    ("longitude", "181", "longitude_out_of_range"),
    ("latitude", 104.0657, "latitude_out_of_range"),
    ("latitude", float("nan"), "latitude_out_of_range"),
    ("longitude", "104.0657, 30.6595", "coordinate_pair"),
    ("longitude", "104.0657，30.6595", "coordinate_pair"),
    ("longitude", "成都", "not_coordinate"),
    ("longitude", "104°75'", "not_coordinate"),
    ("latitude", "104.5E", "not_coordinate"),
]


@pytest.mark.parametrize(("kind", "raw", "rule"), REFUSED)
def test_refused_with_its_rule(kind: str, raw: Any, rule: str) -> None:
    problem = parse_value(spec(kind), raw)
    assert isinstance(problem, Problem)
    assert problem.rule == rule


REMARKS: list[tuple[str, Any, Any, str]] = [
    ("code", "ＳＣ００１", "SC001", "full_width"),
    ("code", "SC001 ", "SC001", "stray_blanks"),
    ("code", "SC001\u200b", "SC001", "invisible_characters"),
    ("text", " 成都一店 ", "成都一店", "stray_blanks"),
    ("text", "成都\u3000一店", "成都 一店", "stray_blanks"),
    ("text", "成都\n一店", "成都 一店", "stray_blanks"),
    ("text", "成都\u200b一店", "成都一店", "invisible_characters"),
    ("text", "成都\x07一店", "成都一店", "invisible_characters"),
    ("date", 46235.0, date(2026, 8, 1), "date_from_serial"),
    ("date", "46235", date(2026, 8, 1), "date_from_serial"),
    ("date", datetime(2026, 8, 1, 9, 30), date(2026, 8, 1), "time_dropped"),
    ("date", "2026/8/1 09:30", date(2026, 8, 1), "time_dropped"),
]


@pytest.mark.parametrize(("kind", "raw", "value", "rule"), REMARKS)
def test_read_with_a_remark(kind: str, raw: Any, value: Any, rule: str) -> None:
    parsed = parse_value(spec(kind), raw)
    assert isinstance(parsed, Parsed)
    assert parsed.value == value
    assert [remark.rule for remark in parsed.warnings] == [rule]


@pytest.mark.parametrize("raw", [None, "", " ", "\u3000", "\u200b", "\n"])
def test_an_empty_cell_is_none_or_missing(raw: Any) -> None:
    for kind in ("text", "code", "integer", "date", "longitude"):
        assert parse_value(spec(kind), raw) == Parsed(None)
        assert parse_value(spec(kind, required=True), raw) == Problem("required", "")


def test_the_year_of_the_report_is_used_for_a_month_without_one() -> None:
    monthly = spec("month", year=2026)
    for raw in ("8月", "８月份", "8", 8.0):
        assert parse_value(monthly, raw) == Parsed(date(2026, 8, 1))
    assert parse_value(monthly, "2025-08") == Parsed(date(2025, 8, 1))


def test_bounds_places_and_length() -> None:
    assert parse_value(spec("integer", minimum=0), "-1") == Problem("below_minimum", "-1", {"limit": 0})
    assert parse_value(spec("integer", maximum=9), 10.0) == Problem("above_maximum", "10", {"limit": 9})
    assert parse_value(spec("decimal", places=2), "1.005") == Problem("too_many_places", "1.005", {"limit": 2})
    assert parse_value(spec("text", max_length=3), "成都一店") == Problem(
        "too_long", "成都一店", {"length": 4, "limit": 3}
    )


def test_choices_by_any_of_their_words() -> None:
    modes = spec(
        "choice", choices={"owned": Words("Owned", "直营", ("自营",)), "franchise": Words("Franchise", "加盟")}
    )
    for raw in ("owned", "OWNED", "直营", " 直 营 ", "自营"):
        assert parse_value(modes, raw) == Parsed("owned")
    problem = parse_value(modes, "联营")
    assert isinstance(problem, Problem)
    assert problem.params["allowed"] == {"en": "Owned, Franchise", "zh": "直营、加盟"}


@given(st.sampled_from(["text", "code", "integer", "decimal", "date", "month", "longitude", "latitude"]), st.text())
def test_no_text_is_read_as_nothing(kind: Any, raw: str) -> None:
    result = parse_value(spec(kind), raw)
    if isinstance(result, Parsed):
        assert (result.value is None) == is_blank(raw)
    else:
        assert result.rule


@given(st.floats())
def test_no_number_is_read_as_another(raw: float) -> None:
    result = parse_value(spec("decimal"), raw)
    if isinstance(result, Parsed):
        assert float(result.value) == pytest.approx(raw, rel=1e-14)


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_in_every_dress(number: int) -> None:
    wide = str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    for raw in (str(number), f"{number:,}", wide, float(number)):
        assert parse_value(spec("integer"), raw) == Parsed(number)


def test_a_spec_can_be_changed_for_one_file() -> None:
    assert parse_value(replace(spec("text"), required=True), "").rule == "required"  # type: ignore[union-attr]
