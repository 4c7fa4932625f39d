"""Which outlet and which model a row speaks of, and whether the report may have a line for the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.sales.services.imports_books import Books, Finder, Named, fold
from portal.spreadsheets.blocks import Block
from portal.spreadsheets.findings import Report, shown

# What people write for the distributor's own store and warehouse.
_OWN = (
    "本部", "本店", "本公司", "公司", "总部", "直营", "自营", "一网", "总店", "仓库", "本部仓库", "经销商本部", "own",
    "own store", "own store and warehouse", "distributor", "warehouse", "head store",
)  # fmt: skip
OWN_WORDS = frozenset(fold(word) for word in _OWN)
Texts = tuple[str | None, str | None]
_WHAT = ("outlet", "model")
_FIELDS = frozenset(f"{what}_{part}" for what in _WHAT for part in ("code", "name"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text names nothing."""

    rule: str
    field: str
    value: str


@dataclass(slots=True)
class Gap:
    """Empty cells of one kind that were read as something."""

    count: int = 0
    first: int = 0

    def add(self, number: int, count: int = 1) -> None:
        """Some more, the first of them on this row."""
        self.count += count
        self.first = self.first or number


class PlaceReader:
    """Reads the outlets and models of one list; each different text is looked up once."""

    def __init__(self, books: Books, report: Report) -> None:
        self._books = books
        self._report = report
        self._outlets: dict[Texts, int | Fault | None] = {}
        self._models: dict[Texts, int | Fault] = {}
        self._told: set[Texts] = set()
        self._own = Gap()
        self._has_faults = False
        self._fields: dict[str, str] = {}
        self.placeless: set[int] = set()
        """Positions of the last block's rows whose outlet or model is not known, or cannot be."""

    def read(self, block: Block) -> tuple[list[int | None], list[int | None], set[int]]:
        """Outlet and model of each row, and the positions of rows that cannot be stored: those without a place, those
        with a bad cell."""
        self._fields = {what: f"{what}_{'code' if f'{what}_code' in block.columns else 'name'}" for what in _WHAT}
        placeless = {at for at, bad in block.bad.items() if not bad.isdisjoint(_FIELDS)}
        outlets = self._read(block, "outlet", self._outlets, placeless)
        models = self._read(block, "model", self._models, placeless)
        pairs = list(zip(outlets, models, strict=True))
        strange = set(pairs) - self._books.places.keys()
        for at, place in enumerate(pairs) if strange else ():
            if place in strange and at not in placeless:
                placeless.add(at)
                self._refuse_place(block.numbers[at], place)
        self.placeless = placeless
        return outlets, models, placeless | block.bad.keys()

    def _read(self, block: Block, what: str, known: dict[Texts, Any], placeless: set[int]) -> list[Any]:
        codes, names = block.column(f"{what}_code"), block.column(f"{what}_name")
        texts: list[Texts] = list(zip(codes, names, strict=True))
        for text in set(texts) - known.keys():
            known[text] = self._outlet(*text) if what == "outlet" else self._model(*text)
            self._has_faults |= isinstance(known[text], Fault)
        found = list(map(known.__getitem__, texts))
        if what == "outlet" and (None, None) in texts:
            self._own.add(block.numbers[texts.index((None, None))], texts.count((None, None)))
        if self._has_faults or f"{what}_name" in block.columns:
            self._tell(block, texts, found, placeless, what)
        return found

    def _tell(self, block: Block, texts: list[Texts], found: list[Any], placeless: set[int], what: str) -> None:
        """Errors on every row, a name that does not fit its code on the first."""
        for at, each in enumerate(found):
            if isinstance(each, Fault):
                found[at] = None
                placeless.add(at)
                if block.bad.get(at, frozenset()).isdisjoint((f"{what}_code", f"{what}_name")):
                    self._report.error(each.rule, row=block.numbers[at], field=each.field, value=each.value)
            elif texts[at] not in self._told and None not in texts[at]:
                self._told.add(texts[at])
                self._compare(block.numbers[at], texts[at], what)

    def field_of(self, what: str) -> str:
        """The field whose column says it, the code's where there are both."""
        return self._fields[what]

    def end(self) -> None:
        """Rows that name no outlet are the distributor's own: said once."""
        if self._own.count:
            self._report.warn("outlet_empty_is_own", count=self._own.count, first=self._own.first)

    def _outlet(self, code: str | None, name: str | None) -> int | Fault | None:
        text = code or name
        if text is None or fold(text) in OWN_WORDS or self._books.distributor.is_called(text):
            return None
        found = self._find(self._books.outlets, code, name)
        return found.id if found else Fault("outlet_unknown", _field(code, "outlet"), shown(text))

    def _model(self, code: str | None, name: str | None) -> int | Fault:
        text = code or name
        if text is None:
            return Fault("model_missing", self.field_of("model"), "")
        found = self._find(self._books.models, code, name)
        return found.id if found else Fault("model_unknown", _field(code, "model"), shown(text))

    @staticmethod
    def _find(finder: Finder, code: str | None, name: str | None) -> Named | None:
        return finder.find(code or name or "")

    def _compare(self, number: int, texts: Texts, what: str) -> None:
        code, name = texts
        finder = self._books.outlets if what == "outlet" else self._books.models
        found = finder.find(code or "")
        if found is not None and name and not found.is_called(name):
            self._report.warn(f"{what}_name_differs", row=number, field=f"{what}_name", value=name,
                              code=found.code, name=found.name)  # fmt: skip

    def _refuse_place(self, number: int, place: tuple[int | None, int | None]) -> None:
        outlet, model = place
        places = self._books.places
        if all(each[0] != outlet for each in places):
            rule, name, value = "outlet_not_in_month", self.field_of("outlet"), _code_of(self._books.outlets, outlet)
        elif all(each[1] != model for each in places):
            rule, name, value = "model_not_in_month", self.field_of("model"), _code_of(self._books.models, model)
        else:
            rule, name, value = "place_not_in_month", self.field_of("model"), _code_of(self._books.models, model)
        self._report.error(rule, row=number, field=name, value=value, month=f"{self._books.month:%Y-%m}")


def _field(code: str | None, what: str) -> str:
    return f"{what}_code" if code else f"{what}_name"


def _code_of(finder: Finder, each_id: int | None) -> str:
    return next((each.code for each in finder.by_code.values() if each.id == each_id), "")


class RowOwnerCheck:
    """Rows that say which month and distributor they belong to must say the chosen ones."""

    def __init__(self, books: Books, report: Report) -> None:
        self._books = books
        self._report = report

    def check(self, block: Block, refused: set[int]) -> None:
        """Refuse the rows of another month or distributor."""
        for name, rule in (("row_month", "row_of_other_month"), ("row_distributor", "row_of_other_distributor")):
            if name not in block.columns:
                continue
            values = block.columns[name]
            strange = {value for value in set(values) if value is not None and not self._is_ours(name, value)}
            for at, value in enumerate(values) if strange else ():
                if value in strange:
                    self._refuse(rule, name, value, block.numbers[at])
                    refused.add(at)

    def _is_ours(self, name: str, value: Any) -> bool:
        if name == "row_month":
            return bool(value == self._books.month)
        return self._books.distributor.is_called(value) or fold(value.partition(" ")[0]) == fold(
            self._books.distributor.code
        )

    def _refuse(self, rule: str, name: str, value: Any, number: int) -> None:
        text = f"{value:%Y-%m}" if name == "row_month" else value
        self._report.error(rule, row=number, field=name, value=text, month=f"{self._books.month:%Y-%m}",
                           code=self._books.distributor.code)  # fmt: skip
