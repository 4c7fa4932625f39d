"""Rows drawn from a pattern: every cell in its place, text escaped, markup as it stands."""

from __future__ import annotations

from collections import namedtuple

from markupsafe import Markup

from portal.table_rows import columns_of, draw_rows


def test_a_pattern_escapes_text_and_keeps_markup() -> None:
    drawn = draw_rows("<td>{a}</td><td>{b}</td>", {"a": ["<b>{b}", Markup("<p>")], "b": [Markup("<i>x</i>"), "%s"]})
    assert drawn == "<td>&lt;b&gt;{b}</td><td><i>x</i></td><td><p></td><td>%s</td>"


def test_a_pattern_may_hold_signs_of_formats() -> None:
    assert draw_rows("100 % {a} %s", {"a": ["x", "y"]}) == "100 % x %s100 % y %s"


def test_a_cell_may_hold_the_sign_between_cells() -> None:
    cells = {"a": ["1&2", ""], "b": ["\x1e<", "\x1e"]}
    assert draw_rows("<p>{a}|{b}</p>", cells) == "<p>1&amp;2|\x1e&lt;</p><p>|\x1e</p>"


def test_no_row_draws_nothing() -> None:
    assert draw_rows("<p>{a}</p>", {"a": []}) == ""


def test_rows_turn_into_columns() -> None:
    row = namedtuple("row", "code name")
    of = columns_of([row("A", "one"), row("B", "two")])
    assert (of.code, of.name) == (("A", "B"), ("one", "two"))
