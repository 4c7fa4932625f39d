"""Every example in docs/rebates.md gives what the page says."""

from __future__ import annotations

import json
import re

import pytest

from portal.rebates.rules.document_terms import OPTIONAL, REQUIRED
from portal.rebates.rules.words import AppliesTo, Fact, Method, NoBaseline, Pays, Settle, TierOn, Window
from portal.settings import ROOT
from tests.rebates.building import both, policy, settled

PAGE = (ROOT / "docs" / "rebates.md").read_text(encoding="utf8")
BLOCKS = re.findall(r"```json (policy|term|terms|facts|result)\n(.*?)```", PAGE, re.DOTALL)


def examples():
    """(policy, facts, result) of each result on the page; facts hold until others follow."""
    found, of, on = [], None, None
    for kind, text in BLOCKS:
        value = json.loads(text)
        if kind == "facts":
            on = value
        elif kind == "result":
            found.append((of, on, value))
        else:
            terms = value if isinstance(value, list) else [value]
            of = value if kind == "policy" else policy(*({"label": both("Example")} | term for term in terms))
    return found


def test_the_page_has_examples():
    assert len(examples()) >= 13


@pytest.mark.parametrize("number", range(len(examples())))
def test_an_example_gives_what_the_page_says(number):
    of, on, expected = examples()[number]
    found = settled(of, on)
    assert found["total_fen"] == expected["total_fen"]
    assert found["goods"] == expected.get("goods", 0)
    earned = {term["id"]: term["earned_fen"] for term in found["terms"]}
    assert earned == expected.get("terms", earned)


@pytest.mark.parametrize("choices", [AppliesTo, Fact, Method, NoBaseline, Pays, Settle, TierOn, Window])
def test_every_word_of_the_language_is_on_the_page(choices):
    assert [word for word in choices if f"`{word}" not in PAGE] == []


@pytest.mark.parametrize("key", [*REQUIRED, *OPTIONAL])
def test_every_key_of_a_term_is_on_the_page(key):
    assert f"`{key}`" in PAGE
