"""flask accounts create-admin, flask accounts invite."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.accounts.models import User, UserStatus
from portal.permissions import Role
from tests.factories import make_distributor, make_user


@pytest.fixture
def run(app, session):
    """Run `flask accounts …`; returns the exit code and what was printed."""

    def invoke(*arguments: str) -> tuple[int, str]:
        session.commit()
        result = app.test_cli_runner().invoke(args=["accounts", *arguments])
        session.rollback()
        return result.exit_code, result.output

    return invoke


def the_user(session, email: str) -> User:
    session.expire_all()
    return session.scalars(select(User).where(User.email == email)).one()


def test_the_first_administrator_chooses_a_password_by_the_link(run, session, browser):
    code, printed = run("create-admin", "Boss@Example.com", "--name", "Boss", "--language", "zh_Hans")
    assert code == 0
    token = re.fullmatch(r"http://127\.0\.0\.1:\d+/links/([\w-]{43})\n", printed)[1]
    user = the_user(session, "boss@example.com")
    assert (user.role, user.status, user.locale) == (Role.ADMIN, UserStatus.INVITED, "zh_Hans")
    assert browser.get(f"/links/{token}").status_code == 200


def test_again_means_a_new_link(run, browser, session):
    first = run("create-admin", "boss@example.com")[1].strip()
    second = run("create-admin", "boss@example.com")[1].strip()
    assert browser.get(first.partition("8000")[2]).status_code == 410
    assert browser.get(second.partition("8000")[2]).status_code == 200


@pytest.mark.parametrize("values", [{"role": Role.HO_VIEWER}, {"role": Role.ADMIN, "is_active": False}])
def test_nobody_else_becomes_administrator_that_way(run, session, values):
    make_user(**values, email="li@example.com")
    code, printed = run("create-admin", "li@example.com")
    assert code == 1
    assert "not an active administrator" in printed
    assert "/links/" not in printed


def test_an_address_that_is_none(run):
    code, printed = run("create-admin", "nonsense")
    assert (code, "This is not an e-mail address" in printed) == (1, True)


def test_inviting_ties_to_the_network_by_code(run, session):
    distributor = make_distributor(code="DY-01")
    code, printed = run("invite", "li@example.com", "--role", "distributor", "--name", "Li Na", "--of", "dy-01")
    assert code == 0, printed
    assert "/links/" in printed
    user = the_user(session, "li@example.com")
    assert user.scope.ids == {distributor.id}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "distributor", "--of", "nothing"), "There is nothing with this number."),
        (("--role", "ho_viewer", "--of", "DY-01"), "sees the whole network"),
        (("--role", "emperor"), "Invalid value"),
    ],
)
def test_an_invitation_that_cannot_be_leaves_nobody_behind(run, session, arguments, said):
    make_distributor(code="DY-01")
    code, printed = run("invite", "li@example.com", "--name", "Li Na", *arguments)
    assert code != 0
    assert said in printed
    assert session.scalars(select(User)).all() == []
