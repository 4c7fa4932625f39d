"""`flask network import`: the report, the exit code, all rows or none, and every bad file with its sentence."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.network.models import Contact, Distributor, ImportBatch, LifeEvent, Outlet
from portal.network.rules import OutletStatus
from portal.storage import Storage
from tests.factories import make_distributor, make_outlet
from tests.network.importing import (
    OUTLET_HEADER,
    Command,
    count,
    country_books,
    counts,
    found,
    outlet_row,
    rows_with,
    rules,
    write_csv,
    write_xlsx,
    xlsx,
)


@pytest.fixture
def country(app, session, tmp_path_factory):
    yield from country_books(app, session, tmp_path_factory)


@pytest.fixture
def command(app, session, country, tmp_path):
    return Command(app, tmp_path)


@pytest.fixture
def dealer(session):
    row = make_distributor(code="D1", name="江城经销商", county_code="910101")
    session.commit()
    return row


def test_a_clean_file_is_imported_with_life_place_audit_and_batch(command, dealer, session, tmp_path):
    path = write_xlsx(tmp_path / "outlets.xlsx", [outlet_row(number) for number in range(1, 4)])
    report = command(path)
    assert (report, command.exit_code) == ({"rows": 3, "imported": 3, "errors": [], "warnings": []}, 0)
    outlet = session.scalars(select(Outlet).where(Outlet.code == "N001")).one()
    assert (outlet.province_code, outlet.prefecture_code, outlet.county_code) == ("910000", "910100", "910101")
    assert (outlet.status, str(outlet.status_on), str(outlet.opened_on)) == (OutletStatus.OPEN, *["2024-03-01"] * 2)
    assert (outlet.distributor_id, outlet.version) == (dealer.id, 1)
    event = session.scalars(select(LifeEvent).where(LifeEvent.outlet_id == outlet.id)).one()
    assert (event.from_status, event.to_status, str(event.happened_on)) == ("", "open", "2024-03-01")
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.imported_count, batch.row_count, outlet.import_batch_id) == (3, 3, batch.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).one()
    assert (entry.object_type, entry.object_id, entry.changes["rows"]) == ("outlets", str(batch.id), [None, 3])
    assert entry.changes["sha256"] == [None, batch.sha256]


def test_one_error_and_nothing_is_imported(command, dealer, session, tmp_path):
    rows = [outlet_row(1), outlet_row(2, 经销商代码="D9"), outlet_row(3)]
    before = counts(session)
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows))
    assert (report["imported"], command.exit_code) == (0, 1)
    (error,) = report["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "经销商代码", "D9")
    assert error["rule"] == "distributor_unknown"
    assert "Row 3, column “经销商代码” (C3): No distributor has the code or name “D9”" in error["message"]
    assert counts(session) == before
    assert list((Storage(tmp_path).root / "storage").glob("*")) == []


def test_a_dry_run_writes_nothing(command, dealer, session, tmp_path):
    before = counts(session)
    report = command(write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()]), "outlets", "wgs84", "--dry-run")
    assert (report["rows"], report["imported"], command.exit_code) == (1, 0, 0)
    assert counts(session) == before


def test_the_same_file_is_refused_by_its_contents(command, dealer, session, tmp_path):
    path = write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()])
    command(path)
    again = path.rename(tmp_path / "another name.xlsx")
    report = command(again)
    assert (rules(report), report["imported"], command.exit_code) == ({"already_imported"}, 0, 1)
    assert "(import 1, 1 rows)" in re.sub(r"import \d+", "import 1", found(report, "already_imported")[0]["message"])
    assert (count(session, Outlet), count(session, ImportBatch)) == (1, 1)


def test_unknown_headers_are_mapped(command, dealer, session, tmp_path):
    header = [{"网点编码": "她的码", "开业日期": "挂牌", "状态": "备注"}.get(title, title) for title in OUTLET_HEADER]
    path = write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()], header)
    refused = command(path, "outlets", "wgs84", "--dry-run")
    (missing,) = found(refused, "missing_column")
    assert missing["column"] == "Outlet code"
    assert "“她的码”" in missing["message"]
    report = command(path, "outlets", "wgs84", "--map", "她的码=code", "--map", "挂牌=opened_on", "--map", "备注=")
    assert (report["imported"], report["errors"]) == (1, [])
    assert str(session.scalars(select(Outlet.opened_on)).one()) == "2024-03-01"


def test_a_mapping_must_have_its_form_and_name_what_there_is(command, dealer, tmp_path):
    path = write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()])
    assert command(path, "outlets", "wgs84", "--map", "网点编码") == {}
    assert (command.exit_code, "HEADER=FIELD" in command.output) == (2, True)
    report = command(path, "outlets", "wgs84", "--map", "没有的列=code", "--map", "网点名称=nonsense")
    assert rules(report) >= {"mapping_unknown_column", "mapping_unknown_field"}


def test_a_title_above_and_a_total_below_are_left_out(command, dealer, session, tmp_path):
    rows = [["网点清单"], list(OUTLET_HEADER), outlet_row(1), outlet_row(2), ["合计", None, 2]]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows[1:], rows[0]))
    assert (report["rows"], report["imported"]) == (2, 2)
    assert rows_with(report, "title_skipped") == [1]
    assert rows_with(report, "total_skipped") == [5]


def test_english_headers_and_values_are_known(command, dealer, session, tmp_path):
    header = (
        "Outlet code", "Outlet name", "Distributor code", "Operating mode", "Class", "City tier", "Status", "Lon", "Lat"
    )  # fmt: skip
    row = ("N1", "Jiangcheng East", "D1", "Joint venture", "A", "Third-tier city", "On watch", *map(str, (100.5, 28.3)))
    report = command(write_csv(tmp_path / "outlets.csv", [row], header))
    assert report["errors"] == []
    outlet = session.scalars(select(Outlet)).one()
    assert (outlet.operating_mode, outlet.store_class, outlet.city_tier, outlet.status) == ("joint", "A", "3", "watch")


def test_lives_are_put_down_with_each_step(command, dealer, session, tmp_path):
    header = (*OUTLET_HEADER, "退网日期", "状态日期")
    rows = [
        [*outlet_row(1), None, None],
        [*outlet_row(2, 状态="退网"), "2025-06-30", None],
        [*outlet_row(3, 状态="观察"), None, "2025-09-01"],
        [*outlet_row(4, 状态="筹建中", 开业日期="2099-01-01"), None, "2026-01-05"],
        [*outlet_row(5, 状态="退网", 开业日期=None), "2023-12-31", None],
    ]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows, header))
    assert report["errors"] == []
    statement = select(Outlet.code, LifeEvent.from_status, LifeEvent.to_status, LifeEvent.happened_on)
    events = session.execute(statement.join(Outlet, Outlet.id == LifeEvent.outlet_id).order_by(LifeEvent.id)).all()
    lives = {}
    for code, before, after, on in events:
        lives.setdefault(code, []).append((before, after, str(on)))
    assert lives == {
        "N001": [("", "open", "2024-03-01")],
        "N002": [("", "open", "2024-03-01"), ("open", "exited", "2025-06-30")],
        "N003": [("", "open", "2024-03-01"), ("open", "watch", "2025-09-01")],
        "N004": [("", "opening", "2026-01-05")],
        "N005": [("", "exited", "2023-12-31")],
    }
    planned = session.scalars(select(Outlet).where(Outlet.code == "N004")).one()
    assert (str(planned.planned_open_on), planned.opened_on) == ("2099-01-01", None)
    exited = session.scalars(select(Outlet).where(Outlet.code == "N002")).one()
    assert (str(exited.exited_on), str(exited.status_on)) == ("2025-06-30", "2025-06-30")


def test_impossible_lives_are_errors(command, dealer, tmp_path):
    header = (*OUTLET_HEADER, "退网日期")
    rows = [
        [*outlet_row(1, 开业日期="2099-01-01"), None],
        [*outlet_row(2, 状态="退网"), "2023-01-01"],
        [*outlet_row(3), "2025-01-01"],
        [*outlet_row(4, 状态="退网"), None],
    ]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows, header))
    assert [(error["row"], error["rule"]) for error in report["errors"]] == [
        (2, "day_in_future"), (3, "days_reversed"), (4, "exit_day_but_open"),
    ]  # fmt: skip
    assert rows_with(report, "exit_day_missing") == [5]


def test_contacts_come_with_their_row(command, dealer, session, tmp_path):
    header = (*OUTLET_HEADER, "联系人", "电话")
    rows = [[*outlet_row(1), "王芳", "138 0000 0001"], [*outlet_row(2), "李强", None], [*outlet_row(3), None, None]]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows, header))
    assert rows_with(report, "contact_incomplete") == [3]
    contact = session.scalars(select(Contact)).one()
    outlet = session.get_one(Outlet, contact.outlet_id)
    assert (outlet.code, contact.name, contact.phone) == ("N001", "王芳", "138 0000 0001")
    assert contact.distributor_id == dealer.id


def test_parents_may_stand_in_the_books_or_in_the_file(command, dealer, session, tmp_path):
    header = ("经销商代码", "经销商名称", "上级经销商", "层级")
    rows = [("D2", "乙", "D3", "县级经销商"), ("D3", "丙", "D1", "地级总经销商"), ("D4", "丁", "江城经销商", None)]
    report = command(write_xlsx(tmp_path / "d.xlsx", rows, header), "distributors")
    assert report["errors"] == []
    parents = {row.code: row.parent.code for row in session.scalars(select(Distributor)) if row.parent}
    assert parents == {"D2": "D3", "D3": "D1", "D4": "D1"}


def test_parents_that_are_unknown_or_run_in_a_circle_are_errors(command, session, tmp_path):
    header = ("经销商代码", "经销商名称", "上级经销商")
    rows = [("D2", "乙", "D3"), ("D3", "丙", "D2"), ("D4", "丁", "D9"), ("D5", "戊", "D5")]
    report = command(write_xlsx(tmp_path / "d.xlsx", rows, header), "distributors")
    assert rows_with(report, "parent_is_itself") == [2, 3, 5]
    assert rows_with(report, "parent_unknown") == [4]


def test_codes_that_are_taken_twice_reserved_or_malformed(command, dealer, session, tmp_path):
    make_outlet(dealer, code="N009")
    session.commit()
    codes = ["N001", "N001", "N009", "new", "N 1", "Ｎ００７", None]
    rows = [outlet_row(at, 网点编码=code) for at, code in enumerate(codes, 1)]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows))
    assert [(error["row"], error["rule"]) for error in report["errors"]] == [
        (3, "code_twice"), (4, "outlet_code_taken"), (5, "code_reserved"), (6, "code_characters"), (8, "required"),
    ]  # fmt: skip
    assert "already on row 2" in found(report, "code_twice")[0]["message"]
    assert "change that outlet on its own page" in found(report, "outlet_code_taken")[0]["message"]
    assert rows_with(report, "full_width") == [7]


def test_a_distributor_may_be_named_and_an_exited_one_takes_no_living_outlets(command, dealer, session, tmp_path):
    make_distributor(code="D2", name="已退网经销商", status="exited")
    session.commit()
    header = [{"经销商代码": "经销商名称"}.get(title, title) for title in OUTLET_HEADER]
    named = ("江城经销商", "D1 江城经销商", "D2")
    rows = [outlet_row(number, 经销商代码=name) for number, name in enumerate(named, 1)]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows, header))
    assert [(error["row"], error["rule"]) for error in report["errors"]] == [(4, "distributor_not_active")]


def test_the_sales_area_follows_from_the_place(command, dealer, session, tmp_path):
    from tests.factories import make_area

    east, south = make_area(prefecture="910100", name_zh="东区"), make_area(prefecture="910200", name_zh="南区")
    session.commit()
    rows = [[*outlet_row(1), "东区"], [*outlet_row(2), "南区"], [*outlet_row(3), "无名区"]]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows, (*OUTLET_HEADER, "大区")))
    assert rows_with(report, "area_differs") == [3]
    assert "first on row 4" in found(report, "area_unknown")[0]["message"]
    assert set(session.scalars(select(Outlet.sales_area_id))) == {east.id}
    assert south.id != east.id


# -- bad files: a sentence with place, value, rule and remedy; nothing imported


def edited(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for info in book.infolist():
            content = book.read(info)
            changed.writestr(info.filename, content.replace(old, new) if info.filename == part else content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    blanks = b"<sheetData>" + b" " * 60_000_000
    return edited(xlsx([outlet_row()]), "xl/worksheets/sheet1.xml", b"<sheetData>", blanks)


BAD_FILES = {
    "picture.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "is_document", "not a spreadsheet"),
    "words.xlsx": (lambda: b"just words", "is_not_workbook", "save it as Excel"),
    "page.csv": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "is_html", "is a web page"),
    "notes.docx": (lambda: b"just words", "extension_not_allowed", "Save as"),
    "empty.csv": (lambda: b"", "file_empty", "0 bytes"),
    "macro.xlsm": (lambda: with_part(xlsx([outlet_row()]), "xl/vbaProject.bin", b"x"), "is_macro_workbook", "VBA"),
    "bomb.xlsx": (bomb, "packed_suspiciously", ""),
    "no-rows.xlsx": (lambda: xlsx([]), "no_rows", "no row below it"),
    "damaged.xlsx": (lambda: xlsx([outlet_row()])[:-200], "is_damaged", "repair"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_what_is_no_spreadsheet_is_refused_with_a_sentence(command, dealer, session, tmp_path, name, locale):
    make, rule, words = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(make())
    before = counts(session)
    report = command(path, "outlets", "wgs84", "--locale", locale)
    (error,) = report["errors"]
    assert (error["rule"], report["rows"], report["imported"], command.exit_code) == (rule, 0, 0, 1)
    assert (words in error["message"]) if locale == "en" else re.search(r"[一-鿿].*。", error["message"])
    assert counts(session) == before


def test_a_file_that_is_not_there_is_said(command, tmp_path):
    assert command(tmp_path / "nothing.xlsx") == {}
    assert (command.exit_code, "there is no file" in command.output) == (2, True)


def test_the_row_after_the_limit_is_named(command, dealer, session, tmp_path):
    row = ["", *outlet_row()[1:]]
    path = tmp_path / "long.csv"
    line = ",".join(map(str, row)) + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(OUTLET_HEADER) + "\n")
        file.writelines(f"N{number}{line}" for number in range(200_001))
    report = command(path)
    (error,) = found(report, "too_many_rows")
    assert (error["row"], report["imported"], command.exit_code) == (200_002, 0, 1)
    assert "more than 200000 rows" in error["message"].replace(",", "")


def test_swapped_coordinates_are_named_row_by_row_and_as_a_whole(command, dealer, session, tmp_path):
    rows = [outlet_row(at, 经度=28.3, 纬度=100.5 + at / 1000) for at in range(1, 5)]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows))
    assert rows_with(report, "coordinates_swapped") == [2, 3, 4, 5]
    assert "look swapped (28.3, 100.501)" in found(report, "coordinates_swapped")[0]["message"]
    (whole,) = found(report, "columns_swapped")
    assert "In 4 of 4 rows" in whole["message"]
    assert whole["row"] is None


def test_coordinates_that_are_no_place_are_errors(command, dealer, tmp_path):
    points = [(0, 0), (100.5, None), (2.35, 48.85), (80.0, 40.0), (40.0, 80.0), ("100.5,28.3", None), (None, None)]
    rows = [outlet_row(at, 经度=lng, 纬度=lat) for at, (lng, lat) in enumerate(points, 1)]
    report = command(write_xlsx(tmp_path / "outlets.xlsx", rows))
    assert [(error["row"], error["rule"]) for error in report["errors"]] == [
        (2, "coordinates_zero"), (3, "coordinates_incomplete"), (4, "coordinates_outside"),
        (6, "coordinates_swapped"), (7, "coordinate_pair"),
    ]  # fmt: skip
    assert rows_with(report, "nowhere_but_stated") == [5]
    assert rows_with(report, "coordinates_missing") == [8]


def test_a_wrong_datum_is_noticed(command, dealer, tmp_path):
    """Along the border of two counties, 400 m tell on which side a shop stands."""
    from portal.geo import convert

    rows = []
    for at in range(1, 25):
        lng, lat = convert(100.04 + at / 30, 28.7475, "wgs84", "gcj02")
        rows.append(outlet_row(at, 经度=lng, 纬度=lat))
        lng, lat = convert(100.05 + at / 30, 28.7525, "wgs84", "gcj02")
        rows.append(outlet_row(100 + at, 经度=lng, 纬度=lat, 县="江北县"))
    path = write_xlsx(tmp_path / "outlets.xlsx", rows)
    (warning,) = found(command(path, "outlets", "wgs84", "--dry-run"), "likely_other_datum")
    assert warning["row"] is None
    assert "48 when taken as GCJ-02" in warning["message"]
    assert "(gcj02)" in warning["message"]
    assert found(command(path, "outlets", "gcj02", "--dry-run"), "likely_other_datum") == []


def test_a_header_that_names_another_datum_is_noticed(command, dealer, tmp_path):
    header = [{"经度": "经度（百度）"}.get(title, title) for title in OUTLET_HEADER]
    path = write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()], header)
    (warning,) = found(command(path, "outlets", "wgs84", "--dry-run"), "header_names_other_datum")
    assert "speaks of BD-09, but WGS-84 was chosen" in warning["message"]


def test_gb18030_is_read_and_said(command, dealer, session, tmp_path):
    report = command(write_csv(tmp_path / "outlets.csv", [outlet_row()], encoding="gb18030"))
    assert (report["imported"], rules(report, "warnings")) == (1, {"csv_encoding"})
    assert session.scalars(select(Outlet.name)).one() == "东城1号店"


def test_full_width_digits_are_read_as_digits_and_said(command, dealer, session, tmp_path):
    row = outlet_row(1, 网点编码="ＳＣ００１", 经度="１００．５", 纬度="２８．３", 开业日期="２０２４－０３－０１")
    report = command(write_xlsx(tmp_path / "outlets.xlsx", [row]))
    assert report["errors"] == []
    assert rows_with(report, "full_width") == [2]
    outlet = session.scalars(select(Outlet)).one()
    assert (outlet.code, outlet.lng, outlet.lat, str(outlet.opened_on)) == ("SC001", 100.5, 28.3, "2024-03-01")


def test_without_boundaries_the_names_decide_and_it_is_said(app, command, dealer, session, tmp_path):
    from portal.boundaries.manifest import build_dir

    folder = tmp_path / "bare"
    folder.mkdir()
    source = app.config["GEODATA_DIR"]
    regions = next(build_dir(source).glob("*/regions.csv"))
    (folder / "regions.csv").write_bytes(regions.read_bytes())
    app.config["GEODATA_DIR"] = folder
    report = command(write_xlsx(tmp_path / "outlets.xlsx", [outlet_row()]))
    app.config["GEODATA_DIR"] = source
    assert rules(report, "warnings") == {"boundaries_not_built"}
    assert session.scalars(select(Outlet.county_code)).one() == "910101"


def test_the_report_has_exactly_the_promised_keys(command, dealer, tmp_path):
    report = command(write_xlsx(tmp_path / "outlets.xlsx", [outlet_row(1, 网点名称=" 东城 "), outlet_row(1)]))
    assert list(report) == ["rows", "imported", "errors", "warnings"]
    for each in (*report["errors"], *report["warnings"]):
        assert list(each) == ["row", "column", "value", "rule", "message"]
    assert json.dumps(report)
