"""Users with random roles, houses and lent desks push an application on: it is never approved by one person alone.

Each script runs over real rows: whoever acts, in whatever order, in a present or an old version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal import clock
from portal.accounts.models import GrantKind, ScopeGrant, User
from portal.db import db
from portal.errors import QudaoError
from portal.network.rules import CityTier, StoreClass
from portal.onboarding.models import Application, ReviewStep
from portal.onboarding.rules.chain import chain_of
from portal.onboarding.rules.scores import Criterion
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.recruiting import delegate
from portal.onboarding.services.reviews import act
from portal.onboarding.services.visits import fill_score, record_visit
from portal.permissions import Role
from tests.onboarding.applying import Applicant
from tests.onboarding.reviewing import make_row

S, A = ApplicationStatus, Action
_numbers = count(1)
PEOPLE = 5
ROLES = (Role.REGIONAL_MANAGER, Role.HO_SALES, Role.HO_NETWORK, Role.HO_APPROVER)
JUDGING = (A.ENDORSE, A.APPROVE, A.REJECT, A.REQUEST_INFORMATION)
ONWARD = {
    **dict.fromkeys((S.AREA_REVIEW, S.SALES_REVIEW, S.NETWORK_REVIEW), A.ENDORSE),
    S.HEAD_OFFICE_REVIEW: A.APPROVE,
    S.APPROVED: A.START_OPENING,
    S.MORE_INFORMATION: A.ANSWER,
}
MARKS = dict.fromkeys(Criterion, 8)

person = st.integers(0, PEOPLE - 1)
anybody = st.lists(st.sampled_from([*ROLES, Role.DISTRIBUTOR]), min_size=PEOPLE, max_size=PEOPLE)
# Where every desk is taken most scripts reach the end.
every_desk = st.permutations([*ROLES, Role.DISTRIBUTOR])
cast = st.tuples(st.one_of(anybody, every_desk), st.sets(person, max_size=2))
move = st.one_of(
    st.tuples(st.just("round"), person),
    st.tuples(st.just("push"), person),
    st.tuples(st.just("act"), person, st.sampled_from(list(A)), st.booleans()),
    st.tuples(st.just("take_role"), person, st.sampled_from([*ROLES, Role.DISTRIBUTOR])),
    st.tuples(st.just("join"), person),
    st.tuples(st.just("leave"), person),
    st.tuples(st.just("lend"), person, person),
)
shop = st.tuples(st.sampled_from([*StoreClass, None]), st.sampled_from([*CityTier, None]))


@dataclass
class Play:
    """One application and the people around it."""

    applicant: Applicant
    people: list[User]
    application: Application
    refused: int = 0

    def tried(self, verb: Any) -> None:
        """A refusal leaves no trace."""
        nested = db.session.begin_nested()
        try:
            verb()
        except QudaoError:
            nested.rollback()
            db.session.expire_all()
            self.refused += 1
        else:
            nested.commit()

    def round(self, first: int) -> None:
        """Everybody pushes once."""
        for place in range(PEOPLE):
            self.push((first + place) % PEOPLE)

    def push(self, who: int) -> None:
        """The person does whatever would bring the application on."""
        if self.application.status is S.AREA_REVIEW:
            self.tried(lambda: self.visit(who))
        action = ONWARD.get(self.application.status)
        if action is not None:
            self.act(who, action, is_stale=False)

    def act(self, who: int, action: Action, is_stale: bool) -> None:
        user, version = self.people[who], self.application.version - int(is_stale)
        house = self.house()

        def verb() -> None:
            step = act(db.session(), self.application, action, actor=user, version=version, reason="理由")
            assert not is_stale, "an old version was let through"
            if step.action in JUDGING:
                assert {step.actor_id, step.on_behalf_of_id}.isdisjoint(house), "the applicant's house has judged"

        self.tried(verb)

    def house(self) -> set[int]:
        """Who belongs to the applicant's house, or did at one of its steps."""
        of_house = select(ScopeGrant.user_id).where(
            ScopeGrant.kind == GrantKind.DISTRIBUTOR, ScopeGrant.object_id == self.applicant.distributor.id
        )
        return {*db.session.scalars(of_house), *self.application.circle, self.application.applicant_id}

    def visit(self, who: int) -> None:
        session, today, user = db.session(), clock.today(), self.people[who]
        record_visit(session, self.application, actor=user, visited_on=today, findings="好")
        fill_score(session, self.application, actor=user, marks=MARKS, disturbs_market=False, note="")

    def take_role(self, who: int, role: Role) -> None:
        self.people[who].role = role
        db.session.flush()

    def join(self, who: int) -> None:
        user, house = self.people[who], self.applicant.distributor.id
        if not any(grant.object_id == house for grant in user.grants):
            user.grants.append(ScopeGrant(kind=GrantKind.DISTRIBUTOR, object_id=house))
            db.session.flush()

    def leave(self, who: int) -> None:
        self.people[who].grants.clear()
        db.session.flush()

    def lend(self, giver: int, receiver: int) -> None:
        first, last = clock.today(), clock.today() + timedelta(days=3)
        people = {"giver": self.people[giver], "receiver": self.people[receiver]}
        self.tried(lambda: delegate(db.session(), **people, valid_from=first, valid_to=last, reason="休假"))

    def check(self) -> None:
        """What must hold after every line: each state left once, none skipped, two persons before an approval."""
        steps = db.session.scalars(
            select(ReviewStep).where(ReviewStep.application_id == self.application.id).order_by(ReviewStep.id)
        ).all()
        versions = [each.application_version for each in steps]
        assert len(versions) == len(set(versions)), "a version was left twice"
        for earlier, later in pairwise(steps):
            assert earlier.to_status is later.from_status, "a step was skipped"
        assert not steps or steps[-1].to_status is self.application.status
        if self.application.decided_at is None or self.application.status in (S.REJECTED, S.WITHDRAWN):
            return
        judges = [each for each in steps if each.action in (A.ENDORSE, A.APPROVE)]
        assert len({each.actor_id for each in judges}) == len(judges) >= 2, "too few persons have approved"
        assert [each.from_status.value for each in judges] == self.application.chain


