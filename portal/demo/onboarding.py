"""Brings the demonstration's applications, recruiting, plan and exit to where they stand, day by day, by services."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.accounts.services.users import add_grant, create_user
from portal.audit.recorder import set_actor
from portal.demo.network import rebuild_rongan
from portal.demo.onboarding_facts import NAMES, PLAN, REQUESTS, Name, Request
from portal.network.models import Distributor, Outlet, Region
from portal.network.rules import OperatingMode, RegionLevel
from portal.onboarding.models import Application, ApplicationFileKind, ChecklistItem, OpeningReview, RecruitingStage
from portal.onboarding.rules.recruiting import STAGES
from portal.onboarding.rules.scores import Criterion
from portal.onboarding.rules.states import REVIEWERS, REVIEWS, Action, ApplicationStatus
from portal.onboarding.services.application_files import attach_file
from portal.onboarding.services.applications import begin_application, save_application, submit_application
from portal.onboarding.services.exits import close_exit, confirm_exit, give_notice, hand_over
from portal.onboarding.services.openings import hold_review, open_outlet, plan_reviews, start_opening, tick_item
from portal.onboarding.services.recruiting import add_candidate, edit_candidate, move_candidate, plan_openings
from portal.onboarding.services.reviews import act
from portal.onboarding.services.visits import fill_score, record_visit
from portal.permissions import Role
from portal.storage import Storage

S = ApplicationStatus
DESKS = {Role.HO_SALES: "sales", Role.HO_NETWORK: "network", Role.HO_APPROVER: "approver"}
SECOND_DEALER = ("dealer.mianyang", "冯启明", "SC-MY")
# Days between two steps of an application.
PACE = 4


@dataclass
class Stage:
    """Where the play is acted: the session, its people by name, the store."""

    session: Session
    people: dict[str, User]
    storage: Storage

    @contextmanager
    def on(self, day: date, who: str) -> Iterator[User]:
        """The clock stands at ten in the morning of that day, and `who` acts."""
        user = self.people[who]
        set_actor(self.session, actor_id=user.id, name=user.name)
        with clock.held(datetime.combine(day, time(2, 0), UTC)):
            yield user
        self.session.flush()


def make_onboarding(session: Session, people: Mapping[str, User], storage_dir: Path) -> None:
    """Everything of onboarding; the caller commits."""
    stage = Stage(session, dict(people), Storage(storage_dir))
    _add_second_dealer(stage)
    for number, request in enumerate(REQUESTS, 1):
        _play(stage, request, number)
    _exit_of_rongan(stage)
    _promise_of_guigang(stage)
    for name in NAMES:
        _recruit(stage, name)
    _plan(stage)


def _add_second_dealer(stage: Stage) -> None:
    who, name, code = SECOND_DEALER
    user = create_user(stage.session, email=f"{who}@demo.example", name=name, role=Role.DISTRIBUTOR, locale="zh_Hans")
    add_grant(stage.session, user, object_id=_distributor(stage, code).id, label=code)
    stage.people[who] = user


def _distributor(stage: Stage, code: str) -> Distributor:
    return stage.session.scalars(select(Distributor).where(Distributor.code == code)).one()


def _of(stage: Stage, who: str) -> Distributor:
    (grant,) = stage.people[who].grants
    return stage.session.scalars(select(Distributor).where(Distributor.id == grant.object_id)).one()


def _county(stage: Stage, code: str) -> Region:
    wanted = select(Region).where(Region.level == RegionLevel.COUNTY, Region.code == code)
    return stage.session.scalars(wanted).one()


def _play(stage: Stage, request: Request, number: int) -> None:
    application = _fill_in(stage, request, number)
    if request.until is S.DRAFT:
        return
    with stage.on(request.on, request.dealer) as dealer:
        submit_application(stage.session, application, actor=dealer, version=application.version)
    day = request.on + timedelta(days=PACE)
    if request.until is S.WITHDRAWN:
        _act(stage, application, Action.WITHDRAW, request.dealer, day, reason=request.note)
        return
    if request.until is S.MORE_INFORMATION or request.returned_before:
        _act(stage, application, Action.REQUEST_INFORMATION, request.manager, day, reason=request.note)
        if request.until is S.MORE_INFORMATION:
            return
        day += timedelta(days=PACE)
        _act(stage, application, Action.ANSWER, request.dealer, day)
    _review(stage, application, request, day)


def _review(stage: Stage, application: Application, request: Request, day: date) -> None:
    """Desk after desk, until the application stands where it should."""
    while application.status in REVIEWS and application.status is not request.until:
        day += timedelta(days=PACE)
        desk = REVIEWERS[application.status]
        who = request.manager if desk is Role.REGIONAL_MANAGER else DESKS[desk]
        if application.status is S.AREA_REVIEW:
            _visit(stage, application, request, day)
        if request.until is S.REJECTED:
            _act(stage, application, Action.REJECT, who, day, reason=request.note)
        elif application.status is S.HEAD_OFFICE_REVIEW:
            _act(stage, application, Action.APPROVE, who, day, conditions=request.note)
        else:
            _act(stage, application, Action.ENDORSE, who, day, reason="同意")
    if request.until in (S.OPENING, S.OPENED):
        _open(stage, application, request, day)


def _act(
    stage: Stage,
    application: Application,
    action: Action,
    who: str,
    day: date,
    *,
    reason: str = "",
    conditions: str = "",
) -> None:
    with stage.on(day, who) as user:
        version = application.version
        act(stage.session, application, action, actor=user, version=version, reason=reason, conditions=conditions)


def _fill_in(stage: Stage, request: Request, number: int) -> Application:
    county, dealer = _county(stage, request.county), _of(stage, request.dealer)
    east, north = request.shift
    columns = {
        "outlet_name": request.name,
        "county_code": county.code,
        "address": f"{county.name_zh}迎宾大道{100 + number}号",
        "lng": round((county.lng or 0) + east, 6),
        "lat": round((county.lat or 0) + north, 6),
        "city_tier": request.tier,
        "store_class": request.store_class,
        "operating_mode": OperatingMode.FRANCHISE,
        "capital_wan": request.capital_wan,
        "volume_year_1": request.volumes[0],
        "volume_year_2": request.volumes[1],
        "volume_year_3": request.volumes[2],
        "planned_open_on": request.on + timedelta(days=120),
    }
    answers = {
        "form_of_outlet": "showroom",
        "company": dealer.name,
        "credit_code": _credit_code(number),
        "legal_representative": stage.people[request.dealer].name,
        "contact": stage.people[request.dealer].name,
        "phone": f"139 0000 {8000 + number}",
        "floor_area_sqm": 180 + number * 20,
        **dict.fromkeys(("is_truthful", "consents_to_checks", "bears_own_cost", "keeps_confidential"), True),
    }
    if request.until is S.DRAFT:
        columns = {name: columns[name] for name in ("outlet_name", "county_code", "address", "lng", "lat")}
        answers = {"form_of_outlet": "showroom", "company": dealer.name}
    with stage.on(request.on, request.dealer) as user:
        application = begin_application(
            stage.session, client_key=f"demo-{request.key}", distributor=dealer, applicant=user
        )
        save_application(stage.session, application, version=application.version, columns=columns, answers=answers)
        if request.until is not S.DRAFT:
            kept = stage.storage.store(io.BytesIO(storefront(request.name, number)), "storefront.png", {"png"})
            attach_file(stage.session, application, kept=kept, kind=ApplicationFileKind.STOREFRONT)
    return application


def _credit_code(number: int) -> str:
    """A well-formed code (GB 32100-2015) that belongs to nobody."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91510000MA6{number:06d}"
    total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


