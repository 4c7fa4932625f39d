"""Exits: a notice, its confirmation by a second person, hand-over, settlement, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotAllowed, QudaoError, StaleVersion
from portal.forms import VersionedForm
from portal.i18n import current_language, pick
from portal.network.labels import OUTLET_STATUS, OUTLET_STATUS_COLOUR
from portal.network.queries.lists import list_areas
from portal.network.queries.parties import get_outlet
from portal.network.queries.region_names import region_book
from portal.network.rules import TRADING
from portal.onboarding.forms.exits import CloseForm, HandOverForm, NoticeForm, exit_spec
from portal.onboarding.forms.reviews import take_error
from portal.onboarding.models import ExitCase, ExitStage
from portal.onboarding.queries import exits as queries
from portal.onboarding.review_labels import EXIT_STAGE, EXIT_STAGE_COLOUR, sentence_of
from portal.onboarding.rules.openings import HANDOVER_DAYS
from portal.onboarding.services.exits import close_exit, confirm_exit, give_notice, hand_over, withdraw_exit
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import late_words, place_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.tables import ListState

STEPS = (ExitStage.NOTICE, ExitStage.HANDOVER, ExitStage.SETTLEMENT, ExitStage.CLOSED)


@blueprint.get("/exits")
@requires(P.ONBOARDING_EXITS_READ)
def list_exits() -> str:
    """Exit cases under way and ended."""
    session, state = db.session(), _state()
    order = state.order(ExitCase.id)
    page, count = queries.list_exits(session, _wanted(state), order=order, cursor=state.cursor, size=state.size)
    return render_template(
        "onboarding/exit_list.html",
        state=state,
        page=page,
        count=count,
        rows=[_row(row) for row in page.rows],
        **_words(),
    )


@blueprint.post("/exits/export/<kind>")
@requires(P.ONBOARDING_EXITS_READ)
def export_exits(kind: str) -> FileResponse:
    """The filtered list of exits as a file."""
    wanted = _wanted(_state())
    return export_table(
        kind, "exits", _columns(), _cells(queries.stream_exits(db.session(), wanted)), noted_as="exit_cases"
    )


def _state() -> ListState:
    return exit_spec(list_areas(db.session())).read(url_for("onboarding.list_exits"), request.args)


def _wanted(state: ListState) -> queries.ExitFilter:
    return queries.ExitFilter(
        text=state.text,
        stages=tuple(ExitStage(value) for value in state.chosen("stage")),
        areas=state.chosen("area"),
        late_on=clock.today() if state.chosen("late") else None,
    )


def _words() -> dict[str, Any]:
    return {
        "stages": EXIT_STAGE,
        "stage_colours": EXIT_STAGE_COLOUR,
        "statuses": OUTLET_STATUS,
        "colours": OUTLET_STATUS_COLOUR,
    }


def _row(row: Any) -> dict[str, Any]:
    is_running = row.stage is ExitStage.HANDOVER
    return {
        "id": row.id,
        "code": row.code,
        "name": pick(row.name, row.name_en),
        "stage": row.stage,
        "place": place_words(region_book(db.session()), row, current_language()),
        "notice_on": row.notice_on,
        "handover_on": row.handover_due_on,
        "late": late_words(row.handover_due_on) if is_running else "",
        "closed_on": row.closed_on,
        "by": row.requested_by_name,
        "reason": row.reason if len(row.reason) <= 80 else f"{row.reason[:79]}…",
    }


def _columns() -> list[Column]:
    return [
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Stage"), "text"),
        Column(_("Region"), "text", 22),
        Column(_("Notice"), "date"),
        Column(_("Asked by"), "text"),
        Column(_("Confirmed by"), "text"),
        Column(_("Hand-over due"), "date"),
        Column(_("Handed over on"), "date"),
        Column(_("Taken over by"), "text", 22),
        Column(_("Closed on"), "date"),
        Column(_("Reason"), "text", 40),
    ]


def _cells(rows: Any) -> Iterator[Sequence[Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        yield [
            row.code,
            pick(row.name, row.name_en),
            str(EXIT_STAGE[row.stage]),
            place_words(book, row, language),
            row.notice_on,
            row.requested_by_name,
            row.confirmed_by_name,
            row.handover_due_on,
            row.handed_over_on,
            row.handed_over_to,
            row.closed_on,
            row.reason,
        ]


@blueprint.route("/outlets/<code>/exit", methods=["GET", "POST"])
@requires(P.ONBOARDING_EXITS_WRITE)
def give_exit_notice(code: str) -> str | Response:
    """Ask that an outlet leaves; where its exit is under way already, that case."""
    session = db.session()
    outlet = get_outlet(session, code)
    known = queries.find_open_exit(session, outlet)
    if known is not None:
        return redirect(url_for("onboarding.show_exit", case_id=known.id))
    form = NoticeForm()
    if form.validate_on_submit():
        try:
            case = give_notice(
                session,
                outlet,
                actor=current_user,
                reason=form.reason.data or "",
                notice_on=form.notice_on.data,
                redevelop=form.redevelop.data,
            )
        except InvalidInput as error:
            session.rollback()
            outlet = get_outlet(session, code)
            take_error(form, error)
        else:
            session.commit()
            flash(_("The notice is given. Somebody else at head office confirms it."), "success")
            return redirect(url_for("onboarding.show_exit", case_id=case.id))
    return render_template(
        "onboarding/exit_notice.html",
        outlet=outlet,
        form=form,
        days=HANDOVER_DAYS,
        is_possible=outlet.status in TRADING,
        **_words(),
    )


@blueprint.get("/exits/<int:case_id>")
@requires(P.ONBOARDING_EXITS_READ)
def show_exit(case_id: int) -> str:
    """One exit: where it stands, and its next step."""
    return _exit_page(queries.get_exit(db.session(), case_id))


def _exit_page(case: ExitCase, *, hand_over_form: Any = None, close_form: Any = None) -> str:
    session, version = db.session(), {"version": case.version}
    return render_template(
        "onboarding/exit_page.html",
        case=case,
        outlet=case.outlet,
        place=place_words(region_book(session), case.outlet, current_language()),
        step=STEPS.index(case.stage) + 1 if case.stage in STEPS else 0,
        steps=[EXIT_STAGE[stage] for stage in STEPS],
        late=late_words(case.handover_due_on) if case.stage is ExitStage.HANDOVER else "",
        may_confirm=can(P.ONBOARDING_EXITS_DECIDE) and current_user.id != case.requested_by_id,
        may_withdraw=may_withdraw(case),
        hand_over_form=hand_over_form or HandOverForm(formdata=None, data=version),
        close_form=close_form or CloseForm(formdata=None, data=version),
        successor=queries.find_redevelopment(session, case) if case.stage is ExitStage.CLOSED else None,
        days=HANDOVER_DAYS,
        **_words(),
    )


def may_withdraw(case: ExitCase) -> bool:
    """Whoever gave the notice takes it back, or head office."""
    return can(P.ONBOARDING_EXITS_WRITE) and (current_user.id == case.requested_by_id or can(P.ONBOARDING_EXITS_DECIDE))


@blueprint.post("/exits/<int:case_id>/confirm")
@requires(P.ONBOARDING_EXITS_DECIDE)
def confirm_notice(case_id: int) -> Response | tuple[str, int]:
    """The second person agrees."""

    def verb(case: ExitCase, version: int) -> None:
        confirm_exit(db.session(), case, actor=current_user, version=version)

    words = _("The exit is confirmed: customers are handed over within %(days)s days.", days=HANDOVER_DAYS)
    return _take(case_id, verb, words)


@blueprint.post("/exits/<int:case_id>/withdraw")
@requires(P.ONBOARDING_EXITS_WRITE)
def withdraw_notice(case_id: int) -> Response | tuple[str, int]:
    """The notice is taken back."""

    def verb(case: ExitCase, version: int) -> None:
        if not may_withdraw(case):
            raise NotAllowed("not_your_notice")
        withdraw_exit(db.session(), case, version=version)

    return _take(case_id, verb, _("The notice is taken back."))


def _take(case_id: int, verb: Callable[[ExitCase, int], None], done: str) -> Response | tuple[str, int]:
    session, text = db.session(), request.form.get("version", "")
    case = queries.get_exit(session, case_id)
    try:
        verb(case, int(text) if text.isascii() and text.isdigit() else 0)
    except (StaleVersion, IllegalMove, NotAllowed) as error:
        session.rollback()
        return refused(case_id, error)
    session.commit()
    flash(done, "success")
    return redirect(url_for("onboarding.show_exit", case_id=case_id))


@blueprint.post("/exits/<int:case_id>/hand-over")
@requires(P.ONBOARDING_EXITS_WRITE)
def record_hand_over(case_id: int) -> str | Response | tuple[str, int]:
    """Customers are with somebody else."""
    form = HandOverForm()

    def verb(case: ExitCase, version: int) -> None:
        hand_over(db.session(), case, version=version, to=form.to.data or "", on=form.on.data)

    return _send(case_id, form, verb, _("The hand-over is recorded. The final settlement begins."), "hand_over_form")


@blueprint.post("/exits/<int:case_id>/close")
@requires(P.ONBOARDING_EXITS_DECIDE)
def close_case(case_id: int) -> str | Response | tuple[str, int]:
    """Settled: the outlet leaves the network."""
    form = CloseForm()

    def verb(case: ExitCase, version: int) -> None:
        close_exit(
            db.session(),
            case,
            actor=current_user,
            version=version,
            on=form.on.data,
            free_territory=form.free_territory.data,
        )

    return _send(case_id, form, verb, _("The outlet has left the network."), "close_form")


def _send(
    case_id: int, form: VersionedForm, verb: Callable[[ExitCase, int], None], done: str, name: str
) -> str | Response | tuple[str, int]:
    session = db.session()
    case = queries.get_exit(session, case_id)
    if form.validate():
        try:
            verb(case, form.read_version or 0)
        except InvalidInput as error:
            session.rollback()
            case = queries.get_exit(session, case_id)
            take_error(form, error)
        except (StaleVersion, IllegalMove, NotAllowed) as error:
            session.rollback()
            return refused(case_id, error)
        else:
            session.commit()
            flash(done, "success")
            return redirect(url_for("onboarding.show_exit", case_id=case_id))
    return _exit_page(case, **{name: form})


def refused(case_id: int, error: QudaoError) -> tuple[str, int]:
    """A step that is not possible, or with which somebody was faster. Nothing has been changed."""
    case = queries.get_exit(db.session(), case_id)
    page = render_template(
        "onboarding/exit_refused.html",
        case=case,
        outlet=case.outlet,
        sentence=sentence_of(error),
        is_stale=isinstance(error, StaleVersion),
        **_words(),
    )
    return page, 409
