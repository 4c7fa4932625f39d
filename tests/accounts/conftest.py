"""People with passwords, and browsers that sign in by the page itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from tests.factories import PASSWORD, make_user


def without_versions(page: str) -> str:
    """The page without the version of the static files and without the tokens, which carry the second."""
    page = re.sub(r"/static/[0-9a-f]{10}/", "/static/", page)
    return re.sub(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}", "TOKEN", page)


_HASH = hash_password(PASSWORD)


@pytest.fixture
def make_person(session) -> Callable[..., User]:
    """A committed user whose password is PASSWORD."""

    def make(*args: object, **values: object) -> User:
        user = make_user(*args, **{"password_hash": _HASH, **values})
        session.commit()
        return user

    return make


@pytest.fixture
def browser(app: Flask, session) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in() -> Callable[..., object]:
    """Fill in the sign-in page; returns the answer."""

    def fill_in(client: FlaskClient, email: str, password: str = PASSWORD, *, to: str = "", **options: object):
        url = f"/sign-in?next={to}" if to else "/sign-in"
        return client.post(url, data={"email": email, "password": password}, **options)

    return fill_in


@pytest.fixture
def with_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forged requests are refused, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
