"""The one place where a dispute is asked, answered and decided."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, NotFound
from portal.permissions import Role
from portal.rebates.errors import AlreadyOpen, IdempotencyConflict
from portal.rebates.models import RebateDispute, RebateStatement
from portal.rebates.rules.life import OPEN_DISPUTES, Action, DisputeStatus, Guard, GuardFacts, Move
from portal.rebates.services.moving import check, flush, hold, is_one_of, possible, written
from portal.rebates.signals import dispute_moved
from portal.scope import ScopeKind, scope_of_system

MAX_TEXT = 2000


def ask(
    session: Session,
    statement: RebateStatement,
    *,
    actor: User | None,
    question: str,
    term_id: str = "",
    line_ref: str = "",
    key: str,
) -> RebateDispute:
    """Dispute a statement, a term of it, or one of its lines. The same key with the same words is answered alike.

    Raises InvalidInput (no words, no such line), AlreadyOpen, IdempotencyConflict, NotFound (not settled yet).
    """
    question = written(question, "question", MAX_TEXT)
    if statement.approved_on is None:
        raise NotFound()
    known = _replay(session, statement, key, (term_id, line_ref, question))
    if known is not None:
        return known
    _check_line(statement, term_id, line_ref)
    dispute = RebateDispute(
        statement_id=statement.id,
        distributor_id=statement.distributor_id,
        outlet_id=statement.outlet_id,
        term_id=term_id,
        line_ref=line_ref,
        status=DisputeStatus.OPEN,
        question=question,
        asked_by_id=actor.id if actor else None,
        asked_by_name=actor.name if actor else "",
        asked_at=clock.now(),
        open_key=f"{statement.id}:{term_id}:{line_ref}",
        submission_key=key,
    )
    try:
        with session.begin_nested():
            session.add(dispute)
            session.flush()
    except IntegrityError as error:
        # The same submission in the same moment, or somebody disputes the same line.
        known = _replay(session, statement, key, (term_id, line_ref, question))
        if known is not None:
            return known
        raise AlreadyOpen(statement=statement.id) from error
    dispute_moved.send(dispute, session=session, action=None, actor=actor)
    return dispute


def answer(session: Session, dispute: RebateDispute, *, actor: User, version_seen: int, answer: str) -> None:
    """Say what head office finds. Raises StaleVersion, IllegalMove, InvalidInput (no words)."""
    answer = written(answer, "answer", MAX_TEXT)
    move = _held(session, dispute, Action.ANSWER_DISPUTE, actor, version_seen, has_reason=True)
    dispute.answer, dispute.answered_at = answer, clock.now()
    dispute.answered_by_id, dispute.answered_by_name = actor.id, actor.name
    _move(session, dispute, move, actor, version_seen)


def decide(
    session: Session, dispute: RebateDispute, *, actor: User, version_seen: int, is_accepted: bool, decision: str
) -> None:
    """Accept it (the books are then amended, and the next run of the period pays the difference) or refuse it.

    Raises StaleVersion, IllegalMove, GuardFailed (who calculated does not judge), InvalidInput (no words).
    """
    decision = written(decision, "decision", MAX_TEXT)
    action = Action.ACCEPT_DISPUTE if is_accepted else Action.REFUSE_DISPUTE
    move = _held(session, dispute, action, actor, version_seen, has_reason=True)
    dispute.decision, dispute.decided_at = decision, clock.now()
    dispute.decided_by_id, dispute.decided_by_name = actor.id, actor.name
    _move(session, dispute, move, actor, version_seen)


def take_back(session: Session, dispute: RebateDispute, *, actor: User | None, version_seen: int) -> None:
    """Whoever asked has seen that it is right. Raises StaleVersion, IllegalMove, GuardFailed."""
    move = _held(session, dispute, Action.TAKE_BACK_DISPUTE, actor, version_seen)
    _move(session, dispute, move, actor, version_seen)


def possible_actions(session: Session, dispute: RebateDispute, actor: User) -> dict[Action, list[Guard]]:
    """What the user's role may do with the dispute now → the guards that stand against it. Words are asked later."""
    return possible(dispute.status, actor, _facts(session, dispute, actor, has_reason=True))


def _replay(
    session: Session, statement: RebateStatement, key: str, words: tuple[str, str, str]
) -> RebateDispute | None:
    """The dispute that this key made before; None where it is new."""
    with scope_of_system(session):  # the key may be somebody else's
        known = session.scalar(select(RebateDispute).where(RebateDispute.submission_key == key))
    if known is None:
        return None
    if known.statement_id != statement.id or (known.term_id, known.line_ref, known.question) != words:
        raise IdempotencyConflict(key=key)
    return known


def _check_line(statement: RebateStatement, term_id: str, line_ref: str) -> None:
    terms = {block["id"] for block in statement.result.get("terms", ())}
    facts = statement.facts
    refs = {line.get("ref") for key in ("lines", "year_to_date") for line in facts.get(key, ())}
    if (term_id and term_id not in terms) or (line_ref and line_ref not in refs):
        raise InvalidInput("line_unknown", field="line_ref", value=line_ref or term_id)


def _held(
    session: Session,
    dispute: RebateDispute,
    action: Action,
    actor: User | None,
    version_seen: int,
    *,
    has_reason: bool = False,
) -> Move:
    hold(session, dispute, version_seen)
    return check(
        dispute.status, action, actor, _facts(session, dispute, actor, has_reason=has_reason), Role.DISTRIBUTOR
    )


def _facts(session: Session, dispute: RebateDispute, actor: User | None, *, has_reason: bool) -> GuardFacts:
    with scope_of_system(session):
        calculator = dispute.statement.run.calculated_by_id
    is_own = actor is None or (actor.scope.kind is ScopeKind.DISTRIBUTOR and dispute.distributor_id in actor.scope.ids)
    return GuardFacts(has_reason=has_reason, is_calculator=is_one_of(actor, (calculator,)), is_own_party=is_own)


def _move(session: Session, dispute: RebateDispute, move: Move, actor: User | None, version_seen: int) -> None:
    dispute.status = DisputeStatus(move.after)
    if dispute.status not in OPEN_DISPUTES:
        dispute.open_key = None
    flush(session, version_seen)
    dispute_moved.send(dispute, session=session, action=move.action, actor=actor)
