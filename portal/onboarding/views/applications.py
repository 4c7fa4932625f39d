"""One application: its page, the answers checked, handed in once, answered, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.onboarding.forms.applications import HandInForm, WithdrawForm
from portal.onboarding.labels import (
    ACTION,
    ACTION_DONE,
    APPLICATION_FILE_KIND,
    APPLICATION_STATUS,
    APPLICATION_STATUS_COLOUR,
    DESK,
    FIELD,
    GUARD,
    sentence_of,
)
from portal.onboarding.models import Application, ReviewStep
from portal.onboarding.queries.application_lists import (
    get_seen_application,
    is_applicant,
    list_files,
    list_steps,
)
from portal.onboarding.queries.applications import CaseFindings, applicants_circle
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.applications import (
    EDITABLE,
    answer_application,
    find_submission,
    submit_application,
    withdraw_application,
)
from portal.onboarding.services.reviews import Case, GuardFailed, Possible, possible_actions
from portal.onboarding.views import blueprint
from portal.onboarding.views.application_form import problems_of
from portal.onboarding.views.summaries import problem_url, summary_of
from portal.permissions import Permission as P

# The applicant's actions ask nothing of the review.
NOTHING_FOUND = CaseFindings(visits=0, scores=0, is_knocked_out=False, items=0, items_done=0)


@dataclass(frozen=True, slots=True)
class Button:
    """An action that the table offers: where it leads, or why not just now."""

    label: str
    url: str
    obstacle: str
    is_main: bool


@blueprint.get("/applications/<int:application_id>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def show_application(application_id: int) -> str:
    """The application with its answers, files and timeline."""
    session = db.session()
    application = get_seen_application(session, application_id)
    files, steps = list_files(session, application), list_steps(session, application)
    return render_template(
        "onboarding/application_page.html",
        application=application,
        parts=summary_of(application, files),
        files=files,
        file_kinds=APPLICATION_FILE_KIND,
        steps=steps,
        buttons=buttons_of(application) if can(P.ONBOARDING_APPLICATIONS_SUBMIT) else [],
        question=_open_question(application, steps),
        is_editable=application.status in EDITABLE and is_applicant(session),
        shows_notes=not is_applicant(session),
        desk=DESK.get(application.status),
        since=steps[0].happened_at if steps else application.created_at,
        is_late=application.due_on is not None and application.due_on < clock.today(),
        statuses=APPLICATION_STATUS,
        colours=APPLICATION_STATUS_COLOUR,
        done=ACTION_DONE,
    )


def _open_question(application: Application, steps: list[ReviewStep]) -> ReviewStep | None:
    """What the reviewers want to know, while they wait for the answer."""
    if application.status is not ApplicationStatus.MORE_INFORMATION:
        return None
    return next((step for step in steps if step.action is Action.REQUEST_INFORMATION), None)


def buttons_of(application: Application) -> list[Button]:
    """The applicant's actions, as the declared table offers them now.

    Their guards ask whose application it is, and nothing of the review; what is missing the check page says.
    """
    session = db.session()
    case = Case(
        circle=applicants_circle(session, application),
        former_circle=frozenset(application.circle or ()),
        applicant_id=application.applicant_id,
        judgements=[],
        findings=NOTHING_FOUND,
        missing=[],
    )
    found = possible_actions(session, application, current_user, case)
    return [button for each in found if (button := _button(application, each)) is not None]


def _button(application: Application, possible: Possible) -> Button | None:
    number, failing = application.id, list(possible.failing)
    if possible.action in (Action.SUBMIT, Action.ANSWER):
        # The check page says what is missing and leads there, so an incomplete form is no dead end.
        url = url_for("onboarding.check_application", application_id=number)
        label = _("Check and hand in") if possible.action is Action.SUBMIT else _("Answer")
        return Button(label, url, "", is_main=True)
    if possible.action is Action.WITHDRAW:
        label = _("Discard the draft") if application.number is None else str(ACTION[Action.WITHDRAW])
        obstacle = " ".join(str(GUARD[guard]) for guard in failing)
        return Button(label, url_for("onboarding.withdraw", application_id=number), obstacle, is_main=False)
    return None


@blueprint.get("/applications/<int:application_id>/check")
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def check_application(application_id: int) -> str | Response:
    """All answers on one page, what is missing, and the button that hands them in."""
    application = get_seen_application(db.session(), application_id)
    if application.status not in EDITABLE:
        return redirect(url_for("onboarding.show_application", application_id=application.id))
    return _check_page(application, HandInForm(data={"version": application.version}))


def _check_page(application: Application, form: HandInForm, sentence: str = "") -> str:
    session = db.session()
    files, problems = list_files(session, application), problems_of(application)
    lines = [(name, str(FIELD[name]).rstrip(".。"), words) for name, words in problems.items()]
    is_answer = application.status is ApplicationStatus.MORE_INFORMATION
    return render_template(
        "onboarding/application_check.html",
        application=application,
        form=form,
        parts=summary_of(application, files, problems=problems),
        problems=[(label, words, problem_url(application, name)) for name, label, words in lines],
        files=files,
        file_kinds=APPLICATION_FILE_KIND,
        is_answer=is_answer,
        question=_open_question(application, list_steps(session, application)) if is_answer else None,
        sentence=sentence,
        submit=_("Send the answer") if is_answer else _("Hand in the application"),
    )


@blueprint.post("/applications/<int:application_id>/submit")
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def submit(application_id: int) -> str | Response | tuple[str, int]:
    """Hand in, or send the answer: once. The same request again leads to the same page."""
    session, form = db.session(), HandInForm()
    application = get_seen_application(session, application_id)
    version = form.read_version
    if not form.validate() or version is None:
        return _check_page(application, form)
    if find_submission(session, application, version) is not None:
        return _submitted(application_id)
    try:
        _hand_in(application, form, version)
        session.commit()
    except StaleVersion:
        session.rollback()
        return _after_race(application_id, version)
    except (GuardFailed, IllegalMove, InvalidInput) as error:
        session.rollback()
        return _refused(application_id, error)
    return _submitted(application_id)


def _hand_in(application: Application, form: HandInForm, version: int) -> None:
    session = db.session()
    if application.status is ApplicationStatus.MORE_INFORMATION:
        answer_application(session, application, actor=current_user, version=version, words=form.words.data or "")
    else:
        submit_application(session, application, actor=current_user, version=version)


def _submitted(application_id: int) -> Response:
    return redirect(url_for("onboarding.show_submitted", application_id=application_id))


def _after_race(application_id: int, version: int) -> str | Response | tuple[str, int]:
    """Somebody was faster: with the same click (same answer), or with another change (look again)."""
    application = get_seen_application(db.session(), application_id)
    if find_submission(db.session(), application, version) is not None:
        return _submitted(application_id)
    if application.status not in EDITABLE:
        flash(_("The application has moved on meanwhile."), "warning")
        return redirect(url_for("onboarding.show_application", application_id=application_id))
    sentence = _("The application has been changed since you opened this page. Look at it again, then hand it in.")
    form = HandInForm(formdata=None, data={"version": application.version})
    return _check_page(application, form, sentence), 409


def _refused(application_id: int, error: IllegalMove | InvalidInput) -> str | Response | tuple[str, int]:
    application = get_seen_application(db.session(), application_id)
    if application.status not in EDITABLE:
        flash(sentence_of(error), "danger")
        return redirect(url_for("onboarding.show_application", application_id=application_id))
    form = HandInForm(data={"version": application.version})
    return _check_page(application, form, sentence_of(error)), 409


@blueprint.get("/applications/<int:application_id>/submitted")
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def show_submitted(application_id: int) -> str | Response:
    """What follows: the number, whose desk is next, by when."""
    application = get_seen_application(db.session(), application_id)
    if application.number is None:
        return redirect(url_for("onboarding.check_application", application_id=application_id))
    return render_template(
        "onboarding/application_submitted.html", application=application, desk=DESK.get(application.status)
    )


@blueprint.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def withdraw(application_id: int) -> str | Response | tuple[str, int]:
    """Take the application back, with a reason once it was handed in."""
    session = db.session()
    application = get_seen_application(session, application_id)
    form = WithdrawForm(data={"version": application.version})
    if form.validate_on_submit():
        try:
            withdraw_application(
                session,
                application,
                actor=current_user,
                version=form.read_version or 0,
                reason=form.reason.data or "",
            )
            session.commit()
        except GuardFailed as error:
            session.rollback()
            form.reason.errors = [*form.reason.errors, sentence_of(error)]
        except StaleVersion:
            session.rollback()
            flash(_("The application has moved on meanwhile. Look at it before you withdraw it."), "warning")
            return redirect(url_for("onboarding.show_application", application_id=application_id))
        except IllegalMove as error:
            session.rollback()
            flash(sentence_of(error), "danger")
            return redirect(url_for("onboarding.show_application", application_id=application_id))
        else:
            flash(_("The application has been withdrawn."), "success")
            return redirect(url_for("onboarding.show_application", application_id=application_id))
    return _withdraw_page(get_seen_application(session, application_id), form)


def _withdraw_page(application: Application, form: WithdrawForm) -> str:
    words: dict[str, Any] = {
        "title": _("Discard the draft") if application.number is None else _("Withdraw the application"),
        "needs_reason": application.number is not None,
    }
    return render_template("onboarding/application_withdraw.html", application=application, form=form, **words)
