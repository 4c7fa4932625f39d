"""A result as spreadsheet formulas: each term from its lines to its amount, as the rules compute it.

Amounts in the workbook are yuan, so that a reader recomputes in the unit of the statement. Cells hold the formula and
the value that the rules found: whoever opens the file sees the value, and a spreadsheet computes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.exact import EXACT, ZERO
from portal.rebates.rules.facts import Line
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.terms import Outcome, Part, covers_year, paid_on
from portal.rebates.rules.tiers import Stretch
from portal.rebates.rules.volumes import is_in_effect, refusals
from portal.rebates.rules.words import Method, Pays, TierOn

LINES = "Lines"
FIRST_FLAG = 8  # 0-based column of the first term's mark on the sheet of lines
NOW, UNITS, YUAN = "F", "G", "H"
HUNDRED, ONE = Decimal(100), Decimal(1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A label, a formula (or a value where there is nothing to compute), and the value it has."""

    label: str
    formula: str
    value: Decimal
    kind: str = "number"
    """number, money, rate, sum (the term's amount) or note."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A sales line with a mark for each term that counts it."""

    line: Line
    is_now: bool
    flags: Sequence[int]


def line_rows(result: Result) -> list[LineRow]:
    """All lines of the facts, this period's first; a term's mark is 1 where it counts the line."""
    rows = []
    for lines, is_now in ((result.facts.lines, True), (result.facts.year_to_date, False)):
        for line in lines:
            rows.append(LineRow(line, is_now, _flags(result.policy, line)))
    return rows


def _flags(policy: Policy, line: Line) -> list[int]:
    if not is_in_effect(policy, line):
        return [0] * len(policy.terms)
    return [0 if refused else 1 for refused in refusals(policy, line)]


