"""Codes of the app: each once, a step of tolerance; recovery codes as hashes; setting up and taking away."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from portal.accounts.models import User
from portal.accounts.second_factor import accepted_step, new_recovery_codes, recovery_hash
from portal.permissions import Role
from tests.factories import PASSWORD

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.fixture
def clock(session):
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(make_person, clock):
    """Somebody with a second factor."""
    return make_person(Role.HO_FINANCE, totp_secret=SECRET, recovery_hashes=[recovery_hash("AAAA-BBBB")])


@pytest.mark.parametrize(("steps", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_tolerance(steps, is_accepted):
    code = code_at(START + timedelta(seconds=30 * steps))
    assert (accepted_step(SECRET, code, at=START, last_step=None) is not None) is is_accepted


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "１２３４５６", "-1", "9" * 40])
def test_what_is_no_code_fits_no_step(code):
    assert accepted_step(SECRET, code, at=START, last_step=None) is None


def test_a_step_is_not_accepted_again_nor_an_earlier_one():
    step = accepted_step(SECRET, code_at(START), at=START, last_step=None)
    assert accepted_step(SECRET, code_at(START), at=START, last_step=step) is None
    assert accepted_step(SECRET, code_at(START - timedelta(seconds=30)), at=START, last_step=step) is None


def test_the_password_alone_does_not_open(browser, person, sign_in):
    answer = sign_in(browser, person.email, to="/profile")
    assert answer.headers["Location"] == "/sign-in/code"
    assert browser.get("/profile").status_code == 302
    answer = browser.post("/sign-in/code", data={"code": code_at(START)})
    assert answer.headers["Location"] == "/profile"
    assert browser.get("/profile").status_code == 200


def test_a_code_works_once(app, person, sign_in):
    code = code_at(START)
    accepted = []
    for _ in range(3):
        client = app.test_client()
        sign_in(client, person.email)
        accepted.append(client.post("/sign-in/code", data={"code": code}).status_code)
    assert accepted == [302, 422, 422]


def test_two_browsers_with_one_code(app, person, sign_in):
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in(client, person.email)
    code = code_at(START)
    assert [client.post("/sign-in/code", data={"code": code}).status_code for client in (first, second)] == [302, 422]


def test_codes_are_counted(browser, person, sign_in, clock):
    sign_in(browser, person.email)
    statuses = [browser.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_the_second_step_lasts_five_minutes(browser, person, sign_in, clock):
    sign_in(browser, person.email)
    clock.shift(timedelta(minutes=5, seconds=1))
    answer = browser.post("/sign-in/code", data={"code": code_at(START + timedelta(minutes=5))})
    assert answer.headers["Location"] == "/sign-in"
    assert browser.get("/profile").status_code == 302


def test_without_a_password_there_is_no_second_step(browser, person):
    answer = browser.post("/sign-in/code", data={"code": code_at(START)})
    assert answer.headers["Location"] == "/sign-in"
    assert browser.get("/profile").status_code == 302


def test_a_change_of_the_account_in_between_begins_again(browser, person, sign_in, session):
    sign_in(browser, person.email)
    session.get(User, person.id).is_active = False
    answer = browser.post("/sign-in/code", data={"code": code_at(START)})
    assert answer.headers["Location"] == "/sign-in"


def test_a_recovery_code_works_once_however_it_is_typed(browser, person, sign_in, app):
    sign_in(browser, person.email)
    assert browser.post("/sign-in/code", data={"code": " aaaabbbb "}).status_code == 302
    assert "0 are left" in browser.get("/profile").text
    other = app.test_client()
    sign_in(other, person.email)
    assert other.post("/sign-in/code", data={"code": "AAAA-BBBB"}).status_code == 422


def test_recovery_codes_cannot_be_guessed():
    codes = {code for _ in range(20) for code in new_recovery_codes()}
    assert len(codes) == 200
    assert all(len(code.replace("-", "")) == 24 for code in codes)


def set_up(browser) -> tuple[str, str]:
    """Go through the set-up; returns the secret and the page with the recovery codes."""
    page = browser.get("/profile/second-factor/set-up").text
    secret = re.search(r'class="q-secret">([A-Z2-7]+)<', page)[1]
    assert "data:image/svg+xml" in page
    answer = browser.post("/profile/second-factor/set-up", data={"code": pyotp.TOTP(secret).at(START)})
    assert answer.status_code == 200
    return secret, answer.text


def test_setting_it_up(browser, make_person, sign_in, clock, session, app):
    user = make_person()
    elsewhere = app.test_client()
    sign_in(elsewhere, user.email)
    sign_in(browser, user.email)
    former = browser.get_cookie("qudao").value
    secret, page = set_up(browser)
    codes = re.findall(r"<li>((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})</li>", page)
    session.expire_all()
    stored = session.get(User, user.id)
    assert stored.totp_secret == secret
    assert stored.recovery_hashes == [recovery_hash(code) for code in codes]
    assert len(codes) == 10
    assert elsewhere.get("/profile").status_code == 302
    assert browser.get("/profile").status_code == 200
    browser.set_cookie("qudao", former)
    assert browser.get("/profile").status_code == 302


def test_a_wrong_first_code_switches_nothing_on(browser, make_person, sign_in, clock, session):
    user = make_person()
    sign_in(browser, user.email)
    browser.get("/profile/second-factor/set-up")
    assert browser.post("/profile/second-factor/set-up", data={"code": "000000"}).status_code == 422
    session.expire_all()
    assert session.get(User, user.id).totp_secret is None


SENSITIVE = [
    ("GET", "/profile/email"),
    ("GET", "/profile/second-factor/set-up"),
    ("POST", "/profile/email"),
    ("POST", "/profile/second-factor/set-up"),
    ("POST", "/profile/second-factor/recovery-codes"),
    ("POST", "/profile/second-factor/remove"),
]


@pytest.mark.parametrize(("method", "path"), SENSITIVE)
def test_what_is_sensitive_asks_for_the_password_again(browser, make_person, sign_in, clock, session, method, path):
    user = make_person(Role.DISTRIBUTOR, totp_secret=SECRET if "recovery" in path or "remove" in path else None)
    sign_in(browser, user.email)
    if user.totp_secret:
        browser.post("/sign-in/code", data={"code": code_at(START)})
    clock.shift(timedelta(minutes=31))
    answer = browser.open(path, method=method, data={"email": "other@example.com", "code": "1"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/confirm?next=/profile/")
    session.expire_all()
    assert session.get(User, user.id).email == user.email
    assert browser.post("/confirm?next=/profile/email", data={"password": "wrong password"}).status_code == 422
    answer = browser.post("/confirm?next=/profile/email", data={"password": PASSWORD})
    assert answer.headers["Location"] == "/profile/email"
    assert browser.get("/profile/email").status_code == 200


def test_confirming_is_counted(browser, make_person, sign_in):
    sign_in(browser, make_person().email)
    statuses = [browser.post("/confirm", data={"password": "wrong password"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_taking_it_away(browser, person, sign_in, session):
    sign_in(browser, person.email)
    browser.post("/sign-in/code", data={"code": code_at(START)})
    assert browser.post("/profile/second-factor/remove").status_code == 302
    assert browser.get("/profile").status_code == 200
    session.expire_all()
    stored = session.get(User, person.id)
    assert (stored.totp_secret, stored.recovery_hashes) == (None, [])


def test_new_recovery_codes_replace_the_former(browser, person, sign_in, session):
    sign_in(browser, person.email)
    browser.post("/sign-in/code", data={"code": code_at(START)})
    page = browser.post("/profile/second-factor/recovery-codes").text
    session.expire_all()
    hashes = session.get(User, person.id).recovery_hashes
    assert recovery_hash("AAAA-BBBB") not in hashes
    shown = re.findall(r"<li>([2-9A-Z-]{29})</li>", page)
    assert [recovery_hash(code) for code in shown] == hashes


def test_a_role_can_be_made_to_have_one(browser, make_person, sign_in, clock, app, monkeypatch):
    monkeypatch.setitem(app.config, "TOTP_ROLES", frozenset({"ho_finance"}))
    user = make_person(Role.HO_FINANCE)
    sign_in(browser, user.email)
    for path in ("/", "/profile", "/outlets"):
        assert browser.get(path).headers["Location"] == "/profile/second-factor"
    set_up(browser)
    assert browser.get("/profile").status_code == 200
    assert browser.post("/profile/second-factor/remove").status_code == 302
    assert browser.get("/profile").status_code == 200
    others = app.test_client()
    sign_in(others, make_person(Role.HO_VIEWER).email)
    assert others.get("/profile").status_code == 200
