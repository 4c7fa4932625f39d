"""Signing in by the page: what is said, what is counted, what the cookie and the server keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.models import LoginAttempt, User, UserSession
from portal.accounts.passwords import hash_password, is_outdated
from portal.accounts.sessions import token_hash
from portal.audit.models import AuditEntry
from portal.permissions import Role
from tests.accounts.conftest import without_versions
from tests.accounts.test_rules import OFF_SITE
from tests.factories import PASSWORD

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def is_in(client) -> bool:
    return client.get("/profile").status_code == 200


def test_the_right_password_opens_the_portal(browser, make_person, sign_in, session):
    user = make_person(Role.DISTRIBUTOR, email="li@example.com")
    answer = sign_in(browser, " Li@Example.com ")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_in(browser)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.object_type, entry.object_id) == ("sign_in", "users", str(user.id))


def test_one_who_is_in_is_led_on(browser, make_person, sign_in):
    sign_in(browser, make_person().email)
    assert browser.get("/sign-in?next=/profile").headers["Location"] == "/profile"


@pytest.fixture
def refusals(make_person):
    """Ways in which a sign-in fails: kind → (address, password)."""
    return {
        "unknown": ("nobody@example.com", PASSWORD),
        "wrong": (make_person(email="right@example.com").email, "wrong password"),
        "disabled": (make_person(email="off@example.com", is_active=False).email, PASSWORD),
        "invited": (make_person(email="new@example.com", password_hash="").email, PASSWORD),
        "demo": (make_person(email=DEMO_ACCOUNTS[0].email).email, PASSWORD),
    }


def test_every_refusal_says_the_same(browser, sign_in, refusals):
    pages = set()
    for email, password in refusals.values():
        answer = sign_in(browser, email, password)
        assert answer.status_code == 422
        pages.add(without_versions(answer.text).replace(email, "ADDRESS"))
    assert len(pages) == 1
    assert "E-mail or password is wrong" in pages.pop()
    assert not is_in(browser)


def test_every_refusal_does_the_same_work(browser, sign_in, refusals, app, monkeypatch):
    """One hash of the full cost is verified whoever is asked for: nobody can tell by the time it takes."""
    monkeypatch.setitem(app.config, "LOGIN_TRIES_PER_ACCOUNT", 1000)
    verified: list[str] = []
    verify = PasswordHasher.verify

    def count(hasher, stored, password):
        verified.append(stored)
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", count)
    costs = {}
    for kind, (email, password) in refusals.items():
        verified.clear()
        sign_in(browser, email, password)
        costs[kind] = [extract_parameters(stored) for stored in verified]
    assert len({str(cost) for cost in costs.values()}) == 1
    assert all(len(cost) == 1 for cost in costs.values())


def test_an_older_hash_is_renewed_at_sign_in(browser, make_person, sign_in, session):
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    user = make_person(password_hash=old)
    sign_in(browser, user.email)
    session.expire_all()
    stored = session.get(User, user.id).password_hash
    assert stored != old
    assert not is_outdated(stored)


def test_the_eleventh_try_is_429_and_works_again_after_the_window(browser, make_person, sign_in, session):
    user = make_person(email="li@example.com")
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(10):
            assert sign_in(browser, user.email, "wrong password").status_code == 422
        refused = sign_in(browser, user.email)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert "Please wait" in refused.text
        assert sign_in(browser, "LI@example.com ").status_code == 429
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(browser, user.email).status_code == 302


def test_refused_tries_are_not_hashed(browser, make_person, sign_in, monkeypatch):
    from portal.accounts.services import signing_in

    user = make_person()
    for _ in range(10):
        sign_in(browser, user.email, "wrong password")
    monkeypatch.setattr(signing_in, "is_password", lambda *_: pytest.fail("hashed"))
    assert sign_in(browser, user.email).status_code == 429


def test_successful_tries_are_taken_back(app, make_person, sign_in, session):
    user = make_person()
    for _ in range(12):
        assert sign_in(app.test_client(), user.email).status_code == 302
    assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 0


def test_a_forged_proxy_header_moves_no_limit(browser, make_person, sign_in, session):
    for number in range(3):
        sign_in(browser, "li@example.com", "wrong password", headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert set(session.scalars(select(LoginAttempt.address))) == {"127.0.0.1"}


@pytest.mark.parametrize("target", OFF_SITE)
def test_after_a_successful_sign_in_nobody_is_sent_off_site(browser, make_person, sign_in, target):
    answer = sign_in(browser, make_person().email, to=quote(target, safe=""))
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_the_answer_leads_to_where_one_wanted_to_go(browser, make_person, sign_in):
    user = make_person()
    asked = browser.get("/profile/sessions?x=1")
    assert asked.status_code == 302
    where = urlsplit(asked.headers["Location"])
    assert where.path == "/sign-in"
    answer = browser.post(asked.headers["Location"], data={"email": user.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/profile/sessions?x=1"


def test_a_token_of_before_is_not_taken_over(browser, make_person, sign_in, session):
    """Fixation: what an attacker put into the cookie before the sign-in opens nothing afterwards."""
    user = make_person()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "token-of-the-attacker"
        cookie["anything"] = "else"
    sign_in(browser, user.email)
    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] != "token-of-the-attacker"
        assert "anything" not in cookie
    hashes = set(session.scalars(select(UserSession.token_hash)))
    assert token_hash("token-of-the-attacker") not in hashes


def test_signing_in_again_ends_the_former_session(browser, make_person, sign_in, session):
    user = make_person()
    sign_in(browser, user.email)
    former = browser.get_cookie("qudao").value
    sign_in(browser, user.email)
    assert is_in(browser)
    browser.set_cookie("qudao", former)
    assert not is_in(browser)


def test_a_copied_cookie_opens_nothing_after_signing_out(browser, make_person, sign_in):
    sign_in(browser, make_person().email)
    copied = browser.get_cookie("qudao").value
    assert is_in(browser)
    answer = browser.post("/sign-out")
    assert answer.headers["Location"] == "/sign-in"
    assert not is_in(browser)
    browser.set_cookie("qudao", copied)
    assert not is_in(browser)


def test_signing_out_is_no_matter_of_opening_a_link(browser, make_person, sign_in):
    sign_in(browser, make_person().email)
    assert browser.get("/sign-out").status_code == 405
    assert is_in(browser)


@pytest.mark.parametrize(
    ("role", "idle", "still_in"),
    [
        (Role.HO_VIEWER, timedelta(minutes=29), True),
        (Role.HO_VIEWER, timedelta(minutes=31), False),
        (Role.ADMIN, timedelta(minutes=31), False),
        (Role.REGIONAL_MANAGER, timedelta(minutes=31), True),
        (Role.DISTRIBUTOR, timedelta(hours=7, minutes=59), True),
        (Role.DISTRIBUTOR, timedelta(hours=8, minutes=1), False),
        (Role.OUTLET, timedelta(hours=8, minutes=1), False),
    ],
)
def test_idle_sessions_end(browser, make_person, sign_in, role, idle, still_in):
    user = make_person(role)
    with time_machine.travel(START, tick=False) as clock:
        sign_in(browser, user.email)
        clock.shift(idle)
        assert is_in(browser) is still_in


@pytest.mark.parametrize(("role", "step"), [(Role.HO_VIEWER, 25), (Role.DISTRIBUTOR, 300)])
def test_no_session_outlives_twenty_hours(browser, make_person, sign_in, role, step):
    user = make_person(role)
    with time_machine.travel(START, tick=False) as clock:
        sign_in(browser, user.email)
        for _ in range(20 * 60 // step - 1):
            clock.shift(timedelta(minutes=step))
            assert is_in(browser)
        clock.shift(timedelta(minutes=step + 1))
        assert not is_in(browser)


def test_disabling_shuts_out_at_once(browser, make_person, sign_in, session):
    user = make_person()
    sign_in(browser, user.email)
    session.get(User, user.id).is_active = False
    session.commit()
    assert not is_in(browser)


def test_nobody_is_there_before_somebody_is_invited(session):
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_demo_accounts_exist_only_in_a_demonstration(browser, make_person, sign_in, app, monkeypatch):
    demo = DEMO_ACCOUNTS[0]
    make_person(demo.role, email=demo.email, password_hash=hash_password(DEMO_PASSWORD))
    page = browser.get("/sign-in").text
    assert demo.email not in page
    assert DEMO_PASSWORD not in page
    assert sign_in(browser, demo.email, DEMO_PASSWORD).status_code == 422
    monkeypatch.setitem(app.config, "PORTAL_DEMO", True)
    page = browser.get("/sign-in").text
    assert demo.email in page
    assert DEMO_PASSWORD in page
    assert sign_in(browser, demo.email, DEMO_PASSWORD).status_code == 302
    assert is_in(browser)
    monkeypatch.setitem(app.config, "PORTAL_DEMO", False)
    assert not is_in(browser)


def test_every_role_has_a_demo_account_and_both_languages_are_there():
    assert {account.role for account in DEMO_ACCOUNTS} == set(Role)
    languages = [account.locale for account in DEMO_ACCOUNTS]
    assert abs(languages.count("en") - languages.count("zh_Hans")) <= 1


def test_the_cookie_is_not_for_scripts_or_other_sites(browser, make_person, sign_in):
    answer = sign_in(browser, make_person().email)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_the_language_of_the_visitor_then_of_the_profile(browser, make_person, sign_in, session):
    user = make_person(locale="en")
    answer = browser.post("/language/zh_Hans?next=/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    assert 'lang="zh-CN"' in browser.get("/sign-in").text
    sign_in(browser, user.email)
    assert 'lang="en"' in browser.get("/profile").text
    browser.post("/language/zh_Hans?next=/profile")
    assert 'lang="zh-CN"' in browser.get("/profile").text
    session.expire_all()
    assert session.get(User, user.id).locale == "zh_Hans"
    assert browser.get("/language/en").status_code == 405
    assert browser.post("/language/fr").status_code == 404
    assert browser.post("/language/en?next=//evil.example").headers["Location"] == "/"
