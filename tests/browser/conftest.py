"""One running portal with the demonstration, and readers who walk through it in Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from portal.catalogue import compile_catalogue
from portal.db import db
from portal.scope import EVERYTHING, bind_scope
from tests.browser.crawling import NOBODY, PEOPLE, Crawl, Crawler
from tests.browser.live import Live, running
from tests.browser.reader import Reader
from tests.browser.world import Demo, email_of, exited_outlets, look_up


@pytest.fixture(scope="session")
def live(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The portal, for all tests of a worker. (After `chromium`: without it there is nothing to serve for.)"""
    compile_catalogue()
    name = f"qudao_browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("portal"), name) as live:
        yield live


@pytest.fixture(scope="session")
def books(live: Live) -> Iterator[Flask]:
    """The running portal's database, from within the test."""
    app = live.app()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def writing(books: Flask) -> Iterator[Any]:
    """A session of the running portal's database that sees everything."""
    with books.app_context():
        bind_scope(db.session(), EVERYTHING)
        yield db.session
        db.session.remove()


@pytest.fixture
def demo(books: Flask) -> Demo:
    """Who and what there is now."""
    return look_up(books)


@pytest.fixture(scope="session")
def kept_sessions() -> dict[str, Any]:
    """Cookies of those who have signed in before, by address."""
    return {}


@pytest.fixture
def reader(chromium: Any, live: Live, kept_sessions: dict[str, Any]) -> Iterator[Callable[..., Reader]]:
    """Opens a browser for somebody; at the end nothing may have gone wrong in any."""
    yield from _readers(chromium, live, kept_sessions)


@pytest.fixture(scope="session")
def crawl(chromium: Any, live: Live, books: Flask, kept_sessions: dict[str, Any]) -> Iterator[Crawl]:
    """Every page that somebody can get, found once."""
    people = {who: Reader(chromium, live.url, kept=kept_sessions, signed_in=email_of(who)) for who in PEOPLE}
    people[NOBODY] = Reader(chromium, live.url)
    crawler = Crawler(books, lambda who, path: people[who].context.request.get(path, max_redirects=0))
    yield crawler.run([*people], doors=[f"/outlets/{code}" for code in exited_outlets(books)])
    for each in people.values():
        each.close()


@pytest.fixture(scope="module")
def browser_of(chromium: Any, live: Live, kept_sessions: dict[str, Any]) -> Iterator[Callable[..., Reader]]:
    """As `reader`, for fixtures that a whole module shares."""
    yield from _readers(chromium, live, kept_sessions)


def _readers(chromium: Any, live: Live, kept: dict[str, Any]) -> Iterator[Callable[..., Reader]]:
    opened: list[Reader] = []

    def open_browser(**options: Any) -> Reader:
        opened.append(Reader(chromium, live.url, kept=kept, **options))
        return opened[-1]

    yield open_browser
    for each in opened:
        each.close()
    for each in opened:
        each.watch.check()
