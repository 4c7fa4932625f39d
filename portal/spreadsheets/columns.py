"""The columns that a room expects, and how the headers people write are matched to them."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from portal.spreadsheets.findings import Note, cell_name, column_letters, shown

Kind = Literal["text", "code", "integer", "decimal", "money", "date", "month", "choice", "longitude", "latitude"]

IGNORED_TITLES = {
    "en": "Problems (not read)",
    "zh": "问题说明（不读取）",
}
"""The column that `annotate` adds; skipped when the file comes back."""
ROW_NUMBER_TITLES = {"en": "Row in your file (not read)", "zh": "原文件行号（不读取）"}
"""The column that `annotate` adds in front when it returns only the rows with errors."""


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called: its name in both languages, and other words people use for it."""

    en: str
    zh: str
    also: tuple[str, ...] = ()

    def named(self, locale: str) -> str:
        return self.zh if str(locale).startswith("zh") else self.en

    def as_param(self) -> dict[str, str]:
        """Both names, for a note that is rendered later."""
        return {"en": self.en, "zh": self.zh}

    def all(self) -> tuple[str, ...]:
        return (self.en, self.zh, *self.also)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column: the field it fills, its names, and what its cells may hold."""

    field: str
    names: Words
    kind: Kind = "text"
    required: bool = False
    max_length: int | None = None
    minimum: int | Decimal | None = None
    """Of money in whole units (yuan), as it is written; its value is in hundredths (fen)."""
    maximum: int | Decimal | None = None
    places: int | None = None
    """Decimal places of a decimal; None for any."""
    choices: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    """Stored value -> the words for it."""
    year: int | None = None
    """The year of a month written without one ("8月"); None to report such a month."""
    hint: Words | None = None
    """One line for the instructions of the template."""
    example: Any = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the file that fills a field."""

    index: int
    title: str
    spec: ColumnSpec


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """How a header row fits the specs. Columns are 0-based."""

    titles: tuple[str, ...]
    matched: tuple[Matched, ...]
    unknown: tuple[tuple[int, str], ...]
    missing: tuple[ColumnSpec, ...]
    """Required and not found."""
    duplicated: tuple[tuple[ColumnSpec, tuple[tuple[int, str], ...]], ...]
    unused_mapping: tuple[tuple[str, str], ...]
    """Entries (header, field) of the mapping whose header is not in the file."""
    unknown_fields: tuple[str, ...]
    """Fields named by the mapping that no spec has."""
    fields: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.duplicated or self.unused_mapping or self.unknown_fields)

    def columns(self) -> dict[str, tuple[int, str]]:
        """field -> (column, header as written)."""
        return {match.spec.field: (match.index, match.title) for match in self.matched}

    def errors(self, row: int) -> list[Note]:
        """What keeps the table from being read; `row` is the header's."""
        unknown = "、".join(f"“{title}”" for _, title in self.unknown) or "—"
        notes = [_missing(spec, row, unknown) for spec in self.missing]
        notes += [_duplicated(spec, places, row) for spec, places in self.duplicated]
        headers = "、".join(f"“{title}”" for title in self.titles if title)
        notes += [
            Note("mapping_unknown_column", row, value=title, params={"field": name, "headers": headers})
            for title, name in self.unused_mapping
        ]
        fields = ", ".join(self.fields)
        return notes + [
            Note("mapping_unknown_field", value=name, params={"fields": fields}) for name in self.unknown_fields
        ]

    def warnings(self, row: int) -> list[Note]:
        """Columns that are left out."""
        return [
            Note("unknown_column", row, value=shown(title), column=shown(title), index=index)
            for index, title in self.unknown
        ]


def _missing(spec: ColumnSpec, row: int, unknown: str) -> Note:
    params = {"name": spec.names.as_param(), "unknown": unknown}
    return Note("missing_column", row, field=spec.field, params=params, column=spec.names.as_param())


def _duplicated(spec: ColumnSpec, places: Sequence[tuple[int, str]], row: int) -> Note:
    value = ", ".join(f"{column_letters(index)} “{shown(title)}”" for index, title in places)
    params = {"name": spec.names.as_param(), "cell": cell_name(row, places[0][0])}
    return Note("duplicate_column", row, value=value, params=params)


_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_NO_SIGN = re.compile(r"[^\w%]|_")
_NOT_HAN = re.compile(r"[^\u3400-\u9fff%]")
_NOT_LATIN = re.compile(r"[^0-9a-z%]")
_REQUIRED_MARK = re.compile(r"\((?:必填|选填|可选|required|optional)\)")


@lru_cache(maxsize=4096)
def normal_header(text: str) -> str:
    """The header without width, case, blanks, punctuation and required marks: "* 网点 编码：" -> "网点编码"."""
    folded = _REQUIRED_MARK.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _NO_SIGN.sub("", folded)


