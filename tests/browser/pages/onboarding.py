"""Onboarding's pages: the form of the applicant, the desk of the reviewers, openings, recruiting, exits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.browser.pages.lists import ListPage
from tests.browser.pages.map import MapPage
from tests.browser.pages.records import FormPage, RecordPage
from tests.browser.pages.shell import Shell

SUBMITTED = re.compile("/submitted$")
JUDGED = "[data-site-part] [data-site-sheet]"


class ApplicationForm(FormPage):
    """The form of an application, a step at a time."""

    path = "/applications"

    def begin(self) -> ApplicationForm:
        """From the list of applications to the first step."""
        self.choose("Applications")
        self.follow(self.page.locator("main a[href='/applications/new']").first)
        self.page.wait_for_selector("#pin-map.leaflet-container")
        return self

    @property
    def step(self) -> str:
        """Which one is open, as the address says."""
        return str(self.page.url.rpartition("/")[2].partition("?")[0])

    def tap_map(self) -> tuple[float, float]:
        """Drop the pin beside the middle of the map; returns longitude and latitude, once the place is judged."""
        frame = self.page.locator("#pin-map")
        frame.scroll_into_view_if_needed()
        size = frame.bounding_box()
        frame.click(position={"x": size["width"] / 2 + 20, "y": size["height"] / 2 + 20})
        self.page.wait_for_selector(JUDGED)
        return self.point

    @property
    def point(self) -> tuple[float, float]:
        """What the fields say."""
        lng, lat = (self.page.input_value(f"#{name}") for name in ("lng", "lat"))
        return float(lng), float(lat)

    def type_point(self, lng: float, lat: float) -> None:
        """Type coordinates; waits until they are saved and the place is judged anew, with no button pressed."""
        self.fill(lng=str(lng), lat=str(lat))
        self.page.wait_for_function(
            f"([lng, lat]) => {{ const box = document.querySelector('{JUDGED}');"
            " const site = box && JSON.parse(box.dataset.siteSheet).site;"
            " return site && Math.abs(site.lng - lng) < 1e-5 && Math.abs(site.lat - lat) < 1e-5; }",
            arg=[lng, lat],
        )

    @property
    def place(self) -> str:
        """What is said about the pin."""
        return str(self.page.inner_text("[data-note='place']"))

    def upload(self, kind: str, path: Path) -> None:
        """Choose a file: it is sent at once."""
        with self.page.expect_navigation():
            self.page.set_input_files(f"#file-{kind}", path)
        self.reader.check_page()

    @property
    def files(self) -> list[str]:
        """Names of the files on the page."""
        return list(self.page.locator("main .q-file span").all_inner_texts())

    def tick(self, *names: str) -> None:
        """Check boxes."""
        for name in names:
            self.page.check(f"main form [name='{name}']")

    @property
    def answers(self) -> str:
        """All that the page shows of the form."""
        return str("\n".join(self.page.locator(".q-answers").all_inner_texts()))

    def hand_in_by_double_click(self) -> None:
        """As people do who are used to slow pages. What was sent is sent once more: it leads to the same page."""
        form = self.page.locator("main form[action$='/submit']")
        url, sent = form.get_attribute("action"), form.evaluate("each => Object.fromEntries(new FormData(each))")
        with self.page.expect_navigation(url=SUBMITTED):
            form.locator(".btn-primary").dblclick()
        self.reader.check_page()
        again = self.reader.context.request.post(url, form=sent, headers={"Referer": self.page.url})
        assert SUBMITTED.search(again.url), again.status

    def fact(self, name: str) -> str:
        """A fact of the page, by its English label."""
        return fact_of(self, name)


def fact_of(page: Shell, name: str, context: str = "") -> str:
    """What stands beside a label in a list of facts."""
    label = re.compile(f"^{re.escape(page.say(name, context))}$")
    return str(page.page.locator("main dl div", has=page.page.locator("dt", has_text=label)).first.inner_text())


class ApplicationPage(RecordPage):
    """An application as its applicant sees it."""

    @property
    def timeline(self) -> list[str]:
        """The steps, newest first."""
        return list(self.page.locator(".q-timeline .q-event").all_inner_texts())

    @property
    def actions(self) -> Any:
        """The buttons beside the heading."""
        return self.page.locator(".q-page-head .q-actions")

    def press(self, name: str, context: str = "") -> None:
        """One of them, by its English name."""
        self.follow(self.actions.get_by_role("link", name=self.say(name, context), exact=True))


class Bell(Shell):
    """Notices."""

    path = "/notifications"

    @property
    def count(self) -> int:
        """The number beside the bell."""
        number = self.page.locator(".q-bell-count")
        return int(number.inner_text()) if number.count() else 0

    def ring(self) -> Bell:
        """To the notices."""
        self.follow(self.page.locator(".q-bell"))
        return self

    @property
    def unread(self) -> list[str]:
        """Newest first."""
        return list(self.page.locator(".q-unread").all_inner_texts())

    def take_up(self, words: str) -> None:
        """Open the notice with these words."""
        self.follow(self.page.locator(".q-unread", has_text=words).first)


class Queue(ListPage):
    """What lies on a reviewer's desk."""

    path = "/reviews"

    @property
    def numbers(self) -> list[str]:
        """Numbers of the applications."""
        return self.column("Number", "application")

    def take(self, number: str) -> ReviewPage:
        """Open an application by its number."""
        row = self.page.locator("#list tbody tr", has_text=number)
        self.follow(row.locator("a.q-lead"))
        return ReviewPage(self.reader)


