"""Records of a file → rows that can be stored, and findings about all that deserves a look.

`check_records` reads what stands in the books, asks the boundaries, and writes nothing.
"""

from __future__ import annotations

import gc
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from portal import clock
from portal.boundaries.locate import get_locator
from portal.boundaries.manifest import read_manifest
from portal.boundaries.names import NameIndex, get_index
from portal.geo import CHINA_BOUNDS, Datum
from portal.network.models import ImportKind
from portal.network.services.imports_books import Books, fold_area, read_books, taken_codes
from portal.network.services.imports_places import PlaceCheck, Points
from portal.network.services.imports_rows import COLUMNS, Owners, Row, RowReader
from portal.network.services.imports_stated import Stated, StatedReader
from portal.spreadsheets import ColumnSpec, Note, Parsed, Record, Report, Words, parse_value

PLACE_COLUMNS = ("lng", "lat", "province_code", "prefecture_code", "county_code", "sales_area_id")
REPORT_EVERY = 2_000
# A file in which this share of the points is the wrong way round has its headers exchanged.
SWAPPED_SHARE = 0.8
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a file that can be stored; `rows` is None for those that cannot."""

    kind: ImportKind
    rows: list[Row | None]
    places: PlaceCheck

    @property
    def columns(self) -> tuple[str, ...]:
        """What `values` gives, in this order."""
        return (*COLUMNS[self.kind], *PLACE_COLUMNS)

    def values(self) -> Iterator[Row]:
        """Each row that can be stored."""
        located = self.places.located
        places = self.places.placements()
        for row, x, y, place in zip(self.rows, located.lng.tolist(), located.lat.tolist(), places, strict=True):
            if row is not None:
                yield (*row, None, None, *place) if x != x else (*row, x, y, *place)

    def __len__(self) -> int:
        return sum(row is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every file is held against: the books, the names of regions, the boundaries."""

    books: Books
    names: NameIndex
    geodata: Path


def prepare(session: Session, geodata: Path) -> Ground:
    """Load all that does not depend on the file, the boundaries too (about a second)."""
    ground = Ground(read_books(session, clock.today()), get_index(geodata), geodata)
    if read_manifest(geodata) is not None:
        get_locator(geodata)
    return ground


def check_records(
    session: Session,
    kind: ImportKind,
    records: Iterable[Record],
    report: Report,
    *,
    ground: Ground,
    datum: Datum,
    progress: Progress = lambda _done: None,
) -> Checked:
    """Check every record; findings go into `report` (which `records` fills too). Raises what reading raises."""
    books = ground.books
    collected = _Collected(RowReader(kind, report, books.owners, books.today), StatedReader(ground.names), report)
    with _uncollected():
        for record in records:
            collected.take(record)
            if len(collected.rows) % REPORT_EVERY == 0:
                progress(len(collected.rows))
    _refuse_taken(session, kind, collected, report)
    if kind is ImportKind.DISTRIBUTORS:
        _check_parents(collected, books.owners, report)
    collected.report_swapped()
    places = PlaceCheck(collected.points(), report, books.resolver, datum=datum, geodata=ground.geodata)
    places.run()
    for at in places.refused:
        collected.rows[at] = None
    checked = Checked(kind, collected.rows, places)
    _compare_areas(collected, places, books, report)
    _say_what_was_assumed(kind, checked, books, report)
    return checked


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles: rows hold none, and it would look at all of them again and again (a third
    of the time)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Collected:
    """The file's rows as they were read, and their points as plain arrays."""

    def __init__(self, reader: RowReader, stated: StatedReader, report: Report) -> None:
        self.rows: list[Row | None] = []
        self.numbers = array("q")
        self.area_texts: list[str | None] = []
        self._reader = reader
        self._stated = stated
        self._report = report
        self._lng, self._lat, self._readings = array("d"), array("d"), array("q")
        self._known: dict[tuple[str | None, ...], int] = {}
        self._list: list[Stated] = []
        self._swapped = 0

    @property
    def codes(self) -> Mapping[str, int]:
        """Code → row number of its first row."""
        return self._reader.codes

    def take(self, record: Record) -> None:
        """Read one record."""
        values = record.values
        if "lat" in record.bad:
            self._look_whether_swapped(record)
        self.rows.append(self._reader.read(record))
        self.numbers.append(record.number)
        lng, lat = values.get("lng"), values.get("lat")
        if record.bad and not record.bad.isdisjoint(_POINT):
            lng = lat = None  # the cell's error says it; half a point would say it twice
        self._lng.append(_NAN if lng is None else lng)
        self._lat.append(_NAN if lat is None else lat)
        self._readings.append(self._reading((values.get("province"), values.get("prefecture"), values.get("county"))))
        if "sales_area" in values:
            self.area_texts.append(values["sales_area"])

    def _reading(self, texts: tuple[str | None, str | None, str | None]) -> int:
        at = self._known.get(texts)
        if at is None:
            at = self._known[texts] = len(self._list)
            self._list.append(self._stated.read(texts))
        return at

    def points(self) -> Points:
        """For `PlaceCheck`."""
        columns = self._report.layout.columns if self._report.layout else {}
        return Points(
            rows=np.frombuffer(self.numbers, dtype=np.int64),
            lng=np.array(self._lng),
            lat=np.array(self._lat),
            stated=np.frombuffer(self._readings, dtype=np.int64),
            readings=self._list,
            has_columns=bool({"lng", "lat"} & set(columns)),
        )

    # -- longitude and latitude exchanged: the latitude is then out of range, which says too little

    def _look_whether_swapped(self, record: Record) -> None:
        layout, lng = self._report.layout, record.values.get("lng")
        if layout is None or lng is None or "lat" not in layout.columns:
            return
        index = layout.columns["lat"][0]
        parsed = parse_value(_ANY_DEGREES, record.cells[index] if index < len(record.cells) else None)
        if isinstance(parsed, Parsed) and parsed.value is not None and CHINA_BOUNDS.has(parsed.value, lng):
            self._swapped += 1
            value = f"{lng:.10g}, {parsed.value:.10g}"
            self._replace_last(record.number, Note("coordinates_swapped", record.number, "lat", value))

    def _replace_last(self, number: int, better: Note) -> None:
        errors = self._report.errors
        for at in range(len(errors) - 1, -1, -1):
            if errors[at].row != number:
                return
            if errors[at].field == better.field:
                errors[at] = better
                return

    def report_swapped(self) -> None:
        """One sentence for the whole file where nearly all points are the wrong way round."""
        filled = sum(lng == lng for lng in self._lng) + self._swapped
        if self._swapped >= 3 and self._swapped >= filled * SWAPPED_SHARE:
            self._report.error("columns_swapped", field="lng", count=self._swapped, total=filled)


