"""Make the pictures of the README from a demonstration that runs: docs/pictures/*.png.

    make run                                                      in another terminal
    .venv/bin/python scripts/screenshots.py [http://127.0.0.1:8000]

Leaves the demonstration as it was, but for the language of the people whose pages are shown.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import openpyxl  # noqa: E402
from PIL import Image  # noqa: E402

from portal.network.models import ImportKind  # noqa: E402
from portal.network.uploads.columns import template_specs  # noqa: E402
from tests.browser.pages.home import HomePage  # noqa: E402
from tests.browser.pages.imports import ImportPage  # noqa: E402
from tests.browser.pages.lists import OutletList  # noqa: E402
from tests.browser.pages.map import MapPage  # noqa: E402
from tests.browser.pages.records import RecordPage  # noqa: E402
from tests.browser.reader import DESK, PHONE, Reader  # noqa: E402
from tests.browser.world import email_of  # noqa: E402
from tests.chromium import launched  # noqa: E402

FOLDER = ROOT / "docs/pictures"
MOST_BYTES = 250_000
WIDTHS = {DESK: 1200, PHONE: 360}  # pixels of the picture for those of the window
COLOURS = (256, 192, 128, 96, 64)
OUTLET = "T510682-1"


def main(url: str) -> int:
    """Take and write all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with launched() as chromium:
        for name, width, shot in pictures(chromium, url):
            path = FOLDER / f"{name}.png"
            path.write_bytes(small(shot, WIDTHS[width]))
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    return 0


def pictures(chromium: Any, url: str) -> Iterator[tuple[str, int, bytes]]:
    """Name, width of the window and PNG of each picture."""
    kept: dict[str, Any] = {}

    def sit(who: str, language: str, width: int = DESK) -> Reader:
        reader = Reader(chromium, url, language=language, width=width, kept=kept, signed_in=email_of(who))
        HomePage(reader).read_in(language)
        return reader

    for name, language in (("map-en", "en"), ("map-zh", "zh_Hans")):
        yield name, DESK, shown(sit("viewer", language), show_map)
    yield "home", DESK, shown(sit("network", "en"), show_home)
    yield "outlet", DESK, shown(sit("network", "en"), show_outlet)
    yield "list-phone", PHONE, shown(sit("dealer.deyang", "zh_Hans", PHONE), show_list)
    yield "import", DESK, shown(sit("network", "en"), show_import, after=discard)


def shown(reader: Reader, show: Callable[[Reader], None], after: Callable[[Reader], None] | None = None) -> bytes:
    """The window as a PNG once `show` has brought the reader to the page."""
    show(reader)
    reader.page.mouse.move(0, 0)
    reader.page.evaluate("() => document.activeElement?.blur()")
    shot = reader.page.screenshot()
    if after:
        after(reader)
    reader.close()
    reader.watch.check()
    return bytes(shot)


def show_map(reader: Reader) -> None:
    """The network of the demonstration, counties shaded by their open outlets."""
    page = MapPage(reader).open()
    page.wait()
    page.shade("open")


def show_home(reader: Reader) -> None:
    """Work list, figures, chart."""
    HomePage(reader).open().wait_for_chart()
    reader.page.wait_for_timeout(500)


def show_outlet(reader: Reader) -> None:
    """An outlet that is open, with its map, file and timeline."""
    RecordPage(reader).at(f"/outlets/{OUTLET}").wait_for_map()
    reader.page.wait_for_load_state("networkidle")


def show_list(reader: Reader) -> None:
    """A dealer's own outlets on a phone."""
    OutletList(reader).open().search("T51")
    reader.page.wait_for_load_state("networkidle")


def show_import(reader: Reader) -> None:
    """What the check says of a file with mistakes; nothing of it is imported."""
    page = ImportPage(reader).open()
    book = openpyxl.load_workbook(io.BytesIO(page.template("outlets")))
    fields = [spec.field for spec in template_specs(ImportKind.OUTLETS)]
    for row in MISTAKEN:
        book.worksheets[0].append([row.get(field) for field in fields])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outlets of the autumn.xlsx"
        book.save(path)
        page.hand_in(path)


def discard(reader: Reader) -> None:
    """Take the file away again."""
    reader.page.locator("[data-q-dialog=discard]").click()
    reader.page.locator("dialog[open] button[type=submit]").click()
    reader.page.wait_for_url("**/imports")


_SAME = {"distributor": "SC-DY", "status": "Open", "opened_on": "2026-09-01", "prefecture": "德阳市"}
MISTAKEN = [
    _SAME | {"code": "DY-101", "name": "广汉南昌路展厅", "county": "广汉市", "lng": 104.282, "lat": 30.977},
    _SAME | {"code": "DY-102", "name": "什邡亭江路展厅 ", "county": "什邡市", "lng": 104.167, "lat": 31.127},
    _SAME | {"code": "DY-103", "name": "绵竹玉妃路展厅", "county": "绵竹市", "lng": 31.338, "lat": 104.22},
    _SAME | {"code": "DY-104", "name": "中江大北街展厅", "county": "中江县", "lng": 104.68, "lat": 31.03},
    _SAME | {"code": "DY-104", "name": "中江凯江路展厅", "county": "中江县", "lng": 104.68, "lat": 31.03},
    _SAME | {"code": "DY-105", "name": "罗江纹江路展厅", "county": "罗江县", "lng": 104.51, "lat": 31.317},
    _SAME | {"code": "DY-106", "name": "旌阳岷江路展厅", "county": "旌阳区", "lng": 103.95, "lat": 30.67},
    _SAME | {"code": "DY-107", "name": "旌阳泰山路展厅", "county": "旌阳区", "distributor": "SC-DEYANG"},
]


def small(shot: bytes, width: int) -> bytes:
    """The picture at `width` pixels with as many colours as fit into MOST_BYTES."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    if image.width != width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise ValueError(f"{out.tell()} bytes with {COLOURS[-1]} colours: too much for a README")


if __name__ == "__main__":
    raise SystemExit(main((sys.argv[1:] or ["http://127.0.0.1:8000"])[0].rstrip("/")))
