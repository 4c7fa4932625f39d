"""Forms and lists of openings: the checklist, the day of the opening, the promise held against the result."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal import clock
from portal.forms import VersionedForm
from portal.i18n import current_language
from portal.network.labels import OUTLET_STATUS
from portal.network.models import Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN
from portal.network.rules import TRADING
from portal.onboarding.forms.fields import DayField, NumberField
from portal.onboarding.labels import APPLICATION_STATUS
from portal.onboarding.models import Application, OpeningReview
from portal.onboarding.queries.openings import WITH_CHECKLIST
from portal.onboarding.rules.openings import REVIEW_MONTHS
from portal.tables import Column, Facet, ListSpec, Option

MOST_SOLD = 1_000_000
OPENING_COLUMNS = (
    Column("outlet", _l("Outlet"), Application.outlet_name, fixed=True),
    Column("number", lazy_pgettext("application", "Number"), Application.number, nullable=True, fixed=True),
    Column("status", lazy_pgettext("column", "Status"), Application.status),
    Column("place", _l("Region")),
    Column("distributor", _l("Distributor")),
    Column("planned", _l("Planned opening"), Application.planned_open_on, nullable=True),
    Column("done", _l("Checklist")),
    Column("next", _l("Next due")),
)
PROMISE_STATES = {"due": _l("Due now"), "to_come": _l("To come"), "held": _l("Held")}
PROMISE_COLUMNS = (
    Column("outlet", _l("Outlet"), Outlet.name, fixed=True),
    Column("code", _l("Code"), Outlet.code, fixed=True),
    Column("status", lazy_pgettext("column", "Status")),
    Column("months", _l("Review after"), OpeningReview.months, numeric=True),
    Column("due", _l("Due"), OpeningReview.due_on),
    Column("promised", _l("Promised"), OpeningReview.promised_qty, numeric=True),
    Column("actual", _l("Sold"), OpeningReview.actual_qty, nullable=True, numeric=True),
    Column("share", _l("Share"), numeric=True),
    Column("held", _l("Held on"), OpeningReview.held_on, nullable=True),
)


def opening_spec(areas: Sequence[Named]) -> ListSpec:
    """The list of openings for a reader who sees these sales areas."""
    language = current_language()
    facets = [
        Facet(
            "status",
            lazy_pgettext("column", "Status"),
            [Option(status.value, APPLICATION_STATUS[status]) for status in WITH_CHECKLIST],
        ),
        Facet("late", _l("Checklist"), [Option("yes", _l("With overdue lines"))]),
    ]
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", _l("Sales area"), offered, CODE_PATTERN))
    return ListSpec(OPENING_COLUMNS, tuple(facets), default_sort="planned")


def promise_spec() -> ListSpec:
    """The list of reviews of what was promised."""
    facets = (
        Facet("state", _l("Review"), [Option(state, word) for state, word in PROMISE_STATES.items()]),
        Facet("months", _l("Review after"), [Option(str(m), _l("%(months)s months", months=m)) for m in REVIEW_MONTHS]),
        Facet(
            "status",
            lazy_pgettext("column", "Status"),
            [Option(s.value, word) for s, word in OUTLET_STATUS.items() if s in TRADING],
        ),
    )
    return ListSpec(PROMISE_COLUMNS, facets, default_sort="due")


class ItemForm(VersionedForm):
    """A line of the checklist."""

    owner_name = StringField(_l("Owner"), [Length(max=120)])
    due_on = DayField(_l("Due"), [Optional()])
    done_on = DayField(_l("Done on"), [Optional()])
    note = TextAreaField(_l("Note"), [Length(max=1_000)])


class OpenForm(VersionedForm):
    """The day of the opening."""

    on = DayField(_l("Day of the opening"), [InputRequired(_l("Give the day."))], default=clock.today)


class HoldForm(VersionedForm):
    """What was really sold."""

    actual_qty = NumberField(_l("Units sold"), [InputRequired(_l("Give the number."))], least=0, most=MOST_SOLD)
    source = StringField(
        _l("Where the figure comes from"), [DataRequired(_l("Say where the figure comes from.")), Length(max=160)]
    )
    held_on = DayField(_l("Day of the review"), [InputRequired(_l("Give the day."))], default=clock.today)
