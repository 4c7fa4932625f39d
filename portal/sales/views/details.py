"""Sales one by one: the list of a report's, and the form that holds those of one outlet and model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, NotFound, StaleVersion
from portal.formatting import format_date
from portal.i18n import current_language, pick
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.periods import format_month, last_day
from portal.permissions import Permission as P
from portal.sales.errors import LinesRefused
from portal.sales.forms.details import EMPTY_ROWS, MAX_ROWS, DetailsForm, detail_spec, empty_row, row_values
from portal.sales.labels import COLUMN, CUSTOMER_KIND, SALE_TYPE, sentence_of, sentence_of_line
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.queries import detail_list as queries
from portal.sales.queries.entry import models_by_id, outlets_by_id
from portal.sales.queries.lines import facts_of_lines
from portal.sales.queries.reports import get_report
from portal.sales.rules.stock import DetailFacts, Place
from portal.sales.rules.words import CustomerKind, SaleType
from portal.sales.services.details import replace_details
from portal.sales.views import blueprint
from portal.sales.views.entry import editable_report, to_report
from portal.spreadsheets import Column
from portal.table_rows import columns_of
from portal.tables import ListState


@blueprint.get("/reports/<int:report_id>/details")
@requires(P.SALES_REPORTS_READ)
def list_details(report_id: int) -> str:
    """The sales of a report one by one."""
    session = db.session()
    report = get_report(session, report_id)
    state = _state(report_id)
    page, count = queries.list_details(
        session, report, _wanted(state), order=state.order(SalesDetail.id), cursor=state.cursor, size=state.size
    )
    return render_template(
        "sales/details.html", report=report, state=state, page=page, count=count, cells=_cells(page.rows)
    )


def _state(report_id: int) -> ListState:
    return detail_spec().read(url_for("sales.list_details", report_id=report_id), request.args)


def _wanted(state: ListState) -> queries.DetailFilter:
    return queries.DetailFilter(
        text=state.text,
        types=tuple(SaleType(each) for each in state.chosen("type")),
        customers=tuple(CustomerKind(each) for each in state.chosen("customer")),
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    if not rows:
        return {}
    of, language, book = columns_of(rows), current_language(), region_book(db.session())
    own = _("Own store and warehouse")
    return {
        "sold_on": [format_date(day, language) for day in of.sold_on],
        "serial": [serial or "–" for serial in of.serial],
        "outlet": [pick(zh, en) or own for zh, en in zip(of.outlet_name, of.outlet_name_en, strict=True)],
        "model": of.model_code,
        "units": [str(units) for units in of.units],
        "customer": [str(CUSTOMER_KIND[kind]) if kind else "" for kind in of.customer_kind],
        "county": [book.name(RegionLevel.COUNTY, code, language) if code else "" for code in of.county_code],
        "type": [str(SALE_TYPE[kind]) for kind in of.sale_type],
        "campaign": of.campaign,
    }


@blueprint.post("/reports/<int:report_id>/details/export/<kind>")
@requires(P.SALES_REPORTS_READ)
def export_details(report_id: int, kind: str) -> Response:
    """The sales that the filters leave, as a file."""
    session = db.session()
    report = get_report(session, report_id)
    names = (
        "sold_on",
        "serial",
        "outlet_id",
        "model_id",
        "units",
        "customer_kind",
        "county_code",
        "sale_type",
        "campaign",
    )
    looks = {"sold_on": "date", "units": "integer"}
    columns = [Column(str(COLUMN[name]), looks.get(name, "text")) for name in names]  # type: ignore[arg-type]
    rows = queries.stream_details(session, report, _wanted(_state(report_id)))
    name = f"sales-details-{report.distributor.code}-{format_month(report.month)}"
    return export_table(kind, name, columns, _export_cells(rows))


def _export_cells(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        yield [
            row.sold_on,
            row.serial,
            row.outlet_code or "",
            row.model_code,
            row.units,
            str(CUSTOMER_KIND[row.customer_kind]) if row.customer_kind else "",
            book.name(RegionLevel.COUNTY, row.county_code, language) if row.county_code else "",
            str(SALE_TYPE[row.sale_type]),
            row.campaign,
        ]


# ---- the form


@blueprint.route("/reports/<int:report_id>/details/edit", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def enter_details(report_id: int) -> str | Response | tuple[str, int]:
    """The sales of one place (`outlet`, 0: the own store; `model`)."""
    session = db.session()
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    if "model" not in request.args:  # whose sales?
        return redirect(url_for("sales.enter_outlet", report_id=report_id))
    place = _place(report)
    stored = queries.details_at(session, report, place, MAX_ROWS + 1)
    back = url_for("sales.enter_outlet", report_id=report_id, outlet=place[0] or 0)
    if len(stored) > MAX_ROWS:
        flash(_("There are more than %(most)s sales here: change them in a file.", most=MAX_ROWS), "warning")
        return redirect(back)
    form = _form(report, place, stored)
    if request.method == "GET":
        return _details_page(report, place, form, back)
    fine = form.validate()
    if not form.check_days() or not fine:
        return _details_page(report, place, form, back), 422
    rows = [row.form.facts(place) for row in form.rows if not row.form.is_blank]
    try:
        replace_details(session, report, rows, actor=current_user, version=form.read_version or 0, place=place)
        session.commit()
    except LinesRefused as refusal:
        session.rollback()
        form.form_errors += dict.fromkeys(sentence_of_line(error) for error in refusal.errors)
        return _details_page(get_report(session, report_id), place, form, back), 422
    except StaleVersion as error:
        session.rollback()
        report = get_report(session, report_id)
        form.version.data = str(report.version)
        form.form_errors.append(
            _("The report has been saved elsewhere meanwhile. What you typed is still here: look at it and save again.")
        )
        del error
        return _details_page(report, place, form, back), 409
    except IllegalMove as error:
        session.rollback()
        return to_report(report_id, sentence_of(error))
    flash(_("%(number)s sales are saved.", number=len(rows)), "success")
    return redirect(request.url if request.form.get("then") == "more" else back)


def _place(report: MonthlyReport) -> Place:
    outlet, model = request.args.get("outlet", type=int), request.args.get("model", type=int)
    place = (outlet or None, model or 0)
    if place not in {facts.place for facts in facts_of_lines(db.session(), report).values()}:
        raise NotFound()
    return place


def _form(report: MonthlyReport, place: Place, stored: Sequence[DetailFacts]) -> DetailsForm:
    session = db.session()
    rows = [row_values(each) for each in stored] + [empty_row() for _number in range(EMPTY_ROWS)]
    form = DetailsForm(data={"version": report.version, "rows": rows})
    variants = {str(each.id): pick(each.name_zh, each.name_en) for each in queries.variants_of(session, place[1])}
    used = {each.county_code for each in stored if each.county_code}
    counties = queries.counties_around(session, report.distributor.prefecture_code, used)
    form.offer(variants, {each.code: pick(each.name_zh, each.name_en) for each in counties})
    return form


def _details_page(report: MonthlyReport, place: Place, form: DetailsForm, back: str) -> str:
    session, language = db.session(), current_language()
    outlet = outlets_by_id(session, [place[0]]).get(place[0] or 0)
    return render_template(
        "sales/details_edit.html",
        report=report,
        form=form,
        back=back,
        outlet=outlet.name(language) if outlet else _("Own store and warehouse"),
        model=models_by_id(session, [place[1]])[place[1]],
        last=last_day(report.month),
        language=language,
    )
