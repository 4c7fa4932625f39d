"""What one party did in one period, checked. Lines may be single sales or sums by (model, tags, sale type).

Sums carry no day: whoever adds lines up leaves out those outside the policy's days. `amount_fen` is what the
manufacturer charges for the units (the channel price): what a dealer sold them for is in no fact (law 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from portal.rebates.rules.known import Known
from portal.rebates.rules.problems import LARGEST, Invalid, Place, Problem


class Line(NamedTuple):
    """A sales line, or the sum of several; returns are negative. Tags are sorted."""

    model: str
    units: int
    amount_fen: int
    tags: tuple[str, ...] = ()
    sale_type: str = ""
    on: date | None = None
    ref: str = ""


NONE: Mapping[str, Any] = {}


@dataclass(slots=True)
class Facts:
    """One party in one period. Amounts are fen; None is unknown."""

    party: str = ""
    period: str = ""
    lines: Sequence[Line] = ()
    quota: Mapping[str, int] = field(default_factory=dict)
    target_units: int = 0
    target_fen: int = 0
    baseline_units: int = 0
    baseline_fen: int = 0
    year_to_date: Sequence[Line] = ()
    activities: Mapping[str, int] = field(default_factory=dict)
    collection_days: int | None = None
    confirmed_violations: int = 0
    report_on_time: bool | None = None
    party_facts: Mapping[str, Decimal | str] = field(default_factory=dict)
    settled_fen: int = 0
    settled_points: int = 0
    settled_goods: int = 0


KEYS = (
    "party",
    "period",
    "lines",
    "quota",
    "target",
    "baseline",
    "year_to_date",
    "activities",
    "collection_days",
    "confirmed_violations",
    "report_on_time",
    "party_facts",
    "settled_fen",
    "settled_points",
    "settled_goods",
)
LINE_KEYS = ("on", "units", "amount_fen", "tags", "sale_type", "ref")
MOST_LINES = 2_000_000


def parse(data: Any, known: Known | None = None) -> Facts:
    """Facts as JSON values → Facts; raises Invalid with all problems. Every key may be missing."""
    problems: list[Problem] = []
    root = Place(data, "$", problems)
    facts = Facts()
    if root.is_object((), KEYS):
        facts = _facts(root, known or Known())
    if problems:
        raise Invalid(problems)
    return facts


def _facts(root: Place, known: Known) -> Facts:
    target_units, target_fen = _volume(root, "target")
    baseline_units, baseline_fen = _volume(root, "baseline")
    return Facts(
        party=_text(root, "party"),
        period=_text(root, "period"),
        lines=_lines(root, "lines", known),
        quota=_counts(root, "quota", known.models),
        target_units=target_units,
        target_fen=target_fen,
        baseline_units=baseline_units,
        baseline_fen=baseline_fen,
        year_to_date=_lines(root, "year_to_date", known),
        activities=_counts(root, "activities", known.activities),
        collection_days=_integer(root, "collection_days") if _has(root, "collection_days") else None,
        confirmed_violations=_integer(root, "confirmed_violations", least=0),
        report_on_time=root.at("report_on_time").flag() if _has(root, "report_on_time") else None,
        party_facts=_party_facts(root),
        settled_fen=_integer(root, "settled_fen"),
        settled_points=_integer(root, "settled_points"),
        settled_goods=_integer(root, "settled_goods"),
    )


def _has(place: Place, key: str) -> bool:
    return place.has(key) and place.value[key] is not None


def _text(place: Place, key: str) -> str:
    return place.at(key).text() if _has(place, key) else ""


def _integer(place: Place, key: str, least: int = -LARGEST) -> int:
    return place.at(key).integer(least=least) if _has(place, key) else 0


def _volume(root: Place, key: str) -> tuple[int, int]:
    """{"units", "amount_fen"}, both optional."""
    place = root.at(key)
    if not _has(root, key) or not place.is_object((), ("units", "amount_fen")):
        return 0, 0
    return _integer(place, "units", 0), _integer(place, "amount_fen", 0)


def _counts(root: Place, key: str, names: object) -> dict[str, int]:
    """{name: count}."""
    place = root.at(key)
    if not _has(root, key):
        return {}
    if not isinstance(place.value, dict):
        place.refuse("not_an_object")
        return {}
    for name in place.value:
        if names is not None and name not in names:  # type: ignore[operator]
            place.at(name).refuse("unknown_name", name, kind="model" if key == "quota" else "activity")
    return {name: place.at(name).integer(least=0) for name in place.value}


def _party_facts(root: Place) -> dict[str, Decimal | str]:
    """{name: whole number, text or true/false}; numbers in quotation marks are numbers."""
    place = root.at("party_facts")
    if not _has(root, "party_facts"):
        return {}
    if not isinstance(place.value, dict):
        place.refuse("not_an_object")
        return {}
    found: dict[str, Decimal | str] = {}
    for name, value in place.value.items():
        if isinstance(value, int | Decimal):
            found[name] = Decimal(value)
        elif isinstance(value, str):
            found[name] = value
        else:
            place.at(name).refuse("neither_number_nor_text")
    return found


def _lines(root: Place, key: str, known: Known) -> list[Line]:
    place = root.at(key)
    if not _has(root, key):
        return []
    if not isinstance(place.value, list) or len(place.value) > MOST_LINES:
        place.refuse("not_a_list", most=str(MOST_LINES))
        return []
    return [line for item in place.elements() if (line := _line(item, known))]


def _line(item: Place, known: Known) -> Line | None:
    if not item.is_object(("model",), LINE_KEYS):
        return None
    model = item.at("model").text()
    if known.models is not None and model not in known.models:
        item.at("model").refuse("unknown_name", kind="model")
    return Line(
        model=model,
        units=_integer(item, "units"),
        amount_fen=_integer(item, "amount_fen"),
        tags=_tags(item),
        sale_type=_text(item, "sale_type"),
        on=item.at("on").day() if _has(item, "on") else None,
        ref=_text(item, "ref"),
    )


def _tags(item: Place) -> tuple[str, ...]:
    place = item.at("tags")
    if not _has(item, "tags") or place.value == []:
        return ()
    return tuple(sorted(place.texts()))
