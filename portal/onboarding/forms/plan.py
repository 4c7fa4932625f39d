"""Form and list of the rollout plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.forms import EnumSelectField, PortalForm, labelled_choices
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, STORE_CLASS
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, REGION_PATTERN
from portal.network.rules import CityTier, StoreClass
from portal.onboarding.forms.counties import county_code_of
from portal.onboarding.models import RolloutLine
from portal.onboarding.review_labels import DIFFICULTY
from portal.read_fields import MonthField, NumberField
from portal.tables import Column, Facet, ListSpec, Option

MOST = 1_000
COLUMNS = (
    Column("county", _l("County"), RolloutLine.county_code, nullable=True, fixed=True),
    Column("month", _l("Month"), RolloutLine.open_month),
    Column("qty", _l("Planned"), RolloutLine.planned_qty, numeric=True),
    Column("class", _l("Class")),
    Column("tier", _l("City tier")),
    Column("difficulty", _l("Difficulty"), RolloutLine.difficulty),
    Column("note", _l("Note")),
    Column("remove", _l("Remove")),
)


def plan_spec(years: Sequence[int], prefectures: Mapping[str, str], areas: Sequence[Named]) -> ListSpec:
    """The plan for a reader who sees these years, prefectures (code → name) and sales areas."""
    language = current_language()
    places = [Option(f"prefecture:{code}", name) for code, name in prefectures.items()]
    facets = [
        Facet("year", _l("Year"), [Option(str(year), str(year)) for year in years]),
        Facet("region", _l("Prefecture"), places, REGION_PATTERN),
        Facet("class", _l("Class"), [Option(each.value, word) for each, word in STORE_CLASS.items()]),
        Facet("tier", _l("City tier"), [Option(each.value, word) for each, word in CITY_TIER.items()]),
        Facet("difficulty", _l("Difficulty"), [Option(str(value), word) for value, word in DIFFICULTY.items()]),
    ]
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", _l("Sales area"), offered, CODE_PATTERN))
    return ListSpec(COLUMNS, tuple(facets), default_sort="difficulty", searchable=False)


class LineForm(PortalForm):
    """A line of the plan."""

    county_code: str | None = None
    county = StringField(
        _l("County"),
        [DataRequired(_l("Say in which county.")), Length(max=80)],
        description=_l("Name or six-digit code."),
    )
    open_month = MonthField(_l("Month of the opening"), [InputRequired(_l("Give the month."))])
    planned_qty = NumberField(
        _l("How many outlets"), [InputRequired(_l("Give the number."))], least=1, most=MOST, default=1
    )
    store_class = EnumSelectField(_l("Class"), enum=StoreClass, labels=STORE_CLASS, blank=True)
    city_tier = EnumSelectField(_l("City tier"), enum=CityTier, labels=CITY_TIER, blank=True)
    difficulty = SelectField(_l("Difficulty"), choices=labelled_choices(DIFFICULTY), coerce=int, default=2)
    note = StringField(_l("Note"), [Length(max=200)])

    def validate_county(self, field: StringField) -> None:
        """Exactly one county is meant."""
        self.county_code = county_code_of(field.data or "")
