"""Forms of a plan: what it is about, its season, the judged shares; and the list of plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.errors import InvalidInput
from portal.formatting import format_month
from portal.forms import EnumSelectField, PortalForm, VersionedForm
from portal.i18n import current_language
from portal.read_fields import DayField, NumberField, ReadField
from portal.spreadsheets import ColumnSpec, Words
from portal.tables import Column, Facet, ListSpec, Option
from portal.targets.labels import BASIS, PLAN_STATUS, sentence_of
from portal.targets.models import TargetPlan
from portal.targets.rules.season import SeasonGroup, SeasonProfile, parse_season
from portal.targets.rules.words import Basis
from portal.targets.services.plans import FIRST_YEAR, LAST_YEAR, MOST_UNITS

SEASONS = 4
MOST_WEIGHT = 1_000
COLUMNS = (
    Column("plan", _l("Target"), TargetPlan.year, fixed=True),
    Column("status", _l("Status"), TargetPlan.status),
    Column("months", _l("Months")),
    Column("total", _l("Units"), TargetPlan.total_qty, numeric=True),
    Column("season", _l("Seasons")),
    Column("from", _l("In force from"), TargetPlan.valid_from),
    Column("published", _l("Published"), TargetPlan.published_at, nullable=True),
)


def plan_spec(years: Sequence[int]) -> ListSpec:
    """The list of plans for a reader who sees plans of these years."""
    facets = (
        Facet("year", _l("Year"), [Option(str(year), str(year)) for year in years]),
        Facet("status", _l("Status"), [Option(status.value, word) for status, word in PLAN_STATUS.items()]),
    )
    return ListSpec(COLUMNS, facets, default_sort="-plan", searchable=False)


class PercentField(ReadField):
    """A share in percent with up to two decimals; its value is in basis points."""

    spec = ColumnSpec(
        "percent", Words("Share", "比例"), kind="decimal", minimum=Decimal(0), maximum=Decimal(100), places=2
    )

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError with a sentence that names the value, the rule and the remedy."""
        super().process_formdata([str(valuelist[0] or "").strip().rstrip("%％")] if valuelist else [])
        if self.data is not None:
            self.data = int(self.data * 100)

    def text_of(self, value: int) -> str:
        """27.5, without the sign."""
        return f"{value / 100:g}"


class PlanForm(VersionedForm):
    """What a plan is about, and how it hands down."""

    first_month = SelectField(_l("First month"), [InputRequired()], coerce=int, default=1)
    total_qty = NumberField(
        _l("Units in all"), [InputRequired(_l("Give the number of units."))], least=0, most=MOST_UNITS
    )
    valid_from = DayField(_l("In force from"), [InputRequired(_l("Give the day."))])
    basis = EnumSelectField(
        _l("Shared out by"), validators=[InputRequired()], enum=Basis, labels=BASIS, default=Basis.LAST_YEAR
    )
    own_share_bp = PercentField(_l("Stays at the distributor's own store (%)"), [Optional()])
    minimum_qty = NumberField(_l("Least for an outlet in a month"), [Optional()], least=0, most=10_000, default=0)
    step_qty = NumberField(_l("In steps of"), [Optional()], least=1, most=1_000, default=1)
    note = StringField(_l("Note"), [Length(max=500)])

    def offer(self, year: int) -> None:
        """The months of the year to begin with."""
        language = current_language()
        self.first_month.choices = [(month, format_month(date(year, month, 1), language)) for month in range(1, 13)]

    def facts(self, year: int) -> dict[str, Any]:
        """The values as the services want them."""
        return {
            "first_month": date(year, self.first_month.data, 1),
            "total_qty": self.total_qty.data,
            "valid_from": self.valid_from.data,
            "basis": self.basis.data,
            "own_share_bp": self.own_share_bp.data,
            "minimum_qty": self.minimum_qty.data or 0,
            "step_qty": self.step_qty.data or 1,
            "note": self.note.data or "",
        }


class NewPlanForm(PlanForm):
    """The same with the year."""

    year = NumberField(_l("Year"), [InputRequired(_l("Give the year."))], least=FIRST_YEAR, most=LAST_YEAR)