def column_name(number: int) -> str:
    """A, B … Z, AA …; from 0."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


class TermFormulas:
    """The cells of one term, in order; `row` is the (1-based) row at which they begin, `count` the lines there are."""

    def __init__(self, result: Result, outcome: Outcome, row: int, count: int) -> None:
        self.result, self.outcome, self.term = result, outcome, outcome.term
        self.row, self.last = row, count + 1
        self.cells: list[Cell] = []
        with localcontext(EXACT):
            self._write()

    @property
    def total(self) -> str:
        """The address of the term's amount."""
        return self._at(len(self.cells) - 1)

    def _at(self, place: int) -> str:
        return f"$C${self.row + place}"

    def _add(self, cell: Cell) -> str:
        self.cells.append(cell)
        return self._at(len(self.cells) - 1)

    def _write(self) -> None:
        outcome = self.outcome
        if outcome.status != "paid" and not self._is_open:
            self._add(Cell("amount", "0", ZERO, "sum", outcome.status))
            return
        year = covers_year(self.term, self.result.policy.is_cumulative)
        self._now = {fen: self._volume(fen, "1") for fen in (False, True)}
        self._before = {fen: self._volume(fen, "0") for fen in (False, True)} if year else {}
        in_fen = self.term.tiers_in_fen
        before = f"+{self._before[in_fen]}" if year else ""
        measure = self._number("measure", f"{self._now[in_fen]}{before}", outcome.measure, in_fen)
        limits = [self._limit(number, limit) for number, limit in enumerate(outcome.limits)]
        span = f"{limits[0]}:{limits[-1]}"
        formula = f'COUNTIF({span},"<="&{measure})'
        self._tier = self._add(Cell("tier", formula, Decimal(outcome.top + 1)))
        parts = outcome.parts
        if self._is_open:
            low, high = paid_on(outcome, self.term.pays_on_fen, self.result.policy.is_cumulative)
            base = ONE if self.term.pays is Pays.LUMP_SUM else high - low
            parts = [Part(Stretch(0, low, high), max(base, ZERO), ZERO)]
        self._finish([self._part(part, limits) for part in parts])

    @property
    def _is_open(self) -> bool:
        """Whether the first tier is not reached, and a reader may put in more and see what it would bring."""
        term, outcome = self.term, self.outcome
        is_whole = term.method is Method.RETROSPECTIVE and outcome.level is None and outcome.reduced is None
        is_plain = not term.deductions and term.floor is None and not term.is_growth
        return outcome.status == "below_first_tier" and is_whole and is_plain

    def _volume(self, in_fen: bool, now: str) -> str:
        flag = column_name(FIRST_FLAG + self.outcome.number)
        column = YUAN if in_fen else UNITS
        ranges = [f"{LINES}!${name}$2:${name}${max(self.last, 2)}" for name in (flag, NOW, column)]
        label = f"{'amount' if in_fen else 'units'}_{'now' if now == '1' else 'before'}"
        volume = self.outcome.volume
        value = Decimal(volume.now(in_fen) if now == "1" else volume.before(in_fen))
        return self._number(label, f"SUMPRODUCT({ranges[0]},--({ranges[1]}={now}),{ranges[2]})", value, in_fen)

    def _number(self, label: str, formula: str, value: Decimal, in_fen: bool, text: str = "") -> str:
        return self._add(Cell(label, formula, _shown(value, in_fen), "money" if in_fen else "number", text))

    def _limit(self, number: int, limit: Decimal) -> str:
        """Where a tier begins as a volume: a ratio times what it is held against."""
        term, outcome, in_fen = self.term, self.outcome, self.term.tiers_in_fen
        against, start = _plain(_shown(outcome.against, in_fen)), _plain(term.tiers[number].start)
        if term.tier_on is TierOn.ATTAINMENT:
            formula = f"{start}*{against}"
        elif term.tier_on is TierOn.GROWTH:
            formula = f"(1+{start})*{against}"
        elif term.tier_on in (TierOn.GROWTH_UNITS, TierOn.GROWTH_AMOUNT):
            formula = f"{start}+{against}"
        else:
            formula = start
        return self._number("limit", formula, limit, in_fen, str(number + 1))

    def _part(self, part: Part, limits: Sequence[str]) -> str:
        tier, rate = str(part.stretch.tier + 1), self.term.tiers[part.stretch.tier].rate
        if self.term.method is Method.RETROSPECTIVE:
            rates = ",".join(_plain(each.rate) for each in self.term.tiers)
            rate, tier = (ZERO, "0") if self._is_open else (rate, tier)
            rate_at = self._add(Cell("rate", f"IF({self._tier}=0,0,CHOOSE({self._tier},{rates}))", rate, "rate", tier))
        else:
            rate_at = self._add(Cell("rate", _plain(rate), rate, "rate", tier))
        is_money = self.term.is_money
        if self.term.pays is Pays.LUMP_SUM:
            return self._add(Cell("part", rate_at, _shown(part.exact, is_money), "money", tier))
        base_at = self._number("base", self._base(part, limits), part.base, self.term.pays_on_fen, tier)
        if self.term.is_packed:
            formula = f"INT({base_at}/{self.term.per})*{rate_at}"
        elif self.term.pays is Pays.PERCENT:
            formula = f"{base_at}*{rate_at}/100"
        else:
            formula = f"{base_at}*{rate_at}"
        return self._add(Cell("part", formula, _shown(part.exact, is_money), "money" if is_money else "number", tier))

    def _base(self, part: Part, limits: Sequence[str]) -> str:
        """The stretch of volume that the tier pays on, scaled where slices are in another unit or terms came before."""
        outcome, term = self.outcome, self.term
        cumulative = self.result.policy.is_cumulative
        is_crossed = term.is_cut and term.tiers_in_fen != term.pays_on_fen
        in_fen = term.tiers_in_fen if is_crossed else term.pays_on_fen
        low, high = paid_on(outcome, in_fen, cumulative)
        ends = self._ends(in_fen, cumulative)
        level = None if is_crossed else outcome.level
        names = {}
        for number, threshold in enumerate(outcome.limits):
            if in_fen == term.tiers_in_fen:
                names[threshold] = limits[number]
        names[low], names[high] = ends
        if level is not None:
            names[level] = _plain(_shown(level, in_fen))
        stretch = part.stretch
        start, end = (names.get(each, _plain(_shown(each, in_fen))) for each in (stretch.low, stretch.high))
        formula = f"MAX(0,{end}-{start})"
        if is_crossed:
            kept = outcome.full_base if outcome.reduced is None else outcome.reduced
            whole = f"({ends[1]}-{ends[0]})"
            return f"{formula}*{_plain(_shown(kept, term.pays_on_fen))}/{whole}"
        if outcome.reduced is not None and outcome.reduced != outcome.full_base:
            part_of, full = (_plain(_shown(each, term.pays_on_fen)) for each in (outcome.reduced, outcome.full_base))
            return f"{formula}*{part_of}/{full}"
        return formula

    def _ends(self, in_fen: bool, cumulative: bool) -> tuple[str, str]:
        """The cells between which the paid volume lies."""
        now = self._now[in_fen]
        if not self._before:
            return "0", now
        before = self._before[in_fen]
        return ("0" if cumulative else before), f"({before}+{now})"

    def _finish(self, amounts: list[str]) -> None:
        outcome, term = self.outcome, self.term
        kind = "money" if term.is_money else "number"
        gross = "+".join(amounts) or "0"
        rest = gross
        for taken in outcome.taken:
            if taken.deduction.percent is not None:
                off = f"({gross})*{_plain(taken.deduction.percent)}/100"
            else:
                off = _plain(_shown(taken.deduction.amount or ZERO, term.is_money))
            value = _shown(-taken.exact, term.is_money)
            at = self._add(Cell("deduction", f"-MIN({off},{rest})", value, kind, _label(taken.deduction.label)))
            rest = f"{rest}+{at}"
        if term.floor is not None:
            floor = _plain(_shown(term.floor, term.is_money))
            formula = f"IF(AND(({rest})>0,({rest})<{floor}),{floor}-({rest}),0)"
            rest = f"{rest}+{self._add(Cell('floor', formula, _shown(outcome.lifted, term.is_money), kind))}"
        if term.cap is not None:
            cap = _plain(_shown(term.cap, term.is_money))
            formula = f"-MAX(0,({rest})-{cap})"
            rest = f"{rest}+{self._add(Cell('cap', formula, _shown(-outcome.cut, term.is_money), kind))}"
        digits = 2 if term.is_money else 0
        self._add(Cell("amount", f"ROUND({rest},{digits})", _shown(Decimal(outcome.earned), term.is_money), "sum"))


