"""A policy is written by one and published by another, whole and beside the others; then it is never edited."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.network.models import Region
from portal.network.rules import OutletStatus, RegionLevel, StoreClass
from portal.permissions import Role
from portal.rebates.errors import GuardFailed, PolicyUnsound
from portal.rebates.models import PolicyAddressee, PolicyEvent, PolicyVersion
from portal.rebates.queries.known import policy_of, versions_in_force
from portal.rebates.rules.life import Action, Guard, VersionStatus
from portal.rebates.rules.settling import span_of
from portal.rebates.rules.words import Period
from portal.rebates.services.addressees import acknowledge_all, refresh_addressees
from portal.rebates.services.policies import (
    create_draft,
    digest_of,
    discard,
    possible_actions,
    problems_of,
    publish,
    return_draft,
    save_draft,
    submit,
    withdraw,
)
from portal.scope import EVERYTHING, Scope, ScopeKind, bind_scope
from tests.factories import COUNTY, make_outlet, make_user
from tests.rebates.settling import MONTH, WRITTEN, document, in_force, lock_months, sell, settle, volume_policy
from tests.sales.reporting import make_dealer


@pytest.fixture
def county(session):
    """The county of all outlets, where no regions are loaded."""
    if session.scalar(select(func.count(Region.id))):
        yield
        return
    row = Region(level=RegionLevel.COUNTY, code=COUNTY, name_zh="广汉市", name_en="Guanghan")
    session.add(row)
    session.commit()
    yield
    session.rollback()
    session.delete(session.merge(row))
    session.commit()


def test_a_draft_is_kept_sound_or_not_and_says_what_is_wrong(session, office, dealer):
    written = document() | {"terms": []}
    version = create_draft(session(), written, actor=office.sales)
    assert (version.number, version.status, version.party) == (1, VersionStatus.DRAFT, None)
    problems = save_draft(session(), version, {"code": "OUTLET-2026"}, actor=office.sales, version_seen=1)
    assert {problem.rule for problem in problems} == {"key_missing"}
    with pytest.raises(PolicyUnsound):
        submit(session(), version, actor=office.sales, version_seen=version.version)
    assert save_draft(session(), version, document(), actor=office.sales, version_seen=version.version) == []
    assert (version.party, version.effective_from) == ("outlet", date(2026, 1, 1))
    with pytest.raises(StaleVersion):
        save_draft(session(), version, document(), actor=office.sales, version_seen=1)
    with pytest.raises(InvalidInput, match="code_changed"):
        save_draft(session(), version, document("OTHER"), actor=office.sales, version_seen=version.version)


@pytest.mark.parametrize("code", [None, "", "含汉字", 5, "x" * 65])
def test_a_draft_needs_a_code(session, office, code):
    with pytest.raises(InvalidInput, match="code_missing"):
        create_draft(session(), document() | {"code": code}, actor=office.sales)


def test_names_are_known_from_the_database(session, office, dealer):
    scope = {"parties": [dealer.outlets[0].code, "NOBODY"], "regions": ["999999"], "classes": ["Z"]}
    lines = {"models": [dealer.models[0].code, "F99"], "tags": ["no-group"], "sale_types": ["gift"]}
    term = document()["terms"][0] | {"lines": lines, "when": [{"fact": "activity:sing", "op": ">=", "value": "1"}]}
    problems = problems_of(session(), document(scope=scope, terms=[term]))
    assert {problem.value for problem in problems} == {"NOBODY", "999999", "Z", "F99", "no-group", "gift", "sing"}


def test_the_second_person_publishes_and_everybody_addressed_stands_there(session, office, dealer):
    version = create_draft(session(), document(), actor=office.sales)
    with pytest.raises(IllegalMove):
        publish(session(), version, actor=office.approver, version_seen=version.version)
    submit(session(), version, actor=office.sales, version_seen=version.version)
    assert version.sha256 == digest_of(version.document)
    with pytest.raises(IllegalMove):
        save_draft(session(), version, document(), actor=office.sales, version_seen=version.version)
    office.sales.role = Role.HO_APPROVER
    with pytest.raises(GuardFailed):
        publish(session(), version, actor=office.sales, version_seen=version.version)
    assert possible_actions(session(), version, office.sales)[Action.PUBLISH_POLICY] == [Guard.NOT_THE_AUTHOR]
    publish(session(), version, actor=office.approver, version_seen=version.version)
    assert (version.status, version.notice_on) == (VersionStatus.PUBLISHED, clock.today())
    rows = session.scalars(select(PolicyAddressee)).all()
    assert {row.outlet_id for row in rows} == {outlet.id for outlet in dealer.outlets}
    assert {row.acknowledged_on for row in rows} == {None}
    assert refresh_addressees(session(), version) == 0
    actions = session.scalars(select(PolicyEvent.action).order_by(PolicyEvent.id)).all()
    assert actions == ["save_draft", "submit_policy", "publish_policy"]


def test_a_returned_draft_is_mended_and_a_discarded_one_makes_room(session, office):
    version = create_draft(session(), document(), actor=office.sales)
    submit(session(), version, actor=office.sales, version_seen=version.version)
    with pytest.raises(GuardFailed):
        return_draft(session(), version, actor=office.approver, version_seen=version.version, reason="")
    return_draft(session(), version, actor=office.approver, version_seen=version.version, reason="too dear")
    assert (version.status, version.returned_reason, version.sha256) == (VersionStatus.DRAFT, "too dear", "")
    with pytest.raises(InvalidInput, match="draft_exists"):
        create_draft(session(), document(), actor=office.sales)
    discard(session(), version, actor=office.sales, version_seen=version.version)
    again = create_draft(session(), document(), actor=office.sales)
    assert (again.number, again.document["version"]) == (2, 2)


def test_scope_chooses_by_class_region_and_name(session, office, dealer, county):
    first, second = dealer.outlets
    first.store_class = StoreClass.A
    far = make_outlet(
        dealer.distributor, area=dealer.area, county_code="450000", prefecture_code=None, province_code=None
    )
    gone = make_outlet(dealer.distributor, status=OutletStatus.EXITED, exited_on=date(2025, 12, 31))
    planned = make_outlet(dealer.distributor, status=OutletStatus.CANDIDATE, opened_on=None)
    session.flush()

    def addressed(code, **scope):
        version = in_force(office, document(code, scope=scope, stacks_with=_others(code)))
        wanted = select(PolicyAddressee.outlet_id).where(PolicyAddressee.version_id == version.id)
        return set(session.scalars(wanted))

    everyone = {first.id, second.id, far.id}
    assert addressed("P1") == everyone
    assert addressed("P2", classes=["A"]) == {first.id}
    assert addressed("P3", regions=[COUNTY]) == {first.id, second.id}
    assert addressed("P4", parties=[second.code, far.code]) == {second.id, far.id}
    assert addressed("P5", exclude_parties=[second.code]) == everyone - {second.id}
    assert gone.id not in everyone
    assert planned.id not in everyone


def _others(code):
    return [f"P{number}" for number in range(1, 6) if f"P{number}" != code]


def test_two_policies_for_the_same_line_are_refused_until_one_says_so(session, office, dealer):
    in_force(office, document())
    other = create_draft(session(), document("PUSH-2026"), actor=office.sales)
    with pytest.raises(PolicyUnsound) as refused:
        submit(session(), other, actor=office.sales, version_seen=other.version)
    assert [problem.rule for problem in refused.value.problems] == ["policies_overlap"]
    assert refused.value.problems[0].path == "$.terms[0].lines"
    in_force_too = document("PUSH-2026", stacks_with=["OUTLET-2026"])
    assert save_draft(session(), other, in_force_too, actor=office.sales, version_seen=other.version) == []


def test_an_amendment_is_a_version_whose_days_follow(session, office, dealer):
    first = in_force(office, document())
    with clock.held(WRITTEN):
        amended = document(effective={"from": "2026-10-16", "to": "2026-12-31"})
        second = create_draft(session(), amended, actor=office.sales)
        submit(session(), second, actor=office.sales, version_seen=second.version)
    with pytest.raises(InvalidInput, match="notice_after_effect"):
        publish(session(), second, actor=office.approver, version_seen=second.version, notice_on=date(2026, 10, 20))
    publish(session(), second, actor=office.approver, version_seen=second.version)
    assert (second.number, first.effective_to) == (2, date(2026, 10, 15))
    assert first.document["effective"]["to"] == "2026-12-31"
    assert policy_of(first).effective_to == date(2026, 10, 15)
    assert policy_of(second).version == "OUTLET-2026 v2"
    october = span_of(Period.MONTH, date(2026, 10, 1))
    assert versions_in_force(session(), october) == [first, second]
    assert versions_in_force(session(), span_of(Period.MONTH, MONTH)) == [first]


def test_what_was_settled_is_not_amended(session, office, dealer):
    lock_months(MONTH)
    first = in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    settle(office, until="approved")
    with clock.held(WRITTEN):
        later = create_draft(
            session(), document(effective={"from": "2026-09-10", "to": "2026-12-31"}), actor=office.sales
        )
        submit(session(), later, actor=office.sales, version_seen=later.version)
        with pytest.raises(InvalidInput, match="begins_before_settled") as refused:
            publish(session(), later, actor=office.approver, version_seen=later.version)
    assert refused.value.details["settled_to"] == date(2026, 9, 30)
    assert first.effective_to == date(2026, 12, 31)


def test_a_withdrawn_policy_ends_after_what_was_settled_and_may_begin_again(session, office, dealer):
    lock_months(MONTH)
    version = in_force(office, document())
    settle(office, until="approved")

    def leave(last_on, reason="no money left"):
        seen = version.version
        return withdraw(session(), version, actor=office.approver, version_seen=seen, reason=reason, last_on=last_on)

    with pytest.raises(InvalidInput, match="last_day_before_settled"):
        leave(date(2026, 9, 29))
    with pytest.raises(InvalidInput, match="last_day_after_end"):
        leave(date(2027, 1, 1))
    with pytest.raises(GuardFailed):
        leave(date(2026, 10, 31), reason="")
    leave(date(2026, 10, 31))
    assert (version.status, version.effective_to) == (VersionStatus.WITHDRAWN, date(2026, 10, 31))
    assert versions_in_force(session(), span_of(Period.MONTH, date(2026, 10, 1))) == [version]
    assert versions_in_force(session(), span_of(Period.MONTH, date(2026, 11, 1))) == []
    again = document(effective={"from": "2026-12-01", "to": "2026-12-31"})
    assert problems_of(session(), again) == []
    overlapping = document(effective={"from": "2026-10-01", "to": "2026-10-31"})
    assert problems_of(session(), overlapping) == [], "what follows cuts what was before"


def test_a_policy_withdrawn_before_it_began_was_never_in_force(session, office, dealer):
    version = in_force(office, document(effective={"from": "2026-11-01", "to": "2026-12-31"}))
    withdraw(
        session(),
        version,
        actor=office.approver,
        version_seen=version.version,
        reason="taken back",
        last_on=date(2026, 10, 1),
    )
    assert versions_in_force(session(), span_of(Period.MONTH, date(2026, 11, 1))) == []
    assert problems_of(session(), document()) == []


def test_a_dealer_sees_what_addresses_it_and_acknowledges_for_itself_and_its_outlets(session, office, dealer):
    other = make_dealer(crew=dealer, area=dealer.area)
    version = in_force(office, document(), is_acknowledged=False)
    mine = in_force(office, volume_policy(scope={"parties": [other.distributor.code]}), is_acknowledged=False)
    draft = create_draft(session(), document("NEXT"), actor=office.sales)
    session.commit()
    bind_scope(session(), Scope(ScopeKind.DISTRIBUTOR, frozenset({dealer.distributor.id})))
    assert session.scalars(select(PolicyVersion)).all() == [version]
    assert acknowledge_all(session(), version, distributor_id=other.distributor.id, actor=dealer.user) == 0
    assert acknowledge_all(session(), version, distributor_id=dealer.distributor.id, actor=dealer.user) == 2
    assert acknowledge_all(session(), version, distributor_id=dealer.distributor.id, actor=dealer.user) == 0
    session.commit()
    bind_scope(session(), Scope(ScopeKind.OUTLET, frozenset({dealer.outlets[0].id})))
    assert session.scalars(select(PolicyVersion)).all() == [version]
    row = session.scalars(select(PolicyAddressee)).one()
    assert (row.acknowledged_on, row.acknowledged_by_name) == (clock.today(), dealer.user.name)
    bind_scope(session(), Scope(ScopeKind.AREAS, frozenset({dealer.area.id})))
    assert set(session.scalars(select(PolicyVersion))) == {version, mine}
    bind_scope(session(), EVERYTHING)
    assert draft.published_at is None


def test_other_roles_do_not_write(session, office):
    for role in (Role.HO_APPROVER, Role.HO_FINANCE, Role.DISTRIBUTOR, Role.REGIONAL_MANAGER):
        with pytest.raises(IllegalMove):
            create_draft(session(), document(), actor=make_user(role))
