"""How the values of an entry are written: moments, days, sizes, yes and no. What is masked stays so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.audit.labels import field_word
from portal.formatting import NOTHING, format_date, format_datetime, format_file_size
from portal.i18n import current_language

LONGEST = 2000


@dataclass(frozen=True)
class Change:
    """A field with what it held before and after, as words. `before` is None where there was nothing to hold it."""

    field: str
    before: str
    after: str


def changes_in_words(changes: Mapping[str, Any]) -> Iterator[Change]:
    """The changes of an entry. A value that is no pair of old and new is what came of it."""
    for field, value in sorted(changes.items()):
        old, new = value if isinstance(value, list) and len(value) == 2 else (None, value)
        yield Change(field_word(field), value_in_words(field, old), value_in_words(field, new))


def value_in_words(field: str, value: Any) -> str:
    """One value, read by the name of its field (`_at`, `_on`, `_bytes`)."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)[:LONGEST]
    if field.endswith("_bytes") and isinstance(value, int):
        return format_file_size(value)
    return _moment(field, str(value)) or str(value)[:LONGEST]


def _moment(field: str, text: str) -> str | None:
    try:
        if field.endswith("_at"):
            return format_datetime(datetime.fromisoformat(text), current_language())
        if field.endswith(("_on", "_from", "_to")):
            return format_date(date.fromisoformat(text), current_language())
    except ValueError:
        return None
    return None
