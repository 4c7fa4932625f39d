"""Speed and memory of an import, against parsing the same file alone: both in one run, side by side.

    python -m bench.import_bench [--rows 100000] [--rounds 3]        SQLite, or what DATABASE_URL names

Parsing is measured twice: by the portal's reader up to typed records, and by calamine alone, which only decodes cells.
Each measurement is a process of its own; memory is the sum over it and its children, sampled every 10 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory
from bench.stopwatch import Stopwatch

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "网点编码", "网点名称", "经销商代码", "省", "市", "县", "地址", "经度", "纬度", "类别", "经营模式", "城市级别",
    "状态", "开业日期",
)  # fmt: skip
MODES = ("直营", "加盟", "加盟直营化", "联营", "代销")
DISTRIBUTORS = 300
DATABASE = "qudao_import_bench"
WANTED_RATIO, MOST_MIB = 0.25, 600
SEED = 20_260_901


def main() -> int:
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="import-bench-") as folder:
        return _measure(options, Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path) -> int:
    _run("make", options, folder)
    found: dict[str, list[dict[str, Any]]] = {step: [] for step in ("calamine", "parse", "import")}
    for number in range(options.rounds):
        _run("empty", options, folder)
        for step, results in found.items():
            results.append(_run(step, options, folder))
        line = ", ".join(f"{step} {results[-1]['seconds']:.2f} s" for step, results in found.items())
        print(f"round {number + 1}: {line}, peak {found['import'][-1]['peak_mib']:.0f} MiB", flush=True)
    return _verdict(options, found)


def _verdict(options: argparse.Namespace, found: dict[str, list[dict[str, Any]]]) -> int:
    middle = {
        step: {name: statistics.median(each[name] for each in results) for name in ("seconds", "processor")}
        for step, results in found.items()
    }
    for step, spent in middle.items():
        speed = options.rows / spent["seconds"]
        print(f"{step:9} {spent['seconds']:6.2f} s ({spent['processor']:.2f} s of processors) {speed:10,.0f} rows/s")
    ratio, used = (middle["parse"][name] / middle["import"][name] for name in ("seconds", "processor"))
    raw = middle["calamine"]["seconds"] / middle["import"]["seconds"]
    peak = max(each["peak_mib"] for each in found["import"])
    print(f"import / parsing to records: {ratio:.0%} of its speed (wanted: at least {WANTED_RATIO:.0%}; "
          f"by processor time {used:.0%})")  # fmt: skip
    print(f"import / decoding by calamine alone: {raw:.0%} of its speed")
    print(f"peak memory, children counted: {peak:.0f} MiB (wanted: at most {MOST_MIB})")
    return 0 if ratio >= WANTED_RATIO and peak <= MOST_MIB else 1


def _run(step: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One step in a process of its own."""
    command = [sys.executable, "-m", "bench.import_bench", "--step", step, "--folder", str(folder),
               "--rows", str(options.rows)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        memory = PeakMemory(process.pid)
        output = process.communicate()[0]
        peak = memory.stop()
    if process.returncode:
        raise SystemExit(f"{step} failed")
    return {**json.loads(output), "peak_mib": peak}


# -- the steps, each in a process of its own


def _make(options: argparse.Namespace) -> dict[str, Any]:
    """The file: outlets in real counties, the distributors that they belong to, a database with the regions."""
    _make_file(options)
    from portal.db import db
    from portal.network.services.regions import load_regions

    with _app(options).app_context():
        db.drop_all()
        db.create_all()
        _everything()
        load_regions(db.session(), _geodata())
        db.session.commit()
        _make_distributors()
    return {}


def _make_file(options: argparse.Namespace) -> None:
    import shapely
    import xlsxwriter

    from portal.boundaries.locate import get_locator

    locator, dice = get_locator(_geodata()), random.Random(SEED)  # noqa: S311 - invented shops
    inside = shapely.point_on_surface(locator.polygons)
    with xlsxwriter.Workbook(str(options.folder / "outlets.xlsx"), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for row in range(1, options.rows + 1):
            at = dice.randrange(len(locator.places))
            sheet.write_row(row, 0, _outlet(row, locator.places[at], inside[at], dice))
            sheet.write_datetime(row, 13, datetime(2019, 1, 1) + timedelta(days=dice.randrange(2_400)), day)  # noqa: DTZ001


def _outlet(number: int, place: Any, point: Any, dice: random.Random) -> list[Any]:
    names = [place.province.name_zh, place.prefecture.name_zh, place.county.name_zh]
    shift = [dice.uniform(-0.002, 0.002) for _ in range(2)]
    return [
        f"N{number:06}", f"{names[2]}第{number}号店", f"D{number % DISTRIBUTORS:03}", *names,
        f"{''.join(names)}人民路{number}号", round(point.x + shift[0], 6), round(point.y + shift[1], 6),
        dice.choice("ABC"), dice.choice(MODES), dice.choice(("一线", "二线", "三线")), "营业",
    ]  # fmt: skip


def _make_distributors() -> None:
    from sqlalchemy import insert

    from portal import clock
    from portal.db import db
    from portal.network.models import Distributor

    at = clock.now()
    codes = (f"D{number:03}" for number in range(DISTRIBUTORS))
    rows = [{"code": code, "name": f"经销商{code}", "created_at": at, "updated_at": at} for code in codes]
    with db.engine.begin() as connection:
        connection.execute(insert(Distributor), rows)


def _empty(options: argparse.Namespace) -> dict[str, Any]:
    """Take back what the last round imported."""
    from portal.db import db
    from portal.network.models import ImportBatch, LifeEvent, Outlet

    with _app(options).app_context(), db.engine.begin() as connection:
        for model in (LifeEvent, Outlet, ImportBatch):
            connection.execute(model.__table__.delete())
    return {}


def _calamine(options: argparse.Namespace) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook

    clock = Stopwatch()
    sheet = CalamineWorkbook.from_path(str(options.folder / "outlets.xlsx")).get_sheet_by_index(0)
    rows = sum(1 for _row in sheet.iter_rows()) - 1
    return {**clock.read(), "rows": rows}


def _parse(options: argparse.Namespace) -> dict[str, Any]:
    from portal.network.models import ImportKind
    from portal.network.uploads import report_of, specs_of
    from portal.spreadsheets import open_table

    report = report_of()
    clock = Stopwatch()
    with open_table(options.folder / "outlets.xlsx", specs_of(ImportKind.OUTLETS)) as table:
        rows = sum(1 for _record in table.records(report))
    return {**clock.read(), "rows": rows}


def _import(options: argparse.Namespace) -> dict[str, Any]:
    """What `flask network import` does."""
    from portal.db import db
    from portal.geo import Datum
    from portal.network.models import ImportKind
    from portal.network.tasks import FileImport
    from portal.network.uploads import Upload

    app, path = _app(options), options.folder / "outlets.xlsx"
    with app.app_context():
        clock = Stopwatch()
        upload = Upload(path, path.name, ImportKind.OUTLETS, Datum.WGS84)
        report = FileImport(app.config).run(db.session(), upload, is_dry=False)
        spent = clock.read()
    if report.imported != options.rows:
        raise SystemExit(f"{report.imported} of {options.rows} rows were imported")
    return {**spent, "rows": report.imported}


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


def _everything() -> None:
    from portal.db import db
    from portal.scope import EVERYTHING, bind_scope

    bind_scope(db.session(), EVERYTHING)


def _geodata() -> Path:
    from portal.boundaries.manifest import geodata_dir

    return geodata_dir()


STEPS = {"make": _make, "empty": _empty, "calamine": _calamine, "parse": _parse, "import": _import}


if __name__ == "__main__":
    raise SystemExit(main())
