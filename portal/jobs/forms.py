"""What the list of jobs offers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.jobs.labels import STATUSES
from portal.jobs.models import Job
from portal.tables import Column, Facet, ListSpec, Option

_COLUMNS = (
    # Jobs are numbered in the order of time: sorting by number is sorting by moment.
    Column("started", _l("Asked for"), Job.id, fixed=True),
    Column("kind", _l("Work")),
    Column("status", _l("Status")),
    Column("progress", _l("Progress"), numeric=True),
    Column("finished", _l("Ended")),
)
_FACETS = (Facet("status", _l("Status"), tuple(Option(status.value, word) for status, word in STATUSES.items())),)

OWN_JOBS = ListSpec(columns=_COLUMNS, facets=_FACETS, default_sort="-started", searchable=False)
ALL_JOBS = ListSpec(
    columns=(*_COLUMNS, Column("owner", _l("Who"))), facets=_FACETS, default_sort="-started", searchable=False
)
