"""A month of example beside the editor: what somebody types in becomes facts, and the rules work out the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.rebates.forms.policy import YES, facts_asked, measures_asked, number
from portal.rebates.forms.policy_values import Values
from portal.rebates.labels_terms import activity_word
from portal.rebates.rules.facts import Facts, Line
from portal.rebates.rules.problems import LARGEST
from portal.rebates.rules.words import Fact, TierOn

PREFIX = "example-"
MOST_MODELS = 8
# The month of DOMAIN.md D4: 6 F3 and 4 F6; what a unit costs is a round figure.
USUAL = (6, 4)
YUAN_A_UNIT = (60_000, 80_000)
GROWTHS = frozenset({TierOn.GROWTH, TierOn.GROWTH_UNITS, TierOn.GROWTH_AMOUNT})


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of a model, as typed."""

    model: str
    units: str
    amount: str


@dataclass(slots=True)
class Example:
    """The lines of the example, and fields for whatever else the policy asks: (name, label, value)."""

    lines: list[Sold]
    fields: list[tuple[str, str, str]] = field(default_factory=list)


def example_of(sent: MultiDict[str, str], values: Values, models: Sequence[str]) -> Example:
    """The example as typed; a usual month where nothing was."""
    named = sent.getlist("example-model")
    typed = zip(named, sent.getlist("example-units"), sent.getlist("example-amount"), strict=False)
    lines = [Sold(*(text[:40] for text in each)) for each in typed][:MOST_MODELS] or list(_usual(values, models))
    return Example(lines, [(name, label, sent.get(name, start)) for name, label, start in _fields(values)])


def _usual(values: Values, models: Sequence[str]) -> Sequence[Sold]:
    """The models that the terms name come first."""
    named = dict.fromkeys(code for term in values["terms"] for code in term["lines"]["models"])
    # The first two models make the usual month; what the terms name is in any case among those shown.
    codes = list(dict.fromkeys([*models[:2], *named, *models]))[:MOST_MODELS]
    found = []
    for place, code in enumerate(codes[: max(2, min(len(codes), 4))]):
        units, yuan = (USUAL[place], YUAN_A_UNIT[place]) if place < len(USUAL) else (0, 0)
        found.append(Sold(code, str(units), str(units * yuan)))
    return found


def _fields(values: Values) -> list[tuple[str, str, str]]:
    """(name, label, what stands in it first) of what the policy asks besides the month's sales."""
    activities, on_file, asked = facts_asked(values)
    measures = measures_asked(values)
    found: list[tuple[str, str, str]] = []
    if measures & {TierOn.ATTAINMENT} or Fact.ATTAINMENT in asked:
        found += [
            ("example-target", _("Target (units)"), "10"),
            ("example-target_amount", _("Target (yuan)"), "600000"),
        ]
    if measures & GROWTHS or Fact.GROWTH in asked:
        found += [
            ("example-baseline", _("Last year (units)"), "8"),
            ("example-baseline_amount", _("Last year (yuan)"), "500000"),
        ]
    is_cumulative = values["settle"] == "cumulative"
    if is_cumulative or any(term["window"] == "year_to_date" for term in values["terms"]):
        found += [
            ("example-before", _("This year before (units)"), "0"),
            ("example-before_amount", _("This year before (yuan)"), "0"),
        ]
    if is_cumulative:
        found.append(("example-settled", _("Settled before (yuan)"), "0"))
    found += [(f"example-activity-{name}", activity_word(name), "1") for name in activities]
    found += [(f"example-file-{name}", _("On file: %(name)s", name=name), "") for name in on_file]
    for fact, label, start in (
        (Fact.REPORT_ON_TIME, _("Report in time (yes or no)"), _("yes")),
        (Fact.CONFIRMED_VIOLATIONS, _("Confirmed violations"), "0"),
        (Fact.COLLECTION_DAYS, _("Days until payment"), "30"),
    ):
        if fact in asked:
            found.append((f"example-{fact}", str(label), str(start)))
    return found


def facts_of(example: Example) -> Facts:
    """The example as facts; what is no number counts as none."""
    typed = {name: text for name, _label, text in example.fields}
    lines = [Line(sold.model, _whole(sold.units), _fen(sold.amount)) for sold in example.lines]
    before = Line(example.lines[0].model if example.lines else "", _whole(typed.get("example-before", "")),
                  _fen(typed.get("example-before_amount", "")))  # fmt: skip
    days = typed.get("example-collection_days", "")
    return Facts(
        lines=[line for line in lines if line.units or line.amount_fen],
        target_units=_whole(typed.get("example-target", "")),
        target_fen=_fen(typed.get("example-target_amount", "")),
        baseline_units=_whole(typed.get("example-baseline", "")),
        baseline_fen=_fen(typed.get("example-baseline_amount", "")),
        year_to_date=[before] if before.units or before.amount_fen else [],
        activities={name: max(_whole(text), 0) for name, text in _named(typed, "example-activity-")},
        party_facts={name: text for name, text in _named(typed, "example-file-") if text},
        report_on_time=typed.get("example-report_on_time", "").lower() in YES,
        confirmed_violations=max(_whole(typed.get("example-confirmed_violations", "")), 0),
        collection_days=_whole(days) if days else None,
        settled_fen=_fen(typed.get("example-settled", "")),
    )


def _named(typed: dict[str, str], prefix: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(prefix), text) for name, text in typed.items() if name.startswith(prefix)]


def _whole(text: str, times: int = 1) -> int:
    try:
        found = int(Decimal(number(text)) * times)
    except (InvalidOperation, ValueError):
        return 0
    return found if abs(found) < LARGEST else 0


def _fen(text: str) -> int:
    return _whole(text, 100)


def empty_outcome() -> dict[str, Any]:
    """What the page shows before anything was worked out."""
    return {"blocks": [], "payout": [], "totals": [], "problems": []}
