"""Forms of a report: its head, handing it in, returning it, answers, an amendment's reason. Shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.forms import PortalForm, VersionedForm
from portal.read_fields import DayField

MAX_REASON = 1000


class HeaderForm(VersionedForm):
    """The head of the paper."""

    as_of_on = DayField(_l("Figures as of"), render_kw={"type": "date"})
    reporter = StringField(_l("Reporter"), [InputRequired(_l("Say who reports.")), Length(max=80)])
    phone = StringField(_l("Phone"), [Length(max=40)])
    note = TextAreaField(_l("Note to the regional manager"), [Length(max=MAX_REASON)])


class SubmitForm(VersionedForm):
    """Hands the report in, once: the key tells a second click from a second report."""

    key = HiddenField()


class JudgeForm(VersionedForm):
    """A report is accepted, or returned with a reason."""

    reason = TextAreaField(lazy_pgettext("report", "Reason"), [Length(max=MAX_REASON)])


class BulkForm(PortalForm):
    """Many reports at once."""

    reason = TextAreaField(lazy_pgettext("report", "Reason"), [Length(max=MAX_REASON)])


class AmendForm(PortalForm):
    """Why a closed month changes."""

    reason = TextAreaField(
        lazy_pgettext("amendment", "Reason"),
        [InputRequired(_l("Say why: the reason is kept.")), Length(max=MAX_REASON)],
    )


class DecideForm(VersionedForm):
    """An amendment, or the reopening of a month, is decided."""

    reason = TextAreaField(lazy_pgettext("decision", "Reason"), [Length(max=MAX_REASON)])


class OpenReportForm(PortalForm):
    """Begins the report of a month."""

    distributor = SelectField(_l("Distributor"))
    month = HiddenField()
