"""Dates, numbers and money as both languages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import formatting as f

EN, ZH = "en", "zh_Hans"


def test_dates() -> None:
    assert f.format_date(date(2026, 9, 1), EN) == "1 Sep 2026"
    assert f.format_date(date(2026, 9, 1), ZH) == "2026年9月1日"
    assert f.format_month(date(2026, 12, 1), EN) == "Dec 2026"
    assert f.format_month(date(2026, 12, 1), ZH) == "2026年12月"
    assert f.format_date(None, EN) == "–"


def test_a_moment_is_shown_in_the_business_zone() -> None:
    """16:30 UTC on the last of August is already September in Shanghai."""
    moment = datetime(2026, 8, 31, 16, 30, tzinfo=UTC)
    assert f.format_datetime(moment, EN) == "1 Sep 2026, 00:30"
    assert f.format_datetime(moment, ZH) == "2026年9月1日 00:30"
    assert f.format_date(moment, ZH) == "2026年9月1日"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        f.format_datetime(datetime(2026, 8, 31), EN)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (123_456_750, "¥1,234,567.50"),
        (-123_456_750, "−¥1,234,567.50"),
        (9_007_199_254_740_993, "¥90,071,992,547,409.93"),
        (None, "–"),
    ],
)
def test_money(fen: int | None, text: str) -> None:
    assert f.format_yuan(fen) == text


def test_money_in_whole_yuan_rounds_half_up_and_has_no_negative_zero() -> None:
    assert f.format_yuan(150, decimals=False) == "¥2"
    assert f.format_yuan(-150, decimals=False) == "−¥2"
    assert f.format_yuan(-49, decimals=False) == "¥0"


@given(st.integers(-(10**17), 10**17))
def test_written_money_reads_back_to_the_fen(fen: int) -> None:
    text = f.format_yuan(fen).replace("−", "-").replace("¥", "").replace(",", "")
    assert Decimal(text) * 100 == fen


def test_whole_numbers_and_shares() -> None:
    assert f.format_int(-1_234_567) == "−1,234,567"
    assert f.format_percent(Decimal("0.125")) == "12.5%"
    assert f.format_percent(-0.0345) == "−3.5%"
    assert f.format_percent(0.00005, digits=0) == "0%"
    assert f.format_percent(-0.0001, digits=1) == "0.0%"
    assert f.format_basis_points(150) == "1.50%"


@pytest.mark.parametrize(
    ("metres", "english", "chinese"),
    [
        (0, "0 m", "0 米"),
        (849.6, "850 m", "850 米"),
        (999.5, "1.0 km", "1.0 公里"),
        (12_345, "12.3 km", "12.3 公里"),
        (1_234_567, "1,235 km", "1,235 公里"),
    ],
)
def test_distances(metres: float, english: str, chinese: str) -> None:
    assert f.format_distance(metres, EN) == english
    assert f.format_distance(metres, ZH) == chinese


def test_places_and_sizes() -> None:
    assert f.format_coordinate(104.0633, 30.6598) == "30.65980, 104.06330"
    assert f.format_coordinate(-0.5, -33.0) == "−33.00000, −0.50000"
    assert f.format_coordinate(None, 1.0) == "–"
    assert [f.format_file_size(size) for size in (900, 20_480, 3_565_158)] == ["900 B", "20 KB", "3.4 MB"]


def test_negative_numbers_are_marked_and_text_is_escaped() -> None:
    assert f.mark_negative("−5") == '<span class="neg">−5</span>'
    assert f.mark_negative("5 < 6") == "5 &lt; 6"
