"""The one place where a version of a policy is written and moved: draft → submitted → published → withdrawn."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import record
from portal.errors import InvalidInput, StaleVersion
from portal.rebates.errors import PolicyUnsound
from portal.rebates.models import PolicyEvent, PolicyVersion, RebatePolicy
from portal.rebates.queries.known import known, policy_of, published_versions, regions_meet
from portal.rebates.queries.settled import settled_to
from portal.rebates.rules import document as documents
from portal.rebates.rules.life import Action, Guard, GuardFacts, Move, VersionStatus
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.problems import Invalid, Problem
from portal.rebates.rules.stacking import check_together
from portal.rebates.services.addressees import refresh_addressees
from portal.rebates.services.moving import MAX_REASON, by, check, flush, hold, is_one_of, possible
from portal.rebates.signals import policy_moved

# One publication at a time: what stands together is looked at as a whole.
PUBLISHING_LOCK = 7_306_503
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
_UNFINISHED = (VersionStatus.DRAFT, VersionStatus.SUBMITTED)


def create_draft(session: Session, document: Mapping[str, Any], *, actor: User | None, note: str = "") -> PolicyVersion:
    """A first draft under the document's code, or the next version of a policy that is there: its amendment.

    Raises InvalidInput (no code, a version that is not published yet), IllegalMove.
    """
    check(VersionStatus.DRAFT, Action.SAVE_DRAFT, actor, GuardFacts())
    code = document.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise InvalidInput("code_missing", field="code", value=str(code or ""))
    policy = _policy(session, code)
    versions = list(session.scalars(select(PolicyVersion).where(PolicyVersion.policy_id == policy.id)))
    unfinished = next((version for version in versions if version.status in _UNFINISHED), None)
    if unfinished is not None:
        raise InvalidInput("draft_exists", field="code", value=code, number=unfinished.number)
    now = clock.now()
    version = PolicyVersion(
        policy_id=policy.id,
        number=max((version.number for version in versions), default=0) + 1,
        status=VersionStatus.DRAFT,
        document={},
        note=note.strip()[:MAX_REASON],
        author_id=actor.id if actor else None,
        author_name=actor.name if actor else "",
        created_at=now,
        updated_at=now,
    )
    _write(version, document)
    session.add(version)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else has just begun the same version
        raise StaleVersion(expected=version.number, actual=None) from error
    _note(session, version, Action.SAVE_DRAFT, None, actor, "")
    return version


def save_draft(
    session: Session,
    version: PolicyVersion,
    document: Mapping[str, Any],
    *,
    actor: User | None,
    version_seen: int,
    note: str | None = None,
    notice_on: date | None = None,
) -> list[Problem]:
    """Keep what was written, sound or not; returns what is wrong with it. Raises StaleVersion, IllegalMove."""
    hold(session, version, version_seen)
    check(version.status, Action.SAVE_DRAFT, actor, GuardFacts())
    code = version.policy.code
    if document.get("code") != code:
        raise InvalidInput("code_changed", field="code", value=str(document.get("code", "")), expected=code)
    _write(version, document)
    version.updated_at, version.notice_on = clock.now(), notice_on or version.notice_on
    if note is not None:
        version.note = note.strip()[:MAX_REASON]
    flush(session, version_seen)
    return problems_of(session, version.document, besides=version)


def problems_of(session: Session, document: Any, *, besides: PolicyVersion | None = None) -> list[Problem]:
    """What is wrong with a document, by itself and beside all versions in force. `besides`: the version that it is."""
    try:
        policy = documents.parse(document, known(session, document))
    except Invalid as error:
        return list(error.problems)
    others, withdrawn = [], set()
    for version in published_versions(session):
        if besides is not None and version.id == besides.id:
            continue
        other = policy_of(version)
        if version.status is VersionStatus.WITHDRAWN:
            withdrawn.add(other.code)
        others.append(_cut(other, policy))
    problems = check_together([*others, policy], regions_meet(session))
    return [
        Problem(re.sub(r"^\$\[\d+\]", "$", problem.path), problem.rule, problem.value, problem.params)
        for problem in problems
        # A policy that was withdrawn may begin again later.
        if not (problem.rule == "versions_gap" and policy.code in withdrawn)
    ]


def submit(session: Session, version: PolicyVersion, *, actor: User | None, version_seen: int) -> PolicyEvent:
    """Hand the draft to the second person. Raises StaleVersion, IllegalMove, PolicyUnsound."""
    hold(session, version, version_seen)
    move = _sound_move(session, version, Action.SUBMIT_POLICY, actor, GuardFacts(is_sound=True))
    version.sha256 = digest_of(version.document)
    version.submitted_by_id, version.submitted_by_name = (actor.id, actor.name) if actor else (None, "")
    version.submitted_at, version.returned_reason = clock.now(), ""
    return _move(session, version, move, actor, version_seen)


def return_draft(
    session: Session, version: PolicyVersion, *, actor: User, version_seen: int, reason: str
) -> PolicyEvent:
    """Give it back with a reason. Raises StaleVersion, IllegalMove, GuardFailed."""
    hold(session, version, version_seen)
    move = check(version.status, Action.RETURN_POLICY, actor, GuardFacts(has_reason=bool(reason.strip())))
    version.returned_reason, version.sha256 = reason.strip()[:MAX_REASON], ""
    return _move(session, version, move, actor, version_seen, reason)


def discard(session: Session, version: PolicyVersion, *, actor: User | None, version_seen: int) -> PolicyEvent:
    """Give the draft up. Raises StaleVersion, IllegalMove."""
    hold(session, version, version_seen)
    move = check(version.status, Action.DISCARD_POLICY, actor, GuardFacts())
    version.withdrawn_at = clock.now()
    return _move(session, version, move, actor, version_seen)


def publish(
    session: Session, version: PolicyVersion, *, actor: User, version_seen: int, notice_on: date | None = None
) -> PolicyEvent:
    """Put it in force: the version before ends the day before, and everybody addressed is put down.

    Raises StaleVersion, IllegalMove, GuardFailed, PolicyUnsound, InvalidInput (told too late, days already settled).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING_LOCK})
    hold(session, version, version_seen)
    facts = GuardFacts(is_sound=True, is_author=_is_author(version, actor))
    move = _sound_move(session, version, Action.PUBLISH_POLICY, actor, facts)
    begin = version.effective_from
    assert begin is not None  # noqa: S101 - it is sound
    before = _predecessor(session, version, begin)
    notice = notice_on or version.notice_on or clock.today()
    if before is not None:
        _end_before(session, before, begin, notice)
    version.notice_on = notice
    version.published_by_id, version.published_by_name = actor.id, actor.name
    version.published_at = clock.now()
    event = _move(session, version, move, actor, version_seen)
    refresh_addressees(session, version)
    return event


