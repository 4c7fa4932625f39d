"""What the list of entries offers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.audit.labels import ACTIONS, OBJECTS
from portal.audit.models import AuditEntry
from portal.tables import DAY_PATTERN, Column, Facet, ListSpec, Option

CODE = r"[a-z_]{1,60}"

ENTRIES = ListSpec(
    columns=(
        # Entries are numbered in the order of time: sorting by number is sorting by moment.
        Column("at", _l("When"), AuditEntry.id, fixed=True),
        Column("actor", _l("Who")),
        Column("action", _l("Action")),
        Column("object", _l("Object")),
        Column("fields", _l("Fields")),
    ),
    facets=(
        # Rooms above may write words that have no translation here yet: accepted all the same.
        Facet("action", _l("Action"), tuple(Option(key, word) for key, word in ACTIONS.items()), pattern=CODE),
        Facet("type", _l("Kind of object"), tuple(Option(key, word) for key, word in OBJECTS.items()), pattern=CODE),
        Facet("object", _l("Object number"), pattern=r"[0-9/]{1,60}", multiple=False),
        Facet("actor", _l("Number of the person"), pattern=r"[0-9]{1,18}", multiple=False),
        Facet("from", _lp("day", "From"), pattern=DAY_PATTERN, multiple=False, is_day=True),
        Facet("to", _lp("day", "Until"), pattern=DAY_PATTERN, multiple=False, is_day=True),
    ),
    default_sort="-at",
)
