"""Speed and memory of a month's file: validated and stored, against calamine parsing the same file alone, in one run.

    python -m bench.sales_bench [--rows 100000] [--long 1000000] [--rounds 3]      SQLite, or what DATABASE_URL names

Workbooks of lines and of details are read and stored; a long CSV file of details is, too, and its memory is watched.
Each measurement is a process of its own; memory is the sum over it and its children, sampled every 10 ms.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory
from bench.rows import Row, draw_table
from bench.stopwatch import Stopwatch

ROOT = Path(__file__).resolve().parent.parent
QUANTITIES = (
    "opening_stock", "sell_in", "transfers_in", "transfers_out", "in_transit", "sell_through", "retail", "returns_in",
    "returns_out", "closing_stock", "counted_stock", "aged_stock",
)  # fmt: skip
FILLED_IN = {
    "lines": frozenset(("outlet_code", "model_code", *QUANTITIES, "channel_price", "amount", "reason")),
    "details": frozenset(("sold_on", "outlet_code", "model_code", "units", "amount", "serial", "customer_kind",
                          "county", "sale_type", "campaign")),
}  # fmt: skip
KINDS = ("个人", "企业", "政府", "租赁")
TYPES = ("零售", "大客户", "线上")
COUNTIES = ("广汉市", "什邡市", "绵竹市", "罗江区", "中江县")
# The lines are of a distributor with an outlet for each hundred of them, the details of one with a few shops.
MODELS, SHOPS, MONTH = 100, 20, date(2026, 9, 1)
DATABASE = "qudao_sales_bench"
WANTED_RATIO, MOST_MIB = 0.40, 400
SEED = 20_260_901
FILES = {"lines": "lines.xlsx", "details": "details.xlsx", "long": "long.csv"}


def main() -> int:
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="sales-bench-") as folder:
        return _measure(options, Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--long", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--what", choices=sorted(FILES), default="lines", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path) -> int:
    _run("make", options, folder)
    rows = [_compare("lines", options, folder, has_aim=True), _compare("details", options, folder)]
    rows += _stream(options, folder)
    print(draw_table(rows))
    return 0 if all(row.is_met is not False for row in rows) else 1


def _compare(what: str, options: argparse.Namespace, folder: Path, *, has_aim: bool = False) -> Row:
    """One workbook, in several rounds: calamine and the portal in turn; the middle of each counts."""
    alone, ours = [], []
    for number in range(options.rounds):
        _run("empty", options, folder)
        alone.append(_run("calamine", options, folder, what))
        ours.append(_run("import", options, folder, what))
        print(f"{what} {number + 1}: calamine {alone[-1]['seconds']:.2f} s, validated and stored "
              f"{ours[-1]['seconds']:.2f} s, peak {ours[-1]['peak_mib']:.0f} MiB", flush=True)  # fmt: skip
    theirs, mine = (statistics.median(each["seconds"] for each in results) for results in (alone, ours))
    ratio = theirs / mine
    aim = (f"≥ {WANTED_RATIO:.2f}", ratio >= WANTED_RATIO) if has_aim else ("", None)
    name = f"{options.rows:,} {what} (xlsx), validated and stored"
    return Row(name, f"{mine:.2f} s", f"{theirs:.2f} s parsing alone", ratio, *aim)


def _stream(options: argparse.Namespace, folder: Path) -> list[Row]:
    _run("empty", options, folder)
    dry, full = (_run(step, options, folder, "long") for step in ("dry", "import"))
    name = f"{options.long:,} details (csv)"
    return [
        Row(f"{name}, {word}", f"{found['peak_mib']:.0f} MiB, {found['seconds']:.1f} s", f"{MOST_MIB} MiB",
            found["peak_mib"] / MOST_MIB, "≤ 1", found["peak_mib"] <= MOST_MIB)
        for word, found in (("validated", dry), ("validated and stored", full))
    ]  # fmt: skip


def _run(step: str, options: argparse.Namespace, folder: Path, what: str = "lines") -> dict[str, Any]:
    """One step in a process of its own."""
    command = [sys.executable, "-m", "bench.sales_bench", "--step", step, "--folder", str(folder), "--what", what,
               "--rows", str(options.rows), "--long", str(options.long)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        memory = PeakMemory(process.pid)
        output = process.communicate()[0]
        peak = memory.stop()
    if process.returncode:
        raise SystemExit(f"{step} failed")
    return {**json.loads(output), "peak_mib": peak}


# -- the steps, each in a process of its own


def _make(options: argparse.Namespace) -> dict[str, Any]:
    """The files, and a distributor with the outlets and models that they name."""
    from portal.db import db

    _make_workbook(options.folder / FILES["lines"], "lines", _lines(options.rows))
    _make_workbook(options.folder / FILES["details"], "details", _details(options.rows))
    with (options.folder / FILES["long"]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        first = next(_details(1))
        writer.writerow(first)
        writer.writerows(row.values() for row in _details(options.long))
    with _app(options).app_context():
        db.drop_all()
        db.create_all()
        _make_network(-(-options.rows // MODELS))
        db.session.commit()
    return {}


def _make_workbook(path: Path, part: str, rows: Iterator[dict[str, Any]]) -> None:
    """The portal's own template, filled in: its columns, formats and drop-downs."""
    from portal.sales.uploads import parts_of
    from portal.spreadsheets.templates import TemplateList, write_book_template

    specs = [spec for spec in parts_of(MONTH)[part] if spec.field in FILLED_IN[part]]
    filled = ([row.get(spec.field) for spec in specs] for row in rows)
    write_book_template([TemplateList(specs, rows=filled)], "zh", path)


