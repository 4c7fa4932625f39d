"""The page of one application for those who review it, its site sheets, and the steps they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import can, requires
from portal.db import db
from portal.errors import IllegalMove, NotFound, StaleVersion
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, OPERATING_MODE, STORE_CLASS
from portal.network.queries.region_names import region_book
from portal.onboarding.forms.reviews import ActionForm
from portal.onboarding.labels import (
    ACTION,
    ACTION_DONE,
    APPLICATION_FILE_KIND,
    APPLICATION_STATUS,
    APPLICATION_STATUS_COLOUR,
    GUARD,
)
from portal.onboarding.models import Application, ReviewStep, ScoreSheet, SiteVisit
from portal.onboarding.queries import cases
from portal.onboarding.queries.application_lists import list_files
from portal.onboarding.queries.applications import CaseFindings, applicants_circle
from portal.onboarding.review_labels import CRITERION, ROLE, guards_of, sentence_of
from portal.onboarding.rules.chain import Judgement
from portal.onboarding.rules.scores import PASS_MARK, Criterion, score
from portal.onboarding.rules.states import Action, ApplicationStatus, Guard
from portal.onboarding.services.openings import start_opening
from portal.onboarding.services.reviews import Case, GuardFailed, Possible, act, possible_actions, sheet_digest
from portal.onboarding.services.visits import may_visit, metres_to_site
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import age_words, days_since, late_words, place_words
from portal.onboarding.views.sheets import asked_sheet, sheet_for_reader
from portal.onboarding.views.summaries import summary_of
from portal.permissions import Permission as P

# Steps that reviewers take on a page of this module, by the name in the URL.
STEPS = {
    "request-information": Action.REQUEST_INFORMATION,
    "endorse": Action.ENDORSE,
    "approve": Action.APPROVE,
    "reject": Action.REJECT,
    "start-opening": Action.START_OPENING,
}
NAME_OF_STEP = {action: name for name, action in STEPS.items()}
DANGEROUS = frozenset({Action.REJECT})


@blueprint.get("/reviews/<int:application_id>")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def show_review(application_id: int) -> str:
    """Everything that a reviewer needs of an application, and what they may do with it."""
    session = db.session()
    application = cases.get_case(session, application_id, with_steps=True)
    steps = application.steps[::-1]
    visits, scores = cases.list_visits(session, application), cases.list_scores(session, application)
    files = list_files(session, application)
    possible = _possible_steps(application, visits, scores)
    names = cases.name_users(session, _givers(steps, possible))
    return render_template(
        "onboarding/review_page.html",
        application=application,
        place=place_words(region_book(session), application, current_language()),
        age=age_words(days_since(application.submitted_at)),
        late=late_words(application.due_on),
        steps=steps,
        givers=names,
        buttons=[_button(each, application, names) for each in possible],
        files=files,
        parts=summary_of(application, files),
        visits=[(visit, metres_to_site(application, visit.lng, visit.lat)) for visit in visits],
        scores=[(sheet, _lines(sheet)) for sheet in scores],
        is_visitor=may_visit(application, current_user),
        has_checklist=application.status in (ApplicationStatus.OPENING, ApplicationStatus.OPENED),
        **_words(),
    )


def _possible_steps(application: Application, visits: list[SiteVisit], scores: list[ScoreSheet]) -> list[Possible]:
    """The steps of this module that the table offers, from what the page has read already."""
    session = db.session()
    case = Case(
        circle=applicants_circle(session, application),
        former_circle=frozenset(application.circle or ()),
        applicant_id=application.applicant_id,
        judgements=[
            Judgement(step.from_status, step.actor_id, step.on_behalf_of_id)
            for step in application.steps
            if step.action is Action.ENDORSE
        ],
        findings=CaseFindings(len(visits), len(scores), bool(scores and scores[0].disturbs_market), 0, 0),
        missing=[],
    )
    found = possible_actions(session, application, current_user, case)
    return [each for each in found if each.action in NAME_OF_STEP]


def _givers(steps: list[ReviewStep], possible: list[Possible]) -> list[int]:
    found = [step.on_behalf_of_id for step in steps] + [each.on_behalf_of_id for each in possible]
    return [giver for giver in found if giver is not None]


def _lines(sheet: ScoreSheet) -> list[tuple[Any, int, int]]:
    """Criterion, mark, and what it brings in tenths of a point."""
    marks = {criterion: int(sheet.marks.get(criterion.value, 0)) for criterion in Criterion}
    shares = score(marks, disturbs_market=sheet.disturbs_market).shares
    return [(CRITERION[criterion], marks[criterion], shares[criterion]) for criterion in Criterion]


def _words() -> dict[str, Any]:
    return {
        "statuses": APPLICATION_STATUS,
        "colours": APPLICATION_STATUS_COLOUR,
        "done": ACTION_DONE,
        "file_kinds": APPLICATION_FILE_KIND,
        "modes": OPERATING_MODE,
        "classes": STORE_CLASS,
        "tiers": CITY_TIER,
        "roles": ROLE,
        "pass_mark": PASS_MARK,
    }


@dataclass(frozen=True, slots=True)
class Button:
    """An action that the table offers, and what stands against it just now."""

    label: Any
    url: str
    is_dangerous: bool
    is_main: bool
    hindrances: list[str]
    giver: str


def _button(possible: Possible, application: Application, names: dict[int, str]) -> Button:
    action = possible.action
    return Button(
        label=ACTION[action],
        url=url_for("onboarding.take_step", application_id=application.id, step=NAME_OF_STEP[action]),
        is_dangerous=action in DANGEROUS,
        is_main=action in (Action.ENDORSE, Action.APPROVE, Action.START_OPENING),
        hindrances=[str(GUARD[guard]) for guard in possible.failing],
        giver=names.get(possible.on_behalf_of_id or 0, ""),
    )


@blueprint.route("/reviews/<int:application_id>/step/<step>", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def take_step(application_id: int, step: str) -> str | Response | tuple[str, int]:
    """One step of the review: its words, and the step itself."""
    if step not in STEPS:
        raise NotFound()
    session, action = db.session(), STEPS[step]
    application = cases.get_case(session, application_id)
    possible = _possible(application, action)
    form = ActionForm(data={"version": application.version})
    if form.validate_on_submit():
        try:
            _take(application, action, form)
        except StaleVersion:
            session.rollback()
            return stale_page(application_id, form.read_version or 0)
        except IllegalMove as error:
            session.rollback()
            if _asks_for_reason(error):
                form.reason.errors = [*form.reason.errors, str(GUARD[Guard.REASON_GIVEN])]
                return _step_page(cases.get_case(session, application_id), action, form, possible)
            return refused_page(application_id, error)
        session.commit()
        flash(_("Done: %(step)s.", step=ACTION_DONE[action]), "success")
        return _after_step(application, action)
    return _step_page(application, action, form, possible)


def _take(application: Application, action: Action, form: ActionForm) -> None:
    session, version = db.session(), form.read_version
    if version is None:
        raise StaleVersion(expected=None, actual=application.version)
    if action is Action.START_OPENING:
        start_opening(session, application, actor=current_user, version=version)
        return
    act(
        session,
        application,
        action,
        actor=current_user,
        version=version,
        reason=form.reason.data or "",
        internal_note=form.internal_note.data or "",
        conditions=(form.conditions.data or "") if action is Action.APPROVE else "",
    )


def _possible(application: Application, action: Action) -> Possible | None:
    found = possible_actions(db.session(), application, current_user)
    return next((each for each in found if each.action is action), None)


def _asks_for_reason(error: IllegalMove) -> bool:
    return isinstance(error, GuardFailed) and error.details.get("guards") == [Guard.REASON_GIVEN.value]


def _after_step(application: Application, action: Action) -> Response:
    if action is Action.START_OPENING and can(P.ONBOARDING_APPLICATIONS_READ):
        return redirect(url_for("onboarding.show_opening", application_id=application.id))
    return redirect(url_for("onboarding.show_review", application_id=application.id))


def _step_page(
    application: Application, action: Action, form: ActionForm, possible: Possible | None
) -> str | tuple[str, int]:
    if possible is None:
        return refused_page(application.id, IllegalMove(from_status=application.status.value, action=action.value))
    if possible.failing:
        guards = [guard.value for guard in possible.failing]
        return refused_page(application.id, GuardFailed(guards=guards, missing=[]))
    session = db.session()
    names = cases.name_users(session, _givers([], [possible]))
    return render_template(
        "onboarding/review_action.html",
        application=application,
        form=form,
        action=action.value,
        title=ACTION[action],
        is_dangerous=action in DANGEROUS,
        giver=names.get(possible.on_behalf_of_id or 0, ""),
        role=possible.role,
        **_words(),
    )


def stale_page(application_id: int, version: int) -> tuple[str, int]:
    """Somebody was faster: who, what, and when. Nothing has been changed by the reader."""
    session = db.session()
    application = cases.get_case(session, application_id)
    steps = cases.list_steps_since(session, application, version)
    page = render_template("onboarding/review_stale.html", application=application, steps=steps, **_words())
    return page, 409


def refused_page(application_id: int, error: IllegalMove) -> tuple[str, int]:
    """A step that the table does not offer, or against which a guard stands: says which, and changes nothing."""
    application = cases.get_case(db.session(), application_id)
    guards = error.details.get("guards")
    sentences = guards_of(guards) if isinstance(guards, list) and guards else [sentence_of(error)]
    page = render_template("onboarding/review_refused.html", application=application, sentences=sentences, **_words())
    return page, 409


@blueprint.get("/reviews/<int:application_id>/sheets")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def show_sheets(application_id: int) -> str:
    """The site sheet as it is now beside those on which it was decided; one of them in full (`step` in the query)."""
    session = db.session()
    application = cases.get_case(session, application_id)
    frozen = [_frozen(step) for step in cases.list_frozen(session, application)]
    chosen = next((each for each in frozen if str(each.step.id) == request.args.get("step")), None)
    now = asked_sheet(application) if application.lng is not None else None
    return render_template(
        "onboarding/review_sheets.html",
        application=application,
        frozen=frozen,
        chosen=chosen,
        now=now,
        sheet=chosen.sheet if chosen else now,
        **_words(),
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """A decision with the sheet on which it was made, and whether that is still what was stored."""

    step: ReviewStep
    sheet: dict[str, Any] | None
    is_intact: bool


def _frozen(step: ReviewStep) -> Frozen:
    stored = step.frozen_sheet or {}
    return Frozen(step, sheet_for_reader(stored), sheet_digest(stored) == step.frozen_sha256)
