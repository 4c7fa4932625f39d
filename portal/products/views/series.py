"""The list of series with their models, one series, its form, and the catalogue as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.permissions import Permission as P
from portal.products import queries, services
from portal.products.forms import LivingForm, NewLivingForm, living_values, series_spec
from portal.products.labels import LIFE, LIFE_COLOUR
from portal.products.models import ProductModel, ProductSeries, ProductVariant
from portal.products.rules import Days, life_on
from portal.products.views import blueprint
from portal.products.views.saving import save
from portal.spreadsheets import Column
from portal.table_rows import draw_badges


@blueprint.get("/products")
@requires(P.PRODUCTS_CATALOGUE_READ)
def list_series() -> str:
    """Series with their models."""
    state, today = series_spec().read(url_for("products.list_series"), request.args), clock.today()
    page, count = queries.list_series(db.session(), state, today)
    return render_template(
        "products/series_list.html", state=state, page=page, count=count, badge_of=badges_on(today), today=today
    )


def badges_on(today: date) -> Any:
    """A function from a product to the badge of its life on a day."""
    badges = draw_badges(LIFE, LIFE_COLOUR)
    return lambda row: badges[life_on(Days(row.active_from, row.active_to), today)]


@blueprint.post("/products/export/<kind>")
@requires(P.PRODUCTS_CATALOGUE_READ)
def export_products(kind: str) -> Response:
    """The catalogue that the list's filters leave: a row for each series, model and variant."""
    state = series_spec().read(url_for("products.list_series"), request.args)
    rows = queries.export_series(db.session(), state, clock.today())
    return export_table(kind, "products", _columns(), _cells(rows))


def _columns() -> list[Column]:
    return [
        Column(_("Series"), "text"),
        Column(_("Model"), "text"),
        Column(_("Variant"), "text"),
        Column(_("Chinese name"), "text", 28),
        Column(_("English name"), "text", 28),
        Column(_("On sale from"), "date"),
        Column(_("Last day on sale"), "date"),
        Column(_("On sale?"), "text"),
    ]


def _cells(rows: Iterable[ProductSeries]) -> Iterator[Sequence[Any]]:
    today = clock.today()

    def cells(codes: Sequence[str], row: ProductSeries | ProductModel | ProductVariant) -> Sequence[Any]:
        life = LIFE[life_on(Days(row.active_from, row.active_to), today)]
        return [*codes, row.name_zh, row.name_en, row.active_from, row.active_to, str(life)]

    for series in rows:
        yield cells((series.code, "", ""), series)
        for model in series.models:
            yield cells((series.code, model.code, ""), model)
            for variant in model.variants:
                yield cells((series.code, model.code, variant.code), variant)


@blueprint.get("/products/series/<code>")
@requires(P.PRODUCTS_CATALOGUE_READ)
def show_series(code: str) -> str:
    """One series with its models and their variants."""
    series = queries.get_series(db.session(), code)
    return render_template("products/series.html", series=series, badge_of=badges_on(clock.today()))


@blueprint.route("/products/series/new", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def new_series() -> str | Response:
    """A new series."""
    form = NewLivingForm()
    series, _found = save(form, lambda: services.create_series(db.session(), **form.facts()))
    if series is not None:
        flash(_("%(code)s is in the catalogue. Add its models now.", code=series.code), "success")
        return redirect(url_for("products.show_series", code=series.code))
    return render_template("products/product_edit.html", form=form, kind="series", row=None, differences=[])


@blueprint.route("/products/series/<code>/edit", methods=["GET", "POST"])
@requires(P.PRODUCTS_CATALOGUE_WRITE)
def edit_series(code: str) -> str | Response:
    """Change names and life of a series."""
    session = db.session()
    series = queries.get_series(session, code)
    form = LivingForm(data=living_values(series))
    done, found = save(
        form,
        lambda: services.change_series(session, series, version=form.read_version, **form.facts()),
        lambda: living_values(queries.get_series(session, code)),
    )
    if done is not None:
        flash(_("%(code)s has been saved.", code=code), "success")
        return redirect(url_for("products.show_series", code=code))
    return render_template("products/product_edit.html", form=form, kind="series", row=series, differences=found)
