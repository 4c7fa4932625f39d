"""Groups of models for policies: the list, one group with its members by date, its forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput
from portal.permissions import Permission as P
from portal.products import queries, services
from portal.products.forms import EndMemberForm, GroupForm, MemberForm, NewGroupForm, group_spec, group_values
from portal.products.models import GroupMember, ProductGroup
from portal.products.views import blueprint
from portal.products.views.saving import save
from portal.spreadsheets import Column


@blueprint.get("/products/groups")
@requires(P.PRODUCTS_CATALOGUE_READ)
def list_groups() -> str:
    """Groups with the models they hold today."""
    state = group_spec().read(url_for("products.list_groups"), request.args)
    page, count, models = queries.list_groups(db.session(), state, clock.today())
    return render_template("products/group_list.html", state=state, page=page, count=count, models=models)


@blueprint.post("/products/groups/export/<kind>")
@requires(P.PRODUCTS_CATALOGUE_READ)
def export_groups(kind: str) -> Response:
    """Every membership as a file."""
    columns = [
        Column(_("Group"), "text"),
        Column(_("Chinese name"), "text", 24),
        Column(_("English name"), "text", 24),
        Column(_("Model"), "text"),
        Column(_("From"), "date"),
        Column(_("Last day"), "date"),
    ]
    return export_table(kind, "product-groups", columns, _cells(queries.export_members(db.session())))


def _cells(members: Iterable[GroupMember]) -> Iterator[Sequence[Any]]:
    for row in members:
        group = row.group
        yield [group.code, group.name_zh, group.name_en, row.model.code, row.valid_from, row.valid_to]


@blueprint.get("/products/groups/<code>")
@requires(P.PRODUCTS_CATALOGUE_READ)
def show_group(code: str) -> str:
    """One group with its members by date."""
    group = queries.get_group(db.session(), code)
    return render_template("products/group.html", group=group, members=_by_date(group), today=clock.today())


def _by_date(group: ProductGroup) -> list[GroupMember]:
    return sorted(group.members, key=lambda row: (row.model.code, row.valid_from))


@blueprint.route("/products/groups/new", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def new_group() -> str | Response:
    """A new group."""
    form = NewGroupForm()
    group, _found = save(form, lambda: services.create_group(db.session(), **form.facts()))
    if group is not None:
        flash(_("The group has been made. Add its models now."), "success")
        return redirect(url_for("products.show_group", code=group.code))
    return render_template("products/group_edit.html", form=form, group=None, differences=[])


@blueprint.route("/products/groups/<code>/edit", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def edit_group(code: str) -> str | Response:
    """Change the names of a group."""
    session = db.session()
    group = queries.get_group(session, code)
    form = GroupForm(data=group_values(group))
    done, found = save(
        form,
        lambda: services.change_group(session, group, version=form.read_version, **form.facts()),
        lambda: group_values(queries.get_group(session, code)),
    )
    if done is not None:
        flash(_("%(code)s has been saved.", code=code), "success")
        return redirect(url_for("products.show_group", code=code))
    return render_template("products/group_edit.html", form=form, group=group, differences=found)


@blueprint.route("/products/groups/<code>/members/new", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def new_member(code: str) -> str | Response:
    """Put a model into a group from a day on."""
    session = db.session()
    group, models = queries.get_group(session, code), queries.models_by_code(session)
    form = MemberForm(data={"version": group.version})
    form.offer(models.values())
    member, _found = save(form, lambda: _add(form, group, models.get(form.model.data)))
    if member is not None:
        flash(_("The model is in the group."), "success")
        return redirect(url_for("products.show_group", code=code))
    group = queries.get_group(session, code)
    return render_template("products/member_edit.html", form=form, group=group, member=None)


def _add(form: MemberForm, group: ProductGroup, model: Any) -> GroupMember:
    if model is None:
        raise InvalidInput("unknown_model", field="model", value=form.model.data)
    days = {"valid_from": form.valid_from.data, "valid_to": form.valid_to.data}
    return services.add_member(db.session(), group, model, version=form.read_version, **days)


@blueprint.route("/products/groups/<code>/members/<int:member_id>/end", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def end_member(code: str, member_id: int) -> str | Response:
    """Say after which day a model leaves a group."""
    session = db.session()
    group = queries.get_group(session, code)
    member = queries.get_member(session, group, member_id)
    form = EndMemberForm(data={"version": group.version, "valid_to": member.valid_to or clock.today()})

    def end() -> GroupMember:
        return services.end_member(session, group, member, version=form.read_version, valid_to=form.valid_to.data)

    done, _found = save(form, end)
    if done is not None:
        flash(_("The last day has been set."), "success")
        return redirect(url_for("products.show_group", code=code))
    return render_template("products/member_edit.html", form=form, group=group, member=member)
