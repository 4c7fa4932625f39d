"""The list of what-ifs, and the form that asks one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.forms import PortalForm
from portal.rebates.models import SavedWhatIf
from portal.tables import Column, ListSpec

Named = Sequence[tuple[str, str]]

WHAT_IFS = ListSpec(
    (
        Column("name", _l("Name"), SavedWhatIf.name, fixed=True),
        Column("policy", _l("Policy")),
        Column("months", _l("Months"), SavedWhatIf.first_month),
        Column("total", _l("Cost"), numeric=True),
        Column("difference", _l("Difference"), numeric=True),
        Column("by", _l("Asked by")),
        Column("created", _l("Asked on"), SavedWhatIf.created_at),
    ),
    default_sort="-created",
)


class WhatIfForm(PortalForm):
    """Which policy, beside which one, over which months."""

    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=200)])
    policy = SelectField(_l("Policy to try"), [InputRequired(_l("Choose a policy."))], coerce=str)
    compared = SelectField(_l("Compared with"), [Optional()], coerce=str)
    first_month = SelectField(_l("From"), [InputRequired()])
    last_month = SelectField(_l("To"), [InputRequired()])

    def offer(
        self,
        policies: Sequence[tuple[str, str]],
        published: Sequence[tuple[str, str]],
        months: Sequence[tuple[date, str]],
    ) -> None:
        """Versions to try and to compare with, and the months that are over."""
        self.policy.choices = [("", _l("Please choose")), *policies]
        self.compared.choices = [("", _l("Nothing: cost only")), *published]
        choices = [(f"{month:%Y-%m}", name) for month, name in months]
        self.first_month.choices, self.last_month.choices = choices, list(choices)