def storefront(name: str, number: int) -> bytes:
    """A drawing of a shop, in place of a photo."""
    picture = Image.new("RGB", (640, 420), (214, 228, 238))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 640, 420), fill=(150, 152, 150))
    draw.rectangle((90, 120, 550, 340), fill=(236, 232, 222), outline=(120, 116, 108), width=3)
    draw.rectangle((90, 120, 550, 170), fill=((40 + number * 37) % 200, 92, 104))
    for left in (115, 265, 415):
        draw.rectangle((left, 195, left + 115, 320), fill=(176, 205, 217), outline=(90, 100, 104), width=3)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _visit(stage: Stage, application: Application, request: Request, day: date) -> None:
    with stage.on(day, request.manager) as manager:
        record_visit(
            stage.session,
            application,
            actor=manager,
            visited_on=day,
            findings="临街，两侧有汽配城；门前可停车八辆；房东同意改造门头。",
            lng=round((application.lng or 0) + 0.0004, 6),
            lat=round((application.lat or 0) - 0.0003, 6),
        )
        marks = dict(zip(Criterion, request.marks, strict=True))
        fill_score(stage.session, application, actor=manager, marks=marks, disturbs_market=False, note="")


def _open(stage: Stage, application: Application, request: Request, day: date) -> None:
    day += timedelta(days=PACE)
    with stage.on(day, "network") as user:
        start_opening(stage.session, application, actor=user, version=application.version)
    items = stage.session.scalars(
        select(ChecklistItem).where(ChecklistItem.application_id == application.id).order_by(ChecklistItem.id)
    ).all()
    done = items if request.until is S.OPENED else items[:3]
    for item in done:
        day += timedelta(days=PACE)
        with stage.on(day, "network") as user:
            tick_item(stage.session, item, version=item.version, actor=user, done_on=day)
    if request.until is S.OPENED:
        day += timedelta(days=PACE)
        with stage.on(day, "network") as user:
            open_outlet(stage.session, application, actor=user, version=application.version, on=day)


