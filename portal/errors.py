"""Named errors of the product. Each carries a stable code; views and commands turn them into sentences."""

from __future__ import annotations


class QudaoError(Exception):
    """Root of every error that the product raises on purpose.

    `code` is stable and untranslated; `details` are the values a message needs (place, value, rule).
    """

    code = "error"
    status = 400

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.code = code or self.code
        self.details = details
        super().__init__(self.code, details)

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code}: {values}" if values else self.code


class NotFound(QudaoError):
    """The object does not exist, or lies outside the asker's scope: the two are not told apart."""

    code = "not_found"
    status = 404


class NotAllowed(QudaoError):
    """The asker's role does not hold the permission."""

    code = "not_allowed"
    status = 403


class IllegalMove(QudaoError):
    """A status may not move that way (`from_status`, `to_status`)."""

    code = "illegal_move"
    status = 409


class StaleVersion(QudaoError):
    """Somebody else saved the record since it was read (`expected`, `actual`)."""

    code = "stale_version"
    status = 409


class InvalidInput(QudaoError):
    """A value breaks a rule: `field`, `value`, and the rule's code."""

    code = "invalid_input"
    status = 422


class ScopeMissing(QudaoError):
    """A scoped table was queried by a session to which no scope is bound (default deny)."""

    code = "scope_missing"
    status = 500


class OutOfScope(QudaoError):
    """A row was written that the bound scope does not own."""

    code = "out_of_scope"
    status = 404
