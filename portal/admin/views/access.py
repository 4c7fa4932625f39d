"""What a user may reach: grants, sessions, second factor, and being shut out."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal.access import requires
from portal.accounts import browser
from portal.accounts.confirmation import requires_confirmation
from portal.accounts.labels import sentence
from portal.accounts.queries import get_user
from portal.accounts.services import users as accounts
from portal.admin import services
from portal.admin.forms import DisableForm
from portal.admin.views import blueprint
from portal.admin.views.users import user_page
from portal.db import db
from portal.errors import InvalidInput
from portal.permissions import Permission

MAX_NUMBER = 2**63 - 1


def _back(user_id: int) -> Response:
    return redirect(url_for("admin.show_user", user_id=user_id))  # type: ignore[return-value]


@blueprint.post("/users/<int:user_id>/grants")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def add_grant(user_id: int) -> Response:
    """Let the user see one more object."""
    user = get_user(db.session(), user_id)
    asked = request.form.get("object_id", "")
    number = int(asked) if asked.isascii() and asked.isdigit() else 0
    try:
        found = services.grant_object(db.session(), user, min(number, MAX_NUMBER))
    except InvalidInput as error:
        flash(sentence(error.code), "danger")
        return _back(user.id)
    db.session.commit()
    flash(_("%(name)s now sees %(code)s.", name=user.name, code=found.code), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/grants/<int:object_id>/revoke")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def revoke_grant(user_id: int, object_id: int) -> Response:
    """The user sees the object no more."""
    user = get_user(db.session(), user_id)
    services.revoke_object(db.session(), user, object_id)
    db.session.commit()
    flash(_("Taken out of the scope, from the next page on."), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/disable")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def disable_user(user_id: int) -> Response | tuple[str, int]:
    """Shut the user out, with a reason."""
    user = get_user(db.session(), user_id)
    form = DisableForm()
    if not form.validate_on_submit():
        return user_page(user, form), 422
    try:
        accounts.disable_user(db.session(), user, by=browser.present_user(), reason=form.reason.data)
    except InvalidInput as error:
        flash(sentence(error.code), "danger")
        return _back(user.id)
    db.session.commit()
    flash(_("The account is disabled and signed out everywhere."), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/enable")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def enable_user(user_id: int) -> Response:
    """Let the user sign in again."""
    user = get_user(db.session(), user_id)
    accounts.enable_user(db.session(), user)
    db.session.commit()
    flash(_("The account is enabled."), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/sessions/<int:session_id>/end")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def end_session(user_id: int, session_id: int) -> Response:
    """Sign one browser of the user out."""
    user = get_user(db.session(), user_id)
    accounts.end_session_of(db.session(), user, session_id)
    db.session.commit()
    flash(_("That browser is signed out."), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/sessions/end")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
def end_sessions(user_id: int) -> Response:
    """Sign every browser of the user out, but the one that asks for it."""
    user = get_user(db.session(), user_id)
    kept = browser.present_user().session_token if user is browser.present_user() else ""
    accounts.end_all_sessions(db.session(), user, except_token=kept)
    db.session.commit()
    flash(_("Signed out everywhere."), "success")
    return _back(user.id)


@blueprint.post("/users/<int:user_id>/second-factor/remove")
@requires(Permission.ACCOUNTS_USERS_MANAGE)
@requires_confirmation(back="admin.show_user")
def remove_second_factor(user_id: int) -> Response:
    """For somebody who lost phone and recovery codes."""
    user = get_user(db.session(), user_id)
    if user is browser.present_user():
        flash(sentence("own_account"), "danger")
        return _back(user.id)
    accounts.remove_second_factor(db.session(), user)
    db.session.commit()
    flash(_("The second factor is off; the user is signed out everywhere."), "success")
    return _back(user.id)