def _lines(count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(SEED)  # noqa: S311 - invented sales
    for number in range(count):
        opening, bought = dice.randrange(9), dice.randrange(9)
        sold = dice.randrange(opening + bought + 1)
        closing = opening + bought - sold
        outlet = f"T{number // MODELS:05} 网点{number // MODELS}" if number >= MODELS else "D1"
        figures = (
            opening,
            bought,
            0,
            0,
            dice.randrange(3),
            0,
            sold,
            0,
            0,
            closing,
            closing,
            dice.randrange(closing + 1),
        )
        yield {"outlet_code": outlet, "model_code": f"F{number % MODELS:03} 车型{number % MODELS}",
               "channel_price": 52_000.5, "amount": sold * 52_000.5,
               **dict(zip(QUANTITIES, figures, strict=True))}  # fmt: skip


def _details(count: int) -> Iterator[dict[str, Any]]:
    """Serials in no order, as they are sold."""
    dice = random.Random(SEED)  # noqa: S311 - invented sales
    for number in range(count):
        yield {
            "sold_on": MONTH + timedelta(days=dice.randrange(30)),
            "outlet_code": f"U{dice.randrange(SHOPS):05}",
            "model_code": f"F{dice.randrange(MODELS):03}",
            "units": 1,
            "amount": 52_000.5,
            "serial": f"LSV{(number * 7_919 + 13) % 99_999_989:014}",
            "customer_kind": dice.choice(KINDS),
            "county": dice.choice(COUNTIES),
            "sale_type": dice.choice(TYPES),
        }


def _make_network(outlets: int) -> None:
    from sqlalchemy import insert

    from portal import clock
    from portal.db import db
    from portal.network.models import Distributor, Outlet
    from portal.network.rules import OutletStatus
    from portal.products.models import ProductModel, ProductSeries

    now, first = clock.now(), date(2020, 1, 1)
    with db.engine.begin() as connection:
        parties = [{"id": number, "code": f"D{number}", "name": f"经销商{number}", "created_at": now, "updated_at": now}
                   for number in (1, 2)]  # fmt: skip
        connection.execute(insert(Distributor), parties)
        connection.execute(insert(ProductSeries), [{"id": 1, "code": "S1", "name_zh": "系列", "active_from": first}])
        models = [{"code": f"F{number:03}", "name_zh": f"车型{number}", "active_from": first, "series_id": 1}
                  for number in range(MODELS)]  # fmt: skip
        connection.execute(insert(ProductModel), models)
        same = {"status": OutletStatus.OPEN, "opened_on": first, "created_at": now, "updated_at": now}
        shops = [(1, f"T{number:05}") for number in range(1, outlets)] + [
            (2, f"U{number:05}") for number in range(SHOPS)
        ]
        rows = [{"code": code, "name": f"网点{code}", "distributor_id": owner, **same} for owner, code in shops]
        connection.execute(insert(Outlet), rows)


def _empty(options: argparse.Namespace) -> dict[str, Any]:
    """Take back what the last round imported."""
    from portal.db import db
    from portal.sales.models import MonthlyReport, ReportLine, SalesBatch, SalesDetail, SalesRollup

    with _app(options).app_context(), db.engine.begin() as connection:
        for model in (SalesDetail, ReportLine, SalesRollup, MonthlyReport, SalesBatch):
            connection.execute(model.__table__.delete())
    return {}


def _calamine(options: argparse.Namespace) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook

    watch = Stopwatch()
    sheet = CalamineWorkbook.from_path(str(options.folder / FILES[options.what])).get_sheet_by_index(0)
    rows = sum(1 for _row in sheet.iter_rows()) - 1
    return {**watch.read(), "rows": rows}


def _import(options: argparse.Namespace, *, is_dry: bool = False) -> dict[str, Any]:
    """What `flask sales import` does."""
    from portal.db import db
    from portal.sales.tasks_imports import SalesImport
    from portal.sales.uploads import Upload

    app, path = _app(options), options.folder / FILES[options.what]
    with app.app_context():
        watch = Stopwatch()
        upload = Upload(path, path.name, 1 if options.what == "lines" else 2, MONTH)
        report = SalesImport.configured(app.config).run(db.session(), upload, is_dry=is_dry)
        spent = watch.read()
    wanted = options.long if options.what == "long" else options.rows
    if report.rows != wanted or report.has_errors or (not is_dry and report.imported != wanted):
        raise SystemExit(f"{report.imported} of {wanted} rows were imported: {report.findings('en')[0][:3]}")
    return {**spent, "rows": report.rows}


def _app(options: argparse.Namespace) -> Any:
    from portal import create_app

    url = _database(options.folder)
    return create_app(
        {"INSTANCE_DIR": options.folder, "STORAGE_DIR": options.folder / "storage", "SQLALCHEMY_DATABASE_URI": url}
    )


def _database(folder: Path) -> str:
    """A database of the bench's own, on the server of DATABASE_URL where one is named."""
    from sqlalchemy import create_engine, text

    from portal.settings import database_url

    engine = create_engine(database_url(os.environ.get("DATABASE_URL"), folder), isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "sqlite":
        return str(engine.url)
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": DATABASE}):
            connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    engine.dispose()
    return engine.url.set(database=DATABASE).render_as_string(hide_password=False)


STEPS = {
    "make": _make,
    "empty": _empty,
    "calamine": _calamine,
    "import": _import,
    "dry": lambda options: _import(options, is_dry=True),
}


if __name__ == "__main__":
    raise SystemExit(main())
