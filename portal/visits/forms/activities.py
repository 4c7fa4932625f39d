"""Forms and list of activities."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal import clock
from portal.errors import QudaoError
from portal.forms import EnumSelectField, PortalForm, VersionedForm
from portal.i18n import current_language
from portal.network.models import Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN
from portal.read_fields import DayField, NumberField, ReadField
from portal.spreadsheets import ColumnSpec, Words
from portal.tables import DAY_PATTERN, Column, Facet, ListSpec, Option
from portal.visits.labels import ACTIVITY_KIND, ACTIVITY_STATUS, TASK_OWNER, sentence_of
from portal.visits.models import FieldActivity
from portal.visits.rules.words import ActivityKind, TaskOwner

MAX_WORDS = 1_000

COLUMNS = (
    Column("day", _l("Day"), FieldActivity.planned_on, fixed=True),
    Column("kind", lazy_pgettext("activity", "Activity"), FieldActivity.kind, fixed=True),
    Column("outlet", _l("Outlet"), Outlet.name, nullable=True),
    Column("code", _l("Code"), Outlet.code, nullable=True),
    Column("status", lazy_pgettext("column", "Status"), FieldActivity.status),
    Column("theme", _l("Theme")),
    Column("owner", _l("Planned by"), FieldActivity.owner_name),
    Column("distance", _l("Check-in"), numeric=True),
    Column("participants", _l("Participants"), numeric=True, shown=False),
    Column("decided", _l("Decided by"), shown=False),
)


def activity_spec(areas: Sequence[Named]) -> ListSpec:
    """The list of activities for a reader who sees these sales areas."""
    language = current_language()
    facets = [
        Facet("kind", str(COLUMNS[1].label), [Option(each.value, word) for each, word in ACTIVITY_KIND.items()]),
        Facet("status", str(COLUMNS[4].label), [Option(each.value, word) for each, word in ACTIVITY_STATUS.items()]),
        Facet("task", _l("Open task"), [Option(each.value, word) for each, word in TASK_OWNER.items()]),
        Facet("late", _l("Tasks"), [Option("yes", _l("Overdue only"))]),
        Facet("mine", _l("Whose"), [Option("yes", _l("Planned by me"))]),
        Facet("since", _l("From"), [], DAY_PATTERN, multiple=False, is_day=True),
        Facet("until", _l("To"), [], DAY_PATTERN, multiple=False, is_day=True),
    ]
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", _l("Sales area"), offered, CODE_PATTERN))
    return ListSpec(COLUMNS, tuple(facets), default_sort="-day")


class DegreesField(ReadField):
    """Degrees of longitude or latitude."""

    def __init__(self, label: object, validators: Sequence[object] = (), *, kind: str, **kwargs: object) -> None:
        super().__init__(label, validators, **kwargs)
        words = Words("Longitude", "经度") if kind == "longitude" else Words("Latitude", "纬度")
        self.spec = ColumnSpec(kind[:3], words, kind=kind)  # type: ignore[arg-type]

    def text_of(self, value: float) -> str:
        return f"{value:.6f}".rstrip("0").rstrip(".")


class PlanForm(PortalForm):
    """One activity to come (or that took place unplanned)."""

    client_key = HiddenField(validators=[Length(max=40)])
    kind = EnumSelectField(
        _l("Kind of activity"),
        enum=ActivityKind,
        labels=ACTIVITY_KIND,
        blank=True,
        validators=[DataRequired(_l("Choose one."))],
    )
    party = StringField(
        _l("Outlet or distributor"), [DataRequired(_l("Give the code of an outlet or a distributor.")), Length(max=64)]
    )
    planned_on = DayField(_l("Day"), [InputRequired(_l("Give the day."))], default=clock.today)
    theme = StringField(_l("Theme"), [Length(max=160)])
    model = StringField(_l("Model of the theme"), [Length(max=40)])
    place = StringField(lazy_pgettext("activity", "Place"), [Length(max=200)])
    course = StringField(_l("Course"), [Length(max=160)])
    lecturer = StringField(_l("Lecturer"), [Length(max=80)])


class DayPlanForm(PortalForm):
    """Visits of one day: which outlets."""

    client_key = HiddenField(validators=[Length(max=40)])
    day = HiddenField(validators=[Length(max=10)])
    outlets = SelectMultipleField(
        _l("Outlets to visit"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class RecordForm(VersionedForm):
    """What was done, on a phone at the place."""

    done_on = DayField(_l("Day on which it took place"), [InputRequired(_l("Give the day."))], default=clock.today)
    lng = DegreesField(_l("Longitude"), [Optional()], kind="longitude")
    lat = DegreesField(_l("Latitude"), [Optional()], kind="latitude")
    datum = HiddenField(default="wgs84")
    report = TextAreaField(_l("What was done"), [DataRequired(_l("Say what was done.")), Length(max=4_000)])
    participants = NumberField(_l("Participants"), [Optional()], most=100_000)
    photos = MultipleFileField(_l("Photos"), [Optional()])


class FindingForm(PortalForm):
    """What was found, and perhaps a next step."""

    finding = TextAreaField(_l("What you found"), [DataRequired(_l("Say what you found.")), Length(max=MAX_WORDS)])
    next_step = TextAreaField(_l("Next step"), [Length(max=MAX_WORDS)])
    owner = EnumSelectField(_l("Whose next step"), enum=TaskOwner, labels=TASK_OWNER, blank=True)
    due_on = DayField(_l("Until"), [Optional()])


class AnswerForm(VersionedForm):
    """What was done about a task."""

    answer = TextAreaField(_l("Your answer"), [DataRequired(_l("Say what was done.")), Length(max=MAX_WORDS)])


class StepForm(VersionedForm):
    """A step that needs words: return, cancel."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=MAX_WORDS)])


def take_error(form: PortalForm, error: QudaoError) -> None:
    """Put a broken rule to the field it names, or to the form."""
    words = sentence_of(error)
    name = str(error.details.get("field", ""))
    target: Field | None = form._fields.get("party" if name == "outlet" else name)
    if target is None or isinstance(target, HiddenField):
        form.form_errors.append(words)
    else:
        target.errors = [*target.errors, words]
