"""Forms and list of exits."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal import clock
from portal.forms import PortalForm, VersionedForm
from portal.i18n import current_language
from portal.network.models import Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN
from portal.onboarding.forms.fields import DayField
from portal.onboarding.models import ExitCase
from portal.onboarding.review_labels import EXIT_STAGE
from portal.tables import Column, Facet, ListSpec, Option

MAX_REASON = 2_000
COLUMNS = (
    Column("outlet", _l("Outlet"), Outlet.name, fixed=True),
    Column("code", _l("Code"), Outlet.code, fixed=True),
    Column("stage", _l("Stage"), ExitCase.stage),
    Column("place", _l("Region")),
    Column("notice", _l("Notice"), ExitCase.notice_on),
    Column("handover", _l("Hand-over due"), ExitCase.handover_due_on),
    Column("closed", _l("Closed on"), ExitCase.closed_on, nullable=True),
    Column("by", _l("Asked by"), shown=False),
    Column("reason", _l("Reason")),
)


def exit_spec(areas: Sequence[Named]) -> ListSpec:
    """The list of exits for a reader who sees these sales areas."""
    language = current_language()
    facets = [
        Facet("stage", _l("Stage"), [Option(stage.value, word) for stage, word in EXIT_STAGE.items()]),
        Facet("late", _l("Hand-over"), [Option("yes", _l("Overdue only"))]),
    ]
    if len(areas) > 1:
        offered = [Option(area.code, area.name(language)) for area in areas]
        facets.append(Facet("area", _l("Sales area"), offered, CODE_PATTERN))
    return ListSpec(COLUMNS, tuple(facets), default_sort="-notice")


class NoticeForm(PortalForm):
    """The wish that an outlet leaves."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why it is to leave.")), Length(max=MAX_REASON)])
    notice_on = DayField(_l("Day of the notice"), [InputRequired(_l("Give the day."))], default=clock.today)
    redevelop = BooleanField(_l("The town is to be redeveloped"))


class HandOverForm(VersionedForm):
    """Who takes over the customers."""

    to = StringField(_l("Taken over by"), [DataRequired(_l("Say who takes over the customers.")), Length(max=160)])
    on = DayField(_l("Day of the hand-over"), [InputRequired(_l("Give the day."))], default=clock.today)


class CloseForm(VersionedForm):
    """The settlement is done."""

    on = DayField(_l("Day of the exit"), [InputRequired(_l("Give the day."))], default=clock.today)
    free_territory = BooleanField(_l("The county falls free"))
