"""A file from the disk to checked rows and a report. Imports the heavy parts when they are needed: only processes that
check a file pay for the boundaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from portal.geo import Datum
from portal.network.models import ImportKind
from portal.network.uploads.columns import DISTRIBUTOR_FIELDS, specs_of
from portal.network.uploads.messages import MESSAGES
from portal.spreadsheets import Limits, Note, Refused, Report, Table, open_table
from portal.spreadsheets.beside import open_beside

if TYPE_CHECKING:
    from portal.network.services.imports_check import Checked

# So many errors, and as many warnings, are put down; of more there is the number only.
MOST_FINDINGS = 20_000
_DATUM_WORDS = {
    Datum.BD09: ("bd09", "bd-09", "百度", "baidu"),
    Datum.GCJ02: ("gcj", "高德", "腾讯", "火星", "amap"),
    Datum.WGS84: ("wgs", "gps", "天地图"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in. `mapping` is the user's {header: field}, field "" for a column to leave out."""

    path: Path
    name: str
    kind: ImportKind
    datum: Datum
    mapping: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """The report on a file, and its rows where it could be read."""

    report: Report
    checked: Checked | None

    @property
    def is_importable(self) -> bool:
        """No errors, and something to import."""
        return self.checked is not None and not self.report.has_errors and len(self.checked) > 0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file before it is checked: title, its first values, the field it fills ("" for none)."""

    found: list[FoundColumn]
    missing: list[str]
    """Fields that are required and that no column fills."""
    has_doubles: bool = False

    @property
    def needs_mapping(self) -> bool:
        """Whether the user should say which column is what."""
        return self.has_doubles or bool(self.missing) or any(not column.field for column in self.found)


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """One column of the file."""

    title: str
    sample: list[str]
    field: str


def report_of(rows: int = 0) -> Report:
    """An empty report that speaks the import's rules."""
    report = Report(MESSAGES)
    report.rows = rows
    report.errors.most = report.warnings.most = MOST_FINDINGS
    return report


def check_upload(
    session: Session, upload: Upload, *, geodata: Path, progress: Callable[[int], None] = lambda _done: None
) -> CheckedUpload:
    """Read a file and check every row. What is wrong, with the file itself too, is in the report."""
    from portal.network.services.imports_check import check_records, prepare

    report, checked = report_of(), None
    try:
        with ExitStack() as stack:
            opening = open_beside(stack, lambda: _open(upload))
            ground = prepare(session, geodata)
            table = opening.result()
            _check_header(table, upload, report)
            checked = check_records(
                session, upload.kind, table.records(report), report,
                ground=ground, datum=upload.datum, progress=progress,
            )  # fmt: skip
    except Refused as refusal:
        report.refuse(refusal)
    return CheckedUpload(report, checked)


def find_columns(upload: Upload) -> Columns:
    """Which columns the file has and what they are taken for. Raises Refused."""
    with _open(upload) as table:
        fields = {match.index: match.spec.field for match in table.match.matched}
        titles = [(match.index, match.title) for match in table.match.matched] + list(table.match.unknown)
        left_out = [(at, title) for at, title in enumerate(table.match.titles) if upload.mapping.get(title) == ""]
        found = [
            FoundColumn(title, _sample(table, index), fields.get(index, ""))
            for index, title in sorted(titles + left_out)
        ]
        missing = [spec.field for spec in table.match.missing]
        if upload.kind is ImportKind.OUTLETS and not set(DISTRIBUTOR_FIELDS) & set(fields.values()):
            missing.append("distributor")
        return Columns(found, missing, bool(table.match.duplicated))


def _open(upload: Upload) -> AbstractContextManager[Table]:
    return open_table(
        upload.path, specs_of(upload.kind), name=upload.name, mapping=upload.mapping, limits=upload.limits
    )


def _sample(table: Table, index: int, most: int = 3) -> list[str]:
    values = (str(cells[index]).strip() for _number, cells in table.sample if index < len(cells))
    return [value for value in dict.fromkeys(values) if value][:most]


def _check_header(table: Table, upload: Upload, report: Report) -> None:
    columns = table.match.columns()
    if upload.kind is ImportKind.OUTLETS and not set(DISTRIBUTOR_FIELDS) & set(columns):
        names = next(spec.names for spec in specs_of(upload.kind) if spec.field == "distributor").as_param()
        unknown = "、".join(f"“{title}”" for _index, title in table.match.unknown) or "—"
        note = Note("missing_column", table.header_row, "distributor", params={"name": names, "unknown": unknown},
                    column=names)  # fmt: skip
        report.errors.append(note)
    for name in ("lng", "lat"):
        if name in columns:
            _compare_datum(columns[name][1], name, upload.datum, report)


def _compare_datum(title: str, name: str, datum: Datum, report: Report) -> None:
    """A header such as "经度(BD-09)" says which datum its numbers are in."""
    plain = title.casefold()
    said = next((each for each, words in _DATUM_WORDS.items() if any(word in plain for word in words)), datum)
    if said is not datum:
        report.warn("header_names_other_datum", field=name, value=title, datum=datum.label, said=said.label)