def _refuse_taken(session: Session, kind: ImportKind, collected: _Collected, report: Report) -> None:
    taken = dict(taken_codes(session, kind, collected.codes))
    if not taken:
        return
    rule = "outlet_code_taken" if kind is ImportKind.OUTLETS else "distributor_code_taken"
    for code, number in taken.items():
        report.error(rule, row=number, field="code", value=code)
    for at, row in enumerate(collected.rows):
        if row is not None and row[0] in taken:
            collected.rows[at] = None


def _check_parents(collected: _Collected, owners: Owners, report: Report) -> None:
    """A parent stands in the books or in the same file; nobody stands above itself, over any number of steps."""
    parents: dict[str, str] = {}
    for at, row in enumerate(collected.rows):
        if row is None or not row[_PARENT]:
            continue
        code, text, number = row[0], row[_PARENT], collected.numbers[at]
        owner = None if text in collected.codes else owners.find(text)
        parent = text if text in collected.codes else owner.code if owner else None
        if parent is None:
            report.error("parent_unknown", row=number, field="parent", value=text)
            collected.rows[at] = None
            continue
        parents[code] = parent
        collected.rows[at] = (*row[:_PARENT], parent, *row[_PARENT + 1 :])
    for code in parents:
        if _comes_back(code, parents):
            report.error("parent_is_itself", row=collected.codes[code], field="parent", value=parents[code])


def _comes_back(code: str, parents: Mapping[str, str]) -> bool:
    seen, above = set(), parents.get(code)
    while above is not None and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _compare_areas(collected: _Collected, places: PlaceCheck, books: Books, report: Report) -> None:
    """Sales areas follow from the regions: a column that names them is compared, not stored."""
    texts = Counter(text for text in collected.area_texts if text)
    known = {text: books.areas[fold_area(text)] for text in texts if fold_area(text) in books.areas}
    for text, count in texts.items():
        if text not in known:
            first = collected.numbers[collected.area_texts.index(text)]
            report.warn("area_unknown", field="sales_area", value=text, count=count, first=first)
    if not known:
        return
    for at, stated in enumerate(collected.area_texts):
        if stated in known and places.placement(at).sales_area_id != known[stated]:
            report.warn("area_differs", row=collected.numbers[at], field="sales_area", value=stated)


def _say_what_was_assumed(kind: ImportKind, checked: Checked, books: Books, report: Report) -> None:
    columns = report.layout.columns if report.layout else {}
    if "sub_area" in columns:
        report.warn("sub_area_not_kept", field="sub_area")
    if "status" not in columns and checked.rows:
        report.warn(f"{kind.value}_status_assumed")
    if not books.has_regions and checked.rows:
        report.warn("regions_not_loaded")


_NAN = float("nan")
_POINT = frozenset({"lng", "lat"})
_PARENT = COLUMNS[ImportKind.DISTRIBUTORS].index("parent_code")
_ANY_DEGREES = ColumnSpec("degrees", Words("Degrees", "度数"), kind="longitude")
