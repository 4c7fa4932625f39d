"""Text that would like to run, in every field of every row, on every page.

It is written past the forms, straight into the tables: whatever the forms refuse today, pages must bear. Runs last: the
demonstration is not the same afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from sqlalchemy import JSON, Enum, String, inspect, select, update

from portal.db import Base
from portal.sales.models import ReportingPeriod
from portal.sales.rules.words import PeriodStatus
from tests.browser.crawling import NOBODY, Crawl
from tests.browser.pages.home import HomePage
from tests.browser.pages.map import MapPage
from tests.browser.reader import PHONE, Reader
from tests.browser.sweeping import OPEN_EVERYTHING, wait_for_drawing
from tests.browser.world import email_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAYLOADS = (
    "${window.__xss=1}",
    "`${window.__xss=1}`",
    "</script><script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=1>",
    '"><svg onload=window.__xss=1>',
    "'><svg/onload=window.__xss=1>",
    "</title><script>window.__xss=1</script>",
    "</textarea><script>window.__xss=1</script>",
    '" autofocus onfocus=window.__xss=1 x="',
    "' onmouseover=window.__xss=1 x='",
    "javascript:window.__xss=1",
    "<a href=javascript:window.__xss=1>x</a>",
    '\\"};window.__xss=1;//',
    "</style><style>*{background:url(javascript:window.__xss=1)}",
    "<details open ontoggle=window.__xss=1>",
    "{{7*7}}{% set x=1 %}{{constructor.constructor('window.__xss=1')()}}",
    "＜img src=x onerror=window.__xss=1＞",
)
SHORTEST = min(map(len, PAYLOADS))
TRAP = """
Object.defineProperty(window, "__xss", { get() {}, set() { console.error(`xss ran: ${location.href}`); } });
"""
# Elements and attributes that no page of ours has: what they would be if a payload were taken for markup.
MARKUP = """
() => [...document.querySelectorAll("body *")].filter((each) =>
    [...each.attributes].some(({ name, value }) => name.startsWith("on") || /^\\s*javascript:/i.test(value)
      && ["href", "src", "action", "formaction", "xlink:href"].includes(name))
    || ["IFRAME", "OBJECT", "EMBED", "STYLE"].includes(each.tagName)
    || (each.tagName === "IMG" && each.getAttribute("src") === "x"))
  .map((each) => each.outerHTML.slice(0, 160))
"""
# Not for people to write: facts of geography; identifiers, hashes, and whatever a machine reads again.
TABLES_OF_FACTS = frozenset({"regions", "region_names", "region_successions", "alembic_version"})
# Rows that the database keeps as they are, whoever writes.
APPEND_ONLY = frozenset({"rebate_postings", "rebate_entries"})
NOT_WRITTEN = TABLES_OF_FACTS | APPEND_ONLY
MACHINE_NAMES = re.compile(
    r"(code|email|locale|status|kind|role|hash|hashes|token|secret|storage_id|sha256|content_type|type|level|tier|mode"
    r"|purpose|password|key|address_of|ip|user_agent|endpoint|path|state|action|stage|step|decision|datum|worker|uuid)$"
)


def writable_texts() -> Iterator[tuple[type[Any], str, int]]:
    """Class, attribute and length of every column that holds words of people."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name in NOT_WRITTEN or mapper.local_table.name.startswith(("audit", "job")):
            continue
        for attribute in mapper.column_attrs:
            (column,) = attribute.columns
            is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
            is_text = is_text and (column.type.length or 1_000) >= SHORTEST  # three letters of a currency run nowhere
            if is_text and not column.unique and not column.foreign_keys and not MACHINE_NAMES.search(attribute.key):
                yield mapper.class_, attribute.key, column.type.length or 1_000


