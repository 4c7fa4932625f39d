"""Head office's policies: the list, a version in words with its history, its steps by two people, whom it addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.i18n import LOCALES, current_language, pick
from portal.merging import put_error
from portal.periods import month_of, shift_month
from portal.permissions import Permission as P
from portal.rebates import labels
from portal.rebates.forms.policy_lists import ADDRESSEES, POLICIES, StepForm
from portal.rebates.labels_editor import form_sentence, label_of
from portal.rebates.labels_terms import describe_payout, describe_terms
from portal.rebates.models import PolicyVersion
from portal.rebates.queries import policy_pages as queries
from portal.rebates.rules import document
from portal.rebates.rules.life import Action, Guard, VersionStatus
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.problems import Invalid, Problem
from portal.rebates.services import policies as services
from portal.rebates.views import blueprint
from portal.rebates.views.editor_page import region_words
from portal.spreadsheets import Column
from portal.table_rows import draw_badges

STEPS = {
    "submit": Action.SUBMIT_POLICY,
    "discard": Action.DISCARD_POLICY,
    "return": Action.RETURN_POLICY,
    "publish": Action.PUBLISH_POLICY,
    "withdraw": Action.WITHDRAW_POLICY,
}
URL_OF_STEP = {action: name for name, action in STEPS.items()}
DECISIONS = ("return", "publish", "withdraw")
DONE: dict[Action, Any] = {
    Action.SUBMIT_POLICY: lambda: _("The policy is with a second person now."),
    Action.DISCARD_POLICY: lambda: _("The draft has been thrown away."),
    Action.RETURN_POLICY: lambda: _("The policy is back with its author."),
    Action.PUBLISH_POLICY: lambda: _("The policy is published; everyone addressed has been told."),
    Action.WITHDRAW_POLICY: lambda: _("The policy ends on the day given."),
}


@blueprint.get("/policies")
@requires(P.REBATES_POLICIES_READ)
def list_policies() -> str:
    """Versions of policies, those that begin last first."""
    session, today = db.session(), clock.today()
    state = POLICIES.read(url_for("rebates.list_policies"), request.args)
    page, count = queries.list_versions(session, state, today)
    return render_template(
        "rebates/policy_list.html",
        state=state,
        page=page,
        count=count,
        counted=queries.count_addressees(session, [version.id for version in page.rows]),
        badges=draw_badges(labels.VERSION_STATUS, labels.VERSION_STATUS_COLOUR),
        parties={key: str(word) for key, word in labels.PARTY.items()},
        periods={key: str(word) for key, word in labels.PERIOD.items()},
        may_write=can(P.REBATES_POLICIES_WRITE),
    )


@blueprint.post("/policies/export/<kind>")
@requires(P.REBATES_POLICIES_READ)
def export_policies(kind: str) -> Response:
    """The filtered list as a file."""
    session, today = db.session(), clock.today()
    state = POLICIES.read(url_for("rebates.list_policies"), request.args)
    columns = [
        Column(_("Policy"), "text", 20),
        Column(_("Version"), "integer"),
        Column(_("Name"), "text", 30),
        Column(_("Status"), "text"),
        Column(_("Who earns"), "text"),
        Column(_("Settled"), "text"),
        Column(_("In force from"), "date"),
        Column(_("In force to"), "date"),
        Column(_("Published"), "moment"),
        Column(_("Author"), "text"),
        Column(_("Published by"), "text"),
    ]
    return export_table(kind, "policies", columns, _cells(queries.export_versions(session, state, today)))


def _cells(versions: Iterator[PolicyVersion]) -> Iterator[Sequence[Any]]:
    for version in versions:
        yield [
            version.policy.code,
            version.number,
            pick(version.name_zh, version.name_en),
            str(labels.VERSION_STATUS[version.status]),
            str(labels.PARTY[version.party]) if version.party else "",
            str(labels.PERIOD[version.period]) if version.period else "",
            version.effective_from,
            version.effective_to,
            version.published_at,
            version.author_name,
            version.published_by_name,
        ]


@blueprint.get("/policies/<int:version_id>")
@requires(P.REBATES_POLICIES_READ)
def show_policy(version_id: int) -> str:
    """One version in words, with what is wrong with it, its history and its steps."""
    session = db.session()
    version = queries.get_version(session, version_id)
    policy, problems = _read(version)
    actions = services.possible_actions(session, version, current_user, problems=problems)
    counted = queries.count_addressees(session, [version.id]) if version.published_at else {}
    told, acknowledged = counted.get(version.id, (0, 0))
    return render_template(
        "rebates/policy.html",
        version=version,
        policy=policy,
        problems=[(label_of(_name_of(each)), form_sentence(each)) for each in problems],
        terms=_in_both(policy, describe_terms) if policy else [],
        payout=_in_both(policy, describe_payout) if policy else [],
        scope=_scope_words(policy) if policy else [],
        addressed=told,
        acknowledged=acknowledged,
        versions=queries.versions_beside(session, version),
        events=[(each, _event_word(each.action)) for each in queries.events_of(session, version)],
        buttons=_buttons(version, actions),
        may_edit=Action.SAVE_DRAFT in actions,
        may_renew=_may_renew(version),
        may_try=can(P.REBATES_POLICIES_WRITE),
        badge=draw_badges(labels.VERSION_STATUS, labels.VERSION_STATUS_COLOUR)[version.status],
        badges=draw_badges(labels.VERSION_STATUS, labels.VERSION_STATUS_COLOUR),
        colours=labels.VERSION_STATUS_COLOUR,
        parties=labels.PARTY,
        periods=labels.PERIOD,
        settles=labels.SETTLE,
        other_language="en" if current_language() == "zh_Hans" else "zh-CN",
    )


def _read(version: PolicyVersion) -> tuple[Policy | None, list[Problem]]:
    """The policy where it can be read; what is wrong with it while it is not published."""
    problems: list[Problem] = []
    if version.status in (VersionStatus.DRAFT, VersionStatus.SUBMITTED):
        problems = services.problems_of(db.session(), version.document, besides=version)
    try:
        return document.parse(version.document), problems
    except Invalid as error:
        return None, problems or error.problems


def _name_of(problem: Problem) -> str:
    """The place of a problem in the words of the editor's fields; one between policies has none of its own."""
    place = problem.path.removeprefix("$").strip(".")
    return "-".join(part for part in place.replace("[", ".").replace("]", "").split(".") if part)


