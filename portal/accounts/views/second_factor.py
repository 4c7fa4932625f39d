"""Setting up the second factor, its recovery codes, and taking it away. The password is asked for again first."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.accounts import browser
from portal.accounts.confirmation import requires_confirmation
from portal.accounts.forms import CodeForm
from portal.accounts.labels import sentence
from portal.accounts.second_factor import new_secret, qr_image
from portal.accounts.services import own, users
from portal.accounts.views import blueprint
from portal.db import db
from portal.errors import InvalidInput
from portal.permissions import Permission

Answer = str | Response | tuple[str, int]
SETUP = "second_factor_secret"
# What somebody may still open who must set up a second factor first.
OPEN_BEFORE_SETUP = frozenset(
    {
        "accounts.confirm",
        "accounts.second_factor",
        "accounts.set_up_second_factor",
        "accounts.sign_out",
        "accounts.switch_language",
        "static",
    }
)


def is_forced() -> bool:
    """Whether the present user's role must have a second factor."""
    return current_user.is_authenticated and current_user.role.value in current_app.config["TOTP_ROLES"]


@blueprint.before_app_request
def lead_to_setup() -> Response | None:
    """Who must have a second factor and has none sets it up before anything else."""
    if not is_forced() or current_user.totp_secret or request.endpoint in (None, *OPEN_BEFORE_SETUP):
        return None
    return redirect(url_for("accounts.second_factor"))


@blueprint.get("/profile/second-factor")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def second_factor() -> str:
    """Whether there is one, and what can be done about it."""
    return render_template("accounts/second_factor.html", forced=is_forced())


@blueprint.route("/profile/second-factor/set-up", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_OWN_MANAGE)
@requires_confirmation()
def set_up_second_factor() -> Answer:
    """The QR code, and the first code as proof that the app has it. The secret waits in the cookie until then."""
    if current_user.totp_secret:
        return redirect(url_for("accounts.second_factor"))
    secret = session.setdefault(SETUP, new_secret())
    form = CodeForm()
    if form.validate_on_submit():
        try:
            codes = own.enable_second_factor(db.session(), browser.present_user(), secret=secret, code=form.code.data)
        except InvalidInput as error:
            form.code.errors = [sentence(error.code)]
        else:
            browser.begin(browser.present_user())
            db.session.commit()
            return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)
    page = render_template(
        "accounts/second_factor_set_up.html", form=form, secret=secret, qr=qr_image(secret, current_user.email)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/profile/second-factor/recovery-codes")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
@requires_confirmation(back="accounts.second_factor")
def renew_recovery_codes() -> Answer:
    """New recovery codes, shown once."""
    if not current_user.totp_secret:
        return redirect(url_for("accounts.second_factor"))
    codes = own.renew_recovery_codes(db.session(), browser.present_user())
    db.session.commit()
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)


@blueprint.post("/profile/second-factor/remove")
@requires(Permission.ACCOUNTS_OWN_MANAGE)
@requires_confirmation(back="accounts.second_factor")
def remove_second_factor() -> Response:
    """Back to the password alone, unless the role must have a second factor."""
    if is_forced():
        flash(_("Your role must have a second factor."), "danger")
        return redirect(url_for("accounts.second_factor"))
    users.remove_second_factor(db.session(), browser.present_user())
    browser.begin(browser.present_user())
    db.session.commit()
    flash(_("You now sign in by password alone."), "success")
    return redirect(url_for("accounts.second_factor"))
