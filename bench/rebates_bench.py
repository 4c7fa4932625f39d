"""Speed and memory of settling a month, from stored sums to amounts, to statements, to postings; and of what-ifs.

    python -m bench.rebates_bench [--outlets 10000] [--lines 1000000]      SQLite, or what DATABASE_URL names

Held against DuckDB (where it is installed), which adds up the raw lines and applies the same rules in SQL, and against
an ORM loop over some of the outlets. Every amount must be that of plain Python over the same lines, to the fen.
Each measurement is a process of its own; memory is the sum over it and its children, sampled every 10 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory
from bench.rows import Row, draw_table

ROOT = Path(__file__).resolve().parent.parent
MONTH, MONTHS, MODELS, SEED = date(2026, 9, 1), 12, ("F3", "F6", "S6", "S7e"), 20_260_901
WRITTEN = datetime(2025, 9, 20, 4, tzinfo=UTC)
LOOPED = 200
Step = Callable[[argparse.Namespace], dict[str, Any]]
MOST_MIB, MOST_DUCK, MOST_DUCK_REASONS, LEAST_ORM, MOST_WHAT_IF, MOST_SLIDER = 300, 1.5, 3.0, 50.0, 5.0, 0.050


def policy(start: str = "0.8") -> dict[str, Any]:
    """D4.1, D4.2 and D4.3 in one policy, units instead of quotas."""
    tiers = [{"from": str(round(100 * float(start))), "rate": "1000"}]
    taken = {"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "percent": "25"}
    label = {"en": "x", "zh": "x"}
    return {
        "code": "BENCH", "name": label, "party": "outlet", "period": "month", "settle": "each_period",
        "effective": {"from": "2025-10-01", "to": "2026-12-31"},
        "terms": [
            {"id": "quota", "label": label, "pays": "per_unit", "tier_on": "units", "tiers": tiers},
            {"id": "f6", "label": label, "lines": {"models": ["F6"]}, "pays": "per_unit", "tier_on": "units",
             "tiers": [{"from": "0", "rate": "100"}]},
            {"id": "ads", "label": label, "pays": "lump_sum", "tier_on": "units",
             "tiers": [{"from": "0", "rate": "2000"}], "deductions": [taken | {"label": label}]},
        ],
    }  # fmt: skip


SQL = """
SELECT outlet_id, sum(CASE WHEN units >= 80 THEN units * 100000 ELSE 0 END) + sum(f6) * 10000 + 150000 AS fen
FROM (SELECT outlet_id, sum(units) AS units, sum(CASE WHEN model_id = {f6} THEN units ELSE 0 END) AS f6
      FROM lines GROUP BY outlet_id) GROUP BY outlet_id
"""


def main() -> int:
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="rebates-bench-") as folder:
        return _measure(options, Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path) -> int:
    made = _run("make", options, folder)
    exact = _run("oracle", options, folder)["fen"]
    amounts, reasons = _run("amounts", options, folder), _run("reasons", options, folder)
    loop, duck = _run("loop", options, folder), _run("duck", options, folder)
    settled, wondered = _run("settle", options, folder), _run("what_if", options, folder)
    slider = _run("slider", options, folder)
    size = f"{options.outlets:,} outlets, {made['lines']:,} lines"
    rows = [
        _against_duck(f"{size}: amounts", amounts, duck, MOST_DUCK),
        _against_duck(f"{size}: with all reasons", reasons, duck, MOST_DUCK_REASONS),
        _times("… than an ORM loop", loop["seconds"] / amounts["seconds"], LEAST_ORM),
        Row("statements written", f"{settled['statements']:.2f} s", ""),
        Row("approved, released, paid", f"{settled['posted']:.2f} s", f"{settled['postings']:,} postings"),
        _memory("peak memory of amounts with reasons", reasons["peak_mib"]),
        _memory("peak memory of a whole settlement", settled["peak_mib"]),
        _limit(f"what-if over {MONTHS} months", wondered["seconds"], MOST_WHAT_IF),
        _limit("one answer of the slider", slider["seconds"], MOST_SLIDER),
    ]
    print(draw_table(rows))
    sums = {name: found["fen"] for name, found in (("amounts", amounts), ("settled", settled), ("duck", duck))}
    wrong = {name: fen for name, fen in sums.items() if fen not in (exact, None)}
    print(f"to the fen: {'every sum is' if not wrong else f'{wrong} are not'} {exact:,}")
    return 0 if not wrong and all(row.is_met is not False for row in rows) else 1


def _against_duck(name: str, ours: dict[str, Any], duck: dict[str, Any], most: float) -> Row:
    if duck["seconds"] is None:
        return Row(name, f"{ours['seconds']:.2f} s", "DuckDB is not installed")
    ratio = ours["seconds"] / duck["seconds"]
    return Row(name, f"{ours['seconds']:.2f} s", f"{duck['seconds']:.3f} s DuckDB", ratio, f"≤ {most}", ratio <= most)


def _times(name: str, ratio: float, least: float) -> Row:
    return Row(name, f"{ratio:,.0f} × faster", "", ratio, f"≥ {least:.0f}", ratio >= least)


def _memory(name: str, mib: float) -> Row:
    return Row(name, f"{mib:.0f} MiB", f"{MOST_MIB} MiB", mib / MOST_MIB, "≤ 1", mib <= MOST_MIB)


def _limit(name: str, seconds: float, most: float) -> Row:
    return Row(name, f"{seconds:.3f} s", f"{most} s", seconds / most, "≤ 1", seconds <= most)


def _run(step: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One step in a process of its own."""
    command = [sys.executable, "-m", "bench.rebates_bench", "--step", step, "--folder", str(folder),
               "--outlets", str(options.outlets), "--lines", str(options.lines)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        memory = PeakMemory(process.pid)
        output = process.communicate()[0]
        peak = memory.stop()
    if process.returncode:
        raise SystemExit(f"{step} failed")
    print(f"{step}: {output.strip()}, peak {peak:.0f} MiB", flush=True)
    return {**json.loads(output), "peak_mib": peak}


# -- the steps, each in a process of its own


def _app(options: argparse.Namespace) -> Any:
    from portal import create_app

    url = f"sqlite:///{options.folder}/bench.db"
    return create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url, "INSTANCE_DIR": options.folder})


