"""Applications and candidates for one county side by side, each site judged among the same outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from portal.geo import distance_m
from portal.network.services.placing import Placement
from portal.onboarding.models import Application, Candidate, RecruitingStage, ScoreSheet, SiteVisit
from portal.onboarding.queries.sites import RADIUS_KM, capital_of, neighbours_of
from portal.onboarding.rules.desks import STATUSES_OF_DESK, TO_OPEN, Desk
from portal.onboarding.rules.site import Judgement, judge
from portal.scope import scope_of_system

CONTENDING = (*STATUSES_OF_DESK[Desk.ALL], *STATUSES_OF_DESK[Desk.RETURNED], *TO_OPEN)
ENDED = (RecruitingStage.SIGNED, RecruitingStage.DROPPED)
MOST = 8


@dataclass(frozen=True)
class Contender:
    """An application with what the comparison shows of it besides the form."""

    application: Application
    judgement: Judgement | None
    points: int | None
    is_knocked_out: bool
    visits: int


def list_contenders(session: Session, county_code: str) -> list[Contender]:
    """The applications for a county that are not ended, the oldest first, at most MOST."""
    statement = (
        select(Application, _last(ScoreSheet.points), _last(ScoreSheet.disturbs_market), _VISITS)
        .where(Application.county_code == county_code, Application.number.is_not(None))
        .where(Application.status.in_(CONTENDING))
        .options(joinedload(Application.distributor))
        .order_by(Application.submitted_at, Application.id)
        .limit(MOST)
    )
    rows = session.execute(statement).all()
    judged = _judge_all(session, [row[0] for row in rows])
    return [Contender(row, judged.get(row.id), points, bool(out), visits or 0) for row, points, out, visits in rows]


_VISITS = (
    select(func.count(SiteVisit.id))
    .where(SiteVisit.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
)


def _last(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """A column of the application's last score sheet."""
    of_application = select(column).where(ScoreSheet.application_id == Application.id).correlate(Application)
    return of_application.order_by(ScoreSheet.id.desc()).limit(1).scalar_subquery()


def list_open_candidates(session: Session, county_code: str) -> list[Candidate]:
    """Candidates for the county that are neither signed nor dropped, the furthest first."""
    order = list(RecruitingStage)
    rows = session.scalars(
        select(Candidate)
        .where(Candidate.county_code == county_code, Candidate.stage.not_in(ENDED))
        .order_by(Candidate.id)
        .limit(50)
    )
    return sorted(rows, key=lambda row: (-order.index(row.stage), row.id))


def least_capital_wan(session: Session, application: Application) -> int | None:
    """The minimum of the place in 万元; None where the place is not known."""
    place = Placement(application.province_code, application.prefecture_code, application.county_code)
    found = capital_of(session, place, None)
    return None if found is None else int(found["minimum_wan"])


def _judge_all(session: Session, rows: Sequence[Application]) -> dict[int, Judgement]:
    """Every site among all outlets of the network around any of them: read once. Own outlets do not count."""
    sites = {row.id: (row.lng, row.lat, row.number) for row in rows if row.lng is not None and row.lat is not None}
    if not sites:
        return {}
    lng = sum(site[0] or 0.0 for site in sites.values()) / len(sites)
    lat = sum(site[1] or 0.0 for site in sites.values()) / len(sites)
    spread_km = max(float(distance_m(lng, lat, x, y)) for x, y, _number in sites.values()) / 1000
    with scope_of_system(session):
        around = neighbours_of(session, lng, lat, radius_km=RADIUS_KM + spread_km / 4)
    return {
        key: judge(x or 0.0, y or 0.0, [each for each in around if each.code != number], radius_km=RADIUS_KM)
        for key, (x, y, number) in sites.items()
    }
