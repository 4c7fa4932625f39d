"""The demonstration's reports: two years, roll-ups that are right, one oddity for each check, the same each time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import db
from portal.demo import sales_facts as facts
from portal.demo.commands import load_network
from portal.demo.scale import make_outlets
from portal.demo.scale_sales import MONTHS, make_lines
from portal.errors import InvalidInput
from portal.network.models import Distributor, Outlet, Region
from portal.network.services.regions import load_regions
from portal.notifications.models import Notice
from portal.periods import month_of, previous_month, shift_month
from portal.sales.models import Amendment, MonthlyReport, ReportingPeriod, ReportLine, ReportQuestion, SalesDetail
from portal.sales.rules.checks import Check
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, QuestionStatus, ReportStatus
from portal.sales.services.rollups import compare
from portal.settings import ROOT
from tests.boundaries.country import build_country

LAST = previous_month(month_of(clock.today()))


def test_two_years_as_the_field_sees_them(app, session, tmp_path):
    if not session.scalar(select(func.count()).select_from(Region).where(Region.code == "513401")):
        load_regions(session(), ROOT / "geodata")
    load_network(session(), tmp_path)
    session.commit()
    months = session.scalars(select(MonthlyReport.month).distinct()).all()
    assert {shift_month(LAST, -back) for back in range(facts.MONTHS)} <= set(months)
    assert compare(session()) == []
    check_questions(session)
    check_states(session)
    late = (
        select(func.count())
        .select_from(MonthlyReport)
        .join(ReportingPeriod, ReportingPeriod.month == MonthlyReport.month)
    )
    assert session.scalar(
        late.where(MonthlyReport.month < LAST, MonthlyReport.first_submitted_at > ReportingPeriod.due_on)
    ) >= len(facts.LATE)
    decided = Counter(session.scalars(select(Amendment.status)))
    assert decided[AmendmentStatus.PROPOSED] == 1
    assert decided[AmendmentStatus.REFUSED] == 1
    assert decided[AmendmentStatus.APPROVED] == 3  # one of them by the rebates, for a true-up and a claw-back
    # Nobody is mailed of what happened in the past.
    mailed = select(func.count()).where(Notice.kind.startswith("sales."), Notice.mailed_at.is_(None))
    assert session.scalar(mailed) == 0


def check_questions(session):
    """Each check has asked once in the month that is being reported."""
    rows = session.execute(
        select(ReportQuestion.check, Distributor.code)
        .join(MonthlyReport, MonthlyReport.id == ReportQuestion.report_id)
        .join(Distributor, Distributor.id == MonthlyReport.distributor_id)
        .where(MonthlyReport.month == LAST)
    ).all()
    assert Counter(check for check, _code in rows) == Counter(check.value for check in Check)
    elsewhere = {Check.SERIAL_SOLD_TWICE.value: "SC-YA"}  # whoever came second is asked
    odd = {check.value: code for code, check in facts.ODD.items()}
    assert {check: code for check, code in rows if check not in elsewhere} == {
        check: code for check, code in odd.items() if check not in elsewhere
    }
    unsettled = (
        select(func.count())
        .select_from(ReportQuestion)
        .join(MonthlyReport, MonthlyReport.id == ReportQuestion.report_id)
    )
    earlier = unsettled.where(MonthlyReport.month < LAST, ReportQuestion.status != QuestionStatus.SETTLED)
    assert session.scalar(earlier) == 0


def check_states(session):
    status = dict(session.execute(select(ReportingPeriod.month, ReportingPeriod.status)).all())
    assert status[LAST] is PeriodStatus.OPEN
    assert status[previous_month(LAST)] is PeriodStatus.LOCKED
    assert status[shift_month(LAST, -2)] is PeriodStatus.SETTLED
    rows = session.execute(
        select(Distributor.code, MonthlyReport.status)
        .join(MonthlyReport, MonthlyReport.distributor_id == Distributor.id)
        .where(MonthlyReport.month == LAST)
    ).all()
    by_code = {code: report for code, report in rows}  # noqa: C416 - rows are no pairs to the type checker
    assert not facts.MISSING & by_code.keys()
    assert {code for code, each in by_code.items() if each is ReportStatus.DRAFT} == facts.DRAFTS
    assert {code for code, each in by_code.items() if each is ReportStatus.RETURNED} == facts.BACK.keys()
    assert {code for code, each in by_code.items() if each is ReportStatus.ACCEPTED} == facts.ACCEPTED


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("geodata")
    build_country(directory)
    return directory


def test_many_synthetic_sales(session, country):
    with pytest.raises(InvalidInput) as missing:
        make_lines(session(), 100)
    assert missing.value.code == "scale_missing"
    make_outlets(session(), 60, geodata=country)
    done: list[int] = []
    assert make_lines(session(), 1_000, report=done.append) == 1_000 == sum(done)
    assert len(done) == MONTHS
    assert db.session.scalar(select(func.count()).select_from(SalesDetail)) == 1_000
    assert db.session.scalar(select(func.sum(ReportLine.retail))) == 1_000
    assert compare(session()) == []
    serials = db.session.scalars(select(SalesDetail.serial)).all()
    assert len(set(serials)) == 1_000
    traded = db.session.scalar(select(func.count()).where(Outlet.opened_on.is_not(None)))
    assert db.session.scalar(select(func.count()).select_from(ReportLine)) == traded * MONTHS * 4
    with pytest.raises(InvalidInput) as present:
        make_lines(session(), 100)
    assert present.value.code == "scale_present"
