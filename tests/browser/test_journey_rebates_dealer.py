"""A dealer on a phone, in Chinese: reads and acknowledges a policy, moves the slider, reads a statement down to a sales
line, disputes it; head office answers and decides; a subsidy is handed down and its receipt confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.network.models import Outlet
from portal.periods import month_of, previous_month
from portal.rebates.models import PassThroughGrant, RebateDispute, RebatePolicy, SubsidyNotice
from portal.rebates.rules.life import DisputeStatus, GrantStatus
from portal.rebates.services.policies import create_draft, publish, submit
from tests.browser.pages.rebates import DisputePage, GrantPage, Policies, Statements
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.test_journey_sales import browser_of, looks_good
from tests.browser.world import email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CODE, OUTLET, OWN_OUTLET = "PHONE-PUSH", "T510682-1", "T510681-1"
QUESTION = "该行少算一台：9月28日交车，已上报。"
ANSWER = "已核对：该台在9月30日上报，应计入。"


def policy(session: Any) -> None:
    """A policy for one outlet from today on, beside all others."""
    today = clock.today()
    others = [code for code in session.scalars(select(RebatePolicy.code)) if code != CODE]
    written = {
        "code": CODE,
        "name": {"en": "Push of the week", "zh": "本周冲刺奖励"},
        "party": "outlet",
        "period": "month",
        "effective": {"from": today.isoformat(), "to": (today + timedelta(days=40)).isoformat()},
        "settle": "each_period",
        "scope": {"parties": [OUTLET]},
        "stacks_with": others,
        "terms": [
            {
                "id": "push",
                "label": {"en": "Push", "zh": "冲刺奖励"},
                "lines": {"models": ["F3"]},
                "pays": "per_unit",
                "tier_on": "units",
                "tiers": [{"from": "8", "rate": "1000"}],
            }
        ],
    }
    people = {
        who: session.scalars(select(User).where(User.email == email_of(who))).one() for who in ("sales", "approver")
    }
    version = create_draft(session(), written, actor=people["sales"])
    submit(session(), version, actor=people["sales"], version_seen=version.version)
    publish(session(), version, actor=people["approver"], version_seen=version.version)
    session.commit()


def subsidy(session: Any) -> int:
    """Granted for the outlet whose people have an account."""
    outlet = session.scalars(select(Outlet).where(Outlet.code == OWN_OUTLET)).one()
    month = previous_month(month_of(clock.today()))
    notice = SubsidyNotice(
        code="BT-PHONE", name_zh="到店补贴", name_en="Subsidy", month=month, per_model_fen={"F3": 50_000},
        issued_on=clock.today(), granted_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    session.add(notice)
    session.flush()
    grant = PassThroughGrant(
        notice_id=notice.id, distributor_id=outlet.distributor_id, outlet_id=outlet.id, month=month, units={"F3": 4},
        granted_fen=200_000,
    )  # fmt: skip
    session.add(grant)
    session.flush()
    number = int(grant.id)  # after the commit reading it would hold the database
    session.commit()
    return number


def test_acknowledge_slide_read_and_dispute_on_a_phone(reader: Callable[..., Reader], writing: Any) -> None:
    policy(writing)
    dealer = browser_of(reader, "dealer.deyang", "zh_Hans", PHONE)
    policies = Policies(dealer).open()
    looks_good(dealer)
    policies.open_waiting(CODE)
    looks_good(dealer)
    text = dealer.page.inner_text("main")
    assert "≥ 8台" in text
    assert "每台¥1,000" in text
    policies.acknowledge()
    assert "已确认" in policies.flashes

    forecast = policies.to_forecast()
    looks_good(dealer)
    forecast.wait_for("还差8台")
    forecast.press("F3", "ArrowRight", 9)
    forecast.wait_for("¥9,000.00")
    assert forecast.number("F3") == "9"
    dealer.page.fill("[name='u.F3']", "7")
    forecast.wait_for("还差1台")
    looks_good(dealer)

    statements = Statements(dealer).open()
    looks_good(dealer)
    statements.open_first(OUTLET)
    looks_good(dealer)
    assert "金额一致" in dealer.page.inner_text("main")
    ref = statements.open_line()
    looks_good(dealer)
    statements.dispute(QUESTION)
    assert "异议已提交" in statements.flashes
    looks_good(dealer)

    finance = browser_of(reader, "finance", "zh_Hans", DESK)
    disputes = DisputePage(finance).open()
    looks_good(finance)
    disputes.open_about(ref)
    looks_good(finance)
    assert QUESTION in finance.page.inner_text("main")
    disputes.answer(ANSWER)
    dealer.page.reload()
    assert ANSWER in dealer.page.inner_text("main")

    approver = browser_of(reader, "approver", "en", DESK)
    decided = DisputePage(approver).open()
    decided.open_about(ref)
    looks_good(approver)
    decided.decide("accept", "The car of 28 September counts; the month is amended.")
    dealer.page.reload()
    dealer.check_page()
    assert "已采纳" in dealer.page.inner_text(".q-subtitle")
    newest = select(RebateDispute).order_by(RebateDispute.id.desc()).limit(1)
    assert writing.scalars(newest.execution_options(populate_existing=True)).one().status is DisputeStatus.ACCEPTED


def test_a_subsidy_is_passed_on_and_confirmed(reader: Callable[..., Reader], writing: Any) -> None:
    number = subsidy(writing)
    dealer = browser_of(reader, "dealer.deyang", "zh_Hans", PHONE)
    grant = GrantPage(dealer).at(number)
    looks_good(dealer)
    with dealer.watch.allowing(422):
        grant.send("pass-on", "2,500")
    assert "最多还可转付¥2,000.00" in dealer.page.inner_text("main")
    looks_good(dealer)
    grant.send("pass-on", "２０００")
    assert "已登记" in grant.flashes

    outlet = browser_of(reader, "outlet.guanghan", "zh_Hans", PHONE)
    own = GrantPage(outlet).at(number)
    looks_good(outlet)
    own.send("confirm", "2000")
    assert "已确认收到" in own.flashes
    looks_good(outlet)
    statement = select(PassThroughGrant).where(PassThroughGrant.id == number)
    found = writing.scalars(statement.execution_options(populate_existing=True)).one()
    assert (found.status, found.confirmed_fen) == (GrantStatus.CONFIRMED, 200_000)
