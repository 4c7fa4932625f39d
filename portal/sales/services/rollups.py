"""Roll-ups: summed by the database, set by set, from what was handed in.

A partition is one month of one distributor. It is thrown away and summed anew inside the transaction that changes what
it sums; a rebuild does the same for whole months. Whoever acts, the sums are made in the scope of the house.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from portal.sales.models import SalesRollup
from portal.sales.queries.sums import SUM_COLUMNS, partitions_that_differ, summed_months, sums_of
from portal.scope import scope_of_system

# One sum at a time: a number of our own, then the distributor's.
PARTITION_LOCK = 7_306_502


def resum(session: Session, month: date, distributor_id: int) -> None:
    """Sum one partition anew. Others who sum it wait until this transaction has ended."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:key, :distributor)"),
            {"key": PARTITION_LOCK, "distributor": distributor_id},
        )
    with scope_of_system(session):
        session.execute(
            delete(SalesRollup)
            .where(SalesRollup.month == month, SalesRollup.distributor_id == distributor_id)
            .execution_options(synchronize_session=False)
        )
        session.execute(insert(SalesRollup).from_select(SUM_COLUMNS, sums_of(month, distributor_id)))


def rebuild(session: Session, month: date | None = None) -> int:
    """Sum a month, or all of them, anew. Returns how many months; writers wait until the transaction has ended."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE sales_rollups IN SHARE ROW EXCLUSIVE MODE"))
    with scope_of_system(session):
        months = summed_months(session) if month is None else [month]
        for each in months:
            session.execute(
                delete(SalesRollup).where(SalesRollup.month == each).execution_options(synchronize_session=False)
            )
            session.execute(insert(SalesRollup).from_select(SUM_COLUMNS, sums_of(each)))
        return len(months)


def compare(session: Session, month: date | None = None) -> list[tuple[date, int]]:
    """Partitions (month, distributor) whose stored sums are not what they ought to be; empty where all are equal."""
    with scope_of_system(session):
        months = summed_months(session) if month is None else [month]
        return [(each, distributor) for each in months for distributor in partitions_that_differ(session, each)]


def latest_month(session: Session) -> date | None:
    """The newest month of which anything is summed, in the reader's scope."""
    return session.scalar(select(SalesRollup.month).order_by(SalesRollup.month.desc()).limit(1))
