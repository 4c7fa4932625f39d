"""Desks lent for a time: given, shown, taken back. Every change is in the audit."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput
from portal.onboarding.forms.reviews import DelegationForm, take_error
from portal.onboarding.queries import cases
from portal.onboarding.review_labels import ROLE
from portal.onboarding.services.recruiting import MAX_DELEGATION_DAYS, delegate, end_delegation
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P


@blueprint.get("/delegations")
@requires(P.ONBOARDING_DELEGATIONS_MANAGE)
def list_delegations() -> str:
    """The desks that the reader has lent or sits at."""
    rows = cases.list_delegations(db.session(), current_user)
    return render_template(
        "onboarding/delegation_list.html", rows=rows, today=clock.today(), roles=ROLE, reader_id=current_user.id
    )


@blueprint.route("/delegations/new", methods=["GET", "POST"])
@requires(P.ONBOARDING_DELEGATIONS_MANAGE)
def new_delegation() -> str | Response:
    """Lend one's desk to a colleague."""
    session, form = db.session(), DelegationForm()
    form.offer(cases.list_receivers(session, current_user))
    if form.validate_on_submit():
        try:
            delegate(
                session,
                giver=current_user,
                receiver=form.people[form.receiver.data],
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                reason=form.reason.data or "",
            )
        except InvalidInput as error:
            session.rollback()
            form.offer(cases.list_receivers(session, current_user))
            take_error(form, error)
        else:
            session.commit()
            flash(_("Your desk is lent."), "success")
            return redirect(url_for("onboarding.list_delegations"))
    return render_template("onboarding/delegation_new.html", form=form, most_days=MAX_DELEGATION_DAYS)


@blueprint.post("/delegations/<int:delegation_id>/end")
@requires(P.ONBOARDING_DELEGATIONS_MANAGE)
def stop_delegation(delegation_id: int) -> Response:
    """Take one's desk back at once."""
    session = db.session()
    end_delegation(session, cases.get_delegation(session, delegation_id, current_user))
    session.commit()
    flash(_("Your desk is yours again."), "success")
    return redirect(url_for("onboarding.list_delegations"))
