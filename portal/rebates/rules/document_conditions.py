"""Reading conditions and the free names in a policy."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from portal.rebates.rules.known import Known
from portal.rebates.rules.names import is_wellformed, speaks_of_price
from portal.rebates.rules.policy import Condition
from portal.rebates.rules.problems import LARGEST, Place
from portal.rebates.rules.words import FACTS_WITH_MODELS, NAMED_FACTS, Fact, Operator

FACTS = ", ".join(f"{fact}:NAME" if fact in NAMED_FACTS else str(fact) for fact in Fact)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_NOBODY = Condition(Fact.UNITS, "", None, Operator.AT_LEAST, Decimal(0))


def safe_name(place: Place, kind: str, known: Collection[str] | None, name: str | None = None) -> str:
    """A free name: well formed, not about prices (law 6), and known where the product keeps a list."""
    text = place.text() if name is None else name
    if not text and name is None:
        return text
    if speaks_of_price(text):
        place.refuse("retail_price", text)
    elif not is_wellformed(text):
        place.refuse("name_malformed", text)
    elif known is not None and text not in known:
        place.refuse("unknown_name", text, kind=kind)
    return text


def safe_names(place: Place, kind: str, known: Collection[str] | None) -> frozenset[str]:
    """A list of free names."""
    names = place.texts()
    for item in place.elements():
        if isinstance(item.value, str) and item.value.strip():
            safe_name(item, kind, known)
    return names


def parse_condition(place: Place, known: Known) -> Condition:
    """{"fact", "models"?, "op", "value"}."""
    if not place.is_object(("fact", "op", "value"), ("models",)):
        return _NOBODY
    fact, name = _fact(place.at("fact"), known)
    if fact is None:
        return _NOBODY
    op = place.at("op").choice(Operator)
    return Condition(fact, name, _models(place, fact, known), op, _value(place.at("value"), fact, op))


def _fact(place: Place, known: Known) -> tuple[Fact | None, str]:
    written = place.text()
    head, colon, name = written.partition(":")
    if speaks_of_price(written):
        place.refuse("retail_price")
        return None, ""
    if head not in list(Fact) or bool(colon) != (head in NAMED_FACTS):
        place.refuse("unknown_fact", facts=FACTS)
        return None, ""
    fact = Fact(head)
    if fact in NAMED_FACTS:
        names = known.activities if fact is Fact.ACTIVITY else known.party_facts
        safe_name(place, str(fact), names, name)
    return fact, name


def _models(place: Place, fact: Fact, known: Known) -> frozenset[str] | None:
    models = place.at("models")
    if not place.has("models"):
        if fact is Fact.SHARE:
            models.refuse("share_needs_models", "share")
        return None
    if fact not in FACTS_WITH_MODELS:
        models.refuse("models_not_meant", fact=str(fact))
    known.refuse_unknown(models, "model", known.models)
    return models.texts()


def _value(place: Place, fact: Fact, op: Operator) -> Decimal | str:
    """A number as text; true and false for `report_on_time`; other text only for a fact of the party's file."""
    if fact is Fact.REPORT_ON_TIME and place.value in (True, False, "true", "false"):
        return Decimal(1 if place.value in (True, "true") else 0)
    if fact is Fact.PARTY and isinstance(place.value, str) and not _NUMBER.fullmatch(place.value):
        if op is not Operator.EQUAL:
            place.refuse("text_compares_equal", op=str(op))
        return safe_name(place, "value", None)
    return place.number(least=None, most=Decimal(LARGEST))
