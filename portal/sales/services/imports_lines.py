"""Lines of a file → rows that can be staged, and findings about all that deserves a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.sales.rules.stock import LineFacts, Place
from portal.sales.services.imports_books import Books
from portal.sales.services.imports_places import Gap, PlaceReader, RowOwnerCheck
from portal.spreadsheets.blocks import Block
from portal.spreadsheets.findings import Report

# In the order of the rows that `LineReader.read` gives, after the row's number.
QUANTITY_FIELDS = (
    "opening_stock", "sell_in", "transfers_in", "transfers_out", "in_transit", "sell_through", "retail", "returns_in",
    "returns_out", "closing_stock", "aged_stock",
)  # fmt: skip
STAGED_LINE = ("row_number", *QUANTITY_FIELDS, "counted_stock", "channel_price_fen", "amount_fen", "reason",
               "outlet_id", "model_id")  # fmt: skip
Row = tuple[Any, ...]
_SUMMED = frozenset(QUANTITY_FIELDS) - {"in_transit"}
# A row with nothing in all of these was not filled in.
_FILLED_IN = (*(name for name in QUANTITY_FIELDS if name != "opening_stock"), "counted_stock", "amount")


class LineReader:
    """Reads the lines of one file, block by block; `end` says what concerns all of them.

    `names`: field → what its column is called in both languages, for columns that the file does not have;
    `has_details`: whether the retail of each place is to be remembered, to compare details with.
    """

    def __init__(self, books: Books, report: Report, names: Mapping[str, Any], *, has_details: bool) -> None:
        self._has_details = has_details
        self._names = names
        self._books = books
        self._report = report
        self._places = PlaceReader(books, report)
        self._owner = RowOwnerCheck(books, report)
        self._seen: dict[Place, int] = {}
        self._gaps: dict[str, Gap] = {}
        self._untouched = Gap()
        self.retail: dict[Place, tuple[int, int]] = {}
        """Place → (row, retail units), to compare the details with."""

    def read(self, block: Block) -> list[Row]:
        """The rows that can be staged, in the order of STAGED_LINE."""
        untouched = self._find_untouched(block)
        outlets, models, refused = self._places.read(block)
        self._owner.check(block, refused)
        refused |= untouched
        figures = [self._filled(block, name, outlets, models, refused) for name in QUANTITY_FIELDS]
        reasons = [text or "" for text in block.column("reason")]
        amounts = [value or 0 for value in block.column("amount")]
        prices, counted = block.column("channel_price"), block.column("counted_stock")
        rows = zip(block.numbers, *figures, counted, prices, amounts, reasons, outlets, models, strict=True)
        places: list[Any] = list(zip(outlets, models, strict=True))
        if not refused and self._is_flawless(block, places):
            return list(rows)
        return list(self._kept(rows, refused, untouched))

    def _is_flawless(self, block: Block, places: list[Place]) -> bool:
        """Whether every row of the block adds up, by a few sums over whole columns; then its rows are taken note of."""
        figures, closing_of = block.arrays, self._books.closing
        if not figures.keys() >= _SUMMED or not self._seen.keys().isdisjoint(places):
            return False
        openings = block.columns["opening_stock"]
        if closing_of and any(closing_of.get(*each) != each[1] for each in zip(places, openings, strict=True)):
            return False
        arrived = figures["opening_stock"] + figures["sell_in"] + figures["transfers_in"] + figures["returns_in"]
        left = figures["transfers_out"] + figures["retail"] + figures["returns_out"]
        closing, counted = figures["closing_stock"], figures.get("counted_stock")
        if counted is None and "counted_stock" in block.columns and any(block.columns["counted_stock"]):
            return False
        if (
            figures["sell_through"].any()
            or (arrived - left != closing).any()
            or (figures["aged_stock"] > closing).any()
            or (counted is not None and (counted != closing).any())
            or len(set(places)) < len(places)
        ):
            return False
        self._seen.update(zip(places, block.numbers, strict=True))
        if self._has_details:
            self.retail.update(zip(places, zip(block.numbers, block.columns["retail"], strict=True), strict=True))
        return True

    def _kept(self, rows: Iterator[Row], refused: set[int], untouched: set[int]) -> Iterator[Row]:
        closing_of = self._books.closing
        for at, row in enumerate(rows):
            if at in refused:
                self._note_place(at, row, untouched)
                continue
            (number, opening, sell_in, t_in, t_out, _transit, through, retail, r_in, r_out, closing, aged, counted,
             _price, _amount, reason, outlet, model) = row  # fmt: skip
            place = (outlet, model)
            if not self._is_first(place, number):
                continue
            if aged > closing:
                self._report.error("aged_over_closing", row=number, field="aged_stock", value=aged, closing=closing)
                continue
            if self._has_details:
                self.retail[place] = (number, retail)
            if not reason:
                out = retail if outlet is not None else through + retail
                expected = opening + sell_in + t_in - t_out - out + r_in - r_out
                last = closing_of.get(place, opening)
                if expected != closing or last != opening or (counted is not None and counted != closing):
                    self._doubt(number, closing, expected, opening, last, counted)
            if through and outlet is not None:
                self._report.warn("sell_through_of_outlet", row=number, field="sell_through", value=through)
            yield row

    def _note_place(self, at: int, row: Row, untouched: set[int]) -> None:
        """A row with another mistake still takes its place: the user learns of all mistakes at once."""
        if at not in untouched and at not in self._places.placeless:
            self._is_first(row[-2:], row[0])

    def _is_first(self, place: Any, number: int) -> bool:
        """Whether no row before has this place; tells where one has."""
        first = self._seen.setdefault(place, number)
        if first != number:
            self._report.error("line_twice", row=number, field=self._places.field_of("model"), first=first)
        return first == number

    def _doubt(self, number: int, closing: int, expected: int, opening: int, last: int, counted: int | None) -> None:
        """Differences that need a reason; without one they become questions when the report is handed in."""
        if expected != closing:
            self._report.warn("stock_equation", row=number, field="closing_stock", value=closing, expected=expected,
                              difference=f"{closing - expected:+d}")  # fmt: skip
        if last != opening:
            self._report.warn("opening_differs", row=number, field="opening_stock", value=opening, last=last)
        if counted is not None and counted != closing:
            self._report.warn("count_differs", row=number, field="counted_stock", value=counted, closing=closing)

    def _find_untouched(self, block: Block) -> set[int]:
        """Rows of the template that nobody has filled in: left out, and told of at the end."""
        closing = block.column("closing_stock")
        if None not in closing:
            return set()
        columns = [block.columns[name] for name in _FILLED_IN if name in block.columns]
        found = set()
        for at, value in enumerate(closing):
            if value is None and at not in block.bad and all(column[at] is None for column in columns):
                found.add(at)
                self._untouched.add(block.numbers[at])
            elif value is None and "closing_stock" not in block.bad.get(at, ()):
                self._report.error("required", row=block.numbers[at], field="closing_stock")
                block.bad.setdefault(at, set()).add("closing_stock")
        return found

    def _filled(
        self, block: Block, name: str, outlets: list[int | None], models: list[int | None], refused: set[int]
    ) -> list[int]:
        """The column without gaps: an empty opening is last month's closing, any other empty cell 0."""
        values = block.columns.get(name)
        is_opening = name == "opening_stock"
        if values is not None and None not in values:
            return values
        places = self._books.places
        found = []
        for at, value in enumerate(values if values is not None else [None] * len(block)):
            if value is None:
                value = places.get((outlets[at], models[at]), 0) if is_opening else 0  # type: ignore[arg-type]
                if at not in refused:
                    self._gaps.setdefault(name, Gap()).add(block.numbers[at])
            found.append(value)
        return found

    def _named(self, fields: list[str], counts: Mapping[str, str]) -> dict[str, str]:
        """What the columns are called, with the number of cells behind each."""
        return {
            lang: sign.join(self._names[name][lang] + counts.get(name, "") for name in fields)
            for lang, sign in (("en", ", "), ("zh", "、"))
        }

    def end(self, columns: set[str]) -> None:
        """What was assumed, once for each column. `columns`: those that the file has."""
        self._places.end()
        opening = self._gaps.pop("opening_stock", None)
        if opening and "opening_stock" in columns:
            self._report.warn("empty_as_opening", field="opening_stock", count=opening.count, first=opening.first)
        elif opening:
            self._report.warn("column_absent_opening")
        empty, absent = ([name for name in self._gaps if (name in columns) is there] for there in (True, False))
        if empty:
            counts = {name: f" ({self._gaps[name].count})" for name in empty}
            self._report.warn("empty_as_zero", names=self._named(empty, counts))
        if absent:
            self._report.warn("columns_absent_zero", names=self._named(absent, {}))
        if self._untouched.count:
            self._report.warn("lines_untouched", count=self._untouched.count, first=self._untouched.first)


def facts_of(row: Row) -> LineFacts:
    """A row of STAGED_LINE as the facts of a line."""
    return LineFacts(**dict(zip(STAGED_LINE, row, strict=True)))
