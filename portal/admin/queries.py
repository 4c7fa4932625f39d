"""Objects of the network that users are tied to: their names, and the search for one to add."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import GrantKind, User
from portal.network.models import Distributor, Outlet, SalesArea

SEARCH_LIMIT = 20


@dataclass(frozen=True)
class GrantObject:
    """A sales area, distributor or outlet, as a grant shows it."""

    id: int
    code: str
    name_zh: str
    name_en: str


_COLUMNS: dict[GrantKind, tuple[Any, ...]] = {
    GrantKind.SALES_AREA: (SalesArea.id, SalesArea.code, SalesArea.name_zh, SalesArea.name_en),
    GrantKind.DISTRIBUTOR: (Distributor.id, Distributor.code, Distributor.name, Distributor.name_en),
    GrantKind.OUTLET: (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en),
}


def list_grant_objects(session: Session, kind: GrantKind, ids: Collection[int]) -> list[GrantObject]:
    """The objects with these ids, by code. What no longer exists is left out."""
    if not ids:
        return []
    number, code, *_ = _COLUMNS[kind]
    return _objects(session, select(*_COLUMNS[kind]).where(number.in_(set(ids))).order_by(code))


def search_grant_objects(
    session: Session, kind: GrantKind, text: str, *, without: Collection[int] = ()
) -> list[GrantObject]:
    """Up to SEARCH_LIMIT objects whose code or name holds the text, by code, without those granted already."""
    number, code, *names = _COLUMNS[kind]
    statement = select(*_COLUMNS[kind]).order_by(code).limit(SEARCH_LIMIT)
    if text:
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in (code, *names))))
    if without:
        statement = statement.where(number.not_in(set(without)))
    return _objects(session, statement)


def find_grant_object(session: Session, kind: GrantKind, code: str) -> GrantObject | None:
    """The object with this code, however its letters are written."""
    _number, column, *_ = _COLUMNS[kind]
    found = _objects(
        session, select(*_COLUMNS[kind]).where(func.lower(column) == code.strip().lower()).order_by(column)
    )
    return found[0] if found else None


def names_of_grants(session: Session, users: Iterable[User]) -> Mapping[tuple[GrantKind, int], GrantObject]:
    """What the grants of several users point to: one query a kind."""
    wanted: dict[GrantKind, set[int]] = {}
    for user in users:
        for grant in user.grants:
            wanted.setdefault(grant.kind, set()).add(grant.object_id)
    return {(kind, found.id): found for kind, ids in wanted.items() for found in list_grant_objects(session, kind, ids)}


def _objects(session: Session, statement: Select[Any]) -> list[GrantObject]:
    return [GrantObject(*row) for row in session.execute(statement)]
