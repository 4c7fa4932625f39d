"""What the editor's page shows: choices, problems at their fields, and the month of example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.db import db
from portal.i18n import current_language, pick
from portal.network.labels import DISTRIBUTOR_TIER, STORE_CLASS
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.rules import DistributorTier, StoreClass
from portal.products.queries import active_models, tags_of_models
from portal.rebates.forms.examples import empty_outcome, example_of, facts_of
from portal.rebates.forms.policy import Document, document_of, names_in, problems_by_field
from portal.rebates.forms.policy_values import Values
from portal.rebates.labels_editor import CHOICES, FILE_FACT, METHOD_HINT, RATE, START, form_sentence, label_of
from portal.rebates.labels_result import blocks_of, payout_of, totals_of
from portal.rebates.labels_terms import activity_word
from portal.rebates.queries.known import ACTIVITIES, DISTRIBUTOR_FACTS, OUTLET_FACTS
from portal.rebates.rules import document
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.problems import Problem
from portal.sales.labels import SALE_TYPE

_ENDS = ("省", "市", "自治区", "壮族自治区", "县", "区")


def resolver() -> Callable[[str], str]:
    """Name of a region → its code; a code (with or without its name behind it) stays; the unknown stays too."""
    book = region_book(db.session())
    codes = {entry.code for entry in book.entries.values()}
    named = _codes_by_name(book)

    def resolve(text: str) -> str:
        head = text.split()[0]
        return head if head in codes else named.get(text.casefold(), text)

    return resolve


def _codes_by_name(book: RegionBook) -> dict[str, str]:
    """Names that mean one region only, short ones too."""
    named: dict[str, set[str]] = {}
    for entry in book.entries.values():
        names = {entry.name_zh.casefold(), entry.name_en.casefold()}
        names |= {entry.name_zh.removesuffix(end) for end in _ENDS}
        for name in names - {""}:
            named.setdefault(name, set()).add(entry.code)
    return {name: next(iter(codes)) for name, codes in named.items() if len(codes) == 1}


def region_words(codes: Iterable[str]) -> str:
    """The regions of a scope by their names."""
    language, names = current_language(), dict[str, str]()
    for entry in region_book(db.session()).entries.values():
        names.setdefault(entry.code, entry.name(language))
    comma = "、" if language == "zh_Hans" else ", "
    return comma.join(names.get(code, code) for code in codes)


def to_document(values: Values) -> Document:
    """The document of the form, with regions by their codes."""
    return document_of(values, resolver())


def page_of(values: Values, problems: list[Problem]) -> dict[str, Any]:
    """Everything that the template of the editor asks for, but for what is about the draft itself."""
    today = clock.today()
    models = active_models(db.session(), today)
    found = problems_by_field(problems, values)
    tags = sorted({tag for names in tags_of_models(db.session(), today).values() for tag in names})
    regions = names_in(values["scope"]["regions"], resolver())
    return {
        "values": values,
        "problems": {name: [form_sentence(each) for each in those] for name, those in found.items()},
        "summary": _summary(found),
        "words": {
            **{kind: {str(key): word for key, word in words.items()} for kind, words in CHOICES.items()},
            "rate": {str(key): word for key, word in RATE.items()},
            "start": {str(key): word for key, word in START.items()},
            "method_hint": {str(key): word for key, word in METHOD_HINT.items()},
        },
        "models": [(model.code, _named(model)) for model in models],
        "sale_types": [(str(key), word) for key, word in SALE_TYPE.items()],
        "classes": class_choices(values["party"]),
        "activities": [(name, activity_word(name)) for name in ACTIVITIES],
        "file_facts": [(name, FILE_FACT.get(name, name)) for name in _file_facts(values["party"])],
        "tags": tags,
        "earlier_terms": [(term["id"], _term_name(term)) for term in values["terms"]],
        "opened": _opened(found),
        "region_words": region_words(regions) if regions else "",
        "example": example_of(request.form, values, [model.code for model in models]),
        "outcome": empty_outcome(),
        "paste_url": "",
    }


def class_choices(party: str) -> list[tuple[str, Any]]:
    """The classes that parties of a kind may have."""
    if party == "distributor":
        return [(str(tier), DISTRIBUTOR_TIER[tier]) for tier in DistributorTier]
    return [(str(each), STORE_CLASS.get(each, each)) for each in StoreClass]


def _file_facts(party: str) -> tuple[str, ...]:
    return DISTRIBUTOR_FACTS if party == "distributor" else OUTLET_FACTS


def _named(model: Any) -> str:
    name = pick(model.name_zh, model.name_en)
    return name if name.startswith(model.code) else f"{model.code} {name}"


def _term_name(term: Values) -> str:
    label = term["label"]
    return pick(label["zh"], label["en"]) or str(term["id"])


def _opened(found: Mapping[str, Any]) -> Counter[str]:
    """Cards whose folded part holds something to correct."""
    inside = (
        "lines-tags",
        "exclude_tags",
        "sale_types",
        "applies_to",
        "window",
        "floor",
        "cap",
        "prorate",
        "after",
        "id",
    )
    return Counter("-".join(name.split("-")[:2]) for name in found if name.endswith(inside))


def _summary(found: Mapping[str, list[Problem]]) -> list[tuple[str, str, str]]:
    """(field, where it stands, sentence) of each problem."""
    return [(name, label_of(name), form_sentence(each)) for name, those in found.items() for each in those]


def outcome_of(values: Values, sent: MultiDict[str, str]) -> dict[str, Any]:
    """What the policy of the form makes of the month of example."""
    written, outcome = _with_names(to_document(values)), empty_outcome()
    problems = document.check(written)
    if problems:
        outcome["problems"] = _summary(problems_by_field(problems, values))
        return outcome
    # The example has no day: it lies within the policy's days, and is of nobody in particular.
    result = evaluate(document.parse(written), facts_of(example_of(sent, values, ())))
    told = as_dict(result)
    return outcome | {"blocks": blocks_of(result, told), "payout": payout_of(told), "totals": totals_of(result)}


def _with_names(written: Document) -> Document:
    """With whatever the arithmetic does not need: names, code, days. The example lives before they are given."""
    for named in (written, *written["terms"]):
        key = "name" if named is written else "label"
        words = named[key]["en"] or named[key]["zh"] or named.get("id") or "–"
        named[key] = {language: text or words for language, text in named[key].items()}
    year, days = clock.today().year, written["effective"]
    if not days["from"] or not days["to"]:
        written["effective"] = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
    written["code"] = written["code"] or "EXAMPLE"
    for term in written["terms"]:
        for taken in term.get("deductions", ()):
            words = taken["label"]["en"] or taken["label"]["zh"] or "–"
            taken["label"] = {language: text or words for language, text in taken["label"].items()}
    return written


def stale_words(name: str) -> str:
    """What to say when somebody else has saved the draft in the meantime."""
    return _(
        "%(name)s has saved this draft since you opened it. Below is your version; saving again replaces theirs.",
        name=name or _("Somebody else"),
    )
