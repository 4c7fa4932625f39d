"""The board of a month (who has reported), and a distributor's own months. In the reader's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, SalesArea
from portal.network.queries.parties import NOT_ASSIGNED
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.sales.models import MonthlyReport, ReportingPeriod, ReportQuestion
from portal.sales.queries.standings import punctuality, standings_statement
from portal.sales.rules.calendar import Punctuality
from portal.sales.rules.words import QuestionStatus, ReportStatus

# The status of a report that nobody has opened yet, as the filter calls it.
NOT_OPENED = "none"
EXPORT_CHUNK = 2_000


@dataclass(frozen=True)
class BoardFilter:
    """What the board's facets leave; empty: everything. `areas` are codes, statuses may hold NOT_OPENED."""

    text: str = ""
    statuses: Collection[str] = ()
    punctualities: Collection[Punctuality] = ()
    areas: Collection[str] = ()
    has_questions: bool = False

    def apply(self, statement: Select[Any], period: ReportingPeriod, today: date) -> Select[Any]:
        """The statement of standings, cut."""
        for condition in self._conditions(period, today):
            statement = statement.where(condition)
        return statement

    def _conditions(self, period: ReportingPeriod, today: date) -> Iterator[ColumnElement[bool]]:
        if self.text:
            columns = (Distributor.code, Distributor.name, Distributor.name_en)
            yield or_(*(column.icontains(self.text, autoescape=True) for column in columns))
        if self.statuses:
            known = MonthlyReport.status.in_([ReportStatus(each) for each in self.statuses if each != NOT_OPENED])
            yield or_(known, MonthlyReport.id.is_(None)) if NOT_OPENED in self.statuses else known
        if self.punctualities:
            yield punctuality(period.due_on, today).in_([each.value for each in self.punctualities])
        if self.areas:
            named = Distributor.sales_area_id.in_(select(SalesArea.id).where(SalesArea.code.in_(self.areas)))
            unassigned = Distributor.sales_area_id.is_(None)
            yield or_(named, unassigned) if NOT_ASSIGNED in self.areas else named
        if self.has_questions:
            yield MonthlyReport.id.in_(_asked())


def _asked() -> Select[Any]:
    return select(ReportQuestion.report_id).where(ReportQuestion.status != QuestionStatus.SETTLED)


def list_board(
    session: Session,
    period: ReportingPeriod,
    today: date,
    wanted: BoardFilter,
    *,
    order: Sequence[SortKey],
    cursor: str,
    size: int,
) -> tuple[Page, Count]:
    """A page of distributors with their reports (columns of `Standing`), and how many there are."""
    statement = wanted.apply(standings_statement(period, today), period, today)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_board(session: Session, period: ReportingPeriod, today: date, wanted: BoardFilter) -> Iterator[Any]:
    """All of them, by the distributor's code."""
    statement = wanted.apply(standings_statement(period, today), period, today).order_by(Distributor.code)
    yield from session.execute(statement, execution_options={"yield_per": EXPORT_CHUNK})


def list_own_distributors(session: Session) -> list[Distributor]:
    """The distributors that the reader reports for, by code."""
    return list(session.scalars(select(Distributor).order_by(Distributor.code)))


def reports_of_months(session: Session, distributor_id: int, months: Collection[date]) -> dict[date, MonthlyReport]:
    """Month → the distributor's report."""
    statement = select(MonthlyReport).where(
        MonthlyReport.distributor_id == distributor_id, MonthlyReport.month.in_(months)
    )
    return {report.month: report for report in session.scalars(statement)}


def count_open_questions(session: Session, report_ids: Collection[int]) -> dict[int, int]:
    """Report id → questions that wait for an answer."""
    statement = (
        select(ReportQuestion.report_id, func.count())
        .where(ReportQuestion.report_id.in_(report_ids), ReportQuestion.status == QuestionStatus.OPEN)
        .group_by(ReportQuestion.report_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}