def _in_both(policy: Policy, describe: Any) -> list[tuple[Any, Any]]:
    """What `describe` says in the reader's language and in the other one, side by side."""
    language = current_language()
    other = next(each for each in LOCALES if each != language)
    own = describe(policy)
    with force_locale(other):
        return list(zip(own, describe(policy), strict=True))


def _scope_words(policy: Policy) -> list[tuple[str, str]]:
    scope, comma = policy.scope, "、" if current_language() == "zh_Hans" else ", "
    found = [
        (_("Only in these regions"), region_words(sorted(scope.regions)) if scope.regions else ""),
        (_("Only these classes"), comma.join(sorted(scope.classes or ()))),
        (_("Only these parties"), comma.join(sorted(scope.parties or ()))),
        (_("Not these parties"), comma.join(sorted(scope.exclude_parties))),
        (_("Stacks with"), comma.join(sorted(policy.stacks_with))),
    ]
    return [(label, words) for label, words in found if words]


def _event_word(action: str) -> str:
    return str(labels.ACTION_DONE.get(Action(action), action)) if action in list(Action) else action


def _buttons(version: PolicyVersion, actions: dict[Action, list[Guard]]) -> list[dict[str, Any]]:
    """Steps that the page offers, each with what stands against it. A reason is asked for on the step's own page."""
    found = []
    for action, guards in actions.items():
        if action not in URL_OF_STEP:
            continue
        name = URL_OF_STEP[action]
        endpoint = "rebates.decide_policy" if name in DECISIONS else "rebates.step_policy"
        found.append(
            {
                "label": labels.ACTION[action],
                "url": url_for(endpoint, version_id=version.id, step=name),
                "obstacle": " ".join(str(labels.GUARD[guard]) for guard in guards if guard is not Guard.REASON_GIVEN),
                "is_main": action in (Action.SUBMIT_POLICY, Action.PUBLISH_POLICY),
            }
        )
    return found


