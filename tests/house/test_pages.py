"""Every page that can be fetched: strict HTML, nothing inline, safe headers, few queries, no writes, both languages."""

from __future__ import annotations

import re

import html5lib
import pytest

from portal.catalogue import merged, unspoken, untranslated
from portal.db import db
from tests.factories import make_distributor, make_outlet
from tests.house.addresses import rules_of, urls
from tests.house.watching import watched
from tests.house.world import World, build_world

MOST_QUERIES = 12
# Settings that a browser needs on every answer, and what they must say.
HEADERS = {
    "Content-Security-Policy": r"default-src 'self'; script-src 'self'; style-src 'self'; ",
    "X-Content-Type-Options": "^nosniff$",
    "Referrer-Policy": "^same-origin$",
    "Cross-Origin-Opener-Policy": "^same-origin$",
    "Permissions-Policy": "geolocation=\\(self\\)",
    "X-Request-Id": "^[0-9a-f]{16}$",
    "Cache-Control": "(no-store|private)",
}


@pytest.fixture
def world(app, session) -> World:
    return build_world(app)


def everything(app, world, owner="A"):
    """(rule, url) of all that can be got."""
    for rule in rules_of(app):
        if "GET" in (rule.methods or ()):
            for url in urls(app, rule, world, owner):
                yield rule, url


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("who", ["ho_network", "admin", "rm_north", "dealer_a", "anonymous"])
def test_every_page(app, world, client_for, who, language):
    client = app.test_client()
    if who != "anonymous":
        world.users[who].locale = language
        db.session.commit()
        client = client_for(world.users[who])
    faults = []
    for _rule, url in everything(app, world):
        with watched() as statements:
            response = client.get(url, headers={"Accept-Language": "zh-CN" if language == "zh_Hans" else "en"})
        faults += [(url, fault) for fault in _faults(response, language)]
        if statements.written:
            faults.append((url, f"a GET wrote to {sorted(statements.written)}"))
        if statements.reads > MOST_QUERIES:
            faults.append((url, f"{statements.reads} queries"))
        response.close()
    assert not faults, "\n".join(f"{url}: {fault}" for url, fault in faults)


def _faults(response, language):
    if response.status_code >= 500:
        yield f"status {response.status_code}"
    for header, wanted in HEADERS.items():
        if header == "Cache-Control" and "immutable" in response.headers.get(header, ""):
            continue
        if not re.search(wanted, response.headers.get(header, "")):
            yield f"{header}: {response.headers.get(header)!r}"
    if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
        yield from _faults_of_html(response.get_data(as_text=True), language)


def _faults_of_html(html, language):
    if not html.lstrip().lower().startswith("<!doctype"):
        html = f"<!doctype html><html lang='en'><head><title>part</title></head><body>{html}</body></html>"
    elif f'<html lang="{"zh-CN" if language == "zh_Hans" else "en"}"' not in html.replace("'", '"'):
        yield "language of the page"
    try:
        html5lib.HTMLParser(strict=True).parse(html)
    except html5lib.html5parser.ParseError as error:
        yield f"HTML: {error}"
    if not re.search(r"<title>\s*[^\s<]", html):
        yield "no title"
    for pattern in (
        r"<[^>]+\s(style|on[a-z]+)=",
        r"<script(?![^>]*\ssrc=)(?![^>]*application/json)",
        r"(src|href)=\"(https?:)?//",
    ):
        if found := re.search(pattern, html):
            yield f"inline or foreign: {found.group(0)[:80]}"
    ids = re.findall(r'<[^>]*\sid="([^"]+)"', html)
    if doubled := {one for one in ids if ids.count(one) > 1}:
        yield f"ids used twice: {sorted(doubled)[:3]}"


LISTS = (
    "/outlets?size=25",
    "/distributors?size=25",
    "/map/list",
    "/regions?size=25",
    "/areas",
    "/",
    "/targets",
    "/quotas?size=25",
    "/products",
)


def test_the_number_of_queries_does_not_grow_with_the_rows(app, world, client_for):
    client = client_for(world.users["ho_network"])
    _add_network(distributors=30, outlets_each=1)
    few = {url: _reads(client, url) for url in LISTS}
    _add_network(distributors=30, outlets_each=33)
    many = {url: _reads(client, url) for url in LISTS}
    assert many == few
    assert max(many.values()) <= MOST_QUERIES


def _add_network(*, distributors, outlets_each):
    for _ in range(distributors):
        distributor = make_distributor()
        for _ in range(outlets_each):
            make_outlet(distributor)
    db.session.commit()


def _reads(client, url):
    client.get(url)  # what is read once per process does not count
    with watched() as statements:
        assert client.get(url).status_code == 200
    return statements.reads


def test_every_message_is_translated_once_and_said_somewhere():
    _whole, complaints = merged()
    assert untranslated() == {}
    assert complaints == []
    assert unspoken() == []


def test_no_post_works_without_its_token(app, world, client_for):
    clients = {who: client_for(world.users[who]) for who in ("ho_network", "admin", "dealer_a")}
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        accepted = [
            (who, url, response.status_code)
            for rule in rules_of(app)
            if "POST" in (rule.methods or ())
            for url in urls(app, rule, world, "A")
            for who, client in clients.items()
            if (response := client.post(url, data={"name": "x"})).status_code not in (400, 403, 404, 429)
        ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert accepted == []
