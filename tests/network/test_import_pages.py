"""The wizard: upload, columns, check with findings, the user's own file back, import, and who may do it."""

from __future__ import annotations

import io
import re

import html5lib
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.jobs.models import Job
from portal.jobs.rules import JobStatus
from portal.network.models import ImportBatch, ImportFinding, ImportStatus, Outlet
from portal.permissions import Role
from portal.spreadsheets import MESSAGES as SHEET_MESSAGES
from portal.storage import Storage
from tests.factories import make_distributor, make_user
from tests.network.importing import OUTLET_HEADER, count, country_books, outlet_row, xlsx


@pytest.fixture
def country(app, session, tmp_path_factory):
    yield from country_books(app, session, tmp_path_factory)


@pytest.fixture
def dealer(session):
    row = make_distributor(code="D1", name="江城经销商", county_code="910101")
    session.commit()
    return row


@pytest.fixture
def client(client_for, country, dealer):
    return client_for(make_user(Role.HO_NETWORK))


GOOD = [outlet_row(number) for number in range(1, 4)]
BAD = [outlet_row(1), outlet_row(2, 经销商代码="D9"), outlet_row(3, 网点名称=" 东城 ", 经度=101.5)]


def upload(client, data: bytes, name: str = "outlets.xlsx", kind: str = "outlets", datum: str = "wgs84"):
    return client.post("/imports/new", data={"kind": kind, "datum": datum, "file": (io.BytesIO(data), name)})


def page(client, path: str, **options) -> str:
    """A page that is well-formed."""
    response = client.get(path, **options)
    assert response.status_code == 200, path
    html = response.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def download(client, path: str) -> tuple[bytes, str]:
    """A file's bytes and the header that names it."""
    with client.get(path) as response:
        assert response.status_code == 200
        return response.data, response.headers["Content-Disposition"]


def batch_of(session) -> ImportBatch:
    session.rollback()
    return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_clean_file_goes_from_upload_to_its_outlets(client, session):
    assert "No file was handed in yet" in page(client, "/imports")
    assert "WGS-84: from GPS devices" in words(page(client, "/imports/new"))
    response = upload(client, xlsx(GOOD))
    batch = batch_of(session)
    assert (response.status_code, response.location) == (302, f"/imports/{batch.id}")
    assert (batch.status, batch.row_count, batch.error_count) == (ImportStatus.CHECKED, 3, 0)
    checked = words(page(client, f"/imports/{batch.id}"))
    assert "Nothing is wrong with this file" in checked
    assert "Import 3 rows" in checked
    assert count(session, Outlet) == 0
    client.post(f"/imports/{batch.id}/run")
    assert count(session, Outlet) == 3
    done = page(client, f"/imports/{batch.id}")
    assert "3 rows were imported" in words(done)
    assert f'href="/imports/{batch.id}/rows"' in done
    rows = page(client, f"/imports/{batch.id}/rows")
    assert 'href="/outlets/N001"' in rows
    assert "Dongzhou › Jiangcheng › Dongcheng District" in words(rows)
    assert page(client, "/outlets/N001")


def test_errors_are_counted_named_filtered_and_keep_the_file_out(client, session):
    upload(client, xlsx(BAD))
    batch = batch_of(session)
    assert (batch.error_count, batch.warning_count) == (1, 2)
    html = page(client, f"/imports/{batch.id}")
    text = words(html)
    assert "Nothing can be imported while there are errors" in text
    assert 'btn-primary" disabled' in html
    assert f"/imports/{batch.id}/run" not in html
    assert "1 Unknown distributor Error" in text
    assert "1 Stray blanks Warning" in text
    assert "Row 3, column “经销商代码” (C3): No distributor has the code or name “D9”" in text
    only = words(page(client, f"/imports/{batch.id}?rule=stray_blanks"))
    assert "1 finding" in only
    assert "Row 4, column “网点名称”" in only
    assert "Row 3, column" not in only
    assert "2 findings" in words(page(client, f"/imports/{batch.id}?severity=warning"))
    client.post(f"/imports/{batch.id}/run")
    assert (count(session, Outlet), batch_of(session).status) == (0, ImportStatus.CHECKED)


def test_pages_of_findings(client, session):
    upload(client, xlsx([outlet_row(number, 经销商代码="D9") for number in range(1, 131)]))
    batch = batch_of(session)
    first = page(client, f"/imports/{batch.id}")
    assert "Row 2, column" in words(first)
    assert "Row 60, column" not in words(first)
    next_page = re.search(r'href="([^"]+cursor=[^"]+)"[^>]*><span>Next', first).group(1).replace("&amp;", "&")
    assert "Row 60, column" in words(page(client, next_page))