def _may_renew(version: PolicyVersion) -> bool:
    """Whether a new version may be drawn up from this one: of what was published, while no draft is under way."""
    if not can(P.REBATES_POLICIES_WRITE) or version.published_at is None:
        return False
    under_way = (VersionStatus.DRAFT, VersionStatus.SUBMITTED)
    return not any(each.status in under_way for each in queries.versions_beside(db.session(), version))


@blueprint.post("/policies/<int:version_id>/new-version")
@requires(P.REBATES_POLICIES_WRITE)
def renew_policy(version_id: int) -> Response:
    """A draft of the next version, from the next month on."""
    session = db.session()
    version = queries.get_version(session, version_id)
    written = _renewed(version, clock.today())
    try:
        draft = services.create_draft(session, written, actor=current_user)
        session.commit()
    except (IllegalMove, InvalidInput) as error:
        session.rollback()
        flash(labels.sentence_of(error), "warning")
        return redirect(url_for("rebates.show_policy", version_id=version_id))
    flash(_("A draft of the next version has been made. Change what shall change, and its days."), "success")
    return redirect(url_for("rebates.edit_policy", version_id=draft.id))


def _renewed(version: PolicyVersion, today: date) -> dict[str, Any]:
    """The document from the next month on; where it ends before, for as long as it was, from the day after."""
    written = deepcopy(version.document)
    begin, end = version.effective_from, version.effective_to
    if begin is None or end is None:
        return written
    first = max(shift_month(month_of(today), 1), begin + timedelta(days=1))
    last = date.fromisoformat(written["effective"]["to"])
    if last < first:
        first = end + timedelta(days=1)
        last = first + (end - begin)
    written["effective"] = {"from": first.isoformat(), "to": last.isoformat()}
    return written


