"""Lists of policies and of those addressed; the form of a policy's steps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.forms import VersionedForm
from portal.network.models import Distributor, Outlet
from portal.read_fields import DayField
from portal.rebates.labels import PARTY, PERIOD, VERSION_STATUS
from portal.rebates.models import PolicyAddressee, PolicyVersion, RebatePolicy
from portal.tables import Column, Facet, ListSpec, Option

PHASES = {"now": _l("In force today"), "later": _l("Not yet in force"), "past": _l("Past")}

POLICIES = ListSpec(
    (
        Column("policy", _l("Policy"), RebatePolicy.code, fixed=True),
        Column("name", _l("Name")),
        Column("status", _l("Status"), PolicyVersion.status),
        Column("party", _l("Who earns")),
        Column("period", _l("Settled")),
        Column("from", _l("In force from"), PolicyVersion.effective_from, nullable=True),
        Column("to", _l("In force to"), PolicyVersion.effective_to, nullable=True),
        Column("acknowledged", _l("Acknowledged"), numeric=True),
        Column("published", _l("Published"), PolicyVersion.published_at, nullable=True, shown=False),
    ),
    (
        Facet("status", _l("Status"), [Option(str(key), word) for key, word in VERSION_STATUS.items()]),
        Facet("phase", _l("In force"), [Option(key, word) for key, word in PHASES.items()]),
        Facet("party", _l("Who earns"), [Option(str(key), word) for key, word in PARTY.items()]),
        Facet("period", _l("Settled"), [Option(str(key), word) for key, word in PERIOD.items()]),
    ),
    default_sort="-from",
)

ADDRESSEES = ListSpec(
    (
        Column("distributor", _l("Distributor"), Distributor.code, fixed=True),
        Column("outlet", _l("Outlet"), Outlet.code, nullable=True),
        Column("addressed", _l("Addressed on"), PolicyAddressee.addressed_on),
        Column("acknowledged", _l("Acknowledged on"), PolicyAddressee.acknowledged_on, nullable=True),
        Column("by", _l("By")),
    ),
    (
        Facet(
            "acknowledged",
            _l("Acknowledged"),
            [Option("yes", _l("Acknowledged")), Option("no", _l("Not acknowledged"))],
            multiple=False,
        ),
    ),
    default_sort="distributor",
)


class StepForm(VersionedForm):
    """A step of a policy or of a settlement: why, and what the step needs besides."""

    reason = TextAreaField(_l("Why"), [Length(max=1000)])
    notice_on = DayField(_l("Told on"))
    last_on = DayField(_l("Last day in force"))
    reference = StringField(_l("Reference of the transfer"), [Length(max=80)])
    paid_on = DayField(_l("Paid on"))
