"""Details of a file → rows that can be staged, and findings about all that deserves a look.

A million rows pass here: what is remembered of each is one number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.periods import last_day
from portal.sales.rules.serials import are_vins, shape_fault, tidy_serial
from portal.sales.rules.stock import Place
from portal.sales.rules.words import SaleType
from portal.sales.services.imports_books import Books, Counties, fold
from portal.sales.services.imports_places import Gap, PlaceReader, RowOwnerCheck
from portal.spreadsheets.blocks import Block
from portal.spreadsheets.findings import Report

STAGED_DETAIL = (
    "row_number", "sold_on", "units", "amount_fen", "serial", "variant_id", "customer_kind", "county_code", "sale_type",
    "campaign", "original_month", "outlet_id", "model_id",
)  # fmt: skip
PERSONAL_FIELDS = ("customer_name", "customer_phone", "customer_id", "customer_address")
Row = tuple[Any, ...]
# Asks which of some serials are known elsewhere.
KnownSerials = Callable[[list[str]], set[str]]


@dataclass(frozen=True, slots=True)
class CountyFault:
    """Why a text names no county."""

    rule: str
    names: str


class DetailReader:
    """Reads the details of one file, block by block; `end` says what concerns all of them."""

    def __init__(self, books: Books, report: Report, counties: Counties, known_serials: KnownSerials | None) -> None:
        self._books = books
        self._report = report
        self._counties = counties
        self._known_serials = known_serials
        self._places = PlaceReader(books, report)
        self._owner = RowOwnerCheck(books, report)
        self._first_day, self._last_day = books.month, last_day(books.month)
        self._county_of: dict[str, str | CountyFault] = {}
        self._serials: dict[int, int] = {}
        self._no_units = Gap()
        self.sold: Counter[Place] = Counter()
        """Place → units sold to customers (returns and sales to dealers apart)."""

    def read(self, block: Block) -> list[Row]:
        """The rows that can be staged, in the order of STAGED_DETAIL."""
        outlets, models, refused = self._places.read(block)
        self._owner.check(block, refused)
        self._check_days(block, refused)
        serials = self._read_serials(block)
        units = self._read_units(block, serials, refused)
        counties = self._read_counties(block, refused)
        variants = self._read_variants(block, models, refused)
        self._check_serials(block, serials, units, refused)
        types = [text or SaleType.RETAIL.value for text in block.column("sale_type")]
        rows = zip(
            block.numbers, block.column("sold_on"), units, [value or 0 for value in block.column("amount")], serials,
            variants, block.column("customer_kind"), counties, types, [text or "" for text in block.column("campaign")],
            block.column("original_month"), outlets, models, strict=True,
        )  # fmt: skip
        kept = [row for at, row in enumerate(rows) if at not in refused] if refused else list(rows)
        self._count(kept)
        return kept

    def _count(self, rows: list[Row]) -> None:
        sold, dealer = self.sold, SaleType.DEALER.value
        if all(row[2] == 1 for row in rows) and all(row[8] != dealer for row in rows):
            sold.update([row[11:] for row in rows])
            return
        for row in rows:
            if row[2] > 0 and row[8] != dealer:
                sold[row[11], row[12]] += row[2]

    def _check_days(self, block: Block, refused: set[int]) -> None:
        days = block.columns["sold_on"]
        first, last = self._first_day, self._last_day
        strange = {day for day in set(days) if day is not None and not first <= day <= last}
        for at, day in enumerate(days) if strange else ():
            if day in strange:
                refused.add(at)
                self._report.error("day_outside_month", row=block.numbers[at], field="sold_on", value=day,
                                   month=f"{first:%Y-%m}")  # fmt: skip

    def _read_units(self, block: Block, serials: list[str], refused: set[int]) -> list[int]:
        """Whole units; an empty cell is one unit, which is said at the end."""
        units, amounts, months = block.column("units"), block.column("amount"), block.column("original_month")
        if None in units:
            empty = [at for at, value in enumerate(units) if value is None and at not in block.bad]
            if empty:
                self._no_units.add(block.numbers[empty[0]], len(empty))
            units = [1 if value is None else value for value in units]
        ordinary = units.count(1) == len(units) and months.count(None) == len(months)
        if not (ordinary and all(amount is None or amount >= 0 for amount in amounts)):
            for at, facts in enumerate(zip(units, amounts, serials, months, strict=True)):
                self._check_units(block.numbers[at], at, facts, refused)
        return units

    def _check_units(
        self, number: int, at: int, facts: tuple[int, int | None, str, date | None], refused: set[int]
    ) -> None:
        units, amount, serial, original = facts
        if at in refused:
            return
        rule, name, value = "", "units", units
        if units == 0:
            rule = "units_zero"
        elif serial and abs(units) != 1:
            rule = "serial_of_many"
        elif amount and (amount < 0) != (units < 0):
            rule, name, value = "amount_sign", "amount", amount / 100  # type: ignore[assignment]
        elif original is not None and units < 0 and original > self._books.month:
            rule, name, value = "original_month_later", "original_month", f"{original:%Y-%m}"  # type: ignore[assignment]
        if rule:
            refused.add(at)
            self._report.error(rule, row=number, field=name, value=value, serial=serial, units=units)
        elif original is not None and units > 0:
            self._report.warn("original_month_of_sale", row=number, field="original_month", value=f"{original:%Y-%m}")

    # -- serials

    def _read_serials(self, block: Block) -> list[str]:
        texts = block.column("serial")
        if None not in texts and are_vins(texts):
            return texts
        return [tidy_serial(text) if text else "" for text in texts]

    def _check_serials(self, block: Block, serials: list[str], units: list[int], refused: set[int]) -> None:
        """Each serial once in the file as sold and once as returned; a strange shape or one known elsewhere is told."""
        firsts, numbers = self._serials, block.numbers
        if not refused and units.count(1) == len(units) and are_vins(serials):
            keys = list(map(hash, serials))
            if len(set(keys)) == len(keys) and firsts.keys().isdisjoint(keys):
                firsts.update(zip(keys, numbers, strict=True))
                self._tell_known(block, serials, units, refused)
                return
        for at, serial in enumerate(serials):
            if not serial:
                continue
            number = numbers[at]
            key = hash(serial) if units[at] > 0 else ~hash(serial)
            first = firsts.setdefault(key, number)
            if first != number:
                refused.add(at)
                self._report.error("serial_twice", row=number, field="serial", value=serial, first=first)
                continue
            fault = shape_fault(serial)
            if fault:
                self._report.warn(fault, row=number, field="serial", value=serial)
        self._tell_known(block, serials, units, refused)

    def _tell_known(self, block: Block, serials: list[str], units: list[int], refused: set[int]) -> None:
        if not self._known_serials:
            return
        rows = {serial: at for at, serial in enumerate(serials) if serial and units[at] > 0 and at not in refused}
        known = self._known_serials(list(rows)) if rows else ()
        for serial in sorted(known, key=lambda each: rows[each]):
            self._report.warn("serial_reported", row=block.numbers[rows[serial]], field="serial", value=serial)

    # -- counties and variants

    def _read_counties(self, block: Block, refused: set[int]) -> list[str | None]:
        texts = block.column("county")
        for text in set(texts) - self._county_of.keys() - {None}:
            self._county_of[text] = self._find_county(text)
        known = self._county_of
        found = [None if text is None else known[text] for text in texts]
        codes: list[str | None] = []
        for at, each in enumerate(found):
            if isinstance(each, CountyFault):
                refused.add(at)
                self._report.error(each.rule, row=block.numbers[at], field="county", value=texts[at], names=each.names)
                codes.append(None)
            else:
                codes.append(each)
        return codes

    def _find_county(self, text: str) -> str | CountyFault:
        found = self._counties.find(text)
        if len(found) == 1:
            return found[0][0]
        if not found:
            return CountyFault("county_unknown", "")
        names = "、".join(name for _code, name in found[:4]) + ("…" if len(found) > 4 else "")
        return CountyFault("county_ambiguous", names)

    def _read_variants(self, block: Block, models: list[int | None], refused: set[int]) -> list[int | None]:
        texts = block.column("variant")
        if texts.count(None) == len(texts):
            return texts
        found: list[int | None] = []
        for at, text in enumerate(texts):
            variant, model = self._books.variants.get(fold(text), (None, None)) if text else (None, None)
            found.append(variant)
            if text and (variant is None or model != models[at]) and at not in refused:
                refused.add(at)
                rule = "variant_unknown" if variant is None else "variant_of_other_model"
                self._report.error(rule, row=block.numbers[at], field="variant", value=text)
        return found

    # -- what concerns all rows

    def end(self, columns: set[str], retail: Mapping[Place, tuple[int, int]], lines: Report) -> None:
        """What was assumed, what is not kept, and where the details do not add up to the lines of the same file."""
        self._places.end()
        if self._no_units.count:
            if "units" in columns:
                self._report.warn("units_empty", field="units", count=self._no_units.count, first=self._no_units.first)
            else:
                self._report.warn("units_absent")
        for name in PERSONAL_FIELDS:
            if name in columns:
                self._report.warn("personal_not_read", field=name)
        for place, (number, units) in self._differing(retail):
            lines.warn("details_differ", row=number, field="retail", value=units, sold=self.sold[place])

    def _differing(self, retail: Mapping[Place, tuple[int, int]]) -> Iterator[tuple[Place, tuple[int, int]]]:
        for place, stated in retail.items():
            if self.sold and place in self.sold and self.sold[place] != stated[1]:
                yield place, stated
