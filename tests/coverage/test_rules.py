from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.coverage.labels import METRIC, SENTENCES, SYMBOL, list_statuses
from portal.coverage.rules import (
    METRIC_STATUSES,
    STATUSES,
    SYMBOL_OF,
    Metric,
    Symbol,
    class_breaks,
    level_at,
    pack_deltas,
    parse_box,
    status_letters,
)
from portal.errors import InvalidInput
from portal.network.rules import OutletStatus, RegionLevel


@pytest.mark.parametrize(
    ("zoom", "level"),
    [
        (3, RegionLevel.PROVINCE),
        (5, RegionLevel.PROVINCE),
        (6, RegionLevel.PREFECTURE),
        (7, RegionLevel.PREFECTURE),
        (8, RegionLevel.COUNTY),
        (9, RegionLevel.COUNTY),
        (10, None),
        (18, None),
    ],
)
def test_regions_far_out_outlets_close_up(zoom: int, level: RegionLevel | None) -> None:
    assert level_at(zoom) is level


def test_every_status_has_a_sign_and_every_sign_a_word() -> None:
    assert set(SYMBOL_OF) == set(OutletStatus)
    assert set(SYMBOL_OF.values()) == set(SYMBOL) == set(Symbol)
    assert set(METRIC) == set(Metric)
    assert set(METRIC_STATUSES) == set(Metric) - {Metric.AREA}


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("97,26,109,35", (97, 26, 109, 35)),
        ("-180,-90,180,90", (-180, -90, 180, 90)),
        (" 97 , 26 , 109 , 35 ", (97, 26, 109, 35)),
        ("457,26,469,35", (97, 26, 109, 35)),
        ("-200,-90,300,90", (-180, -90, 180, 90)),
        ("170,-20,190,-10", (170, -20, -170, -10)),
    ],
)
def test_a_box_is_brought_onto_the_globe(text: str, box: tuple[float, ...]) -> None:
    assert tuple(parse_box(text)) == box


def test_a_box_over_the_date_line_knows_it() -> None:
    assert parse_box("170,-20,190,-10").crosses_date_line
    assert not parse_box("97,26,109,35").crosses_date_line


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "box_shape"),
        ("1,2,3", "box_shape"),
        ("1,2,3,4,5", "box_shape"),
        ("a,b,c,d", "box_not_numbers"),
        ("nan,1,2,3", "box_not_numbers"),
        ("1,inf,2,3", "box_not_numbers"),
        ("1e9,1,2,3", "box_not_numbers"),
        ("1,2,3,91", "box_off_globe"),
        ("1,-91,3,4", "box_off_globe"),
        ("1,4,3,2", "box_upside_down"),
        ("1,2,1,4", "box_upside_down"),
        ("1,2,3,2", "box_upside_down"),
    ],
)
def test_what_is_no_box_is_refused_by_name(text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_box(text)
    assert refused.value.code == rule
    assert rule in SENTENCES


@given(st.text(max_size=60))
def test_any_text_is_a_box_or_a_named_refusal(text: str) -> None:
    try:
        box = parse_box(text)
    except InvalidInput:
        return
    assert -180 <= box.west <= 180
    assert -180 <= box.east <= 180
    assert -90 <= box.south < box.north <= 90


@pytest.mark.parametrize(
    ("maximum", "breaks"),
    [
        (0, []),
        (1, [1]),
        (3, [1, 2]),
        (7, [1, 2, 5]),
        (20, [1, 2, 5, 10, 20]),
        (8000, [1, 10, 100, 500, 5000]),
    ],
)
def test_classes_of_counts_can_be_read(maximum: int, breaks: list[int]) -> None:
    assert class_breaks(maximum) == breaks


@given(st.floats(min_value=0.001, max_value=1e7), st.booleans())
def test_classes_rise_and_none_is_empty_at_the_top(maximum: float, is_count: bool) -> None:
    breaks = class_breaks(maximum, is_count=is_count)
    assert len(breaks) <= 5
    assert breaks == sorted(set(breaks))
    assert all(lowest <= maximum for lowest in breaks)
    assert not is_count or all(lowest >= 1 for lowest in breaks)


@given(st.lists(st.integers(min_value=1, max_value=10**9), unique=True).map(sorted))
def test_differences_sum_to_the_numbers(numbers: list[int]) -> None:
    total, seen = 0, []
    for difference in pack_deltas(numbers):
        total += difference
        seen.append(total)
    assert seen == numbers


def test_letters_name_statuses_by_place(app: object) -> None:
    assert status_letters(STATUSES) == "abcdefghijk"
    assert [entry["symbol"] for entry in list_statuses()] == [SYMBOL_OF[status].value for status in STATUSES]