def begin(applicant: Applicant, people: tuple[list[Role], set[int]], kind: tuple[Any, Any]) -> Play:
    """People with their roles, some of them of the house, and an application that was just handed in."""
    roles, of_the_house = people
    numbers = [next(_numbers) for _ in roles]
    users = [
        User(email=f"p{number}@example.com", name=f"人{number}", role=role, created_at=clock.now(), recovery_hashes=[])
        for number, role in zip(numbers, roles, strict=True)
    ]
    db.session.add_all(users)
    db.session.flush()
    chain = [stage.value for stage in chain_of(*kind)]
    play = Play(applicant, users, make_row(applicant, S.AREA_REVIEW, chain=chain, lng=None, lat=None))
    for who in of_the_house:
        play.join(who)
    play.application.circle = sorted(play.house())
    db.session.flush()
    return play


def test_no_application_is_approved_by_one_person_or_by_the_applicants_house(applicant):
    seen = {"scripts": 0, "approved": 0, "refused": 0}

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(cast, shop, st.lists(move, min_size=4, max_size=12))
    def run(people: tuple[list[Role], set[int]], kind: tuple[Any, Any], script: list[tuple[Any, ...]]) -> None:
        nested = db.session.begin_nested()
        try:
            play = begin(applicant, people, kind)
            for name, *values in script:
                getattr(play, name)(*values)
                play.check()
            seen["scripts"] += 1
            seen["refused"] += play.refused
            seen["approved"] += play.application.status in (S.APPROVED, S.OPENING)
        finally:
            nested.rollback()
            db.session.expire_all()

    run()
    assert seen["approved"] >= 3, seen
    assert seen["refused"] > 100, seen
