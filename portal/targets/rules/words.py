"""The enums of targets, and the levels in the order of the cascade."""

from __future__ import annotations

from enum import StrEnum

YEAR_MONTHS = 12
WHOLE_BP = 10_000


class PlanStatus(StrEnum):
    """draft → published. A published plan is never edited: a revision or an amendment follows it, with its own day."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Basis(StrEnum):
    """By what figures a target is shared out where nobody has judged otherwise."""

    LAST_YEAR = "last_year"
    POPULATION = "population"
    EQUAL = "equal"


class Level(StrEnum):
    """The way down: area → distributor → its own store or an outlet → model."""

    AREA = "area"
    DISTRIBUTOR = "distributor"
    OUTLET = "outlet"
    MODEL = "model"