def withdraw(
    session: Session, version: PolicyVersion, *, actor: User, version_seen: int, reason: str, last_on: date
) -> PolicyEvent:
    """End it after a day; what was settled by then stays. Before its first day: it was never in force.

    Raises StaleVersion, IllegalMove, GuardFailed, InvalidInput (a settled period lies after the day).
    """
    hold(session, version, version_seen)
    facts = GuardFacts(has_reason=bool(reason.strip()), is_author=_is_author(version, actor))
    move = check(version.status, Action.WITHDRAW_POLICY, actor, facts)
    begin, end, settled = version.effective_from, version.effective_to, settled_to(session, version.id)
    assert begin is not None  # noqa: S101 - it is published
    assert end is not None  # noqa: S101
    if last_on > end:
        raise InvalidInput("last_day_after_end", field="last_on", value=last_on, effective_to=end)
    if settled is not None and last_on < settled:
        raise InvalidInput("last_day_before_settled", field="last_on", value=last_on, settled_to=settled)
    version.effective_to = max(last_on, begin - timedelta(days=1))
    version.withdrawn_at, version.withdrawn_reason = clock.now(), reason.strip()[:MAX_REASON]
    return _move(session, version, move, actor, version_seen, reason)


def possible_actions(
    session: Session, version: PolicyVersion, actor: User, *, problems: list[Problem] | None = None
) -> dict[Action, list[Guard]]:
    """What the user's role may do with the version now → the guards that stand against it. A reason is asked later.

    `problems`: what is wrong with an unfinished version, where the caller has asked already.
    """
    if problems is None and version.status in _UNFINISHED:
        problems = problems_of(session, version.document, besides=version)
    is_sound = not problems
    facts = GuardFacts(is_sound=is_sound, has_reason=True, is_author=_is_author(version, actor))
    return possible(version.status, actor, facts)


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document, whatever the order of its keys."""
    content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _policy(session: Session, code: str) -> RebatePolicy:
    policy = session.scalar(select(RebatePolicy).where(func.lower(RebatePolicy.code) == code.lower()))
    if policy is None:
        policy = RebatePolicy(code=code, created_at=clock.now())
        try:
            with session.begin_nested():
                session.add(policy)
                session.flush()
        except IntegrityError:  # somebody wrote it in the same moment
            return session.scalars(select(RebatePolicy).where(RebatePolicy.code == code)).one()
    elif policy.code != code:
        raise InvalidInput("code_changed", field="code", value=code, expected=policy.code)
    return policy


def _write(version: PolicyVersion, document: Mapping[str, Any]) -> None:
    """The document, with the version's own number, and the columns that repeat it where they can be read."""
    # As the column keeps it: numbers with a point, which the language refuses, become text.
    version.document = json.loads(json.dumps({**document, "version": version.number}, default=str))
    name = document.get("name")
    names = name if isinstance(name, Mapping) else {}
    version.name_en, version.name_zh = str(names.get("en", ""))[:200], str(names.get("zh", ""))[:200]
    try:
        policy: Policy | None = documents.parse(version.document)
    except Invalid:
        policy = None
    version.party = policy.party if policy else None
    version.period = policy.period if policy else None
    version.settle = policy.settle if policy else None
    version.effective_from = policy.effective_from if policy else None
    version.effective_to = policy.effective_to if policy else None


