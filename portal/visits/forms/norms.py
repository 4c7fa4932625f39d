"""The board of norms and its dated rows."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.forms import EnumSelectField, PortalForm
from portal.i18n import current_language
from portal.network.labels import STORE_CLASS, words_of
from portal.network.models import Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN
from portal.network.rules import StoreClass
from portal.read_fields import MonthField, NumberField
from portal.tables import Column, Facet, ListSpec, Option
from portal.visits.labels import ACTIVITY_KIND
from portal.visits.rules.words import ActivityKind

MONTH_PATTERN = r"\d{4}-(0[1-9]|1[0-2])"


def board_spec(areas: Sequence[Named], months: Sequence[tuple[str, str]]) -> ListSpec:
    """The board for a reader who sees these areas; `months`: key and words, the present one first."""
    columns = (
        Column("outlet", _l("Outlet"), Outlet.name, fixed=True),
        Column("code", _l("Code"), Outlet.code, fixed=True),
        *(Column(kind.value, word, numeric=True) for kind, word in ACTIVITY_KIND.items()),
        Column("missing", _l("Missing"), numeric=True),
    )
    facets = [
        Facet("month", _l("Month"), [Option(*month) for month in months], MONTH_PATTERN, multiple=False),
        Facet("class", _l("Class"), [Option(each.value, word) for each, word in words_of(STORE_CLASS).items()]),
    ]
    if len(areas) > 1:
        language = current_language()
        facets.append(Facet("area", _l("Sales area"), [Option(a.code, a.name(language)) for a in areas], CODE_PATTERN))
    return ListSpec(columns, tuple(facets), default_sort="code")


class NormForm(PortalForm):
    """How many of a kind are due from a month on."""

    kind = EnumSelectField(
        _l("Kind of activity"),
        enum=ActivityKind,
        labels=ACTIVITY_KIND,
        blank=True,
        validators=[DataRequired(_l("Choose one."))],
    )
    store_class = EnumSelectField(_l("Class (empty: all)"), enum=StoreClass, labels=STORE_CLASS, blank=True)
    per_month = NumberField(_l("At least in a month"), [InputRequired(_l("Give a number."))], most=100)
    model = StringField(_l("Model of the theme"), [Length(max=40)])
    theme = StringField(_l("Theme"), [Length(max=160)])
    first_month = MonthField(_l("From the month"), [InputRequired(_l("Give the month."))])
