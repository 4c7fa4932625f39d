"""Typing a report in: one outlet at a time on a phone, many lines in a grid; saved while it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, NotFound, QudaoError, StaleVersion
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.sales.errors import LinesRefused
from portal.sales.forms.entry import (
    MAIN,
    MONEY,
    MORE,
    TypedLine,
    base_of,
    changed_facts,
    columns_of_place,
    find_conflicts,
    read_lines,
    shown_line,
)
from portal.sales.labels import COLUMN, sentence_of, sentence_of_line
from portal.sales.models import MonthlyReport
from portal.sales.queries.entry import Named, count_details, models_by_id, outlets_by_id
from portal.sales.queries.lines import facts_of_lines
from portal.sales.queries.periods import find_period
from portal.sales.queries.reports import get_report
from portal.sales.rules.calendar import is_writable
from portal.sales.rules.stock import LineFacts, Place
from portal.sales.services.reports import save_lines
from portal.sales.views import blueprint
from portal.sales.views.months import EDITABLE

# So many outlets stand in a grid at once.
GRID_OUTLETS = 25
OWN_STORE = 0


@dataclass
class Paper:
    """A report being typed: its lines by place, its outlets (None: the own store, last) and models by name."""

    report: MonthlyReport
    lines: dict[Place, LineFacts]
    outlets: dict[int, Named]
    models: dict[int, Named]

    @property
    def shops(self) -> list[int | None]:
        """The outlets in the order of their codes, the own store last: it supplies the others."""
        own = [None] if any(outlet is None for outlet, _model in self.lines) else []
        return [*self.outlets, *own]

    def places(self, shops: Iterable[int | None]) -> list[Place]:
        """The places of these outlets, models by code."""
        return [(shop, model) for shop in shops for model in self.models if (shop, model) in self.lines]

    def title(self, shop: int | None) -> str:
        """What the page calls an outlet."""
        return self.outlets[shop].name(current_language()) if shop else _("Own store and warehouse")


def read_paper(report: MonthlyReport) -> Paper:
    """The report's lines with the names of their places. Three statements."""
    session = db.session()
    lines = {facts.place: facts for facts in facts_of_lines(session, report).values()}
    outlets = outlets_by_id(session, (outlet for outlet, _model in lines))
    return Paper(report, lines, outlets, models_by_id(session, [model for _outlet, model in lines]))


def editable_report(report_id: int) -> MonthlyReport | None:
    """The report, if its figures may be typed now; None where they may not."""
    session = db.session()
    report = get_report(session, report_id)
    period = find_period(session, report.month)
    is_open = period is None or is_writable(period.status)
    return report if report.status in EDITABLE and is_open else None


def to_report(report_id: int, sentence: str = "") -> Response:
    """Back to the page of the report, where it says what is possible."""
    flash(sentence or _("The report cannot be changed now. This page says what is possible."), "warning")
    return redirect(url_for("sales.show_report", report_id=report_id))


