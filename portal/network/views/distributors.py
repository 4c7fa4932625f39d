"""Pages of one distributor: what it is, its outlets and territories, its life, its file."""

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
    DistributorForm,
    MoveForm,
    NewDistributorForm,
    distributor_values,
    take_error,
)
from portal.network.labels import (
    CITY_TIER,
    DISTRIBUTOR_MOVE,
    DISTRIBUTOR_STATUS,
    DISTRIBUTOR_STATUS_COLOUR,
    DISTRIBUTOR_TIER,
    DOCUMENT_KIND,
    OPERATING_MODE,
    OUTLET_STATUS,
    OUTLET_STATUS_COLOUR,
)
from portal.network.models import Distributor
from portal.network.queries import archive, lists
from portal.network.queries.parties import get_distributor, get_distributor_and_area
from portal.network.rules import DISTRIBUTOR_MOVES, DistributorStatus
from portal.network.services.distributors import create_distributor, edit_distributor, move_distributor
from portal.network.views import blueprint
from portal.network.views.filing import file_of
from portal.network.views.merging import Difference, differences, offer_moves
from portal.network.views.places import region_chain, warn_of_county
from portal.network.views.territories import territories_of
from portal.permissions import Permission as P


@blueprint.get("/distributors/<code>")
@requires(P.NETWORK_DISTRIBUTORS_READ)
def show_distributor(code: str) -> str:
    """One distributor with its network, its life and its file."""
    return distributor_page(code)


def distributor_page(code: str, revealed: int | None = None) -> str:
    """The page of a distributor, with the contact `revealed` in full."""
    session = db.session()
    distributor, area = get_distributor_and_area(session, code)
    relatives = archive.list_relatives(session, distributor)
    move_to = DISTRIBUTOR_MOVES[distributor.status] if can(P.NETWORK_DISTRIBUTORS_WRITE) else ()
    return render_template(
        "network/distributor.html",
        distributor=distributor,
        area=area,
        regions=region_chain(distributor),
        above=next((each for each in relatives if each.id == distributor.parent_id), None),
        below=[each for each in relatives if each.parent_id == distributor.id],
        outlet_counts=archive.count_outlets_by_status(session, distributor),
        events=archive.list_events(session, distributor),
        filed=file_of(distributor, revealed),
        moves=[(status, DISTRIBUTOR_MOVE[status]) for status in move_to],
        statuses=DISTRIBUTOR_STATUS,
        colours=DISTRIBUTOR_STATUS_COLOUR,
        outlet_statuses=OUTLET_STATUS,
        outlet_colours=OUTLET_STATUS_COLOUR,
        ranks=DISTRIBUTOR_TIER,
        modes=OPERATING_MODE,
        tiers=CITY_TIER,
        document_kinds=DOCUMENT_KIND,
        **territories_of(distributor),
    )


@blueprint.route("/distributors/new", methods=["GET", "POST"])
@requires(P.NETWORK_DISTRIBUTORS_WRITE)
def new_distributor() -> str | Response:
    """Put a distributor into the books."""
    session, form = db.session(), NewDistributorForm()
    form.offer(lists.list_all_distributors(session))
    if form.validate_on_submit():
        try:
            distributor = create_distributor(
                session, actor=current_user, code=form.code.data, history=form.history(), **form.facts()
            )
        except (InvalidInput, IllegalMove) as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            warn_of_county(distributor, form)
            flash(_("The distributor is in the books."), "success")
            return redirect(url_for("network.show_distributor", code=distributor.code))
    return render_template("network/distributor_new.html", form=form)


@blueprint.route("/distributors/<code>/edit", methods=["GET", "POST"])
@requires(P.NETWORK_DISTRIBUTORS_WRITE)
def change_distributor(code: str) -> str | Response | tuple[str, int]:
    """Change what is known of a distributor."""
    session = db.session()
    distributor, offered = get_distributor(session, code), lists.list_all_distributors(session)
    form = DistributorForm(data=distributor_values(distributor, offered))
    form.offer(offered, but=distributor.code)
    if form.validate_on_submit():
        try:
            edit_distributor(session, distributor, version=form.read_version, **form.facts())
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except StaleVersion:
            session.rollback()
            distributor = get_distributor(session, code)
            found = differences(form, distributor_values(distributor, offered))
            form.version.data = str(distributor.version)
            return _edit_page(distributor, form, found), 409
        else:
            session.commit()
            warn_of_county(distributor, form)
            flash(_("Saved."), "success")
            return redirect(url_for("network.show_distributor", code=distributor.code))
    return _edit_page(distributor, form, [])


def _edit_page(distributor: Distributor, form: DistributorForm, found: list[Difference]) -> str:
    return render_template("network/distributor_edit.html", form=form, distributor=distributor, differences=found)


@blueprint.route("/distributors/<code>/move", methods=["GET", "POST"])
@requires(P.NETWORK_DISTRIBUTORS_WRITE)
def change_distributor_status(code: str) -> str | Response | tuple[str, int]:
    """Suspend a distributor, record its exit, or take it back."""
    session = db.session()
    distributor = get_distributor(session, code)
    form = MoveForm(data={"to": request.args.get("to", ""), "version": distributor.version})
    offer_moves(form, DISTRIBUTOR_MOVES[distributor.status], DISTRIBUTOR_STATUS)
    if form.validate_on_submit():
        try:
            move_distributor(
                session,
                distributor,
                DistributorStatus(form.to.data),
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
            distributor = get_distributor(session, code)
            offer_moves(form, DISTRIBUTOR_MOVES[distributor.status], DISTRIBUTOR_STATUS, version=distributor.version)
            return _move_page(distributor, form, is_stale=True), 409
        else:
            session.commit()
            flash(_("The status has been changed."), "success")
            return redirect(url_for("network.show_distributor", code=distributor.code))
    return _move_page(distributor, form)


def _move_page(distributor: Distributor, form: MoveForm, *, is_stale: bool = False) -> str:
    return render_template(
        "network/party_move.html",
        form=form,
        party_name=pick(distributor.name, distributor.name_en),
        back_url=url_for("network.show_distributor", code=distributor.code),
        list_url=url_for("network.list_distributors"),
        list_title=_("Distributors"),
        status=DISTRIBUTOR_STATUS[distributor.status],
        colour=DISTRIBUTOR_STATUS_COLOUR[distributor.status],
        since=None,
        is_stale=is_stale,
    )
