"""List pages at 100,000 outlets, against bare Flask pages that show the same 50 rows; both in one process, in turns.

    python -m bench.list_bench [--scale 1.0] [--keep FOLDER]        SQLite, or what DATABASE_URL names

Requests go straight into the WSGI applications, a batch to one side, then one to the other. What is counted is
processor time, with that of a local PostgreSQL's own process: requests a second of one core. The figure of a page is
the median over its batches.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.bare import make_bare_app
from bench.databases import Prepared, prepare, processor_seconds
from bench.network import add_applications, add_candidates, add_outlets, add_reader
from bench.rows import Row, draw_table
from portal.db import db, set_may_write
from portal.garbage import look_seldom
from portal.onboarding.queries.candidates import CARDS, ENDED
from portal.onboarding.rules.desks import STATUSES_OF_DESK, Desk

OUTLETS, APPLICATIONS, CANDIDATES = 100_000, 2_000, 2_000
ROUNDS, BATCH, WARM_UP = 21, 20, 10
WANTED, LAST_PAGE = 0.5, 1.5
REVIEWED = tuple(status.value for status in STATUSES_OF_DESK[Desk.ALL])
Ask = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a request takes, in seconds, and how many bytes it answers."""

    processor: float
    wall: float
    size: int

    def __str__(self) -> str:
        return f"{1 / self.processor:,.0f}/s ({self.processor * 1000:.1f} ms, {self.size / 1024:.0f} KB)"


def run(scale: float = 1.0) -> list[Row]:
    """The rows of the table, at `scale` times 100,000 outlets, 2,000 applications and as many candidates."""
    with tempfile.TemporaryDirectory(prefix="list-bench-") as folder, prepare("list", Path(folder)) as prepared:
        return measure(prepared, scale)


def measure(prepared: Prepared, scale: float) -> list[Row]:
    """The rows of the table, from a database that is filled where it is empty."""
    with prepared.app.app_context():
        add_outlets(prepared.app, int(OUTLETS * scale))
        add_applications(db.session(), int(APPLICATIONS * scale))
        add_candidates(db.session(), int(CANDIDATES * scale))
        cookie = add_reader(prepared.app)
        prepared.analyze()
    set_may_write(False)
    look_seldom()  # as the server does; it serves both sides
    bare = make_bare_app(prepared.url, reviewed=REVIEWED, ended=tuple(ENDED), cards=CARDS)
    rounds = max(3, int(ROUNDS * min(1.0, scale)))
    turns = Turns(prepared, rounds)
    portal = _asker(prepared.app, cookie)
    plain = _asker(bare, "")
    return [
        _held_against("outlets, first page", turns, portal("/outlets"), plain("/outlets")),
        _last_against_first(turns, portal),
        _held_against("queue of reviews", turns, portal("/reviews/all"), plain("/reviews")),
        _held_against("recruiting board", turns, portal("/candidates"), plain("/candidates")),
        _held_against("applications", turns, portal("/applications"), plain("/applications")),
    ]


def _held_against(name: str, turns: Turns, ours: Ask, other: Ask) -> Row:
    """Our requests a second as a share of the bare page's."""
    mine, bare = turns.take(ours, other)
    ratio = bare.processor / mine.processor
    return Row(f"list: {name}, requests/s against a bare page", str(mine), str(bare), ratio, "≥ 0.50", ratio >= WANTED)


def _last_against_first(turns: Turns, portal: Callable[[str], Ask]) -> Row:
    last, first = turns.take(portal("/outlets?cursor=last"), portal("/outlets"))
    ratio = last.processor / first.processor
    return Row("list: outlets, last page against the first", str(last), str(first), ratio, "≤ 1.50", ratio <= LAST_PAGE)


def _asker(app: Flask, cookie: str) -> Callable[[str], Ask]:
    """Requests by one reader, as a server would hand them to the application."""

    def asks(path: str) -> Ask:
        environ = EnvironBuilder(path=path, headers={"Cookie": cookie} if cookie else None).get_environ()

        def ask() -> int:
            answer, status, _headers = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)
            if not status.startswith("200"):
                raise RuntimeError(f"{path} answered {status}")
            return sum(map(len, answer))

        return ask

    return asks


@dataclass(frozen=True, slots=True)
class Turns:
    """Two sides measured in turns, a batch each, so that what else the machine does weighs on both."""

    prepared: Prepared
    rounds: int

    def take(self, one: Ask, other: Ask) -> tuple[Figure, Figure]:
        """The figures of both sides."""
        for ask in (one, other):
            self._batch(ask, WARM_UP)
        server = self.prepared.server_processes()
        taken: tuple[list[Figure], list[Figure]] = ([], [])
        for number in range(self.rounds):
            for side in (0, 1) if number % 2 == 0 else (1, 0):
                taken[side].append(self._batch((one, other)[side], BATCH, server))
        return _middle(taken[0]), _middle(taken[1])

    def _batch(self, ask: Ask, requests: int, server: tuple[int, ...] = ()) -> Figure:
        size = 0
        wall, used = time.perf_counter(), time.process_time() + processor_seconds(server)
        for _request in range(requests):
            size = ask()
        used = time.process_time() + processor_seconds(server) - used
        return Figure(used / requests, (time.perf_counter() - wall) / requests, size)


def _middle(taken: list[Figure]) -> Figure:
    return Figure(
        median(each.processor for each in taken), median(each.wall for each in taken), max(each.size for each in taken)
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--keep", type=Path, help="use, and leave, the database in this folder")
    options = parser.parse_args(arguments)
    if options.keep:
        with prepare("list", options.keep) as prepared:
            rows = measure(prepared, options.scale)
    else:
        rows = run(options.scale)
    print(draw_table(rows))
    return 0 if all(row.is_met is not False for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
