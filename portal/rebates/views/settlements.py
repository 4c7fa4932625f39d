"""Settlements: runs by period, a run with its statements and differences, its steps by different people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.accounts.confirmation import requires_confirmation
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.formatting import format_month
from portal.i18n import current_language
from portal.jobs import labels as job_labels
from portal.jobs.models import Job
from portal.jobs.queries import get_job
from portal.jobs.rules import JobStatus, is_over
from portal.jobs.services import TooManyJobs
from portal.merging import put_error
from portal.periods import month_of, parse_month, shift_month
from portal.permissions import Permission as P
from portal.rebates import labels
from portal.rebates.forms.policy_lists import StepForm
from portal.rebates.forms.runs import RUNS, NewRunForm, statements_spec
from portal.rebates.models import SettlementRun
from portal.rebates.queries import run_pages as queries
from portal.rebates.rules.life import Action, Guard, RunStatus
from portal.rebates.rules.settling import days_overdue, span_of
from portal.rebates.rules.words import Period
from portal.rebates.services import settlement as services
from portal.rebates.views import blueprint
from portal.table_rows import draw_badges
from portal.tables import ListState

# Months that can be settled, the last one first.
MONTHS = 24
STEPS = {
    "withdraw": Action.WITHDRAW_RUN,
    "check": Action.CHECK_RUN,
    "return": Action.RETURN_RUN,
    "approve": Action.APPROVE_RUN,
    "release": Action.RELEASE_RUN,
    "pay": Action.PAY_RUN,
}
URL_OF_STEP = {action: name for name, action in STEPS.items()}
ENDPOINT = {
    "withdraw": "rebates.withdraw_settlement",
    "check": "rebates.check_settlement",
    "return": "rebates.return_settlement",
    "approve": "rebates.approve_settlement",
    "release": "rebates.pay_settlement",
    "pay": "rebates.pay_settlement",
}
REASONED = frozenset({Action.RETURN_RUN, Action.WITHDRAW_RUN})
DONE: dict[Action, Any] = {
    Action.CHECK_RUN: lambda: _("The settlement is checked; somebody else approves it."),
    Action.RETURN_RUN: lambda: _("The settlement is back with whoever calculates."),
    Action.APPROVE_RUN: lambda: _("The settlement is approved: amounts are accrued, and dealers see their statements."),
    Action.RELEASE_RUN: lambda: _("The settlement is released for payment."),
    Action.PAY_RUN: lambda: _("The payment is noted."),
    Action.WITHDRAW_RUN: lambda: _("The settlement is withdrawn. Nothing of it was posted."),
}


def period_words(run: SettlementRun) -> str:
    """September 2026, 2026 Q3, 2026; with its number from the second run on."""
    span = span_of(run.period_kind, run.period_month)
    words = format_month(span.first, current_language()) if run.period_kind is Period.MONTH else span.label
    return words if run.number == 1 else _("%(period)s, run %(number)s", period=words, number=run.number)


def clock_words(run: SettlementRun) -> tuple[str, str]:
    """How late the payment is, in words, and the colour of its badge."""
    if run.status is RunStatus.PAID:
        return _("paid"), "green"
    if run.status is RunStatus.WITHDRAWN:
        return "–", "grey"
    if run.calculated_at is not None and run.due_fen <= 0:
        return _("nothing to pay"), "grey"
    days = days_overdue(run.due_on, clock.today(), is_paid=False)
    if days > 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", days), "red"
    if days == 0:
        return _("due today"), "amber"
    return ngettext("%(num)d day left", "%(num)d days left", -days), "amber" if days > -10 else "grey"


def _words() -> dict[str, Any]:
    return {
        "badges": draw_badges(labels.RUN_STATUS, labels.RUN_STATUS_COLOUR),
        "colours": labels.RUN_STATUS_COLOUR,
        "period_words": period_words,
        "clock_words": clock_words,
        "periods": labels.PERIOD,
    }


@blueprint.get("/settlements")
@requires(P.REBATES_SETTLEMENTS_READ)
def list_runs() -> str:
    """Runs, the latest period first."""
    state = RUNS.read(url_for("rebates.list_runs"), request.args)
    page, count = queries.list_runs(db.session(), state, clock.today())
    may_start = can(P.REBATES_SETTLEMENTS_CALCULATE)
    return render_template(
        "rebates/run_list.html", state=state, page=page, count=count, may_start=may_start, **_words()
    )


@blueprint.route("/settlements/new", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_CALCULATE)
def new_run() -> str | Response | tuple[str, int]:
    """Begin a run and calculate it."""
    form, session = NewRunForm(), db.session()
    last, language = shift_month(month_of(clock.today()), -1), current_language()
    months = [shift_month(last, -back) for back in range(MONTHS)]
    form.offer([(month, format_month(month, language)) for month in months])
    if not form.validate_on_submit():
        return render_template("rebates/run_new.html", form=form)
    try:
        run = services.open_run(session, form.kind.data, parse_month(form.month.data), actor=current_user)
        services.start_calculation(session, run, actor=current_user, version_seen=run.version)
        session.commit()
    except (IllegalMove, InvalidInput) as error:
        session.rollback()
        put_error(form, "month", labels.sentence_of(error))
        return render_template("rebates/run_new.html", form=form), 409
    except TooManyJobs as error:
        session.rollback()
        put_error(form, "month", str(job_labels.TOO_MANY) % error.details)
        return render_template("rebates/run_new.html", form=form), 429
    return redirect(url_for("rebates.show_run", run_id=run.id))


@blueprint.get("/settlements/<int:run_id>")
@requires(P.REBATES_SETTLEMENTS_READ)
def show_run(run_id: int) -> str:
    """A run: totals, differences, statements, steps, history."""
    session = db.session()
    run = queries.get_run(session, run_id)
    sums, before = queries.sums_by_policy(session, run), queries.run_before(session, run)
    earlier = {each.code: each for each in queries.sums_by_policy(session, before)} if before else {}
    state = statements_state(run, [each.code for each in sums])
    page, count = queries.list_statements(session, run, state)
    job, actions = _job(run), services.possible_actions(session, run, current_user)
    running = job is not None and not is_over(job.status)
    return render_template(
        "rebates/run.html",
        run=run,
        title=period_words(run),
        sums=[(each, earlier.get(each.code)) for each in sums],
        gone=[each for code, each in earlier.items() if code not in {one.code for one in sums}] if sums else [],
        before=before,
        kinds=queries.count_kinds(session, run),
        state=state,
        page=page,
        count=count,
        events=[(each, _event_word(each.action)) for each in queries.events_of_run(session, run)],
        buttons=[] if running else _buttons(run, actions),
        may_calculate=Action.CALCULATE_RUN in actions and not running,
        job=job if running else None,
        failure=job_labels.error_sentence(job) if job and job.status is JobStatus.FAILED else "",
        job_labels=job_labels,
        statement_url=_statement_url(),
        refusals=labels.REFUSAL,
        **_words(),
    )


def statements_state(run: SettlementRun, codes: Sequence[str]) -> ListState:
    spec = statements_spec(list(dict.fromkeys(codes)))
    return spec.read(url_for("rebates.show_run", run_id=run.id), request.args)


def _statement_url() -> str:
    """The beginning of a statement's address."""
    return url_for("rebates.list_runs").removesuffix("settlements") + "statements"


