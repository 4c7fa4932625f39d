"""Commands of user management: `flask accounts invite`, which knows what a user can be tied to."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.accounts.commands import accounts
from portal.accounts.labels import sentence
from portal.accounts.letters import link_url, send_link
from portal.accounts.models import LinkPurpose
from portal.accounts.services.users import invite_user
from portal.admin.services import grant_by_code
from portal.db import db
from portal.errors import InvalidInput
from portal.i18n import LOCALES
from portal.mail import is_configured
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope


@accounts.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="How the person is called in the portal.")
@click.option("--of", "codes", multiple=True, help="Code of the sales area, distributor or outlet; may be repeated.")
@click.option("--language", type=click.Choice(list(LOCALES)), default="en", show_default=True)
@with_appcontext
def invite(email: str, role: str, name: str, codes: tuple[str, ...], language: str) -> None:
    """Make a user, and print (or send, where mail is set up) the link by which they choose a password."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    try:
        user, token = invite_user(session, email=email, name=name, role=Role(role), locale=language)
        for code in codes:
            grant_by_code(session, user, code)
    except InvalidInput as error:
        raise click.ClickException(sentence(error.code)) from error
    session.commit()
    if is_configured(current_app.config) and send_link(user, token, LinkPurpose.INVITATION):
        click.echo(f"Sent to {user.email}.")
    else:
        click.echo(link_url(token))
