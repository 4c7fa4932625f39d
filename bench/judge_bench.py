"""Judging one site at 100,000 outlets: CPU and wall time of the whole sheet, as page, command and decision ask it.

    python -m bench.judge_bench [--outlets 100000] [--sites 200] [--keep FOLDER]

Sites lie where outlets lie (most in towns) and at random; each is judged cold of any cache of ours. The aim: 50 ms of
CPU for a site at the median, and at the 95th percentile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock, create_app
from portal.db import db, reading
from portal.demo.scale import make_outlets
from portal.network.models import Outlet
from portal.network.services.placing import Placement
from portal.onboarding.queries.places import place_of_point
from portal.onboarding.queries.sites import neighbours_of, site_sheet
from portal.onboarding.rules.site import judge
from portal.scope import EVERYTHING, bind_scope
from portal.settings import ROOT

AIM_MS = 50.0
SEED = 7
Point = tuple[float, float]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where the aim is missed."""
    options = _options(arguments)
    folder = Path(options.keep) if options.keep else Path(tempfile.mkdtemp(prefix="qudao-judge-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    app = _make_app(folder)
    with app.app_context():
        session = db.session()
        bind_scope(session, EVERYTHING)
        total = _fill(app, session, options.outlets)
        sites = _sites(session, options.sites)
        with reading():
            return _report(total, sites, session)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--keep", help="use, and leave, the database in this folder")
    return parser.parse_args(arguments)


def _make_app(folder: Path) -> Any:
    os.environ |= {"INSTANCE_DIR": str(folder), "PORTAL_DEMO": "0"}
    os.environ.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "scripts/prepare_database.py"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return create_app()


def _fill(app: Any, session: Session, outlets: int) -> int:
    if not session.scalar(select(func.count()).select_from(Outlet)):
        print(f"judge: making {outlets:,} outlets", flush=True)
        make_outlets(session, outlets, geodata=app.config["GEODATA_DIR"])
    return int(session.scalar(select(func.count()).select_from(Outlet)) or 0)


def _sites(session: Session, count: int) -> dict[str, list[Point]]:
    """Beside outlets, and anywhere within their bounds."""
    random = np.random.default_rng(SEED)
    highest = int(session.scalar(select(func.max(Outlet.id))) or 1)
    ids = [int(each) for each in random.integers(1, highest, count)]
    rows = session.execute(select(Outlet.lng, Outlet.lat).where(Outlet.id.in_(ids), Outlet.lng.is_not(None))).all()
    shifts = random.normal(0, 0.02, (len(rows), 2))
    beside = [(lng + float(east), lat + float(north)) for (lng, lat), (east, north) in zip(rows, shifts, strict=True)]
    anywhere = [(float(lng), float(lat)) for lng, lat in random.uniform((98, 23), (122, 41), (count, 2))]
    return {"beside outlets": beside, "anywhere": anywhere}


def _report(total: int, sites: dict[str, list[Point]], session: Session) -> int:
    print(f"judge: {total:,} outlets, {os.cpu_count()} cores; CPU ms a site, median / 95th / highest (wall median)")
    worst = 0.0
    for name, points in sites.items():
        _measure(points[:3], lambda point: _whole(session, point))  # the locator and the regions load once a process
        rows = {
            "the whole sheet, with its place": lambda point: _whole(session, point),
            "  the place (county, sales area)": lambda point: place_of_point(session, *point),
            "  the outlets around": lambda point: neighbours_of(session, *point),
            "  the geometry alone": _geometry(session, points),
        }
        print(f"  {name} ({len(points)} sites)")
        for what, run in rows.items():
            line, high = _line(_measure(points, run))
            print(f"    {what:36} {line}")
            worst = max(worst, high)
    verdict = "held" if worst <= AIM_MS else "MISSED"
    print(f"judge: aim {AIM_MS:g} ms CPU at the 95th percentile {verdict} ({worst:.1f} ms)")
    return 0 if worst <= AIM_MS else 1


def _whole(session: Session, point: Point) -> dict[str, Any]:
    lng, lat = point
    stands: Placement = place_of_point(session, lng, lat)
    return site_sheet(session, lng=lng, lat=lat, place=stands, on=clock.today(), capital_wan=300, distributor_id=1)


def _geometry(session: Session, points: list[Point]) -> Callable[[Point], Any]:
    known = {point: neighbours_of(session, *point) for point in points}
    return lambda point: judge(*point, known[point], radius_km=10)


def _measure(points: list[Point], run: Callable[[Point], Any]) -> list[tuple[float, float]]:
    """CPU and wall milliseconds of each."""
    taken = []
    for point in points:
        wall, cpu = time.perf_counter(), time.process_time()
        run(point)
        taken.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return taken


def _line(taken: list[tuple[float, float]]) -> tuple[str, float]:
    cpu = [each for each, _wall in taken]
    high = quantiles(cpu, n=20)[-1]
    return f"{median(cpu):6.1f} / {high:6.1f} / {max(cpu):6.1f}  ({median(wall for _cpu, wall in taken):.1f})", high


if __name__ == "__main__":
    raise SystemExit(main())
