"""The demonstration is the plan that its source describes, and the product's own services accept it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from portal.accounts.demo_accounts import DEMO_ACCOUNTS
from portal.accounts.models import User
from portal.audit.queries import broken_entry
from portal.boundaries.regions import list_populations
from portal.demo import rebates_facts
from portal.demo.commands import load_network
from portal.demo.facts import AREAS, GENERAL_DISTRIBUTORS, STATES
from portal.network.models import Distributor, Document, LifeEvent, Outlet, Region, SalesArea
from portal.network.rules import OUTLET_MOVES, OutletStatus
from portal.network.services.regions import load_regions
from portal.onboarding.models import (
    Application,
    Candidate,
    ExitCase,
    ExitStage,
    OpeningReview,
    RecruitingStage,
    ReviewStep,
)
from portal.onboarding.rules.states import REVIEWS, Action, ApplicationStatus
from portal.onboarding.rules.states import ApplicationStatus as S
from portal.onboarding.services.reviews import sheet_digest
from portal.products.models import ProductModel
from portal.rebates.models import (
    LedgerPosting,
    PolicyVersion,
    RebateDispute,
    RebateStatement,
    SavedWhatIf,
    SettlementRun,
)
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.life import DisputeStatus, RunStatus
from portal.rebates.rules.settling import PostingKind
from portal.rebates.rules.words import Period
from portal.settings import ROOT
from portal.targets.models import Quota, QuotaAmendment, TargetPlan
from portal.targets.queries.plans import season_of, stored_split
from portal.targets.rules.cascade import mismatches
from portal.targets.rules.words import PlanStatus


@pytest.fixture
def demo(app, session, tmp_path):
    if not session.scalar(select(func.count()).select_from(Region).where(Region.code == "513401")):
        load_regions(session(), ROOT / "geodata")
    load_network(session(), tmp_path)
    session.commit()
    return session


def test_the_facts_add_up():
    assert len(GENERAL_DISTRIBUTORS) == 18
    assert sum(fact.outlets for fact in GENERAL_DISTRIBUTORS) == 100
    assert sum(number for _, number in STATES) == 100
    assert {status for status, _ in STATES} == set(OutletStatus)
    taken = Counter(prefecture for area in AREAS for prefecture in area.prefectures)
    assert max(taken.values()) == 1


def test_the_population_of_the_province_is_the_census_figure():
    populations = [people for code, people in list_populations(ROOT / "geodata").items() if code.startswith("51")]
    assert len(populations) == 21
    assert sum(populations) == 83_674_866


def check_the_province_as_planned(demo):
    sichuan = demo.scalars(select(Outlet).where(Outlet.code.like("T51%"))).all()
    assert Counter(outlet.status for outlet in sichuan) == dict(STATES)
    assert len({outlet.county_code for outlet in sichuan}) == 100
    unassigned = {outlet.prefecture_code for outlet in sichuan if outlet.sales_area_id is None}
    assert unassigned == {"510100", "510400", "513400"}
    assert demo.scalar(select(func.count()).select_from(Distributor)) == 19
    assert demo.scalar(select(func.count()).select_from(SalesArea)) == len(AREAS)


def check_the_year_of_the_dealer_in_guangxi(demo):
    by_code = {row.code: row for row in demo.scalars(select(Outlet).where(Outlet.code.like("GX-%")))}
    assert by_code["GX-RA-1"].exited_on.month == 8
    assert by_code["GX-RA-2"].predecessor_id == by_code["GX-RA-1"].id
    assert by_code["GX-GG-1"].status is OutletStatus.WATCH
    laibin = by_code["GX-LB-1"]
    assert (laibin.opened_on.isoformat(), laibin.exited_on.isoformat(), laibin.staff) == ("2026-07-29", "2026-10-31", 3)
    assert by_code["GX-GP-1"].opened_on.isoformat() == "2026-10-01"


def check_applications_in_every_state(demo):
    applications = demo.scalars(select(Application)).all()
    assert {application.status for application in applications} == set(ApplicationStatus)
    rivals = [a for a in applications if a.county_code == "510681" and a.status in REVIEWS]
    assert len({a.distributor_id for a in rivals}) == 2
    for application in applications:
        if application.number:
            assert application.number.endswith(f"{application.submitted_at:%Y%m%d}-001")
    frozen = demo.scalars(select(ReviewStep).where(ReviewStep.frozen_sha256 != "")).all()
    assert all(step.frozen_sha256 == sheet_digest(step.frozen_sheet) for step in frozen)
    assert len(frozen) >= 10
    approvals = [a for a in applications if a.status in (S.APPROVED, S.OPENING, S.OPENED)]
    for application in approvals:
        judges = {step.actor_id for step in application.steps if step.action in (Action.ENDORSE, Action.APPROVE)}
        assert len(judges) >= 2
        assert application.applicant_id not in judges
    held = demo.scalars(select(OpeningReview).where(OpeningReview.put_on_watch)).all()
    assert [review.outlet.code for review in held] == ["GX-GG-1"]
    (case,) = demo.scalars(select(ExitCase)).all()
    assert (case.outlet.code, case.stage) == ("GX-RA-1", ExitStage.CLOSED)
    heirs = demo.scalars(select(Candidate).where(Candidate.predecessor_id == case.outlet_id)).all()
    assert len(heirs) == 1
    assert {c.stage for c in demo.scalars(select(Candidate))} == set(RecruitingStage)


def check_every_life_follows_the_moves(demo):
    for outlet in demo.scalars(select(Outlet)):
        events = demo.scalars(select(LifeEvent).where(LifeEvent.outlet_id == outlet.id).order_by(LifeEvent.id)).all()
        statuses = [OutletStatus(event.to_status) for event in events]
        assert statuses[-1] is outlet.status
        assert all(after in OUTLET_MOVES[before] for before, after in pairwise(statuses))
        assert [e.happened_on for e in events] == sorted(e.happened_on for e in events)


def check_targets_and_quotas(demo):
    plans = demo.scalars(select(TargetPlan).order_by(TargetPlan.year)).all()
    assert [(plan.year, plan.total_qty, plan.status) for plan in plans] == [
        (2025, 26_000, PlanStatus.PUBLISHED),
        (2026, 30_000, PlanStatus.PUBLISHED),
    ]
    for plan in plans:
        split = stored_split(demo(), plan)
        assert list(mismatches(split)) == []
        assert list(split.units) == season_of(plan)
    spring, autumn = (sum(split.units[first : first + 3]) for first in (2, 7))
    assert (spring, autumn) == (8_000, 9_000)
    outlets = demo.execute(
        select(func.sum(Quota.units)).where(Quota.outlet_id.is_not(None)).group_by(Quota.outlet_id, Quota.month)
    )
    each = [int(units) for (units,) in outlets]
    assert 9 <= sum(each) / len(each) <= 12
    (amendment,) = demo.scalars(select(QuotaAmendment)).all()
    assert amendment.valid_from.isoformat() == "2026-09-01"
    assert {model.code for model in demo.scalars(select(ProductModel))} == {"F3", "F6", "S6", "S7e"}


def check_people_of_every_role_in_both_languages_and_a_whole_audit(demo):
    users = demo.scalars(select(User)).all()
    assert {user.email for user in users if user.password_hash} == {account.email for account in DEMO_ACCOUNTS}
    assert {user.locale for user in users} == {"en", "zh_Hans"}
    assert demo.scalar(select(func.count()).select_from(Document)) > 90
    assert broken_entry(demo()) is None


def check_rebates_of_twelve_months(demo):
    """Every programme in force, twelve months paid, a true-up, a claw-back, a dispute, a saved what-if."""
    runs = demo.scalars(select(SettlementRun)).all()
    paid = [run for run in runs if run.status is RunStatus.PAID]
    assert len({run.period_month for run in paid if run.period_kind is Period.MONTH}) == 12
    assert Counter(run.status for run in runs if run.period_kind is Period.QUARTER) == {
        RunStatus.PAID: 2,
        RunStatus.CHECKED: 1,
    }
    for run in paid:
        assert len({run.calculated_by_id, run.approved_by_id, run.paid_by_id}) == 3
    in_force = {version.policy.code for version in demo.scalars(select(PolicyVersion))}
    assert in_force == {
        rebates_facts.OUTLET,
        rebates_facts.GROWTH,
        rebates_facts.STORE,
        rebates_facts.VOLUME,
        rebates_facts.POINTS,
        rebates_facts.SHARING,
    }
    for version in demo.scalars(select(PolicyVersion)):
        due = (RebateStatement.due_fen, RebateStatement.due_points)
        earned = select(*(func.sum(column) for column in due)).where(RebateStatement.version_id == version.id)
        assert any(demo.execute(earned).one()), version.policy.code
    kinds = Counter(demo.scalars(select(LedgerPosting.kind)))
    assert kinds[PostingKind.TRUE_UP] == 1
    assert kinds[PostingKind.CLAW_BACK] >= 1
    assert faults(demo()) == []
    (dispute,) = demo.scalars(select(RebateDispute)).all()
    assert dispute.status is DisputeStatus.ANSWERED
    (saved,) = demo.scalars(select(SavedWhatIf)).all()
    assert saved.result["winners"] > saved.result["losers"] > 0
    refusals = Counter(demo.scalars(select(RebateStatement.refusal)))
    assert refusals["not_acknowledged"] > 0


def test_the_demonstration(demo):
    """Loaded once: it takes some seconds."""
    check_the_province_as_planned(demo)
    check_the_year_of_the_dealer_in_guangxi(demo)
    check_applications_in_every_state(demo)
    check_every_life_follows_the_moves(demo)
    check_targets_and_quotas(demo)
    check_rebates_of_twelve_months(demo)
    check_people_of_every_role_in_both_languages_and_a_whole_audit(demo)