class ReviewPage(RecordPage):
    """An application as its reviewers read it."""

    def wait_for_sheet(self) -> None:
        """Until the site is judged."""
        self.page.wait_for_selector("#site .q-site-picture svg")

    @property
    def turn(self) -> str:
        """What the reader may do, and what stands against it."""
        box = self.page.locator(".q-turn")
        return str(box.inner_text()) if box.count() else ""

    def begin_step(self, name: str, context: str = "") -> StepPage:
        """To the page of a step, by the button's English name."""
        self.follow(self.page.locator(".q-turn").get_by_role("link", name=self.say(name, context), exact=True))
        return StepPage(self.reader)

    def check_in_and_report(self, findings: str, photo: Path) -> str:
        """Record a visit from where the device stands; returns what was said about the position."""
        self.follow(self.page.locator("#visits .q-card-head a"))
        self.page.locator("[data-check-in-button]").click()
        self.page.wait_for_function("() => document.getElementById('lng').value !== ''")
        said = str(self.page.inner_text("[data-check-in-words]"))
        FormPage(self.reader).fill(findings=findings).attach("photos", photo).save()
        return said

    def score(self, marks: list[int], note: str) -> str:
        """Fill in the score sheet; returns the points shown while typing."""
        self.follow(self.page.locator("#scores .q-card-head a"))
        for place, mark in enumerate(marks):
            self.page.locator("[name^='mark_']").nth(place).fill(str(mark))
        shown = str(self.page.inner_text("[data-score-points]"))
        FormPage(self.reader).fill(note=note).save()
        return shown

    def photos(self, card: str) -> Any:
        """Pictures in a card."""
        return self.page.locator(f"#{card} img")

    def see_frozen_sheet(self) -> str:
        """Follow the last decision's sheet; returns the page's words."""
        self.follow(self.page.locator("#timeline a[href*='/sheets?step=']").first)
        self.page.wait_for_selector("#sheet .q-site-picture svg")
        return str(self.page.inner_text("main"))


class StepPage(FormPage):
    """The words of a step, and its button: red where it ends the application."""

    def save(self) -> None:
        """Take the step."""
        self.follow(self.page.locator("main form .q-submit button[type='submit']"))


class OpeningPage(RecordPage):
    """The checklist, and the day of the opening."""

    @property
    def open_lines(self) -> Any:
        """Buttons of the lines that are not done."""
        return self.page.locator("#checklist").get_by_role("button", name=self.say("Done today"), exact=True)

    def tick_all(self) -> int:
        """Each line done today; returns how many there were."""
        count = int(self.open_lines.count())
        for left in range(count, 0, -1):
            assert self.open_lines.count() == left
            self.follow(self.open_lines.first)
        return count

    def open_today(self) -> None:
        """Record the opening on the day that is offered: today's."""
        self.follow(self.page.locator(".q-actions a[href$='/open']"))
        FormPage(self.reader).save()


class CoverageMap(MapPage):
    """The map, by its search."""

    def fly_to(self, name: str) -> list[str]:
        """Search an outlet, choose it and wait for its card; returns the names in the card."""
        self.page.fill("#map-search", name)
        self.page.wait_for_selector("#map-found [role='option']")
        self.settle(lambda: self.page.keyboard.press("Enter"))
        return self.card_links()

    @property
    def card_status(self) -> str:
        """Status and since when."""
        return str(self.page.inner_text(".q-map-card-status"))


class Board(ListPage):
    """Recruiting."""

    path = "/candidates"

    def names(self, stage: str) -> list[str]:
        """Who stands in a column."""
        column = self.page.locator(f"section[aria-labelledby='stage-{stage}']")
        return list(column.locator(".q-board-card .q-lead").all_inner_texts())

    def add(self, **values: str) -> None:
        """Put a name into the pipeline."""
        self.follow(self.page.locator(".q-page-head a[href='/candidates/new']"))
        FormPage(self.reader).fill(**values).save()

    def move(self, name: str, to: str) -> FormPage:
        """By the card's own choice of stages; where more must be said, a form opens."""
        card = self.page.locator(".q-board-card", has_text=name)
        card.locator("select").select_option(to)
        self.follow(card.get_by_role("button"))
        return FormPage(self.reader)

    def take(self, name: str) -> RecordPage:
        """A candidate's page."""
        self.follow(self.page.locator(".q-board-card .q-lead", has_text=name))
        return RecordPage(self.reader)


class PlanPage(ListPage):
    """The rollout plan."""

    path = "/plan/county"

    @property
    def groups(self) -> dict[str, tuple[int, int, int]]:
        """Planned, open and late by the group's name."""
        found = {}
        for row in self.page.locator("main table").first.locator("tbody tr").all():
            cells = row.locator("td").all_inner_texts()
            found[cells[0].strip()] = (int(cells[1]), int(cells[2]), int(cells[4]))
        return found

    @property
    def figures(self) -> list[int]:
        """Planned, open, late, opened elsewhere."""
        return [int(text.replace(",", "")) for text in self.page.locator(".q-figure-value").all_inner_texts()]


class ExitPage(RecordPage):
    """One exit."""

    def button(self, name: str) -> Any:
        """A button of the next step, by its English name."""
        return self.page.locator("main").get_by_role("button", name=self.say(name), exact=True)

    def press(self, name: str) -> None:
        """Take the step."""
        self.follow(self.button(name))
