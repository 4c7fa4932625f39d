"""The page of the documentation says what the declared tables say."""

from __future__ import annotations

from portal.onboarding.rules.document import MEANING, document
from portal.onboarding.rules.states import MOVES, Guard
from portal.settings import ROOT


def test_the_page_equals_the_tables():
    assert (ROOT / "docs/onboarding.md").read_text(encoding="utf8") == document()


def test_every_line_and_guard_is_in_it():
    page = document()
    for move in MOVES:
        assert f"| `{move.before}` | `{move.action}` | `{move.role}` |" in page
    assert set(MEANING) == set(Guard)
