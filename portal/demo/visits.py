"""Plays three months of field work: norms, good and bad outlets, visits with findings, evidence accepted and returned.

Everything by the services, on a part of the network: two good outlets, two bad ones and a middling one for each of the
dealers that sign in, so that the demonstration loads quickly.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import set_actor
from portal.demo.onboarding import Stage
from portal.demo.people import AREAS_OF, DISTRIBUTOR_OF
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.rules import TRADING, StoreClass
from portal.periods import last_day, month_of, shift_month
from portal.products.queries import models_by_code
from portal.storage import PICTURES, Storage, StoredFile
from portal.visits.models import FieldActivity
from portal.visits.rules.words import ActivityKind, TaskOwner
from portal.visits.services.activities import (
    Plan,
    Record,
    accept_activity,
    plan_activity,
    plan_day,
    record_activity,
    return_activity,
    submit_activity,
)
from portal.visits.services.findings import add_finding, answer_task, settle_task
from portal.visits.services.norms import add_norm

K = ActivityKind
MONTHS = 3
# A month of a good outlet: day, kind, theme, words. Bad ones do the first few of it.
MONTH = (
    (4, K.MOT, "门头、展架与价格牌", "展示物料已按本月标准更换"),
    (8, K.TRAINING, "", "新员工产品知识与接待流程"),
    (12, K.PUBLICITY, "乡镇集市宣传", "发放宣传单230份，留资31组"),
    (15, K.IN_STORE_EVENT, "F6试驾日", "邀约28组，到店17组，订单3台"),
    (18, K.TRAINING, "", "F6卖点与竞品对比演练"),
    (20, K.PUBLICITY, "朋友圈与本地号推广", "推文两篇，阅读4200次"),
    (21, K.ROAD_SHOW, "县城广场巡展", "两天巡展，接待65组"),
)
COURSES = {8: "接待流程与产品知识", 18: "F6卖点与话术"}
# How much of the month each of a dealer's five outlets does.
DILIGENCE = (7, 7, 4, 2, 1)
NORMS = ((K.VISIT, 1), (K.MOT, 1), (K.TRAINING, 2), (K.IN_STORE_EVENT, 1), (K.PUBLICITY, 2), (K.ROAD_SHOW, 1))
FINDINGS = (
    ("门头灯箱左侧不亮", "更换灯管并上传照片"),
    ("展车仅一台F3，未摆放F6", "本周内调配F6展车一台"),
    ("价格牌仍为上月版本", "更换为本月统一价格牌"),
)


@dataclass
class Play:
    """The stage, today, and how many pictures were drawn so far."""

    stage: Stage
    today: date
    managers: Mapping[int | None, str]
    drawn: int = 0

    @property
    def session(self) -> Session:
        return self.stage.session

    def photo(self) -> StoredFile:
        """A drawing in place of a photo, each another one."""
        self.drawn += 1
        picture = Image.new("RGB", (96, 72), (self.drawn % 256, 150 + self.drawn // 256, 190))
        ImageDraw.Draw(picture).rectangle((18, 24, 78, 64), fill=(236, 236, 230))
        file = io.BytesIO()
        picture.save(file, "PNG")
        file.seek(0)
        return self.stage.storage.store(file, f"现场照片{self.drawn}.png", PICTURES)


def make_visits(session: Session, people: Mapping[str, User], storage_dir: Path) -> int:
    """Everything of the field work; returns how many activities there are. The caller commits."""
    everybody = {user.email.partition("@")[0]: user for user in session.scalars(select(User))}
    areas = {area.code: area.id for area in session.scalars(select(SalesArea))}
    managers: dict[int | None, str] = {areas[code]: who for who, codes in AREAS_OF.items() for code in codes}
    play = Play(Stage(session, everybody | dict(people), Storage(storage_dir)), clock.today(), managers)
    _norms(play)
    months = [shift_month(month_of(play.today), -back) for back in range(MONTHS - 1, -1, -1)]
    for who, code in DISTRIBUTOR_OF.items():
        for outlet, much in zip(_outlets(session, code), DILIGENCE, strict=False):
            for month in months:
                _month_of(play, who, outlet, month, much)
    _visits(play, months)
    _plan_ahead(play)
    set_actor(session, actor_id=None, name="demo")
    return session.query(FieldActivity).count()


def _outlets(session: Session, code: str) -> list[Outlet]:
    statement = (
        select(Outlet)
        .join(Distributor, Distributor.id == Outlet.distributor_id)
        .where(Distributor.code == code, Outlet.status.in_(TRADING))
        .options(joinedload(Outlet.distributor))
        .order_by(Outlet.code)
    )
    return list(session.scalars(statement.limit(len(DILIGENCE))))


def _norms(play: Play) -> None:
    begin = date(play.today.year, 1, 1)
    models = models_by_code(play.session)
    for kind, count in NORMS:
        is_event = kind is K.IN_STORE_EVENT
        theme, model = ("F6试驾日", models["F6"]) if is_event else ("", None)
        add_norm(play.session, kind=kind, per_month=count, first_month=begin, theme=theme, model=model)
    add_norm(play.session, kind=K.TRAINING, per_month=1, first_month=begin, store_class=StoreClass.C)


def _month_of(play: Play, who: str, outlet: Outlet, month: date, much: int) -> None:
    """What the dealer does at one outlet, and what becomes of the evidence."""
    f6 = models_by_code(play.session)["F6"]
    manager = play.managers.get(outlet.sales_area_id, "rm.north")
    for number, (day, kind, theme, words) in enumerate(MONTH[:much]):
        on = month + timedelta(days=day - 1)
        if on > play.today or (outlet.opened_on is not None and on < outlet.opened_on):
            continue
        model = f6 if kind is K.IN_STORE_EVENT else None
        plan = Plan(kind, on, theme, model=model, course=COURSES.get(day, ""), lecturer="李培训" if day == 8 else "")
        with play.stage.on(on, who) as dealer:
            activity = plan_activity(play.session, plan, distributor=outlet.distributor, outlet=outlet, actor=dealer)
            record = Record(on, words, participants=6 + number if kind is K.TRAINING else None)
            version = activity.version
            record_activity(play.session, activity, record, actor=dealer, version=version, kept=[play.photo()])
            submit_activity(play.session, activity, actor=dealer, version=activity.version)
        judged = on + timedelta(days=3)
        if judged > play.today or (month == month_of(play.today) and number == much - 1):
            continue  # still waits
        with play.stage.on(judged, manager) as judge:
            if much < 4 and number == much - 1 and month != month_of(play.today):
                return_activity(
                    play.session, activity, "照片看不出展示物料，请补拍", actor=judge, version=activity.version
                )
            else:
                accept_activity(play.session, activity, actor=judge, version=activity.version)


def _visits(play: Play, months: list[date]) -> None:
    """The managers' visits: findings, tasks, answers; the evidence is accepted at head office."""
    for who, code in DISTRIBUTOR_OF.items():
        outlets = _outlets(play.session, code)
        for number, month in enumerate(months):
            for place, outlet in enumerate(outlets[:3]):
                on = month + timedelta(days=9 + 2 * place)
                if on <= play.today and on <= last_day(month):
                    _visit(
                        play, who, outlet, on, FINDINGS[(number + place) % len(FINDINGS)], is_last=month == months[-1]
                    )


