"""However the rows of a month are cut into files, and in whatever order these come, the report is the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from portal.sales.models import MonthlyReport, ReportLine, SalesBatch, SalesDetail, SalesFinding, SalesRollup
from portal.sales.queries.reports import find_report
from portal.sales.services.reports import submit_report
from portal.sales.services.rollups import compare
from tests.sales.imports.importing import LINES, detail, lines_of_table, xlsx
from tests.sales.reporting import MONTH

DETAILS = [
    detail(number, 网点编码=("D1", "T1", "T2")[number % 3], 车型编码=("F3", "F4")[number % 2]) for number in range(12)
]


def clear(session) -> None:
    for model in (SalesDetail, ReportLine, SalesRollup, SalesFinding, SalesBatch, MonthlyReport):
        session.execute(delete(model))
    session.commit()


def sums(session) -> dict:
    """Units and money by outlet and model."""
    key = (SalesDetail.outlet_id, SalesDetail.model_id)
    statement = select(*key, func.count(), func.sum(SalesDetail.units), func.sum(SalesDetail.amount_fen)).group_by(*key)
    return {tuple(row[:2]): tuple(row[2:]) for row in session.execute(statement)}


@st.composite
def cuts(draw) -> list[tuple[list, list]]:
    """Each row in one of up to four files, the files in any order; files without rows are left out."""
    files = draw(st.integers(1, 4))
    of = st.lists(st.integers(0, files - 1), min_size=len(LINES), max_size=len(LINES))
    of_details = st.lists(st.integers(0, files - 1), min_size=len(DETAILS), max_size=len(DETAILS))
    lines, details = draw(of), draw(of_details)
    made = [
        ([row for row, at in zip(LINES, lines, strict=True) if at == number],
         [row for row, at in zip(DETAILS, details, strict=True) if at == number])
        for number in range(files)
    ]  # fmt: skip
    return draw(st.permutations([each for each in made if each[0] or each[1]]))


@pytest.fixture
def whole(command, session):
    """What one file with everything makes of the report."""
    command(xlsx(LINES, DETAILS))
    found = lines_of_table(session), sums(session)
    clear(session)
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=cuts())
def test_any_cutting_and_order_gives_the_same_report(command, known, session, whole, cut):
    clear(session)
    for number, (lines, details) in enumerate(cut):
        report = command(xlsx(lines, details), name=f"{number}.xlsx")
        assert report["errors"] == []
        assert report["imported"] == len(lines) + len(details)
    assert (lines_of_table(session), sums(session)) == whole


def test_the_roll_up_follows_what_was_imported_and_handed_in(command, known, session):
    command(xlsx(LINES, DETAILS))
    report = find_report(session(), known.distributor.id, MONTH)
    submit_report(session(), report, actor=known.user, version=report.version, key="k")
    session.commit()
    assert compare(session()) == []
    units = session.scalar(select(func.sum(SalesRollup.detail_units)))
    assert (units, session.scalar(select(func.sum(SalesRollup.retail)))) == (12, 36)
