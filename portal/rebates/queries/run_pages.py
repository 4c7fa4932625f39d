"""What the pages of settlements read: runs, the statements of one, sums by policy and by distributor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, capped_count, keyset_page
from portal.rebates.models import (
    LedgerEntry,
    LedgerPosting,
    PolicyVersion,
    RebatePolicy,
    RebateStatement,
    RunEvent,
    SettlementRun,
)
from portal.rebates.rules.life import OPEN_RUNS, RunStatus
from portal.tables import ListState

EXPORT_CHUNK = 1_000


def get_run(session: Session, run_id: int) -> SettlementRun:
    """The run; NotFound where there is none."""
    run = session.get(SettlementRun, run_id)
    if run is None:
        raise NotFound()
    return run


def list_runs(session: Session, state: ListState, today: date) -> tuple[Page, Count]:
    """A page of runs."""
    statement = _runs(state, today)
    page = keyset_page(session, statement, state.order(SettlementRun.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_runs(session: Session, state: ListState, today: date) -> Iterator[SettlementRun]:
    """All runs that the filters leave."""
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, _runs(state, today), state.order(SettlementRun.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _runs(state: ListState, today: date) -> Select[SettlementRun]:
    statement = select(SettlementRun)
    if statuses := state.chosen("status"):
        statement = statement.where(SettlementRun.status.in_(statuses))
    if kinds := state.chosen("kind"):
        statement = statement.where(SettlementRun.period_kind.in_(kinds))
    if state.chosen_one("clock") == "overdue":
        statement = statement.where(
            SettlementRun.status.in_(OPEN_RUNS), SettlementRun.due_on < today, SettlementRun.due_fen > 0
        )
    elif state.chosen_one("clock") == "open":
        statement = statement.where(SettlementRun.status.in_(OPEN_RUNS))
    return statement


def events_of_run(session: Session, run: SettlementRun) -> list[RunEvent]:
    """What happened to the run, latest first."""
    return list(session.scalars(select(RunEvent).where(RunEvent.run_id == run.id).order_by(RunEvent.id.desc())))


def run_before(session: Session, run: SettlementRun) -> SettlementRun | None:
    """The first run of the last period before, to compare a first run with. A later run holds what has changed only."""
    if run.number > 1:
        return None
    statement = (
        select(SettlementRun)
        .where(
            SettlementRun.period_kind == run.period_kind,
            SettlementRun.status != RunStatus.WITHDRAWN,
            SettlementRun.calculated_at.is_not(None),
            SettlementRun.number == 1,
            SettlementRun.period_month < run.period_month,
        )
        .order_by(SettlementRun.period_month.desc())
        .limit(1)
    )
    return session.scalar(statement)


@dataclass(frozen=True, slots=True)
class PolicySum:
    """The statements of one policy within a run."""

    code: str
    number: int
    version_id: int
    statements: int
    total_fen: int
    posted_fen: int
    due_fen: int


def sums_by_policy(session: Session, run: SettlementRun) -> list[PolicySum]:
    """What each policy comes to, by code."""
    of = RebateStatement
    statement = (
        select(
            RebatePolicy.code,
            PolicyVersion.number,
            PolicyVersion.id,
            func.count(),
            func.coalesce(func.sum(of.total_fen), 0),
            func.coalesce(func.sum(of.posted_fen), 0),
            func.coalesce(func.sum(of.due_fen), 0),
        )
        .join(PolicyVersion, PolicyVersion.id == of.version_id)
        .join(RebatePolicy, RebatePolicy.id == PolicyVersion.policy_id)
        .where(of.run_id == run.id)
        .group_by(RebatePolicy.code, PolicyVersion.number, PolicyVersion.id)
        .order_by(RebatePolicy.code, PolicyVersion.number)
    )
    return [PolicySum(code, number, key, count, *map(int, sums)) for code, number, key, count, *sums in
            session.execute(statement)]  # fmt: skip


_KINDS: dict[str, ColumnElement[bool]] = {
    "positive": RebateStatement.due_fen > 0,
    "negative": RebateStatement.due_fen < 0,
    "zero": and_(RebateStatement.due_fen == 0, RebateStatement.due_points == 0, RebateStatement.due_goods == 0),
    "changed": and_(RebateStatement.posted_fen != 0, RebateStatement.due_fen != 0),
    "refused": RebateStatement.refusal != "",
}


def count_kinds(session: Session, run: SettlementRun) -> dict[str, int]:
    """How many statements of the run are of each kind. One statement."""
    columns = [func.count().filter(condition) for condition in _KINDS.values()]
    row = session.execute(select(*columns).where(RebateStatement.run_id == run.id)).one()
    return dict(zip(_KINDS, row, strict=True))


_LISTED: tuple[Any, ...] = (
    RebateStatement.id,
    RebateStatement.total_fen,
    RebateStatement.posted_fen,
    RebateStatement.due_fen,
    RebateStatement.due_points,
    RebateStatement.due_goods,
    RebateStatement.refusal,
    RebateStatement.month,
    RebatePolicy.code.label("policy_code"),
    PolicyVersion.number.label("policy_number"),
    Distributor.code.label("owner_code"),
    Distributor.name.label("owner_name"),
    Distributor.name_en.label("owner_name_en"),
    Outlet.code.label("outlet_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
)


def list_statements(session: Session, run: SettlementRun, state: ListState) -> tuple[Page, Count]:
    """A page of the run's statements."""
    statement = _statements(run, state)
    page = keyset_page(session, statement, state.order(RebateStatement.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_statements(session: Session, run: SettlementRun, state: ListState) -> Iterator[Any]:
    """All statements of the run that the filters leave."""
    cursor: str | None = ""
    while cursor is not None:
        statement = _statements(run, state)
        page = keyset_page(session, statement, state.order(RebateStatement.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _statements(run: SettlementRun, state: ListState) -> Select[Any]:
    statement = (
        select(*_LISTED)
        .join(PolicyVersion, PolicyVersion.id == RebateStatement.version_id)
        .join(RebatePolicy, RebatePolicy.id == PolicyVersion.policy_id)
        .join(Distributor, Distributor.id == RebateStatement.distributor_id)
        .outerjoin(Outlet, Outlet.id == RebateStatement.outlet_id)
        .where(RebateStatement.run_id == run.id)
    )
    if state.text:
        columns = (Distributor.code, Distributor.name, Outlet.code, Outlet.name)
        statement = statement.where(or_(*(each.icontains(state.text, autoescape=True) for each in columns)))
    if codes := state.chosen("policy"):
        statement = statement.where(RebatePolicy.code.in_(codes))
    if kind := state.chosen_one("kind"):
        statement = statement.where(_KINDS[kind])
    return statement


def sums_by_distributor(session: Session, run: SettlementRun) -> Iterator[Any]:
    """What finance pays: a row for each distributor, its own and its outlets' sums."""
    of = RebateStatement
    statement = (
        select(
            Distributor.code,
            Distributor.name,
            Distributor.name_en,
            func.count().label("statements"),
            func.sum(of.total_fen).label("total_fen"),
            func.sum(of.posted_fen).label("posted_fen"),
            func.sum(of.due_fen).label("due_fen"),
            func.sum(of.due_points).label("due_points"),
            func.sum(of.due_goods).label("due_goods"),
        )
        .join(Distributor, Distributor.id == of.distributor_id)
        .where(of.run_id == run.id)
        .group_by(Distributor.id, Distributor.code, Distributor.name, Distributor.name_en)
        .order_by(Distributor.code)
    )
    yield from session.execute(statement, execution_options={"yield_per": 1_000})


_POSTED: tuple[Any, ...] = (
    LedgerEntry.id,
    LedgerPosting.booked_on,
    LedgerPosting.kind,
    LedgerPosting.actor_name,
    LedgerPosting.memo,
    LedgerEntry.account,
    LedgerEntry.unit,
    LedgerEntry.amount,
    LedgerEntry.month,
    Distributor.code.label("owner_code"),
    Outlet.code.label("outlet_code"),
)


def list_entries(session: Session, run: SettlementRun, state: ListState) -> tuple[Page, Count]:
    """A page of what the run has posted: a row for each side of each posting."""
    statement = _entries(run, state)
    page = keyset_page(session, statement, state.order(LedgerEntry.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_entries(session: Session, run: SettlementRun, state: ListState) -> Iterator[Any]:
    """All that the run has posted, as far as the filters leave it."""
    cursor: str | None = ""
    while cursor is not None:
        statement = _entries(run, state)
        page = keyset_page(session, statement, state.order(LedgerEntry.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _entries(run: SettlementRun, state: ListState) -> Select[Any]:
    statement = (
        select(*_POSTED)
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .join(Distributor, Distributor.id == LedgerEntry.distributor_id)
        .outerjoin(Outlet, Outlet.id == LedgerEntry.outlet_id)
        .where(LedgerPosting.run_id == run.id)
    )
    if state.text:
        columns = (Distributor.code, Outlet.code)
        statement = statement.where(or_(*(each.icontains(state.text, autoescape=True) for each in columns)))
    for key, column in (("kind", LedgerPosting.kind), ("account", LedgerEntry.account), ("unit", LedgerEntry.unit)):
        if values := state.chosen(key):
            statement = statement.where(column.in_(values))
    return statement
