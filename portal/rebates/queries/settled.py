"""Up to which day something was settled, and which runs there are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.rebates.models import RebateStatement, RunEvent, SettlementRun
from portal.rebates.rules.life import OPEN_RUNS, SETTLED
from portal.rebates.rules.settling import Span, span_of
from portal.rebates.rules.words import Period


def settled_to(session: Session, version_id: int) -> date | None:
    """The last day of the last period of which the version was settled; None before the first."""
    statement = (
        select(RebateStatement.period_kind, func.max(RebateStatement.month))
        .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
        .where(RebateStatement.version_id == version_id, SettlementRun.status.in_(SETTLED))
        .group_by(RebateStatement.period_kind)
    )
    days = [span_of(kind, month).ends_on for kind, month in session.execute(statement)]
    return max(days, default=None)


def span_of_run(run: SettlementRun) -> Span:
    """The period that the run settles."""
    return span_of(run.period_kind, run.period_month)


def get_run(session: Session, run_id: int) -> SettlementRun:
    """The run; raises NotFound."""
    run = session.get(SettlementRun, run_id)
    if run is None:
        raise NotFound()
    return run


def runs_of(session: Session, kind: Period, month: date) -> list[SettlementRun]:
    """The runs of a period, the first one first."""
    statement = select(SettlementRun).where(SettlementRun.period_kind == kind, SettlementRun.period_month == month)
    return list(session.scalars(statement.order_by(SettlementRun.number)))


def open_run_of(session: Session, kind: Period, month: date) -> SettlementRun | None:
    """The run of the period that is not over."""
    return next((run for run in runs_of(session, kind, month) if run.status in OPEN_RUNS), None)


def events_of_run(session: Session, run: SettlementRun) -> list[RunEvent]:
    """What happened to the run, the newest first."""
    return list(session.scalars(select(RunEvent).where(RunEvent.run_id == run.id).order_by(RunEvent.id.desc())))
