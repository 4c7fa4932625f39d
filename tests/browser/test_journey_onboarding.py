"""From a pin on a phone to an outlet on the map, and out again: each person in front of their own browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from portal import clock
from portal.accounts.demo_accounts import DEMO_PASSWORD
from portal.accounts.services.users import create_user
from portal.network.rules import credit_check_sign
from portal.onboarding.models import Application
from portal.permissions import Role
from tests.browser.pages.home import HomePage
from tests.browser.pages.lists import OutletList
from tests.browser.pages.onboarding import (
    ApplicationForm,
    ApplicationPage,
    Bell,
    Board,
    CoverageMap,
    ExitPage,
    OpeningPage,
    PlanPage,
    Queue,
    ReviewPage,
    StepPage,
    fact_of,
)
from tests.browser.pages.records import FormPage, RecordPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import Demo, email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OPEN = "Open"
# In Zhongjiang, within Deyang: a class C shop in a town of the third tier goes from the area to head office.
SITE = (104.702, 31.012)
NAME = "中江南华汽车展厅"
SECRETS = {
    "note": "内部：与房东谈过租金",
    "findings": "路口车流大，门前可停八辆车。",
    "score": "负责人口碑好，资金略紧。",
}
REASON = "租约何时到期？请补充租期和续租意向。"
ANSWER = "租期到2031年9月，已补充。"
CONDITIONS = "开业前完成两名销售顾问培训。"
STEPS: dict[str, dict[str, str]] = {
    "kind": {
        "outlet_name": NAME,
        "form_of_outlet": "showroom",
        "operating_mode": "consignment",
        "store_class": "C",
        "series": "F3、F6",
    },
    "applicant": {
        "company": "中江南华商贸有限公司",
        "founded_on": "2015-03-01",
        "credit_code": "91510623MA6B0A1X2" + credit_check_sign("91510623MA6B0A1X2"),
        "legal_representative": "张小明",
        "contact": "李大山",
        "phone": "0838-5223456",
        "email": "li@example.com",
    },
    "ownership": {
        "shareholders-0-name": "张小明",
        "shareholders-0-capital": "160",
        "shareholders-0-share": "100",
        "business_history": "2015年起经营汽车销售，年均80台。",
    },
    "plan": {
        "volume_year_1": "60",
        "volume_year_2": "80",
        "volume_year_3": "100",
        "planned_open_on": "2027-03-01",
        "capital_wan": "220",
        "staff": "6",
    },
}
DECLARATIONS = ("is_truthful", "consents_to_checks", "bears_own_cost", "keeps_confidential")
MARKS = [8, 8, 7, 6, 7, 8]  # × 20, 15, 20, 15, 15, 15: 73.5 points of 100, rounded half up


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo of a shop with a camera's data in it."""
    image = Image.new("RGB", (1200, 800), (214, 228, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((180, 240, 1020, 680), fill=(236, 232, 222), outline=(120, 116, 108), width=5)
    draw.rectangle((180, 240, 1020, 330), fill=(160, 60, 50))
    data = Image.Exif()
    data[0x010F] = "CAMERAMAKER"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=data)
    path = tmp_path / "门头.jpg"
    path.write_bytes(file.getvalue())
    return path


@pytest.fixture
def second_approver(writing: Any) -> str:
    """The address of somebody who decides beside the demonstration's approver."""
    email = "second.approver@example.com"
    create_user(writing, email=email, name="Noor Haddad", role=Role.HO_APPROVER, password=DEMO_PASSWORD)
    writing.commit()
    return email


@dataclass
class Cast:
    """Who reads what: the applicant on a phone in Chinese, the reviewers at desks."""

    open_browser: Callable[..., Reader]

    def sit(self, email: str, *, language: str = "en", width: int = DESK) -> Reader:
        """Somebody who has signed in, with the first page open in their language."""
        browser = self.open_browser(signed_in=email, language=language, width=width)
        HomePage(browser).read_in(language)
        return browser


@pytest.fixture
def cast(reader: Callable[..., Reader]) -> Cast:
    """Opens browsers."""
    return Cast(reader)


def test_a_pin_on_a_phone_becomes_an_open_outlet_on_the_map(
    cast: Cast, writing: Any, picture: Path, second_approver: str
) -> None:
    dealer = cast.sit(email_of("dealer.deyang"), language="zh_Hans", width=PHONE)
    number, path = apply(dealer, picture)
    assert count_applications(writing) == 1
    manager = cast.sit(email_of("rm.north"))
    visit_and_return(manager, number, picture)
    answer(dealer, number)
    endorse(manager, number)
    see_nothing_internal(dealer, path)
    decide_twice(cast.sit(email_of("approver")), cast.sit(second_approver), number)
    see_conditions(dealer, path)
    network = cast.sit(email_of("network"))
    open_the_outlet(network, number)
    for browser in (network, dealer):
        find_on_map(browser)
        find_in_list(browser)
    see_nothing_internal(dealer, path)


def apply(dealer: Reader, picture: Path) -> tuple[str, str]:
    """The form from the pin to the number; returns number and address."""
    form = ApplicationForm(dealer).begin()
    drop_pin(form)
    for step, values in STEPS.items():
        assert form.step == step
        form.fill(**values).save()
    assert form.step == "site"
    form.fill(floor_area_sqm="180")
    form.upload("storefront", picture)
    assert form.step == "site"
    assert "门头.jpg" in form.files[0]
    form.save()
    assert form.step == "declaration"
    form.tick(*DECLARATIONS)
    form.save()
    return check_and_hand_in(form)


def drop_pin(form: ApplicationForm) -> None:
    """On the map first; then exactly, by coordinates. Each time the site is judged at once."""
    assert form.step == "new"
    form.fill(address="中江县南华镇成都路8号")
    lng, lat = form.tap_map()
    assert 103 < lng < 106
    assert 30 < lat < 32
    assert form.step == "place"  # the draft is kept from the first tap on
    form.type_point(*SITE)
    form.fill(county="510623", city_tier="3").save()


def check_and_hand_in(form: ApplicationForm) -> tuple[str, str]:
    assert form.title == form.say("Check your answers")
    shown = form.answers
    assert NAME in shown
    assert "中江" in shown
    assert STEPS["applicant"]["credit_code"] in shown
    path = form.page.url.rpartition("/check")[0].removeprefix(form.reader.origin)
    form.hand_in_by_double_click()
    assert form.title == form.say("Your application has arrived")
    number = form.fact("Number").split()[-1]
    assert re.fullmatch(r"SC-N-\d{8}-\d{3}", number)
    form.follow(form.page.locator("main .q-submit .btn-primary"))
    assert number in ApplicationPage(form.reader).timeline[0] or number in form.page.inner_text(".q-subtitle")
    return number, path


def count_applications(writing: Any) -> int:
    """How many there are for the name, whoever asks, drafts included."""
    count = writing.scalar(select(func.count(Application.id)).where(Application.outlet_name == NAME))
    writing.rollback()  # the next reader's step needs the books
    return int(count)


def visit_and_return(manager: Reader, number: str, picture: Path) -> None:
    """The manager finds it on the desk, goes there, scores it and asks for more."""
    manager.context.grant_permissions(["geolocation"])
    manager.context.set_geolocation({"longitude": SITE[0] + 0.0004, "latitude": SITE[1] - 0.0003, "accuracy": 12})
    queue = Queue(manager)
    queue.choose("Reviews")
    assert number in queue.numbers
    review = queue.take(number)
    review.wait_for_sheet()
    assert "The site has not been visited yet." in review.turn
    said = review.check_in_and_report(SECRETS["findings"], picture)
    assert "good to 12 m" in said
    assert "51 m from the site" in said or "50 m from the site" in said
    assert review.photos("visits").count() == 1
    assert review.score(MARKS, SECRETS["score"]) == "74"
    assert "74" in review.page.inner_text("#scores")
    review.begin_step("Ask for more information").fill(reason=REASON, internal_note=SECRETS["note"]).save()
    assert review.status == "More information needed"
    assert REASON in review.timeline[0]
    assert SECRETS["note"] in review.timeline[0]


def answer(dealer: Reader, number: str) -> None:
    """The bell leads to the question; the form is mended and sent back."""
    bell = Bell(dealer)
    HomePage(dealer).open()
    assert bell.count >= 1
    bell.ring().take_up(number)
    page = ApplicationPage(dealer)
    assert REASON in page.timeline[0]
    assert REASON in page.page.inner_text(".q-note")
    page.press("Answer")
    page.follow(page.page.locator("main a[href*='/edit/site']").first)
    form = ApplicationForm(dealer)
    form.fill(lease_from="2026-10-01", lease_until="2031-09-30").save()
    assert form.title == form.say("Answer the question")
    assert "2031" in form.answers
    form.fill(words=ANSWER)
    form.hand_in_by_double_click()
    form.follow(form.page.locator("main .q-submit .btn-primary"))
    assert ANSWER in page.timeline[0]


def endorse(manager: Reader, number: str) -> None:
    """The answer has come back to the desk that asked."""
    review = Queue(manager).open().take(number)
    assert ANSWER in review.timeline[0]
    review.begin_step("Endorse").fill(reason="位置好，同意。").save()
    assert review.status == "With head office"
    assert number not in Queue(manager).open().numbers


def decide_twice(approver: Reader, other: Reader, number: str) -> None:
    """Both have the page of their decision open; the second is told who decided, and nothing of theirs is kept."""
    review = Queue(approver).open().take(number)
    frozen = review.see_frozen_sheet()
    assert "matches" in frozen
    assert "刘洋" in frozen
    review.page.go_back()
    approval = review.begin_step("Approve", "application action")
    rejection = Queue(other).open().take(number).begin_step("Reject")
    approval.fill(conditions=CONDITIONS, reason="条件成熟。").save()
    assert review.status == "Approved"
    assert review.page.locator("#timeline a[href*='/sheets?step=']").count() == 2
    with other.watch.allowing(409):
        rejection.fill(reason="太近。").save()
    assert rejection.title == "Somebody else was faster"
    told = other.page.inner_text("main")
    assert "James Osei" in told
    assert CONDITIONS not in rejection.errors
    rejection.follow(other.page.locator("main .btn-primary"))
    assert ReviewPage(other).status == "Approved"
    assert "太近。" not in other.page.content()


def see_conditions(dealer: Reader, path: str) -> None:
    page = ApplicationPage(dealer)
    page.at(path)
    assert CONDITIONS in page.page.inner_text(".q-note")
    assert page.status == page.say("Approved", "application status")


def see_nothing_internal(dealer: Reader, path: str) -> None:
    """Not in the page, not in its parts, and not by an address of the reviewers."""
    page = ApplicationPage(dealer)
    page.at(path)
    page.page.wait_for_selector("#site-sheet [data-site-sheet]")
    shown = page.page.content()
    for words in (*SECRETS.values(), "q-internal", "q-score", "SHA-256"):
        assert words not in shown
    number = path.rpartition("/")[2]
    for part in ("", "/sheets", "/visit", "/score", "/photos/1", "/step/endorse"):
        assert dealer.context.request.get(f"/reviews/{number}{part}").status in (403, 404)


def open_the_outlet(network: Reader, number: str) -> None:
    """From the approval to the day of the opening."""
    review = Queue(network).open().take(number)
    review.begin_step("Start the opening").save()
    opening = OpeningPage(network)
    assert opening.status == "Being opened"
    assert not opening.page.locator("a[href$='/open']").count()
    assert opening.tick_all() == 7
    opening.open_today()
    assert opening.status == "Opened"


def find_on_map(browser: Reader) -> None:
    page = CoverageMap(browser).open()
    page.wait()
    assert page.fly_to(NAME) == [NAME]
    assert page.card_status.startswith(page.say(OPEN, "outlet status"))
    page.follow_card()
    assert RecordPage(browser).status == page.say(OPEN, "outlet status")


def find_in_list(browser: Reader) -> None:
    outlets = OutletList(browser).open()
    outlets.search(NAME)
    assert outlets.count == 1
    assert outlets.column("Status", "column") == [outlets.say(OPEN, "outlet status")]


def test_a_name_is_courted_classified_and_dropped(cast: Cast) -> None:
    name = "三台北坝汽贸"
    manager = cast.sit(email_of("rm.north"), language="zh_Hans", width=PHONE)
    board = Board(manager)
    board.choose("Recruiting")
    board.add(name=name, county="510722", next_step="首次拜访", next_on="2026-12-01")
    assert board.title == name
    assert board.open().names("survey").count(name) == 1
    board.move(name, "first_visit")
    assert name in board.names("first_visit")
    form = board.move(name, "classified")
    assert any(board.say("Give quality and size first: a candidate is classified by both.") in e for e in form.errors)
    form.follow(form.page.locator("main a[href$='/edit']"))
    form.fill(quality="high", size="large").save()
    assert form.say("Key target") in fact_of(form, "Class of target")
    board.open().move(name, "classified")
    assert name in board.names("classified")
    drop(board, name, "与竞品签订排他协议")


def drop(board: Board, name: str, reason: str) -> None:
    """Nobody is dropped without a reason; who was stays in the books with it."""
    form = board.move(name, "dropped")
    assert form.errors
    form.fill(reason=reason).save()
    assert name not in board.page.inner_text(".q-board")
    board.follow(board.page.locator(".q-board-ended a[href$='stage=dropped']"))
    board.follow(board.page.locator("#list a.q-lead", has_text=name))
    assert reason in board.page.inner_text(".q-note")


def test_an_outlet_leaves_by_two_people_and_its_town_is_redeveloped(cast: Cast, demo: Demo) -> None:
    seen = demo.people["rm.south"].outlets
    code = min(code for code, status in seen.items() if status == "open" and code.startswith("T"))
    network = cast.sit(email_of("network"))
    case = ExitPage(network)
    path = give_notice(case, code)
    assert not case.button("Confirm the exit").count()
    approver = ExitPage(cast.sit(email_of("approver"), width=PHONE))
    approver.at(path)
    approver.press("Confirm the exit")
    assert approver.status == "Customers being handed over"
    manager = ExitPage(cast.sit(email_of("rm.south"), language="zh_Hans", width=PHONE))
    manager.at(path)
    FormPage(manager.reader).fill(to="成都蓉通汽车").save()
    assert manager.status == manager.say("Final settlement", "exit")
    assert not manager.button("Close the case").count()
    close(case, path, code)


def give_notice(case: ExitPage, code: str) -> str:
    """From the outlet's page; returns the address of the case."""
    case.at(f"/outlets/{code}")
    case.follow(case.page.locator(".q-page-head a[href$='/exit']"))
    case.page.check("[name='redevelop']")
    StepPage(case.reader).fill(reason="老板转行").save()
    assert case.status == "Notice given"
    return str(case.page.url.removeprefix(case.reader.origin))


def close(case: ExitPage, path: str, code: str) -> None:
    """Settled: gone from the network, and a candidate who knows the history begins."""
    case.at(path)
    StepPage(case.reader).save()
    assert case.status == "Closed"
    case.follow(case.page.locator(".q-note a[href^='/candidates/']"))
    name = case.title
    assert code in case.page.inner_text("main")
    assert "老板转行" in case.page.inner_text("main")
    assert name in Board(case.reader).open().names("survey")
    case.at(f"/outlets/{code}")
    assert case.status == "Exited"


def test_the_plan_holds_what_is_open_against_what_was_planned(cast: Cast) -> None:
    plan = PlanPage(cast.sit(email_of("network"), language="zh_Hans"))
    plan.choose("Rollout plan")
    before, elsewhere = plan.open().groups, plan.figures[3]
    *counties, total = before.values()
    assert tuple(map(sum, zip(*counties, strict=True))) == total == tuple(plan.figures[:3])
    assert 0 < total[1] < total[0]
    assert "安州区" not in before
    add_line(plan)
    planned, opened, late = plan.groups["安州区"]
    assert (planned, late) == (2, 2 - opened)
    assert plan.figures == [total[0] + 2, total[1] + opened, total[2] + late, elsewhere - opened]
    plan.follow(plan.page.locator("tr", has_text="第二批").get_by_role("button"))
    assert plan.open().groups == before
    phone = PlanPage(cast.sit(email_of("rm.north"), width=PHONE)).open()
    assert phone.figures[0] < total[0]


def add_line(plan: PlanPage) -> None:
    """Two outlets in a county that had no plan, in a month that is over."""
    plan.follow(plan.page.locator(".q-page-head a[href='/plan/new']"))
    FormPage(plan.reader).fill(county="510705", open_month="2026-06", planned_qty="2", note="第二批").save()
    plan.open()


def test_a_desk_is_lent_and_both_names_are_kept(cast: Cast) -> None:
    approver = cast.sit(email_of("approver"))
    desk = Queue(approver)
    desk.choose("Delegations")
    lend(desk, "李薇")
    colleague = cast.sit(email_of("sales"), language="zh_Hans", width=PHONE)
    review = approve_for(colleague, "什邡雍城汽车展厅", "James Osei")
    both = review.say("%(name)s for %(giver)s") % {"name": "李薇", "giver": "James Osei"}
    assert both in review.timeline[0]
    desk.follow(desk.page.get_by_role("button", name="Take back", exact=True))
    assert "taken back" in desk.page.inner_text("main tbody")
    assert "James Osei" not in Queue(colleague).open().page.inner_text("main")


def lend(desk: Queue, to: str) -> None:
    desk.follow(desk.page.locator(".q-page-head a[href='/delegations/new']"))
    receiver = desk.page.locator("[name='receiver'] option", has_text=to).get_attribute("value")
    last = f"{clock.today() + timedelta(days=7)}"
    FormPage(desk.reader).fill(receiver=receiver, valid_to=last, reason="休假").save()
    assert "in force" in desk.page.inner_text("main tbody")


def approve_for(colleague: Reader, outlet: str, giver: str) -> ReviewPage:
    """Whoever sits at another's desk is told so at each step."""
    queue = Queue(colleague).open()
    assert giver in queue.page.inner_text(".q-note")
    review = queue.take(outlet)
    assert giver in review.turn
    step = review.begin_step("Approve", "application action")
    assert giver in step.page.inner_text(".q-note")
    step.save()
    assert review.status == review.say("Approved", "application status")
    return review
