"""Score sheet, recruiting class and minimum capital against tables written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.onboarding.rules.scores import (
    WEIGHTS,
    CityLevel,
    Criterion,
    Part,
    Quality,
    Size,
    TargetClass,
    city_level,
    classify,
    minimum_capital_wan,
    part_of,
    score,
)

marks = st.fixed_dictionaries({criterion: st.integers(0, 10) for criterion in Criterion})


def test_weights_are_a_hundred():
    assert sum(WEIGHTS.values()) == 100


def test_a_sheet_by_hand():
    sheet = score(
        {
            Criterion.COMMITMENT: 8,
            Criterion.BRAND_ATTITUDE: 7,
            Criterion.MARKET_OPENING: 6,
            Criterion.SUB_CHANNELS: 5,
            Criterion.FUNDS: 9,
            Criterion.LOCATION: 10,
        },
        disturbs_market=False,
    )
    # 16 + 10.5 + 12 + 7.5 + 13.5 + 15 = 74.5, half up
    assert sheet.points == 75
    assert sheet.passed


@given(marks)
def test_points_stay_in_range_and_a_knock_out_always_fails(sheet):
    assert 0 <= score(sheet, disturbs_market=False).points <= 100
    assert not score(sheet, disturbs_market=True).passed


@given(marks, st.sampled_from(Criterion))
def test_a_better_mark_never_costs_points(sheet, criterion):
    better = {**sheet, criterion: min(10, sheet[criterion] + 1)}
    assert score(better, disturbs_market=False).points >= score(sheet, disturbs_market=False).points


def test_missing_and_impossible_marks_are_named():
    with pytest.raises(ValueError, match="funds"):
        score({c: 5 for c in Criterion if c is not Criterion.FUNDS}, disturbs_market=False)
    with pytest.raises(ValueError, match="location"):
        score({**dict.fromkeys(Criterion, 5), Criterion.LOCATION: 11}, disturbs_market=False)


@pytest.mark.parametrize(
    ("quality", "size", "related", "new_store", "expected"),
    [
        (Quality.HIGH, Size.LARGE, False, False, TargetClass.KEY),
        (Quality.HIGH, Size.LARGE, True, False, TargetClass.KEY),
        (Quality.HIGH, Size.SMALL, False, False, TargetClass.SECOND),
        (Quality.HIGH, Size.SMALL, True, False, TargetClass.KEY),
        (Quality.LOW_COULD_CHANGE, Size.LARGE, False, False, TargetClass.GENERAL),
        (Quality.LOW_COULD_CHANGE, Size.SMALL, True, False, TargetClass.SECOND),
        (Quality.LOW, Size.LARGE, False, False, TargetClass.NONE),
        (Quality.LOW, Size.SMALL, True, False, TargetClass.GENERAL),
        (Quality.LOW, Size.SMALL, False, True, TargetClass.KEY),
    ],
)
def test_classes_of_candidates(quality, size, related, new_store, expected):
    assert classify(quality, size, is_related=related, is_new_mainstream_store=new_store) is expected


@pytest.mark.parametrize(
    ("province", "prefecture", "county", "wan"),
    [
        ("310000", "310100", "浦东新区", 400),
        ("320000", "320500", "虎丘区", 300),
        ("320000", "320500", "昆山市", 200),
        ("420000", "420100", "江岸区", 300),
        ("420000", "420500", "西陵区", 300),
        ("510000", "510100", "锦江区", 300),
        ("510000", "510600", "旌阳区", 200),
        ("510000", "510600", "广汉市", 200),
        ("210000", "210100", "和平区", 300),
        ("210000", "210200", "中山区", 200),
    ],
)
def test_minimum_capital(province, prefecture, county, wan):
    assert minimum_capital_wan(part_of(province), city_level(prefecture, county)) == wan


def test_an_unknown_province_counts_as_other():
    assert part_of("990000") is Part.OTHER
    assert city_level("990100", "某县") is CityLevel.COUNTY
