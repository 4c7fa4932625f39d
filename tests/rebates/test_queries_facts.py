"""Facts are what the books say, read set by set: never a statement for each party, the same for dealer and house."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from portal.db import db
from portal.network.rules import StoreClass
from portal.products.models import GroupMember, ProductGroup
from portal.rebates.queries.facts import facts_of
from portal.rebates.rules import document as documents
from portal.rebates.rules.facts import parse
from portal.rebates.rules.settling import span_of
from portal.rebates.rules.words import Period
from portal.rebates.rules.written import facts_as_dict, months_of_ref
from portal.rebates.signals import violations_asked
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.rules.words import ReportStatus, SaleType
from portal.scope import EVERYTHING, Scope, ScopeKind, bind_scope
from portal.targets.models import Quota, TargetPlan
from portal.targets.rules.words import PlanStatus
from tests.factories import make_outlet, save
from tests.rebates.settling import MONTH, document, in_force, lock_months, sell

SPAN = span_of(Period.MONTH, MONTH)


def term(**values):
    return document()["terms"][0] | values


def facts(session, written, span=SPAN, **values):
    return {
        each.outlet_id or each.distributor_id: each.facts
        for each in facts_of(session(), documents.parse(written), span, **values)
    }


@contextmanager
def statements():
    found: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_the_parties(session, office, dealer):
    counts = []
    for more in (0, 30):
        for _ in range(more):
            sell(dealer, MONTH, 9, outlet=make_outlet(dealer.distributor, area=dealer.area))
        session.flush()
        with statements() as found:
            assert len(facts(session, document())) == 2 + more
        counts.append(len(found))
    assert counts[0] == counts[1] <= 4
    with statements() as found:
        assert len(facts(session, document(), size=10)) == 32
    assert len(found) <= 10


def test_units_are_sold_less_returned_and_amounts_the_manufacturers(session, dealer):
    row = sell(dealer, MONTH, 9, outlet=dealer.outlets[0], fen=700)
    row.returns_in = 2
    sell(dealer, MONTH, 0, outlet=dealer.outlets[1], fen=0)
    found = facts(session, document())
    (line,) = found[dealer.outlets[0].id].lines
    assert (line.units, line.amount_fen, line.ref) == (7, 700, f"2026-09/{dealer.models[0].code}")
    assert found[dealer.outlets[1].id].lines == ()


def test_a_distributor_is_its_store_and_its_outlets(session, dealer):
    for place in (None, *dealer.outlets):
        sell(dealer, MONTH, 3, outlet=place)
    found = facts(session, document(party="distributor"))
    assert found[dealer.distributor.id].lines[0].units == 9


def detail(dealer, report, day, sale_type=SaleType.RETAIL, units=1):
    outlet, model = dealer.outlets[0], dealer.models[0]
    save(
        SalesDetail(
            report_id=report.id, month=MONTH, distributor_id=dealer.distributor.id, outlet_id=outlet.id,
            model_id=model.id, sold_on=date(2026, 9, day), units=units, amount_fen=100 * units, sale_type=sale_type,
        )
    )  # fmt: skip


@pytest.fixture
def report(session, dealer):
    at = datetime(2026, 10, 3, tzinfo=UTC)
    values = {"status": ReportStatus.ACCEPTED, "first_submitted_at": at, "created_at": at, "updated_at": at}
    return save(MonthlyReport(distributor_id=dealer.distributor.id, month=MONTH, **values))


def test_sale_types_and_days_in_the_middle_come_from_the_sales_one_by_one(session, dealer, report):
    for day in (5, 14, 15, 16):
        detail(dealer, report, day)
    detail(dealer, report, 20, SaleType.KEY_ACCOUNT, units=3)
    detail(dealer, report, 21, units=-1)
    outlet, code = dealer.outlets[0].id, dealer.models[0].code
    typed = facts(session, document(terms=[term(lines={"sale_types": ["retail"]})]))[outlet]
    assert [(line.sale_type, line.units, line.ref) for line in typed.lines] == [
        ("key_account", 3, f"2026-09/{code}/key_account"),
        ("retail", 3, f"2026-09/{code}/retail"),
    ]
    late = facts(session, document(effective={"from": "2026-09-15", "to": "2026-12-31"}))[outlet]
    assert [(line.units, line.amount_fen) for line in late.lines] == [(4, 400)]
    report.status = ReportStatus.RETURNED
    session.flush()
    assert facts(session, document(effective={"from": "2026-09-15", "to": "2026-12-31"}))[outlet].lines == ()


def test_reports_quotas_groups_and_files_are_asked_where_a_policy_needs_them(session, office, dealer, report):
    lock_months(MONTH)
    outlet, model = dealer.outlets[0], dealer.models[0]
    outlet.store_class = StoreClass.B
    group = save(ProductGroup(code="sedans", name_zh="轿车"))
    save(GroupMember(group_id=group.id, model_id=model.id, valid_from=date(2020, 1, 1)))
    plan = save(
        TargetPlan(
            year=2026, first_month=date(2026, 1, 1), total_qty=10, valid_from=date(2026, 1, 1),
            status=PlanStatus.PUBLISHED, created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    save(
        Quota(
            plan_id=plan.id, distributor_id=dealer.distributor.id, outlet_id=outlet.id, model_id=model.id,
            month=MONTH, units=10, valid_from=date(2026, 1, 1),
        )
    )  # fmt: skip
    sell(dealer, MONTH, 9, outlet=outlet)
    when = [
        {"fact": "report_on_time", "op": "==", "value": "1"},
        {"fact": "party:store_class", "op": "==", "value": "B"},
    ]
    written = document(
        terms=[term(tier_on="attainment", tiers=[{"from": "0.8", "rate": "1"}], lines={"tags": ["sedans"]}, when=when)]
    )
    found = facts(session, written)[outlet.id]
    assert (dict(found.quota), found.report_on_time, found.party_facts) == (
        {model.code: 10},
        True,
        {"store_class": "B"},
    )
    assert found.lines[0].tags == ("sedans",)
    report.first_submitted_at = datetime(2026, 10, 5, 17, tzinfo=UTC)  # the 6th in Shanghai
    session.flush()
    assert facts(session, written)[outlet.id].report_on_time is False
    bare = facts(session, document())[outlet.id]
    assert (bare.quota, bare.report_on_time, bare.party_facts) == ({}, None, {})


def test_other_rooms_answer_for_violations(session, dealer):
    """Activities are those of the field work room: tests/visits/test_rebate_facts.py."""
    outlet = dealer.outlets[0].id

    def cases(_kind, *, session, first, last, ids):
        assert (first, last) == (MONTH, date(2026, 9, 30))
        assert outlet in ids
        return {outlet: 2}

    when = [{"fact": "confirmed_violations", "op": "<=", "value": "3"}]
    with violations_asked.connected_to(cases):
        found = facts(session, document(terms=[term(when=when)]))
    assert (found[outlet].confirmed_violations, found[dealer.outlets[1].id].confirmed_violations) == (2, 0)


def test_the_dealer_reads_the_same_facts_as_the_house_and_only_its_own(session, office, dealer):
    version = in_force(office, document(terms=[term(when=[{"fact": "report_on_time", "op": "==", "value": "1"}])]))
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    house = facts(session, version.document, version=version)
    session.commit()
    bind_scope(session(), Scope(ScopeKind.OUTLET, frozenset({dealer.outlets[0].id})))
    own = facts(session, version.document, version=version)
    bind_scope(session(), EVERYTHING)
    assert own == {dealer.outlets[0].id: house[dealer.outlets[0].id]}
    assert own[dealer.outlets[0].id].report_on_time is False


def test_facts_are_written_as_the_language_reads_them(session, office, dealer):
    sell(dealer, date(2026, 8, 1), 4, outlet=dealer.outlets[0])
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    sell(dealer, date(2025, 9, 1), 5, outlet=dealer.outlets[0])
    sell(dealer, date(2025, 8, 1), 6, outlet=dealer.outlets[0])
    growth = term(tier_on="growth", no_baseline="skip", window="year_to_date")
    found = facts(session, document(terms=[growth]))[dealer.outlets[0].id]
    assert parse(facts_as_dict(found)) == found
    assert found.baseline_units == 11, "of the year so far, as the window"
    assert months_of_ref(found.year_to_date[0].ref) == (date(2026, 1, 1), date(2026, 8, 31), dealer.models[0].code)
    assert months_of_ref("2026-09/F3/retail") == (MONTH, date(2026, 9, 30), "F3")


def test_outside_its_days_a_policy_has_no_facts(session, dealer):
    assert facts(session, document(effective={"from": "2026-10-01", "to": "2026-12-31"})) == {}
