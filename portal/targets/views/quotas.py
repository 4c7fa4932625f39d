"""The list of quotas, one quota with its history, amendments by date, agreements in writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.formatting import format_date, format_month, format_percent
from portal.i18n import current_language, pick
from portal.merging import put_error
from portal.network.models import Distributor, Outlet
from portal.network.queries.lists import list_all_distributors, list_areas, list_offered_distributors
from portal.network.queries.parties import get_distributor, get_outlet
from portal.periods import month_of, months_of_year, parse_month, shift_month
from portal.permissions import Permission as P
from portal.products.queries import all_models, models_by_code
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column
from portal.tables import ListState
from portal.targets.forms.quotas import AgreeForm, AmendForm, NewQuotaForm, quota_spec
from portal.targets.labels import plan_name, sentence_of
from portal.targets.models import Quota
from portal.targets.queries import quotas as queries
from portal.targets.queries.figures import retail_of
from portal.targets.queries.plans import get_plan
from portal.targets.rules.words import PlanStatus
from portal.targets.services.quotas import agree, amend_quota
from portal.targets.views import blueprint


@blueprint.get("/quotas")
@requires(P.TARGETS_QUOTAS_READ)
def list_quotas() -> str:
    """Quotas in force, with what was sold of them."""
    session, state = db.session(), _state()
    wanted = _wanted(state)
    page, count = queries.list_quotas(
        session, wanted, order=state.order(Quota.id), cursor=state.cursor, size=state.size
    )
    return render_template(
        "targets/quota_list.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        months=_quick_months(state),
        may_write=can(P.TARGETS_PLANS_WRITE),
    )


def _quick_months(state: ListState) -> list[tuple[str, str, bool]]:
    """Ways to this month and the two before, and to all: (words, address, whether it is open)."""
    this, chosen, language = month_of(clock.today()), state.chosen("month"), current_language()
    values = [f"{shift_month(this, -back):%Y-%m}" for back in range(3)]
    offered = {option.value for facet in state.spec.facets if facet.key == "month" for option in facet.options}
    found = [
        (format_month(parse_month(value), language), state.facet_url("month", value), chosen == (value,))
        for value in values
        if value in offered
    ]
    return [*found, (_("All months"), state.facet_url("month"), not chosen)] if found else []


def _state() -> ListState:
    session = db.session()
    spec = quota_spec(
        queries.months_with_quotas(session),
        list_areas(session),
        list_offered_distributors(session),
        all_models(session),
        all_areas=bound_scope(session).kind is ScopeKind.EVERYTHING,
    )
    return spec.read(url_for("targets.list_quotas"), request.args)


def _wanted(state: ListState) -> queries.QuotaFilter:
    return queries.QuotaFilter(
        text=state.text,
        months=tuple(parse_month(value) for value in state.chosen("month")),
        areas=state.chosen("area"),
        distributors=state.chosen("distributor"),
        models=state.chosen("model"),
        agreed=state.chosen("agreed"),
        kinds=state.chosen("kind"),
    )


def _sold(rows: Sequence[Any]) -> dict[Any, int]:
    return retail_of(db.session(), {(row.distributor_id, row.outlet_id, row.model_id, row.month) for row in rows})


def _cells(rows: Sequence[Any]) -> dict[str, list[str]]:
    """The cells of the list by column, as texts."""
    sold, language = _sold(rows), current_language()
    months = {month: format_month(month, language) for month in {row.month for row in rows}}
    yes, own = _("Yes"), _("own store")
    found: dict[str, list[str]] = {name: [] for name in CELLS}
    for row in rows:
        units = sold.get((row.distributor_id, row.outlet_id, row.model_id, row.month))
        owner = pick(row.owner_name, row.owner_name_en)
        values = (
            str(row.id),
            pick(row.outlet_name, row.outlet_name_en) if row.outlet_id else f"{owner} · {own}",
            row.outlet_code or row.owner_code or "",
            months[row.month],
            owner,
            row.model_code,
            f"{row.units:,}",
            "–" if units is None else f"{units:,}",
            format_percent(units / row.units, digits=0) if units is not None and row.units else "–",
            format_date(row.agreed_on, language),
            format_date(row.valid_from, language),
            yes if row.amendment_id else "",
        )
        for name, value in zip(CELLS, values, strict=True):
            found[name].append(value)
    return found


CELLS = (
    "id", "name", "code", "month", "owner", "model", "units", "sold", "share", "agreed", "since", "amended",
)  # fmt: skip


@blueprint.post("/quotas/export/<kind>")
@requires(P.TARGETS_QUOTAS_READ)
def export_quotas(kind: str) -> Response:
    """The filtered list as a file."""
    state = _state()
    columns = [
        Column(_("Month"), "month"),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Model"), "text"),
        Column(_("Quota"), "integer"),
        Column(_("Sold"), "integer"),
        Column(_("Attainment"), "percent"),
        Column(_("Agreed on"), "date"),
        Column(_("In force from"), "date"),
        Column(_("Amended"), "text"),
    ]
    chunks = queries.stream_quotas(db.session(), _wanted(state), state.order(Quota.id))
    return export_table(kind, "quotas", columns, _export_cells(chunks))


def _export_cells(chunks: Iterator[list[Any]]) -> Iterator[Sequence[Any]]:
    yes, own = _("Yes"), _("Own store")
    for rows in chunks:
        sold = _sold(rows)
        for row in rows:
            units = sold.get((row.distributor_id, row.outlet_id, row.model_id, row.month))
            yield [
                row.month,
                row.owner_code,
                pick(row.owner_name, row.owner_name_en),
                row.outlet_code,
                pick(row.outlet_name, row.outlet_name_en) if row.outlet_id else own,
                row.model_code,
                row.units,
                units,
                units / row.units if units is not None and row.units else None,
                row.agreed_on,
                row.valid_from,
                yes if row.amendment_id else "",
            ]


@blueprint.get("/quotas/<int:quota_id>")
@requires(P.TARGETS_QUOTAS_READ)
def show_quota(quota_id: int) -> str:
    """One quota: its year beside what was sold, and every row that ever said it."""
    session = db.session()
    quota = queries.get_quota(session, quota_id)
    months = months_of_year(quota.month.year)
    keys = {month: (quota.distributor_id, quota.outlet_id, quota.model_id, month) for month in months}
    sold, year = retail_of(session, set(keys.values())), queries.year_of(session, quota)
    return render_template(
        "targets/quota.html",
        quota=quota,
        party=_party_name(quota),
        history=queries.history_of(session, quota),
        year=[(month, year.get(month), sold.get(keys[month])) for month in months],
        may_write=can(P.TARGETS_PLANS_WRITE) and quota.valid_to is None,
    )


def _party_name(quota: Quota) -> str:
    if quota.outlet is not None:
        return pick(quota.outlet.name, quota.outlet.name_en)
    owner = quota.distributor
    return _("%(name)s, own store", name=pick(owner.name, owner.name_en)) if owner else _("Own store")


@blueprint.route("/quotas/<int:quota_id>/amend", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def amend(quota_id: int) -> str | Response:
    """Another quota from a day on: new rows, the old ones end."""
    session = db.session()
    quota = queries.get_quota(session, quota_id)
    if quota.valid_to is not None:
        raise NotFound()
    values = {
        "first_month": quota.month,
        "last_month": date(quota.month.year, 12, 1),
        "units": quota.units,
        "valid_from": max(quota.valid_from, clock.today()),
        "version": quota.id,
    }
    form = AmendForm(data=values)
    if form.validate_on_submit():
        # What was seen is known only of the month that the form came from.
        seen = form.read_version if form.first_month.data == quota.month else None
        if _amended(form, quota.distributor, quota.outlet, quota.model, seen):
            return redirect(url_for("targets.list_quotas", q=(quota.outlet or quota.distributor).code))
    quota = queries.get_quota(session, quota_id)
    return render_template("targets/quota_amend.html", form=form, quota=quota, party=_party_name(quota))


def _amended(form: AmendForm, owner: Distributor, outlet: Outlet | None, model: Any, seen_id: int | None) -> bool:
    """Whether the amendment was made; otherwise the form says why not."""
    session = db.session()
    try:
        amend_quota(session, owner, outlet, model, actor=current_user, seen_id=seen_id, **form.facts())
    except InvalidInput as error:
        session.rollback()
        put_error(form, str(error.details.get("field", "")), sentence_of(error))
        return False
    session.commit()
    flash(_("The quota has been amended."), "success")
    return True


@blueprint.route("/quotas/new", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def new_quota() -> str | Response:
    """A quota for a party and a model that have none."""
    session = db.session()
    form, models = NewQuotaForm(), models_by_code(session)
    form.offer(models.values())
    if form.validate_on_submit():
        party = _find_party(form.party.data)
        if party is None:
            put_error(form, "party", sentence_of(InvalidInput("unknown_party", value=form.party.data)))
        elif _amended(form, *party, models[form.model.data], None):
            return redirect(url_for("targets.list_quotas", q=form.party.data))
    return render_template("targets/quota_amend.html", form=form, quota=None, party="")


def _find_party(code: str) -> tuple[Distributor, Outlet | None] | None:
    session = db.session()
    try:
        outlet = get_outlet(session, code)
    except NotFound:
        try:
            return get_distributor(session, code), None
        except NotFound:
            return None
    return outlet.distributor, outlet


@blueprint.route("/targets/<int:plan_id>/agreement", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def note_agreement(plan_id: int) -> str | Response:
    """Note the day on which a distributor signed its quotas of a plan."""
    session = db.session()
    plan = get_plan(session, plan_id)
    if plan.status is not PlanStatus.PUBLISHED:
        raise NotFound()
    form = AgreeForm(data={"version": plan.version, "distributor": request.args.get("distributor", "")})
    form.offer(list_all_distributors(session))
    if form.validate_on_submit():
        try:
            owner = get_distributor(session, form.distributor.data)
            outlet = _outlet_of(owner, form.outlet.data) if form.outlet.data else None
            number = agree(session, plan, owner, agreed_on=form.agreed_on.data, outlet=outlet)
        except InvalidInput as error:
            session.rollback()
            put_error(form, str(error.details.get("field", "")), sentence_of(error))
        else:
            session.commit()
            words = ngettext(
                "The agreement has been noted for %(num)d quota.",
                "The agreement has been noted for %(num)d quotas.",
                number,
            )
            flash(words, "success")
            return redirect(url_for("targets.list_quotas", distributor=owner.code))
    plan = get_plan(session, plan_id)
    return render_template("targets/agreement.html", form=form, plan=plan, name=plan_name(plan.year, plan.revision))


def _outlet_of(owner: Distributor, code: str) -> Outlet:
    try:
        outlet = get_outlet(db.session(), code)
    except NotFound:
        outlet = None
    if outlet is None or outlet.distributor_id != owner.id:
        raise InvalidInput("unknown_party", field="outlet", value=code)
    return outlet
