"""Head office builds: a sales area, a distributor, an outlet until it opens, a contract, and a user who then comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal import clock
from portal.demo.files import pdf
from tests.browser.pages.areas import AreaPage, RegionsPage
from tests.browser.pages.lists import OutletList
from tests.browser.pages.map import MapPage
from tests.browser.pages.records import FormPage, RecordPage
from tests.browser.pages.sign_in import InvitationPage, SignInPage
from tests.browser.pages.users import UserPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import email_of
from tests.chromium import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Prefectures that no area of the demonstration holds, a county of each, and a place in it.
PLANS = {
    "en": {"mark": "GZ", "prefecture": "513300", "county": "513301", "lng": "101.9571", "lat": "30.0553"},
    "zh_Hans": {"mark": "AB", "prefecture": "513200", "county": "513201", "lng": "102.2065", "lat": "31.9058"},
}
PASSWORD = "seven mountain roads 42"


@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("en", DESK, id="desk"), pytest.param("zh_Hans", PHONE, id="phone")]
)
def test_from_a_new_area_to_a_distributor_who_signs_in(
    reader: Callable[..., Reader], tmp_path: Path, language: str, width: int
) -> None:
    plan = PLANS[language]
    office = reader(language=language, width=width, signed_in=email_of("network"))
    FormPage(office).read_in(language)
    area = make_area(office, plan)
    distributor = make_distributor(office, plan, area)
    outlet = make_outlet(office, plan, distributor)
    open_outlet(office, outlet)
    file_contract(office, distributor, tmp_path)
    admin = reader(language=language, width=width, signed_in=email_of("admin"))
    FormPage(admin).read_in(language)
    email, link = invite(admin, plan, distributor)
    newcomer = reader(language=language, width=width)
    take_up(newcomer, email, link)
    sees_only(newcomer, plan, outlet)


def make_area(office: Reader, plan: dict[str, str]) -> str:
    code = f"BR-{plan['mark']}"
    form = FormPage(office)
    form.choose("Sales areas")
    form.follow(form.page.get_by_role("link", name=form.say("New sales area")).first)
    form.save()
    assert len(form.errors) == 3
    form.fill(code=code, name_zh=f"高原片区{plan['mark']}", name_en=f"Highlands {plan['mark']}").save()
    picker = RegionsPage(office)
    picker.show_province("510000")
    picker.tick("prefecture", plan["prefecture"])
    picker.save()
    page = AreaPage(office)
    assert code in page.subtitle
    assert plan["prefecture"] in page.regions
    return code


def make_distributor(office: Reader, plan: dict[str, str], area: str) -> str:
    code = f"BRD-{plan['mark']}"
    form = FormPage(office)
    form.choose("Distributors")
    form.follow(form.page.get_by_role("link", name=form.say("Add a distributor")))
    form.fill(code=code, name=f"高原汽车{plan['mark']}", name_en=f"Highland Cars {plan['mark']}", address="迎宾路1号")
    form.fill(since="2024-01-01", county=plan["county"], lng=plan["lng"], lat=plan["lat"]).save()
    record = RecordPage(office)
    assert code in record.subtitle
    assert record.page.locator(f"#place a[href='/areas/{area}']").count() == 1
    return code


def make_outlet(office: Reader, plan: dict[str, str], distributor: str) -> str:
    code = f"BRO-{plan['mark']}"
    form = FormPage(office)
    form.choose("Outlets")
    form.follow(form.page.get_by_role("link", name=form.say("Add an outlet")))
    form.fill(code=code, name=f"高原网点{plan['mark']}", name_en=f"Highland Shop {plan['mark']}", lng="500", lat="1")
    form.fill(distributor=distributor, status="opening", since="2024-02-01").save()
    assert form.errors
    assert form.page.input_value("[name=name_en]") == f"Highland Shop {plan['mark']}"
    form.fill(lng=plan["lng"], lat=plan["lat"]).save()
    record = RecordPage(office)
    assert code in record.subtitle
    assert record.page.locator(f"#place a[href*='county:{plan['county']}']").count() == 1
    return code


def open_outlet(office: Reader, code: str) -> None:
    record = RecordPage(office).at(f"/outlets/{code}")
    before = len(record.timeline)
    record.move_to("open", on=clock.today().isoformat(), reason="验收合格 Accepted on site")
    assert len(record.timeline) == before + 1
    assert "验收合格 Accepted on site" in record.timeline[0]
    assert record.status == record.say("Open", "outlet status")


def file_contract(office: Reader, code: str, folder: Path) -> None:
    paper = folder / "合同 2026.pdf"
    paper.write_bytes(pdf(["contract", code]))
    record = RecordPage(office).at(f"/distributors/{code}")
    record.follow(record.page.get_by_role("link", name=record.say("Add a document")))
    form = FormPage(office).attach("file", paper)
    form.fill(kind="contract", title="经销合同", number="C-1", valid_from="2026-01-01", valid_to="2027-12-31").save()
    name, content = record.download()
    assert (name, content) == ("合同 2026.pdf", paper.read_bytes())


def invite(admin: Reader, plan: dict[str, str], distributor: str) -> tuple[str, str]:
    email = f"dealer.{plan['mark'].lower()}@example.com"
    user = UserPage(admin)
    user.choose("Users")
    user.follow(user.page.get_by_role("link", name=user.say("Invite somebody")))
    form = FormPage(admin).fill(name="Tsering 次仁", email=email, role="distributor", locale=admin.language)
    form.save()
    link = user.link
    user.open_user()
    user.grant(distributor)
    assert distributor in user.scope
    return email, link


def take_up(newcomer: Reader, email: str, link: str) -> None:
    newcomer.go(link)
    assert axe_findings(newcomer.page) == []
    InvitationPage(newcomer).take_up(link, PASSWORD)
    if SignInPage(newcomer).is_shown:
        SignInPage(newcomer).sign_in(email, PASSWORD)
    with newcomer.watch.allowing(404, 410):
        newcomer.page.goto(link)
        assert not newcomer.page.locator("input[name=password_again]").count()


def sees_only(newcomer: Reader, plan: dict[str, str], outlet: str) -> None:
    outlets = OutletList(newcomer).open()
    assert outlets.column("Code") == [outlet]
    map_page = MapPage(newcomer).open()
    map_page.wait()
    assert len(map_page.listed) == 1
    assert plan["mark"] in map_page.show_from_list()[0]
    with newcomer.watch.allowing(403, 404):
        for path in ("/outlets/T510681-1", "/distributors/SC-DY", "/areas", "/admin/users", "/outlets/new"):
            newcomer.page.goto(path)
            assert newcomer.page.locator("main.q-main, main").inner_text()
            assert "510681" not in newcomer.page.inner_text("main")
