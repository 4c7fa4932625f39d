"""Signing in and out, the second step, the language, and the password once more."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal import clock
from portal.access import public, requires
from portal.accounts import browser
from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.forms import CodeForm, ConfirmForm, SignInForm
from portal.accounts.labels import ROLES, sentence
from portal.accounts.models import User
from portal.accounts.passwords import is_password
from portal.accounts.rules import normal_email, same_site_path
from portal.accounts.services import own, signing_in
from portal.accounts.throttle import TooManyTries
from portal.accounts.views import blueprint
from portal.audit.recorder import set_actor
from portal.db import db, reading
from portal.i18n import LOCALES
from portal.permissions import Permission

log = structlog.get_logger()
PENDING = "second_step"
PENDING_LASTS = timedelta(minutes=5)
Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def target_or(default: str) -> str:
    """Where `next` leads, if that is on this site; else the default."""
    return same_site_path(request.args.get("next")) or default


@blueprint.errorhandler(TooManyTries)
def too_many_tries(error: TooManyTries) -> Answer:
    """The page that asks for patience."""
    db.session.rollback()
    seconds = int(str(error.details["seconds"]))
    page = render_template("accounts/too_many_tries.html", minutes=-(-seconds // 60))
    return page, 429, {"Retry-After": str(seconds)}


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """Address and password."""
    target = target_or(url_for("home.index"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    if form.validate_on_submit():
        user = _prove(form)
        if user is not None:
            return _go_on(user, target)
        form.form_errors.append(_("E-mail or password is wrong, or the account is not active."))
    is_demo = current_app.config["PORTAL_DEMO"]
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        demo_accounts=DEMO_ACCOUNTS if is_demo else (),
        demo_password=DEMO_PASSWORD if is_demo else "",
        roles=ROLES,
    )
    return page, 422 if form.errors else 200


def _prove(form: SignInForm) -> User | None:
    """The user whose password was given. The try is counted, and its transaction ended, before the hash."""
    account = normal_email(form.email.data)
    attempt_id = browser.count_try(f"sign-in:{account}").id
    db.session.commit()
    with reading():
        user = signing_in.authenticate(
            db.session(), email=account, password=form.password.data, allow_demo=current_app.config["PORTAL_DEMO"]
        )
        db.session.rollback()
    if user is None:
        log.info("sign_in_refused", address=browser.address())
        return None
    browser.forget_try(attempt_id)
    signing_in.renew_hash(user, form.password.data)
    return user


def _go_on(user: User, target: str) -> Response:
    """To the second step where the user has one, else in."""
    if user.totp_secret is None:
        return _enter(user, target)
    db.session.commit()
    session[PENDING] = {
        "user": user.id,
        "version": user.version,
        "at": clock.now().isoformat(),
        "next": target,
    }
    return redirect(url_for("accounts.enter_code"))


def _enter(user: User, target: str) -> Response:
    if (former := browser.present_session()) is not None:
        signing_in.sign_out(db.session(), former)
    browser.begin(user)
    set_actor(db.session(), actor_id=user.id, name=user.name, request_id=g.request_id)
    signing_in.note_sign_in(db.session(), user, address=browser.address())
    db.session.commit()
    return redirect(target)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def enter_code() -> Answer:
    """The second step: a code of the app, or a recovery code."""
    user = _who_is_pending()
    if user is None:
        flash(_("The sign-in took too long. Please begin again."), "warning")
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        attempt_id = browser.count_try(f"code:{user.id}").id
        db.session.commit()
        used = signing_in.accept_code(db.session(), user, form.code.data)
        if used is not None:
            browser.forget_try(attempt_id)
            answer = _enter(user, same_site_path(session[PENDING]["next"]) or "/")
            _warn_of_last_codes(user, used)
            return answer
        form.code.errors = [sentence("code_wrong")]
    return render_template("accounts/enter_code.html", form=form), 422 if form.errors else 200


def _who_is_pending() -> User | None:
    """The user whose password was given in this browser within five minutes, unchanged since."""
    pending = session.get(PENDING)
    if not pending or clock.now() - datetime.fromisoformat(pending["at"]) > PENDING_LASTS:
        return None
    user = db.session.get(User, pending["user"])
    if user is None or not user.is_active or user.version != pending["version"]:
        return None
    return user


def _warn_of_last_codes(user: User, used: str) -> None:
    if used == "recovery":
        number = len(user.recovery_hashes)
        flash(_("You used a recovery code. %(number)s are left.", number=number), "warning")


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session here and at the server."""
    if (row := browser.present_session()) is not None:
        signing_in.sign_out(db.session(), row)
        db.session.commit()
    browser.leave()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.post("/language/<code>")
@public
def switch_language(code: str) -> Response:
    """Read on in another language: kept in the profile, or in this browser for who is not signed in."""
    if code not in LOCALES:
        raise NotFound()
    session["locale"] = code
    if current_user.is_authenticated:
        own.choose_language(db.session(), browser.present_user(), code)
        db.session.commit()
    return redirect(target_or(url_for("home.index")))


@blueprint.route("/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_OWN_MANAGE)
def confirm() -> Answer:
    """The password once more, before something sensitive."""
    target = target_or(url_for("accounts.profile"))
    form = ConfirmForm()
    if form.validate_on_submit():
        if _is_own_password(form.password.data):
            row = browser.present_session()
            assert row is not None  # noqa: S101 - the permission says that somebody is signed in
            signing_in.confirm_session(row)
            db.session.commit()
            return redirect(target)
        form.password.errors = [sentence("password_wrong")]
    return render_template("accounts/confirm.html", form=form, target=target), 422 if form.errors else 200


def _is_own_password(password: str) -> bool:
    user = browser.present_user()
    attempt_id = browser.count_try(f"confirm:{user.id}").id
    db.session.commit()
    with reading():
        is_right = is_password(user.password_hash, password)
        db.session.rollback()
    if is_right:
        browser.forget_try(attempt_id)
    return is_right
