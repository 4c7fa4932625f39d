"""The list of quotas, and the forms that amend them and note agreements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal import clock
from portal.formatting import format_month
from portal.forms import VersionedForm, labelled_choices
from portal.i18n import current_language, pick
from portal.network.models import Distributor, Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, NOT_ASSIGNED
from portal.products.models import ProductModel
from portal.read_fields import DayField, MonthField, NumberField
from portal.tables import Column, Facet, ListSpec, Option
from portal.targets.labels import AGREED, KIND
from portal.targets.models import Quota
from portal.targets.services.plans import MOST_UNITS

COLUMNS = (
    Column("party", _l("Outlet or own store"), Outlet.code, nullable=True, fixed=True),
    Column("month", _l("Month"), Quota.month, fixed=True),
    Column("owner", _l("Distributor"), Distributor.code, nullable=True),
    Column("model", _l("Model"), ProductModel.code),
    Column("units", _l("Quota"), Quota.units, numeric=True),
    Column("sold", _l("Sold"), numeric=True),
    Column("share", _l("Attainment"), numeric=True),
    Column("agreed", _l("Agreed on"), Quota.agreed_on, nullable=True),
    Column("since", _l("In force from"), Quota.valid_from, shown=False),
    Column("amended", _l("Amended")),
)


def quota_spec(
    months: Sequence[date],
    areas: Sequence[Named],
    distributors: Sequence[Named],
    models: Iterable[ProductModel],
    *,
    all_areas: bool,
) -> ListSpec:
    """The list of quotas for a reader who sees these."""
    language = current_language()
    unassigned = [Option(NOT_ASSIGNED, _l("Not assigned"))] if all_areas else []
    facets = [
        Facet("month", _l("Month"), [Option(f"{month:%Y-%m}", format_month(month, language)) for month in months]),
        Facet("model", _l("Model"), [Option(m.code, f"{m.code} · {pick(m.name_zh, m.name_en)}") for m in models]),
        Facet("agreed", _l("Agreement"), [Option(value, word) for value, word in AGREED.items()]),
        Facet("kind", _l("Kind"), [Option(value, word) for value, word in KIND.items()]),
    ]
    if len(areas) + len(unassigned) > 1:
        options = [*(Option(area.code, area.name(language)) for area in areas), *unassigned]
        facets.insert(1, Facet("area", _l("Sales area"), options, CODE_PATTERN))
    if len(distributors) > 1:
        options = [Option(each.code, each.name(language)) for each in distributors]
        facets.insert(2, Facet("distributor", _l("Distributor"), options, CODE_PATTERN))
    return ListSpec(COLUMNS, tuple(facets), default_sort="-month")


class AmendForm(VersionedForm):
    """Another quota from a day on. `version` holds the id of the row that was seen in force."""

    first_month = MonthField(_l("First month"), [InputRequired(_l("Give the month."))])
    last_month = MonthField(_l("Last month"), [InputRequired(_l("Give the month."))])
    units = NumberField(_l("New quota a month"), [InputRequired(_l("Give the number."))], least=0, most=MOST_UNITS)
    valid_from = DayField(_l("In force from"), [InputRequired(_l("Give the day."))], default=clock.today)
    agreed_on = DayField(_l("Agreed in writing on"), [Optional()])
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why: the reason is kept with the change.")), Length(max=500)],
        description=_l("Kept for good, with your name, beside the quota."),
    )

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        names = ("first_month", "last_month", "units", "valid_from", "agreed_on", "reason")
        return {name: self[name].data for name in names}


class NewQuotaForm(AmendForm):
    """A quota where there is none yet: for an outlet, or a distributor's own store, and a model."""

    party = StringField(
        _l("Outlet or distributor"),
        [DataRequired(_l("Say whose quota it is.")), Length(max=40)],
        description=_l("The code. A distributor's code means its own store."),
    )
    model = SelectField(_l("Model"), [DataRequired(_l("Choose the model."))])

    def offer(self, models: Iterable[ProductModel]) -> None:
        """The models to choose from."""
        words = {model.code: f"{model.code} · {pick(model.name_zh, model.name_en)}" for model in models}
        self.model.choices = labelled_choices(words, blank=True)


class AgreeForm(VersionedForm):
    """The day on which a distributor signed its quotas."""

    distributor = SelectField(_l("Distributor"), [DataRequired(_l("Choose the distributor."))])
    outlet = StringField(_l("Only the outlet"), [Length(max=40)], description=_l("Its code; empty for all of them."))
    agreed_on = DayField(_l("Agreed in writing on"), [InputRequired(_l("Give the day."))], default=clock.today)

    def offer(self, distributors: Iterable[Named]) -> None:
        """Whose agreement it may be."""
        language = current_language()
        words = {each.code: f"{each.code} · {each.name(language)}" for each in distributors}
        self.distributor.choices = labelled_choices(words, blank=True)
