"""One's own account: name and language, address, password, signed-in browsers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.access import requires
from portal.accounts import browser, letters
from portal.accounts.confirmation import requires_confirmation
from portal.accounts.devices import describe_device
from portal.accounts.forms import ChangePasswordForm, EmailForm, ProfileForm
from portal.accounts.labels import ROLES, sentence
from portal.accounts.queries import list_live_sessions
from portal.accounts.services import own, users
from portal.accounts.views import blueprint
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.permissions import Permission

Answer = str | Response | tuple[str, int]


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def profile() -> Answer:
    """Name and language, and the way to everything else of one's own."""
    user = browser.present_user()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        try:
            own.edit_profile(
                db.session(), user, version=form.read_version, name=form.name.data, locale=form.locale.data
            )
        except StaleVersion:
            form.version.data = str(user.version)
            form.version.raw_data = None
            form.form_errors.append(
                _("Your profile was changed meanwhile, perhaps by an administrator. Look through it and save again.")
            )
        else:
            db.session.commit()
            flash(_("Your profile is saved."), "success")
            return redirect(url_for("accounts.profile"))
    page = render_template("accounts/profile.html", form=form, roles=ROLES)
    return page, 422 if form.errors else 200


@blueprint.route("/profile/email", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_OWN_MANAGE)
@requires_confirmation()
def change_email() -> Answer:
    """Another address to sign in with."""
    user, form = browser.present_user(), EmailForm()
    if form.validate_on_submit():
        try:
            former = own.change_email(db.session(), user, form.email.data)
        except InvalidInput as error:
            form.email.errors = [sentence(error.code)]
        else:
            db.session.commit()
            letters.send_notice_of_new_email(user, former)
            flash(_("From now on you sign in as %(email)s.", email=user.email), "success")
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/profile_email.html", form=form), 422 if form.errors else 200


@blueprint.route("/profile/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def change_password() -> Answer:
    """A new password; every other browser is signed out."""
    user, form = browser.present_user(), ChangePasswordForm()
    if form.validate_on_submit():
        attempt_id = browser.count_try(f"confirm:{user.id}").id
        db.session.commit()
        try:
            own.change_password(db.session(), user, current=form.current_password.data, password=form.password.data)
        except InvalidInput as error:
            place = form.current_password if error.details["field"] == "current" else form.password
            place.errors = [sentence(error.code)]
        else:
            browser.forget_try(attempt_id)
            browser.begin(user)
            db.session.commit()
            flash(_("Your password is changed. Everywhere else you are signed out."), "success")
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/profile_password.html", form=form), 422 if form.errors else 200


@blueprint.get("/profile/sessions")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def list_sessions() -> str:
    """Where one is signed in."""
    rows = list_live_sessions(db.session(), browser.present_user())
    return render_template(
        "accounts/profile_sessions.html",
        sessions=rows,
        devices={row.id: describe_device(row.agent) for row in rows},
        present=browser.present_session(),
    )


@blueprint.post("/profile/sessions/<int:session_id>/end")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def end_session(session_id: int) -> Response:
    """Sign one browser out."""
    users.end_session_of(db.session(), browser.present_user(), session_id)
    db.session.commit()
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.list_sessions"))


@blueprint.post("/profile/sessions/end-others")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def end_other_sessions() -> Response:
    """Sign every other browser out."""
    user = browser.present_user()
    ended = users.end_all_sessions(db.session(), user, except_token=user.session_token)
    db.session.commit()
    flash(ngettext("%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", ended), "success")
    return redirect(url_for("accounts.list_sessions"))