def _visit(play: Play, dealer: str, outlet: Outlet, on: date, found: tuple[str, str], *, is_last: bool) -> None:
    session, manager = play.session, play.managers.get(outlet.sales_area_id, "rm.north")
    with play.stage.on(on, manager) as visitor:
        plan = Plan(K.VISIT, on, "例行市场走访")
        activity = plan_activity(session, plan, distributor=outlet.distributor, outlet=outlet, actor=visitor)
        point = (outlet.lng + 0.0004, outlet.lat + 0.0003) if outlet.lng is not None and outlet.lat else (None, None)
        record = Record(on, "查看展厅、库存与价格牌，与店长面谈", None, *point)
        record_activity(session, activity, record, actor=visitor, version=activity.version, kept=[play.photo()])
        add_finding(session, activity, actor=visitor, finding="客流比上月略增，店员接待规范")
        task = add_finding(
            session,
            activity,
            actor=visitor,
            finding=found[0],
            next_step=found[1],
            owner=TaskOwner.DISTRIBUTOR,
            due_on=on + timedelta(days=7),
        )
        submit_activity(session, activity, actor=visitor, version=activity.version)
    if is_last:
        return  # the tasks of this month are still open, its evidence waits
    with play.stage.on(on + timedelta(days=4), dealer) as owner:
        answer_task(session, activity, task, "已整改完毕，照片已上传", actor=owner, version=task.version)
    with play.stage.on(on + timedelta(days=6), manager) as visitor:
        settle_task(session, activity, task, actor=visitor, version=task.version)
    with play.stage.on(on + timedelta(days=6), "sales") as judge:
        accept_activity(session, activity, actor=judge, version=activity.version)


def _plan_ahead(play: Play) -> None:
    """A day of visits that lies ahead, for the map."""
    statement = (
        select(Outlet)
        .join(SalesArea, SalesArea.id == Outlet.sales_area_id)
        .where(SalesArea.code.in_(AREAS_OF["rm.north"]), Outlet.status.in_(TRADING), Outlet.lng.is_not(None))
        .options(joinedload(Outlet.distributor))
        .order_by(Outlet.code)
    )
    outlets = list(play.session.scalars(statement.limit(5)))
    with play.stage.on(play.today, "rm.north") as manager:
        plan_day(play.session, outlets, play.today + timedelta(days=1), actor=manager, key="demo")
