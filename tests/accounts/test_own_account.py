"""One's own account: name, language, address, password, signed-in browsers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.accounts.devices import describe_device
from portal.accounts.models import User, UserSession
from portal.audit.models import AuditEntry
from portal.permissions import Role
from tests.factories import PASSWORD

NEW = "violet lantern harbour"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.49"
)


@pytest.fixture
def user(make_person) -> User:
    return make_person(Role.DISTRIBUTOR, email="li@example.com", name="Li Na", locale="en")


@pytest.fixture
def inside(browser, user, sign_in):
    """A browser in which the user is signed in."""
    sign_in(browser, user.email)
    return browser


def test_name_and_language(inside, user, session):
    data = {"name": "  李娜 ", "locale": "zh_Hans", "version": user.version}
    assert inside.post("/profile", data=data).status_code == 302
    session.expire_all()
    stored = session.get(User, user.id)
    assert (stored.name, stored.locale) == ("李娜", "zh_Hans")


def test_only_name_and_language(inside, user, session):
    """Mass assignment: whatever else is posted is not written."""
    before = {c.key: getattr(user, c.key) for c in User.__table__.columns if c.key not in {"version", "name"}}
    extra = dict.fromkeys(before, "1") | {"role": "admin", "email": "admin@example.com", "locale": "en"}
    inside.post("/profile", data=extra | {"name": "New", "version": user.version})
    session.expire_all()
    stored = session.get(User, user.id)
    assert stored.name == "New"
    assert {key: getattr(stored, key) for key in before} == before


def test_a_profile_changed_meanwhile_is_not_overwritten(inside, user, session):
    read = user.version
    session.get(User, user.id).name = "Changed by an administrator"
    answer = inside.post("/profile", data={"name": "Mine", "locale": "en", "version": read})
    assert answer.status_code == 422
    assert "was changed meanwhile" in answer.text
    assert 'value="Mine"' in answer.text
    session.expire_all()
    assert session.get(User, user.id).name == "Changed by an administrator"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_is_needed(inside, user, name):
    assert inside.post("/profile", data={"name": name, "locale": "en", "version": user.version}).status_code == 422


def change(client, current=PASSWORD, new=NEW, again=None):
    data = {"current_password": current, "password": new, "password_again": again or new}
    return client.post("/profile/password", data=data)


def test_a_new_password_ends_every_other_session(inside, user, app, sign_in):
    other = app.test_client()
    sign_in(other, user.email)
    copied = inside.get_cookie("qudao").value
    assert change(inside).status_code == 302
    assert inside.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    thief = app.test_client()
    thief.set_cookie("qudao", copied)
    assert thief.get("/profile").status_code == 302
    assert sign_in(app.test_client(), user.email, NEW).status_code == 302
    assert sign_in(app.test_client(), user.email, PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [
        ("wrong password", NEW, "This is not your current password."),
        (PASSWORD, "short", "at least 8 characters"),
        (PASSWORD, "password1", "tried first"),
        (PASSWORD, "example-li-na", "mostly of your name"),
        (PASSWORD, PASSWORD, "is the current one"),
        (PASSWORD, "x" * 50 + "yz" * 40, "at most 128"),
    ],
)
def test_a_password_that_breaks_a_rule(inside, user, session, current, new, said):
    answer = change(inside, current, new)
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text
    session.expire_all()
    assert session.get(User, user.id).password_hash == user.password_hash


def test_the_current_password_cannot_be_guessed_there(inside):
    assert [change(inside, "wrong password").status_code for _ in range(11)] == [422] * 10 + [429]


def test_another_address(inside, user, session, capsys):
    assert inside.post("/profile/email", data={"email": " New@Example.com "}).status_code == 302
    session.expire_all()
    assert session.get(User, user.id).email == "new@example.com"
    console = capsys.readouterr().err
    assert console.count("li@example.com") == 3  # once as a receiver, and in both letters


@pytest.mark.parametrize("email", ["taken@example.com", "TAKEN@example.com", "not an address", "a@b", ""])
def test_an_address_that_cannot_be(inside, make_person, user, session, email):
    make_person(email="taken@example.com")
    assert inside.post("/profile/email", data={"email": email}).status_code == 422
    session.expire_all()
    assert session.get(User, user.id).email == "li@example.com"


def test_one_sees_and_ends_ones_sessions(inside, user, app, sign_in, session):
    phone = app.test_client()
    sign_in(phone, user.email, headers={"User-Agent": PHONE})
    page = inside.get("/profile/sessions").text
    assert "WeChat · Android" in page
    assert "This device" in page
    row = session.scalars(select(UserSession).where(UserSession.agent == PHONE)).one()
    assert inside.post(f"/profile/sessions/{row.id}/end").status_code == 302
    assert phone.get("/profile").status_code == 302
    assert inside.get("/profile").status_code == 200
    assert inside.post(f"/profile/sessions/{row.id}/end").status_code == 404


def test_one_ends_all_others_at_once(inside, user, app, sign_in):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, user.email)
    answer = inside.post("/profile/sessions/end-others", follow_redirects=True)
    assert "3 other browsers are signed out." in answer.text
    assert [other.get("/profile").status_code for other in others] == [302] * 3
    assert inside.get("/profile").status_code == 200


def test_nobody_ends_somebody_elses(inside, make_person, app, sign_in, session):
    other = make_person()
    theirs = app.test_client()
    sign_in(theirs, other.email)
    row = session.scalars(select(UserSession).where(UserSession.user_id == other.id)).one()
    foreign, absent = (inside.post(f"/profile/sessions/{number}/end") for number in (row.id, 999_999))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert theirs.get("/profile").status_code == 200


def test_every_change_is_in_the_audit_without_secrets(inside, user, session):
    change(inside)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(user.id))).all()
    assert "set_password" in {entry.action for entry in entries}
    texts = " ".join(str(entry.changes) for entry in entries)
    assert NEW not in texts
    assert "argon2" not in texts


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (PHONE, ("WeChat", "Android", True)),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            ("Edge", "Windows", False),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Safari/604.1",
            ("Safari", "iOS", True),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", ("Firefox", "Linux", False)),
        ("curl/8", ("", "", False)),
        ("", ("", "", False)),
    ],
)
def test_devices_in_two_words(agent, expected):
    device = describe_device(agent)
    assert (device.browser, device.system, device.is_phone) == expected