def _event_word(action: str) -> str:
    return str(labels.ACTION_DONE.get(Action(action), action)) if action in list(Action) else action


def _job(run: SettlementRun) -> Job | None:
    """The work on the run, whoever asked for it."""
    if run.job_id is None:
        return None
    try:
        return get_job(db.session(), run.job_id, owner_id=None)
    except NotFound:
        return None


def _buttons(run: SettlementRun, actions: dict[Action, list[Guard]]) -> list[dict[str, Any]]:
    found = []
    for action, guards in actions.items():
        if action not in URL_OF_STEP:
            continue
        name = URL_OF_STEP[action]
        found.append(
            {
                "label": labels.ACTION[action],
                "url": url_for(ENDPOINT[name], run_id=run.id, step=name),
                "obstacle": " ".join(str(labels.GUARD[guard]) for guard in guards if guard is not Guard.REASON_GIVEN),
                "is_main": action not in REASONED,
            }
        )
    return found


@blueprint.get("/settlements/<int:run_id>/progress")
@requires(P.REBATES_SETTLEMENTS_READ)
def show_run_progress(run_id: int) -> Response:
    """The moving part of the page; once the work is over the page is loaded anew."""
    run = queries.get_run(db.session(), run_id)
    job = _job(run)
    answer = make_response(render_template("rebates/run_progress.html", run=run, job=job, job_labels=job_labels))
    if job is None or is_over(job.status):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/settlements/<int:run_id>/calculate")
@requires(P.REBATES_SETTLEMENTS_CALCULATE)
def calculate_run(run_id: int) -> Response:
    """Calculate again: figures or acknowledgements may have come in since."""
    session, form = db.session(), StepForm()
    run = queries.get_run(session, run_id)
    try:
        services.start_calculation(session, run, actor=current_user, version_seen=form.read_version or 0)
        session.commit()
    except TooManyJobs as error:
        session.rollback()
        flash(str(job_labels.TOO_MANY) % error.details, "warning")
    except (IllegalMove, StaleVersion, InvalidInput) as error:
        session.rollback()
        flash(labels.sentence_of(error), "warning")
    return redirect(url_for("rebates.show_run", run_id=run_id))


