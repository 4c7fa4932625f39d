"""The form of a policy ↔ the document of the language (docs/rebates.md). Shape only: the rules say what is wrong.

People write ratios in percent (80 for a document's "0.8") and numbers as they are used to (1,000, ５００); what is no
number goes into the document as it was typed, and the rules refuse it at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from portal.rebates.forms.policy_values import Values, complete, places
from portal.rebates.rules.problems import Problem
from portal.rebates.rules.words import IN_PACKS, NAMED_FACTS, RATIOS, Fact, TierOn
from portal.spreadsheets.cells import Rejected
from portal.spreadsheets.numerals import to_decimal

Document = dict[str, Any]
Resolve = Callable[[str], str]
RATIO_FACTS = frozenset({Fact.SHARE, Fact.ATTAINMENT, Fact.GROWTH})
YES = frozenset({"true", "yes", "是", "1"})
NO = frozenset({"false", "no", "否", "0"})
_BETWEEN = re.compile(r"[,，、;；\n]+")
_UNIT = re.compile(r"\s*(%|％|元|台|units?|天|days?)$")


def number(text: str, *, in_percent: bool = False) -> str:
    """A number as the document wants it; what is none stays as it was typed."""
    try:
        value = to_decimal(_UNIT.sub("", text))
    except Rejected:
        return text
    if in_percent:
        value = value.scaleb(-2)
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if in_percent and "." in written else written


def shown_number(text: Any, *, in_percent: bool = False) -> str:
    """A number of the document as the form shows it."""
    if not in_percent or not isinstance(text, str):
        return "" if text is None else str(text)
    try:
        written = f"{Decimal(text).scaleb(2):f}"
    except ArithmeticError:
        return text
    return written.rstrip("0").rstrip(".") if "." in written else written


def names_in(text: str, resolve: Resolve = str) -> list[str]:
    """A list that people wrote with commas; each name as `resolve` knows it."""
    return [resolve(each.strip()) for each in _BETWEEN.split(text) if each.strip()]


# -- to the document


def document_of(values: Values, resolve: Resolve = str) -> Document:
    """The document that the form stands for. `resolve` turns the name of a region into its code."""
    found: Document = {key: values[key] for key in ("code", "name", "party", "period", "effective", "settle")}
    if scope := _scope(values["scope"], resolve):
        found["scope"] = scope
    if codes := names_in(values["stacks_with"]):
        found["stacks_with"] = codes
    found["terms"] = [_term(term) for term in values["terms"]]
    if payout := _payout(values["payout"]):
        found["payout"] = payout
    return found


def _scope(values: Values, resolve: Resolve) -> Document:
    scope: Document = {
        "regions": names_in(values["regions"], resolve),
        "parties": names_in(values["parties"]),
        "classes": values["classes"],
        "exclude_parties": names_in(values["exclude_parties"]),
    }
    return {key: names for key, names in scope.items() if names}


def _payout(values: Values) -> Document:
    payout: Document = {}
    if values["multiplier"]:
        payout["multiplier"] = [
            {"when": _condition(each["when"]), "times": number(each["times"])} for each in values["multiplier"]
        ]
    return payout | {key: number(values[key]) for key in ("guarantee", "floor", "cap") if values[key]}


def _term(values: Values) -> Document:
    term: Document = {key: values[key] for key in ("id", "label", "pays", "tier_on")}
    if lines := _lines(values["lines"]):
        term["lines"] = lines
    in_percent = values["tier_on"] in RATIOS
    term["tiers"] = [
        {"from": number(each["from"], in_percent=in_percent), "rate": number(each["rate"])}
        | ({"retrospective": True} if each["retrospective"] and values["method"] == "marginal" else {})
        for each in values["tiers"]
        if each["from"] or each["rate"]
    ]
    if values["method"]:
        term["method"] = values["method"]
    for key, default in (("applies_to", "all"), ("window", "period")):
        if values[key] != default:
            term[key] = values[key]
    if values["when"]:
        term["when"] = [_condition(each) for each in values["when"]]
    if values["after"]:
        term["after"] = values["after"]
    if values["deductions"]:
        term["deductions"] = [_deduction(each) for each in values["deductions"]]
    return term | _limits(values)


def _limits(values: Values) -> Document:
    found: Document = {key: number(values[key]) for key in ("floor", "cap") if values[key]}
    if values["per"] and values["pays"] in IN_PACKS:
        packs = number(values["per"])
        found["per"] = int(packs) if packs.isascii() and packs.isdigit() and len(packs) < 10 else packs
    if values["prorate"]:
        found["prorate"] = True
    if values["no_baseline"]:
        found["no_baseline"] = values["no_baseline"]
    return found


def _lines(values: Values) -> Document:
    lines: Document = {}
    if values["which"] != "all":
        lines["models" if values["which"] == "only" else "exclude_models"] = values["models"]
    for key in ("tags", "exclude_tags"):
        if names := names_in(values[key]):
            lines[key] = names
    if values["sale_types"]:
        lines["sale_types"] = values["sale_types"]
    return lines


def _condition(values: Values) -> Document:
    fact = values["fact"]
    found: Document = {"fact": f"{fact}:{values['name']}" if fact in NAMED_FACTS else fact}
    if values["models"] and fact in (Fact.UNITS, Fact.AMOUNT, Fact.ATTAINMENT, Fact.SHARE):
        found["models"] = values["models"]
    return found | {"op": values["op"], "value": _compared(fact, values["value"])}


def _compared(fact: str, text: str) -> Any:
    if fact == Fact.REPORT_ON_TIME:
        lowered = text.lower()
        return True if lowered in YES else False if lowered in NO else text
    return number(text, in_percent=fact in RATIO_FACTS)


def _deduction(values: Values) -> Document:
    taken = {"percent" if values["by"] == "percent" else "amount": number(values["value"])}
    return {"unless": _condition(values["unless"]), **taken, "label": values["label"]}


# -- from the document


def values_of(document: Document) -> Values:
    """What the form shows of a document that the rules have read without finding its shape wrong."""
    scope, payout = document.get("scope", {}), document.get("payout", {})
    return complete(
        {key: document.get(key, "") for key in ("code", "name", "party", "period", "effective", "settle")}
        | {
            "stacks_with": ", ".join(document.get("stacks_with", ())),
            "scope": {key: ", ".join(scope.get(key, ())) for key in ("regions", "parties", "exclude_parties")}
            | {"classes": list(scope.get("classes", ()))},
            "payout": {key: shown_number(payout.get(key)) for key in ("guarantee", "floor", "cap")}
            | {
                "multiplier": [
                    {"when": _condition_values(each["when"]), "times": shown_number(each["times"])}
                    for each in payout.get("multiplier", ())
                ]
            },
            "terms": [_term_values(term) for term in document.get("terms", ())],
        }
    )


def _term_values(term: Document) -> Values:
    lines, in_percent = term.get("lines", {}), term["tier_on"] in RATIOS
    which = "only" if "models" in lines else "except" if "exclude_models" in lines else "all"
    return {
        **{key: term[key] for key in ("id", "label", "pays", "tier_on")},
        **{key: term.get(key, "") for key in ("method", "no_baseline")},
        **{key: shown_number(term.get(key)) for key in ("per", "floor", "cap")},
        "applies_to": term.get("applies_to", "all"),
        "window": term.get("window", "period"),
        "prorate": "1" if term.get("prorate") else "",
        "after": list(term.get("after", ())),
        "lines": {
            "which": which,
            "models": list(lines.get("models") or lines.get("exclude_models", ())),
            "tags": ", ".join(lines.get("tags", ())),
            "exclude_tags": ", ".join(lines.get("exclude_tags", ())),
            "sale_types": list(lines.get("sale_types", ())),
        },
        "tiers": [
            {
                "from": shown_number(each["from"], in_percent=in_percent),
                "rate": shown_number(each["rate"]),
                "retrospective": "1" if each.get("retrospective") else "",
            }
            for each in term["tiers"]
        ],
        "when": [_condition_values(each) for each in term.get("when", ())],
        "deductions": [
            {
                "unless": _condition_values(each["unless"]),
                "by": "percent" if "percent" in each else "amount",
                "value": shown_number(each.get("percent", each.get("amount"))),
                "label": each["label"],
            }
            for each in term.get("deductions", ())
        ],
    }


def _condition_values(condition: Document) -> Values:
    fact, _colon, name = str(condition["fact"]).partition(":")
    value = condition["value"]
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    elif fact == Fact.REPORT_ON_TIME and value in ("true", "false", "1", "0"):
        shown = "yes" if value in ("true", "1") else "no"
    else:
        shown = shown_number(value, in_percent=fact in RATIO_FACTS)
    return {
        "fact": fact,
        "name": name,
        "models": list(condition.get("models", ())),
        "op": condition["op"],
        "value": shown,
    }


# -- problems at their fields

_ELSEWHERE = (
    (re.compile(r"-lines-exclude_models.*"), "-lines-models"),
    (re.compile(r"(-deductions-\d+)-(percent|amount)$"), r"\1-value"),
)


def field_of(path: str, values: Values) -> str:
    """The name of the field, or of the group of fields, that a problem's path means."""
    name = re.sub(r"[.\[\]]+", "-", path.removeprefix("$")).strip("-")
    for pattern, instead in _ELSEWHERE:
        name = pattern.sub(instead, name)
    known = set(places(values))
    while name and name not in known:
        name = name.rpartition("-")[0]
    return name or "terms"


def problems_by_field(problems: Iterable[Problem], values: Values) -> dict[str, list[Problem]]:
    """The problems of each field, in the order of the document."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(field_of(problem.path, values), []).append(problem)
    return found


def facts_asked(values: Values) -> tuple[list[str], list[str], set[str]]:
    """Activities and facts of the party's file that conditions ask for, in order; and the kinds of facts asked."""
    asked = list(_conditions(values))
    activities = dict.fromkeys(each["name"] for each in asked if each["fact"] == Fact.ACTIVITY and each["name"])
    on_file = dict.fromkeys(each["name"] for each in asked if each["fact"] == Fact.PARTY and each["name"])
    return list(activities), list(on_file), {each["fact"] for each in asked}


def _conditions(values: Values) -> Iterable[Values]:
    for term in values["terms"]:
        yield from term["when"]
        yield from (each["unless"] for each in term["deductions"])
    yield from (each["when"] for each in values["payout"]["multiplier"])


def measures_asked(values: Values) -> set[str]:
    """What the terms select their tiers by."""
    terms: Sequence[Values] = values["terms"]
    asked = {str(term["tier_on"]) for term in terms}
    return asked | ({str(TierOn.ATTAINMENT)} if any(term["applies_to"] == "excess" for term in terms) else set())
