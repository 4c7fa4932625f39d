"""Answers are kept by browsers, and never taken for somebody else's or for newer ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import ScopeGrant
from portal.accounts.sessions import end_sessions, start_session
from portal.db import db
from tests.coverage.conftest import SICHUAN, Network
from tests.factories import make_outlet

SignIn = Callable[[str], FlaskClient]
PATHS = [
    "/map/bubbles/county.json",
    f"/map/points.json?bbox={SICHUAN}",
    "/map/search.json?q=shop",
    "/map/areas/county.json",
    "/map/list",
    "/map/cards.json?id=1",
]


def tag_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(answer.vary.as_set(preserve_casing=True))
    return answer.headers["ETag"]


def ask_again(client: FlaskClient, path: str, tag: str) -> int:
    return client.get(path, headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize("path", PATHS)
def test_unchanged_answers_are_not_sent_again(network: Network, signed_in: SignIn, path: str) -> None:
    client = signed_in("dealer_a")
    tag = tag_of(client, path)
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == tag


@pytest.mark.parametrize("path", PATHS)
def test_a_tag_is_good_for_one_scope_only(network: Network, signed_in: SignIn, path: str) -> None:
    readers = ("ho", "rm_north", "rm_south", "dealer_a", "dealer_b", "outlet_a1", "nobody")
    clients = {who: signed_in(who) for who in readers}
    tags = {who: tag_of(client, path) for who, client in clients.items()}
    assert len(set(tags.values())) == len(readers)
    for who, client in clients.items():
        assert [ask_again(client, path, tag) for other, tag in tags.items() if other != who] == [200] * 6


@pytest.mark.parametrize("path", PATHS[:2])
def test_a_write_makes_kept_answers_old(network: Network, signed_in: SignIn, path: str) -> None:
    client = signed_in("dealer_a")
    tag = tag_of(client, path)
    make_outlet(network.distributors["A"], code="NEW")
    db.session.commit()
    assert ask_again(client, path, tag) == 200


def test_filters_and_views_have_tags_of_their_own(network: Network, signed_in: SignIn) -> None:
    client = signed_in("ho")
    paths = [
        "/map/bubbles/county.json",
        "/map/bubbles/prefecture.json",
        "/map/bubbles/county.json?status=open",
        "/map/bubbles/county.json?metric=open",
        "/map/bubbles/county.json?parent=510000",
        "/map/points.json?bbox=97,26,109,35",
        "/map/points.json?bbox=97,26,109,36",
    ]
    assert len({tag_of(client, path) for path in paths}) == len(paths)


def test_the_language_is_part_of_the_tag(network: Network, signed_in: SignIn) -> None:
    client = signed_in("ho")
    tag = tag_of(client, "/map/bubbles/county.json")
    network.users["ho"].locale = "zh_Hans"
    db.session.commit()
    assert ask_again(client, "/map/bubbles/county.json", tag) == 200


def test_a_dealer_that_moves_loses_what_it_saw_at_once(network: Network, signed_in: SignIn) -> None:
    client = signed_in("dealer_a")
    path = f"/map/points.json?bbox={SICHUAN}"
    tag = tag_of(client, path)
    grant = db.session.query(ScopeGrant).filter_by(user_id=network.users["dealer_a"].id).one()
    grant.object_id = network.distributors["B"].id
    db.session.commit()
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.get_json()["total"] == 1


def test_a_revoked_session_gets_nothing_not_even_304(network: Network, signed_in: SignIn) -> None:
    client = signed_in("dealer_a")
    tags = {path: tag_of(client, path) for path in PATHS[:4]}
    end_sessions(db.session(), network.users["dealer_a"].id)
    db.session.commit()
    assert {ask_again(client, path, tag) for path, tag in tags.items()} == {401}


def test_two_people_in_one_browser_do_not_share(network: Network, signed_in: SignIn) -> None:
    """The browser keeps the first one's answer and offers its tag when the second one asks."""
    client = signed_in("dealer_a")
    path = f"/map/points.json?bbox={SICHUAN}"
    tag = tag_of(client, path)
    token = start_session(db.session(), network.users["dealer_b"])
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.get_json()["total"]) == (200, 1)


def test_large_answers_are_packed(network: Network, signed_in: SignIn) -> None:
    for number in range(60):
        make_outlet(network.distributors["A"], code=f"P{number}")
    db.session.commit()
    client = signed_in("dealer_a")
    plain = client.get("/map/list")
    packed = client.get("/map/list", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) * 4 < len(plain.data)