def payout_cells(result: Result, money_totals: Sequence[str], row: int) -> Iterator[Cell]:
    """From the sum of the terms' money to what the party is entitled to; the first cell stands at `row`."""
    earned = sum(outcome.earned for outcome in result.outcomes if outcome.term.is_money)
    yield Cell("sum", "+".join(money_totals) or "0", Decimal(earned) / HUNDRED, "money")
    last = f"$C${row}"
    for place, change in enumerate(result.changes, start=1):
        after = Decimal(change.after_fen) / HUNDRED
        if change.code == "multiplied" and change.step is not None:
            formula = f"ROUND({last}*{_plain(change.step.times)},2)"
        elif change.code == "no_multiplier_holds":
            formula = "0"
        elif change.code == "settled_before":
            formula = f"{last}-{_plain(Decimal(result.facts.settled_fen) / HUNDRED)}"
        else:
            formula = f"{'MIN' if change.code == 'payout_cap' else 'MAX'}({last},{_plain(after)})"
        yield Cell(change.code, formula, after, "money")
        last = f"$C${row + place}"
    yield Cell("total", last, Decimal(result.total_fen) / HUNDRED, "sum")


def _shown(value: Decimal, in_fen: bool) -> Decimal:
    return value / HUNDRED if in_fen else value


def _plain(value: Decimal) -> str:
    """A number as a formula holds it: no exponent, negative in brackets."""
    text = f"{value.normalize():f}"
    return f"({text})" if text.startswith("-") else text


def _label(words: object) -> str:
    return str(words.get("en", "")) if isinstance(words, dict) else ""