def plan_values(plan: TargetPlan) -> dict[str, Any]:
    """What the form shows of a plan."""
    names = ("total_qty", "valid_from", "basis", "own_share_bp", "minimum_qty", "step_qty", "note", "version")
    return {name: getattr(plan, name) for name in names} | {"first_month": plan.first_month.month}


class SeasonFields:
    """Up to four seasons with months and an amount (8000, or 27 %), and twelve weights of judgement."""

    def profile(self) -> SeasonProfile:
        """What the form says. Raises InvalidInput."""
        groups: list[SeasonGroup] = []
        for number in range(SEASONS):
            amount = str(self[f"amount_{number}"].data or "").replace(",", "").replace("，", "").replace(" ", "")  # type: ignore[index]
            if amount:
                first, last = self[f"first_{number}"].data, self[f"last_{number}"].data  # type: ignore[index]
                groups += parse_season(f"{first}-{last}:{amount}")
        weights = tuple(self[f"weight_{month}"].data for month in range(1, 13))  # type: ignore[index]
        return SeasonProfile(tuple(groups), tuple(1 if weight is None else weight for weight in weights))

    def offer(self) -> None:
        """The months to choose from."""
        language = current_language()
        names = [(month, month_name(month, language)) for month in range(1, 13)]
        for number in range(SEASONS):
            self[f"first_{number}"].choices = self[f"last_{number}"].choices = names  # type: ignore[index]


def _season_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for number in range(SEASONS):
        fields[f"first_{number}"] = SelectField(_l("From"), coerce=int, default=1)
        fields[f"last_{number}"] = SelectField(_l("To"), coerce=int, default=1)
        fields[f"amount_{number}"] = StringField(_l("Units or share"), [Length(max=20)])
    for month in range(1, 13):
        fields[f"weight_{month}"] = NumberField(_l("Weight"), [Optional()], least=0, most=MOST_WEIGHT, default=1)
    return fields


class SeasonForm(type("Fields", (VersionedForm,), _season_fields()), SeasonFields):  # type: ignore[misc]
    """The season profile of a plan."""


class WhatIfForm(type("AskedFields", (PortalForm,), _season_fields()), SeasonFields):  # type: ignore[misc]
    """A season profile tried on a year's figures; comes in the address, nothing is stored."""

    year = SelectField(_l("Figures of"), [InputRequired()], coerce=int)
    total = NumberField(_l("Units in all"), [Optional()], least=0, most=MOST_UNITS)

    class Meta(PortalForm.Meta):
        csrf = False


def season_values(profile: SeasonProfile) -> dict[str, Any]:
    """What a season form shows of a profile."""
    values: dict[str, Any] = {f"weight_{month}": profile.weights[month - 1] for month in range(1, 13)}
    for number in range(SEASONS):
        values |= {f"first_{number}": 1, f"last_{number}": 1, f"amount_{number}": ""}
    for number, group in enumerate(profile.groups[:SEASONS]):
        text = SeasonProfile((group,)).as_text().partition(":")[2]
        values |= {f"first_{number}": group.first, f"last_{number}": group.last, f"amount_{number}": text}
    return values


def month_name(month: int, language: str) -> str:
    """March, 3月: a month of any year."""
    text = format_month(date(2000, month, 1), language)
    return text.replace("2000年", "").replace(" 2000", "")


def shares_form(children: Mapping[str, str], judged: Mapping[str, int], **values: Any) -> tuple[Any, dict[str, str]]:
    """A form with a share for each child (key → name), and its fields' names by key."""
    names = {key: f"share_{number}" for number, key in enumerate(children)}
    fields = {names[key]: PercentField(name, [Optional()]) for key, name in children.items()}
    form = type("SharesForm", (VersionedForm,), fields)
    return form(data=values | {names[key]: judged[key] for key in children if key in judged}), names


class StepForm(VersionedForm):
    """The version of what was looked at, before it is published or thrown away."""


def take_season(form: PortalForm, error: InvalidInput) -> None:
    """A season that cannot be: the sentence stands at the first season."""
    field: Any = form._fields["amount_0"]
    field.errors = [*field.errors, sentence_of(error)]
