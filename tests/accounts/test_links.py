"""Invitations and resets: once, in time, by hash; and an answer that tells nobody who has an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal.accounts.links import LIFETIME, DeadLink, get_link, make_link, use_link
from portal.accounts.models import LinkPurpose, SingleUseLink, User
from portal.accounts.services.users import disable_user, invite_user
from portal.accounts.sessions import token_hash
from portal.permissions import Role
from tests.accounts.conftest import without_versions
from tests.factories import PASSWORD

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
NEW = "violet lantern harbour"


@pytest.fixture
def invited(session):
    """(user, token) of a fresh invitation."""
    user, token = invite_user(session(), email="new@example.com", name="Wang Wei", role=Role.HO_VIEWER)
    session.commit()
    return user, token


def choose(browser, token, password=NEW, again=None):
    return browser.post(f"/links/{token}", data={"password": password, "password_again": again or password})


def test_an_invitation_sets_the_password_once(browser, invited, sign_in, session):
    user, token = invited
    assert user.email in browser.get(f"/links/{token}").text
    assert choose(browser, token).headers["Location"] == "/sign-in"
    assert sign_in(browser, user.email, NEW).status_code == 302
    assert browser.get(f"/links/{token}").status_code == 410
    assert choose(browser, token, "another violet lantern").status_code == 410


def test_opening_the_link_uses_nothing_up(browser, invited):
    _user, token = invited
    for _ in range(3):
        assert browser.get(f"/links/{token}").status_code == 200
    assert browser.head(f"/links/{token}").status_code == 200
    assert choose(browser, token).status_code == 302


def test_only_the_hash_is_stored(invited, session):
    _user, token = invited
    row = session.scalars(select(SingleUseLink)).one()
    assert row.token_hash == token_hash(token)
    assert token.encode() not in row.token_hash


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_links_expire(browser, make_person, session, purpose):
    assert LIFETIME[purpose] <= timedelta(hours=24)
    with time_machine.travel(START, tick=False) as clock:
        token = make_link(session(), make_person(), purpose)
        session.commit()
        clock.shift(LIFETIME[purpose] - timedelta(seconds=1))
        assert browser.get(f"/links/{token}").status_code == 200
        clock.shift(timedelta(seconds=2))
        assert browser.get(f"/links/{token}").status_code == 410
        assert choose(browser, token).status_code == 410


def test_a_newer_link_retires_the_former(browser, make_person, session):
    user = make_person()
    first = make_link(session(), user, LinkPurpose.RESET)
    second = make_link(session(), user, LinkPurpose.RESET)
    session.commit()
    assert browser.get(f"/links/{first}").status_code == 410
    assert browser.get(f"/links/{second}").status_code == 200


def test_of_two_who_use_it_one_is_refused(invited, session):
    _user, token = invited
    link = get_link(session(), token)
    use_link(session(), link)
    with pytest.raises(DeadLink):
        use_link(session(), link)


def test_links_of_a_disabled_user_are_dead(browser, invited, session):
    user, token = invited
    disable_user(session(), user, by=None, reason="left")
    session.commit()
    assert browser.get(f"/links/{token}").status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "../sign-in"])
def test_what_is_no_link_is_a_dead_link_or_no_page(browser, session, token):
    assert browser.get(f"/links/{token}").status_code in {404, 410}


@pytest.mark.parametrize("bad", ["short", "password1", "wang wei", "qudao2026", "new@example.com"])
def test_a_bad_password_uses_nothing_up(browser, invited, bad):
    _user, token = invited
    assert choose(browser, token, bad).status_code == 422
    assert choose(browser, token).status_code == 302


def test_two_different_passwords_are_refused(browser, invited):
    answer = choose(browser, invited[1], NEW, "violet lantern harbor")
    assert answer.status_code == 422
    assert "The two passwords differ." in answer.text


def test_a_reset_signs_out_everywhere(browser, make_person, sign_in, session, app):
    user = make_person()
    sign_in(browser, user.email)
    token = make_link(session(), user, LinkPurpose.RESET)
    choose(app.test_client(), token)
    assert browser.get("/profile").status_code == 302
    assert sign_in(browser, user.email, PASSWORD).status_code == 422
    assert sign_in(browser, user.email, NEW).status_code == 302


@pytest.fixture
def asked(browser, capsys):
    """Ask for a link; returns the page and what the console showed once the answer had left."""

    def ask(email: str):
        answer = browser.post("/forgotten-password", data={"email": email})
        text = without_versions(answer.text)
        answer.close()
        return answer.status_code, text, capsys.readouterr().err

    return ask


def test_a_known_address_gets_a_link_on_the_console(asked, make_person, browser, app, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "https://portal.example")
    user = make_person(email="li@example.com")
    status, page, console = asked(" LI@example.com")
    assert status == 200
    assert "portal.example" not in page
    token = re.search(r"https://portal\.example/links/(\S+)", console)[1]
    assert user.name in console
    assert browser.get(f"/links/{token}").status_code == 200


def test_the_host_of_the_request_does_not_get_into_the_link(browser, make_person, capsys):
    make_person(email="li@example.com")
    answer = browser.post("/forgotten-password", data={"email": "li@example.com"}, headers={"Host": "evil.example"})
    answer.close()
    assert "evil.example" not in capsys.readouterr().err


@pytest.mark.parametrize("values", [None, {"is_active": False}, {"password_hash": ""}])
def test_an_unknown_address_gets_the_same_page_and_no_link(asked, make_person, session, values):
    make_person(email="known@example.com")
    if values is not None:
        make_person(email="other@example.com", **values)
    known, unknown = asked("known@example.com"), asked("other@example.com")
    assert known[:2] == (200, unknown[1].replace("other@", "known@"))
    assert unknown[2] == ""
    assert session.scalar(select(func.count()).select_from(SingleUseLink)) == 1


def test_asking_is_limited(browser, make_person):
    user = make_person()
    statuses = [browser.post("/forgotten-password", data={"email": user.email}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_message_is_in_the_reader_s_language(asked, make_person):
    make_person(email="li@example.com", locale="zh_Hans")
    assert "密码" in asked("li@example.com")[2]


def test_the_password_is_in_no_audit_entry(browser, invited, session):
    from portal.audit.models import AuditEntry

    choose(browser, invited[1])
    texts = " ".join(str(entry.changes) for entry in session.scalars(select(AuditEntry)))
    assert NEW not in texts
    assert session.get(User, invited[0].id).password_hash not in texts
