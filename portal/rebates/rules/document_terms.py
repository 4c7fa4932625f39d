"""Reading the terms of a policy: each key for itself, then what must go together."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal, localcontext

from portal.rebates.rules.document_conditions import parse_condition, safe_names
from portal.rebates.rules.document_tiers import parse_method, parse_tiers
from portal.rebates.rules.exact import EXACT
from portal.rebates.rules.known import Known
from portal.rebates.rules.policy import Condition, Deduction, LineFilter, Term
from portal.rebates.rules.problems import LARGEST, Place
from portal.rebates.rules.words import (
    CUTS,
    GROWTHS,
    IN_PACKS,
    MONEY,
    ON_AMOUNT,
    AppliesTo,
    NoBaseline,
    Pays,
    TierOn,
    Window,
)

REQUIRED = ("id", "label", "pays", "tier_on", "tiers")
OPTIONAL = (
    "lines",
    "method",
    "applies_to",
    "window",
    "when",
    "after",
    "deductions",
    "per",
    "floor",
    "cap",
    "prorate",
    "no_baseline",
)
HUNDRED = Decimal(100)
Days = tuple[date, date]


def parse_terms(place: Place, known: Known, effective: Days) -> tuple[Term, ...]:
    """All terms, in order; `after` becomes the numbers of the terms it names."""
    terms: list[Term] = []
    for item in place.items():
        if not item.is_object(REQUIRED, OPTIONAL):
            continue
        term = _term(item, known, effective, terms)
        if any(term.id == other.id for other in terms):
            item.at("id").refuse("id_twice")
        terms.append(term)
    return tuple(terms)


def _term(place: Place, known: Known, effective: Days, earlier: list[Term]) -> Term:
    pays = place.at("pays").choice(Pays)
    tier_on = place.at("tier_on").choice(TierOn)
    tiers = parse_tiers(place.at("tiers"), pays, tier_on)
    method = parse_method(place, len(tiers), pays)
    applies_to = place.at("applies_to").choice(AppliesTo) if place.has("applies_to") else AppliesTo.ALL
    floor, cap = _limits(place, pays, effective)
    term = Term(
        id=place.at("id").name(),
        label=place.at("label").words(),
        lines=_lines(place.at("lines"), known) if place.has("lines") else LineFilter(),
        pays=pays,
        tier_on=tier_on,
        tiers=tiers,
        method=method,
        applies_to=applies_to,
        window=place.at("window").choice(Window) if place.has("window") else Window.PERIOD,
        when=_when(place, known),
        after=_after(place, pays, earlier),
        deductions=_deductions(place, known, pays),
        per=_per(place, pays),
        floor=floor,
        cap=cap,
        no_baseline=place.at("no_baseline").choice(NoBaseline) if place.has("no_baseline") else None,
    )
    _check_together(place, term)
    return term


def _check_together(place: Place, term: Term) -> None:
    """Keys that need each other, or exclude each other."""
    if term.tier_on in GROWTHS and term.no_baseline is None:
        place.at("no_baseline").refuse("baseline_choice_missing", term.tier_on)
    if term.applies_to is AppliesTo.EXCESS:
        if term.pays is Pays.LUMP_SUM:
            place.at("applies_to").refuse("lump_sum_has_no_excess")
        elif term.method in CUTS and not _same_unit(term):
            place.at("applies_to").refuse("excess_in_two_units", tier_on=str(term.tier_on), pays=str(term.pays))


def _same_unit(term: Term) -> bool:
    """Whether the tiers are in the unit that the rate is paid on."""
    if term.tier_on in (TierOn.ATTAINMENT, TierOn.GROWTH):
        return True
    return (term.tier_on in (TierOn.AMOUNT, TierOn.GROWTH_AMOUNT)) == (term.pays in ON_AMOUNT)


def _lines(place: Place, known: Known) -> LineFilter:
    place.is_object((), ("models", "exclude_models", "tags", "exclude_tags", "sale_types"))
    models = place.at("models").texts() if place.has("models") else None
    known.refuse_unknown(place.at("models"), "model", known.models)
    excluded = frozenset[str]()
    if place.has("exclude_models"):
        excluded = place.at("exclude_models").texts()
        known.refuse_unknown(place.at("exclude_models"), "model", known.models)
    for model in sorted((models or frozenset()) & excluded):
        place.at("exclude_models").refuse("named_and_excluded", model)
    tags = safe_names(place.at("tags"), "tag", known.tags) if place.has("tags") else None
    no_tags = safe_names(place.at("exclude_tags"), "tag", known.tags) if place.has("exclude_tags") else frozenset()
    for tag in sorted((tags or frozenset()) & no_tags):
        place.at("exclude_tags").refuse("named_and_excluded", tag)
    types = safe_names(place.at("sale_types"), "sale_type", known.sale_types) if place.has("sale_types") else None
    return LineFilter(models, excluded, tags, no_tags, types)


def _when(place: Place, known: Known) -> tuple[Condition, ...]:
    if not place.has("when"):
        return ()
    return tuple(parse_condition(item, known) for item in place.at("when").items(may_be_empty=True))


def _after(place: Place, pays: Pays, earlier: list[Term]) -> tuple[int, ...]:
    if not place.has("after"):
        return ()
    numbers = {term.id: number for number, term in enumerate(earlier)}
    if pays not in ON_AMOUNT:
        place.at("after").refuse("after_needs_amounts", pays=str(pays))
    found = []
    for item in place.at("after").items(may_be_empty=True):
        number = numbers.get(item.text())
        if number is None:
            item.refuse("not_an_earlier_term", earlier=", ".join(numbers) or "-")
        elif earlier[number].pays not in MONEY:
            item.refuse("after_needs_money", pays=str(earlier[number].pays))
        elif number in found:
            item.refuse("named_twice")
        else:
            found.append(number)
    return tuple(found)


def _deductions(place: Place, known: Known, pays: Pays) -> tuple[Deduction, ...]:
    if not place.has("deductions"):
        return ()
    found = []
    for item in place.at("deductions").items(may_be_empty=True):
        if not item.is_object(("unless", "label"), ("percent", "amount")):
            continue
        if item.has("percent") == item.has("amount"):
            item.refuse("percent_or_amount")
        percent = item.at("percent").number(most=HUNDRED) if item.has("percent") else None
        amount = _in_units(item.at("amount"), pays) if item.has("amount") else None
        condition = parse_condition(item.at("unless"), known)
        found.append(Deduction(condition, percent, amount, item.at("label").words()))
    return tuple(found)


def _per(place: Place, pays: Pays) -> int:
    if not place.has("per"):
        return 1
    if pays not in IN_PACKS:
        place.at("per").refuse("per_not_meant", pays=str(pays))
    return place.at("per").integer(least=1, most=1_000_000)


def _in_units(place: Place, pays: Pays) -> Decimal:
    """A limit or amount: yuan become fen; points and units stay."""
    number = place.number(most=Decimal(LARGEST) / HUNDRED)
    return number * HUNDRED if pays in MONEY else number


def _limits(place: Place, pays: Pays, effective: Days) -> tuple[Decimal | None, Decimal | None]:
    floor = _in_units(place.at("floor"), pays) if place.has("floor") else None
    cap = _in_units(place.at("cap"), pays) if place.has("cap") else None
    if floor is not None and cap is not None and floor > cap:
        place.at("floor").refuse("above_the_cap", cap=str(place.at("cap").value))
    if not place.has("prorate") or not place.at("prorate").flag():
        return floor, cap
    begin, end = effective
    if cap is None:
        place.at("prorate").refuse("prorate_needs_a_cap")
    elif begin.year != end.year or begin > end:
        place.at("prorate").refuse("prorate_needs_one_year", begin=begin.isoformat(), end=end.isoformat())
    else:
        with localcontext(EXACT):
            cap = cap * ((end - begin).days + 1) / (366 if calendar.isleap(begin.year) else 365)
    return floor, cap
