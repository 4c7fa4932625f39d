"""A statement as a workbook: what it says, why, and an appendix whose formulas compute every amount again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.rebates.drawing.formulas import (
    FIRST_FLAG,
    LINES,
    Cell,
    LineRow,
    TermFormulas,
    column_name,
    line_rows,
    payout_cells,
)
from portal.rebates.drawing.paper import Paper
from portal.rebates.labels_result import LEFT_OUT
from portal.rebates.labels_terms import describe_payout, describe_terms, word_of
from portal.spreadsheets.export import WORKBOOK_OPTIONS, write_cell

RECOMPUTE = "Recompute"
_OPTIONS = {**WORKBOOK_OPTIONS, "constant_memory": False, "in_memory": True}
Words = dict[str, Callable[[str], str]]


def write_workbook(paper: Paper, file: BinaryIO | Path | str) -> None:
    """The statement, its reasons, the recomputation, the lines and the policy, each a sheet."""
    target = str(file) if isinstance(file, Path) else file
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": paper.title, "comments": paper.made})
        _Writer(book, paper).write()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, paper: Paper) -> None:
        self.book, self.paper, self.result = book, paper, paper.result
        add = book.add_format
        self.bold, self.title = add({"bold": True}), add({"bold": True, "font_size": 14})
        self.head = add({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap = add({"text_wrap": True, "valign": "top"})
        self.soft = add({"font_color": "#50626a"})
        self.looks: dict[str, Format] = {
            "money": add({"num_format": '"¥"#,##0.00;[Red]-"¥"#,##0.00'}),
            "number": add({"num_format": "#,##0.######"}),
            "rate": add({"num_format": "#,##0.####"}),
            "sum": add({"bold": True, "top": 1, "num_format": "#,##0.00"}),
            "date": add({"num_format": "yyyy-mm-dd"}),
        }
        self.rows = line_rows(self.result)
        self.totals: list[str] = []
        self.grand = ""

    def write(self) -> None:
        """All sheets; the first refers to the third, so the addresses are found beforehand."""
        first, why = self.book.add_worksheet(_("Statement")), self.book.add_worksheet(_("Why"))
        recompute, lines = self.book.add_worksheet(RECOMPUTE), self.book.add_worksheet(LINES)
        policy = self.book.add_worksheet(_("Policy"))
        self._recompute(recompute)
        self._statement(first)
        self._why(why)
        self._lines(lines)
        self._policy(policy)
        first.activate()
        for sheet in (first, why, recompute, policy):
            sheet.hide_gridlines(2)

    def _statement(self, sheet: Worksheet) -> None:
        paper = self.paper
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 3, 20)
        write_cell(sheet, 0, 0, paper.title, self.title)
        row = 2
        for label, value in paper.head:
            write_cell(sheet, row, 0, label, self.soft)
            write_cell(sheet, row, 1, value)
            row += 1
        row = self._header(sheet, row + 1, [_("Term"), _("Earned"), _("Recomputed")])
        for outcome, total in zip(self.result.outcomes, self.totals, strict=True):
            money = outcome.term.is_money
            earned: float = outcome.earned / 100 if money else outcome.earned
            look = self.looks["money" if money else "number"]
            write_cell(sheet, row, 0, word_of(outcome.term.label))
            sheet.write_number(row, 1, earned, look)
            sheet.write_formula(row, 2, f"={RECOMPUTE}!{total}", look, earned)
            row += 1
        for label, fen, formula in self._sums():
            write_cell(sheet, row, 0, label, self.bold)
            sheet.write_number(row, 1, fen / 100, self.looks["money"])
            if formula:
                sheet.write_formula(row, 2, formula, self.looks["money"], fen / 100)
            row += 1
        self._earlier(sheet, row + 1)

    def _sums(self) -> list[tuple[str, int, str]]:
        paper = self.paper
        return [
            (_("Entitled to"), self.result.total_fen, f"={RECOMPUTE}!{self.grand}"),
            (_("Settled before"), paper.posted_fen, ""),
            (_("Due by this statement"), paper.due_fen, f"={RECOMPUTE}!{self.grand}-({paper.posted_fen / 100:.2f})"),
        ]

    def _earlier(self, sheet: Worksheet, row: int) -> None:
        if not self.paper.earlier:
            return
        row = self._header(sheet, row, [_("Earlier settlements"), _("Day"), _("Entitled to"), _("Posted")])
        for earlier in self.paper.earlier:
            write_cell(sheet, row, 0, earlier.label)
            write_cell(sheet, row, 1, earlier.day)
            sheet.write_number(row, 2, earlier.entitled_fen / 100, self.looks["money"])
            sheet.write_number(row, 3, earlier.posted_fen / 100, self.looks["money"])
            row += 1

    def _why(self, sheet: Worksheet) -> None:
        titles = [_("Term"), _("Tier"), _("Measure"), _("Rate"), _("Base"), _("Adds"), _("Reason"), _("Sales lines")]
        for column, width in enumerate((24, 8, 14, 12, 14, 14, 80, 40)):
            sheet.set_column(column, column, width)
        row = self._header(sheet, 0, titles)
        for block in self.paper.told.get("terms", ()):
            for reason in block["reasons"]:
                row = self._reason(sheet, row, word_of(block["label"]), reason)
        for reason in self.paper.told.get("payout", ()):
            row = self._reason(sheet, row, _("Payout"), reason)
        sheet.freeze_panes(1, 0)

    def _reason(self, sheet: Worksheet, row: int, label: str, reason: dict[str, Any]) -> int:
        write_cell(sheet, row, 0, label, self.wrap)
        write_cell(sheet, row, 1, reason["tier"] + 1 if "tier" in reason else None)
        for column, key in ((2, "measure"), (3, "rate"), (4, "base")):
            write_cell(sheet, row, column, reason.get(key, ""))
        if reason["code"] not in LEFT_OUT:
            money = "amount_fen" in reason
            amount = reason["amount_fen"] / 100 if money else reason.get("points", reason.get("goods", 0))
            sheet.write_number(row, 5, amount, self.looks["money" if money else "number"])
        write_cell(sheet, row, 6, word_of(reason.get("text", {})), self.wrap)
        write_cell(sheet, row, 7, ", ".join(reason.get("lines", ())), self.wrap)
        return row + 1

    def _recompute(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, 28)
        sheet.set_column(2, 2, 18)
        write_cell(sheet, 0, 0, _("Every amount again, from the sales lines: change a line and see."), self.soft)
        row, money = 2, []
        for outcome in self.result.outcomes:
            write_cell(sheet, row, 0, word_of(outcome.term.label), self.bold)
            formulas = TermFormulas(self.result, outcome, row + 2, len(self.rows))
            row = self._cells(sheet, row + 1, formulas.cells)
            self.totals.append(formulas.total)
            if outcome.term.is_money:
                money.append(formulas.total)
            row += 1
        write_cell(sheet, row, 0, _("Payout"), self.bold)
        cells = list(payout_cells(self.result, money, row + 2))
        row = self._cells(sheet, row + 1, cells)
        self.grand = f"$C${row}"

    def _cells(self, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> int:
        for cell in cells:
            write_cell(sheet, row, 0, cell_words().get(cell.label, cell.label))
            write_cell(sheet, row, 1, _note(cell), self.soft)
            sheet.write_formula(row, 2, f"={cell.formula}", self.looks[cell.kind], float(cell.value))
            row += 1
        return row

    def _lines(self, sheet: Worksheet) -> None:
        titles = [
            _("Reference"), _("Day"), _("Model"), _("Groups"), _("Type of sale"), _("This period"), _("Units"),
            _("Amount in yuan"),
        ]  # fmt: skip
        titles += [f"{_('Counts for')} {word_of(outcome.term.label)}" for outcome in self.result.outcomes]
        sheet.set_column(0, FIRST_FLAG + len(self.result.outcomes), 16)
        self._header(sheet, 0, titles)
        for number, row in enumerate(self.rows, start=1):
            self._line(sheet, number, row)
        sheet.freeze_panes(1, 0)
        if self.rows:
            sheet.autofilter(0, 0, len(self.rows), len(titles) - 1)

    def _line(self, sheet: Worksheet, number: int, row: LineRow) -> None:
        line = row.line
        write_cell(sheet, number, 0, line.ref)
        write_cell(sheet, number, 1, line.on, self.looks["date"])
        write_cell(sheet, number, 2, line.model)
        write_cell(sheet, number, 3, ", ".join(line.tags))
        write_cell(sheet, number, 4, line.sale_type)
        write_cell(sheet, number, 5, 1 if row.is_now else 0)
        write_cell(sheet, number, 6, line.units)
        sheet.write_number(number, 7, line.amount_fen / 100, self.looks["money"])
        for place, flag in enumerate(row.flags):
            write_cell(sheet, number, FIRST_FLAG + place, flag)

    def _policy(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 100)
        row = 0
        for term in describe_terms(self.result.policy):
            write_cell(sheet, row, 0, term.label, self.bold)
            tiers = [f"{tier.start}: {tier.pays}" for tier in term.tiers]
            for text in (term.measured, *tiers, *term.notes, *term.conditions, *term.deductions):
                row += 1
                write_cell(sheet, row, 0, text, self.wrap)
            row += 2
        for text in describe_payout(self.result.policy):
            write_cell(sheet, row, 0, text, self.wrap)
            row += 1
        if self.paper.document:
            write_cell(sheet, row + 1, 0, _("The document"), self.bold)
            write_cell(sheet, row + 2, 0, self.paper.document, self.wrap)

    def _header(self, sheet: Worksheet, row: int, titles: Sequence[str]) -> int:
        for column, title in enumerate(titles):
            write_cell(sheet, row, column, title, self.head)
        return row + 1


def cell_words() -> dict[str, str]:
    """What the cells of the recomputation are called."""
    return {
        "units_now": _("Units of this period"),
        "units_before": _("Units of the year before it"),
        "amount_now": _("Amount of this period"),
        "amount_before": _("Amount of the year before it"),
        "measure": _("What selects the tier"),
        "limit": _("Tier begins at"),
        "tier": _("Tier reached"),
        "rate": _("Rate"),
        "base": _("Base"),
        "part": _("Base × rate"),
        "deduction": _("Deduction"),
        "floor": _("Raised to the floor"),
        "cap": _("Cut to the cap"),
        "amount": _("The term earns"),
        "sum": _("Sum of the terms"),
        "multiplied": _("Multiplied"),
        "no_multiplier_holds": _("No multiplier holds"),
        "guarantee": _("Raised to the guarantee"),
        "payout_floor": _("Raised to the least that is paid"),
        "payout_cap": _("Cut to the most that is paid"),
        "settled_before": _("Less what was settled before"),
        "total": _("Entitled to"),
    }


def _note(cell: Cell) -> str:
    if cell.label in ("limit", "rate", "base", "part"):
        return _("Tier %(number)s", number=cell.text)
    return cell.text


assert column_name(FIRST_FLAG - 1) == "H"  # noqa: S101 - the sheet of lines and the formulas agree
