"""A month from the phone to the books: typed in Chinese, questioned, returned, mended, accepted; by a workbook with
mistakes; then locked, and amended by two people."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from portal import clock
from portal.network.models import Distributor
from portal.periods import format_month, month_of, previous_month
from portal.sales.models import MonthlyReport, ReportEvent, ReportLine
from portal.sales.rules.words import ReportStatus
from tests.browser.pages.home import HomePage
from tests.browser.pages.records import FormPage
from tests.browser.pages.sales import EntryPage, Figures, Months, ReportPage, Uploads
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import email_of
from tests.chromium import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LAST = previous_month(month_of(clock.today()))
LAST_KEY = format_month(LAST)
REASON = "广汉网点期末库存与进销存不符，请核对。"
ANSWER = "月底盘点时少了一台，正在查找。"
RED = "FFC7CF"
LINES, DETAILS = "月度报表", "销售明细"
# Sheet, row below the header (from 1), column → what somebody wrote, a word of the sentence, what it should be.
MISTAKES: tuple[tuple[str, int, str, Any, str, Any], ...] = (
    (LINES, 1, "网点编码", "T99", "没有编码或名称为“T99”的网点", None),
    (LINES, 2, "车型编码", "X9", "没有编码或名称为“X9”的车型", None),
    (LINES, 3, "本期进货", "十台", "不是数字", 10),
    (LINES, 3, "本期零售", -6, "小于允许的最小值", 6),
    (LINES, 4, "期末库存", None, "此项必填", 4),
    (LINES, 5, "库龄>90天", 9_000, "期末库存只有", 1),
    (LINES, 6, "金额", "1.234,56", "无法判断是千位分隔还是小数点", 1234.56),
    (DETAILS, 1, "销售日期", f"{LAST.month}月5日", "缺少年份", LAST.replace(day=5)),
    (DETAILS, 2, "VIN/序列号", "LSVAA4182E2000001", "已填写", "LSVAA4182E2000002"),
    (DETAILS, 3, "数量", 0, "数量为0不是销售", 1),
    (DETAILS, 4, "上牌/使用地区", "城中区", "有多个区县", "广汉市"),
    (DETAILS, 5, "客户类型", "亲戚", "不在允许的取值内", "个人"),
)


def browser_of(reader: Callable[..., Reader], who: str, language: str, width: int = DESK) -> Reader:
    opened = reader(language=language, width=width, signed_in=email_of(who))
    HomePage(opened).read_in(language)
    return opened


def looks_good(browser: Reader) -> None:
    browser.check_page()
    assert axe_findings(browser.page) == []


@dataclass(frozen=True)
class Kept:
    """What the books say of a report."""

    id: int
    status: ReportStatus
    revision: int
    submissions: int
    sell_in: frozenset[int]


def kept(writing: Any, code: str) -> Kept:
    """Read, and let the portal write again."""
    session = writing()
    statement = select(MonthlyReport).join(Distributor).where(Distributor.code == code, MonthlyReport.month == LAST)
    report = session.scalars(statement.execution_options(populate_existing=True)).one()
    submitted = select(func.count()).where(ReportEvent.report_id == report.id, ReportEvent.action == "submit")
    of_outlets = select(ReportLine.sell_in).where(ReportLine.report_id == report.id, ReportLine.outlet_id.is_not(None))
    found = Kept(
        report.id,
        report.status,
        report.revision,
        session.scalar(submitted),
        frozenset(session.scalars(of_outlets)),
    )
    session.rollback()
    return found


def test_typed_on_a_phone_returned_mended_and_accepted(reader: Callable[..., Reader], writing: Any) -> None:
    dealer = browser_of(reader, "dealer.deyang", "zh_Hans", PHONE)
    months = Months(dealer).open()
    looks_good(dealer)
    assert "逾期未报" in months.waiting[0]
    entry = months.begin()
    looks_good(dealer)
    type_first_outlet(entry)
    check = entry.finish(sell_through="10")
    looks_good(dealer)
    assert len(check.questions) == 1
    assert "进销存不平" in check.questions[0]
    check.answer(ANSWER)
    check.submit()
    report = kept(writing, "SC-DY")
    assert (report.status, report.submissions) == (ReportStatus.SUBMITTED, 1)

    manager = browser_of(reader, "rm.north", "en")
    Months(manager).open()
    looks_good(manager)
    page = Months(manager).open_report("Deyang Shutong Auto")
    looks_good(manager)
    assert ANSWER in page.page.inner_text("#questions")
    assert page.page.locator("tr.q-differs").count() == 1
    page.step("return", REASON)
    assert page.status == "Returned"

    mend(dealer, months)
    report = kept(writing, "SC-DY")
    assert (report.status, report.revision) == (ReportStatus.SUBMITTED, 2)
    manager.page.reload()
    assert page.status == "Submitted"
    page.step("accept")
    assert page.status == "Accepted"
    assert len(page.page.locator(".q-event").all()) == 5


def type_first_outlet(entry: EntryPage) -> None:
    """Full-width digits, a figure that does not fit and is mended, a closing stock that is one short."""
    entry.type(0, "sell_in", "１０")
    entry.type(0, "retail", "四")
    entry.wait_for_save()
    entry.page.wait_for_selector(".is-invalid[data-entry=retail]")
    assert "不是数字" in entry.line(0).inner_text()
    entry.type(0, "retail", "4")
    entry.page.wait_for_selector(".is-invalid", state="detached")
    entry.take_over()
    opening = int(entry.line(0).locator("[data-entry=opening_stock]").input_value())
    assert entry.expected(0) == str(opening + 6)
    entry.type(0, "closing_stock", str(opening + 5))
    assert "−1" in entry.line(0).locator("[data-entry-difference]").inner_text()
    first = entry.line(0).get_attribute("data-line")
    for number in range(1, entry.page.locator("[data-line]").count()):
        button = entry.line(number).locator("[data-entry-take]")
        if button.is_visible():
            button.click()
    entry.next()
    entry.page.go_back()
    entry.reader.check_page()
    assert entry.page.input_value(f"[name='line-{first}-closing_stock']") == str(opening + 5)
    entry.next()


def mend(dealer: Reader, months: Months) -> None:
    """The distributor reads why, puts it right and submits again."""
    months.open()
    assert REASON in months.waiting[0]
    entry = months.begin()
    check = entry.finish()
    assert check.questions == []
    check.submit()


def test_a_workbook_with_twelve_kinds_of_mistakes(reader: Callable[..., Reader], writing: Any, tmp_path: Path) -> None:
    dealer = browser_of(reader, "dealer.guangxi", "zh_Hans")
    months = Months(dealer).open()
    months.follow(months.page.locator(".q-month a[href*='/reports/uploads/new']").first)
    looks_good(dealer)
    page = Uploads(dealer)
    book = filled_in(page.template())
    places = write_mistakes(book)
    page.hand_in(saved(book, tmp_path / "错误.xlsx"))
    looks_good(dealer)
    assert page.figures[2] == len(MISTAKES)
    marked = openpyxl.load_workbook(io.BytesIO(page.take_back()))
    assert {sheet: red_cells(marked[sheet]) for sheet in places} == {
        sheet: {where for where, _sentence, _right in cells} for sheet, cells in places.items()
    }
    for sheet, cells in places.items():
        for where, sentence, right in cells:
            assert sentence in marked[sheet][where].comment.text
            marked[sheet][where].value = right
    page.correct()
    page.hand_in(saved(marked, tmp_path / "改好.xlsx"))
    assert page.figures[1:3] == [0, 0]
    dealer.page.locator("[name=details][value=replace]").check()
    page.run()
    looks_good(dealer)
    report = kept(writing, "GX-LZ")
    assert report.sell_in == {10}
    assert report.status is ReportStatus.RETURNED  # a draft as before, to be handed in by a person


def filled_in(book: bytes) -> Any:
    """The template with every line and five sales, nothing wrong."""
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    sheet = workbook[LINES]
    top, columns = header_of(sheet)
    outlets = 0
    for row in range(top + 1, sheet.max_row + 1):
        if not sheet.cell(row, columns["车型编码"]).value:
            break
        opening = sheet.cell(row, columns["期初库存"]).value or 0
        is_own = "GX-LZ" in str(sheet.cell(row, columns["网点编码"]).value or "GX-LZ")
        outlets += not is_own
        figures = {"本期进货": 10, "本期零售": 6, "期末库存": opening + 4, "库龄>90天": 0}
        for title, value in figures.items():
            sheet.cell(row, columns[title]).value = value
    assert outlets >= 8
    details = workbook[DETAILS]
    top, columns = header_of(details)
    shop, model = first_outlet(workbook[LINES])
    for number in range(1, 6):
        facts = {"销售日期": LAST.replace(day=5), "网点编码": shop, "车型编码": model, "数量": 1, "客户类型": "个人"}
        facts |= {"VIN/序列号": f"LSVAA4182E200000{number}", "上牌/使用地区": "广汉市"}
        for title, value in facts.items():
            details.cell(top + number, columns[title]).value = value
    return workbook


def header_of(sheet: Worksheet) -> tuple[int, dict[str, int]]:
    """The header's row, and title → column."""
    for row in sheet.iter_rows():
        titles = {str(cell.value).removesuffix(" *"): cell.column for cell in row if cell.value}
        if {"网点编码", "车型编码"} <= titles.keys():
            return row[0].row, titles
    raise AssertionError("no header")


