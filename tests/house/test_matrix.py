"""Role × route × object: who gets what. Foreign and absent objects answer alike; no answer carries a foreign word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.access import PUBLIC, access_of
from portal.permissions import Permission, is_allowed
from tests.house.addresses import NOBODY, is_about_a_tenant, rules_of, urls
from tests.house.world import MARKERS, SEES, World, build_world

# Answers of a GET to somebody who may: a page, a redirect, or a file; 400 where a query is needed; 409 or 422 where the
# object's state does not allow the step.
FINE = frozenset({200, 302, 303, 304, 400, 409, 422})


@pytest.fixture
def world(app: Flask, session: object) -> World:
    return build_world(app)


@pytest.fixture
def ask(app: Flask, world: World, client_for: object):
    """A browser for each name of the world."""

    def client(who: str) -> FlaskClient:
        return app.test_client() if who == "anonymous" else client_for(world.users[who])

    return client


def cells(app: Flask, world: World, method: str) -> Iterator[tuple[Rule, str, str]]:
    """(rule, owner, url) of everything that can be asked with the method."""
    for rule in rules_of(app):
        if method not in (rule.methods or ()):
            continue
        for owner in (*MARKERS, NOBODY) if is_about_a_tenant(rule) else (NOBODY,):
            for url in urls(app, rule, world, owner):
                yield rule, owner, url


def may(world: World, who: str, needed: str | None) -> bool:
    return needed == PUBLIC or (who != "anonymous" and is_allowed(world.users[who].role, Permission(str(needed))))


def sees(who: str, owner: str, url: str) -> bool:
    """Whether the object of that owner is in scope. An outlet sees its own file, not that of its distributor."""
    return owner in SEES[who] and not (who == "outlet_a" and url.startswith("/distributors/"))


def leaked(world: World, who: str, response: TestResponse) -> list[str]:
    """Foreign markers in body or headers. (Those in the asker's own URL come back in the language form.)"""
    text = text_of(response) + str(response.headers)
    return [marker for marker in world.markers_hidden_from(who) if marker in text]


def plain(response: TestResponse) -> str:
    """The body without what differs from request to request: tokens, and the asker's own URL (to return to)."""
    varying = r"[0-9a-f]{16}|(csrf[^>]*?(content|value)=\"[^\"]*\")|hx-headers='[^']*'"
    body = re.sub(varying, "", text_of(response))
    for path in (quote(response.request.path, safe="/"), quote(response.request.path, safe=""), response.request.path):
        body = body.replace(path, "PATH")
    return body


def text_of(response: TestResponse) -> str:
    """The body as far as it is text; the file behind a download is closed."""
    body = response.get_data()
    response.close()
    return body.decode("utf8", "replace")


@pytest.mark.parametrize("who", SEES)
def test_reading(app, world, ask, who):
    client, faults = ask(who), []
    for rule, owner, url in cells(app, world, "GET"):
        response = client.get(url)
        if response.status_code in (302, 303):
            client.get("/")  # shows, and so takes away, the message that goes with a redirect
        needed = access_of(app, rule.endpoint)
        if response.status_code >= 500:
            faults.append((url, response.status_code, "broken"))
        elif not may(world, who, needed):
            if response.status_code not in ({302, 401} if who == "anonymous" else {403}):
                faults.append((url, response.status_code, "should be refused"))
        elif is_about_a_tenant(rule) and not sees(who, owner, url):
            absent = client.get(next(urls(app, rule, world, NOBODY)))
            if response.status_code != 404 or plain(response) != plain(absent):
                faults.append((url, response.status_code, "foreign is not as absent"))
        elif is_about_a_tenant(rule) and response.status_code not in FINE:
            faults.append((url, response.status_code, "own is not shown"))
        for marker in leaked(world, who, response):
            if marker not in url:
                faults.append((url, response.status_code, f"leaks {marker}"))
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize("who", SEES)
def test_writing_to_foreign_objects(app, world, ask, who):
    client, faults = ask(who), []
    for rule, owner, url in cells(app, world, "POST"):
        needed = access_of(app, rule.endpoint)
        if may(world, who, needed) and not (is_about_a_tenant(rule) and not sees(who, owner, url)):
            continue  # one's own: each room tests what that does
        response = client.post(url, data={})
        expected = {404} if may(world, who, needed) else ({401} if who == "anonymous" else {403})
        if response.status_code not in expected:
            faults.append((url, response.status_code, f"expected {expected}"))
        if found := [marker for marker in leaked(world, who, response) if marker not in url]:
            faults.append((url, response.status_code, f"leaks {found}"))
    assert not faults, "\n".join(map(str, faults))


LISTS = (
    "/activities",
    "/activities/plan?who=all",
    "/norms",
    "/norms/rows",
    "/outlets",
    "/distributors",
    "/",
    "/map",
    "/map/list",
    "/areas",
    "/regions",
    "/quotas",
    "/my-policies",
    "/forecast?month=2026-09",
    "/statements",
    "/disputes",
    "/balances",
    "/pass-through",
    "/points",
    "/reports",
    "/reports/uploads",
    "/amendments",
    "/figures",
    "/figures?by=outlet",
    "/periods",
    "/targets",
    "/products",
)
SEARCHES = (
    "/activities?q={}",
    "/norms?q={}",
    "/outlets?q={}",
    "/distributors?q={}",
    "/map/search.json?q={}",
    "/map/list?q={}",
    "/regions?q={}",
    "/quotas?q={}",
    "/my-policies?q={}",
    "/forecast?month=2026-09&q={}",
    "/statements?q={}",
    "/disputes?q={}",
    "/balances?q={}",
    "/pass-through?q={}",
    "/reports?q={}",
    "/reports/uploads?q={}",
    "/amendments?q={}",
)


@pytest.mark.parametrize("who", [who for who in SEES if who != "anonymous"])
def test_lists_searches_and_exports_show_all_of_ones_own_and_nothing_else(world, ask, who):
    client = ask(who)
    for url in [*LISTS, *(search.format(marker) for search in SEARCHES for marker in MARKERS.values())]:
        response = client.get(url)
        assert response.status_code in (200, 403), url
        assert not [m for m in leaked(world, who, response) if m not in url], url
    shown = text_of(client.get("/outlets"))
    assert {key for key in MARKERS if MARKERS[key] in shown} == SEES[who]
    for url in (
        "/outlets/export/csv",
        "/distributors/export/csv",
        "/quotas/export/csv",
        "/my-policies/export/csv",
        "/statements/export/csv",
        "/disputes/export/csv",
        "/balances/export/csv",
        "/pass-through/export/csv",
        "/activities/export/csv",
        "/norms/export/csv",
        "/figures/export/csv?by=outlet",
    ):
        response = client.post(url)
        if response.status_code != 403:
            text = text_of(response)
            assert {key for key in MARKERS if MARKERS[key] in text} == SEES[who], url
