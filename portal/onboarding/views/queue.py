"""The queue: what lies on the reader's desk, by role and delegation, with its age and due date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from flask_login import current_user
from markupsafe import Markup

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, STORE_CLASS, words_of
from portal.network.queries.lists import Named, list_areas
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.rules import CityTier, RegionLevel, StoreClass
from portal.onboarding.forms.reviews import queue_spec
from portal.onboarding.labels import APPLICATION_STATUS, APPLICATION_STATUS_COLOUR
from portal.onboarding.models import Application
from portal.onboarding.queries.application_lists import ApplicationFilter, list_counties
from portal.onboarding.queries.cases import ActingFor, list_acting_for
from portal.onboarding.queries.owners import name_distributors
from portal.onboarding.queries.queue import QueueFilter, count_by_status, list_queue, stream_queue
from portal.onboarding.review_labels import DESK_VIEW, ROLE
from portal.onboarding.rules.desks import Desk, statuses_on
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState

WITH_DUES = frozenset({Desk.MINE, Desk.ALL, Desk.RETURNED})


@dataclass(frozen=True)
class Queue:
    """One view of the queue as its URL asks for it."""

    desk: Desk
    statuses: tuple[ApplicationStatus, ...]
    acting: list[ActingFor]
    areas: list[Named]
    state: ListState

    @property
    def wanted(self) -> QueueFilter:
        """What the facets leave."""
        chosen, state = self.state.chosen, self.state
        statuses = tuple(ApplicationStatus(value) for value in chosen("status")) or self.statuses
        return QueueFilter(
            statuses=statuses,
            wanted=ApplicationFilter(text=state.text, counties=chosen("county"), areas=chosen("area")),
            classes=tuple(StoreClass(value) for value in chosen("class")),
            tiers=tuple(CityTier(value) for value in chosen("tier")),
            due_before=clock.today() if chosen("overdue") else None,
        )


@blueprint.get("/reviews", defaults={"desk": "mine"}, endpoint="list_reviews")
@blueprint.get("/reviews/<any(all, returned, approved, ended):desk>", endpoint="list_reviews")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def list_reviews(desk: str) -> str:
    """The applications on the reader's desk, or one of the other views."""
    session = db.session()
    queue = read_queue(desk)
    page, count = list_queue(
        session, queue.wanted, order=queue.state.order(Application.id), cursor=queue.state.cursor, size=queue.state.size
    )
    return render_template(
        "onboarding/review_queue.html",
        desk=queue.desk,
        state=queue.state,
        page=page,
        count=count,
        cells=_page_cells(page.rows, queue.areas),
        tabs=_tabs(queue),
        acting=queue.acting,
        roles=ROLE,
    )


@blueprint.post("/reviews/export/<kind>")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def export_reviews(kind: str) -> Response:
    """A view of the queue (`desk` in the query) as a file."""
    session = db.session()
    queue = read_queue(request.args.get("desk", "mine"))
    rows = stream_queue(session, queue.wanted, queue.state.order(Application.id))
    return export_table(kind, "reviews", _columns(), _cells(rows, queue.areas), noted_as="applications")


def read_queue(desk: str) -> Queue:
    """The view of that name, with what its URL asks for. Raises NotFound."""
    try:
        view = Desk(desk)
    except ValueError:
        raise NotFound() from None
    session = db.session()
    acting = list_acting_for(session, current_user, clock.today())
    statuses = statuses_on(view, {current_user.role, *(each.role for each in acting)})
    areas, book, language = list_areas(session), region_book(session), current_language()
    counties = {code: book.name(RegionLevel.COUNTY, code, language) for code in list_counties(session)}
    spec = queue_spec(statuses, counties, areas, with_dues=view in WITH_DUES)
    path = url_for("onboarding.list_reviews", desk=view.value)
    return Queue(view, statuses, acting, areas, spec.read(path, request.args))


def _tabs(queue: Queue) -> list[tuple[Any, str, bool, int]]:
    """The views with how many lie in each."""
    counts = count_by_status(db.session())
    roles = {current_user.role, *(each.role for each in queue.acting)}
    return [
        (
            DESK_VIEW[view],
            url_for("onboarding.list_reviews", desk=view.value),
            view is queue.desk,
            sum(counts.get(status, 0) for status in statuses_on(view, roles)),
        )
        for view in Desk
        if view is not Desk.MINE or statuses_on(view, roles)
    ]