@blueprint.route("/policies/<int:version_id>/<any('submit', 'discard'):step>", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def step_policy(version_id: int, step: str) -> str | Response | tuple[str, int]:
    """Hand a draft to a second person, or throw it away."""
    return _step(version_id, STEPS[step])


@blueprint.route("/policies/<int:version_id>/<any('return', 'publish', 'withdraw'):step>", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_PUBLISH)
def decide_policy(version_id: int, step: str) -> str | Response | tuple[str, int]:
    """The second person publishes it or gives it back; what is published is withdrawn from a day on."""
    return _step(version_id, STEPS[step])


def _step(version_id: int, action: Action) -> str | Response | tuple[str, int]:
    session = db.session()
    version = queries.get_version(session, version_id)
    today = clock.today()
    values = {"version": version.version, "notice_on": version.notice_on or today, "last_on": today}
    form = StepForm(data=values)
    policy, problems = _read(version)
    obstacle = _obstacle(version, action, problems) if request.method == "GET" else ""
    if obstacle:
        return _refused(version_id, obstacle), 409
    if form.validate_on_submit():
        try:
            _take(version, action, form)
            session.commit()
        except StaleVersion as error:
            session.rollback()
            return _refused(version_id, labels.sentence_of(error)), 409
        except InvalidInput as error:
            session.rollback()
            put_error(form, str(error.details.get("field", "")), labels.sentence_of(error))
        except IllegalMove as error:
            session.rollback()
            if Guard.REASON_GIVEN not in getattr(error, "guards", ()):
                return _refused(version_id, labels.sentence_of(error)), 409
            put_error(form, "reason", labels.sentence_of(error))
        else:
            flash(DONE[action](), "success")
            return redirect(url_for("rebates.show_policy", version_id=version_id))
    return _step_page(queries.get_version(session, version_id), action, form, policy, problems)


def _take(version: PolicyVersion, action: Action, form: StepForm) -> None:
    session, seen, reason = db.session(), form.read_version or 0, form.reason.data or ""
    known: dict[str, Any] = {"actor": current_user, "version_seen": seen}
    if action is Action.SUBMIT_POLICY:
        services.submit(session, version, **known)
    elif action is Action.DISCARD_POLICY:
        services.discard(session, version, **known)
    elif action is Action.RETURN_POLICY:
        services.return_draft(session, version, reason=reason, **known)
    elif action is Action.PUBLISH_POLICY:
        services.publish(session, version, notice_on=form.notice_on.data, **known)
    else:
        services.withdraw(session, version, reason=reason, last_on=form.last_on.data or clock.today(), **known)


def _obstacle(version: PolicyVersion, action: Action, problems: list[Problem]) -> str:
    """Why the reader cannot take the step now; empty where they can."""
    possible = services.possible_actions(db.session(), version, current_user, problems=problems)
    if action not in possible:
        return labels.sentence_of(IllegalMove())
    return " ".join(str(labels.GUARD[guard]) for guard in possible[action] if guard is not Guard.REASON_GIVEN)


def _step_page(
    version: PolicyVersion, action: Action, form: StepForm, policy: Policy | None, problems: list[Problem]
) -> str:
    return render_template(
        "rebates/policy_step.html",
        version=version,
        policy=policy,
        problems=[(label_of(_name_of(each)), form_sentence(each)) for each in problems],
        form=form,
        action=action.value,
        title=labels.ACTION[action],
        badge=draw_badges(labels.VERSION_STATUS, labels.VERSION_STATUS_COLOUR)[version.status],
        scope=_scope_words(policy) if policy else [],
        parties=labels.PARTY,
    )


def _refused(version_id: int, sentence: str) -> str:
    version = queries.get_version(db.session(), version_id)
    badge = draw_badges(labels.VERSION_STATUS, labels.VERSION_STATUS_COLOUR)[version.status]
    return render_template(
        "rebates/refused.html",
        title=version.policy.code,
        back_url=url_for("rebates.show_policy", version_id=version_id),
        back_label=_("To the policy"),
        badge=badge,
        sentence=sentence,
    )


@blueprint.get("/policies/<int:version_id>/addressees")
@requires(P.REBATES_POLICIES_READ)
def list_addressees(version_id: int) -> str:
    """Whom a version addresses, and who has acknowledged it."""
    session = db.session()
    version = queries.get_version(session, version_id)
    state = ADDRESSEES.read(url_for("rebates.list_addressees", version_id=version_id), request.args)
    page, count = queries.list_addressees(session, version, state)
    return render_template("rebates/addressees.html", version=version, state=state, page=page, count=count)


@blueprint.post("/policies/<int:version_id>/addressees/export/<kind>")
@requires(P.REBATES_POLICIES_READ)
def export_addressees(version_id: int, kind: str) -> Response:
    """The filtered list as a file."""
    session = db.session()
    version = queries.get_version(session, version_id)
    state = ADDRESSEES.read(url_for("rebates.list_addressees", version_id=version_id), request.args)
    columns = [
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Addressed on"), "date"),
        Column(_("Acknowledged on"), "date"),
        Column(_("By"), "text"),
    ]
    rows = (
        [
            row.owner_code,
            pick(row.owner_name, row.owner_name_en),
            row.outlet_code or "",
            pick(row.outlet_name, row.outlet_name_en) if row.outlet_code else "",
            row.addressed_on,
            row.acknowledged_on,
            row.acknowledged_by_name,
        ]
        for row in queries.export_addressees(session, version, state)
    )
    return export_table(kind, f"addressees-{version.policy.code}-v{version.number}", columns, rows)
