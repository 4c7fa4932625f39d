"""Reading tiers and how they work together."""

from __future__ import annotations

from decimal import Decimal

from portal.rebates.rules.policy import Tier
from portal.rebates.rules.problems import LARGEST, Place
from portal.rebates.rules.words import CUTS, GROWTHS, Method, Pays, TierOn

# The largest rate of each kind: a percentage above 100 is a slip of the pen.
_MOST_RATE = {
    Pays.PERCENT: Decimal(100),
    Pays.PER_UNIT: Decimal(10) ** 8,
    Pays.LUMP_SUM: Decimal(10) ** 11,
    Pays.POINTS: Decimal(10) ** 4,
    Pays.GOODS: Decimal(10) ** 6,
}


def parse_tiers(place: Place, pays: Pays, tier_on: TierOn) -> tuple[Tier, ...]:
    """Tiers with rising `from`. A `to` may repeat where the next one begins, and must then say the same."""
    tiers: list[Tier] = []
    upper: tuple[Place, Decimal] | None = None
    for item in place.items():
        if not item.is_object(("from", "rate"), ("to", "retrospective")):
            continue
        tier = _tier(item, pays, tier_on)
        if tiers and tier.start <= tiers[-1].start:
            rule = "tier_twice" if tier.start == tiers[-1].start else "tiers_not_rising"
            item.at("from").refuse(rule, before=f"{tiers[-1].start:f}")
        elif upper:
            _check_seam(upper, tier)
        upper = _upper(item, tier)
        tiers.append(tier)
    if upper:
        upper[0].refuse("last_tier_has_an_end")
    return tuple(tiers)


def _tier(item: Place, pays: Pays, tier_on: TierOn) -> Tier:
    lowest = None if tier_on in GROWTHS else Decimal(0)
    start = item.at("from").number(least=lowest, most=Decimal(LARGEST) / 100)
    if tier_on is TierOn.GROWTH and start < -1:
        item.at("from").refuse("too_small", least="-1")
    rate = item.at("rate").number(most=_MOST_RATE[pays])
    if pays is Pays.GOODS and rate != rate.to_integral_value():
        item.at("rate").refuse("goods_are_whole")
    return Tier(start, rate, item.has("retrospective") and item.at("retrospective").flag())


def _upper(item: Place, tier: Tier) -> tuple[Place, Decimal] | None:
    if not item.has("to"):
        return None
    end = item.at("to").number(least=None, most=Decimal(LARGEST) / 100)
    if end <= tier.start:
        item.at("to").refuse("tier_ends_before_it_begins", begin=f"{tier.start:f}")
        return None
    return item.at("to"), end


def _check_seam(upper: tuple[Place, Decimal], following: Tier) -> None:
    place, end = upper
    if end < following.start:
        place.refuse("tier_gap", following=f"{following.start:f}")
    elif end > following.start:
        place.refuse("tier_overlap", following=f"{following.start:f}")


def parse_method(term: Place, tiers: int, pays: Pays) -> Method:
    """Required with several tiers, because the four give four different amounts."""
    if not term.has("method"):
        if tiers > 1:
            term.at("method").refuse("method_missing", "", tiers=str(tiers))
        method = Method.RETROSPECTIVE
    else:
        method = term.at("method").choice(Method)
    if pays is Pays.LUMP_SUM and method in CUTS:
        term.at("method").refuse("lump_sum_has_no_slices")
    if method is not Method.MARGINAL:
        for tier in term.at("tiers").elements():
            if tier.at("retrospective").value is True:
                tier.at("retrospective").refuse("flag_only_in_marginal", method=str(method))
    return method
