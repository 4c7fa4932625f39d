"""Two pages saved one step: what the second one holds beside what is saved, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, FieldList
from wtforms.fields import Field

from portal.onboarding.forms.applications import PlaceStep
from portal.onboarding.forms.steps import StepForm


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that holds something else in the books than in the form."""

    field_id: str
    label: str
    yours: str
    saved: str


def differences(form: StepForm, saved: StepForm) -> list[Difference]:
    """Where the form as sent and the form as saved differ; empties are dashes. Both have been validated."""
    found = []
    for name, field in form._fields.items():
        if name in form.AIDS and name != "county":
            continue
        yours, theirs = shown(field), shown(saved._fields[name])
        if yours != theirs and not _is_same_place(name, form, saved):
            found.append(Difference(field.id, str(field.label.text), yours or "–", theirs or "–"))
    return found


def shown(field: Field) -> str:
    """What a reader sees in the field."""
    if isinstance(field, FieldList):
        return "; ".join(filter(None, (_row(entry) for entry in field)))
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    choices = getattr(field, "choices", None)
    if choices:
        value = "" if field.data is None else str(getattr(field.data, "value", field.data))
        return str(next((words for key, words, *_rest in choices if str(key) == value), "")) if value else ""
    return str(field._value() or "").strip()


def _row(entry: Any) -> str:
    return ", ".join(text for part in entry.form if (text := shown(part)))


def _is_same_place(name: str, form: StepForm, saved: StepForm) -> bool:
    """The same point written in two datums is no difference, nor a county by name and by code."""
    if not isinstance(form, PlaceStep) or not isinstance(saved, PlaceStep):
        return False
    if name in ("lng", "lat"):
        mine, theirs = form.point(), saved.point()
        return None not in mine and None not in theirs and _rounded(mine) == _rounded(theirs)
    return name == "county" and (form.county_code == saved.county_code or None not in form.point())


def _rounded(point: tuple[float | None, ...]) -> tuple[float, ...]:
    return tuple(round(part or 0.0, 5) for part in point)
