"""Plans become quotas once; what changes later is a row of its own, by date."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.periods import months_of_year
from portal.sales.models import ReportingPeriod, SalesRollup
from portal.sales.rules.words import PeriodStatus
from portal.scope import EVERYTHING, Scope, ScopeKind, bind_scope
from portal.targets.models import Quota, TargetPlan
from portal.targets.queries import quota_of, units_by_distributor, units_by_party
from portal.targets.queries.hierarchy import read_hierarchy
from portal.targets.queries.plans import split_plan, stored_split
from portal.targets.rules.cascade import Settings, cascade, leaves, mismatches
from portal.targets.rules.season import SeasonProfile, parse_season
from portal.targets.rules.words import Basis
from portal.targets.services.plans import (
    change_plan,
    create_plan,
    discard_plan,
    publish_plan,
    revise_plan,
    set_season,
    set_shares,
)
from portal.targets.services.quotas import agree, amend_quota

MAY, OCTOBER, DECEMBER = date(2026, 5, 1), date(2026, 10, 1), date(2026, 12, 1)


def test_publishing_writes_every_unit(network):
    plan = network.published(1_200, season="3-5:480")
    total = db.session.scalar(select(func.sum(Quota.units)))
    assert total == 1_200
    season = select(func.sum(Quota.units)).where(Quota.month.between(date(2026, 3, 1), MAY))
    assert db.session.scalar(season) == 480
    split = stored_split(db.session(), plan)
    assert list(mismatches(split)) == []
    assert split.units == split_plan(db.session(), plan).units
    assert db.session.scalar(select(AuditEntry.action).where(AuditEntry.action == "publish")) is None
    db.session.commit()
    assert db.session.scalar(select(AuditEntry.action).where(AuditEntry.action == "publish"))


def test_ten_a_month_are_six_f3_and_four_f6(network):
    """120 a year for one outlet: what is outside the areas gets all, and keeps nothing at the own store."""
    plan = network.draft(120, own_share_bp=0)
    set_shares(db.session(), plan, "", {"area:none": 10_000}, version=plan.version)
    publish_plan(db.session(), plan, actor=network.sales, version=plan.version)
    f3, f6, third = network.models["F3"].id, network.models["F6"].id, network.outlets[2].id
    for month in months_of_year(2026):
        assert quota_of(db.session(), None, None, month) == {(third, f3): 6, (third, f6): 4}


def test_an_outlet_gets_quotas_for_its_whole_months(network):
    network.published()
    second = network.outlets[1].id
    months = db.session.scalars(select(Quota.month).where(Quota.outlet_id == second).distinct()).all()
    assert min(months) == date(2026, 7, 1)


def test_what_other_rooms_read(network):
    network.published()
    f3 = network.models["F3"].id
    one = quota_of(db.session(), [network.outlets[0].id], [f3], MAY)
    assert list(one) == [(network.outlets[0].id, f3)]
    parties = units_by_party(db.session(), MAY, MAY)
    assert set(parties) == {
        (network.first.id, None), (network.first.id, network.outlets[0].id),
        (network.second.id, None), (network.second.id, network.outlets[2].id),
    }  # fmt: skip
    owners = units_by_distributor(db.session(), MAY, MAY)
    assert sum(owners[network.first.id].values()) == sum(
        sum(models.values()) for (owner, _outlet), models in parties.items() if owner == network.first.id
    )
    assert sum(sum(models.values()) for models in owners.values()) == 100


def amend(network, **values):
    facts = {
        "first_month": date(2026, 9, 1), "last_month": DECEMBER, "units": 40, "valid_from": date(2026, 8, 20),
        "reason": "new road", "actor": network.sales,
    } | values  # fmt: skip
    return amend_quota(db.session(), network.first, network.outlets[0], network.models["F6"], **facts)


def test_an_amendment_is_new_rows_and_the_old_ones_stay_to_be_read(network):
    network.published()
    outlet, f6 = network.outlets[0].id, network.models["F6"].id
    before = quota_of(db.session(), [outlet], [f6], OCTOBER)[outlet, f6]
    amend(network)
    assert quota_of(db.session(), [outlet], [f6], OCTOBER)[outlet, f6] == 40
    assert quota_of(db.session(), [outlet], [f6], OCTOBER, on=date(2026, 8, 19))[outlet, f6] == before
    assert quota_of(db.session(), [outlet], [f6], OCTOBER, on=date(2026, 8, 20))[outlet, f6] == 40
    assert quota_of(db.session(), [outlet], [f6], MAY)[outlet, f6] != 40
    rows = db.session.scalars(
        select(Quota).where(Quota.outlet_id == outlet, Quota.model_id == f6, Quota.month == OCTOBER)
    )
    assert sorted((row.valid_from, row.valid_to) for row in rows.all() if row.valid_to) == [
        (date(2026, 1, 1), date(2026, 8, 19))
    ]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"last_month": date(2026, 8, 1)}, "months_reversed"),
        ({"last_month": date(2027, 1, 1)}, "months_of_two_years"),
        ({"units": -1}, "units_out_of_range"),
        ({"reason": " "}, "reason_missing"),
        ({"valid_from": date(2025, 12, 31)}, "valid_from_before_last"),
        ({"first_month": date(2028, 1, 1), "last_month": date(2028, 1, 1)}, "no_plan"),
    ],
)
def test_amendments_that_cannot_be(network, values, fault):
    network.published()
    with pytest.raises(InvalidInput, match=fault):
        amend(network, **values)


def test_a_locked_month_keeps_its_quotas(network):
    network.published()
    for month in (OCTOBER, DECEMBER):
        status = PeriodStatus.LOCKED if month == OCTOBER else PeriodStatus.OPEN
        db.session.add(ReportingPeriod(month=month, due_on=month, status=status))
    db.session.flush()
    with pytest.raises(InvalidInput, match="month_closed"):
        amend(network)
    amend(network, first_month=DECEMBER)


def test_a_row_that_was_replaced_meanwhile_is_not_amended(network):
    network.published()
    wanted = select(Quota.id).where(
        Quota.outlet_id == network.outlets[0].id,
        Quota.model_id == network.models["F6"].id,
        Quota.month == date(2026, 9, 1),
    )
    seen = db.session.scalar(wanted)
    amend(network, seen_id=seen)
    with pytest.raises(StaleVersion):
        amend(network, seen_id=seen, units=50)


def test_a_quota_for_what_had_none(network):
    network.published()
    amend_quota(
        db.session(), network.first, None, network.models["F9"], first_month=OCTOBER, last_month=OCTOBER, units=3,
        valid_from=OCTOBER, reason="new model", actor=network.sales,
    )  # fmt: skip
    own = units_by_party(db.session(), OCTOBER, OCTOBER)[network.first.id, None]
    assert own[network.models["F9"].id] == 3


def test_agreements_carry_their_day(network):
    plan = network.published()
    number = agree(db.session(), plan, network.first, agreed_on=date(2026, 1, 8))
    assert number == db.session.scalar(select(func.count()).where(Quota.agreed_on.is_not(None)))
    assert agree(db.session(), plan, network.first, agreed_on=date(2026, 1, 9)) == 0
    assert agree(db.session(), plan, network.second, agreed_on=date(2026, 1, 9), outlet=network.outlets[2]) > 0
    with pytest.raises(InvalidInput, match="agreed_in_future"):
        agree(db.session(), plan, network.first, agreed_on=date(2099, 1, 1))


def test_a_published_plan_stays_as_it_is(network):
    plan = network.published()
    for verb in (
        lambda: change_plan(db.session(), plan, version=plan.version, total_qty=1),
        lambda: set_season(db.session(), plan, SeasonProfile(), version=plan.version),
        lambda: set_shares(db.session(), plan, "", {}, version=plan.version),
        lambda: discard_plan(db.session(), plan, version=plan.version),
        lambda: publish_plan(db.session(), plan, actor=network.sales, version=plan.version),
    ):
        with pytest.raises(InvalidInput, match="plan_published"):
            verb()


def test_a_revision_replaces_the_months_from_its_own_on(network):
    plan = network.published()
    with clock.held(clock.now().replace(year=2026, month=6, day=10)):
        revision = revise_plan(db.session(), plan, actor=network.sales, today=clock.today())
    assert (revision.revision, revision.first_month, revision.total_qty) == (2, date(2026, 7, 1), 600)
    change_plan(db.session(), revision, version=revision.version, total_qty=900)
    publish_plan(db.session(), revision, actor=network.sales, version=revision.version)
    in_force = select(func.sum(Quota.units)).where(Quota.valid_to.is_(None))
    assert db.session.scalar(in_force) == 600 + 900
    assert sum(sum(m.values()) for m in units_by_party(db.session(), OCTOBER, OCTOBER).values()) == 150
    older = units_by_party(db.session(), OCTOBER, OCTOBER, on=date(2026, 6, 30))
    assert sum(sum(models.values()) for models in older.values()) == 100


def test_a_plan_does_not_begin_before_what_is_in_force(network):
    network.published()
    late = network.draft(100, first_month=date(2026, 7, 1), valid_from=date(2025, 12, 1))
    with pytest.raises(InvalidInput, match="valid_from_before_last"):
        publish_plan(db.session(), late, actor=network.sales, version=late.version)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"year": 1999}, "year_unlikely"),
        ({"total_qty": -1}, "total_negative"),
        ({"first_month": date(2025, 1, 1)}, "first_month_outside"),
        ({"own_share_bp": 10_001}, "share_out_of_range"),
        ({"step_qty": 0}, "step_out_of_range"),
    ],
)
def test_drafts_that_cannot_be(network, facts, fault):
    with pytest.raises(InvalidInput, match=fault):
        create_plan(db.session(), **{"year": 2026, "total_qty": 10, "actor": network.sales} | facts)


def test_judged_shares_and_their_faults(network):
    plan = network.draft()
    area = f"area:{network.area.id}"
    set_shares(db.session(), plan, "", {area: 2_500, "area:none": None}, version=plan.version)
    split = split_plan(db.session(), plan)
    assert split.find(area).total == 300
    set_shares(db.session(), plan, "", {area: None}, version=plan.version)
    assert split_plan(db.session(), plan).find(area).total != 300
    with pytest.raises(InvalidInput, match="shares_exceed"):
        set_shares(db.session(), plan, "", {area: 6_000, "area:none": 6_000}, version=plan.version)
    with pytest.raises(StaleVersion):
        set_shares(db.session(), plan, "", {area: 1}, version=plan.version - 1)


def test_a_season_that_does_not_fit_is_refused(network):
    plan = network.draft(100)
    with pytest.raises(InvalidInput, match="season_exceeds"):
        set_season(db.session(), plan, SeasonProfile(parse_season("3-5:101")), version=plan.version)


def test_nobody_to_hand_it_to(session):
    from portal.permissions import Role
    from tests.factories import make_user

    sales = make_user(Role.HO_SALES)
    plan = create_plan(session(), year=2026, total_qty=10, actor=sales)
    with pytest.raises(InvalidInput, match="nobody_there"):
        publish_plan(session(), plan, actor=sales, version=plan.version)


def sell(network, month, pairs):
    for outlet, units in pairs:
        db.session.add(
            SalesRollup(
                month=month, distributor_id=outlet.distributor_id, outlet_id=outlet.id,
                model_id=network.models["F3"].id, retail=units,
            )
        )  # fmt: skip
    db.session.flush()


def test_last_years_figures_weigh(network):
    """T1 sold three times as much as T3; T2 opened this year and is taken to be like T1."""
    sell(network, date(2025, 4, 1), [(network.outlets[0], 75), (network.outlets[2], 25)])
    node = read_hierarchy(db.session(), [MAY], Basis.LAST_YEAR, Settings())
    split = cascade([1_000], node)
    units = {path[-2]: row[0] for path, row in leaves(split) if path[-2].startswith("outlet")}
    first, third = units[f"outlet:{network.outlets[0].id}"], units[f"outlet:{network.outlets[2].id}"]
    assert abs(first - 3 * third) <= 3
    later = cascade([1_000], read_hierarchy(db.session(), [OCTOBER], Basis.LAST_YEAR, Settings()))
    again = {path[-2]: row[0] for path, row in leaves(later)}
    assert f"outlet:{network.outlets[1].id}" in again


def test_scope_of_quotas_and_plans(network):
    network.published()
    network.draft(year=2027)
    counts = {}
    for name, scope in {
        "rm": Scope(ScopeKind.AREAS, frozenset({network.area.id})),
        "dealer": Scope(ScopeKind.DISTRIBUTOR, frozenset({network.second.id})),
        "outlet": Scope(ScopeKind.OUTLET, frozenset({network.outlets[0].id})),
    }.items():
        db.session.flush()
        db.session.expire_all()
        bind_scope(db.session(), scope)
        owners = {tuple(row) for row in db.session.execute(select(Quota.distributor_id, Quota.outlet_id).distinct())}
        counts[name] = owners, db.session.scalar(select(func.count()).select_from(TargetPlan))
        bind_scope(db.session(), EVERYTHING)
    first, second, outlets = network.first.id, network.second.id, [each.id for each in network.outlets]
    assert counts["rm"] == ({(first, None), (first, outlets[0]), (first, outlets[1])}, 1)
    assert counts["dealer"] == ({(second, None), (second, outlets[2])}, 0)
    assert counts["outlet"] == ({(first, outlets[0])}, 0)


def test_the_cascade_sees_the_whole_network_whoever_asks(network):
    plan = network.draft()
    bind_scope(db.session(), Scope(ScopeKind.AREAS, frozenset({network.area.id})))
    split = split_plan(db.session(), plan)
    bind_scope(db.session(), EVERYTHING)
    assert len(split.children) == 2