def _inside(
    work: Callable[[Any, argparse.Namespace], dict[str, Any]],
) -> Callable[[argparse.Namespace], dict[str, Any]]:
    """The step with an application, and a session that sees everything."""

    def step(options: argparse.Namespace) -> dict[str, Any]:
        from portal.db import db
        from portal.scope import EVERYTHING, bind_scope

        with _app(options).app_context():
            bind_scope(db.session(), EVERYTHING)
            return work(db.session(), options)

    return step


def _make(session: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Outlets, a month's raw lines in a file, the sums of twelve months, locked, and a policy in force."""
    from sqlalchemy import insert, select, update

    from portal import clock
    from portal.db import db
    from portal.network.models import Distributor, Outlet
    from portal.network.rules import OutletStatus
    from portal.periods import shift_month
    from portal.permissions import Role
    from portal.rebates.models import PolicyAddressee
    from portal.rebates.services.policies import create_draft, publish, submit
    from portal.sales.models import SalesRollup
    from tests.factories import make_user
    from tests.rebates.settling import Office, lock_months
    from tests.sales.reporting import make_model

    db.create_all()
    rng, now = random.Random(SEED), clock.now()  # noqa: S311 - sales, not secrets
    stamp = {"created_at": now, "updated_at": now}
    session.execute(insert(Distributor), [
        {"code": f"D{n:05}", "name": f"D{n}", "name_en": "", **stamp} for n in range(max(1, options.outlets // 50))
    ])  # fmt: skip
    owners = list(session.scalars(select(Distributor.id).order_by(Distributor.id)))
    opened = {"status": OutletStatus.OPEN, "opened_on": date(2020, 1, 1)}
    session.execute(insert(Outlet), [
        {"code": f"T{n:06}", "name": f"T{n}", "name_en": "", "distributor_id": owners[n // 50 % len(owners)],
         **opened, **stamp}
        for n in range(options.outlets)
    ])  # fmt: skip
    models = [make_model(code=code).id for code in MODELS]
    places = session.execute(select(Outlet.id, Outlet.distributor_id).order_by(Outlet.id)).all()
    each = options.lines // options.outlets
    months = [shift_month(MONTH, -back) for back in range(MONTHS - 1, -1, -1)]
    lines = 0
    _make_details(session, places[:LOOPED], models, each)
    with (options.folder / "lines.csv").open("w", encoding="ascii") as raw:
        raw.write("outlet_id,model_id,units\n")
        for month in months:
            rows: list[dict[str, Any]] = []
            for outlet, owner in places:
                for model in models:
                    # Of a hundred sales of an outlet some are returns; half of the outlets reach their tier.
                    sold = [1] * rng.randint(each // 4 - 6, each // 4 + 2) + [-1] * rng.randint(0, 2)
                    if month == MONTH:
                        raw.writelines(f"{outlet},{model},{units}\n" for units in sold)
                        lines += len(sold)
                    rows.append({"month": month, "distributor_id": owner, "outlet_id": outlet, "model_id": model,
                                 "retail": sum(sold), "amount_fen": sum(sold) * 5_000_000})  # fmt: skip
                if len(rows) > 20_000:
                    session.execute(insert(SalesRollup), rows)
                    rows.clear()
            if rows:
                session.execute(insert(SalesRollup), rows)
    lock_months(*months)
    office = Office(make_user(Role.HO_SALES), make_user(Role.HO_APPROVER), make_user(Role.HO_FINANCE))
    with clock.held(WRITTEN):
        version = create_draft(session, policy(), actor=office.sales)
        submit(session, version, actor=office.sales, version_seen=version.version)
        publish(session, version, actor=office.approver, version_seen=version.version)
    session.execute(update(PolicyAddressee).values(acknowledged_on=date(2025, 9, 25)))
    session.commit()
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    return {"lines": lines}


def _make_details(session: Any, places: Any, models: list[int], each: int) -> None:
    """Sales one by one for the outlets that the ORM loop reads."""
    from sqlalchemy import insert

    from portal import clock
    from portal.sales.models import MonthlyReport, SalesDetail

    reports: dict[int, int] = {}
    for owner in sorted({row[1] for row in places}):
        report = MonthlyReport(distributor_id=owner, month=MONTH, created_at=clock.now(), updated_at=clock.now())
        session.add(report)
        session.flush()
        reports[owner] = report.id
    for outlet, owner in places:
        place = {"report_id": reports[owner], "month": MONTH, "distributor_id": owner, "outlet_id": outlet}
        sold = {"sold_on": MONTH, "units": 1, "amount_fen": 5_000_000}
        session.execute(insert(SalesDetail), [place | sold | {"model_id": models[n % 4]} for n in range(each)])


def _oracle(options: argparse.Namespace) -> dict[str, Any]:
    """Plain Python over the raw lines, written without the portal's rules."""
    units: dict[str, int] = {}
    f6: dict[str, int] = {}
    ids = sorted({row[1] for row in _raw(options)}, key=int)
    for outlet, model, sold in _raw(options):
        units[outlet] = units.get(outlet, 0) + int(sold)
        f6[outlet] = f6.get(outlet, 0) + (int(sold) if model == ids[1] else 0)
    return {"fen": sum((100_000 * each if each >= 80 else 0) + 10_000 * f6[outlet] + 150_000
                       for outlet, each in units.items())}  # fmt: skip


def _raw(options: argparse.Namespace) -> Iterator[list[str]]:
    with (options.folder / "lines.csv").open(encoding="ascii") as file:
        next(file)
        for line in file:
            yield line.rstrip().split(",")


def _version(session: Any) -> tuple[Any, Any, Any]:
    from sqlalchemy import select

    from portal.rebates.models import PolicyVersion
    from portal.rebates.queries.known import policy_of
    from portal.rebates.rules.settling import span_of
    from portal.rebates.rules.words import Period

    version = session.scalars(select(PolicyVersion)).one()
    return version, policy_of(version), span_of(Period.MONTH, MONTH)


def _amounts(session: Any, _options: argparse.Namespace, *, with_reasons: bool = False) -> dict[str, Any]:
    from portal.rebates.queries.facts import facts_of
    from portal.rebates.rules.alike import Alike
    from portal.rebates.rules.explain import as_dict
    from portal.rebates.rules.standing import accrue

    version, compiled, span = _version(session)
    list(facts_of(session, compiled, span, version=version, outlet_ids=[1]))  # a worker has asked before
    begun, fen = time.perf_counter(), 0
    alike = Alike(compiled, lambda result: result.total_fen)
    for each in facts_of(session, compiled, span, version=version):
        if not with_reasons:
            fen += 0 if each.standing.refusal else alike.of(each.facts)
            continue
        result = accrue(compiled, each.facts, each.standing)
        fen += result.total_fen
        as_dict(result, is_brief=True)
    return {"seconds": time.perf_counter() - begun, "fen": fen}


def _reasons(session: Any, options: argparse.Namespace) -> dict[str, Any]:
    return _amounts(session, options, with_reasons=True)


def _loop(session: Any, options: argparse.Namespace) -> dict[str, Any]:
    """As one would write it with objects: an outlet, its raw lines one by one, its statement; some, scaled up."""
    from sqlalchemy import select

    from portal.network.models import Outlet
    from portal.rebates.models import PolicyAddressee
    from portal.rebates.queries.known import policy_of
    from portal.rebates.rules.evaluation import evaluate
    from portal.rebates.rules.facts import Facts, Line
    from portal.sales.models import SalesDetail

    _version(session)
    begun = time.perf_counter()
    for outlet in session.scalars(select(Outlet).order_by(Outlet.id).limit(LOOPED)).all():
        addressee = session.scalars(select(PolicyAddressee).where(PolicyAddressee.outlet_id == outlet.id)).one()
        compiled = policy_of(addressee.policy_version)
        mine = select(SalesDetail).where(SalesDetail.outlet_id == outlet.id, SalesDetail.month == MONTH)
        rows = session.scalars(mine).all()
        codes = dict(zip(sorted({row.model_id for row in rows}), MODELS, strict=True))
        lines = [Line(codes[row.model_id], row.units, row.amount_fen) for row in rows]
        evaluate(compiled, Facts(party=outlet.code, lines=lines))
    return {"seconds": (time.perf_counter() - begun) / LOOPED * options.outlets}


def _duck(options: argparse.Namespace) -> dict[str, Any]:
    try:
        import duckdb  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        return {"seconds": None, "fen": None}
    with duckdb.connect(str(options.folder / "lines.duckdb")) as connection:
        connection.execute(f"CREATE TABLE lines AS FROM read_csv('{options.folder / 'lines.csv'}')")
        f6 = connection.execute("SELECT DISTINCT model_id FROM lines ORDER BY 1 LIMIT 1 OFFSET 1").fetchone()[0]
        begun = time.perf_counter()
        rows = connection.execute(SQL.format(f6=f6)).fetchall()
        return {"seconds": time.perf_counter() - begun, "fen": int(sum(row[1] for row in rows))}


def _settle(session: Any, _options: argparse.Namespace) -> dict[str, Any]:
    """Statements as the job writes them, a commit for each thousand; then the three steps and their postings."""
    from sqlalchemy import func, select

    from portal.accounts.models import User
    from portal.permissions import Role
    from portal.rebates.models import LedgerPosting
    from portal.rebates.queries.ledger_check import faults
    from portal.rebates.rules.words import Period
    from portal.rebates.services.calculation import write_statements
    from portal.rebates.services.settlement import (
        approve,
        begin_calculation,
        check_run,
        open_run,
        pay,
        release,
    )

    people = {user.role: user for user in session.scalars(select(User))}
    sales, approver, finance = (people[role] for role in (Role.HO_SALES, Role.HO_APPROVER, Role.HO_FINANCE))
    begun = time.perf_counter()
    run = open_run(session, Period.MONTH, MONTH, actor=sales)
    begin_calculation(session, run, sales, run.version)
    write_statements(session, run.id, run.calculation, commit=session.commit)
    session.commit()
    written = time.perf_counter()
    for verb, actor in ((check_run, finance), (approve, approver), (release, finance), (pay, finance)):
        verb(session, run, actor=actor, version_seen=run.version)
        session.commit()
    posted = time.perf_counter()
    assert faults(session) == []  # noqa: S101 - a bench of what is wrong says nothing
    postings = session.scalar(select(func.count(LedgerPosting.id)))
    return {"statements": written - begun, "posted": posted - written, "postings": postings, "fen": run.due_fen}


def _what_if(session: Any, _options: argparse.Namespace) -> dict[str, Any]:
    from portal.periods import shift_month
    from portal.rebates.rules import document
    from portal.rebates.services.what_if import compare

    _version_row, compiled, _span = _version(session)
    begun = time.perf_counter()
    found = compare(session, document.parse(policy("0.7")), compiled, shift_month(MONTH, 1 - MONTHS), MONTH)
    return {"seconds": time.perf_counter() - begun, "parties": found["parties"], "winners": found["winners"]}


def _slider(session: Any, _options: argparse.Namespace) -> dict[str, Any]:
    """One outlet's facts read, computed and explained with its next tiers: what a move of the slider asks."""
    from sqlalchemy import select

    from portal.network.models import Outlet
    from portal.rebates.queries.facts import facts_of
    from portal.rebates.rules.evaluation import evaluate
    from portal.rebates.rules.explain import as_dict

    version, compiled, span = _version(session)
    ids = session.scalars(select(Outlet.id).limit(50)).all()
    begun = time.perf_counter()
    for outlet in ids:
        (each,) = facts_of(session, compiled, span, version=version, outlet_ids=[outlet])
        as_dict(evaluate(compiled, each.facts))
    return {"seconds": (time.perf_counter() - begun) / len(ids)}


STEPS: dict[str, Step] = {
    "make": _inside(_make),
    "oracle": _oracle,
    "amounts": _inside(_amounts),
    "reasons": _inside(_reasons),
    "loop": _inside(_loop),
    "duck": _duck,
    "settle": _inside(_settle),
    "what_if": _inside(_what_if),
    "slider": _inside(_slider),
}

if __name__ == "__main__":
    os.environ.pop("REDIS_URL", None)
    raise SystemExit(main())
