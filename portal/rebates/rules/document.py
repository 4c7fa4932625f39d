"""Reading a policy: JSON → checked → plain values. Every problem is found in one pass and names its place.

`read` refuses what JSON readers usually let pass (a key written twice, NaN); `check` returns all problems; `parse`
returns the policy, or raises `Invalid` with all of them. `Known` is what the product knows: names outside its lists
are problems too; None leaves a list unchecked.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from portal.rebates.rules.document_conditions import parse_condition, safe_names
from portal.rebates.rules.document_terms import parse_terms
from portal.rebates.rules.known import Known
from portal.rebates.rules.policy import Payout, Policy, Scope, Step
from portal.rebates.rules.problems import LARGEST, Invalid, Place, Problem
from portal.rebates.rules.words import PartyKind, Period, Settle

REQUIRED = ("code", "name", "party", "period", "effective", "terms", "settle")
OPTIONAL = ("version", "scope", "payout", "stacks_with")
HUNDRED = Decimal(100)
MAX_BYTES = 1_000_000


def read(text: str) -> Any:
    """A JSON text as values, numbers with a point as Decimal. Raises Invalid."""
    if len(text) > MAX_BYTES:
        raise Invalid([Problem("$", "too_much_text", "", {"most": str(MAX_BYTES)})])
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(found)

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is not a number")

    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=pairs)
    except RecursionError:
        raise Invalid([Problem("$", "not_json", "", {"why": "nested too deeply"})]) from None
    except ValueError as error:
        raise Invalid([Problem("$", "not_json", "", {"why": str(error)})]) from None
    if twice:
        raise Invalid([Problem("$", "key_twice", key) for key in twice])
    return value


def check(document: Any, known: Known | None = None) -> list[Problem]:
    """All problems of a policy, in the order of the document; empty when it is sound."""
    return _parse(document, known or Known())[1]


def parse(document: Any, known: Known | None = None) -> Policy:
    """The policy compiled; raises Invalid with all problems."""
    policy, problems = _parse(document, known or Known())
    if policy is None or problems:
        raise Invalid(problems)
    return policy


def _parse(document: Any, known: Known) -> tuple[Policy | None, list[Problem]]:
    problems: list[Problem] = []
    root = Place(document, "$", problems)
    if not root.is_object(REQUIRED, OPTIONAL):
        return None, problems
    code = root.at("code").name()
    settle = root.at("settle").choice(Settle)
    begin, end = _effective(root.at("effective"))
    policy = Policy(
        code=code,
        version=_version(root, code, begin),
        name=root.at("name").words(),
        party=root.at("party").choice(PartyKind),
        period=root.at("period").choice(Period),
        effective_from=begin,
        effective_to=end,
        scope=_scope(root.at("scope"), known) if root.has("scope") else Scope(),
        terms=parse_terms(root.at("terms"), known, (begin, end)),
        payout=_payout(root.at("payout"), known) if root.has("payout") else Payout(),
        settle=settle,
        stacks_with=_stacks_with(root, code),
    )
    return policy, problems


def _version(root: Place, code: str, begin: date) -> str:
    """How reasons name the version: by its number, else by its first day."""
    if root.has("version"):
        return f"{code} v{root.at('version').integer(least=1, most=1_000_000)}"
    return f"{code} {begin.isoformat()}"


def _effective(place: Place) -> tuple[date, date]:
    if not place.is_object(("from", "to")):
        return date.min, date.max
    begin, end = place.at("from").day(), place.at("to").day()
    if begin > end:
        place.refuse("from_after_to", f"{begin} > {end}", begin=begin.isoformat(), end=end.isoformat())
    return begin, end


def _scope(place: Place, known: Known) -> Scope:
    place.is_object((), ("regions", "parties", "classes", "exclude_parties"))
    named = {key: place.at(key).texts() if place.has(key) else None for key in ("regions", "parties", "classes")}
    known.refuse_unknown(place.at("regions"), "region", known.regions)
    known.refuse_unknown(place.at("parties"), "party", known.parties)
    classes = safe_names(place.at("classes"), "class", known.classes) if place.has("classes") else None
    excluded = frozenset[str]()
    if place.has("exclude_parties"):
        excluded = place.at("exclude_parties").texts()
        known.refuse_unknown(place.at("exclude_parties"), "party", known.parties)
    parties = named["parties"]
    if parties is not None and parties and parties <= excluded:
        place.at("exclude_parties").refuse("nobody_left")
    return Scope(named["regions"], parties, classes, excluded)


def _stacks_with(root: Place, code: str) -> frozenset[str]:
    if not root.has("stacks_with"):
        return frozenset()
    place = root.at("stacks_with")
    codes = place.texts()
    if code in codes:
        place.refuse("stacks_with_itself", code)
    return codes


def _payout(place: Place, known: Known) -> Payout:
    place.is_object((), ("multiplier", "guarantee", "floor", "cap"))
    steps = tuple(_steps(place.at("multiplier"), known)) if place.has("multiplier") else ()
    yuan = {key: _fen(place, key) for key in ("guarantee", "floor", "cap")}
    payout = Payout(steps, yuan["guarantee"], yuan["floor"], yuan["cap"])
    for key in ("guarantee", "floor"):
        least = yuan[key]
        if least is not None and payout.cap is not None and least > payout.cap:
            place.at(key).refuse("above_the_cap", cap=str(place.at("cap").value))
    return payout


def _steps(place: Place, known: Known) -> list[Step]:
    steps = []
    for item in place.items():
        if item.is_object(("when", "times")):
            condition = parse_condition(item.at("when"), known)
            steps.append(Step(condition, item.at("times").number(most=HUNDRED)))
    return steps


def _fen(place: Place, key: str) -> Decimal | None:
    """An amount written in yuan, in fen; None where the key is missing."""
    if not place.has(key):
        return None
    return place.at(key).number(most=Decimal(LARGEST) / HUNDRED) * HUNDRED
