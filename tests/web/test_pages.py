"""The templates: strict HTML, nothing inline, every word translated, and every part in its place."""

from __future__ import annotations

import re

import html5lib
import pytest
from flask.testing import FlaskClient

PAGES = ("/", "/list", "/list?status=active&q=农机", "/list?q=nothing-like-this", "/form", "/detail", "/sign-in")
ERRORS = tuple(f"/errors/{number}" for number in (400, 401, 403, 404, 409, 413, 422, 429, 500))
LANGUAGES = ("en", "zh_Hans")


def get(pages: FlaskClient, url: str, language: str = "en") -> str:
    pages.set_cookie("lang", language)
    return pages.get(url).get_data(as_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", PAGES + ERRORS)
def test_the_html_is_strict_and_has_nothing_inline(pages: FlaskClient, url: str, language: str) -> None:
    html = get(pages, url, language)
    html5lib.HTMLParser(strict=True).parse(html)
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", html)
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r"(src|href)=\"(https?:)?//", html)
    ids = re.findall(r'<[^>]* id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert f'<html lang="{"zh-CN" if language == "zh_Hans" else "en"}">' in html


def test_errors_are_shown_at_the_top_and_at_the_field(pages: FlaskClient, pattern_book: object) -> None:
    pattern_book.config["WTF_CSRF_ENABLED"] = False  # type: ignore[attr-defined]
    html = pages.post("/form", data={"latitude": "31.5", "notes": "kept <b>"}).get_data(as_text=True)
    pattern_book.config["WTF_CSRF_ENABLED"] = True  # type: ignore[attr-defined]
    html5lib.HTMLParser(strict=True).parse(html)
    assert '<a href="#name">Name: Enter the name as on the business licence.</a>' in html
    assert '<a href="#mode-0">Operating mode: Choose one.</a>' in html
    assert 'id="mode-0"' in html
    assert re.search(r'<input aria-describedby="name-hint name-error" aria-invalid="true"[^>]* id="name"', html)
    assert 'value="31.5"' in html
    assert "kept &lt;b&gt;" in html
    assert 'enctype="multipart/form-data"' in html


def test_a_form_carries_its_token_and_version_once(pages: FlaskClient) -> None:
    form = get(pages, "/form").partition('class="q-form"')[2]
    assert form.count('name="csrf_token"') == 1
    assert form.count('name="version"') == 1


def test_a_list_says_what_it_shows_and_keeps_its_state(pages: FlaskClient) -> None:
    html = get(pages, "/list?status=active&sort=-opened&size=50")
    assert 'aria-sort="descending"' in html
    assert 'href="/list?status=active&amp;sort=opened&amp;size=50"' in html
    assert "Remove the filter Status: Active" in html
    assert 'formaction="/list.csv?status=active&amp;sort=-opened&amp;size=50"' in html
    assert re.search(r'<td data-label="Amount" class="num" hidden>', html)
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html


def test_the_last_page_is_reached_at_once(pages: FlaskClient) -> None:
    html = get(pages, "/list?cursor=last")
    assert "SC00437" in html
    assert "SC00412" not in html
    assert '<span class="btn disabled" aria-disabled="true"><span>Next</span>' in html


def test_an_empty_list_offers_the_way_back(pages: FlaskClient) -> None:
    html = get(pages, "/list?q=nothing-like-this", "zh_Hans")
    assert "没有符合这些条件的记录" in html
    assert '<a class="btn" href="/list">清除全部筛选条件</a>' in html


def test_formats_follow_the_reader_not_the_first_reader(pages: FlaskClient) -> None:
    assert "12.3 km" in get(pages, "/detail")
    assert "12.3 公里" in get(pages, "/detail", "zh_Hans")
    assert "2026年9月1日 00:30" in get(pages, "/detail", "zh_Hans")


def test_a_version_conflict_shows_both_values(pages: FlaskClient) -> None:
    html = get(pages, "/errors/409")
    assert "成都金牛兴达农机</td>" in html
    assert "成都金牛兴达农机经营部</td>" in html
    assert 'href="/detail">Open the record again</a>' in html


def test_only_the_server_error_names_the_request(pages: FlaskClient) -> None:
    assert "3f9a1b22c0de" in get(pages, "/errors/500")
    assert "3f9a1b22c0de" not in get(pages, "/errors/404")
