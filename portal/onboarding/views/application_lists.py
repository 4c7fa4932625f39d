"""The list of applications: the distributor's own, or all that reviewers see; and the same as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Response, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, OPERATING_MODE
from portal.network.queries import lists
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.rules import RegionLevel
from portal.onboarding.forms.application_lists import application_spec
from portal.onboarding.labels import APPLICATION_STATUS, APPLICATION_STATUS_COLOUR
from portal.onboarding.models import Application
from portal.onboarding.queries import application_lists as queries
from portal.onboarding.queries.application_lists import ApplicationFilter
from portal.onboarding.queries.owners import name_distributors
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState


@dataclass(frozen=True)
class Words:
    """What rows refer to, looked up once a page."""

    language: str
    book: RegionBook
    areas: dict[int, str]
    owners: dict[int, lists.Named]

    def region(self, level: RegionLevel, code: str | None) -> str:
        """The name of a region."""
        return self.book.name(level, code, self.language)

    def owner(self, row: Any) -> str:
        """The distributor's name."""
        found = self.owners.get(row.distributor_id)
        return found.name(self.language) if found else ""


@blueprint.get("/applications")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def list_applications() -> str:
    """The applications that the reader sees."""
    session = db.session()
    areas = lists.list_areas(session)
    state = _state(areas)
    page, count = queries.list_applications(
        session, _filters(state), order=state.order(Application.id), cursor=state.cursor, size=state.size
    )
    return render_template(
        "onboarding/application_list.html",
        state=state,
        page=page,
        count=count,
        cells=_page_cells(page.rows, areas),
        may_apply=can(P.ONBOARDING_APPLICATIONS_SUBMIT),
    )


@blueprint.post("/applications/export/<kind>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def export_applications(kind: str) -> Response:
    """The filtered list as a file. A POST, for it leaves a trace; personal data stay out."""
    session = db.session()
    areas = lists.list_areas(session)
    state = _state(areas)
    rows = queries.stream_applications(session, _filters(state), state.order(Application.id))
    return export_table(kind, "applications", _export_columns(), _export_cells(rows, areas))


def _state(areas: Sequence[lists.Named]) -> ListState:
    session, language = db.session(), current_language()
    book = region_book(session)
    counties = {code: book.name(RegionLevel.COUNTY, code, language) for code in queries.list_counties(session)}
    spec = application_spec(
        areas,
        counties,
        is_applicant=queries.is_applicant(session),
        is_everywhere=bound_scope(session).kind is ScopeKind.EVERYTHING,
    )
    return spec.read(url_for("onboarding.list_applications"), request.args)


def _filters(state: ListState) -> ApplicationFilter:
    return ApplicationFilter(
        text=state.text,
        statuses=tuple(ApplicationStatus(value) for value in state.chosen("status")),
        counties=state.chosen("county"),
        areas=state.chosen("area"),
    )


def _words(areas: Iterable[lists.Named], owner_ids: set[int]) -> Words:
    session, language = db.session(), current_language()
    return Words(
        language=language,
        book=region_book(session),
        areas={area.id: area.name(language) for area in areas},
        owners={} if queries.is_applicant(session) else name_distributors(session, owner_ids),
    )


def _page_cells(rows: Sequence[Any], areas: Iterable[lists.Named]) -> dict[str, Sequence[str]]:
    """The cells of the list by column."""
    if not rows:
        return {}
    language, today = current_language(), clock.today()
    area_names = {area.id: area.name(language) for area in areas}
    badges = draw_badges(APPLICATION_STATUS, APPLICATION_STATUS_COLOUR)
    unnamed, late = _unnamed(language), _late(language)
    of = columns_of(rows)
    names = (of.owner_name, of.owner_name_en) if language == "zh_Hans" else (of.owner_name_en, of.owner_name)
    return {
        "id": [str(number) for number in of.id],
        "number": [number or "" for number in of.number],
        "outlet": [name or unnamed for name in of.outlet_name],
        "status": [badges[status] for status in of.status],
        "due": _days(of.due_on, language),
        "late": [late if due_on is not None and due_on < today else Markup() for due_on in of.due_on],
        "distributor": [first or second or "" for first, second in zip(*names, strict=True)],
        "place": region_book(db.session()).places(of.prefecture_code, of.county_code, language),
        "area": [area_names.get(area_id, "") for area_id in of.sales_area_id],
        "class": [each.value if each else "" for each in of.store_class],
        "submitted": _days(of.submitted_at, language),
        "updated": _days(of.updated_at, language),
    }


def _days(days: Sequence[Any], language: str) -> list[str]:
    return [format_date(day, language) if day else "" for day in days]


@cache
def _unnamed(_language: str) -> Markup:
    return Markup('<span class="q-none">{}</span>').format(_("not named yet"))


@cache
def _late(_language: str) -> Markup:
    return Markup(" ") + get_template_attribute("macros/status.html", "badge")(_("overdue"), "red")


def _export_columns() -> list[Column]:
    return [
        Column(_("Number"), "text", 24),
        Column(_("Outlet applied for"), "text", 28),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Status"), "text", 24),
        Column(_("Due"), "date"),
        Column(_("Sales area"), "text"),
        Column(_("Province"), "text"),
        Column(_("Prefecture"), "text"),
        Column(_("County"), "text"),
        Column(_("County code"), "text"),
        Column(_("City tier"), "text"),
        Column(_("Address"), "text", 36),
        Column(_("Longitude (WGS-84)")),
        Column(_("Latitude (WGS-84)")),
        Column(_("Class"), "text"),
        Column(_("Operating mode"), "text"),
        Column(_("Capital (10,000 yuan)"), "integer"),
        Column(_("Sales target, first year (units)"), "integer"),
        Column(_("Sales target, second year (units)"), "integer"),
        Column(_("Sales target, third year (units)"), "integer"),
        Column(_("Planned opening"), "date"),
        Column(_("Handed in on"), "date"),
        Column(_("Decided on"), "date"),
        Column(_("Conditions"), "text", 36),
    ]


def _export_cells(rows: Iterable[Any], areas: Sequence[lists.Named]) -> Iterator[Sequence[Any]]:
    words = _words(areas, set())
    statuses = {status: str(word) for status, word in APPLICATION_STATUS.items()}
    for row in rows:
        if row.distributor_id not in words.owners:
            words.owners.update(name_distributors(db.session(), [row.distributor_id]))
        owner = words.owners.get(row.distributor_id)
        yield [
            row.number or "",
            row.outlet_name,
            owner.code if owner else "",
            words.owner(row),
            statuses[row.status],
            row.due_on,
            words.areas.get(row.sales_area_id, ""),
            *(words.region(level, getattr(row, f"{level.value}_code")) for level in RegionLevel),
            row.county_code,
            str(CITY_TIER[row.city_tier]) if row.city_tier else "",
            row.address,
            row.lng,
            row.lat,
            row.store_class.value if row.store_class else "",
            str(OPERATING_MODE[row.operating_mode]) if row.operating_mode else "",
            row.capital_wan,
            row.volume_year_1,
            row.volume_year_2,
            row.volume_year_3,
            row.planned_open_on,
            _day(row.submitted_at),
            _day(row.decided_at),
            row.conditions,
        ]


def _day(moment: Any) -> Any:
    return moment.astimezone(clock.BUSINESS_ZONE).date() if moment else None
