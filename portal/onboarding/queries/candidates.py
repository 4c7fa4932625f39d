"""Reads of recruiting: the board, the list, one candidate with its history and the outlet that stood there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.errors import NotFound
from portal.network.models import LifeEvent, Outlet, SalesArea
from portal.network.queries.parties import RegionKey, Rows
from portal.network.queries.text_search import contains_text
from portal.network.rules import RegionLevel
from portal.onboarding.models import Application, Candidate, RecruitingStage
from portal.onboarding.rules.scores import TargetClass
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.permissions import Permission, Role, is_allowed

S = RecruitingStage
ENDED = (S.SIGNED, S.DROPPED)
# Cards that a column of the board holds; the rest is in the list.
CARDS = 30
COLUMNS = (
    Candidate.id,
    Candidate.name,
    Candidate.stage,
    Candidate.stage_on,
    Candidate.target_class,
    Candidate.next_step,
    Candidate.next_on,
    Candidate.owner_name,
    Candidate.sales_area_id,
    Candidate.prefecture_code,
    Candidate.county_code,
    Candidate.predecessor_id,
    Candidate.version,
)
EXPORT_COLUMNS = (
    *COLUMNS,
    Candidate.address,
    Candidate.quality,
    Candidate.size,
    Candidate.is_related,
    Candidate.is_new_mainstream_store,
    Candidate.signing,
    Candidate.drop_reason,
    Candidate.note,
)


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates. `late_on`: only those whose next step was due before this day."""

    text: str = ""
    stages: tuple[RecruitingStage, ...] = ()
    classes: tuple[TargetClass, ...] = ()
    areas: tuple[str, ...] = ()
    regions: tuple[RegionKey, ...] = ()
    late_on: date | None = None

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Candidate, cut to what is asked for."""
        if self.text:
            found = contains_text(Candidate.name, self.text) | contains_text(Candidate.owner_name, self.text)
            statement = statement.where(found)
        if self.stages:
            statement = statement.where(Candidate.stage.in_(self.stages))
        if self.classes:
            statement = statement.where(Candidate.target_class.in_(self.classes))
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            statement = statement.where(Candidate.sales_area_id.in_(areas))
        for level, code in self.regions[:1]:
            statement = statement.where(region_column(level) == code)
        if self.late_on:
            statement = statement.where(Candidate.next_on < self.late_on, Candidate.stage.not_in(ENDED))
        return statement


def region_column(level: RegionLevel) -> Any:
    """The column that holds a candidate's region of a level."""
    return {
        RegionLevel.PROVINCE: Candidate.province_code,
        RegionLevel.PREFECTURE: Candidate.prefecture_code,
        RegionLevel.COUNTY: Candidate.county_code,
    }[level]


def list_candidates(
    session: Session, wanted: CandidateFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of candidates (rows of COLUMNS), and how many there are in all."""
    statement = wanted.apply(select(*COLUMNS))
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def stream_candidates(session: Session, wanted: CandidateFilter) -> Iterator[Any]:
    """All rows (EXPORT_COLUMNS) that the filters leave, by county and name."""
    statement = wanted.apply(select(*EXPORT_COLUMNS)).order_by(Candidate.county_code, Candidate.name, Candidate.id)
    yield from session.execute(statement.execution_options(yield_per=1_000))


def list_board(session: Session, wanted: CandidateFilter) -> dict[RecruitingStage, list[Any]]:
    """The open stages with their first CARDS candidates: what is due first stands on top."""
    place = func.row_number().over(
        partition_by=Candidate.stage, order_by=(Candidate.next_on.is_(None), Candidate.next_on, Candidate.id)
    )
    ranked = (
        wanted.apply(select(Candidate.id.label("id"), place.label("place")))
        .where(Candidate.stage.not_in(ENDED))
        .subquery()
    )
    statement = (
        select(*COLUMNS)
        .join(ranked, ranked.c.id == Candidate.id)
        .where(ranked.c.place <= CARDS)
        .order_by(Candidate.stage, ranked.c.place)
    )
    found: dict[RecruitingStage, list[Any]] = {stage: [] for stage in RecruitingStage if stage not in ENDED}
    for row in session.execute(statement):
        found[row.stage].append(row)
    return found


def count_by_stage(session: Session, wanted: CandidateFilter) -> dict[RecruitingStage, int]:
    """How many candidates stand at each stage."""
    statement = wanted.apply(select(Candidate.stage, func.count())).group_by(Candidate.stage)
    return {row[0]: row[1] for row in session.execute(statement)}


def list_prefectures(session: Session) -> list[str]:
    """Codes of the prefectures in which there are candidates."""
    statement = select(Candidate.prefecture_code).where(Candidate.prefecture_code.is_not(None)).distinct()
    return [code for code in session.scalars(statement.order_by(Candidate.prefecture_code).limit(400)) if code]


def get_candidate(session: Session, candidate_id: int) -> Candidate:
    """A candidate with its events; NotFound where the reader sees none."""
    statement = select(Candidate).where(Candidate.id == candidate_id).options(joinedload(Candidate.events))
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class Predecessor:
    """The outlet that stood in the town, and its life, the latest first."""

    outlet: Outlet
    events: list[LifeEvent]


def get_predecessor(session: Session, candidate: Candidate) -> Predecessor | None:
    """What the candidate redevelops, as far as the reader sees it."""
    if candidate.predecessor_id is None:
        return None
    outlet = session.scalar(select(Outlet).where(Outlet.id == candidate.predecessor_id))
    if outlet is None:
        return None
    events = select(LifeEvent).where(LifeEvent.outlet_id == outlet.id)
    return Predecessor(
        outlet, list(session.scalars(events.order_by(LifeEvent.happened_on.desc(), LifeEvent.id.desc())))
    )


def list_applications_of(session: Session, candidate: Candidate) -> list[Application]:
    """The applications that began with this candidate and were handed in."""
    statement = select(Application).where(Application.candidate_id == candidate.id, Application.number.is_not(None))
    return list(session.scalars(statement.order_by(Application.id)))


def list_owners(session: Session) -> list[User]:
    """Who may see to a candidate: everybody whose role recruits, by name."""
    roles = [role for role in Role if is_allowed(role, Permission.ONBOARDING_CANDIDATES_WRITE)]
    statement = select(User).where(User.is_active, User.role.in_(roles)).order_by(User.name, User.id)
    return list(session.scalars(statement.limit(500)))
