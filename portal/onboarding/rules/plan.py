"""By what the rollout plan is summed up. Pure."""

from __future__ import annotations

from enum import StrEnum


class Grouping(StrEnum):
    """Lines of the table."""

    PREFECTURE = "prefecture"
    COUNTY = "county"
    TIER = "tier"
    CLASS = "class"
    MONTH = "month"
