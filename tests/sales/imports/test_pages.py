"""The way of a file through the pages: template, upload, columns, findings, own file back, import; and who may."""

from __future__ import annotations

import io
import re

import html5lib
import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.permissions import Role
from portal.sales.models import ReportLine, SalesBatch, SalesDetail, SalesFinding, StagedLine
from portal.sales.models.batches import SalesBatchStatus
from portal.sales.services.periods import open_period
from portal.sales.uploads.messages import MESSAGES
from portal.sales.uploads.titles import TITLES
from portal.spreadsheets import MESSAGES as SHEET_MESSAGES
from portal.storage import Storage
from tests.factories import make_user
from tests.sales.imports.importing import DETAIL_HEADER, LINE_HEADER, LINES, count, csv_of, detail, line, xlsx
from tests.sales.reporting import MONTH, NOW, hand_in, make_dealer

KEY = "2026-09"


@pytest.fixture(autouse=True)
def autumn():
    """Requests run in contexts of their own, so the clock is moved for the whole process."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def client(client_for, known):
    return client_for(known.user)


def upload(client, data: bytes, name: str = "sales.xlsx", month: str = KEY, code: str = "D1"):
    data = {"distributor": code, "month": month, "file": (io.BytesIO(data), name)}
    return client.post("/reports/uploads/new", data=data)


def page(client, path: str) -> str:
    """A page that is well-formed."""
    response = client.get(path)
    assert response.status_code == 200, path
    html = response.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def download(client, path: str) -> tuple[bytes, str]:
    with client.get(path) as response:
        assert response.status_code == 200
        return response.data, response.headers["Content-Disposition"]


def batch_of(session) -> SalesBatch:
    session.rollback()
    return session.scalars(select(SalesBatch).order_by(SalesBatch.id.desc())).first()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_clean_file_goes_from_upload_into_the_report(client, known, session):
    assert "No file was handed in yet" in page(client, "/reports/uploads")
    assert "Download the template" in words(page(client, "/reports/uploads/new"))
    response = upload(client, xlsx(LINES, [detail(1)]))
    batch = batch_of(session)
    assert (response.status_code, response.location) == (302, f"/reports/uploads/{batch.id}")
    assert (batch.status, batch.row_count, batch.error_count) == (SalesBatchStatus.CHECKED, 7, 0)
    checked = words(page(client, response.location))
    assert "Import 7 rows" in checked
    assert (count(session, ReportLine), count(session, StagedLine)) == (0, 6)
    client.post(f"/reports/uploads/{batch.id}/run")
    assert (count(session, ReportLine), count(session, SalesDetail), count(session, StagedLine)) == (6, 1, 0)
    done = page(client, response.location)
    assert "7 rows came into the report" in words(done)
    assert re.search(r'href="/reports/\d+"', done)
    assert re.search(r"sales\.xlsx Sep 2026 D1 .* Imported 7 0", words(page(client, "/reports/uploads")))


def test_errors_keep_the_file_out_and_are_named_counted_filtered(client, known, session):
    upload(client, xlsx([line("T1"), line("T9"), line("T2", 期末库存=9)]))
    batch = batch_of(session)
    assert (batch.error_count, batch.warning_count, count(session, StagedLine)) == (1, 1, 0)
    html = page(client, f"/reports/uploads/{batch.id}")
    assert "Nothing can be imported while there are errors" in words(html)
    assert f"/reports/uploads/{batch.id}/run" not in html
    assert "1 Unknown outlet Error" in words(html)
    assert "the other figures of the row, which lead to 4 (+5)" in words(html)
    only = words(page(client, f"/reports/uploads/{batch.id}?rule=stock_equation"))
    assert "1 finding" in only
    assert "None of your outlets" not in only
    client.post(f"/reports/uploads/{batch.id}/run")
    assert (count(session, ReportLine), batch_of(session).status) == (0, SalesBatchStatus.CHECKED)


def test_rows_that_are_right_come_in_where_the_month_allows_it(client, known, session):
    open_period(session(), MONTH, allows_partial=True)
    session.commit()
    upload(client, xlsx([line("T1"), line("T9")]))
    batch = batch_of(session)
    html = words(page(client, f"/reports/uploads/{batch.id}"))
    assert "This month takes parts of a file" in html
    assert "Import 1 row" in html
    client.post(f"/reports/uploads/{batch.id}/run")
    assert (batch_of(session).imported_count, batch_of(session).status) == (1, SalesBatchStatus.IMPORTED)


def test_the_own_file_comes_back_marked_on_both_sheets(client, known, session):
    upload(client, xlsx([line("T1"), line("T9")], [detail(1, 数量=0)]))
    batch = batch_of(session)
    data, name = download(client, f"/reports/uploads/{batch.id}/findings")
    assert "sales-findings.xlsx" in name
    book = load_workbook(io.BytesIO(data))
    lines, details = book["月度报表"], book["销售明细"]
    assert "FFC7C" in lines["A3"].fill.start_color.rgb
    assert "None of your outlets" in lines.cell(3, len(LINE_HEADER) + 1).value
    assert "0 units are no sale" in details["D2"].comment.text
    lines["A3"], details["D2"] = "T2", 1
    mended = io.BytesIO()
    book.save(mended)
    upload(client, mended.getvalue(), "mended.xlsx")
    assert (batch_of(session).error_count, batch_of(session).row_count) == (0, 3)


def test_unknown_headers_are_asked_for(client, known, session):
    header = [{"车型编码": "机器", "本期零售": "卖了"}.get(title, title) for title in LINE_HEADER]
    response = upload(client, xlsx(LINES, header=header))
    batch = batch_of(session)
    path = f"/reports/uploads/{batch.id}/columns"
    assert (response.location, batch.status) == (path, SalesBatchStatus.UPLOADED)
    html = page(client, path)
    assert "For example: F3 · F4" in words(html)
    titles = {title.strip(): name for name, title in re.findall(r'<label for="(column_\d+)">([^<]+)', html)}
    data = dict(re.findall(r'<select[^>]*name="(column_\d+)".*?<option selected value="([^"]*)"', html, re.DOTALL))
    assert "Say which columns these are" in client.post(path, data=data).get_data(as_text=True)
    data |= {titles["机器"]: "model_code", titles["卖了"]: "retail"}
    assert client.post(path, data=data).location == f"/reports/uploads/{batch.id}"
    assert (batch_of(session).status, batch_of(session).error_count, batch_of(session).row_count) == ("checked", 0, 6)


def test_the_same_file_is_refused_with_a_link_to_the_earlier_one(client, known, session):
    upload(client, xlsx(LINES))
    first = batch_of(session)
    client.post(f"/reports/uploads/{first.id}/run")
    data, _name = download(client, f"/reports/uploads/{first.id}/file")
    html = upload(client, data, "again.xlsx").get_data(as_text=True)
    assert "This very file was imported before." in html
    assert f'href="/reports/uploads/{first.id}"' in html
    assert count(session, SalesBatch) == 1


def test_a_twin_that_waited_is_refused_when_it_is_imported(client, known, session):
    data = xlsx(LINES, [detail(1)])
    upload(client, data)
    first = batch_of(session)
    upload(client, data, "twin.xlsx")
    twin = batch_of(session)
    client.post(f"/reports/uploads/{first.id}/run")
    client.post(f"/reports/uploads/{twin.id}/run")
    assert count(session, SalesDetail) == 1
    assert "Imported before" in words(page(client, f"/reports/uploads/{twin.id}"))
    assert batch_of(session).imported_key is None


def test_details_that_are_there_are_kept_or_replaced_as_the_user_says(client, known, session):
    for number, (data, choice) in enumerate([(1, "add"), (2, "add"), (3, "replace")]):
        upload(client, csv_of([detail(data)], DETAIL_HEADER), f"{number}.csv")
        batch = batch_of(session)
        assert ("Replace them all" in page(client, f"/reports/uploads/{batch.id}")) == (number > 0)
        client.post(f"/reports/uploads/{batch.id}/run", data={"details": choice})
    session.rollback()
    assert session.scalars(select(SalesDetail.serial)).all() == ["LSVAA4182E2000003"]


def test_a_report_handed_in_while_the_file_waited_takes_nothing(client, known, session):
    upload(client, xlsx(LINES))
    batch = batch_of(session)
    hand_in(known)
    session.commit()
    client.post(f"/reports/uploads/{batch.id}/run")
    text = words(page(client, f"/reports/uploads/{batch.id}"))
    assert "has been handed in and takes no figures now" in text
    assert batch_of(session).imported_count == 0


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "list.xlsx", "is a picture, not a spreadsheet"),
        (b"words", "list.xlsx", "is not an Excel workbook"),
        (b"a", "list.exe", "does not end in .xlsx or .csv"),
    ],
)
def test_what_is_no_list_is_refused_at_once_and_not_kept(client, app, session, data, name, sentence):
    before = {path for path in app.config["STORAGE_DIR"].rglob("*") if path.is_file()}
    assert sentence in upload(client, data, name).get_data(as_text=True)
    assert count(session, SalesBatch) == 0
    assert {path for path in app.config["STORAGE_DIR"].rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_template_can_be_filled_in_and_imported(client_for, known, session, language):
    known.user.locale = language
    client = client_for(known.user)
    data, name = download(client, f"/reports/template?distributor=D1&month={KEY}")
    assert "D1-2026-09" in name
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if str(row[0].value).startswith(("网点编码", "Outlet code")))
    titles = {str(cell.value).removesuffix(" *"): cell.column for cell in header}
    at = {name: titles.get(zh) or titles[en] for name, zh, en in (
        ("retail", "本期零售", "Retail"), ("closing", "期末库存", "Closing stock"), ("sell_in", "本期进货", "Sell-in"),
    )}  # fmt: skip
    first = header[0].row + 1
    assert sheet.cell(first, 1).value.startswith("D1 ")
    assert len(sheet.data_validations.dataValidation) == 2
    for row in (first, first + 3):
        sheet.cell(row, at["sell_in"]).value, sheet.cell(row, at["retail"]).value = 5, 2
        sheet.cell(row, at["closing"]).value = 3
    out = io.BytesIO()
    book.save(out)
    upload(client, out.getvalue(), "filled.xlsx")
    batch = batch_of(session)
    rules = session.scalars(select(SalesFinding.rule).where(SalesFinding.batch_id == batch.id)).all()
    assert (batch.status, batch.error_count, batch.summary["good"]) == (SalesBatchStatus.CHECKED, 0, {"lines": 2})
    assert "lines_untouched" in rules
    assert not {"title_skipped", "unknown_column", "sheet_chosen", "opening_differs", "no_rows"} & set(rules)


def test_the_template_opens_with_last_months_closing_stock(client, known, session):
    hand_in(known)
    session.commit()
    data, _name = download(client, "/reports/template?distributor=D1&month=2026-10")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()]
    opened = {(row[0], row[1]): row[2] for row in rows if row[1] and "F" in str(row[1]) and row[2] is not None}
    assert opened["T1 Guanghan outlet 1", "F3 Three"] == 4 if ("T1 Guanghan outlet 1", "F3 Three") in opened else True
    assert sorted(opened.values()) == [0, 0, 0, 0, 4, 4]


@pytest.mark.parametrize(
    "query", ["month=", "distributor=D1&month=2026-13", "distributor=D1&month=2099-01", "distributor=D9&month=2026-09"]
)
def test_a_template_of_nobody_or_of_no_month_is_not_found(client, query):
    assert client.get(f"/reports/template?{query}").status_code == 404


def test_a_file_can_be_discarded_until_it_is_imported(client, app, session):
    upload(client, xlsx(LINES))
    batch = batch_of(session)
    path = Storage(app.config["STORAGE_DIR"]).path_of(batch.storage_id)
    client.post(f"/reports/uploads/{batch.id}/discard")
    assert (count(session, SalesBatch), count(session, StagedLine), path.exists()) == (0, 0, False)
    upload(client, xlsx(LINES))
    batch = batch_of(session)
    client.post(f"/reports/uploads/{batch.id}/run")
    assert client.post(f"/reports/uploads/{batch.id}/discard").status_code == 409


def test_the_page_shows_work_moving_and_what_to_do_when_it_died(client, app, session):
    upload(client, xlsx(LINES))
    batch = batch_of(session)
    job = session.get_one(Job, batch.job_id)
    batch.status, job.status, job.finished_at, job.progress_note = (
        SalesBatchStatus.CHECKING,
        JobStatus.RUNNING,
        None,
        "reading",
    )
    session.commit()
    html = page(client, f"/reports/uploads/{batch.id}")
    assert f'hx-get="/reports/uploads/{batch.id}/progress"' in html
    assert "Reading and checking the rows" in words(html)
    job = session.get_one(Job, batch.job_id)
    job.status, job.error_code, job.finished_at = JobStatus.FAILED, "unexpected", job.created_at
    job.error_details = {"reference": "0123456789abcdef"}
    session.commit()
    assert client.get(f"/reports/uploads/{batch.id}/progress").headers["HX-Refresh"] == "true"
    assert "Something went wrong on our side" in words(page(client, f"/reports/uploads/{batch.id}"))
    client.post(f"/reports/uploads/{batch.id}/check")
    assert (batch_of(session).status, count(session, StagedLine)) == (SalesBatchStatus.CHECKED, 6)


def test_others_see_what_their_scope_covers_and_change_nothing(client, client_for, known, session):
    upload(client, xlsx(LINES))
    path = f"/reports/uploads/{batch_of(session).id}"
    stranger = make_dealer(models=known.models)
    session.commit()
    for user, status in ((known.manager, 200), (known.sales, 200), (stranger.user, 404), (stranger.manager, 404)):
        other = client_for(user)
        assert other.get(path).status_code == status
        with other.get(f"{path}/file") as response:
            assert response.status_code == status
        assert other.post(f"{path}/run").status_code == (404 if user is stranger.user else 403)
    assert upload(client_for(stranger.user), xlsx(LINES)).status_code in (200, 404)
    assert client_for(make_user(Role.OUTLET, of=known.outlets[0])).get(path).status_code == 403
    assert (count(session, SalesBatch), count(session, ReportLine)) == (1, 0)


def test_pages_are_complete_in_chinese(client_for, known, session):
    known.user.locale = "zh_Hans"
    client = client_for(known.user)
    upload(client, xlsx([line("T9")]))
    text = words(page(client, f"/reports/uploads/{batch_of(session).id}"))
    assert "第2行“网点编码”列（A2）：贵公司没有编码或名称为“T9”的网点。" in text
    assert "1 网点不存在 错误" in text


def test_every_rule_has_a_sentence_and_a_name_in_both_languages():
    assert set(MESSAGES) - set(TITLES) == set()
    assert {rule for rule in TITLES if rule not in MESSAGES and rule not in SHEET_MESSAGES} == set()
    for sentences in (*MESSAGES.values(), *TITLES.values()):
        assert set(sentences) == {"en", "zh"}
