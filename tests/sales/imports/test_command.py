"""`flask sales import`: the report, the exit code, all rows or none, what it writes and what it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.sales.models import MonthlyReport, ReportingPeriod, ReportLine, SalesBatch, SalesDetail, SalesRollup
from portal.sales.models.batches import SalesBatchStatus
from portal.sales.rules.words import CustomerKind, PeriodStatus, ReportStatus, SaleType
from portal.sales.services.periods import open_period
from portal.sales.services.reports import open_report, submit_report
from tests.sales.imports.importing import (
    DETAIL_HEADER,
    LINE_HEADER,
    LINES,
    count,
    counts,
    csv_of,
    detail,
    found,
    line,
    rules,
    xlsx,
)
from tests.sales.reporting import MONTH


def line_of(session, outlet, model) -> ReportLine:
    session.rollback()
    where = (ReportLine.outlet_id == (outlet.id if outlet else None), ReportLine.model_id == model.id)
    return session.scalars(select(ReportLine).where(*where)).one()


def stored(app) -> set[Path]:
    return {path for path in Path(app.config["STORAGE_DIR"]).rglob("*") if path.is_file()}


def test_lines_and_details_come_into_a_draft(command, known, session):
    report = command(xlsx(LINES, [detail(1), detail(2, 网点编码="D1", 销售方式="大客户")]))
    assert rules(report) == []
    assert (report["rows"], report["imported"], command.exit_code) == (8, 8, 0)
    line = line_of(session, known.outlets[0], known.models[0])
    assert (line.opening_stock, line.sell_in, line.retail, line.closing_stock, line.aged_stock) == (0, 10, 6, 4, 1)
    assert (line.channel_price_fen, line.amount_fen, line.counted_stock, line.row_number) == (
        5_200_000,
        31_200_050,
        None,
        4,
    )
    sale = session.scalars(select(SalesDetail).order_by(SalesDetail.row_number)).first()
    assert (sale.sold_on, sale.units, sale.amount_fen, sale.serial) == (
        date(2026, 9, 5),
        1,
        5_200_000,
        "LSVAA4182E2000001",
    )
    assert (sale.customer_kind, sale.sale_type) == (CustomerKind.PRIVATE, SaleType.RETAIL)
    assert (sale.county_code, sale.campaign, sale.outlet_id) == ("510681", "秋收节", known.outlets[0].id)
    paper = session.scalars(select(MonthlyReport)).one()
    assert (paper.status, paper.month, paper.distributor_id) == (ReportStatus.DRAFT, MONTH, known.distributor.id)
    batch = session.scalars(select(SalesBatch)).one()
    assert (batch.status, batch.imported_count, batch.row_count) == (SalesBatchStatus.IMPORTED, 8, 8)
    assert counts(session)["sales_staged_lines"] + counts(session)["sales_staged_details"] == 0
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).one()
    assert (entry.object_type, entry.changes["lines"], entry.changes["details"]) == (
        "monthly_reports",
        [None, 6],
        [None, 2],
    )


def test_a_small_file_leaves_the_other_places_as_an_opened_report_has_them(command, known, session):
    assert command(xlsx([line("T1", "F3")]))["imported"] == 1
    assert count(session, ReportLine) == 6
    other = line_of(session, known.outlets[1], known.models[1])
    assert (other.sell_in, other.batch_id) == (0, None)


def test_a_second_file_writes_over_its_own_lines_only(command, known, session):
    command(xlsx(LINES))
    report = command(xlsx([line("T1", "F3", 本期零售=7, 期末库存=3)]))
    assert report["imported"] == 1
    assert line_of(session, known.outlets[0], known.models[0]).retail == 7
    assert line_of(session, known.outlets[0], known.models[1]).retail == 6
    assert count(session, ReportLine) == 6


def test_a_detail_takes_the_place_of_the_one_with_its_serial(command, known, session):
    command(csv_of([detail(1), detail(2), detail(3, **{"VIN/序列号": None})], DETAIL_HEADER), name="a.csv")
    command(csv_of([detail(2, 金额=51000), detail(4)], DETAIL_HEADER), name="b.csv")
    session.rollback()
    amounts = {row.serial: row.amount_fen for row in session.scalars(select(SalesDetail))}
    assert len(amounts) == count(session, SalesDetail) == 4
    assert amounts["LSVAA4182E2000002"] == 5_100_000
    command(csv_of([detail(5)], DETAIL_HEADER), "--replace", name="c.csv")
    session.rollback()
    assert session.scalars(select(SalesDetail.serial)).all() == ["LSVAA4182E2000005"]


def test_one_error_and_nothing_is_imported(command, known, session, app):
    before, files = counts(session), stored(app)
    report = command(xlsx([line("T1"), line("T9"), line("T2")]))
    assert (report["imported"], command.exit_code, report["rows"]) == (0, 1, 3)
    (error,) = report["errors"]
    assert (error["row"], error["column"], error["value"], error["rule"]) == (3, "网点编码", "T9", "outlet_unknown")
    assert error["message"].startswith("Row 3, column “网点编码” (A3): None of your outlets has the code or name “T9”.")
    assert counts(session) == before
    assert stored(app) == files


def test_parts_of_a_file_come_in_where_head_office_allows_it(command, known, session):
    open_period(session(), MONTH, allows_partial=True)
    session.commit()
    report = command(xlsx([line("T1"), line("T9"), line("T2")], [detail(1), detail(2, 数量=0)]))
    assert (report["imported"], rules(report), command.exit_code) == (3, ["outlet_unknown", "units_zero"], 1)
    assert count(session, SalesDetail) == 1


def test_a_dry_run_writes_nothing(command, known, session):
    before = counts(session)
    report = command(xlsx(LINES), "--dry-run")
    assert (report["rows"], report["imported"], command.exit_code) == (6, 0, 0)
    assert counts(session) == before


def test_the_same_file_is_refused_by_its_contents(command, known, session):
    data = xlsx(LINES)
    command(data)
    report = command(data, name="another name.xlsx")
    assert (rules(report), report["imported"], command.exit_code) == (["already_imported"], 0, 1)
    assert "was imported on 2026-10-03" in found(report, "already_imported")[0]["message"]
    assert count(session, SalesBatch) == 1


def test_headers_of_its_own_are_mapped_across_both_lists(command, known, session):
    header = [{"车型编码": "机器", "本期零售": "卖了"}.get(title, title) for title in LINE_HEADER]
    data = xlsx(LINES, header=header)
    assert {"column_missing_model", "missing_column"} <= set(rules(command(data, "--dry-run")))
    report = command(data, "--map", "机器=model_code", "--map", "卖了=retail")
    assert (rules(report), report["imported"]) == ([], 6)
    assert command(data, "--map", "机器") == {}
    assert (command.exit_code, "HEADER=FIELD" in command.output) == (2, True)
    wrong = command(xlsx(LINES, [detail(1)]), "--dry-run", "--map", "没有=retail", "--map", "车型编码=nonsense")
    assert rules(wrong).count("mapping_unknown_column") == 1
    assert rules(wrong).count("mapping_unknown_field") == 1


def test_a_report_that_was_handed_in_takes_no_file(command, known, session):
    command(xlsx(LINES))
    paper = session.scalars(select(MonthlyReport)).one()
    submit_report(session(), paper, actor=known.user, version=paper.version, key="k")
    session.commit()
    before = counts(session)
    report = command(xlsx([line("T1", 本期零售=7)]))
    assert (rules(report), report["imported"]) == (["report_not_with_you"], 0)
    assert counts(session) == before
    assert count(session, SalesRollup) == 6


def test_a_closed_month_takes_no_file(command, known, session):
    open_report(session(), known.distributor, MONTH, actor=None)
    session.scalars(select(ReportingPeriod).where(ReportingPeriod.month == MONTH)).one().status = PeriodStatus.LOCKED
    session.commit()
    report = command(xlsx(LINES))
    assert (rules(report), report["imported"], command.exit_code) == (["period_closed"], 0, 1)
    assert "Propose an amendment" in report["errors"][0]["message"]


def test_what_is_not_there_is_said(command, known, tmp_path):
    assert command(tmp_path / "nothing.xlsx") == {}
    assert (command.exit_code, "there is no file" in command.output) == (2, True)
    command(xlsx(LINES), code="D9")
    assert (command.exit_code, "no distributor has the code D9" in command.output) == (2, True)
    command(xlsx(LINES), month="2026/13")
    assert command.exit_code == 2


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_sentences_name_sheet_row_column_value_rule_and_remedy(command, known, locale):
    report = command(
        xlsx([line("T1", 期末库存="四台")], [detail(1, 销售日期="2026-10-02")]), "--dry-run", "--locale", locale
    )
    number, day = report["errors"]
    assert (number["sheet"], number["row"], day["sheet"], day["row"]) == ("月度报表", 2, "销售明细", 2)
    if locale == "zh":
        assert day["message"] == (
            "工作表“销售明细”第2行“销售日期”列（A2）：2026-10-02不在报表期间2026-09内。请更正日期，或在所属月份的报表中填报。"
        )
    else:
        assert number["message"].startswith("Sheet “月度报表”, row 2, column “期末库存” (L2): “四台” is not a")