def days_since(moment: Any) -> int | None:
    """Days of the calendar from a moment to today."""
    return None if moment is None else (clock.today() - moment.astimezone(clock.BUSINESS_ZONE).date()).days


def age_words(days: int | None) -> str:
    """How long ago, in days."""
    if days is None:
        return "–"
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("today")


def late_words(due_on: date | None) -> str:
    """By how many days something is overdue; nothing where it is not."""
    late = 0 if due_on is None else (clock.today() - due_on).days
    return ngettext("%(num)s day overdue", "%(num)s days overdue", late) if late > 0 else ""


def _page_cells(rows: Sequence[Any], areas: Sequence[Named]) -> dict[str, Sequence[str]]:
    """The cells of the list by column."""
    if not rows:
        return {}
    language = current_language()
    area_names = {area.id: area.name(language) for area in areas}
    badges, tiers = draw_badges(APPLICATION_STATUS, APPLICATION_STATUS_COLOUR), words_of(CITY_TIER)
    of = columns_of(rows)
    names = (of.owner_name, of.owner_name_en) if language == "zh_Hans" else (of.owner_name_en, of.owner_name)
    ages = [days_since(moment) for moment in of.submitted_at]
    return {
        "id": [str(number) for number in of.id],
        "number": of.number,
        "outlet": of.outlet_name,
        "status": [badges[status] for status in of.status],
        "place": region_book(db.session()).places(of.prefecture_code, of.county_code, language),
        "area": [area_names.get(area_id, "") for area_id in of.sales_area_id],
        "distributor": [first or second or "" for first, second in zip(*names, strict=True)],
        "class": [each.value if each else "" for each in of.store_class],
        "tier": [tiers[tier] if tier else "" for tier in of.city_tier],
        "points": ["–" if points is None else str(points) for points in of.points],
        "age": _each_once(age_words, ages),
        "due": _each_once(lambda day: format_date(day, language), of.due_on),
        "late": _each_once(_late_mark, of.due_on),
    }


def _each_once(words: Callable[[Any], str], values: Sequence[Any]) -> list[str]:
    """The words of each value; those of equal values are found once."""
    known = {value: words(value) for value in set(values)}
    return [known[value] for value in values]


def _late_mark(due_on: date | None) -> Markup:
    late = late_words(due_on)
    return Markup(' <span class="q-late">{}</span>').format(late) if late else Markup()


def place_words(book: RegionBook, row: Any, language: str) -> str:
    """Prefecture and county of a row."""
    names = (
        book.name(RegionLevel.PREFECTURE, row.prefecture_code, language),
        book.name(RegionLevel.COUNTY, row.county_code, language),
    )
    return " · ".join(dict.fromkeys(name for name in names if name))


def _columns() -> list[Column]:
    return [
        Column(pgettext("application", "Number"), "text", 22),
        Column(_("Outlet"), "text", 28),
        Column(_("Status"), "text", 22),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Sales area"), "text"),
        Column(_("Prefecture"), "text"),
        Column(_("County"), "text"),
        Column(_("City tier"), "text"),
        Column(_("Class"), "text"),
        Column(_("Points"), "integer"),
        Column(_("Submitted on"), "date"),
        Column(_("Age (days)"), "integer"),
        Column(_("Due"), "date"),
        Column(_("Sales target, first year (units)"), "integer"),
        Column(_("Capital (10,000 yuan)"), "integer"),
    ]


def _cells(rows: Iterator[Any], areas: Sequence[Named]) -> Iterator[Sequence[Any]]:
    session, language = db.session(), current_language()
    book, area_names = region_book(session), {area.id: area.name(language) for area in areas}
    owners: dict[int, Named] = {}
    for row in rows:
        if row.distributor_id not in owners:
            owners |= name_distributors(session, [row.distributor_id])
        owner = owners.get(row.distributor_id)
        yield [
            row.number,
            row.outlet_name,
            str(APPLICATION_STATUS[row.status]),
            owner.code if owner else "",
            owner.name(language) if owner else "",
            area_names.get(row.sales_area_id, ""),
            book.name(RegionLevel.PREFECTURE, row.prefecture_code, language),
            book.name(RegionLevel.COUNTY, row.county_code, language),
            str(CITY_TIER[row.city_tier]) if row.city_tier else "",
            str(STORE_CLASS[row.store_class]) if row.store_class else "",
            row.points,
            row.submitted_at.astimezone(clock.BUSINESS_ZONE).date() if row.submitted_at else None,
            days_since(row.submitted_at),
            row.due_on,
            row.volume_year_1,
            row.capital_wan,
        ]
