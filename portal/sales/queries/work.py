"""What waits for somebody in the monthly reports, counted for the first page. In the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor
from portal.periods import month_of, previous_month
from portal.sales.models import Amendment, MonthlyReport, PeriodReopening, ReportingPeriod, ReportQuestion
from portal.sales.queries.standings import is_expected
from portal.sales.rules.calendar import CLOSED
from portal.sales.rules.words import AmendmentStatus, QuestionStatus, ReportStatus


@dataclass(frozen=True)
class ReportWork:
    """Counts: reports of `month` never handed in (overdue, due) or to be judged; of all open months what was returned
    and asked; decisions that wait."""

    month: date
    overdue: int
    due: int
    returned: int
    submitted: int
    questions: int
    amendments: int
    reopenings: int


def count_work(session: Session, today: date) -> ReportWork:
    """What there is to do, in one statement. `month`: the last one that has ended."""
    month = previous_month(month_of(today))
    writable = select(ReportingPeriod.month).where(ReportingPeriod.status.not_in(CLOSED))
    reported = and_(MonthlyReport.distributor_id == Distributor.id, MonthlyReport.month == month)
    missing = (
        select(func.count(Distributor.id))
        .select_from(Distributor)
        .join(ReportingPeriod, ReportingPeriod.month == month)
        .outerjoin(MonthlyReport, reported)
        .where(
            is_expected(month),
            MonthlyReport.first_submitted_at.is_(None),
            ReportingPeriod.status.not_in(CLOSED),
        )
    )
    reports = select(func.count(MonthlyReport.id)).where(MonthlyReport.month.in_(writable))
    questions = (
        select(func.count(ReportQuestion.id))
        .join(MonthlyReport, MonthlyReport.id == ReportQuestion.report_id)
        .where(ReportQuestion.status == QuestionStatus.OPEN, MonthlyReport.month.in_(writable))
    )
    counts = (
        missing.where(ReportingPeriod.due_on < today),
        missing.where(ReportingPeriod.due_on >= today),
        reports.where(MonthlyReport.status == ReportStatus.RETURNED),
        reports.where(MonthlyReport.status == ReportStatus.SUBMITTED, MonthlyReport.month == month),
        questions,
        select(func.count(Amendment.id)).where(Amendment.status == AmendmentStatus.PROPOSED),
        select(func.count(PeriodReopening.id)).where(PeriodReopening.open_key.is_not(None)),
    )
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return ReportWork(month, *row)