def test_the_own_file_comes_back_marked_and_can_be_handed_in_again(client, session):
    upload(client, xlsx(BAD))
    batch = batch_of(session)
    data, name = download(client, f"/imports/{batch.id}/findings")
    assert "outlets-findings.xlsx" in name
    book = load_workbook(io.BytesIO(data))
    sheet = book.active
    assert "FFC7C" in sheet["C3"].fill.start_color.rgb
    assert "D9" in sheet["C3"].comment.text
    assert "No distributor has the code or name" in sheet.cell(3, len(OUTLET_HEADER) + 1).value
    sheet["C3"] = "D1"
    corrected = io.BytesIO()
    book.save(corrected)
    upload(client, corrected.getvalue(), "corrected.xlsx")
    again = batch_of(session)
    assert (again.id > batch.id, again.error_count, again.status) == (True, 0, ImportStatus.CHECKED)
    rules = select(ImportFinding.rule).where(ImportFinding.batch_id == again.id).order_by(ImportFinding.position)
    assert session.scalars(rules).all() == ["stray_blanks", "outside_prefecture"]


def test_unknown_headers_are_asked_for(client, session):
    header = [{"网点编码": "她的码", "状态": "备注"}.get(title, title) for title in OUTLET_HEADER]
    response = upload(client, xlsx(GOOD, header))
    batch = batch_of(session)
    path = f"/imports/{batch.id}/columns"
    assert (response.location, batch.status) == (path, ImportStatus.UPLOADED)
    html = page(client, path)
    assert "For example: N001 · N002 · N003" in words(html)
    fields = dict(re.findall(r'<label for="(column_\d+)">([^<]+)', html))
    chosen = dict(re.findall(r'<select[^>]*name="(column_\d+)".*?<option selected value="([^"]*)"', html, re.DOTALL))
    data = {name: chosen.get(name, "") for name in fields}
    missing = client.post(path, data=data).get_data(as_text=True)
    assert "Say which columns these are: Outlet code." in missing
    twice = data | {name: "name" for name, title in fields.items() if title.strip() == "她的码"}
    assert "is this field already" in client.post(path, data=twice).get_data(as_text=True)
    data |= {name: "code" for name, title in fields.items() if title.strip() == "她的码"}
    assert client.post(path, data=data).location == f"/imports/{batch.id}"
    batch = batch_of(session)
    assert (batch.column_mapping["她的码"], batch.column_mapping["备注"]) == ("code", "")
    assert (batch.status, batch.error_count, batch.row_count) == (ImportStatus.CHECKED, 0, 3)


def test_the_same_file_is_refused_with_a_link_to_the_earlier_import(client, session):
    upload(client, xlsx(GOOD))
    first = batch_of(session)
    client.post(f"/imports/{first.id}/run")
    data, _name = download(client, f"/imports/{first.id}/file")
    response = upload(client, data, "again.xlsx")
    html = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "This very file was imported before." in html
    assert f'href="/imports/{first.id}"' in html
    assert (count(session, ImportBatch), count(session, Outlet)) == (1, 3)


def test_a_second_batch_of_the_same_file_is_refused_when_it_is_imported(client, session):
    data = xlsx(GOOD)
    upload(client, data)
    first = batch_of(session)
    upload(client, data, "twin.xlsx")
    twin = batch_of(session)
    client.post(f"/imports/{first.id}/run")
    client.post(f"/imports/{twin.id}/run")
    assert count(session, Outlet) == 3
    text = words(page(client, f"/imports/{twin.id}"))
    assert "Outlet in the network already" in text
    assert batch_of(session).imported_key is None


def test_another_datum_can_be_tried(client, session):
    upload(client, xlsx(GOOD))
    batch = batch_of(session)
    client.post(f"/imports/{batch.id}/check", data={"datum": "bd09"})
    assert (batch_of(session).datum, batch_of(session).status) == ("bd09", ImportStatus.CHECKED)
    assert "BD-09" in words(page(client, f"/imports/{batch.id}"))


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "list.xlsx", "is a picture, not a spreadsheet"),
        (b"words", "list.xlsx", "is not an Excel workbook"),
        (xlsx([], ("",)), "list.xlsx", "content"),
        (b"a", "list.exe", "does not end in .xlsx or .csv"),
    ],
    ids=["picture", "text", "empty", "program"],  # a workbook's bytes hold the second in which it was made
)
def test_what_is_no_list_is_refused_at_once_and_not_kept(client, app, session, data, name, sentence):
    before = set(app.config["STORAGE_DIR"].rglob("*"))
    html = upload(client, data, name).get_data(as_text=True)
    assert sentence in html
    assert count(session, ImportBatch) == 0
    assert {path for path in app.config["STORAGE_DIR"].rglob("*") if path.is_file()} <= before


def test_a_form_that_is_not_filled_in_says_what_is_missing(client, session):
    text = words(client.post("/imports/new", data={}).get_data(as_text=True))
    for sentence in ("Choose what the rows are.", "Choose a file.", "Choose the datum of the coordinates."):
        assert sentence in text