def _outlet(stage: Stage, code: str) -> Outlet:
    return stage.session.scalars(select(Outlet).where(Outlet.code == code)).one()


def _exit_of_rongan(stage: Stage) -> None:
    """Rong'an: notice in July, out in August, a candidate for its redevelopment, another investor in September."""
    outlet = _outlet(stage, "GX-RA-1")
    with stage.on(date(2026, 7, 10), "rm.south") as manager:
        case = give_notice(
            stage.session,
            outlet,
            actor=manager,
            reason="老板转行，8月退网",
            notice_on=date(2026, 7, 10),
            redevelop=True,
        )
    with stage.on(date(2026, 7, 16), "approver") as approver:
        confirm_exit(stage.session, case, actor=approver, version=case.version)
    with stage.on(date(2026, 8, 5), "rm.south"):
        hand_over(stage.session, case, version=case.version, to="柳州双渔汇4S店", on=date(2026, 8, 5))
    with stage.on(date(2026, 8, 20), "network") as user:
        close_exit(stage.session, case, actor=user, version=case.version, on=date(2026, 8, 20), free_territory=False)
    with stage.on(date(2026, 9, 10), "network"):
        rebuild_rongan(stage.session)


def _promise_of_guigang(stage: Stage) -> None:
    """Guigang promised ten a month and sells five."""
    outlet = _outlet(stage, "GX-GG-1")
    opened = outlet.opened_on or date(2025, 3, 1)
    with stage.on(opened, "network"):
        plan_reviews(stage.session, outlet_id=outlet.id, opened_on=opened, yearly=(120, 140, 160))
    reviews = stage.session.scalars(
        select(OpeningReview).where(OpeningReview.outlet_id == outlet.id).order_by(OpeningReview.months)
    ).all()
    for review, sold, day in zip(reviews, (38, 62), (date(2025, 9, 3), date(2026, 3, 5)), strict=True):
        with stage.on(day, "rm.south") as manager:
            hold_review(
                stage.session,
                review,
                version=review.version,
                actor=manager,
                actual_qty=sold,
                source="月度报表合计",
                held_on=day,
            )


def _recruit(stage: Stage, name: Name) -> None:
    steps = [*STAGES]
    if name.stage is RecruitingStage.DROPPED:
        path = ["first_visit", "classified", "dropped"]
    else:
        path = steps[1 : steps.index(name.stage.value) + 1]
    day = date(2026, 11, 18) - timedelta(days=9 * len(path) + 3)
    with stage.on(day, name.manager) as manager:
        candidate = add_candidate(
            stage.session, actor=manager, name=name.name, county_code=name.county, note="摸底名单"
        )
    for step in path:
        day += timedelta(days=9)
        with stage.on(day, name.manager) as manager:
            if step == "classified":
                edit_candidate(
                    stage.session,
                    candidate,
                    version=candidate.version,
                    quality=name.quality,
                    size=name.size,
                    is_related=name.is_related,
                )
            move_candidate(
                stage.session,
                candidate,
                RecruitingStage(step),
                actor=manager,
                version=candidate.version,
                reason=name.reason if step == "dropped" else "",
                signing="simple" if step == "signed" else "",
            )
    if name.next_step:
        with stage.on(day, name.manager):
            edit_candidate(
                stage.session,
                candidate,
                version=candidate.version,
                next_step=name.next_step,
                next_on=day + timedelta(days=7),
            )


def _plan(stage: Stage) -> None:
    with stage.on(date(2026, 1, 5), "network"):
        for county, year, month, difficulty, store_class in PLAN:
            plan_openings(
                stage.session,
                county_code=county,
                open_month=date(year, month, 1),
                planned_qty=1,
                store_class=store_class,
                city_tier=None,
                difficulty=difficulty,
            )
