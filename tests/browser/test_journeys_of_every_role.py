"""Each role's day: sign-in, work list, map, lists, an outlet's page; in both languages, at a desk and on a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from portal.accounts.demo_accounts import DEMO_PASSWORD
from tests.browser.pages.home import HomePage
from tests.browser.pages.lists import DistributorList, OutletList, rows_of
from tests.browser.pages.map import MapPage
from tests.browser.pages.records import RecordPage
from tests.browser.pages.sign_in import SignInPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROLES = ("admin", "network", "approver", "rm.south", "dealer.deyang", "outlet.guanghan")
SCREENS = [pytest.param(width, id=name) for width, name in ((DESK, "desk"), (PHONE, "phone"))]
READS_DISTRIBUTORS = frozenset(ROLES) - {"outlet.guanghan"}


@pytest.mark.parametrize("width", SCREENS)
@pytest.mark.parametrize("who", ROLES)
def test_a_day_in_both_languages(reader: Callable[..., Reader], demo: Demo, who: str, width: int) -> None:
    language = "en" if (width == DESK) == (ROLES.index(who) % 2 == 0) else "zh_Hans"
    browser = reader(language=language, width=width)
    SignInPage(browser).open().sign_in(demo.people[who].email, DEMO_PASSWORD)
    home = HomePage(browser)
    home.read_in(language)
    walk_through(browser, demo, who)
    home.open().switch_language()
    look_round(browser, who)
    home.sign_out()
    assert SignInPage(browser).is_shown
    with browser.watch.allowing(401):
        browser.page.goto("/outlets")
    assert SignInPage(browser).is_shown


def walk_through(browser: Reader, demo: Demo, who: str) -> None:
    """Everything that is on the way, in the language of the sign-in."""
    seen = demo.people[who].outlets
    use_home(HomePage(browser))
    use_map(MapPage(browser), len(seen))
    use_list(OutletList(browser), seen)
    use_record(RecordPage(browser), sorted(seen)[-1])


def use_home(home: HomePage) -> None:
    assert home.title == home.say("Home")
    home.wait_for_chart()
    assert len(home.figures) == 4
    if home.tasks:
        _label, number = home.tasks[0]
        home.follow_task()
        assert OutletList(home.reader).count == number


def use_map(map_page: MapPage, known: int) -> None:
    map_page.choose("Outlet map")
    map_page.wait()
    assert 0 < map_page.count <= known
    map_page.zoom_out()
    assert map_page.bubbles.count() >= 1
    map_page.open_bubbles()
    within = map_page.listed
    assert within
    assert map_page.count == len(within)
    named = map_page.click_sign()
    assert set(named) <= set(within)
    map_page.follow_card()
    assert map_page.title == named[0]


def use_list(outlets: OutletList, seen: Mapping[str, str]) -> None:
    outlets.choose("Outlets")
    assert outlets.count == len(seen)
    outlets.sort("code", "Code")
    assert outlets.column("Code")[0] == max(seen)
    first = outlets.column("Code")
    assert outlets.next_page() == (len(seen) > len(first))
    if len(seen) > len(first):
        assert max(outlets.column("Code")) < min(first)
    outlets.open().search("nowhere at all")
    assert outlets.count == 0
    outlets.clear()
    assert outlets.count == len(seen)
    status, number = Counter(seen.values()).most_common(1)[0]
    outlets.filter("status", status)
    assert outlets.count == number
    assert len(set(outlets.column("Status", "column"))) == 1
    exported = rows_of(outlets.export("xlsx"))
    assert len(exported) == outlets.count
    assert {str(cell) for row in exported for cell in row} & set(seen)


def use_record(record: RecordPage, code: str) -> None:
    record.at(f"/outlets/{code}")
    record.wait_for_map()
    assert record.timeline
    if record.documents.count():
        name, content = record.download()
        assert name.endswith(".pdf")
        assert content.startswith(b"%PDF")


def look_round(browser: Reader, who: str) -> None:
    """The same pages in the other language."""
    home = HomePage(browser)
    assert home.title == home.say("Home")
    map_page = MapPage(browser)
    map_page.choose("Outlet map")
    map_page.wait()
    map_page.show_from_list()
    map_page.follow_card()
    RecordPage(browser).wait_for_map()
    assert home.offers("Distributors") == (who in READS_DISTRIBUTORS)
    if who in READS_DISTRIBUTORS:
        owners = DistributorList(browser)
        owners.choose("Distributors")
        owners.follow(owners.page.locator("#list tbody a.q-lead").first)
