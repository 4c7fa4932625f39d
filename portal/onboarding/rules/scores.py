"""The selection score sheet, the recruiting class, the minimum capital. Pure.

Sources: selection by commitment and reputation, attitude to the brand, ability to open the market and to build
sub-channels, funds and location, with a knock-out for disturbing the market's order; classes of candidates by quality ×
size with relationship moving one up; minimum capital as published by one network in 万元.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Criterion(StrEnum):
    """Lines of the selection score sheet, each scored 0–10."""

    COMMITMENT = "commitment"
    BRAND_ATTITUDE = "brand_attitude"
    MARKET_OPENING = "market_opening"
    SUB_CHANNELS = "sub_channels"
    FUNDS = "funds"
    LOCATION = "location"


WEIGHTS: dict[Criterion, int] = {
    Criterion.COMMITMENT: 20,
    Criterion.BRAND_ATTITUDE: 15,
    Criterion.MARKET_OPENING: 20,
    Criterion.SUB_CHANNELS: 15,
    Criterion.FUNDS: 15,
    Criterion.LOCATION: 15,
}
HIGHEST = 10
PASS_MARK = 60


@dataclass(frozen=True)
class Score:
    """Points of 100, whether the sheet passes, and each line's share."""

    points: int
    passed: bool
    knocked_out: bool
    shares: dict[Criterion, int]


def score(marks: Mapping[Criterion, int], *, disturbs_market: bool) -> Score:
    """The weighted sum in points of 100. A knock-out fails the sheet whatever the points."""
    missing = [criterion for criterion in Criterion if criterion not in marks]
    if missing:
        raise ValueError(f"no mark for {', '.join(missing)}")
    outside = [criterion for criterion, mark in marks.items() if not 0 <= mark <= HIGHEST]
    if outside:
        raise ValueError(f"marks run from 0 to {HIGHEST}: {', '.join(outside)}")
    shares = {criterion: marks[criterion] * WEIGHTS[criterion] for criterion in Criterion}
    points = (sum(shares.values()) * 2 + HIGHEST) // (2 * HIGHEST)
    return Score(points, points >= PASS_MARK and not disturbs_market, disturbs_market, shares)


class Quality(StrEnum):
    """How good a candidate is for the brand."""

    HIGH = "high"
    LOW_COULD_CHANGE = "low_could_change"
    LOW = "low"


class Size(StrEnum):
    """How much a candidate sells."""

    LARGE = "large"
    SMALL = "small"


class TargetClass(StrEnum):
    """How hard a candidate is courted, best first."""

    KEY = "key"
    SECOND = "second"
    GENERAL = "general"
    NONE = "none"


def classify(quality: Quality, size: Size, *, is_related: bool, is_new_mainstream_store: bool = False) -> TargetClass:
    """High and large, and every new mainstream store: key. High and small: second. Low that could change: general.

    A relationship moves one class up.
    """
    if is_new_mainstream_store or (quality is Quality.HIGH and size is Size.LARGE):
        found = TargetClass.KEY
    elif quality is Quality.HIGH:
        found = TargetClass.SECOND
    elif quality is Quality.LOW_COULD_CHANGE:
        found = TargetClass.GENERAL
    else:
        found = TargetClass.NONE
    order = list(TargetClass)
    return order[max(0, order.index(found) - 1)] if is_related else found


class Part(StrEnum):
    """Parts of the country in the capital table."""

    EAST = "east"
    CENTRAL = "central"
    WEST = "west"
    OTHER = "other"


class CityLevel(StrEnum):
    """What kind of place the site is in."""

    PROVINCIAL_CAPITAL = "provincial_capital"
    PREFECTURE_CITY = "prefecture_city"
    COUNTY = "county"


# 万元: provincial capital, prefecture city, county.
MINIMUM_CAPITAL_WAN: dict[Part, tuple[int, int, int]] = {
    Part.EAST: (400, 300, 200),
    Part.CENTRAL: (300, 300, 200),
    Part.WEST: (300, 200, 200),
    Part.OTHER: (300, 200, 200),
}

# The statistical office's parts, by the first two digits of the region code; the north-east counts as other.
PART_OF_PROVINCE: dict[str, Part] = {
    **dict.fromkeys(("11", "12", "13", "31", "32", "33", "35", "37", "44", "46"), Part.EAST),
    **dict.fromkeys(("14", "34", "36", "41", "42", "43"), Part.CENTRAL),
    **dict.fromkeys(("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"), Part.WEST),
}
# A provincial capital is the first prefecture of its province; the four municipalities are their own.
_PROVINCIAL_CAPITALS = frozenset(f"{two}0100" for two in (*PART_OF_PROVINCE, "21", "22", "23"))


def part_of(province_code: str) -> Part:
    """The part of the country of a province; OTHER where the table does not know it."""
    return PART_OF_PROVINCE.get(province_code[:2], Part.OTHER)


def city_level(prefecture_code: str, county_name_zh: str) -> CityLevel:
    """A district (区) belongs to its city; a county or county-level city stands for itself."""
    if not county_name_zh.endswith("区"):
        return CityLevel.COUNTY
    return CityLevel.PROVINCIAL_CAPITAL if prefecture_code in _PROVINCIAL_CAPITALS else CityLevel.PREFECTURE_CITY


def minimum_capital_wan(part: Part, level: CityLevel) -> int:
    """The least capital in 万元 (10,000 yuan)."""
    return MINIMUM_CAPITAL_WAN[part][list(CityLevel).index(level)]
