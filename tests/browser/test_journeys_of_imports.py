"""A list with mistakes is handed in, comes back red, is mended and imported; its outlets are then on the map."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.network.models import ImportKind
from portal.network.uploads.columns import template_specs
from tests.browser.pages.imports import ImportPage
from tests.browser.pages.map import MapPage
from tests.browser.pages.records import RecordPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import email_of
from tests.chromium import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIELDS = [spec.field for spec in template_specs(ImportKind.OUTLETS)]
# Two places in Guanghan.
PLACES = ((104.2820, 30.9770), (104.2900, 30.9800))


def sheet_of(book: bytes) -> tuple[Any, Any]:
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    return workbook, workbook.worksheets[0]


def put(sheet: Any, row: int, **values: object) -> None:
    """Cells of a row, by field."""
    for field, value in values.items():
        sheet.cell(row, FIELDS.index(field) + 1, value)


def saved(workbook: Any, path: Path) -> Path:
    workbook.save(path)
    return path


def red_cells(sheet: Any) -> set[str]:
    """Coordinates of the cells that are filled with a red."""
    found = set()
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            colour = cell.fill.start_color.rgb if cell.fill.fill_type else ""
            if isinstance(colour, str) and len(colour) == 8 and int(colour[2:4], 16) > int(colour[4:6], 16) + 16:
                found.add(cell.coordinate)
    return found


@pytest.mark.parametrize(
    ("language", "width", "theme"),
    [pytest.param("en", DESK, "light", id="desk"), pytest.param("zh_Hans", PHONE, "dark", id="phone")],
)
def test_a_file_with_mistakes_comes_back_red_and_goes_in_mended(
    reader: Callable[..., Reader], tmp_path: Path, language: str, width: int, theme: str
) -> None:
    browser = reader(language=language, width=width, theme=theme, signed_in=email_of("network"))
    page, mark = ImportPage(browser), f"IMP{width}"
    page.read_in(language)
    page.begin()
    looks_good(browser)
    red = hand_in_with_mistakes(page, mark, tmp_path)
    mended = mend(red, tmp_path)
    page.correct()
    page.hand_in(mended)
    assert page.figures[:3] == [3, 0, 0]
    page.run()
    looks_good(browser)
    assert page.see_rows() == [f"{mark}-1", f"{mark}-2", f"{mark}-3"]
    looks_good(browser)
    page.open()
    page.hand_in(mended)
    assert page.say("This very file was imported before.") in page.page.inner_text(".q-errors")
    is_on_the_map(browser, f"{mark}-1")


def hand_in_with_mistakes(page: ImportPage, mark: str, folder: Path) -> bytes:
    """Row 3 has a distributor that nobody knows, row 4 its coordinates the wrong way round."""
    workbook, sheet = sheet_of(page.template("outlets"))
    same = {"distributor": "SC-DY", "status": "营业", "opened_on": "2024-03-01", "county": "广汉市"}
    rows = ((same, PLACES[0]), (same | {"distributor": "NOBODY"}, PLACES[1]), (same, PLACES[0][::-1]))
    for number, (facts, (lng, lat)) in enumerate(rows, 1):
        put(sheet, number + 1, code=f"{mark}-{number}", name=f"广汉{mark}展厅{number}", lng=lng, lat=lat, **facts)
    page.hand_in(saved(workbook, folder / "网点 outlets.xlsx"))
    looks_good(page.reader)
    found = page.findings
    assert {row for row, _sentence in found} >= {3, 4}
    assert any("NOBODY" in sentence for row, sentence in found if row == 3)
    assert page.figures[0] == 3
    assert page.figures[1] == 2
    assert page.page.get_by_role("button", name=page.say("Import"), exact=True).is_disabled()
    return page.take_back()


def mend(book: bytes, folder: Path) -> Path:
    """The reader's own file, corrected in place where it is red."""
    workbook, sheet = sheet_of(book)
    shift = next(cell.column for cell in sheet[2] if str(cell.value).startswith("IMP")) - 1
    letters = {field: openpyxl.utils.get_column_letter(FIELDS.index(field) + 1 + shift) for field in FIELDS}
    red = red_cells(sheet)
    assert f"{letters['distributor']}3" in red
    assert {f"{letters['lng']}4", f"{letters['lat']}4"} & red
    sheet[f"{letters['distributor']}3"] = "SC-DY"
    sheet[f"{letters['lng']}4"], sheet[f"{letters['lat']}4"] = PLACES[1]
    return saved(workbook, folder / "mended.xlsx")


def looks_good(browser: Reader) -> None:
    browser.check_page()
    assert axe_findings(browser.page) == []


def is_on_the_map(browser: Reader, code: str) -> None:
    record = RecordPage(browser).at(f"/outlets/{code}")
    name = record.title
    record.wait_for_map()
    map_page = MapPage(browser)
    map_page.follow(record.page.get_by_role("link", name=record.say("Open the map here")))
    map_page.wait()
    assert name in map_page.listed
    assert map_page.page.get_attribute(".q-map-page", "data-settled")