def first_outlet(sheet: Worksheet) -> tuple[Any, Any]:
    """Outlet and model of the first line that is an outlet's."""
    top, columns = header_of(sheet)
    for row in range(top + 1, sheet.max_row + 1):
        outlet = sheet.cell(row, columns["网点编码"]).value
        if outlet and "GX-LZ" not in str(outlet):
            return outlet, sheet.cell(row, columns["车型编码"]).value
    raise AssertionError("no outlet")


def write_mistakes(book: Any) -> dict[str, set[tuple[str, str, Any]]]:
    """Sheet → cell, a word of its sentence, and what it should be, of each mistake."""
    places: dict[str, set[tuple[str, str, Any]]] = {}
    for sheet, row, title, wrong, sentence, right in MISTAKES:
        top, columns = header_of(book[sheet])
        cell = book[sheet].cell(top + row, columns[title])
        places.setdefault(sheet, set()).add((cell.coordinate, sentence, cell.value if right is None else right))
        cell.value = wrong
    return places


def red_cells(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if RED in str(cell.fill.start_color.rgb)}


def saved(workbook: Any, path: Path) -> Path:
    workbook.save(path)
    return path


def test_locked_and_amended_by_two_people(reader: Callable[..., Reader], writing: Any) -> None:
    report = kept(writing, "SC-DY")
    office = browser_of(reader, "sales", "zh_Hans")
    figures = Figures(office).open()
    looks_good(office)
    before = figures.retail
    figures.group_by("distributor")
    assert figures.retail == before
    FormPage(office).reader.go(f"/periods/{LAST_KEY}")
    looks_good(office)
    period = ReportPage(office)
    period.step("lock")
    assert period.status == "已锁定"

    dealer = browser_of(reader, "dealer.deyang", "zh_Hans", PHONE)
    dealer.go(f"/reports/{report.id}/enter")
    page = ReportPage(dealer)
    assert page.page.url.endswith(f"/reports/{report.id}")
    page.follow(page.page.locator(".q-page-head a[href$='/amend']"))
    looks_good(dealer)
    propose(page)
    looks_good(dealer)
    assert page.status == "待审批"

    approver = browser_of(reader, "approver", "en")
    notices = approver.page.locator(".q-bell, [href='/notifications']")
    assert notices.count() >= 1
    approver.go("/amendments")
    looks_good(approver)
    decision = ReportPage(approver)
    decision.follow(approver.page.locator("#list a.q-lead", has_text="SC-DY").first)  # the newest
    looks_good(approver)
    decision.follow(approver.page.locator("button[value=approve]"))
    assert decision.status == "Approved"
    figures.open()
    assert figures.retail == before + 1


