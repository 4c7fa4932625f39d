"""What the books say already that the rows of a file are held against. Reads only, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, ImportKind, Outlet, Region, SalesArea
from portal.network.rules import DistributorStatus
from portal.network.services.imports_rows import Owner, Owners
from portal.network.services.placing import AreaResolver
from portal.scope import scope_of_system

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Books:
    """Distributors, regions with their sales areas, and the areas' names (folded code or name → id)."""

    owners: Owners
    resolver: AreaResolver
    areas: Mapping[str, int]
    today: date
    has_regions: bool


def read_books(session: Session, today: date) -> Books:
    """Everything that does not depend on the file."""
    with scope_of_system(session):
        has_regions = session.scalar(select(Region.id).limit(1)) is not None
        return Books(_owners(session), AreaResolver(session, today), _areas(session), today, has_regions)


def taken_codes(session: Session, kind: ImportKind, codes: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """(code, row) of those codes (code → row) that stand in the books already."""
    model = Outlet if kind is ImportKind.OUTLETS else Distributor
    column, waiting = model.code, iter(codes)
    with scope_of_system(session):
        if session.scalar(select(model.id).limit(1)) is None:
            return
        while some := list(islice(waiting, _AT_ONCE)):
            for code in session.scalars(select(column).where(column.in_(some)).order_by(column)):
                yield code, codes[code]


def fold_area(text: str) -> str:
    """As names of sales areas are compared."""
    return "".join(text.split()).casefold()


def _owners(session: Session) -> Owners:
    found = Owners()
    columns = (Distributor.id, Distributor.code, Distributor.name, Distributor.status)
    for row in session.execute(select(*columns).order_by(Distributor.id)):
        found.add(Owner(row.id, row.code, row.name, row.status is DistributorStatus.EXITED))
    return found


def _areas(session: Session) -> dict[str, int]:
    columns = (SalesArea.id, SalesArea.code, SalesArea.name_zh, SalesArea.name_en)
    rows = session.execute(select(*columns).order_by(SalesArea.id)).all()
    return {fold_area(word): row.id for row in rows for word in row[1:] if word}
