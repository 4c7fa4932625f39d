"""Forms of the review: the queue's list, a decision, a visit, a score sheet, a delegation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Form, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal import clock
from portal.accounts.models import User
from portal.errors import QudaoError
from portal.forms import PortalForm, VersionedForm, labelled_choices
from portal.geo import Datum, convert
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, STORE_CLASS, words_of
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN
from portal.onboarding.forms.fields import DayField, LatitudeField, LongitudeField, NumberField
from portal.onboarding.labels import APPLICATION_STATUS
from portal.onboarding.models import Application
from portal.onboarding.review_labels import CRITERION, ROLE, sentence_of
from portal.onboarding.rules.scores import HIGHEST, Criterion
from portal.onboarding.rules.states import ApplicationStatus
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

MAX_REASON = 2_000
DAY = {"type": "date"}
_STATUS, _COUNTY = lazy_pgettext("column", "Status"), _l("County")
_AREA, _CLASS, _TIER = _l("Sales area"), _l("Class"), _l("City tier")
_DUE, _OVERDUE = _l("Due"), _l("Overdue only")
# Specs are the same for many requests; as many are kept, in the reader's language.
SPECS = 256

QUEUE_COLUMNS = (
    Column("outlet", _l("Outlet"), Application.outlet_name, fixed=True),
    Column("number", lazy_pgettext("application", "Number"), Application.number, nullable=True, fixed=True),
    Column("status", _STATUS, Application.status),
    Column("place", _l("Region")),
    Column("area", _AREA, shown=False),
    Column("distributor", _l("Distributor")),
    Column("class", _CLASS, Application.store_class, nullable=True),
    Column("tier", _TIER, shown=False),
    Column("points", _l("Points"), numeric=True),
    Column("age", _l("Age"), Application.submitted_at, nullable=True, numeric=True),
    Column("due", _DUE, Application.due_on, nullable=True),
)


def queue_spec(
    statuses: Iterable[ApplicationStatus], counties: Mapping[str, str], areas: Sequence[Named], *, with_dues: bool
) -> ListSpec:
    """The queue for a reader who sees these states, counties (code → name) and sales areas."""
    return _queue_spec(tuple(statuses), tuple(counties.items()), tuple(areas), with_dues, current_language())


@lru_cache(maxsize=SPECS)
def _queue_spec(
    statuses: tuple[ApplicationStatus, ...],
    counties: tuple[tuple[str, str], ...],
    areas: tuple[Named, ...],
    with_dues: bool,
    language: str,
) -> ListSpec:
    facets = [
        Facet("status", str(_STATUS), [Option(each.value, str(APPLICATION_STATUS[each])) for each in statuses]),
        Facet("county", str(_COUNTY), [Option(code, name) for code, name in counties], r"\d{6,12}"),
        Facet("class", str(_CLASS), [Option(each.value, word) for each, word in words_of(STORE_CLASS).items()]),
        Facet("tier", str(_TIER), [Option(each.value, word) for each, word in words_of(CITY_TIER).items()]),
    ]
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", str(_AREA), offered, CODE_PATTERN))
    if with_dues:
        facets.append(Facet("overdue", str(_DUE), [Option("yes", str(_OVERDUE))]))
    sort = "due" if with_dues else "-age"
    return ListSpec(translate_columns(QUEUE_COLUMNS, language), tuple(facets), default_sort=sort)


class ActionForm(VersionedForm):
    """A step of the review, with its words. Whether a reason is needed is a guard of the table."""

    reason = TextAreaField(_l("Reason"), [Length(max=MAX_REASON)])
    conditions = TextAreaField(_l("Conditions"), [Length(max=MAX_REASON)])
    internal_note = TextAreaField(_l("Internal note"), [Length(max=MAX_REASON)])


class VisitForm(PortalForm):
    """A visit to the site."""

    visited_on = DayField(_l("Day of the visit"), [InputRequired(_l("Give the day."))], default=clock.today)
    lng = LongitudeField(_l("Longitude"), [Optional()])
    lat = LatitudeField(_l("Latitude"), [Optional()])
    datum = SelectField(
        _l("Datum of the coordinates"),
        choices=labelled_choices(
            {
                Datum.WGS84: _l("WGS-84 (GPS)"),
                Datum.GCJ02: _l("GCJ-02 (AMap, Tencent)"),
                Datum.BD09: _l("BD-09 (Baidu)"),
            }
        ),
        default=Datum.WGS84.value,
    )
    findings = TextAreaField(
        _l("What you found"), [DataRequired(_l("Say what you found at the site.")), Length(max=4_000)]
    )
    photos = MultipleFileField(_l("Photos"), [Optional()])

    def point(self) -> tuple[float | None, float | None]:
        """Where the visitor stood, WGS-84."""
        if self.lng.data is None or self.lat.data is None:
            return self.lng.data, self.lat.data
        return convert(self.lng.data, self.lat.data, self.datum.data, Datum.WGS84)


class ScoreForm(PortalForm):
    """Marks from 0 to 10 for each line of the sheet; fields `mark_<criterion>` are added below."""

    disturbs_market = BooleanField(_l("Knock-out: they disturb the market's order"))
    note = TextAreaField(_l("Note"), [Length(max=MAX_REASON)])

    def marks(self) -> dict[Criterion, int]:
        """The marks by criterion."""
        return {criterion: self[f"mark_{criterion.value}"].data for criterion in Criterion}


for _criterion in Criterion:
    setattr(
        ScoreForm,
        f"mark_{_criterion.value}",
        NumberField(CRITERION[_criterion], [InputRequired(_l("Give a mark."))], least=0, most=HIGHEST),
    )


class DelegationForm(PortalForm):
    """A desk lent for a time."""

    receiver = SelectField(_l("To whom"), [DataRequired(_l("Choose one."))])
    valid_from = DayField(_l("First day"), [InputRequired(_l("Give the day."))], default=clock.today)
    valid_to = DayField(_l("Last day"), [InputRequired(_l("Give the day."))])
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=200)])

    def offer(self, users: Iterable[User]) -> None:
        """Who may sit there."""
        self.people = {str(user.id): user for user in users}
        words = {key: f"{user.name} ({ROLE.get(user.role, user.role.value)})" for key, user in self.people.items()}
        self.receiver.choices = labelled_choices(words, blank=True)


def take_error(form: Form, error: QudaoError) -> None:
    """Put a broken rule to the field it names, or to the form."""
    words = sentence_of(error)
    name = str(error.details.get("field", ""))
    target = form._fields.get("county" if name == "county_code" else name)
    if target is None:
        form.form_errors.append(words)
    else:
        target.errors = [*target.errors, words]


def facet_values(spec_values: Mapping[str, Any], key: str, kind: Any) -> tuple[Any, ...]:
    """The chosen values of a facet as members of an enum."""
    return tuple(kind(value) for value in spec_values.get(key, ()))
