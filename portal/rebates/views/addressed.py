"""Policies addressed to the reader: the list, one in words, and its acknowledgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language, pick
from portal.permissions import Permission as P
from portal.rebates.forms.dealer_lists import addressed_spec
from portal.rebates.forms.dealers import AcknowledgeForm
from portal.rebates.labels import (
    PERIOD,
    SETTLE,
    VERSION_STATUS,
    VERSION_STATUS_COLOUR,
    sentence_of,
)
from portal.rebates.labels_terms import describe_payout, describe_terms, effective_words
from portal.rebates.models import PolicyAddressee
from portal.rebates.queries import addressed as queries
from portal.rebates.queries.known import policy_of
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.words import Period
from portal.rebates.services.addressees import acknowledge
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import is_dealer, party_code, party_name, policy_name, unique_order
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column
from portal.tables import ListState


@blueprint.get("/my-policies")
@requires(P.REBATES_STATEMENTS_READ)
def list_addressed() -> str:
    """The policies that address the reader's parties; for head office who has acknowledged what."""
    session, state = db.session(), _state()
    page, count = queries.list_addressed(
        session,
        _wanted(state),
        order=unique_order(state, PolicyAddressee.id),
        cursor=state.cursor,
        size=state.size,
    )
    return render_template(
        "rebates/addressed_list.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        waiting=queries.count_waiting(session) if is_dealer() else 0,
        is_dealer=is_dealer(),
    )


def _state() -> ListState:
    return addressed_spec().read(url_for("rebates.list_addressed"), request.args)


def _wanted(state: ListState) -> queries.AddressedFilter:
    return queries.AddressedFilter(
        text=state.text,
        waiting=bool(state.chosen("waiting")),
        in_force_on=clock.today() if state.chosen("force") else None,
        periods=tuple(Period(each) for each in state.chosen("period")),
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    language = current_language()
    return {
        "link": [url_for("rebates.show_addressed", addressee_id=row.id) for row in rows],
        "policy": [pick(row.name_zh, row.name_en) for row in rows],
        "code": [row.policy_code for row in rows],
        "party": [f"{row.party_code} · {party_name(row)}" for row in rows],
        "version": [str(row.number) for row in rows],
        "period": [str(PERIOD.get(row.period, "")) for row in rows],
        "days": [
            f"{format_date(row.effective_from, language)} – {format_date(row.effective_to, language)}" for row in rows
        ],
        "acknowledged": [_acknowledged(row) for row in rows],
        "number": [str(row.id) for row in rows],
    }


def _acknowledged(row: Any) -> Markup:
    if row.acknowledged_on is not None:
        return Markup("<span>{}</span>").format(format_date(row.acknowledged_on, current_language()))
    if row.status is VersionStatus.WITHDRAWN:
        return Markup("–")
    return Markup('<span class="q-status q-status--amber">{}</span>').format(_("Not yet"))


@blueprint.post("/my-policies/export/<kind>")
@requires(P.REBATES_STATEMENTS_READ)
def export_addressed(kind: str) -> Response:
    """The list that the filters leave, as a file."""
    columns = [
        Column(_("Policy"), "text"),
        Column(_("Name"), "text", 32),
        Column(_("Version"), "integer"),
        Column(_("For whom"), "text"),
        Column(_("Name of the party"), "text", 32),
        Column(_("From"), "date"),
        Column(_("To"), "date"),
        Column(_("Acknowledged on"), "date"),
        Column(_("Acknowledged by"), "text"),
    ]
    rows = queries.stream_addressed(db.session(), _wanted(_state()))
    return export_table(kind, "rebate-policies", columns, _exported(rows))


def _exported(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield [
            row.policy_code,
            pick(row.name_zh, row.name_en),
            row.number,
            row.party_code,
            party_name(row),
            row.effective_from,
            row.effective_to,
            row.acknowledged_on,
            row.acknowledged_by_name,
        ]


@blueprint.get("/my-policies/<int:addressee_id>")
@requires(P.REBATES_STATEMENTS_READ)
def show_addressed(addressee_id: int) -> str:
    """One policy in words, with the way to its forecast."""
    return _page(queries.get_addressee(db.session(), addressee_id), AcknowledgeForm(data={"on": clock.today()}))


def _page(addressee: PolicyAddressee, form: AcknowledgeForm, sentence: str = "") -> str:
    version = addressee.policy_version
    policy = policy_of(version)
    return render_template(
        "rebates/addressed.html",
        addressee=addressee,
        version=version,
        policy=policy,
        name=policy_name(version),
        party=party_name(addressee),
        code=party_code(addressee),
        days=effective_words(policy),
        terms=describe_terms(policy),
        payout=describe_payout(policy),
        period=PERIOD[policy.period],
        settle=SETTLE[policy.settle],
        status=VERSION_STATUS[version.status],
        status_colour=VERSION_STATUS_COLOUR[version.status],
        form=form,
        sentence=sentence,
        may_acknowledge=_may_acknowledge(addressee),
        reads_policies=can(P.REBATES_POLICIES_READ),
    )


def _may_acknowledge(addressee: PolicyAddressee) -> bool:
    scope = bound_scope(db.session())
    return (
        addressee.acknowledged_on is None
        and addressee.policy_version.status is VersionStatus.PUBLISHED
        and can(P.REBATES_POLICIES_ACKNOWLEDGE)
        and scope.kind is ScopeKind.DISTRIBUTOR
        and addressee.distributor_id in scope.ids
    )


@blueprint.post("/my-policies/<int:addressee_id>/acknowledge")
@requires(P.REBATES_POLICIES_ACKNOWLEDGE)
def acknowledge_policy(addressee_id: int) -> str | Response | tuple[str, int]:
    """Read and agreed, on a day: from then on it accrues."""
    session = db.session()
    addressee, form = queries.get_addressee(session, addressee_id), AcknowledgeForm()
    if not form.validate_on_submit():
        return _page(addressee, form), 422
    if form.on.data is not None and form.on.data > clock.today():
        form.on.errors = [_("This day is still to come. Choose today or an earlier day.")]
        return _page(addressee, form), 422
    try:
        acknowledge(session, addressee, actor=current_user, on=form.on.data)
        session.commit()
    except QudaoError as error:
        session.rollback()
        if error.status == 404:
            raise
        addressee = queries.get_addressee(session, addressee_id)
        return _page(addressee, AcknowledgeForm(formdata=None), sentence_of(error)), error.status
    flash(_("Acknowledged. From now on this policy accrues for you."), "success")
    return redirect(url_for("rebates.show_addressed", addressee_id=addressee_id))
