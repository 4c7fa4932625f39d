"""Disputes (异议): about a statement, a term or a line of it; answered by head office, decided by another person."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import can, requires
from portal.audit.exports import export_table
from portal.clock import BUSINESS_ZONE
from portal.db import db
from portal.errors import NotFound, QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.rebates.errors import GuardFailed
from portal.rebates.forms.dealer_lists import dispute_spec
from portal.rebates.forms.dealers import AnswerForm, AskForm, DecideDisputeForm
from portal.rebates.labels import (
    DISPUTE_STATUS,
    DISPUTE_STATUS_COLOUR,
    GUARD,
    sentence_of,
)
from portal.rebates.labels_terms import word_of
from portal.rebates.models import RebateDispute, RebateStatement
from portal.rebates.queries import disputes as queries
from portal.rebates.queries.known import policy_of
from portal.rebates.queries.statements import get_statement
from portal.rebates.rules.life import Action, DisputeStatus, Guard
from portal.rebates.services import disputes as services
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import (
    party_code,
    party_name,
    period_words,
    policy_name,
    unique_order,
)
from portal.spreadsheets import Column
from portal.table_rows import draw_badges
from portal.tables import ListState

SHOWN_QUESTION = 80


@blueprint.get("/disputes")
@requires(P.REBATES_STATEMENTS_READ)
def list_disputes() -> str:
    """The disputes that the reader sees."""
    session, state = db.session(), _state()
    page, count = queries.list_disputes(
        session,
        _wanted(state),
        order=unique_order(state, RebateDispute.id),
        cursor=state.cursor,
        size=state.size,
    )
    return render_template(
        "rebates/dispute_list.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        may_ask=can(P.REBATES_DISPUTES_WRITE),
    )


def _state() -> ListState:
    return dispute_spec().read(url_for("rebates.list_disputes"), request.args)


def _wanted(state: ListState) -> queries.DisputeFilter:
    return queries.DisputeFilter(
        text=state.text, statuses=tuple(DisputeStatus(each) for each in state.chosen("status"))
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    statuses, language = draw_badges(DISPUTE_STATUS, DISPUTE_STATUS_COLOUR), current_language()
    return {
        "link": [url_for("rebates.show_dispute", dispute_id=row.id) for row in rows],
        "number": [f"#{row.id}" for row in rows],
        "statement": [f"{row.policy_code} · {row.month:%Y-%m}" for row in rows],
        "party": [f"{row.party_code} · {party_name(row)}" for row in rows],
        "about": [row.line_ref or row.term_id or _("The whole statement") for row in rows],
        "question": [_short(row.question) for row in rows],
        "status": [statuses[row.status] for row in rows],
        "asked": [format_date(row.asked_at, language) for row in rows],
        "decided": [format_date(row.decided_at, language) if row.decided_at else "–" for row in rows],
    }


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_QUESTION else f"{text[: SHOWN_QUESTION - 1]}…"


@blueprint.post("/disputes/export/<kind>")
@requires(P.REBATES_STATEMENTS_READ)
def export_disputes(kind: str) -> Response:
    """The list that the filters leave, as a file."""
    columns = [
        Column(_("Dispute"), "integer"),
        Column(_("Policy"), "text"),
        Column(_("Month"), "month"),
        Column(_("For whom"), "text"),
        Column(_("Name of the party"), "text", 32),
        Column(_("Term"), "text"),
        Column(_("Line"), "text"),
        Column(_("Status"), "text"),
        Column(_("Question"), "text", 60),
        Column(_("Answer"), "text", 60),
        Column(_("Decision"), "text", 60),
        Column(_("Asked on"), "date"),
        Column(_("Decided on"), "date"),
    ]
    rows = queries.stream_disputes(db.session(), _wanted(_state()))
    return export_table(kind, "rebate-disputes", columns, _exported(rows))


def _exported(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        decided = row.decided_at.astimezone(BUSINESS_ZONE).date() if row.decided_at else None
        yield [
            row.id,
            row.policy_code,
            row.month,
            row.party_code,
            party_name(row),
            row.term_id,
            row.line_ref,
            str(DISPUTE_STATUS[row.status]),
            row.question,
            row.answer,
            row.decision,
            row.asked_at.astimezone(BUSINESS_ZONE).date(),
            decided,
        ]


# ---- asking


@blueprint.route("/statements/<int:statement_id>/dispute", methods=["GET", "POST"])
@requires(P.REBATES_DISPUTES_WRITE)
def ask_about(statement_id: int) -> str | Response | tuple[str, int]:
    """A question about the statement, a term (`term`) or a line (`line`) of it; asked once however often it is sent."""
    session = db.session()
    statement = get_statement(session, statement_id)
    term, line = request.args.get("term", ""), request.args.get("line", "")
    form = AskForm()
    if request.method == "GET":
        form.key.data = secrets.token_hex(16)
        return _ask_page(statement, term, line, form)
    if not form.validate_on_submit():
        return _ask_page(statement, term, line, form), 422
    try:
        dispute = services.ask(
            session,
            statement,
            actor=current_user,
            question=form.question.data or "",
            term_id=term,
            line_ref=line,
            key=form.key.data or secrets.token_hex(16),
        )
        dispute_id = dispute.id
        session.commit()
    except QudaoError as error:
        session.rollback()
        if error.status == 404:
            raise
        form.form_errors.append(sentence_of(error))
        return _ask_page(get_statement(session, statement_id), term, line, form), error.status
    flash(_("The dispute is with head office. You see the answer here."), "success")
    return redirect(url_for("rebates.show_dispute", dispute_id=dispute_id))


def _ask_page(statement: RebateStatement, term: str, line: str, form: AskForm) -> str:
    policy = policy_of(statement.policy_version)
    labels = {each.id: word_of(each.label) for each in policy.terms}
    if (term and term not in labels) or (line and line not in _refs(statement)):
        raise NotFound()
    return render_template(
        "rebates/dispute_new.html",
        statement=statement,
        form=form,
        about=_about(term, line, labels),
        name=policy_name(statement.policy_version),
        party=party_name(statement),
        code=party_code(statement),
        period=period_words(statement.period_kind, statement.month),
    )


def _refs(statement: RebateStatement) -> set[str]:
    facts = statement.facts
    return {line.get("ref", "") for key in ("lines", "year_to_date") for line in facts.get(key) or ()}


def _about(term: str, line: str, labels: dict[str, str]) -> str:
    if line:
        return _("The sales line %(line)s", line=line)
    return _("The term “%(term)s”", term=labels[term]) if term in labels else _("The whole statement")


# ---- one dispute


@blueprint.get("/disputes/<int:dispute_id>")
@requires(P.REBATES_STATEMENTS_READ)
def show_dispute(dispute_id: int) -> str:
    """The question, the answer, the decision, and what the reader may do next."""
    return _page(queries.get_dispute(db.session(), dispute_id))


def _page(
    dispute: RebateDispute,
    *,
    answer: AnswerForm | None = None,
    decision: DecideDisputeForm | None = None,
    sentence: str = "",
) -> str:
    statement = dispute.statement
    actions = services.possible_actions(db.session(), dispute, current_user)
    labels = {each.id: word_of(each.label) for each in policy_of(statement.policy_version).terms}
    seen = {"version": dispute.version}
    decides = actions.get(Action.ACCEPT_DISPUTE)
    return render_template(
        "rebates/dispute.html",
        dispute=dispute,
        statement=statement,
        name=policy_name(statement.policy_version),
        party=party_name(dispute),
        code=party_code(dispute),
        period=period_words(statement.period_kind, statement.month),
        about=_about(dispute.term_id, dispute.line_ref, labels),
        status=DISPUTE_STATUS[dispute.status],
        status_colour=DISPUTE_STATUS_COLOUR[dispute.status],
        may_answer=Action.ANSWER_DISPUTE in actions,
        may_decide=decides is not None,
        # What hinders the decision, besides the words that the form asks for.
        obstacles=[str(GUARD[guard]) for guard in decides or () if guard is not Guard.REASON_GIVEN],
        may_take_back=Action.TAKE_BACK_DISPUTE in actions and not actions[Action.TAKE_BACK_DISPUTE],
        answer_form=answer or AnswerForm(formdata=None, data={**seen, "answer": dispute.answer}),
        decide_form=decision or DecideDisputeForm(formdata=None, data=seen),
        sentence=sentence,
    )


@blueprint.post("/disputes/<int:dispute_id>/answer")
@requires(P.REBATES_DISPUTES_DECIDE)
def answer_dispute(dispute_id: int) -> str | Response | tuple[str, int]:
    """Head office answers, or changes its answer."""
    session = db.session()
    dispute, form = queries.get_dispute(session, dispute_id), AnswerForm()
    if not form.validate_on_submit():
        return _page(dispute, answer=form), 422
    try:
        services.answer(
            session,
            dispute,
            actor=current_user,
            version_seen=form.read_version or 0,
            answer=form.answer.data or "",
        )
        session.commit()
    except QudaoError as error:
        return _again(dispute_id, error, answer=form)
    flash(_("Answered. Whoever asked sees it; somebody else decides."), "success")
    return redirect(url_for("rebates.show_dispute", dispute_id=dispute_id))


@blueprint.post("/disputes/<int:dispute_id>/decide")
@requires(P.REBATES_DISPUTES_DECIDE)
def decide_dispute(dispute_id: int) -> str | Response | tuple[str, int]:
    """Accept or refuse (`action`), with reasons."""
    session = db.session()
    dispute, form = queries.get_dispute(session, dispute_id), DecideDisputeForm()
    is_accepted = request.form.get("action") == "accept"
    if not form.validate_on_submit():
        return _page(dispute, decision=form), 422
    try:
        services.decide(
            session,
            dispute,
            actor=current_user,
            version_seen=form.read_version or 0,
            is_accepted=is_accepted,
            decision=form.decision.data or "",
        )
        session.commit()
    except QudaoError as error:
        return _again(dispute_id, error, decision=form)
    flash(_("The dispute is accepted.") if is_accepted else _("The dispute is refused."), "success")
    return redirect(url_for("rebates.show_dispute", dispute_id=dispute_id))


@blueprint.post("/disputes/<int:dispute_id>/take-back")
@requires(P.REBATES_DISPUTES_WRITE)
def take_back_dispute(dispute_id: int) -> str | Response | tuple[str, int]:
    """Whoever asked takes the question back."""
    session = db.session()
    dispute = queries.get_dispute(session, dispute_id)
    seen = request.form.get("version", "")
    try:
        services.take_back(
            session, dispute, actor=current_user, version_seen=int(seen) if seen.isascii() and seen.isdigit() else 0
        )
        session.commit()
    except QudaoError as error:
        return _again(dispute_id, error)
    flash(_("The dispute is taken back."), "success")
    return redirect(url_for("rebates.show_dispute", dispute_id=dispute_id))


def _again(
    dispute_id: int,
    error: QudaoError,
    *,
    answer: AnswerForm | None = None,
    decision: DecideDisputeForm | None = None,
) -> tuple[str, int]:
    """The page once more with what was typed, and why it did not work."""
    session = db.session()
    session.rollback()
    if error.status == 404:
        raise error
    dispute = queries.get_dispute(session, dispute_id)
    field = answer.answer if answer is not None else decision.decision if decision is not None else None
    needs_words = error.code == "text_missing" or (
        isinstance(error, GuardFailed) and error.guards == (Guard.REASON_GIVEN,)
    )
    if field is not None and needs_words:
        field.errors = [*field.errors, sentence_of(error)]
        return _page(dispute, answer=answer, decision=decision), 422
    for form in (answer, decision):
        if form is not None:
            form.version.data = str(dispute.version)
    return _page(dispute, answer=answer, decision=decision, sentence=sentence_of(error)), error.status
