"""Points accounts (积分返点): earned, redeemed, expired, beside payments received; both sides check them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import NotFound, QudaoError
from portal.i18n import pick
from portal.network.models import Distributor
from portal.periods import month_of
from portal.permissions import Permission as P
from portal.rebates.forms.dealers import PaymentForm, RedeemForm
from portal.rebates.queries import points as queries
from portal.rebates.queries.points import Party
from portal.rebates.services import points as services
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import is_dealer
from portal.rebates.views.pass_through import notice_sentence
from portal.spreadsheets import Column


@blueprint.get("/points")
@requires(P.REBATES_POINTS_READ)
def show_points() -> str:
    """The account of a party (`party`); without one the reader's only account, or a list of them."""
    session = db.session()
    if code := request.args.get("party", ""):
        return _account_page(_party(code))
    accounts = queries.accounts(session)
    if len(accounts) == 1 and is_dealer():
        return _account_page(accounts[0][0])
    return render_template(
        "rebates/points_list.html",
        rows=[(party, _name(party), held) for party, held in accounts],
        is_dealer=is_dealer(),
        may_write=can(P.REBATES_POINTS_WRITE),
    )


def _party(code: str) -> Party:
    party = queries.find_party(db.session(), code)
    if party is None:
        raise NotFound()
    return party


def _name(party: Party) -> str:
    who = party.outlet or party.distributor
    return pick(who.name, who.name_en)


def _account_page(party: Party, form: RedeemForm | None = None, status: int = 200) -> str:
    session = db.session()
    if form is None:
        form = RedeemForm(formdata=None, data={"on": clock.today(), "key": secrets.token_hex(16)})
    return render_template(
        "rebates/points.html",
        party=party,
        name=_name(party),
        account=queries.read_account(session, party),
        held=queries.available_points(session, party.distributor.id, party.outlet_id),
        lots=[lot for lot in queries.expiring(session, party.distributor.id, party.outlet_id) if lot.expires_on],
        today=clock.today(),
        form=form,
        may_redeem=can(P.REBATES_POINTS_WRITE),
        is_refused=status != 200,
        is_dealer=is_dealer(),
    )


@blueprint.post("/points/redeem")
@requires(P.REBATES_POINTS_WRITE)
def redeem_points() -> str | Response | tuple[str, int]:
    """Finance notes that a party (`party`) has redeemed points."""
    session, party = db.session(), _party(request.args.get("party", ""))
    form = RedeemForm()
    if not form.validate_on_submit():
        return _account_page(party, form, 422), 422
    try:
        services.redeem(
            session,
            party.distributor.id,
            party.outlet_id,
            actor=current_user,
            points=form.points.data,
            what_for=form.what_for.data or "",
            value_fen=form.value.data or 0,
            on=form.on.data,
            key=form.key.data or secrets.token_hex(16),
        )
        session.commit()
    except QudaoError as error:
        session.rollback()
        field = form.on if error.code == "day_in_future" else form.points
        field.errors = [*field.errors, notice_sentence(error)]
        return _account_page(_party(party.key), form, error.status), error.status
    flash(_("Noted. The account shows what is left."), "success")
    return redirect(url_for("rebates.show_points", party=party.key))


@blueprint.route("/points/payments/new", methods=["GET", "POST"])
@requires(P.REBATES_POINTS_WRITE)
def note_payment() -> str | Response | tuple[str, int]:
    """Finance notes money that arrived from a distributor."""
    session, today = db.session(), clock.today()
    form = PaymentForm(data={"received_on": today, "month": month_of(today)})
    distributors = queries.list_distributors(session)
    form.distributor.choices = [(each.code, f"{each.code} · {pick(each.name, each.name_en)}") for each in distributors]
    if request.method == "GET":
        form.distributor.data = request.args.get("party", "")
        return render_template("rebates/payment_new.html", form=form)
    if not form.validate_on_submit():
        return render_template("rebates/payment_new.html", form=form), 422
    owner: Distributor = next(each for each in distributors if each.code == form.distributor.data)
    code = owner.code
    try:
        services.note_payment(
            session,
            owner.id,
            actor=current_user,
            month=form.month.data,
            received_on=form.received_on.data or today,
            amount_fen=form.amount.data or 0,
            reference=form.reference.data or "",
            note=form.note.data or "",
        )
        session.commit()
    except QudaoError as error:
        session.rollback()
        form.form_errors.append(notice_sentence(error))
        return render_template("rebates/payment_new.html", form=form), error.status
    flash(_("The payment is noted."), "success")
    return redirect(url_for("rebates.show_points", party=code))


@blueprint.post("/points/export/<kind>")
@requires(P.REBATES_POINTS_READ)
def export_points(kind: str) -> Response:
    """The months of a party's account (`party`), as a file that both sides can check."""
    party = _party(request.args.get("party", ""))
    account = queries.read_account(db.session(), party)
    columns = [
        Column(_("Party"), "text"),
        Column(_("Month"), "month"),
        Column(_("Billed"), "decimal"),
        Column(pgettext("payments", "Paid"), "decimal"),
        Column(pgettext("payments", "Open"), "decimal"),
        Column(pgettext("points", "Earned"), "integer"),
        Column(_("Redeemed"), "integer"),
        Column(_("Expired"), "integer"),
        Column(pgettext("points", "Balance"), "integer"),
    ]
    return export_table(kind, "points", columns, _exported(party.key, account))


def _exported(key: str, account: queries.PointsAccount) -> Iterator[Sequence[Any]]:
    for row in account.months:
        yield [
            key,
            row.month,
            row.billed_fen / 100,
            row.paid_fen / 100,
            row.open_fen / 100,
            row.earned,
            row.redeemed,
            row.expired,
            row.balance,
        ]
