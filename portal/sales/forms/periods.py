"""Forms of the calendar: another due day, a step with its reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.forms import VersionedForm
from portal.read_fields import DayField


class PeriodForm(VersionedForm):
    """When the month is due, and what uploads may do."""

    due_on = DayField(
        _l("Due on"), [InputRequired(_l("Give the day on which the reports are due."))], render_kw={"type": "date"}
    )
    allows_partial = BooleanField(_l("An upload with wrong rows may store the right ones"))


class StepForm(VersionedForm):
    """A step of a month, with its reason."""

    reason = TextAreaField(lazy_pgettext("period", "Reason"), [Length(max=500)])