def poison(session: Any) -> set[str]:
    """Writes payloads into all rows; returns `table.column` of what was written."""
    written: set[str] = set()
    turn = cycle(PAYLOADS)
    for model, name, length in writable_texts():
        for row in session.scalars(select(model).order_by(*inspect(model).primary_key)):
            if not getattr(row, name):
                continue
            setattr(row, name, next(payload for payload in islice(turn, len(PAYLOADS)) if len(payload) <= length))
            written.add(f"{model.__tablename__}.{name}")
    for model, name in writable_documents():
        for row in session.scalars(select(model)):
            setattr(row, name, _poisoned(getattr(row, name), turn))
    session.commit()
    return written


def writable_documents() -> Iterator[tuple[type[Any], str]]:
    """Class and attribute of every column that holds JSON which people have filled in."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name.startswith(("audit", "job")) or mapper.local_table.name in NOT_WRITTEN:
            continue
        for attribute in mapper.column_attrs:
            if isinstance(attribute.columns[0].type, JSON) and not MACHINE_NAMES.search(attribute.key):
                yield mapper.class_, attribute.key


def _poisoned(value: Any, turn: Iterator[str]) -> Any:
    """The same structure; whatever has a blank or a Chinese character in it is text that somebody wrote."""
    if isinstance(value, dict):
        return {key: _poisoned(each, turn) for key, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, turn) for each in value]
    return next(turn) if isinstance(value, str) and re.search(r"[一-鿿 ]", value) else value


@pytest.fixture(scope="module")
def poisoned(books: Any) -> set[str]:
    """The running portal's rows, all of them hostile."""
    from portal.db import db
    from portal.scope import EVERYTHING, bind_scope

    with books.app_context():
        session = db.session()
        bind_scope(session, EVERYTHING)
        closed = session.execute(select(ReportingPeriod.month, ReportingPeriod.status)).all()
        session.execute(update(ReportingPeriod).values(status=PeriodStatus.OPEN))  # the database keeps closed months
        written = poison(session)
        for month, status in closed:
            session.execute(update(ReportingPeriod).where(ReportingPeriod.month == month).values(status=status))
        session.commit()
        db.session.remove()
    return written


def test_many_fields_are_hostile(poisoned: set[str]) -> None:
    wanted = {"outlets.name", "outlets.address", "distributors.name", "distributors.name_en", "contacts.name"}
    wanted |= {"documents.title", "documents.original_name", "life_events.reason", "users.name", "sales_areas.name_zh"}
    assert wanted <= poisoned


def trapped(open_browser: Callable[..., Reader], **options: Any) -> Reader:
    browser = open_browser(**options)
    browser.context.add_init_script(TRAP)
    return browser


def test_no_page_takes_it_for_more_than_text(poisoned: set[str], crawl: Crawl, browser_of: Any) -> None:
    faults: dict[str, list[str]] = {}
    for who in dict.fromkeys(page.who for page in crawl.pages if page.who != NOBODY):
        browser = trapped(browser_of, signed_in=email_of(who))
        for page in crawl.pages:
            if page.who == who:
                faults[page.path] = faults_of(browser, page.path)
    assert {path: found for path, found in faults.items() if found} == {}


def faults_of(browser: Reader, path: str) -> list[str]:
    """Whatever ran, was refused by the policy, or is markup that nobody of us wrote."""
    with browser.watch.allowing(409):  # a step that somebody has taken since the pages were found
        browser.page.goto(path)
        wait_for_drawing(browser.page)
        browser.page.evaluate(OPEN_EVERYTHING)
    found = browser.watch.faults + browser.page.evaluate(MARKUP)
    browser.watch.faults = []
    return list(found)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_map_s_cards_and_search_show_it_as_text(poisoned: set[str], reader: Any, language: str) -> None:
    browser = trapped(reader, signed_in=email_of("network"), language=language, width=PHONE)
    HomePage(browser).read_in(language)
    map_page = MapPage(browser).open()
    map_page.wait()
    shown: set[str] = set()
    for number in range(len(PAYLOADS)):
        shown.update(map_page.show_from_list(number))
        map_page.open()
        map_page.wait()
    assert len(shown & set(PAYLOADS)) > len(PAYLOADS) // 2
    browser.page.fill("#map-search", "xss")
    browser.page.wait_for_selector("[role=option]")
    assert browser.page.evaluate(MARKUP) == []
