"""CSRF on every POST of the rooms of accounts and administration, sign-in included."""

from __future__ import annotations

import re

import pytest

from portal.permissions import Role

POSTS = [
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
    "/language/en",
    "/confirm",
    "/forgotten-password",
    "/links/some-token",
    "/profile",
    "/profile/email",
    "/profile/password",
    "/profile/sessions/1/end",
    "/profile/sessions/end-others",
    "/profile/second-factor/set-up",
    "/profile/second-factor/recovery-codes",
    "/profile/second-factor/remove",
    "/admin/users/export.csv",
    "/admin/users/invite",
    "/admin/users/1/edit",
    "/admin/users/1/link",
    "/admin/users/1/grants",
    "/admin/users/1/grants/1/revoke",
    "/admin/users/1/disable",
    "/admin/users/1/enable",
    "/admin/users/1/sessions/1/end",
    "/admin/users/1/sessions/end",
    "/admin/users/1/second-factor/remove",
    "/audit/export.csv",
]


def token_of(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def test_the_list_above_is_whole(app):
    rooms = {"accounts", "admin", "audit"}
    posts = {
        re.sub(r"<[^>]+>", "*", rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint.partition(".")[0] in rooms
    }
    listed = {re.sub(r"(?<=[/.])(\d+|some-token|en|csv)(?=/|$)", "*", path) for path in POSTS}
    assert posts == listed


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_without_a_token_nothing_is_accepted(client_for, make_person, with_csrf, path, token):
    client = client_for(make_person(Role.ADMIN))
    data = {} if token is None else {"csrf_token": token}
    assert client.post(path, data=data).status_code == 400


@pytest.mark.parametrize("path", POSTS)
def test_the_token_of_another_session_is_not_accepted(client_for, make_person, app, with_csrf, path):
    stranger = token_of(app.test_client().get("/sign-in").text)
    client = client_for(make_person(Role.ADMIN))
    client.get("/profile")
    assert client.post(path, data={"csrf_token": stranger}).status_code == 400


def test_the_sign_in_page_has_a_token_and_it_changes_with_the_session(browser, make_person, with_csrf, session):
    user = make_person()
    before = token_of(browser.get("/sign-in").text)
    data = {"email": user.email, "password": "correct horse battery staple"}
    assert browser.post("/sign-in", data=data).status_code == 400
    assert browser.post("/sign-in", data=data | {"csrf_token": before}).status_code == 302
    assert browser.post("/sign-out", data={"csrf_token": before}).status_code == 400
    after = token_of(browser.get("/profile").text)
    assert browser.post("/sign-out", data={"csrf_token": after}).status_code == 302


def test_the_page_shown_after_a_renewed_session_has_a_working_token(browser, make_person, with_csrf, session):
    """The recovery codes are the answer to a POST that begins a new session."""
    import pyotp

    user = make_person()
    token = token_of(browser.get("/sign-in").text)
    data = {"email": user.email, "password": "correct horse battery staple", "csrf_token": token}
    browser.post("/sign-in", data=data)
    page = browser.get("/profile/second-factor/set-up").text
    secret = re.search(r'class="q-secret">([A-Z2-7]+)<', page)[1]
    data = {"code": pyotp.TOTP(secret).now(), "csrf_token": token_of(page)}
    codes = browser.post("/profile/second-factor/set-up", data=data)
    assert codes.status_code == 200
    assert browser.post("/sign-out", data={"csrf_token": token_of(codes.text)}).status_code == 302