@lru_cache(maxsize=4096)
def header_forms(text: str) -> tuple[str, ...]:
    """The readings of a header to look up, best first: whole, without brackets and units, each script alone."""
    whole = normal_header(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = normal_header(_BRACKETED.sub("", plain))
    forms = [whole, bare]
    han, latin = _NOT_HAN.sub("", bare), _NOT_LATIN.sub("", bare)
    if han and len(latin) > 2:
        forms += [han, latin]
    return tuple(dict.fromkeys(form for form in forms if form))


_IGNORED = {normal_header(title) for titles in (IGNORED_TITLES, ROW_NUMBER_TITLES) for title in titles.values()}


def is_ignored_title(text: str) -> bool:
    """Whether `annotate` wrote this header."""
    return normal_header(text) in _IGNORED


class HeaderIndex:
    """The words of all specs, ready to look a header up. ValueError when two specs share a word."""

    def __init__(self, specs: Iterable[ColumnSpec], mapping: Mapping[str, str] | None = None) -> None:
        self.specs = tuple(specs)
        self.by_field = {spec.field: spec for spec in self.specs}
        self.by_word: dict[str, ColumnSpec] = {}
        for spec in self.specs:
            for word in (spec.field, *spec.names.all()):
                known = self.by_word.setdefault(normal_header(word), spec)
                if known is not spec:
                    raise ValueError(f"columns {known.field} and {spec.field} share the header {word!r}")
        self.mapping = dict(mapping or {})
        self._mapped = {normal_header(title): name for title, name in self.mapping.items()}

    def mapped_field(self, title: str) -> str | None:
        """The field the user named for this header; "" when the user said to leave it out."""
        return self._mapped.get(normal_header(title))

    def find(self, title: str) -> ColumnSpec | None:
        """The spec for one header, by the user's mapping or by its words."""
        mapped = self.mapped_field(title)
        if mapped is not None:
            return self.by_field.get(mapped)
        return next((self.by_word[form] for form in header_forms(title) if form in self.by_word), None)

    def score(self, titles: Sequence[str]) -> int:
        """How many different fields a row of headers names."""
        found = {spec.field for title in titles if title and len(title) <= 80 and (spec := self.find(title))}
        return len(found)


def match_header(
    cells: Sequence[Any], specs: Iterable[ColumnSpec] | HeaderIndex, mapping: Mapping[str, str] | None = None
) -> HeaderMatch:
    """Match one header row. `mapping` is the user's {"their header": "field"}; field "" leaves a column out."""
    index = specs if isinstance(specs, HeaderIndex) else HeaderIndex(specs, mapping)
    titles = tuple(_title(cell) for cell in cells)
    places: dict[str, list[tuple[int, str]]] = {}
    unknown = []
    for position, title in enumerate(titles):
        spec = index.find(title) if title else None
        if spec:
            places.setdefault(spec.field, []).append((position, title))
        elif title and not is_ignored_title(title) and index.mapped_field(title) != "":
            unknown.append((position, title))
    return _as_match(index, titles, _prefer_mapped(index, places, unknown), unknown)


def _prefer_mapped(
    index: HeaderIndex, places: dict[str, list[tuple[int, str]]], unknown: list[tuple[int, str]]
) -> dict[str, list[tuple[int, str]]]:
    """Where the user named a column for a field, other columns with a fitting header are unknown, not doubles."""
    for name, found in places.items():
        named = [place for place in found if index.mapped_field(place[1]) == name]
        if named and len(named) < len(found):
            unknown.extend(place for place in found if place not in named)
            places[name] = named
    return places


def _as_match(
    index: HeaderIndex,
    titles: tuple[str, ...],
    places: dict[str, list[tuple[int, str]]],
    unknown: list[tuple[int, str]],
) -> HeaderMatch:
    present = {normal_header(title) for title in titles}
    matched = [Matched(*found[0], index.by_field[name]) for name, found in places.items()]
    return HeaderMatch(
        titles=titles,
        matched=tuple(sorted(matched, key=lambda match: match.index)),
        unknown=tuple(sorted(unknown)),
        missing=tuple(spec for spec in index.specs if spec.required and spec.field not in places),
        duplicated=tuple((index.by_field[name], tuple(found)) for name, found in places.items() if len(found) > 1),
        unused_mapping=tuple(
            (title, name) for title, name in index.mapping.items() if normal_header(title) not in present
        ),
        unknown_fields=tuple(sorted({name for name in index.mapping.values() if name and name not in index.by_field})),
        fields=tuple(index.by_field),
    )


def _title(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """The header among the first rows: its last row, how many rows it spans, and the titles."""

    row: int
    """As the spreadsheet shows it; the lower one of a header of two rows."""
    height: int
    titles: tuple[str, ...]
    score: int


def find_header(rows: Sequence[tuple[int, Sequence[Any]]], index: HeaderIndex) -> FoundHeader | None:
    """The row (or two rows, under a merged group header) that names most fields; None when no row has content.

    Where none names a field, it is the first row with content.
    """
    titled = [(number, tuple(_title(cell) for cell in cells)) for number, cells in rows]
    titled = [(number, titles) for number, titles in titled if any(titles)]
    if not titled:
        return None
    best = FoundHeader(titled[0][0], 1, titled[0][1], 0)
    for place, (number, titles) in enumerate(titled):
        candidates = [FoundHeader(number, 1, titles, index.score(titles))]
        if place and titled[place - 1][0] == number - 1:
            joined = _join_two_rows(titled[place - 1][1], titles, index)
            candidates.append(FoundHeader(number, 2, joined, index.score(joined)))
        best = max([best, *candidates], key=lambda found: found.score)
    return best


def _join_two_rows(upper: tuple[str, ...], lower: tuple[str, ...], index: HeaderIndex) -> tuple[str, ...]:
    """The titles of a header of two rows: a group's name (merged to the right) above, its columns below."""
    width = max(len(upper), len(lower))
    upper, lower = upper + ("",) * (width - len(upper)), lower + ("",) * (width - len(lower))
    titles, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        titles.append(_join_two_titles(group, above, below, index))
    return tuple(titles)


def _join_two_titles(group: str, above: str, below: str, index: HeaderIndex) -> str:
    if not below:
        return above
    if not group or index.find(below):
        return below
    return next((title for title in (f"{group} {below}", f"{below} {group}") if index.find(title)), below)
