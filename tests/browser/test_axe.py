"""Every page of every role, light at a desk and dark on a phone: axe, width, words, policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.crawling import NOBODY, Crawl
from tests.browser.pages.home import HomePage
from tests.browser.reader import DESK, PHONE, Reader
from tests.browser.sweeping import Seen, sweep
from tests.browser.world import email_of
from tests.chromium import AXE_RULES, LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
# Pages that want something to happen first, which happens in a journey; and answers to scripts only.
ELSEWHERE = frozenset(
    {
        "accounts.enter_code",
        "accounts.take_up_link",
        "coverage.areas",
        "coverage.boundaries",
        "coverage.bubbles",
        "coverage.map_script",
        "coverage.points",
        "jobs.show_job",
        "jobs.show_progress",
        "network.download_findings",
        "network.download_import",
        "network.list_imported",
        "network.map_import_columns",
        "network.show_import",
        "network.show_import_progress",
        "onboarding.hold_promise",
        "onboarding.record_opening",
        "onboarding.show_visit_photo",
        "onboarding.take_up_candidate",
        "rebates.approve_settlement",
        "rebates.check_settlement",
        "rebates.compare_what_ifs",
        "rebates.edit_document",
        "rebates.edit_policy",
        "rebates.return_settlement",
        "rebates.step_policy",
        "rebates.withdraw_settlement",
        "sales.decide_period_reopening",
        "sales.download_file",
        "sales.download_upload",
        "sales.download_upload_findings",
        "sales.map_upload_columns",
        "sales.show_submitted",
        "sales.show_upload",
        "sales.show_upload_progress",
        "sales.step_period",
        "targets.check_plan",
        "targets.edit_plan",
        "targets.edit_season",
        "targets.edit_shares",
        "visits.answer",
        "visits.record",
    }
)
# All rules once; in the other theme and on the narrow screen those that may come out differently.
VIEWS = {"desk": ("light", DESK, "zh_Hans", AXE_RULES), "phone": ("dark", PHONE, "en", LOOKS)}


@pytest.fixture(scope="module", params=VIEWS)
def seen(request: pytest.FixtureRequest, crawl: Crawl, browser_of: Callable[..., Reader]) -> list[Seen]:
    """Every page looked at, on one kind of screen."""
    theme, width, language, rules = VIEWS[request.param]
    found = []
    for who in dict.fromkeys(page.who for page in crawl.pages):
        signed_in = email_of(who) if who != NOBODY else None
        reader = browser_of(signed_in=signed_in, theme=theme, width=width, language=language)
        if signed_in:
            HomePage(reader).read_in(language)
        found += sweep(reader, [page for page in crawl.pages if page.who == who], rules)
    return found


def told(seen: list[Seen], what: str) -> dict[str, Any]:
    return {f"{each.page.who} {each.page.path}": getattr(each, what) for each in seen if getattr(each, what)}


def test_there_is_a_way_to_every_page(crawl: Crawl) -> None:
    assert len(crawl.pages) > 60
    assert set(crawl.unreached) - ELSEWHERE == set()


def test_axe_finds_nothing(seen: list[Seen]) -> None:
    assert told(seen, "axe") == {}


def test_no_page_is_wider_than_its_screen(seen: list[Seen]) -> None:
    assert told(seen, "wide") == {}


def test_no_english_is_left_in_chinese_pages(seen: list[Seen]) -> None:
    assert told(seen, "untranslated") == {}


def test_nothing_fails_and_the_policy_holds_when_everything_is_opened(seen: list[Seen]) -> None:
    assert told(seen, "faults") == {}
