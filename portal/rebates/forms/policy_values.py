"""A policy as its form holds it: nested texts, named by their place in the document.

The field `terms-0-tiers-1-from` is `$.terms[0].tiers[1].from`, so that a problem of the rules finds its field by its
path. Rows are added, removed and moved here, on the server: the form works without script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

Values = dict[str, Any]
# Fields that take several values: their names' last part.
MANY = frozenset({"models", "classes", "sale_types", "after"})
ROOTS = frozenset({"code", "name", "party", "period", "settle", "effective", "scope", "stacks_with", "terms", "payout"})
MOST_ROWS = 60
MOST_DEPTH = 8
_STEP = re.compile(r"(add|remove|up|down):([a-z_0-9-]{1,80})")


def read_form(sent: MultiDict[str, str]) -> Values:
    """What the browser sent, complete: every key that the page draws is there."""
    tree: Values = {}
    for key in sent:
        parts = key.split("-")
        if parts[0] in ROOTS and len(parts) <= MOST_DEPTH:
            _put(tree, parts, sent.getlist(key) if parts[-1] in MANY else sent.get(key, ""))
    return complete(_with_lists(tree))


def _put(tree: Values, parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            return
    if not isinstance(tree.get(parts[-1]), dict):
        tree[parts[-1]] = value


def _with_lists(tree: Any) -> Any:
    """Objects whose keys are all numbers become lists in their order."""
    if not isinstance(tree, dict):
        return tree
    found = {key: _with_lists(value) for key, value in tree.items()}
    if found and all(key.isascii() and key.isdigit() and len(key) < 6 for key in found):
        return [found[key] for key in sorted(found, key=int)][:MOST_ROWS]
    return found


def _text(tree: Values, key: str, default: str = "") -> str:
    value = tree.get(key, default)
    return value.strip().strip("\u3000")[:500] if isinstance(value, str) else default


def _texts(tree: Values, key: str) -> list[str]:
    value = tree.get(key)
    return [each[:100] for each in value if isinstance(each, str) and each] if isinstance(value, list) else []


def _object(tree: Values, key: str) -> Values:
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def _rows(tree: Values, key: str) -> list[Values]:
    value = tree.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts_of(tree: Values, *keys: str, **defaults: str) -> Values:
    return {key: _text(tree, key) for key in keys} | {key: _text(tree, key, value) for key, value in defaults.items()}


def complete(tree: Values) -> Values:
    """The values of a policy with every key there is."""
    return {
        **_texts_of(tree, "code", "stacks_with", party="outlet", period="month", settle="each_period"),
        "name": _texts_of(_object(tree, "name"), "en", "zh"),
        "effective": _texts_of(_object(tree, "effective"), "from", "to"),
        "scope": _texts_of(_object(tree, "scope"), "regions", "parties", "exclude_parties")
        | {"classes": _texts(_object(tree, "scope"), "classes")},
        "payout": _texts_of(_object(tree, "payout"), "guarantee", "floor", "cap")
        | {"multiplier": [_step(each) for each in _rows(_object(tree, "payout"), "multiplier")]},
        "terms": [complete_term(each) for each in _rows(tree, "terms")],
    }


def complete_term(tree: Values) -> Values:
    """The values of a term with every key there is."""
    lines = _object(tree, "lines")
    return {
        **_texts_of(tree, "id", "method", "no_baseline", "per", "floor", "cap", "prorate"),
        **_texts_of(tree, pays="per_unit", tier_on="units", applies_to="all", window="period"),
        "after": _texts(tree, "after"),
        "label": _texts_of(_object(tree, "label"), "en", "zh"),
        "lines": _texts_of(lines, "tags", "exclude_tags", which="all")
        | {"models": _texts(lines, "models"), "sale_types": _texts(lines, "sale_types")},
        "tiers": [_texts_of(each, "from", "rate", "retrospective") for each in _rows(tree, "tiers")] or [dict(_TIER)],
        "when": [_condition(each) for each in _rows(tree, "when")],
        "deductions": [
            _texts_of(each, "value", by="percent")
            | {"unless": _condition(_object(each, "unless")), "label": _texts_of(_object(each, "label"), "en", "zh")}
            for each in _rows(tree, "deductions")
        ],
    }


_TIER = {"from": "", "rate": "", "retrospective": ""}


def _condition(tree: Values) -> Values:
    return _texts_of(tree, "fact", "name", "value", op=">=") | {"models": _texts(tree, "models")}


def _step(tree: Values) -> Values:
    return _texts_of(tree, "times") | {"when": _condition(_object(tree, "when"))}


def new_term(values: Values) -> Values:
    """A term with an id of its own and one tier from the first unit on."""
    taken = {term["id"] for term in values["terms"]}
    number = next(number for number in range(1, MOST_ROWS + 2) if f"term-{number}" not in taken)
    return complete_term({"id": f"term-{number}", "tiers": [{"from": "0"}]})


_NEW: dict[str, Any] = {
    "tiers": lambda: dict(_TIER),
    "when": lambda: _condition({}),
    "deductions": lambda: complete_term({"deductions": [{}]})["deductions"][0],
    "multiplier": lambda: _step({}),
}


def step(values: Values, asked: str) -> str:
    """Take a step that a button of the form asks for: `add:terms`, `remove:terms-1`, `up:terms-2-tiers-1`.

    Returns the name of the place to go on at; empty where nothing was to be done.
    """
    found = _STEP.fullmatch(asked)
    if found is None:
        return ""
    verb, place = found.groups()
    if verb == "add":
        rows = _at(values, place.split("-"))
        if not isinstance(rows, list) or len(rows) >= MOST_ROWS:
            return ""
        kind = place.rsplit("-", 1)[-1]
        rows.append(new_term(values) if kind == "terms" else _NEW[kind]())
        return f"{place}-{len(rows) - 1}"
    return _move(values, verb, place)


def _move(values: Values, verb: str, place: str) -> str:
    above, _dash, last = place.rpartition("-")
    rows = _at(values, above.split("-"))
    if not isinstance(rows, list) or not last.isdigit() or int(last) >= len(rows):
        return ""
    number = int(last)
    row = rows.pop(number)
    if verb == "remove":
        return f"{above}-{max(number - 1, 0)}" if rows else above
    target = max(number - 1, 0) if verb == "up" else min(number + 1, len(rows))
    rows.insert(target, row)
    return f"{above}-{target}"


def _at(values: Any, parts: list[str]) -> Any:
    for part in parts:
        if isinstance(values, list) and part.isdigit() and int(part) < len(values):
            values = values[int(part)]
        elif isinstance(values, dict) and part in values:
            values = values[part]
        else:
            return None
    return values


def tidy(values: Values) -> Values:
    """Without rows that were left blank (a term keeps one tier): what is checked is what the page then shows."""
    for term in values["terms"]:
        term["tiers"] = [each for each in term["tiers"] if each["from"] or each["rate"]] or [dict(_TIER)]
        term["when"] = [each for each in term["when"] if each["fact"] or each["value"]]
        term["deductions"] = [
            each
            for each in term["deductions"]
            if each["unless"]["fact"] or each["value"] or each["label"]["en"] or each["label"]["zh"]
        ]
        ids = {other["id"] for other in values["terms"]}
        term["after"] = [each for each in term["after"] if each in ids]
    steps = values["payout"]["multiplier"]
    values["payout"]["multiplier"] = [each for each in steps if each["when"]["fact"] or each["times"]]
    return values


def places(values: Any, name: str = "") -> Iterator[str]:
    """The name of every field and group of fields on the page."""
    if name:
        yield name
    if isinstance(values, dict):
        for key, value in values.items():
            yield from places(value, f"{name}-{key}" if name else key)
    elif isinstance(values, list) and any(isinstance(each, dict) for each in values):
        for number, value in enumerate(values):
            yield from places(value, f"{name}-{number}")
