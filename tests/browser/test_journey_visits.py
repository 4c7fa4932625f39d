"""A day in the field on a phone, in Chinese: planned on the map, checked in, a photo, a task given and answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.network.models import Distributor, Outlet
from portal.network.rules import TRADING
from portal.visits.models import FieldActivity, FieldFinding, FieldPhoto
from portal.visits.rules.words import ActivityStatus, TaskStatus
from tests.browser.pages.home import HomePage
from tests.browser.pages.records import FormPage
from tests.browser.reader import PHONE, Reader
from tests.browser.world import email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# So many of Deyang's outlets are visited.
STOPS = 3


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo with a camera's data in it."""
    data = Image.Exif()
    data[0x010F] = "CAMERAMAKER"
    path = tmp_path / "展厅.jpg"
    Image.new("RGB", (640, 480), (120, 200, 90)).save(path, "JPEG", exif=data)
    return path


def phone(open_browser: Callable[..., Reader], who: str) -> Reader:
    """Somebody with a phone, reading Chinese."""
    reader = open_browser(signed_in=email_of(who), language="zh_Hans", width=PHONE)
    HomePage(reader).read_in("zh_Hans")
    return reader


def test_a_day_in_the_field(reader: Callable[..., Reader], writing: Any, picture: Path) -> None:
    trading = (
        select(Outlet.id, Outlet.code, Outlet.name, Outlet.lng, Outlet.lat)
        .join(Distributor, Distributor.id == Outlet.distributor_id)
        .where(Distributor.code == "SC-DY", Outlet.status.in_(TRADING), Outlet.lng.is_not(None))
        .order_by(Outlet.code)
    )
    outlets = {row.code: row for row in writing.execute(trading.limit(STOPS))}
    writing.rollback()  # or nobody else could write
    assert len(outlets) == STOPS
    manager = phone(reader, "rm.north")
    plan_the_day(manager, outlets)
    path = record_a_visit(manager, next(iter(outlets.values())), picture)
    find_two_things(manager, path)
    dealer = phone(reader, "dealer.deyang")
    answer_the_task(dealer, path)
    see_the_answer(manager, path)
    activity_id = int(path.rsplit("/", 1)[1])
    writing.rollback()
    activity = writing.get(FieldActivity, activity_id)
    assert (activity.status, (activity.distance_m or 0) < 100) == (ActivityStatus.SUBMITTED, True)
    tasks = writing.scalars(select(FieldFinding.status).where(FieldFinding.activity_id == activity_id)).all()
    assert sorted(tasks) == [TaskStatus.NOTE, TaskStatus.SETTLED]
    photo = writing.scalar(select(FieldPhoto).where(FieldPhoto.activity_id == activity_id))
    assert photo.content_type == "image/jpeg"


def plan_the_day(manager: Reader, outlets: dict[str, Any]) -> None:
    """Three outlets chosen for today; the way stands on the map and as a list."""
    page, day = manager.page, clock.today().isoformat()
    manager.go(f"/activities/plan?day={day}")
    for code, outlet in outlets.items():
        manager.go(f"/activities/plan?day={day}&q={code}")
        page.check(f"input[name=outlets][value='{outlet.id}']")
        page.click("form:has(.q-field-offered) .q-submit .btn-primary")
        page.wait_for_selector(f".q-field-stops a:has-text('{outlet.name}')")
        manager.check_page()
    numbers = page.locator(".q-field-stops .q-field-number").all_inner_texts()
    assert [number for number in numbers if number != "–"][:3] == ["1", "2", "3"]
    page.wait_for_selector(".q-mini-map .leaflet-container")
    assert page.locator(".q-mini-map .leaflet-container .q-map-tip").count() >= 3
    assert manager.say("Plan the visits") == "计划走访"


def record_a_visit(manager: Reader, outlet: Any, picture: Path) -> str:
    """Check in at the outlet, say what was done, take a photo, hand it in."""
    manager.context.grant_permissions(["geolocation"])
    point = {"longitude": outlet.lng + 0.0004, "latitude": outlet.lat - 0.0003, "accuracy": 12}
    manager.context.set_geolocation(point)
    page = manager.page
    page.locator(".q-field-stops a", has_text=outlet.name).first.click()
    page.wait_for_url(re.compile(r"/activities/\d+$"))
    path = str(page.evaluate("location.pathname"))
    page.click(f"a[href='{path}/record']")
    page.wait_for_selector("[data-check-in-button]:visible")
    manager.check_page()
    page.click("[data-check-in-button]")
    page.wait_for_selector("[data-check-in-words]:has-text('12')")
    FormPage(manager).attach("photos", picture).fill(report="查看展厅与库存，与店长面谈").save()
    assert page.locator(".q-field-photos img").count() == 1
    assert page.locator(".q-subtitle .q-badge").inner_text() == manager.say("Held", "activity status")
    return path


def find_two_things(manager: Reader, path: str) -> None:
    """One finding to note, and one that becomes a task of the distributor's; then the evidence is handed in."""
    manager.go(f"{path}/findings/new")
    FormPage(manager).fill(finding="接待规范，客流较上月略增").save()
    manager.go(f"{path}/findings/new")
    due = (clock.today() + timedelta(days=7)).isoformat()
    form = FormPage(manager).fill(finding="门头灯箱不亮", next_step="更换灯管并拍照", owner="distributor", due_on=due)
    form.save()
    assert manager.page.locator("#findings li").count() == 2
    manager.page.get_by_role("button", name=manager.say("Hand in the evidence")).click()
    manager.page.wait_for_selector(
        f".q-subtitle .q-badge:has-text('{manager.say('Evidence handed in', 'activity status')}')"
    )


def answer_the_task(dealer: Reader, path: str) -> None:
    """The first page says that a task waits; it is answered."""
    dealer.go("/")
    dealer.page.locator("a", has_text=dealer.say("Tasks from visits for you to answer")).first.click()
    dealer.page.wait_for_selector(f"#list a[href='{path}']")
    dealer.check_page()
    dealer.go(path)
    dealer.page.locator("#findings a.btn-primary", has_text=dealer.say("Answer the task")).click()
    dealer.page.wait_for_selector("textarea[name=answer]")
    dealer.check_page()
    FormPage(dealer).fill(answer="灯管已更换").save()
    assert "灯管已更换" in dealer.page.inner_text("#findings")


def see_the_answer(manager: Reader, path: str) -> None:
    """The manager reads it and lets the task rest."""
    manager.go(path)
    assert "灯管已更换" in manager.page.inner_text("#findings")
    manager.page.get_by_role("button", name=manager.say("Settle the task")).click()
    settled = manager.say("Settled", "task status")
    manager.page.wait_for_selector(f"#findings .q-badge:has-text('{settled}')")
    manager.check_page()