@blueprint.route("/reports/<int:report_id>/enter", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def enter_outlet(report_id: int) -> str | Response | tuple[str, int]:
    """One outlet's lines, as on a phone; `outlet` in the query (0: the own store)."""
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    paper = read_paper(report)
    if not paper.shops:
        return redirect(url_for("sales.edit_header", report_id=report_id))
    shop = _asked_shop(paper)
    if request.method == "GET":
        return _outlet_page(paper, shop, [shown_line(paper.lines[place]) for place in paper.places([shop])])
    saved = save_typed(paper, paper.places([shop]))
    if saved.is_stopped:
        return to_report(report_id, saved.sentence)
    if saved.has_faults:
        return _outlet_page(paper, shop, saved.lines, saved), saved.status
    return _where_next(paper, shop)


def _asked_shop(paper: Paper) -> int | None:
    text = request.args.get("outlet", "")
    if not text:
        return paper.shops[0]
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1
    shop = None if wanted == OWN_STORE else wanted
    if shop not in paper.shops:
        raise NotFound()
    return shop


def _where_next(paper: Paper, shop: int | None) -> Response:
    then, number = request.form.get("then", "next"), paper.report.id
    if then == "later":
        flash(_("Saved. You can go on at any time."), "success")
        return redirect(url_for("sales.show_report", report_id=number))
    at = paper.shops.index(shop) + (-1 if then == "back" else 1)
    if at >= len(paper.shops):
        return redirect(url_for("sales.edit_header", report_id=number))
    return redirect(url_for("sales.enter_outlet", report_id=number, outlet=paper.shops[max(at, 0)] or OWN_STORE))


def _outlet_page(paper: Paper, shop: int | None, lines: Sequence[TypedLine], saved: Saved | None = None) -> str:
    report, shops = paper.report, paper.shops
    taken: dict[int, int] = {}
    for (outlet, model), facts in paper.lines.items():
        if outlet is not None:
            taken[model] = taken.get(model, 0) + facts.sell_in
    return render_template(
        "sales/enter_outlet.html",
        paper=paper,
        report=report,
        shop=shop,
        title=paper.title(shop),
        code=paper.outlets[shop].code if shop else "",
        place_of_shop=shops.index(shop) + 1,
        shops=[(each or OWN_STORE, paper.title(each), _sold(paper, each)) for each in shops],
        lines=lines,
        main=[name for name in MAIN if shop is None or name != "sell_through"],
        more=[*MORE, *(MONEY if shop is None else ())],
        taken=taken if shop is None else {},
        details=count_details(db.session(), report),
        saved=saved,
        columns=COLUMN,
        language=current_language(),
        autosave_url=url_for("sales.autosave_lines", report_id=report.id),
    )


def _sold(paper: Paper, shop: int | None) -> tuple[int, int]:
    """Retail and closing stock of an outlet, over its models."""
    lines = [paper.lines[place] for place in paper.places([shop])]
    return sum(line.retail for line in lines), sum(line.closing_stock for line in lines)


@blueprint.route("/reports/<int:report_id>/grid", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def enter_grid(report_id: int) -> str | Response | tuple[str, int]:
    """Many lines at a desk: `page` counts from 1, 25 outlets each, the own store on the last."""
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    paper = read_paper(report)
    pages = max(1, -(-len(paper.shops) // GRID_OUTLETS))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shops = paper.shops[(page - 1) * GRID_OUTLETS : page * GRID_OUTLETS]
    if request.method == "GET":
        lines = [shown_line(paper.lines[place]) for place in paper.places(shops)]
        return _grid_page(paper, shops, lines, (page, pages))
    saved = save_typed(paper, paper.places(shops))
    if saved.is_stopped:
        return to_report(report_id, saved.sentence)
    if saved.has_faults:
        return _grid_page(paper, shops, saved.lines, (page, pages), saved), saved.status
    then = request.form.get("then", "stay")
    if then == "header":
        return redirect(url_for("sales.edit_header", report_id=report_id))
    if then in ("next", "back"):
        page = min(max(page + (1 if then == "next" else -1), 1), pages)
    else:
        flash(_("Saved. You can go on at any time."), "success")
    return redirect(url_for("sales.enter_grid", report_id=report_id, page=page))


def _grid_page(
    paper: Paper,
    shops: Sequence[int | None],
    lines: Sequence[TypedLine],
    pages: tuple[int, int],
    saved: Saved | None = None,
) -> str:
    by_shop: dict[int | None, list[TypedLine]] = {shop: [] for shop in shops}
    for line in lines:
        by_shop[line.place[0]].append(line)
    return render_template(
        "sales/enter_grid.html",
        paper=paper,
        report=paper.report,
        groups=[(paper.title(shop), paper.outlets[shop].code if shop else "", by_shop[shop]) for shop in shops],
        page=pages[0],
        pages=pages[1],
        saved=saved,
        shown=GRID_COLUMNS,
        columns_of_place=columns_of_place,
        columns=COLUMN,
        language=current_language(),
        autosave_url=url_for("sales.autosave_lines", report_id=paper.report.id),
    )


GRID_COLUMNS = (
    "opening_stock",
    "sell_in",
    "transfers_in",
    "transfers_out",
    "sell_through",
    "retail",
    "returns_in",
    "returns_out",
    "closing_stock",
    "aged_stock",
    "counted_stock",
)


@dataclass
class Saved:
    """What became of the lines of a page: those that fit are stored, the others keep what was typed."""

    lines: list[TypedLine]
    conflicts: dict[str, str]
    stored: int = 0
    sentence: str = ""
    is_stopped: bool = False

    @property
    def has_faults(self) -> bool:
        """Whether something typed is not in the books."""
        return bool(self.conflicts) or any(line.errors for line in self.lines)

    @property
    def status(self) -> int:
        """Of the answer: a conflict of two people, or values that do not fit."""
        return 409 if self.conflicts else 422

    @property
    def faults(self) -> int:
        """How many values or lines are not stored."""
        return len(self.conflicts) + sum(len(line.errors) for line in self.lines)


def save_typed(paper: Paper, places: Sequence[Place]) -> Saved:
    """Store the lines of these places that were sent, and commit; retries once where somebody saved in between."""
    for attempt in (1, 2):
        lines = read_lines(request.form, {place: paper.lines[place] for place in places})
        try:
            return _store(paper, lines)
        except StaleVersion:
            db.session.rollback()
            if attempt == 2:
                raise
            paper.report = get_report(db.session(), paper.report.id)
            paper.lines = {facts.place: facts for facts in facts_of_lines(db.session(), paper.report).values()}
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _store(paper: Paper, lines: list[TypedLine]) -> Saved:
    session, report = db.session(), paper.report
    conflicts = find_conflicts(lines, paper.lines)
    told = {line.key: _conflict_sentence(line, paper.lines[line.place]) for line in conflicts}
    rows = list(changed_facts([line for line in lines if line.key not in told], paper.lines))
    saved = Saved(lines, told, len(rows))
    report_id = report.id
    try:
        if rows:
            save_lines(session, report, rows, actor=current_user, version=report.version)
        session.commit()
    except LinesRefused as refusal:
        session.rollback()
        _put_errors(lines, refusal)
        paper.report = get_report(session, report_id)
        return Saved(lines, told)
    except IllegalMove as error:
        session.rollback()
        return Saved(lines, told, sentence=sentence_of(error), is_stopped=True)
    paper.lines |= {facts.place: facts for facts in rows}
    for line in lines:
        line.base = base_of(paper.lines[line.place])
    return saved


def _put_errors(lines: Sequence[TypedLine], refusal: LinesRefused) -> None:
    by_place = {line.place: line for line in lines}
    for error in refusal.errors:
        line = by_place.get((error.outlet_id, error.model_id))
        if line is not None:
            line.errors[error.field if error.field in COLUMN else "reason"] = sentence_of_line(error)


def _conflict_sentence(line: TypedLine, saved: LineFacts) -> str:
    """Which figures somebody else has saved in a line meanwhile, beside those typed."""
    differ = [name for name in columns_of_place(line.place) if getattr(line.facts, name) != getattr(saved, name)]
    words = [f"{COLUMN[name]} {getattr(saved, name) or 0}" for name in differ]
    return _(
        "Somebody else has saved this line meanwhile: %(figures)s. Save again to keep yours.", figures="; ".join(words)
    )


@blueprint.post("/reports/<int:report_id>/lines.json")
@requires(P.SALES_REPORTS_WRITE)
def autosave_lines(report_id: int) -> JsonResponse | tuple[JsonResponse, int]:
    """Save the lines of a page while they are typed: those that fit; the others are named."""
    session = db.session()
    try:
        paper = read_paper(get_report(session, report_id))
        saved = save_typed(paper, list(paper.lines))
    except QudaoError as error:
        session.rollback()
        return jsonify(error=error.code, message=sentence_of(error)), error.status
    if saved.is_stopped:
        return jsonify(error="illegal_move", message=saved.sentence), 409
    at = clock.now().astimezone(clock.BUSINESS_ZONE)
    message = _("Saved at %(time)s", time=f"{at:%H:%M}")
    if saved.has_faults:
        message = ngettext("%(num)s value is not saved.", "%(num)s values are not saved.", saved.faults)
    return jsonify(
        version=paper.report.version,
        message=message,
        autosave=url_for("sales.autosave_lines", report_id=report_id),
        notes={},
        lines={line.key: _answer(line, saved.conflicts) for line in saved.lines},
    )


def _answer(line: TypedLine, conflicts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "base": line.base,
        "errors": {line.name(name): sentence for name, sentence in line.errors.items()},
        "conflict": conflicts.get(line.key, ""),
    }
