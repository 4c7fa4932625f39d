"""Accepting and returning many reports in one go; each stands for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.errors import QudaoError
from portal.sales.models import MonthlyReport, ReportEvent
from portal.sales.queries.reports import get_report
from portal.sales.services.reports import accept_report, return_report


@dataclass(frozen=True)
class Outcome:
    """What became of one report: done, or the error that stood against it."""

    report_id: int
    label: str
    error: QudaoError | None = None


def accept_many(session: Session, versions: Mapping[int, int], *, actor: User) -> list[Outcome]:
    """Accept reports (id → the version that the user saw). What fails leaves the others."""

    def act(report: MonthlyReport, version: int) -> ReportEvent:
        return accept_report(session, report, actor=actor, version=version)

    return _each(session, versions, act)


def return_many(session: Session, versions: Mapping[int, int], *, actor: User, reason: str) -> list[Outcome]:
    """Return reports (id → the version that the user saw) with one reason. What fails leaves the others."""

    def act(report: MonthlyReport, version: int) -> ReportEvent:
        return return_report(session, report, actor=actor, version=version, reason=reason)

    return _each(session, versions, act)


def _each(
    session: Session, versions: Mapping[int, int], act: Callable[[MonthlyReport, int], ReportEvent]
) -> list[Outcome]:
    """In the order of the ids: two managers at once wait for each other and never lock each other out."""
    outcomes = []
    for report_id, version in sorted(versions.items()):
        label = ""
        try:
            with session.begin_nested():
                report = get_report(session, report_id)
                label = report.distributor.code
                act(report, version)
            outcomes.append(Outcome(report_id, label))
        except QudaoError as error:
            outcomes.append(Outcome(report_id, label, error))
    return outcomes
