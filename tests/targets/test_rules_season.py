"""The year over its months: the example of the field, and any other profile."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.errors import InvalidInput
from portal.targets.rules.season import EVEN, SeasonGroup, SeasonProfile, parse_season, split_year

# A busy machine is slow, not wrong.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_thirty_thousand_with_two_seasons():
    profile = SeasonProfile(parse_season("3-5:8000,8-10:9000"))
    months = split_year(30_000, profile)
    assert months == [2167, 2167, 2667, 2667, 2666, 2167, 2167, 3000, 3000, 3000, 2166, 2166]
    assert sum(months[2:5]) == 8_000
    assert sum(months[7:10]) == 9_000
    assert sum(months) == 30_000


def test_the_rest_follows_judgement():
    weights = (3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2)
    months = split_year(1_000, SeasonProfile((SeasonGroup(2, 11, units=500),), weights))
    assert (months[0], months[11]) == (300, 200)


def test_shares_and_a_group_over_new_year():
    months = split_year(1_001, SeasonProfile(parse_season("11-1:45.5%")))
    assert months[0] + months[10] + months[11] == 455
    assert sum(months) == 1_001


def test_a_plan_from_july_on():
    months = split_year(100, SeasonProfile(parse_season("8-10:70")), first_month=7)
    assert months == [10, 24, 23, 23, 10, 10]


@pytest.mark.parametrize(
    ("total", "text", "first", "fault"),
    [
        (100, "3-5:80,5:10", 1, "season_overlap"),
        (100, "3-5:101", 1, "season_exceeds"),
        (100, "1-12:99", 1, "season_falls_short"),
        (100, "0-5:10", 1, "month_unknown"),
        (100, "3-13:10", 1, "month_unknown"),
        (100, "3-5:10", 4, "season_outside"),
        (100, "spring:10", 1, "season_unreadable"),
        (100, "3-5:10.5", 1, "season_unreadable"),
        (-1, "", 1, "total_negative"),
    ],
)
def test_profiles_that_cannot_be(total, text, first, fault):
    with pytest.raises(InvalidInput, match=fault):
        split_year(total, SeasonProfile(parse_season(text)), first_month=first)


def test_a_whole_year_in_groups_may_add_up_exactly():
    assert sum(split_year(100, SeasonProfile(parse_season("1-6:40,7-12:60")))) == 100


@pytest.mark.parametrize("text", ["3-5:8000,8-10:9000", "1:5%", "11-2:27.25%,6:0"])
def test_a_profile_reads_as_it_is_written(text):
    profile = SeasonProfile(parse_season(text))
    assert profile.as_text() == text
    assert SeasonProfile.from_dict(profile.as_dict()) == profile


def test_people_write_full_width_signs():
    assert parse_season("3-5：8000，8-10:30％") == parse_season("3-5:8000,8-10:30%")
    assert parse_season("") == ()
    assert SeasonProfile.from_dict({}).weights == EVEN


@st.composite
def profiles(draw):
    """(total, profile) of groups cut out of the year, with units that leave something or use up everything."""
    total = draw(st.integers(0, 10**6))
    cuts = sorted(draw(st.sets(st.integers(1, 12), max_size=8)))
    groups, left = [], total
    for first, last in zip(cuts[::2], cuts[1::2], strict=False):
        units = draw(st.integers(0, left))
        groups.append(SeasonGroup(first, last, units=units))
        left -= units
    weights = tuple(draw(st.lists(st.integers(0, 50), min_size=12, max_size=12)))
    if len({month for group in groups for month in group.months}) == 12 and left:
        groups[-1] = SeasonGroup(groups[-1].first, groups[-1].last, units=(groups[-1].units or 0) + left)
    return total, SeasonProfile(tuple(groups), weights)


@PATIENT
@given(profiles())
def test_no_unit_is_lost_in_any_profile(case):
    total, profile = case
    months = split_year(total, profile)
    assert len(months) == 12
    assert min(months) >= 0
    assert sum(months) == total
    for group in profile.groups:
        assert sum(months[month - 1] for month in group.months) == group.units
