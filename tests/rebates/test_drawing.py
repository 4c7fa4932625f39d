"""A statement's workbook computes every amount again, with formulas that a reader's own program evaluates."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings

from portal.rebates.drawing.formulas import FIRST_FLAG, column_name
from portal.rebates.drawing.paper import Earlier, Paper
from portal.rebates.drawing.workbook import RECOMPUTE, write_workbook
from portal.rebates.rules import document
from portal.rebates.rules import facts as rule_facts
from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.explain import as_dict
from tests.rebates import strategies
from tests.rebates.building import Json, policy, result_of, sold, term, tiers
from tests.rebates.sheets import Sheets


def paper_of(result: Result) -> Paper:
    return Paper(
        title="Statement",
        name="statement",
        head=[("Party", "=1+1 网点"), ("Policy", "@policy")],
        result=result,
        told=as_dict(result),
        earlier=[Earlier("Run 1", "2026-11-20", 1200, 1200)],
        posted_fen=1200,
        due_fen=result.total_fen - 1200,
        document="{}",
    )


def book_of(app: Flask, result: Result) -> openpyxl.Workbook:
    file = io.BytesIO()
    with app.test_request_context("/"):
        write_workbook(paper_of(result), file)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def recomputed(book: openpyxl.Workbook) -> list[Decimal]:
    """What column C of the first sheet comes to, from the first term to the sum due."""
    sheets, first = Sheets(book), book.worksheets[0]
    rows = [row for row in range(1, first.max_row + 1) if str(first.cell(row, 3).value or "").startswith("=")]
    return [sheets.value(first.title, f"C{row}") for row in rows]


def expected(result: Result) -> list[Decimal]:
    terms = [Decimal(each.earned) / (100 if each.term.is_money else 1) for each in result.outcomes]
    return [*terms, Decimal(result.total_fen) / 100, Decimal(result.total_fen - 1200) / 100]


def same(of: Json, on: Json, app: Flask) -> None:
    result = result_of(of, on)
    assert recomputed(book_of(app, result)) == expected(result)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.policies(), strategies.facts())
def test_formulas_and_rules_agree_on_any_policy(app: Flask, policy, facts):
    result = evaluate(document.parse(policy), rule_facts.parse(facts))
    assert recomputed(book_of(app, result)) == expected(result)


@pytest.mark.parametrize("method", ["retrospective", "marginal", "rolling", "total"])
@pytest.mark.parametrize("units", [0, 7, 8, 50, 120])
def test_every_method_at_its_edges(app: Flask, method: str, units: int):
    of = policy(term(tiers=tiers(("8", "2"), ("50", "5")), method=method))
    same(of, sold(units=units, yuan=units * 10), app)


def test_text_of_users_is_never_a_formula(app: Flask):
    book = book_of(app, result_of(policy(term()), sold(units=3)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1 网点"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_changed_line_changes_the_amount(app: Flask):
    """What a dealer does who doubts: put in two more cars, and look."""
    book = book_of(app, result_of(policy(term(tiers=tiers(("8", "1000")))), sold(units=7)))
    assert recomputed(book)[0] == 0
    book["Lines"]["G2"].value = 9
    assert recomputed(book)[0] == 9000


def test_sheets_name_what_the_formulas_name(app: Flask):
    book = book_of(app, result_of(policy(term()), sold(units=3)))
    assert RECOMPUTE in book.sheetnames
    assert book["Lines"][f"{column_name(FIRST_FLAG)}2"].value == 1
    assert column_name(27) == "AB"
