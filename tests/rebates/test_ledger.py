"""The ledger only grows, each posting sums to 0, and what does not hold together is found."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.db import db
from portal.errors import InvalidInput
from portal.rebates.errors import IdempotencyConflict
from portal.rebates.models import LedgerEntry, LedgerPosting, Payout, RebateStatement
from portal.rebates.queries.balances import balances, totals, unpaid_runs
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.ledger import Entry, entry_pair, post
from portal.scope import Scope, ScopeKind, bind_scope, scope_of_system
from tests.rebates.settling import MONTH, document, in_force, sell, settle, volume_policy


def entry(dealer, account, amount, unit=Unit.CASH):
    return Entry(dealer.distributor.id, None, MONTH, account, unit, amount)


def post_pair(session, dealer, key="k", amount=100):
    pair = entry_pair(entry(dealer, Account.EXPENSE, amount), Account.ACCRUED)
    return post(session(), key, PostingKind.ACCRUE, pair, booked_on=date(2026, 10, 3), actor=None)


def test_a_posting_sums_to_zero_and_is_made_once(session, dealer):
    posting = post_pair(session, dealer)
    assert [row.amount for row in posting.entries] == [100, -100]
    assert post_pair(session, dealer).id == posting.id
    with pytest.raises(IdempotencyConflict):
        post_pair(session, dealer, amount=101)
    assert session.scalar(select(func.count(LedgerEntry.id))) == 2
    for entries in (
        [],
        [entry(dealer, Account.EXPENSE, 1)],
        [entry(dealer, Account.EXPENSE, 1), entry(dealer, Account.ACCRUED, -1, Unit.POINTS)],
        [entry(dealer, Account.EXPENSE, 0), entry(dealer, Account.ACCRUED, 0)],
    ):
        with pytest.raises(InvalidInput):
            post(session(), "wrong", PostingKind.ACCRUE, entries, booked_on=date(2026, 10, 3), actor=None)


@pytest.mark.parametrize("table", ["rebate_postings", "rebate_entries"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_rows_are_never_changed_or_removed(session, dealer, table, verb):
    post_pair(session, dealer)
    session.commit()
    with pytest.raises(DBAPIError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text(verb.format(table)))
    for statement in (update(LedgerEntry).values(amount=1), delete(LedgerPosting)):
        with pytest.raises(DBAPIError, match="never changed"):
            session.execute(statement)
        session.rollback()


def test_the_database_itself_refuses_a_second_posting_and_an_empty_entry(session, dealer):
    posting = post_pair(session, dealer)
    session.commit()
    values = {"business_key": "k", "kind": PostingKind.ACCRUE, "booked_on": MONTH, "memo": "", "actor_name": ""}
    with pytest.raises(IntegrityError):
        session.execute(insert(LedgerPosting), [values | {"created_at": posting.created_at}])
    session.rollback()
    row = {"posting_id": posting.id, "distributor_id": dealer.distributor.id, "month": MONTH, "unit": Unit.CASH}
    with pytest.raises(IntegrityError):
        session.execute(insert(LedgerEntry), [row | {"account": Account.PAID, "amount": 0}])
    session.rollback()


def test_balances_are_conserved_and_seen_in_scope(session, office, dealer, locked):
    in_force(office, document())
    in_force(office, volume_policy(effective={"from": "2026-09-01", "to": "2026-12-31"}))
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    sell(dealer, MONTH, 10)
    run = settle(office, until="released")
    assert [each.overdue for each in unpaid_runs(session(), run.due_on)] == [0]
    assert [each.overdue for each in unpaid_runs(session(), date(2026, 11, 10))] == [-4]
    sell(dealer, MONTH, 8, outlet=dealer.outlets[0])
    rows = {row.outlet_id: row for row in balances(session())}
    assert rows[dealer.outlets[0].id].payable == 900_000
    assert rows[None].payable == 950_000, "1 % of 19 cars"
    assert all(row.is_conserved and row.open == row.earned for row in rows.values())
    assert totals(session()) == [(Unit.CASH, Account.ACCRUED, 0), (Unit.CASH, Account.EXPENSE, 1_850_000),
                                 (Unit.CASH, Account.PAYABLE, -1_850_000)]  # fmt: skip
    bind_scope(session(), Scope(ScopeKind.OUTLET, frozenset({dealer.outlets[0].id})))
    assert [row.earned for row in balances(session())] == [900_000]
    with scope_of_system(session()):
        assert faults(session()) == []


def test_each_planted_fault_is_found(session, office, dealer, locked):
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    run = settle(office)
    session.commit()
    assert faults(session()) == []

    def found(*statements):
        for statement in statements:
            session.execute(statement)
        lines = faults(session())
        session.rollback()
        return " ".join(lines)

    posting = session.scalars(select(LedgerPosting.id).where(LedgerPosting.kind == PostingKind.PAY)).one()
    side = {"posting_id": posting, "distributor_id": dealer.distributor.id, "month": MONTH, "unit": Unit.CASH}
    lonely = insert(LedgerEntry).values(side | {"account": Account.PAID, "amount": 7})
    assert "sum to 7" in found(lonely)
    assert "900000" in found(lonely), "the payout is not what is posted"
    empty = {"business_key": "x", "kind": PostingKind.PAY, "booked_on": MONTH, "created_at": run.created_at}
    assert "has no entries" in found(insert(LedgerPosting).values(empty | {"memo": "", "actor_name": ""}))
    statement = update(RebateStatement).execution_options(synchronize_session=False)
    assert "are accrued" in found(statement.values(due_fen=5))
    assert "earned 5 fen" in found(statement.values(total_fen=5))
    assert "payout" in found(update(Payout).values(amount_fen=1).execution_options(synchronize_session=False))
