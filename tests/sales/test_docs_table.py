"""The page of the documentation says what the declared table says."""

from __future__ import annotations

from portal.sales.rules.checks import Check
from portal.sales.rules.document import ASKED, MEANING, document
from portal.sales.rules.states import MOVES, Guard
from portal.settings import ROOT


def test_the_page_equals_the_table():
    assert (ROOT / "docs/monthly-report.md").read_text(encoding="utf8") == document()


def test_every_line_guard_and_check_is_in_it():
    page = document()
    for move in MOVES:
        assert f"| `{move.before}` | `{move.action}` | `{move.role}` |" in page
    assert (set(MEANING), set(ASKED)) == (set(Guard), set(Check))