@blueprint.route("/settlements/<int:run_id>/<any('withdraw'):step>", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_CALCULATE)
def withdraw_settlement(run_id: int, step: str) -> str | Response | tuple[str, int]:
    """Lay a run aside before it is approved."""
    return _step(run_id, STEPS[step])


@blueprint.route("/settlements/<int:run_id>/<any('check'):step>", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_PAY)
def check_settlement(run_id: int, step: str) -> str | Response | tuple[str, int]:
    """Finance has looked at the figures."""
    return _step(run_id, STEPS[step])


@blueprint.route("/settlements/<int:run_id>/<any('return'):step>", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_READ)
def return_settlement(run_id: int, step: str) -> str | Response | tuple[str, int]:
    """Finance or the approver gives a run back; the table of moves says who may."""
    return _step(run_id, STEPS[step])


@blueprint.route("/settlements/<int:run_id>/<any('approve'):step>", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_APPROVE)
def approve_settlement(run_id: int, step: str) -> str | Response | tuple[str, int]:
    """Amounts are accrued, and dealers see their statements."""
    return _step(run_id, STEPS[step])


@blueprint.route("/settlements/<int:run_id>/<any('release', 'pay'):step>", methods=["GET", "POST"])
@requires(P.REBATES_SETTLEMENTS_PAY)
@requires_confirmation()
def pay_settlement(run_id: int, step: str) -> str | Response | tuple[str, int]:
    """Money leaves: whoever does this gives the password first."""
    return _step(run_id, STEPS[step])


def _step(run_id: int, action: Action) -> str | Response | tuple[str, int]:
    session = db.session()
    run = queries.get_run(session, run_id)
    form = StepForm(data={"version": run.version, "paid_on": clock.today()})
    obstacle = _obstacle(run, action) if request.method == "GET" else ""
    if obstacle:
        return _refused(run_id, obstacle), 409
    if form.validate_on_submit():
        try:
            _take(run, action, form)
            session.commit()
        except InvalidInput as error:
            session.rollback()
            put_error(form, str(error.details.get("field", "")), labels.sentence_of(error))
        except (IllegalMove, StaleVersion) as error:
            session.rollback()
            if Guard.REASON_GIVEN not in getattr(error, "guards", ()):
                return _refused(run_id, labels.sentence_of(error)), 409
            put_error(form, "reason", labels.sentence_of(error))
        else:
            flash(DONE[action](), "success")
            return redirect(url_for("rebates.show_run", run_id=run_id))
    run = queries.get_run(session, run_id)
    return render_template(
        "rebates/run_step.html",
        run=run,
        form=form,
        action=action.value,
        title=labels.ACTION[action],
        sums=queries.sums_by_policy(session, run),
        is_reasoned=action in REASONED,
        **_words(),
    )


def _take(run: SettlementRun, action: Action, form: StepForm) -> None:
    session = db.session()
    known: dict[str, Any] = {"actor": current_user, "version_seen": form.read_version or 0}
    if action is Action.PAY_RUN:
        services.pay(session, run, reference=form.reference.data or "", paid_on=form.paid_on.data, **known)
    elif action is Action.RETURN_RUN:
        services.return_run(session, run, reason=form.reason.data or "", **known)
    elif action is Action.WITHDRAW_RUN:
        services.withdraw_run(session, run, reason=form.reason.data or "", **known)
    else:
        verbs = {
            Action.CHECK_RUN: services.check_run,
            Action.APPROVE_RUN: services.approve,
            Action.RELEASE_RUN: services.release,
        }
        verbs[action](session, run, **known)


def _obstacle(run: SettlementRun, action: Action) -> str:
    """Why the reader cannot take the step now; empty where they can."""
    possible = services.possible_actions(db.session(), run, current_user)
    if action not in possible:
        return labels.sentence_of(IllegalMove())
    return " ".join(str(labels.GUARD[guard]) for guard in possible[action] if guard is not Guard.REASON_GIVEN)


def _refused(run_id: int, sentence: str) -> str:
    run = queries.get_run(db.session(), run_id)
    return render_template(
        "rebates/refused.html",
        title=period_words(run),
        back_url=url_for("rebates.show_run", run_id=run_id),
        back_label=_("To the settlement"),
        badge=_words()["badges"][run.status],
        sentence=sentence,
    )
