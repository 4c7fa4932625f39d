"""What the books say already that a file's rows are held against. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.boundaries.names import NameIndex, get_index
from portal.boundaries.rules import Level
from portal.network.models import Distributor, Outlet
from portal.products.models import ProductModel, ProductVariant
from portal.products.queries import all_models
from portal.sales.models import SalesDetail
from portal.sales.queries.lines import last_closing_stock, places_of_month
from portal.sales.queries.periods import find_period
from portal.sales.queries.reports import find_report
from portal.sales.rules.calendar import is_writable
from portal.sales.rules.stock import Place
from portal.sales.rules.words import ReportStatus
from portal.scope import scope_of_system

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Named:
    """An outlet or a model that a row may name."""

    id: int
    code: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The first of its names that is there."""
        return next((name for name in self.names if name), self.code)

    def is_called(self, text: str) -> bool:
        """Whether the text is its code or one of its names, perhaps both at once."""
        folded = fold(text)
        return any(folded in (fold(name), fold(self.code + name)) for name in (*self.names, self.code) if name)


@dataclass(slots=True)
class Finder:
    """Outlets or models by code, by a name that only one of them has, or by "code name" as the template writes it."""

    by_code: dict[str, Named] = field(default_factory=dict)
    by_name: dict[str, Named | None] = field(default_factory=dict)

    def add(self, each: Named) -> None:
        """One more that can be found."""
        self.by_code[fold(each.code)] = each
        for name in {fold(name) for name in each.names if name}:
            self.by_name[name] = None if name in self.by_name else each

    def find(self, text: str) -> Named | None:
        """The one that the text means; None where there is none, or several."""
        folded = fold(text)
        return self.by_code.get(folded) or self.by_name.get(folded) or self.by_code.get(fold(text.partition(" ")[0]))


@dataclass(frozen=True, slots=True)
class Books:
    """Everything about a distributor and a month that does not depend on the file."""

    distributor: Named
    month: date
    outlets: Finder
    models: Finder
    variants: Mapping[str, tuple[int, int]]
    """Folded code → variant, its model."""
    places: Mapping[Place, int]
    """Places that the report may have lines for → the opening stock to be expected."""
    closing: Mapping[Place, int]
    """Place → last month's closing stock; empty where that month was not handed in."""
    today: date
    allows_partial: bool
    is_open: bool
    """Whether the month can still be written."""
    report_status: ReportStatus | None

    @property
    def is_editable(self) -> bool:
        """Whether the report takes figures: there is none yet, or it is with the distributor."""
        return self.report_status in (None, ReportStatus.DRAFT, ReportStatus.RETURNED)


def fold(text: str) -> str:
    """As codes and names are compared: without blanks, case and width."""
    return "".join((text if text.isascii() else normalize("NFKC", text)).split()).casefold()


def read_books(session: Session, distributor_id: int, month: date) -> Books:
    """Read the books for one upload, in the reader's scope."""
    distributor = session.scalars(select(Distributor).where(Distributor.id == distributor_id)).one()
    period = find_period(session, month)
    report = find_report(session, distributor_id, month)
    return Books(
        distributor=Named(distributor.id, distributor.code, (distributor.name, distributor.name_en)),
        month=month,
        outlets=_outlets(session, distributor_id),
        models=_models(session),
        variants=_variants(session),
        places=places_of_month(session, distributor_id, month),
        closing=last_closing_stock(session, distributor_id, month),
        today=clock.today(),
        allows_partial=period is not None and period.allows_partial,
        is_open=period is None or is_writable(period.status),
        report_status=report.status if report else None,
    )


def _outlets(session: Session, distributor_id: int) -> Finder:
    found = Finder()
    columns = (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en)
    statement = select(*columns).where(Outlet.distributor_id == distributor_id).order_by(Outlet.id)
    for row in session.execute(statement):
        found.add(Named(row.id, row.code, (row.name, row.name_en)))
    return found


def _models(session: Session) -> Finder:
    found = Finder()
    model: ProductModel
    for model in all_models(session):
        found.add(Named(model.id, model.code, (model.name_zh, model.name_en)))
    return found


def _variants(session: Session) -> dict[str, tuple[int, int]]:
    rows = session.execute(select(ProductVariant.code, ProductVariant.id, ProductVariant.model_id))
    return {fold(code): (variant_id, model_id) for code, variant_id, model_id in rows}


def serials_reported(session: Session, serials: Iterable[str], books: Books) -> set[str]:
    """Those of the serials that another report has as sold, anybody's: whose is not told."""
    waiting, found = list(serials), set[str]()
    with scope_of_system(session):
        for start in range(0, len(waiting), _AT_ONCE):
            statement = select(SalesDetail.serial).where(
                SalesDetail.serial.in_(waiting[start : start + _AT_ONCE]),
                SalesDetail.units > 0,
                (SalesDetail.month != books.month) | (SalesDetail.distributor_id != books.distributor.id),
            )
            found.update(session.scalars(statement))
    return found


def has_serials(session: Session) -> bool:
    """Whether there is any detail with a serial yet."""
    with scope_of_system(session):
        return session.scalar(select(SalesDetail.id).where(SalesDetail.serial > "").limit(1)) is not None


class Counties:
    """Counties by the names that people write, or by code. The names are read when the first is asked for."""

    def __init__(self, geodata: Path) -> None:
        self._geodata = geodata
        self._index: NameIndex | None = None

    def prepare(self) -> NameIndex:
        """Read the names now, while there is time."""
        if self._index is None:
            self._index = get_index(self._geodata)
        return self._index

    def find(self, text: str) -> list[tuple[str, str]]:
        """(code, whole name in Chinese) of each county that the text can mean."""
        index = self.prepare()
        found = index.match(text, Level.COUNTY)
        return [
            (region.code, "".join(dict.fromkeys(each.name_zh for each in reversed(index.chain(region)))))
            for region in found
        ]
