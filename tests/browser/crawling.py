"""Every page of the portal that somebody can get: found by following links, then by filling in addresses."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, MapAdapter, RequestRedirect

from tests.house.addresses import rules_of

# Arguments of an address that make it another page; all others (codes, ids) make it the same page of another thing.
TELLING = frozenset({"kind", "level", "step"})
ADDRESS = re.compile(r'(?:href|action|hx-get|formaction)="(/[^"#]*)')
Key = tuple[str, ...]
# Who goes through the portal; a page that several can get is looked at as the first of them.
PEOPLE = (
    "network",
    "sales",
    "admin",
    "approver",
    "finance",
    "rm.north",
    "dealer.deyang",
    "dealer.guangxi",
    "outlet.guanghan",
)
# What a page offers depends on the state of its object: of these, several are looked into for their links.
OF_MANY_STATES = frozenset(
    {
        "onboarding.show_opening",
        "onboarding.show_review",
        "network.show_outlet",
        "rebates.show_run",
        "visits.show_activity",
    }
)
MOST_STATES, MOST_TRIES = 6, 6
NOBODY = "nobody"


@dataclass(frozen=True)
class Found:
    """A page, and who got it. `key` is its endpoint with what tells it from others of that endpoint."""

    key: Key
    who: str
    path: str


@dataclass
class Crawl:
    """All pages that were found, and the endpoints that could not be reached."""

    pages: list[Found] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)

    @property
    def keys(self) -> set[Key]:
        """What has been found."""
        return {page.key for page in self.pages}


class Crawler:
    """Goes where links lead, one page of each kind, as one person after the other."""

    def __init__(self, app: Flask, get: Callable[[str, str], Any]) -> None:
        """`get(who, path)` answers with playwright's response."""
        self.app, self.get = app, get
        self.map: MapAdapter = app.url_map.bind("127.0.0.1")
        self.known: list[dict[str, Any]] = []
        self.crawl = Crawl()
        self.others: set[str] = set()

    def run(self, people: list[str], doors: Sequence[str] = ()) -> Crawl:
        """The pages of all of them; a page that several get is looked at as the first one.

        `doors`: addresses that links lead to only from one thing among many; the first person goes in by them too.
        """
        for who in people:
            self._follow(who, ["/", *doors])
            doors = []
        for rule in rules_of(self.app):
            if "GET" in (rule.methods or ()) and rule.endpoint not in {key[0] for key in self.crawl.keys}:
                self._try(rule, people)
        return self.crawl

    def _follow(self, who: str, doors: Sequence[str]) -> None:
        waiting, asked, paths = deque(doors), Counter[Key](), set()
        while waiting:
            path = waiting.popleft()
            key = self._key(path)
            if key is None or key[0] in self.others or path in paths:
                continue
            if path not in doors and asked[key] >= (MOST_STATES if key[0] in OF_MANY_STATES else 1):
                continue
            asked[key] += 1
            paths.add(path)
            waiting.extend(self._links(who, path, key))

    def _links(self, who: str, path: str, key: Key) -> Iterator[str]:
        """Looks at a page; yields the addresses in it, where it is a page."""
        response = self.get(who, path)
        text = response.text() if "text/html" in response.headers.get("content-type", "") else ""
        if response.status == 200 and not text.lstrip().lower().startswith("<!doctype"):
            self.others.add(key[0])  # a file, a list for a script, a part of a page
        if response.status != 200 or key[0] in self.others:
            return
        is_new = key not in self.crawl.keys
        if is_new or (key == ("home.index",) and not any(p.who == who and p.key == key for p in self.crawl.pages)):
            self.crawl.pages.append(Found(key, who, path))
        for address in dict.fromkeys(ADDRESS.findall(text)):
            link = unescape(address)
            self._remember(link)
            yield link

    def _match(self, path: str) -> tuple[str, dict[str, Any]] | None:
        try:
            endpoint, values = self.map.match(urlsplit(path).path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return endpoint, dict(values)

    def _key(self, path: str) -> Key | None:
        found = self._match(path)
        if found is None or found[0] == "static" or "/export" in path:
            return None
        endpoint, values = found
        return (endpoint, *(str(values[name]) for name in sorted(values.keys() & TELLING)))

    def _remember(self, path: str) -> None:
        for method in ("GET", "POST"):
            try:
                _endpoint, values = self.map.match(urlsplit(path).path, method=method)
            except (HTTPException, RequestRedirect):
                continue
            if values and values not in self.known and len(self.known) < 2_000:
                self.known.append(dict(values))

    def _address(self, rule: Any, values: dict[str, Any]) -> str | None:
        """The rule's address; None where a value is a word of another rule (the steps of other things)."""
        with self.app.test_request_context():
            try:
                return self.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            except (BuildError, ValueError):
                return None

    def _try(self, rule: Any, people: list[str]) -> None:
        """An address that no link led to, with values that others had."""
        candidates = [{}] if not rule.arguments else [each for each in self.known if each.keys() >= rule.arguments]
        for values in candidates[:MOST_TRIES]:
            path = self._address(rule, values)
            if path is None:
                continue
            for who in people:
                key = self._key(path)
                if key is None or key in self.crawl.keys:
                    return
                for link in self._links(who, path, key):
                    self._remember(link)
        if rule.endpoint not in self.others | {key[0] for key in self.crawl.keys}:
            self.crawl.unreached.append(rule.endpoint)
