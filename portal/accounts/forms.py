"""Forms of signing in and of one's own account: shape only; what a good password is, the rules know."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from portal.accounts.rules import MAX_LENGTH
from portal.forms import PortalForm, VersionedForm, labelled_choices
from portal.i18n import LOCALES

REQUIRED = DataRequired(_l("This is needed."))


class SignInForm(PortalForm):
    """Address and password. What is longer than any password is not hashed."""

    email = EmailField(_l("E-mail"), [REQUIRED, Length(max=254)])
    password = PasswordField(_l("Password"), [REQUIRED, Length(max=MAX_LENGTH)])


class CodeForm(PortalForm):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(_l("Code"), [REQUIRED, Length(max=40)])


class ConfirmForm(PortalForm):
    """The password once more."""

    password = PasswordField(_l("Password"), [REQUIRED, Length(max=MAX_LENGTH)])


class ForgottenForm(PortalForm):
    """Who wants a new password."""

    email = EmailField(_l("E-mail"), [REQUIRED, Length(max=254)])


class NewPasswordForm(PortalForm):
    """A password, typed twice."""

    password = PasswordField(_l("New password"), [REQUIRED])
    password_again = PasswordField(
        _l("New password once more"), [REQUIRED, EqualTo("password", _l("The two passwords differ."))]
    )


class ChangePasswordForm(NewPasswordForm):
    """The current password, and a new one twice."""

    current_password = PasswordField(_l("Current password"), [REQUIRED, Length(max=MAX_LENGTH)])


class ProfileForm(VersionedForm):
    """What people say about themselves."""

    name = StringField(_lp("person", "Name"), [REQUIRED, Length(max=120)])
    locale = SelectField(_l("Language"), [REQUIRED], choices=labelled_choices(LOCALES))


class EmailForm(PortalForm):
    """The address one signs in with."""

    email = EmailField(_l("New e-mail address"), [REQUIRED, Length(max=254)])
