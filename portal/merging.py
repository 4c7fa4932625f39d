"""What a form needs after a refusal: the sentence at its field, and both values where two people edited one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.formatting import format_date
from portal.forms import PortalForm
from portal.i18n import current_language


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that holds something else in the books than in the form."""

    field_id: str
    label: str
    yours: str
    saved: str


def differences(form: PortalForm, values: Mapping[str, Any]) -> list[Difference]:
    """Where the form (as sent) and the record (as `values`) differ, in the form's order; empties are dashes."""
    found = []
    for name, field in form._fields.items():
        if name not in values or name == "version":
            continue
        yours, saved = _shown(field, field.data), _shown(field, values[name])
        if yours != saved:
            found.append(Difference(field.id, str(field.label.text), yours or "–", saved or "–"))
    return found


def put_error(form: PortalForm, name: str, sentence: str) -> None:
    """Put a sentence to the field of that name, or to the form where it has none."""
    target = form._fields.get(name)
    if target is None:
        form.form_errors.append(sentence)
    else:
        target.errors = [*target.errors, sentence]


def _shown(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if hasattr(value, "isoformat"):
        return format_date(value, current_language())
    if hasattr(field, "text_of"):
        return str(field.text_of(value))
    words = {str(key): str(word) for key, word, *_ in field.choices} if getattr(field, "choices", None) else {}
    return words.get(str(value), str(value))
