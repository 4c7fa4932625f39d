"""The database itself refuses to change a closed month, also from a statement that knows nothing of services."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.sales.lock_triggers import MESSAGE, create_lock_triggers, drop_lock_triggers
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.rules.words import PeriodStatus
from portal.sales.services.periods import open_period
from tests.factories import make_distributor, save
from tests.sales.reporting import MONTH, accept, hand_in

WRITES = {
    "insert line": "INSERT INTO report_lines (report_id, month, distributor_id, outlet_id, model_id, opening_stock, "
    "sell_in, transfers_in, transfers_out, in_transit, sell_through, retail, returns_in, returns_out, closing_stock, "
    "aged_stock, amount_fen, reason) SELECT report_id, month, distributor_id, outlet_id, :other_model, 0, 1, 0, 0, 0, "
    "0, 0, 0, 0, 1, 0, 0, '' FROM report_lines WHERE id = :line",
    "update line": "UPDATE report_lines SET retail = retail + 1 WHERE id = :line",
    "move line into the month": "UPDATE report_lines SET month = :month WHERE id = :line",
    "move line out of the month": "UPDATE report_lines SET month = :free WHERE id = :line",
    "delete line": "DELETE FROM report_lines WHERE id = :line",
    "update detail": "UPDATE sales_details SET units = 9 WHERE id = :detail",
    "insert detail": "INSERT INTO sales_details (report_id, month, distributor_id, model_id, sold_on, units, "
    "amount_fen, serial, sale_type, campaign) SELECT report_id, month, distributor_id, model_id, sold_on, 1, 0, 'X', "
    "sale_type, '' FROM sales_details WHERE id = :detail",
    "delete detail": "DELETE FROM sales_details WHERE id = :detail",
    "move report": "UPDATE monthly_reports SET status = 'returned' WHERE id = :report",
    "insert submitted report": "INSERT INTO monthly_reports (distributor_id, month, status, revision, currency, "
    "reporter, phone, note, submission_sha256, returned_reason, created_at, updated_at, version) SELECT :other, month, "
    "'submitted', 1, 'CNY', '', '', '', '', '', created_at, updated_at, 1 FROM monthly_reports WHERE id = :report",
}
ALLOWED = {
    "note on the report": "UPDATE monthly_reports SET note = 'x' WHERE id = :report",
    "insert draft": WRITES["insert submitted report"].replace("'submitted'", "'draft'"),
    "roll-up": "UPDATE sales_rollups SET retail = retail + 1 WHERE month = :month",
}


@pytest.fixture
def ids(session, dealer):
    report = accept(hand_in(dealer), dealer)
    line = report.lines[0]
    period = open_period(session(), MONTH)
    session.flush()
    detail = save(
        SalesDetail(
            report_id=report.id,
            month=MONTH,
            distributor_id=report.distributor_id,
            outlet_id=line.outlet_id,
            model_id=line.model_id,
            sold_on=MONTH,
        )
    )
    other = make_distributor()
    # A model that no line of the first outlet has yet: all are prefilled, so the line's own is freed.
    session.execute(text("DELETE FROM report_lines WHERE id = :line"), {"line": report.lines[1].id})
    found = {"line": line.id, "detail": detail.id, "report": report.id, "other": other.id, "other_model": None}
    found |= {"month": MONTH, "free": date(2027, 1, 1), "period": period.id}
    found["other_model"] = dealer.models[1].id
    session.commit()
    return found


def close(session, ids, status):
    session.execute(
        text("UPDATE reporting_periods SET status = :status WHERE id = :period"), {**ids, "status": status.value}
    )
    session.commit()


def run(session, statement, ids):
    names = {name: value for name, value in ids.items() if f":{name}" in statement}
    if session.get_bind().dialect.name == "sqlite":
        names = {name: str(value) if isinstance(value, date) else value for name, value in names.items()}
    return session.execute(text(statement), names).rowcount


@pytest.mark.parametrize("status", [PeriodStatus.LOCKED, PeriodStatus.SETTLED])
@pytest.mark.parametrize("write", WRITES)
def test_a_closed_month_refuses_every_write(session, ids, write, status):
    close(session, ids, status)
    with pytest.raises(DBAPIError, match=MESSAGE):
        run(session, WRITES[write], ids)
    session.rollback()


@pytest.mark.parametrize("write", WRITES)
def test_an_open_month_takes_it(session, ids, write):
    assert run(session, WRITES[write], ids) == 1
    session.rollback()


@pytest.mark.parametrize("write", ALLOWED)
def test_what_stays_possible_in_a_closed_month(session, ids, write):
    close(session, ids, PeriodStatus.LOCKED)
    assert run(session, ALLOWED[write], ids) >= 1
    session.rollback()


def test_a_reopened_month_is_writable_again(session, ids):
    close(session, ids, PeriodStatus.LOCKED)
    close(session, ids, PeriodStatus.OPEN)
    assert run(session, WRITES["update line"], ids) == 1
    session.rollback()


def test_they_can_be_dropped_and_made_again(session, ids):
    dialect = session.get_bind().dialect.name
    close(session, ids, PeriodStatus.LOCKED)
    for statement in drop_lock_triggers(dialect):
        session.execute(text(statement))
    assert run(session, WRITES["update line"], ids) == 1
    for statement in create_lock_triggers(dialect):
        session.connection().exec_driver_sql(statement)
    with pytest.raises(DBAPIError, match=MESSAGE):
        run(session, WRITES["update line"], ids)
    session.rollback()


def test_an_empty_draft_may_be_made_late(session, ids):
    close(session, ids, PeriodStatus.SETTLED)
    now = session.get(MonthlyReport, ids["report"]).created_at
    save(MonthlyReport(distributor_id=ids["other"], month=MONTH, created_at=now, updated_at=now))
