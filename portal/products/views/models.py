"""One model with its variants and groups, and the forms of models and variants."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.permissions import Permission as P
from portal.products import queries, services
from portal.products.forms import LivingForm, NewLivingForm, living_values
from portal.products.views import blueprint
from portal.products.views.saving import save
from portal.products.views.series import badges_on


@blueprint.get("/products/models/<code>")
@requires(P.PRODUCTS_CATALOGUE_READ)
def show_model(code: str) -> str:
    """One model."""
    session, today = db.session(), clock.today()
    model = queries.get_model(session, code)
    memberships = queries.memberships_of(session, model)
    return render_template(
        "products/model.html", model=model, memberships=memberships, badge_of=badges_on(today), today=today
    )


@blueprint.route("/products/series/<code>/models/new", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def new_model(code: str) -> str | Response:
    """A new model of a series."""
    session = db.session()
    series, form = queries.get_series(session, code), NewLivingForm()
    model, _found = save(form, lambda: services.create_model(session, series, **form.facts()))
    if model is not None:
        flash(_("%(code)s is in the catalogue.", code=model.code), "success")
        return redirect(url_for("products.show_model", code=model.code))
    series = queries.get_series(session, code)
    return render_template(
        "products/product_edit.html", form=form, kind="model", row=None, owner=series, differences=[]
    )


@blueprint.route("/products/models/<code>/edit", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def edit_model(code: str) -> str | Response:
    """Change names and life of a model."""
    session = db.session()
    model = queries.get_model(session, code)
    form = LivingForm(data=living_values(model))
    done, found = save(
        form,
        lambda: services.change_model(session, model, version=form.read_version, **form.facts()),
        lambda: living_values(queries.get_model(session, code)),
    )
    if done is not None:
        flash(_("%(code)s has been saved.", code=code), "success")
        return redirect(url_for("products.show_model", code=code))
    model = queries.get_model(session, code)
    return render_template(
        "products/product_edit.html", form=form, kind="model", row=model, owner=model.series, differences=found
    )


@blueprint.route("/products/models/<code>/variants/new", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def new_variant(code: str) -> str | Response:
    """A new variant of a model."""
    session = db.session()
    model, form = queries.get_model(session, code), NewLivingForm()
    variant, _found = save(form, lambda: services.create_variant(session, model, **form.facts()))
    if variant is not None:
        flash(_("%(code)s is in the catalogue.", code=variant.code), "success")
        return redirect(url_for("products.show_model", code=code))
    model = queries.get_model(session, code)
    return render_template(
        "products/product_edit.html", form=form, kind="variant", row=None, owner=model, differences=[]
    )


@blueprint.route("/products/variants/<code>/edit", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def edit_variant(code: str) -> str | Response:
    """Change names and life of a variant."""
    session = db.session()
    variant = queries.get_variant(session, code)
    form = LivingForm(data=living_values(variant))
    done, found = save(
        form,
        lambda: services.change_variant(session, variant, version=form.read_version, **form.facts()),
        lambda: living_values(queries.get_variant(session, code)),
    )
    variant = queries.get_variant(session, code)
    if done is not None:
        flash(_("%(code)s has been saved.", code=code), "success")
        return redirect(url_for("products.show_model", code=variant.model.code))
    return render_template(
        "products/product_edit.html", form=form, kind="variant", row=variant, owner=variant.model, differences=found
    )
