"""Reads of reports, in the reader's scope."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.sales.models import MonthlyReport, ReportEvent, ReportQuestion, SalesDetail


def find_report(session: Session, distributor_id: int, month: date) -> MonthlyReport | None:
    """The distributor's report of the month, where it has been opened."""
    statement = select(MonthlyReport).where(
        MonthlyReport.distributor_id == distributor_id, MonthlyReport.month == month
    )
    return session.scalar(statement)


def get_report(session: Session, report_id: int) -> MonthlyReport:
    """The report with its distributor; raises NotFound."""
    statement = select(MonthlyReport).where(MonthlyReport.id == report_id)
    report = session.scalar(statement.options(joinedload(MonthlyReport.distributor)))
    if report is None:
        raise NotFound()
    return report


def events_of_report(session: Session, report: MonthlyReport) -> list[ReportEvent]:
    """What happened to the report, the newest first."""
    statement = select(ReportEvent).where(ReportEvent.report_id == report.id)
    return list(session.scalars(statement.order_by(ReportEvent.id.desc())))


def last_submission(session: Session, report: MonthlyReport) -> ReportEvent:
    """The latest event by which the report was handed in."""
    statement = select(ReportEvent).where(ReportEvent.report_id == report.id, ReportEvent.action == "submit")
    return session.scalars(statement.order_by(ReportEvent.id.desc()).limit(1)).one()


def questions_of(session: Session, report: MonthlyReport) -> list[ReportQuestion]:
    """Every question that a check has asked, in the order of asking."""
    statement = select(ReportQuestion).where(ReportQuestion.report_id == report.id)
    return list(session.scalars(statement.order_by(ReportQuestion.id)))


def get_question(session: Session, report: MonthlyReport, question_id: int) -> ReportQuestion:
    """A question on this report; raises NotFound for any other's."""
    question = session.scalar(
        select(ReportQuestion).where(ReportQuestion.id == question_id, ReportQuestion.report_id == report.id)
    )
    if question is None:
        raise NotFound()
    return question


def fingerprint_of_details(session: Session, report: MonthlyReport) -> list[int]:
    """Figures that change with every replacement of the details: how many, the last number, units and fen."""
    columns = (
        func.count(SalesDetail.id),
        func.coalesce(func.max(SalesDetail.id), 0),
        func.coalesce(func.sum(SalesDetail.units), 0),
        func.coalesce(func.sum(SalesDetail.amount_fen), 0),
    )
    row = session.execute(select(*columns).where(SalesDetail.report_id == report.id)).one()
    return [int(value) for value in row]
