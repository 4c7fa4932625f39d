"""One step of the application form, whatever it asks: what fits, what does not, and nothing lost.

A step can always be saved. `facts()` parts what was typed into values for columns and answers, and into texts that do
not fit their field: those are kept as typed and shown again with their error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from wtforms import SelectField, StringField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from portal.forms import VersionedForm
from portal.onboarding.forms.fields import ReadField
from portal.onboarding.rules.answers import FormStep
from portal.onboarding.services.applications import COLUMNS

# As much of a misfit is kept; browsers stop at the fields' own lengths long before.
LONGEST_TYPED = 5_000


class Needed:
    """Something must be given. What is there and does not fit keeps its own error."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, _form: Any, field: Field) -> None:
        if field.errors:
            raise StopValidation()
        if field.data in (None, "", False):
            raise StopValidation(str(self.words))


@dataclass(frozen=True)
class StepFacts:
    """What a step says: columns and answers by name, and texts that do not fit."""

    columns: dict[str, Any]
    answers: dict[str, Any]
    typed: dict[str, str]


class StepForm(VersionedForm):
    """One step of the application. A field stands for the column or answer of its name."""

    step: ClassVar[FormStep]
    # Fields that are an aid of the form and no facts of their own.
    AIDS: ClassVar[frozenset[str]] = frozenset({"version", "csrf_token", "client_key", "distributor"})

    def fact_fields(self) -> Iterator[Field]:
        """The fields that stand for facts."""
        return (field for name, field in self._fields.items() if name not in self.AIDS)

    def facts(self) -> StepFacts:
        """Call after `validate`: what is empty is a fact too, an error of a filled field makes a misfit."""
        columns: dict[str, Any] = {}
        answers: dict[str, Any] = {}
        typed: dict[str, str] = {}
        for field in self.fact_fields():
            name = field.short_name
            raw = raw_of(field)
            if field.errors and raw:
                typed[name] = raw[:LONGEST_TYPED]
            elif field.errors and field.data and isinstance(field, SelectField):
                continue  # nothing that was offered
            elif name in COLUMNS:
                columns[name] = field.data if field.data is not None else ("" if _is_text(field) else None)
            else:
                answers[name] = _plain(field.data)
        return StepFacts(columns, answers, typed)

    def show_typed_errors(self, typed: dict[str, str]) -> None:
        """Say again what is wrong with the texts that were kept as typed."""
        for name in typed:
            if name in self._fields:
                self._fields[name].validate(self)


def raw_of(field: Field) -> str:
    return str(field.raw_data[0] or "").strip() if field.raw_data and isinstance(field, StringField) else ""


def _is_text(field: Field) -> bool:
    return isinstance(field, StringField) and not isinstance(field, ReadField)


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
