"""Calculating a run: facts → what accrues → statements, thousands at a time, a transaction for each thousand.

Whoever is killed in the middle leaves a draft with some statements that nobody can check: the next try begins by
clearing them. A calculation has a number; who writes under an older one is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.db import rows_written
from portal.errors import StaleVersion
from portal.rebates.models import RebateStatement, SettlementRun
from portal.rebates.queries.facts import PartyFacts, facts_of
from portal.rebates.queries.known import policy_of, versions_in_force
from portal.rebates.queries.settled import get_run, span_of_run
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import Span
from portal.rebates.rules.standing import accrue, due_fen
from portal.rebates.rules.written import facts_as_dict
from portal.rebates.services.addressees import refresh_addressees

CHUNK = 1_000
Progress = Callable[[int, int | None], None]
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def write_statements(
    session: Session,
    run_id: int,
    calculation: int,
    *,
    progress: Progress | None = None,
    commit: Callable[[], None] | None = None,
    reading: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> int:
    """All statements of the run, and its totals. Returns how many.

    `commit`: makes what is done so far lasting. `reading`: inside, figures are read and nobody who writes waits.

    Raises StaleVersion where the run was calculated anew, moved or withdrawn meanwhile.
    """
    end_step = commit or session.flush
    run = get_run(session, run_id)
    span = span_of_run(run)
    _hold(session, run_id, calculation)
    session.execute(
        delete(RebateStatement).where(RebateStatement.run_id == run_id).execution_options(synchronize_session=False)
    )
    ids = []
    for version in versions_in_force(session, span):
        refresh_addressees(session, version)
        ids.append(version.id)
    end_step()
    done = written = 0
    chunks = _chunks(session, run_id, span, ids)
    while True:
        with reading():
            rows = next(chunks, None)
        if rows is None:
            break
        _hold(session, run_id, calculation)
        stored = [row for row in rows if row is not None]
        if stored:
            session.execute(insert(RebateStatement), stored)
        end_step()
        done, written = done + len(rows), written + len(stored)
        if progress:
            progress(done, None)
    _finish(session, run_id, calculation)
    return written


def _chunks(session: Session, run_id: int, span: Span, version_ids: list[int]) -> Iterator[list[dict[str, Any] | None]]:
    """A row for each party and version, a chunk at a time; None where a later run has nothing new to say."""
    for version in [each for each in versions_in_force(session, span) if each.id in version_ids]:
        policy, version_id, sha256 = policy_of(version), version.id, version.sha256
        stream = facts_of(session, policy, span, version=version, size=CHUNK)
        while chunk := list(islice(stream, CHUNK)):
            yield [_row(run_id, version_id, span, sha256, policy, each) for each in chunk]


def _row(
    run_id: int, version_id: int, span: Span, document: str, policy: Any, each: PartyFacts
) -> dict[str, Any] | None:
    result = accrue(policy, each.facts, each.standing)
    due = (
        due_fen(result.total_fen, each.posted.fen),
        due_fen(result.points, each.posted.points),
        due_fen(result.goods, each.posted.goods),
    )
    if each.has_statement and not any(due):
        return None
    facts, brief = facts_as_dict(each.facts), as_dict(result, is_brief=True)
    digest = hashlib.sha256(f"{document}\n{_encode(facts)}\n{_encode(brief)}".encode()).hexdigest()
    return {
        "run_id": run_id,
        "version_id": version_id,
        "distributor_id": each.distributor_id,
        "outlet_id": each.outlet_id,
        "month": span.first,
        "period_kind": span.kind,
        "total_fen": result.total_fen,
        "posted_fen": each.posted.fen,
        "due_fen": due[0],
        "total_points": result.points,
        "posted_points": each.posted.points,
        "due_points": due[1],
        "total_goods": result.goods,
        "posted_goods": each.posted.goods,
        "due_goods": due[2],
        "refusal": result.refusal,
        "facts": facts,
        "result": brief,
        "sha256": digest,
    }


def _hold(session: Session, run_id: int, calculation: int) -> None:
    """The run is still this calculation's: a conditional UPDATE that changes nothing, and holds the row."""
    held = session.execute(
        update(SettlementRun)
        .where(
            SettlementRun.id == run_id,
            SettlementRun.calculation == calculation,
            SettlementRun.status == RunStatus.DRAFT,
        )
        .values(calculation=calculation)
        .execution_options(synchronize_session=False)
    )
    if rows_written(held) != 1:
        raise StaleVersion(expected=calculation, actual=None)


def _finish(session: Session, run_id: int, calculation: int) -> None:
    """The totals, and that it is calculated."""
    _hold(session, run_id, calculation)
    columns = ("total_fen", "posted_fen", "due_fen", "due_points", "due_goods")
    sums = [func.coalesce(func.sum(getattr(RebateStatement, name)), 0) for name in columns]
    statement = select(func.count(RebateStatement.id), *sums).where(RebateStatement.run_id == run_id)
    count, *totals = session.execute(statement).one()
    run = get_run(session, run_id)
    session.refresh(run)
    run.statements = count
    for name, value in zip(columns, totals, strict=True):
        setattr(run, name, int(value))
    run.calculated_at = clock.now()
    session.flush()
