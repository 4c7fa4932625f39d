"""Pages of one outlet: what it is, what became of it, its file; proposed, edited, moved, redeveloped."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import can, requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.i18n import pick
from portal.network.forms.parties import (
    MoveForm,
    NewOutletForm,
    OutletForm,
    RedevelopForm,
    outlet_values,
    take_error,
)
from portal.network.labels import (
    CITY_TIER,
    DOCUMENT_KIND,
    OPERATING_MODE,
    OUTLET_MOVE,
    OUTLET_STATUS,
    OUTLET_STATUS_COLOUR,
    STORE_CLASS,
)
from portal.network.models import Outlet
from portal.network.queries import archive, lists
from portal.network.queries.parties import get_distributor, get_outlet, get_outlet_and_area
from portal.network.rules import GONE, OUTLET_MOVES, OutletStatus
from portal.network.services.outlets import edit_outlet, move_outlet, propose_outlet, redevelop_outlet
from portal.network.views import blueprint
from portal.network.views.filing import file_of
from portal.network.views.merging import Difference, differences, offer_moves
from portal.network.views.places import region_chain, warn_of_county
from portal.permissions import Permission as P


@blueprint.get("/outlets/<code>")
@requires(P.NETWORK_OUTLETS_READ)
def show_outlet(code: str) -> str:
    """One outlet with its life and its file."""
    return outlet_page(code)


def outlet_page(code: str, revealed: int | None = None) -> str:
    """The page of an outlet, with the contact `revealed` in full."""
    session = db.session()
    outlet, area = get_outlet_and_area(session, code)
    neighbours = archive.list_neighbours(session, outlet)
    successors = [each for each in neighbours if each.predecessor_id == outlet.id]
    move_to = OUTLET_MOVES[outlet.status] if can(P.NETWORK_OUTLETS_MOVE) else ()
    return render_template(
        "network/outlet.html",
        outlet=outlet,
        area=area,
        regions=region_chain(outlet),
        events=archive.list_events(session, outlet),
        filed=file_of(outlet, revealed),
        predecessor=next((each for each in neighbours if each.id == outlet.predecessor_id), None),
        successors=successors,
        moves=[(status, OUTLET_MOVE[status]) for status in move_to],
        may_redevelop=outlet.status is OutletStatus.EXITED and not any(n.status not in GONE for n in successors),
        statuses=OUTLET_STATUS,
        colours=OUTLET_STATUS_COLOUR,
        modes=OPERATING_MODE,
        classes=STORE_CLASS,
        tiers=CITY_TIER,
        document_kinds=DOCUMENT_KIND,
    )


@blueprint.route("/outlets/new", methods=["GET", "POST"])
@requires(P.NETWORK_OUTLETS_WRITE)
def new_outlet() -> str | Response:
    """Propose an outlet, or put one into the books that stands already."""
    session, form = db.session(), NewOutletForm()
    form.offer(lists.list_all_distributors(session))
    if form.validate_on_submit():
        try:
            outlet = propose_outlet(
                session,
                actor=current_user,
                distributor=get_distributor(session, form.distributor.data),
                code=form.code.data,
                history=form.history(),
                **form.facts(),
            )
        except (InvalidInput, IllegalMove) as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            warn_of_county(outlet, form)
            flash(_("The outlet is in the books."), "success")
            return redirect(url_for("network.show_outlet", code=outlet.code))
    return render_template("network/outlet_new.html", form=form)


@blueprint.route("/outlets/<code>/edit", methods=["GET", "POST"])
@requires(P.NETWORK_OUTLETS_WRITE)
def change_outlet(code: str) -> str | Response | tuple[str, int]:
    """Change what is known of an outlet."""
    session = db.session()
    outlet = get_outlet(session, code)
    form = OutletForm(data=outlet_values(outlet))
    if form.validate_on_submit():
        try:
            edit_outlet(session, outlet, version=form.read_version, **form.facts())
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except StaleVersion:
            session.rollback()
            return _merge(get_outlet(session, code), form), 409
        else:
            session.commit()
            warn_of_county(outlet, form)
            flash(_("Saved."), "success")
            return redirect(url_for("network.show_outlet", code=outlet.code))
    return _edit_page(outlet, form, [])


def _merge(outlet: Outlet, form: OutletForm) -> str:
    found = differences(form, outlet_values(outlet))
    form.version.data = str(outlet.version)
    return _edit_page(outlet, form, found)


def _edit_page(outlet: Outlet, form: OutletForm, found: list[Difference]) -> str:
    return render_template("network/outlet_edit.html", form=form, outlet=outlet, differences=found)


@blueprint.route("/outlets/<code>/move", methods=["GET", "POST"])
@requires(P.NETWORK_OUTLETS_MOVE)
def change_outlet_status(code: str) -> str | Response | tuple[str, int]:
    """Move an outlet along its life."""
    session = db.session()
    outlet = get_outlet(session, code)
    form = _move_form(outlet)
    if form.validate_on_submit():
        try:
            move_outlet(
                session,
                outlet,
                OutletStatus(form.to.data),
                on=form.on.data,
                reason=form.reason.data,
                actor=current_user,
                version=form.read_version,
            )
        except (InvalidInput, IllegalMove) as error:
            session.rollback()
            take_error(form, error)
        except StaleVersion:
            session.rollback()
            outlet = get_outlet(session, code)
            offer_moves(form, OUTLET_MOVES[outlet.status], OUTLET_STATUS, version=outlet.version)
            return _move_page(outlet, form, is_stale=True), 409
        else:
            session.commit()
            flash(_("The status has been changed."), "success")
            return redirect(url_for("network.show_outlet", code=outlet.code))
    return _move_page(outlet, form)


def _move_form(outlet: Outlet) -> MoveForm:
    form = MoveForm(data={"to": request.args.get("to", ""), "version": outlet.version})
    offer_moves(form, OUTLET_MOVES[outlet.status], OUTLET_STATUS)
    return form


def _move_page(outlet: Outlet, form: MoveForm, *, is_stale: bool = False) -> str:
    return render_template(
        "network/party_move.html",
        form=form,
        party_name=pick(outlet.name, outlet.name_en),
        back_url=url_for("network.show_outlet", code=outlet.code),
        list_url=url_for("network.list_outlets"),
        list_title=_("Outlets"),
        status=OUTLET_STATUS[outlet.status],
        colour=OUTLET_STATUS_COLOUR[outlet.status],
        since=outlet.status_on,
        is_stale=is_stale,
    )


@blueprint.route("/outlets/<code>/redevelop", methods=["GET", "POST"])
@requires(P.NETWORK_OUTLETS_WRITE)
def redevelop(code: str) -> str | Response:
    """Propose a new outlet where one has exited."""
    session = db.session()
    outlet = get_outlet(session, code)
    if outlet.status is not OutletStatus.EXITED:
        raise InvalidInput("not_exited", field="code", value=outlet.code)
    offered = lists.list_all_distributors(session)
    owner = next((each.code for each in offered if each.id == outlet.distributor_id), "")
    form = RedevelopForm(data={"distributor": owner, "version": outlet.version})
    form.offer(offered)
    if form.validate_on_submit():
        try:
            new = redevelop_outlet(
                session,
                outlet,
                code=form.code.data,
                on=form.on.data,
                reason=form.reason.data,
                actor=current_user,
                distributor=get_distributor(session, form.distributor.data),
                planned_open_on=form.planned_open_on.data,
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("A new candidate has been proposed."), "success")
            return redirect(url_for("network.show_outlet", code=new.code))
    return render_template("network/outlet_redevelop.html", form=form, outlet=outlet)
