"""`flask rebates settle` and `ledger`: a draft for people to go on with, and the proof that nothing was lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.db import db
from portal.rebates.models import RebateStatement, SettlementRun
from portal.rebates.rules.life import RunStatus
from portal.scope import EVERYTHING, bind_scope
from tests.rebates.settling import MONTH, document, in_force, sell, settle


def run(app, *words):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["rebates", *words])
    bind_scope(db.session(), EVERYTHING)
    return result


@pytest.mark.usefixtures("locked")
def test_settle_makes_a_draft_and_calculates_it_again(app, session, office, dealer):
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    for _ in range(2):
        result = run(app, "settle", "--month", "2026-09")
        assert result.output == "2026-09 #1: 2 statements, due ¥9,000.00\n"
    row = db.session.scalars(select(SettlementRun)).one()
    assert (row.status, row.calculation, row.calculated_by_id) == (RunStatus.DRAFT, 2, None)


def test_settle_says_why_not(app, session, office, dealer):
    result = run(app, "settle", "--month", "2026-10")
    assert result.exit_code == 1
    assert "period_not_locked" in result.output
    assert run(app, "settle", "--month", "October").exit_code == 2


@pytest.mark.usefixtures("locked")
def test_the_ledger_is_shown_and_checked(app, session, office, dealer):
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    settle(office)
    assert run(app, "ledger", "--check").exit_code == 0
    assert "cash    expense" in run(app, "ledger").output
    db.session.execute(update(RebateStatement).values(due_fen=1).execution_options(synchronize_session=False))
    broken = run(app, "ledger", "--check")
    assert broken.exit_code == 1
    assert "are accrued" in broken.output
