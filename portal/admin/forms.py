"""Forms of user management, and what the list of users offers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.accounts.labels import ROLES, STATUSES
from portal.accounts.models import User
from portal.forms import EnumSelectField, PortalForm, VersionedForm, labelled_choices
from portal.i18n import LOCALES
from portal.permissions import Role
from portal.tables import Column, Facet, ListSpec, Option

REQUIRED = DataRequired(_l("This is needed."))

USERS = ListSpec(
    columns=(
        Column("email", _l("E-mail"), User.email, fixed=True),
        Column("name", _lp("person", "Name"), User.name),
        Column("role", _l("Role"), User.role),
        Column("scope", _l("Scope")),
        Column("status", _l("Status")),
        Column("seen", _l("Last here")),
        Column("created", _l("Since"), User.created_at, shown=False),
    ),
    facets=(
        Facet("role", _l("Role"), tuple(Option(role.value, word) for role, word in ROLES.items())),
        Facet("status", _l("Status"), tuple(Option(status.value, word) for status, word in STATUSES.items())),
    ),
    default_sort="email",
)


class UserForm(VersionedForm):
    """Who somebody is, and what they may do."""

    email = EmailField(_l("E-mail"), [REQUIRED, Length(max=254)])
    name = StringField(_lp("person", "Name"), [REQUIRED, Length(max=120)])
    role = EnumSelectField(_l("Role"), enum=Role, labels=ROLES, blank=True, validators=[REQUIRED])
    locale = SelectField(_l("Language"), [REQUIRED], choices=labelled_choices(LOCALES))


class DisableForm(PortalForm):
    """Why somebody is shut out."""

    reason = TextAreaField(_l("Reason"), [REQUIRED, Length(max=500)])
