"""The base of every form: CSRF, the record's version, trimmed text, choices from labelled enums."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms.fields import Field
from wtforms.fields.choices import Choice, SelectChoice


def trimmed(value: object) -> object:
    """Text without blanks at its ends (full-width ones too); anything else, an enum's member too, as it is."""
    return value.strip().strip("\u3000") if type(value) is str else value


class PortalForm(FlaskForm):
    """Forms of the portal. Text is trimmed; the page shows an error summary linked to the fields."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            filters = list(unbound_field.kwargs.get("filters", ()))
            if issubclass(unbound_field.field_class, FieldList | FormField):
                return unbound_field.bind(form=form, **options)  # rows of fields take no filters of their own
            if issubclass(unbound_field.field_class, Field) and "password" not in options["name"]:
                filters.append(trimmed)
            return unbound_field.bind(form=form, filters=filters, **options)


class VersionedForm(PortalForm):
    """A form on a record that two people may edit: the version read comes back with it."""

    version = HiddenField()

    @property
    def read_version(self) -> int | None:
        return int(self.version.data) if str(self.version.data or "").isdigit() else None


def labelled_choices(labels: Mapping[Any, Any], *, blank: bool = False) -> list[SelectChoice]:
    """Select choices from the labels of an enum's members or of texts, with an empty one first where it is optional."""
    choices = [SelectChoice(getattr(member, "value", member), label) for member, label in labels.items()]
    return [SelectChoice("", _l("Please choose")), *choices] if blank else choices


class EnumSelectField(SelectField):
    """A select whose value is a member of `enum` (None when left blank)."""

    def __init__(
        self, label: Any, *, enum: type[StrEnum], labels: Mapping[Any, Any], blank: bool = False, **kwargs: Any
    ):
        self.enum = enum

        def coerce(value: Any) -> Any:
            if value in (None, "", "None"):
                return None
            return enum(value)

        super().__init__(label, choices=labelled_choices(labels, blank=blank), coerce=coerce, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data is None and any(value == "" for value, *_ in self.choices):
            return
        super().pre_validate(form)

    def iter_choices(self) -> Any:
        current = "" if self.data is None else str(self.data)
        for value, label, *_ in self.choices:
            yield Choice(value, label, str(value) == current, {})


def init_app(app: Flask) -> None:
    """What templates ask of a field."""
    app.jinja_env.globals["is_required"] = lambda field: field.flags.required