def propose(page: ReportPage) -> None:
    """One more sold, one less in stock."""
    form = page.page.locator("form.q-form")
    card = form.locator(".q-entry").first
    now = int(card.locator("[id$='-retail-hint']").inner_text().removeprefix("现为"))
    stock = int(card.locator("[id$='-closing_stock-hint']").inner_text().removeprefix("现为"))
    card.locator("[name$='-retail']").fill(str(now + 1))
    card.locator("[name$='-closing_stock']").fill(str(stock - 1))
    FormPage(page.reader).fill(reason="月底交付一台漏录，附交车单。").save()
    assert "+1" in page.page.inner_text("main")
    page.follow(page.page.locator("main form .btn-primary"))


def test_the_grid_moves_as_a_spreadsheet(reader: Callable[..., Reader]) -> None:
    dealer = browser_of(reader, "dealer.guangxi", "en")
    dealer.go("/reports")
    present = format_month(month_of(clock.today()))
    dealer.page.locator(f"[aria-labelledby='month-{present}'] button").click()
    entry = EntryPage(dealer)
    entry.page.wait_for_url("**/enter")
    entry.follow(entry.page.locator("a[href$='/grid']"))
    looks_good(dealer)
    cells = dealer.page.locator("[data-entry=sell_in]")
    cells.nth(0).focus()
    for key in ("3", "Enter", "4", "ArrowUp"):
        dealer.page.keyboard.press(key)
    assert dealer.page.evaluate("document.activeElement.dataset.entry") == "sell_in"
    assert [cells.nth(at).input_value() for at in (0, 1)] == ["3", "4"]
    dealer.page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true,"
        " cancelable: true})); }",
        "5\t1\n6\t2",
    )
    assert [cells.nth(at).input_value() for at in (0, 1)] == ["5", "6"]
    transfers = dealer.page.locator("[data-entry=transfers_in]")
    assert [transfers.nth(at).input_value() for at in (0, 1)] == ["1", "2"]
    entry.wait_for_save()
    dealer.page.reload()
    assert [cells.nth(at).input_value() for at in (0, 1)] == ["5", "6"]