@pytest.mark.parametrize("kind", ["distributors", "outlets"])
@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_templates_can_be_filled_in_and_imported(client_for, country, dealer, session, kind, language):
    client = client_for(make_user(Role.HO_NETWORK, locale=language))
    data, _name = download(client, f"/imports/template/{kind}")
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    owner = next(at for at, title in enumerate(titles) if re.search("经销商代码|Distributor code", title))
    outlet = {"N1": 0, "一号店": 1, "D1 江城经销商": owner}
    filled = outlet if kind == "outlets" else {"D7": 0, "七号": 1}
    for value, column in filled.items():
        sheet.cell(2, column + 1).value = value
    out = io.BytesIO()
    book.save(out)
    upload(client, out.getvalue(), "filled.xlsx", kind)
    batch = batch_of(session)
    assert (batch.status, batch.row_count, batch.error_count) == (ImportStatus.CHECKED, 1, 0)
    assert len(sheet.data_validations.dataValidation) >= 3
    assert client.get("/imports/template/nonsense").status_code == 404


def test_a_file_can_be_discarded_until_it_is_imported(client, app, session):
    upload(client, xlsx(BAD))
    batch = batch_of(session)
    path = Storage(app.config["STORAGE_DIR"]).path_of(batch.storage_id)
    assert path.exists()
    client.post(f"/imports/{batch.id}/discard")
    assert (count(session, ImportBatch), count(session, ImportFinding), path.exists()) == (0, 0, False)
    upload(client, xlsx(GOOD))
    batch = batch_of(session)
    client.post(f"/imports/{batch.id}/run")
    assert client.post(f"/imports/{batch.id}/discard").status_code == 409
    assert count(session, ImportBatch) == 1


def test_the_page_shows_work_moving_and_what_to_do_when_it_died(client, app, session):
    upload(client, xlsx(GOOD))
    batch = batch_of(session)
    job = session.get_one(Job, batch.job_id)
    batch.status, job.status, job.finished_at = ImportStatus.CHECKING, JobStatus.RUNNING, None
    job.progress_done, job.progress_note = 2_000, "reading"
    session.commit()
    html = page(client, f"/imports/{batch.id}")
    assert f'hx-get="/imports/{batch.id}/progress"' in html
    assert "Reading and checking the rows" in words(html)
    moving = client.get(f"/imports/{batch.id}/progress")
    assert (moving.status_code, "HX-Refresh" in moving.headers) == (200, False)
    job = session.get_one(Job, batch.job_id)
    job.status, job.error_code, job.finished_at = JobStatus.FAILED, "unexpected", job.created_at
    job.error_details = {"reference": "0123456789abcdef"}
    session.commit()
    assert client.get(f"/imports/{batch.id}/progress").headers["HX-Refresh"] == "true"
    text = words(page(client, f"/imports/{batch.id}"))
    assert "Something went wrong on our side" in text
    client.post(f"/imports/{batch.id}/check")
    assert batch_of(session).status is ImportStatus.CHECKED


def test_the_file_comes_back_as_it_was_under_its_own_name(client, session):
    data = xlsx(GOOD)
    upload(client, data, "网点 2026.xlsx")
    same, name = download(client, f"/imports/{batch_of(session).id}/file")
    assert same == data
    assert "filename*=UTF-8''%E7%BD%91%E7%82%B9%202026.xlsx" in name


def test_the_list_shows_who_when_and_what_came_of_it(client, session):
    upload(client, xlsx(BAD))
    upload(client, xlsx(GOOD), "good.xlsx")
    text = words(page(client, "/imports"))
    assert re.search(r"good\.xlsx Checked Outlets 3 0 0 0 Ho Network \d+ .*outlets\.xlsx Checked Outlets 3 1 2 0", text)
    assert "good.xlsx" not in words(page(client, "/imports?q=outlets"))
    assert "Nothing matches these filters" in words(page(client, "/imports?kind=distributors"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HO_NETWORK])
def test_nobody_else_imports(client_for, country, dealer, session, role):
    client = client_for(make_user(role))
    for path in ("/imports", "/imports/new", "/imports/template/outlets", "/imports/1"):
        assert client.get(path).status_code == 403
    assert upload(client, xlsx(GOOD)).status_code == 403


def test_pages_are_complete_in_chinese(client_for, country, dealer, session):
    client = client_for(make_user(Role.HO_NETWORK, locale="zh_Hans"))
    upload(client, xlsx(BAD))
    text = words(page(client, f"/imports/{batch_of(session).id}"))
    assert "有错误时不能导入" in text
    assert "1 经销商不存在 错误" in text
    assert "第3行“经销商代码”列（C3）：没有代码或名称为“D9”的经销商。请更正，或先导入经销商。" in text


def test_every_rule_has_a_sentence_and_a_name_in_both_languages():
    from portal.network.uploads.messages import MESSAGES
    from portal.network.uploads.titles import TITLES

    assert set(MESSAGES) - set(TITLES) == set()
    whole_file = {rule for rule in SHEET_MESSAGES if rule not in TITLES}
    assert {rule for rule in TITLES if rule not in MESSAGES and rule not in SHEET_MESSAGES} == set()
    assert not whole_file & {"required", "not_choice", "stray_blanks", "full_width", "too_long", "not_date"}
    for sentences in (*MESSAGES.values(), *TITLES.values()):
        assert set(sentences) == {"en", "zh"}
