"""Whose rows a session sees. Default deny: a scoped table cannot be read or written before a scope is bound.

Criteria are added to every ORM statement (joins, subqueries, relationship loads, bulk UPDATE and DELETE); rows
that are inserted or changed are checked before the flush. What an ORM hook cannot see (Core selects on a table,
raw SQL) is forbidden by a test outside the few places that are listed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, event, false, true
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria

from portal.errors import OutOfScope, ScopeMissing


class ScopeKind(StrEnum):
    """How far somebody sees."""

    EVERYTHING = "everything"
    AREAS = "areas"
    DISTRIBUTOR = "distributor"
    OUTLET = "outlet"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Scope:
    """A kind and the ids it covers: sales areas, distributors or outlets."""

    kind: ScopeKind
    ids: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Stable text for cache keys: equal exactly when the scopes are equal."""
        return f"{self.kind}:{','.join(map(str, sorted(self.ids)))}"


EVERYTHING = Scope(ScopeKind.EVERYTHING)
NOTHING = Scope(ScopeKind.NOTHING)


class Scoped:
    """Mixin of tables whose rows belong to somebody. Subclasses say which rows of theirs a scope covers."""

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        """The SQL condition for scopes of the kinds areas, distributor and outlet."""
        raise NotImplementedError  # pragma: no cover - every subclass is checked by a test

    def is_writable_in(self, scope: Scope) -> bool:
        """Whether this row may be written under a distributor, outlet or area scope."""
        owner = {
            ScopeKind.AREAS: "sales_area_id",
            ScopeKind.DISTRIBUTOR: "distributor_id",
            ScopeKind.OUTLET: "outlet_id",
        }.get(scope.kind)
        return owner is not None and getattr(self, owner, None) in scope.ids


def visible_rows(model: type[Scoped], scope: Scope | None) -> ColumnElement[bool]:
    """The condition under which `scope` sees rows of `model`; nothing when there is no scope."""
    if scope is None or scope.kind is ScopeKind.NOTHING:
        return false()
    if scope.kind is ScopeKind.EVERYTHING:
        return true()
    return model.rows_in(scope)


def bind_scope(session: Session, scope: Scope) -> None:
    """From now on the session sees and writes only rows of `scope`."""
    session.info["scope"] = scope


def bound_scope(session: Session) -> Scope:
    """The scope bound to the session; raises ScopeMissing where there is none."""
    scope = session.info.get("scope")
    if scope is None:
        raise ScopeMissing()
    return scope


@contextmanager
def scope_of_system(session: Session) -> Iterator[None]:
    """The product itself at work (sign-in, derived columns, jobs of the house): sees everything inside the block."""
    before = session.info.get("scope")
    session.info["scope"] = EVERYTHING
    try:
        yield
    finally:
        session.info["scope"] = before


def scoped_models() -> list[type[Any]]:
    """Every mapped class that carries the mixin."""
    found: list[type[Any]] = []
    waiting = list(Scoped.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        if hasattr(model, "__mapper__"):
            found.append(model)
    return sorted(found, key=lambda model: model.__name__)


@event.listens_for(Session, "do_orm_execute")
def _restrict(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    if scope is not None and scope.kind is ScopeKind.EVERYTHING:
        return
    if not (state.is_select or state.is_update or state.is_delete):
        return
    if scope is None and any(issubclass(mapper.class_, Scoped) for mapper in state.all_mappers):
        raise ScopeMissing()
    if state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(*_criteria(scope, tuple(scoped_models())))


@lru_cache(maxsize=256)
def _criteria(scope: Scope | None, models: tuple[type[Any], ...]) -> tuple[LoaderCriteriaOption, ...]:
    """Built once for each scope: conditions are values, and building them costs more than most queries."""
    return tuple(with_loader_criteria(model, visible_rows(model, scope), include_aliases=True) for model in models)


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, _context: object, _instances: object) -> None:
    scope = session.info.get("scope")
    if scope is not None and scope.kind is ScopeKind.EVERYTHING:
        return
    written = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    for row in written:
        if not isinstance(row, Scoped):
            continue
        if scope is None:
            raise ScopeMissing(table=type(row).__name__)
        if not row.is_writable_in(scope):
            raise OutOfScope(table=type(row).__name__)
