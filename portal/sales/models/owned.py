"""Whose figures a row is: the distributor that reports, and the outlet that it reports of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Date, ForeignKey, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from portal.network.models import Distributor, Outlet
from portal.scope import Scope, Scoped, ScopeKind


class OfParty(Scoped):
    """Mixin: a row of a distributor, and of one of its outlets or (empty) of its own store and warehouse.

    A regional manager sees the rows of outlets in their areas, and a distributor's own rows where it is seated there.
    """

    @declared_attr
    def distributor_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("distributors.id"))

    @declared_attr
    def outlet_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("outlets.id"))

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.covers(cls.distributor_id, cls.outlet_id, scope)

    @staticmethod
    def covers(
        distributor_id: ColumnElement[int] | InstrumentedAttribute[int],
        outlet_id: ColumnElement[int | None] | InstrumentedAttribute[int | None],
        scope: Scope,
    ) -> ColumnElement[bool]:
        """Whether the scope covers the party that stands in the two columns."""
        if scope.kind is ScopeKind.DISTRIBUTOR:
            return distributor_id.in_(scope.ids)
        if scope.kind is ScopeKind.OUTLET:
            return outlet_id.in_(scope.ids)
        outlets, distributors = Outlet.__table__.alias(), Distributor.__table__.alias()
        return or_(
            outlet_id.in_(select(outlets.c.id).where(outlets.c.sales_area_id.in_(scope.ids))),
            and_(
                outlet_id.is_(None),
                distributor_id.in_(select(distributors.c.id).where(distributors.c.sales_area_id.in_(scope.ids))),
            ),
        )

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.kind is ScopeKind.DISTRIBUTOR and self.distributor_id in scope.ids


class OfOutlet(OfParty):
    """Mixin: a row of a party (see above) in a business month."""

    month: Mapped[date] = mapped_column(Date)
