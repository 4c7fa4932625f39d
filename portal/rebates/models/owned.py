"""Whose rows: of head office alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from portal.scope import Scope, Scoped


class OfHeadOffice(Scoped):
    """Mixin: a row that head office alone reads and writes."""

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        del scope
        return false()

    def is_writable_in(self, scope: Scope) -> bool:
        del scope
        return False  # head office, which sees everything, is not asked
