"""Invitation and reset by a link that works once."""

from __future__ import annotations

import structlog
from flask import Flask, current_app, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import public
from portal.accounts import browser
from portal.accounts.forms import ForgottenForm, NewPasswordForm
from portal.accounts.labels import sentence
from portal.accounts.letters import LINK_PATH, send_link
from portal.accounts.links import DeadLink, get_link, make_link
from portal.accounts.models import LinkPurpose, UserStatus
from portal.accounts.queries import get_user_by_email
from portal.accounts.rules import normal_email
from portal.accounts.services import own
from portal.accounts.views import blueprint
from portal.audit.recorder import set_actor
from portal.db import db, writing
from portal.errors import InvalidInput
from portal.mail import is_configured

log = structlog.get_logger()


@blueprint.errorhandler(DeadLink)
def dead_link(_error: DeadLink) -> tuple[str, int]:
    """The page of a link that no longer works."""
    db.session.rollback()
    return render_template("accounts/link_dead.html"), 410


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> str | Response | tuple[str, int]:
    """Ask for a link. The answer is the same, and as quick, whether the address is known or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        page = render_template("accounts/forgotten_password.html", form=form)
        return page, 422 if form.errors else 200
    email = normal_email(form.email.data)
    browser.count_try(f"reset:{email}")
    db.session.commit()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    page = render_template("accounts/forgotten_password_sent.html", email=email, by_mail=is_configured(app.config))
    response = make_response(page)
    # After the answer has left: looking the user up and talking to the mail server take their time.
    response.call_on_close(lambda: send_reset(app, email))
    return response


def send_reset(app: Flask, email: str) -> None:
    """Make a link for whoever has this address, and send it."""
    with app.app_context(), writing():
        try:
            user = get_user_by_email(db.session(), email)
            if user is None or user.status is not UserStatus.ACTIVE:
                return
            set_actor(db.session(), actor_id=None, name="anonymous")
            token = make_link(db.session(), user, LinkPurpose.RESET)
            db.session.commit()
            send_link(user, token, LinkPurpose.RESET)
        except Exception:
            log.exception("reset_not_sent")


@blueprint.route(f"{LINK_PATH}<token>", methods=["GET", "POST"])
@public
def take_up_link(token: str) -> str | Response | tuple[str, int]:
    """Choose a password by an invitation or a reset. Opening the link uses nothing up: mail scanners open links."""
    link = get_link(db.session(), token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        set_actor(db.session(), actor_id=link.user.id, name=link.user.name, request_id=g.request_id)
        try:
            own.take_up_link(db.session(), link, password=form.password.data)
        except InvalidInput as error:
            form.password.errors = [sentence(error.code)]
        else:
            db.session.commit()
            flash(_("Your password is set. Sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"))
    page = render_template("accounts/link_take_up.html", form=form, link=link, purposes=LinkPurpose)
    return page, 422 if form.errors else 200
