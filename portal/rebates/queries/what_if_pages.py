"""What the pages of what-ifs read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, capped_count, keyset_page
from portal.rebates.models import PolicyVersion, SavedWhatIf
from portal.tables import ListState

EXPORT_CHUNK = 200


def get_what_if(session: Session, what_if_id: int) -> SavedWhatIf:
    """The what-if; NotFound where there is none that the asker sees."""
    compared = joinedload(SavedWhatIf.compared_version).joinedload(PolicyVersion.policy)
    found = session.scalar(select(SavedWhatIf).where(SavedWhatIf.id == what_if_id).options(compared))
    if found is None:
        raise NotFound()
    return found


def list_what_ifs(session: Session, state: ListState) -> tuple[Page, Count]:
    """A page of what-ifs."""
    statement = _statement(state)
    page = keyset_page(session, statement, state.order(SavedWhatIf.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_what_ifs(session: Session, state: ListState) -> Iterator[SavedWhatIf]:
    """All what-ifs that the search leaves."""
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, _statement(state), state.order(SavedWhatIf.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _statement(state: ListState) -> Select[SavedWhatIf]:
    statement = select(SavedWhatIf)
    if state.text:
        statement = statement.where(SavedWhatIf.name.icontains(state.text, autoescape=True))
    return statement


def all_what_ifs(session: Session, limit: int = 100) -> Sequence[SavedWhatIf]:
    """The latest that are computed, to compare with."""
    statement = (
        select(SavedWhatIf)
        .where(SavedWhatIf.computed_at.is_not(None))
        .options(defer(SavedWhatIf.result), defer(SavedWhatIf.document))
        .order_by(SavedWhatIf.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def versions_to_try(session: Session, limit: int = 200) -> Sequence[PolicyVersion]:
    """All versions, the latest first."""
    statement = select(PolicyVersion).options(joinedload(PolicyVersion.policy)).order_by(PolicyVersion.id.desc())
    return session.scalars(statement.limit(limit)).all()


def names_of_parties(session: Session, outlets: Collection[int], distributors: Collection[int]) -> dict[str, Any]:
    """`o12` or `d3` → (Chinese name, English name)."""
    found: dict[str, Any] = {}
    for sign, model, ids in (("o", Outlet, outlets), ("d", Distributor, distributors)):
        if ids:
            rows = session.execute(select(model.id, model.name, model.name_en).where(model.id.in_(ids)))
            found |= {f"{sign}{key}": (name, name_en) for key, name, name_en in rows}
    return found