def _cut(other: Policy, policy: Policy) -> Policy:
    """A version before this one, ended the day before it begins, as publishing does."""
    if other.code == policy.code and other.effective_from < policy.effective_from <= other.effective_to:
        return replace(other, effective_to=policy.effective_from - timedelta(days=1))
    return other


def _sound_move(
    session: Session, version: PolicyVersion, action: Action, actor: User | None, facts: GuardFacts
) -> Move:
    move = check(version.status, action, actor, facts)
    problems = problems_of(session, version.document, besides=version)
    if problems:
        raise PolicyUnsound(problems)
    return move


def _predecessor(session: Session, version: PolicyVersion, begin: date) -> PolicyVersion | None:
    """The version of the same policy in force on the day on which this one begins."""
    return session.scalar(
        select(PolicyVersion).where(
            PolicyVersion.policy_id == version.policy_id,
            PolicyVersion.id != version.id,
            PolicyVersion.status == VersionStatus.PUBLISHED,
            PolicyVersion.effective_from <= begin,
            PolicyVersion.effective_to >= begin,
        )
    )


def _end_before(session: Session, before: PolicyVersion, begin: date, notice: date) -> None:
    """The version that is amended ends the day before; nothing that was settled is amended, and nothing untold."""
    if notice > begin:
        raise InvalidInput("notice_after_effect", field="notice_on", value=notice, effective_from=begin)
    settled = settled_to(session, before.id)
    if settled is not None and settled >= begin:
        raise InvalidInput("begins_before_settled", field="effective", value=begin, settled_to=settled)
    before.effective_to = begin - timedelta(days=1)


def _is_author(version: PolicyVersion, actor: User | None) -> bool:
    return is_one_of(actor, (version.author_id, version.submitted_by_id))


def _move(
    session: Session,
    version: PolicyVersion,
    move: Move,
    actor: User | None,
    version_seen: int,
    reason: str = "",
) -> PolicyEvent:
    before, version.status = version.status, VersionStatus(move.after)
    version.updated_at = clock.now()
    flush(session, version_seen)
    event = _note(session, version, move.action, before, actor, reason)
    if move.action is Action.PUBLISH_POLICY:
        record(session, "publish", object_type="policy_versions", object_id=version.id, label=_label(version))
    policy_moved.send(version, session=session, event=event, actor=actor)
    return event


def _label(version: PolicyVersion) -> str:
    return f"{version.policy.code} v{version.number}"


def _note(
    session: Session,
    version: PolicyVersion,
    action: Action,
    before: VersionStatus | None,
    actor: User | None,
    reason: str,
) -> PolicyEvent:
    event = PolicyEvent(
        version_id=version.id,
        action=action.value,
        from_status=before,
        to_status=version.status,
        reason=reason.strip()[:MAX_REASON],
        happened_at=clock.now(),
        **by(actor),
    )
    session.add(event)
    session.flush()
    return event
