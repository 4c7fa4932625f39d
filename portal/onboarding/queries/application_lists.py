"""Lists of applications: the applicant's own, drafts included; for reviewers all in their scope that were handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.queries.parties import NOT_ASSIGNED, Rows
from portal.network.queries.text_search import contains_text
from portal.network.rules import TRADING
from portal.onboarding.models import Application, ApplicationFile, ReviewStep
from portal.onboarding.queries.applications import get_application
from portal.onboarding.rules.states import ApplicationStatus
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.scope import ScopeKind, bound_scope, scope_of_system

EXPORT_CHUNK = 2_000
OFFERED_COUNTIES = 200
COLUMNS = (
    Application.id,
    Application.number,
    Application.outlet_name,
    Application.status,
    Application.asked_by_stage,
    Application.distributor_id,
    Application.sales_area_id,
    Application.province_code,
    Application.prefecture_code,
    Application.county_code,
    Application.store_class,
    Application.submitted_at,
    Application.updated_at,
    Application.due_on,
)
EXPORT_COLUMNS = (
    *COLUMNS,
    Application.address,
    Application.lng,
    Application.lat,
    Application.city_tier,
    Application.operating_mode,
    Application.capital_wan,
    Application.volume_year_1,
    Application.volume_year_2,
    Application.volume_year_3,
    Application.planned_open_on,
    Application.decided_at,
    Application.conditions,
)

OWNER_COLUMNS = (
    Distributor.code.label("owner_code"),
    Distributor.name.label("owner_name"),
    Distributor.name_en.label("owner_name_en"),
)
# Constants, so that what follows from them is built once and not for each request. Handed in, or drafts too.
_OWNED = Distributor.id == Application.distributor_id
_ALL = select(*COLUMNS, *OWNER_COLUMNS).select_from(Application).outerjoin(Distributor, _OWNED)
_HANDED_IN = _ALL.where(Application.number.is_not(None))
_ALL_IDS = select(Application.id)
_HANDED_IN_IDS = _ALL_IDS.where(Application.number.is_not(None))
_COUNTIES = (
    select(Application.county_code)
    .where(Application.county_code.is_not(None))
    .distinct()
    .order_by(Application.county_code)
    .limit(OFFERED_COUNTIES + 1)
)
_COUNTIES_HANDED_IN = _COUNTIES.where(Application.number.is_not(None))


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Which applications. Empty means: does not filter; several values of one kind are alternatives."""

    text: str = ""
    statuses: tuple[ApplicationStatus, ...] = ()
    counties: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Application, cut to what is asked for."""
        if self.text:
            owners = select(Distributor.id).where(
                or_(*(contains_text(each, self.text) for each in (Distributor.code, Distributor.name)))
            )
            statement = statement.where(
                or_(
                    contains_text(Application.number, self.text),
                    contains_text(Application.outlet_name, self.text),
                    Application.distributor_id.in_(owners),
                )
            )
        if self.statuses:
            statement = statement.where(Application.status.in_(self.statuses))
        if self.counties:
            statement = statement.where(Application.county_code.in_(self.counties))
        return statement.where(self._in_areas()) if self.areas else statement

    def _in_areas(self) -> Any:
        codes = [code for code in self.areas if code != NOT_ASSIGNED]
        found = [Application.sales_area_id.in_(select(SalesArea.id).where(SalesArea.code.in_(codes)))]
        if NOT_ASSIGNED in self.areas:
            found.append(Application.sales_area_id.is_(None))
        return or_(*found)


def is_applicant(session: Session) -> bool:
    """Whether the reader belongs to a distributor, and so sees drafts."""
    return bound_scope(session).kind is ScopeKind.DISTRIBUTOR


def _seen(session: Session, statement: Rows) -> Rows:
    """Without what others have not handed in yet."""
    return statement if is_applicant(session) else statement.where(Application.number.is_not(None))


def get_seen_application(session: Session, application_id: int) -> Application:
    """The application; NotFound where it is foreign, absent, or another's draft."""
    application = get_application(session, application_id)
    if application is None or (application.number is None and not is_applicant(session)):
        raise NotFound()
    return application


def list_applications(
    session: Session, wanted: ApplicationFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of applications (rows of COLUMNS and OWNER_COLUMNS), and how many there are in all."""
    listed, counted = (_ALL, _ALL_IDS) if is_applicant(session) else (_HANDED_IN, _HANDED_IN_IDS)
    page = keyset_page(session, wanted.apply(listed), order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, wanted.apply(counted))


def stream_applications(session: Session, wanted: ApplicationFilter, order: Sequence[SortKey]) -> Iterator[Any]:
    """All rows (EXPORT_COLUMNS) that the filters leave, a chunk at a time."""
    statement = wanted.apply(_seen(session, select(*EXPORT_COLUMNS)))
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, statement, order, cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def list_counties(session: Session) -> list[str]:
    """Codes of the counties applied for, as a filter's values; empty where they are too many for one."""
    codes = session.scalars(_COUNTIES if is_applicant(session) else _COUNTIES_HANDED_IN)
    found = [code for code in codes if code]
    return found if len(found) <= OFFERED_COUNTIES else []


def list_steps(session: Session, application: Application) -> list[ReviewStep]:
    """What happened to it, newest first, without the frozen sheets."""
    return list(
        session.scalars(
            select(ReviewStep)
            .where(ReviewStep.application_id == application.id)
            .options(defer(ReviewStep.frozen_sheet))
            .order_by(ReviewStep.id.desc())
        )
    )


def list_files(session: Session, application: Application) -> list[ApplicationFile]:
    """Its files, by kind and age."""
    return list(
        session.scalars(
            select(ApplicationFile)
            .where(ApplicationFile.application_id == application.id)
            .order_by(ApplicationFile.kind, ApplicationFile.id)
        )
    )


def list_applicants(session: Session) -> list[Distributor]:
    """The distributors for which the reader may apply: its own."""
    return list(session.scalars(select(Distributor).order_by(Distributor.code))) if is_applicant(session) else []


def list_incumbents(session: Session, application: Application) -> list[tuple[str, str]]:
    """Code and name of the applicant's trading outlets in the county (without one, in the prefecture)."""
    place = (
        Outlet.county_code == application.county_code
        if application.county_code
        else Outlet.prefecture_code == application.prefecture_code
    )
    rows = session.execute(
        select(Outlet.code, Outlet.name)
        .where(Outlet.distributor_id == application.distributor_id, place, Outlet.status.in_(TRADING))
        .order_by(Outlet.code)
        .limit(OFFERED_COUNTIES)
    )
    return [(row.code, row.name) for row in rows]


def get_area(session: Session, application: Application) -> SalesArea | None:
    """The sales area that the site lies in: its applicant may know its name, wherever it is."""
    if application.sales_area_id is None:
        return None
    with scope_of_system(session):
        return session.scalar(select(SalesArea).where(SalesArea.id == application.sales_area_id))
