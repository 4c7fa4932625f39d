"""Head office builds D4.1, D4.2 and D4.3 from cards, sees what they would have cost, publishes them with a second
person, and settles a month by three people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.network.models import Distributor
from portal.periods import format_month
from portal.rebates.models import (
    LedgerEntry,
    LedgerPosting,
    PolicyAddressee,
    PolicyVersion,
    RebatePolicy,
    RebateStatement,
    SettlementRun,
)
from portal.rebates.rules.life import OPEN_RUNS, RunStatus
from portal.rebates.rules.words import Period
from portal.rebates.services.addressees import acknowledge
from tests.browser.pages.home import HomePage
from tests.browser.pages.rebates_office import PolicyEditor, PolicyPage, SettlementPage, StepPage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.world import email_of
from tests.chromium import axe_findings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CODE = "JOURNEY-1"


def browser_of(reader: Callable[..., Reader], who: str, language: str, width: int = DESK) -> Reader:
    opened = reader(language=language, width=width, signed_in=email_of(who))
    HomePage(opened).read_in(language)
    return opened


def looks_good(browser: Reader) -> None:
    browser.check_page()
    assert axe_findings(browser.page) == []


def month_to_settle(session: Any) -> Any:
    """The last month that is settled and paid, and not being settled again."""
    open_months = select(SettlementRun.period_month).where(SettlementRun.status.in_(OPEN_RUNS))
    found = session.scalar(
        select(func.max(SettlementRun.period_month)).where(
            SettlementRun.period_kind == Period.MONTH,
            SettlementRun.status == RunStatus.PAID,
            SettlementRun.period_month.not_in(open_months),
        )
    )
    session.rollback()
    return found


def policies_beside(session: Any) -> str:
    """All other policies, as the field takes them."""
    codes = session.scalars(select(RebatePolicy.code).where(RebatePolicy.code != CODE).order_by(RebatePolicy.code))
    found = ", ".join(codes)
    session.rollback()
    return found


def write_policy(editor: PolicyEditor, year: int, beside: str) -> None:
    """D4.1: from 8 cars on ¥1,000 a car. D4.2: ¥100 an F6. D4.3: ¥2,000 with deductions."""
    editor.type(code=CODE, name__en="Quota, push and advertising", name__zh="任务、主推与广告")
    editor.type(effective__from=f"{year}-01-01", effective__to=f"{year}-12-31", stacks_with=beside)
    editor.type(terms__0__label__en="Quota bonus", terms__0__label__zh="任务返利")
    editor.type(terms__0__tiers__0__from="８", terms__0__tiers__0__rate="1,000")
    editor.wait_for_example("¥10,000.00")
    editor.press("add:terms")
    assert editor.focused == "terms-1-label-en"
    editor.type(terms__1__label__en="F6 push", terms__1__label__zh="F6奖励", terms__1__tiers__0__rate="100")
    editor.choose("terms-1-lines-which", "only")
    editor.tick("terms-1-lines-models", "F6")
    editor.wait_for_example("¥10,400.00")
    editor.press("add:terms")
    editor.type(terms__2__label__en="Advertising", terms__2__label__zh="广告返利")
    editor.choose("terms-2-pays", "lump_sum")
    editor.type(terms__2__tiers__0__rate="2000")
    deduct(editor, 0, "mot", "1", "Display not changed", "物料未更换")
    deduct(editor, 1, "training", "2", "Trainings", "培训不足")


def deduct(editor: PolicyEditor, number: int, activity: str, times: str, english: str, chinese: str) -> None:
    """A quarter off unless something was done often enough."""
    editor.press("add:terms-2-deductions")
    row = f"terms-2-deductions-{number}"
    editor.choose(f"{row}-unless-fact", "activity").choose(f"{row}-unless-name", activity)
    name = row.replace("-", "__")
    editor.type(
        **{
            f"{name}__label__en": english,
            f"{name}__label__zh": chinese,
            f"{name}__unless__value": times,
            f"{name}__value": "25",
        }
    )


def test_from_cards_to_force_with_a_second_person(reader: Callable[..., Reader], writing: Any) -> None:
    month = month_to_settle(writing())
    office = browser_of(reader, "sales", "en")
    editor = PolicyEditor(office).open()
    looks_good(office)
    write_policy(editor, month.year, policies_beside(writing()))
    editor.wait_for_example("¥11,900.00")  # one training and not two
    editor.field("example-activity-training").fill("2")
    editor.wait_for_example("¥12,400.00")
    looks_good(office)

    editor.type(terms__1__tiers__0__rate="a hundred")
    editor.check()
    assert any("“a hundred” is no number" in line for line in editor.errors)
    office.page.locator(".q-errors a").first.click()
    assert editor.focused == "terms-1-tiers-0-rate"
    looks_good(office)
    editor.type(terms__1__tiers__0__rate="100")
    page = editor.save()
    looks_good(office)
    assert "≥ 8 units" in page.words
    assert "每台¥1,000" in page.words
    version_id = page.number

    page.what_if()
    StepPage(office).wait_for_job()
    looks_good(office)
    assert "¥" in office.page.locator(".q-figure-value").first.inner_text()
    assert office.page.locator(".q-policy-map path").count() >= 2

    office.go(f"/policies/{version_id}")
    page.step("submit")
    assert page.status == "Submitted"
    assert office.page.locator(".q-page-head a[href$='/publish']").count() == 0

    second = browser_of(reader, "approver", "zh_Hans", PHONE)
    second.go(f"/policies/{version_id}")
    looks_good(second)
    decision = PolicyPage(second)
    decision.step("publish")
    looks_good(second)
    assert decision.number == version_id
    addressed = writing().scalar(
        select(func.count()).select_from(PolicyAddressee).where(PolicyAddressee.version_id == version_id)
    )
    assert addressed > 10
    writing().rollback()


def test_a_month_is_settled_by_three_people(reader: Callable[..., Reader], writing: Any) -> None:
    version_id = acknowledged_by(writing(), "SC-DY")
    month = month_to_settle(writing())
    office = browser_of(reader, "sales", "en")
    run = SettlementPage(office).begin(format_month(month))
    run.wait_for_job()
    looks_good(office)
    run_id = run.number
    assert CODE in office.page.locator(".q-policy-sums").inner_text()
    assert office.page.locator(".q-page-head a[href$='/check']").count() == 0

    finance = browser_of(reader, "finance", "zh_Hans")
    approver = browser_of(reader, "approver", "en")
    steps = ((finance, "check"), (approver, "approve"), (finance, "release"), (finance, "pay"))
    for browser, name in steps:
        browser.go(f"/settlements/{run_id}")
        page = SettlementPage(browser)
        page.step(name, **({"reference": "BOC-20261122"} if name == "pay" else {}))
        looks_good(browser)
    assert SettlementPage(finance).status == finance.say("Paid", "run status")
    finance.go(f"/settlements/{run_id}/ledger")
    looks_good(finance)
    kept = books(writing(), run_id, version_id)
    assert kept["due"] == kept["of_this_policy"] > 0
    assert kept["ledger"] == 0


def acknowledged_by(session: Any, code: str) -> int:
    """The version of the journey, acknowledged by the outlets of a distributor (their own journey shows how)."""
    version_id = session.scalar(
        select(PolicyVersion.id).join(RebatePolicy).where(RebatePolicy.code == CODE).order_by(PolicyVersion.id.desc())
    )
    owner = select(Distributor.id).where(Distributor.code == code).scalar_subquery()
    statement = select(PolicyAddressee).where(
        PolicyAddressee.version_id == version_id,
        PolicyAddressee.distributor_id == owner,
        PolicyAddressee.acknowledged_on.is_(None),
    )
    for addressee in session.scalars(statement):
        acknowledge(session, addressee, actor=None)
    session.commit()
    return int(version_id)


def books(session: Any, run_id: int, version_id: int) -> dict[str, int]:
    """What the run comes to, how much of it this policy, and the sum of all that was posted."""
    run = session.get(SettlementRun, run_id)
    of_this = select(func.sum(RebateStatement.due_fen)).where(
        RebateStatement.run_id == run_id, RebateStatement.version_id == version_id
    )
    posted = select(func.sum(LedgerEntry.amount)).join(LedgerPosting).where(LedgerPosting.run_id == run_id)
    found = {"due": run.due_fen, "of_this_policy": session.scalar(of_this), "ledger": session.scalar(posted)}
    session.rollback()
    return found
