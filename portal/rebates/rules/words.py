"""The closed choices of the language: every key that takes one of a few words takes one of these."""

from __future__ import annotations

from enum import StrEnum


class PartyKind(StrEnum):
    """Who earns."""

    OUTLET = "outlet"
    DISTRIBUTOR = "distributor"


class Period(StrEnum):
    """How often a policy settles."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Settle(StrEnum):
    """Each period for itself, or the year so far less what was settled before."""

    EACH_PERIOD = "each_period"
    CUMULATIVE = "cumulative"


class Pays(StrEnum):
    """What a tier's rate is: % of the amount, yuan per unit, yuan, points per yuan, free units."""

    PERCENT = "percent"
    PER_UNIT = "per_unit"
    LUMP_SUM = "lump_sum"
    POINTS = "points"
    GOODS = "goods"


class TierOn(StrEnum):
    """What selects the tier."""

    UNITS = "units"
    AMOUNT = "amount"
    ATTAINMENT = "attainment"
    GROWTH = "growth"
    GROWTH_UNITS = "growth_units"
    GROWTH_AMOUNT = "growth_amount"


class Method(StrEnum):
    """How several tiers work together."""

    RETROSPECTIVE = "retrospective"
    MARGINAL = "marginal"
    ROLLING = "rolling"
    TOTAL = "total"


class AppliesTo(StrEnum):
    """All qualifying volume, or what lies above the baseline or target."""

    ALL = "all"
    EXCESS = "excess"


class Window(StrEnum):
    """What volume is measured."""

    PERIOD = "period"
    YEAR_TO_DATE = "year_to_date"


class NoBaseline(StrEnum):
    """What a party without last year's figures gets: nothing, or all its volume counts as growth."""

    SKIP = "skip"
    ZERO = "zero"


class Operator(StrEnum):
    """How a condition compares."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    EQUAL = "=="


class Fact(StrEnum):
    """What a condition may ask; the last two are followed by a name."""

    UNITS = "units"
    AMOUNT = "amount"
    ATTAINMENT = "attainment"
    GROWTH = "growth"
    SHARE = "share"
    CONFIRMED_VIOLATIONS = "confirmed_violations"
    REPORT_ON_TIME = "report_on_time"
    COLLECTION_DAYS = "collection_days"
    ACTIVITY = "activity"
    PARTY = "party"


NAMED_FACTS = frozenset({Fact.ACTIVITY, Fact.PARTY})
# Facts that may be narrowed to some models. Last year's figures are not kept by model, so growth is none of them.
FACTS_WITH_MODELS = frozenset({Fact.UNITS, Fact.AMOUNT, Fact.ATTAINMENT, Fact.SHARE})

MONEY = frozenset({Pays.PERCENT, Pays.PER_UNIT, Pays.LUMP_SUM})
# These measure amounts; the others measure units.
ON_AMOUNT = frozenset({Pays.PERCENT, Pays.POINTS})
# These pay for every full `per` units.
IN_PACKS = frozenset({Pays.PER_UNIT, Pays.GOODS})
GROWTHS = frozenset({TierOn.GROWTH, TierOn.GROWTH_UNITS, TierOn.GROWTH_AMOUNT})
# These cut the volume into slices, which a lump sum does not have.
CUTS = frozenset({Method.MARGINAL, Method.ROLLING})
# Tiers in yuan, and tiers as ratios of the measure.
AMOUNTS = frozenset({TierOn.AMOUNT, TierOn.GROWTH_AMOUNT})
RATIOS = frozenset({TierOn.ATTAINMENT, TierOn.GROWTH})
