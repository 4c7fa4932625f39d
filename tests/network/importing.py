"""A made-up country with boundaries and regions in the books, and files to import into it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from portal.network.models import Distributor, ImportBatch, LifeEvent, Outlet
from portal.network.services.regions import load_regions
from tests.boundaries.country import build_country
from tests.network.sichuan import empty_books

FILES = Path(__file__).parent / "files"
DEALERS = FILES / "dealers_as_they_arrive.csv"
OUTLET_HEADER = ("网点编码", "网点名称", "经销商代码", "省", "市", "县", "经度", "纬度", "状态", "开业日期")
# In 江城市东城区 of 东州省.
POINT = (100.5, 28.3)
PLACE = ("东州省", "江城市", "东城区")
_built: list[Path] = []


def country_books(app: Flask, session: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The app's boundaries are those of the made-up country, and the books hold its regions."""
    if not _built:
        _built.append(tmp_path_factory.mktemp("country"))
        build_country(_built[0])
    before = app.config["GEODATA_DIR"]
    for books in empty_books(session):
        load_regions(books(), _built[0])
        books.commit()
        app.config["GEODATA_DIR"] = _built[0]
        yield _built[0]
        app.config["GEODATA_DIR"] = before


def outlet_row(number: int = 1, **cells: Any) -> list[Any]:
    """A row that nothing is wrong with, in the order of OUTLET_HEADER; `cells` are by header."""
    row = dict(zip(OUTLET_HEADER, (f"N{number:03}", f"东城{number}号店", "D1", *PLACE,
               POINT[0] + number / 1000, POINT[1], "营业", "2024-03-01"), strict=True))  # fmt: skip
    return list((row | cells).values())


def write_xlsx(path: Path, rows: Iterable[Sequence[Any]], header: Sequence[Any] = OUTLET_HEADER) -> Path:
    """A workbook with a header and rows."""
    path.write_bytes(xlsx(rows, header))
    return path


def xlsx(rows: Iterable[Sequence[Any]], header: Sequence[Any] = OUTLET_HEADER) -> bytes:
    """The same as bytes."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def write_csv(
    path: Path, rows: Iterable[Sequence[Any]], header: Sequence[Any] = OUTLET_HEADER, *, encoding: str = "utf-8-sig"
) -> Path:
    """A text file with a header and rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


class Command:
    """`flask network import`, and the report that it writes."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._runner = app.test_cli_runner()
        self._target = folder / "report.json"
        self.exit_code = -1
        self.output = ""

    def __call__(self, path: Path, kind: str = "outlets", datum: str = "wgs84", *options: str) -> dict[str, Any]:
        self._target.unlink(missing_ok=True)
        arguments = ["network", "import", str(path), "--kind", kind, "--datum", datum, "--report", str(self._target)]
        result = self._runner.invoke(args=[*arguments, *options])
        self.exit_code, self.output = result.exit_code, result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return json.loads(self._target.read_text(encoding="utf-8")) if self._target.exists() else {}


def found(report: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    """Errors and warnings of one rule."""
    return [each for each in (*report["errors"], *report["warnings"]) if each["rule"] == rule]


def rows_with(report: dict[str, Any], rule: str) -> list[int | None]:
    """The rows that a rule names."""
    return [each["row"] for each in found(report, rule)]


def rules(report: dict[str, Any], severity: str = "errors") -> set[str]:
    """The rules that were broken."""
    return {each["rule"] for each in report[severity]}


def count(session: Any, model: Any) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def counts(session: Any) -> tuple[int, int, int, int]:
    """Distributors, outlets, life events and batches."""
    return tuple(count(session, model) for model in (Distributor, Outlet, LifeEvent, ImportBatch))  # type: ignore[return-value]
