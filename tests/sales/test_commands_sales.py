"""`flask sales rebuild`, `remind`, `periods`."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from portal.audit.models import AuditEntry
from portal.periods import format_month
from portal.sales.models import SalesRollup
from tests.sales.reporting import MONTH, hand_in


@pytest.fixture
def run(app, session):
    def call(*words):
        session.commit()
        return app.test_cli_runner().invoke(args=["sales", *words])

    return call


def spoil(session, statement):
    session.execute(text(statement))
    session.commit()


SPOILT = {
    "a figure": "UPDATE sales_rollups SET retail = retail + 1 WHERE retail = 6",
    "a place": "DELETE FROM sales_rollups WHERE retail = 6",
    "everything": "DELETE FROM sales_rollups",
    "a month of its own": "UPDATE sales_rollups SET month = '2025-01-01' WHERE retail = 6",
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_check_finds_what_is_unequal_and_a_rebuild_mends_it(session, dealer, run, spoilt):
    hand_in(dealer)
    assert run("rebuild", "--check").exit_code == 0
    spoil(session, SPOILT[spoilt])
    result = run("rebuild", "--check")
    assert result.exit_code == 1
    assert f"distributor {dealer.distributor.id}" in result.output
    assert run("rebuild").exit_code == 0
    result = run("rebuild", "--check", "--month", format_month(MONTH))
    assert (result.exit_code, result.output) == (0, "every roll-up is equal to what it sums\n")
    assert run("rebuild", "--check").exit_code == 0


def test_a_rebuild_is_put_down(session, dealer, run):
    hand_in(dealer)
    run("rebuild", "--month", "2026-09")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.object_label, entry.actor_name) == ("rebuild", "2026-09", "flask sales rebuild")


def test_an_empty_house(run):
    assert run("rebuild").output == "0 months summed anew\n"
    assert run("rebuild", "--check").exit_code == 0


def test_what_is_no_month(run):
    result = run("rebuild", "--month", "2026-13")
    assert result.exit_code == 2
    assert "2026-10" in result.output


def test_the_calendar_of_a_year(session, run):
    result = run("periods", "--year", "2027")
    assert result.output.splitlines()[0] == "2027-01  due 2027-02-05  open"
    assert len(result.output.splitlines()) == 12


def test_reminders_by_hand(session, dealer, run):
    assert run("remind").output == "0 notices\n"
    assert session.scalars(select(SalesRollup)).all() == []
