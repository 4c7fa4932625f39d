"""Pages of the sales room: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.sales import notice_labels, tasks  # noqa: F401 - they register sentences and rounds
from portal.sales.services import notices  # noqa: F401 - it listens to reports, amendments, periods

blueprint = Blueprint("sales", __name__)

from portal.sales.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    amendments,
    details,
    entry,
    figures,
    imports,
    judging,
    months,
    periods,
    report,
    submitting,
)

__all__ = [
    "amendments",
    "blueprint",
    "details",
    "entry",
    "figures",
    "imports",
    "judging",
    "months",
    "periods",
    "report",
    "submitting",
]
