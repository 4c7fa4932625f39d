"""The messages of the accounts room, each in its reader's language."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.accounts.links import LIFETIME
from portal.accounts.models import LinkPurpose, User
from portal.mail import send_mail

LINK_PATH = "/links/"


def link_url(token: str) -> str:
    """The whole address of a single-use link."""
    return f"{current_app.config['BASE_URL']}{LINK_PATH}{token}"


def send_link(user: User, token: str, purpose: LinkPurpose) -> bool:
    """Send an invitation or a reset; True where a mail server took it."""
    with force_locale(user.locale):
        values = {"name": user.name, "url": link_url(token), "hours": int(LIFETIME[purpose].total_seconds() // 3600)}
        if purpose is LinkPurpose.INVITATION:
            subject = _("Your account in the Qudao portal")
            body = _(
                "Hello %(name)s,\n\nan account was made for you. Choose your password here:\n\n%(url)s\n\n"
                "The link works once, within %(hours)s hours.",
                **values,
            )
        else:
            subject = _("A new password for the Qudao portal")
            body = _(
                "Hello %(name)s,\n\na new password was asked for. Choose it here:\n\n%(url)s\n\n"
                "The link works once, within %(hours)s hour(s). If you did not ask for it, ignore this message.",
                **values,
            )
    return send_mail(current_app.config, to=user.email, subject=subject, body=body)


def send_notice_of_new_email(user: User, former: str) -> None:
    """Tell both addresses that the account has moved."""
    with force_locale(user.locale):
        subject = _("Your e-mail address in the Qudao portal was changed")
        body = _(
            "Hello %(name)s,\n\nyou now sign in as %(new)s instead of %(old)s.\n\n"
            "If you did not do this, tell your administrator at once.",
            name=user.name,
            new=user.email,
            old=former,
        )
    for address in (former, user.email):
        send_mail(current_app.config, to=address, subject=subject, body=body)
