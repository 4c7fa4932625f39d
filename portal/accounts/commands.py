"""Commands of the accounts room: the first administrator."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.accounts.labels import sentence
from portal.accounts.letters import link_url
from portal.accounts.models import UserStatus
from portal.accounts.queries import get_user_by_email
from portal.accounts.services.users import invite_user, renew_link
from portal.db import db
from portal.errors import InvalidInput
from portal.i18n import LOCALES
from portal.permissions import Role


@click.group("accounts")
def accounts() -> None:
    """People who can sign in."""


@accounts.command("create-admin")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True)
@click.option("--language", type=click.Choice(list(LOCALES)), default="en", show_default=True)
@with_appcontext
def create_admin(email: str, name: str, language: str) -> None:
    """Make an administrator and print the link by which they choose a password.

    Run it again with the same address for a new link.
    """
    session = db.session()
    known = get_user_by_email(session, email)
    try:
        if known is None:
            _user, token = invite_user(session, email=email, name=name, role=Role.ADMIN, locale=language)
        elif known.role is Role.ADMIN and known.status is not UserStatus.DISABLED:
            token = renew_link(session, known)
        else:
            raise click.ClickException(f"{email} belongs to an account that is not an active administrator's.")
    except InvalidInput as error:
        raise click.ClickException(sentence(error.code)) from error
    session.commit()
    click.echo(link_url(token))


commands: tuple[click.Command, ...] = (accounts,)
