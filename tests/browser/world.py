"""What the demonstration holds, as tests name it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_HOST
from portal.db import db
from portal.demo.people import AREAS_OF, DISTRIBUTOR_OF, OUTLET_OF
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.rules import OutletStatus
from portal.scope import EVERYTHING, bind_scope


@dataclass(frozen=True)
class Person:
    """A demo account, which outlets they see (code → status), and which distributors."""

    email: str
    name: str
    role: str
    outlets: dict[str, str]
    distributors: frozenset[str]


@dataclass(frozen=True)
class Demo:
    """The people by the part of their address before the @, and all codes."""

    people: dict[str, Person]
    outlets: frozenset[str]
    distributors: frozenset[str]


def email_of(who: str) -> str:
    """The address of one of the demonstration's people."""
    return f"{who}@{DEMO_HOST}"


def exited_outlets(app: Flask) -> list[str]:
    """Codes of those that have left, last ones first: some of them may still be redeveloped."""
    with app.app_context():
        bind_scope(db.session(), EVERYTHING)
        exited = select(Outlet.code).where(Outlet.status == OutletStatus.EXITED).order_by(Outlet.id.desc())
        codes = list(db.session.scalars(exited))
        db.session.remove()
    return codes


def look_up(app: Flask) -> Demo:
    """Read from the books what each person of the demonstration ought to see; asks no code of the pages."""
    with app.app_context():
        session = db.session()
        bind_scope(session, EVERYTHING)
        area = dict(session.execute(select(SalesArea.id, SalesArea.code)).all())
        owners = {
            row.id: (row.code, area.get(row.sales_area_id))
            for row in session.execute(select(Distributor.id, Distributor.code, Distributor.sales_area_id))
        }
        outlets = [
            (row.code, row.status.value, area.get(row.sales_area_id), owners[row.distributor_id][0])
            for row in session.execute(select(Outlet.code, Outlet.status, Outlet.sales_area_id, Outlet.distributor_id))
        ]
        db.session.remove()
    people = {}
    for account in DEMO_ACCOUNTS:
        who = account.email.partition("@")[0]
        seen = {code: status for code, status, of, owner in outlets if _sees(who, code, of, owner)}
        theirs = {code for code, of in owners.values() if _sees(who, "", of, code)}
        people[who] = Person(account.email, account.name, account.role, seen, frozenset(theirs))
    return Demo(people, frozenset(code for code, *_ in outlets), frozenset(code for code, _ in owners.values()))


def _sees(who: str, outlet: str, area: str | None, distributor: str) -> bool:
    if who in AREAS_OF:
        return area in AREAS_OF[who]
    if who in DISTRIBUTOR_OF:
        return distributor == DISTRIBUTOR_OF[who]
    return who not in OUTLET_OF or outlet == OUTLET_OF[who]
