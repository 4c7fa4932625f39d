"""What tests of pages need: the month that is being reported by the real clock, forms as a browser sends them."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.periods import format_month, month_of, previous_month
from portal.sales.models import MonthlyReport, ReportingPeriod
from portal.sales.queries.lines import facts_of_lines
from portal.sales.rules.stock import LineFacts, Place
from portal.sales.services.periods import lock_period, open_period

# Requests run by the real clock.
LAST = previous_month(month_of(clock.today()))
BEFORE = previous_month(LAST)
LAST_KEY = format_month(LAST)


def text_of(answer: Any) -> str:
    """The body, closed."""
    text = str(answer.get_data(as_text=True))
    answer.close()
    return text


def report_of(report_id: int) -> MonthlyReport:
    """The report as it is in the books now."""
    db.session.expire_all()
    return db.session.scalars(select(MonthlyReport).where(MonthlyReport.id == report_id)).one()


def line_at(report_id: int, place: Place) -> LineFacts:
    """One of its lines."""
    return {facts.place: facts for facts in facts_of_lines(db.session(), report_of(report_id)).values()}[place]


def fields_of(html: str, start: str = "line-") -> dict[str, str]:
    """The inputs of a page by name, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'\sname="([^"]+)"', tag), re.search(r'\svalue="([^"]*)"', tag)
        if (name and name[1].startswith(start)) or (name and name[1] in ("version", "key")):
            found[name[1]] = value[1] if value else ""
    return found


def begin(client: FlaskClient, code: str, month: Any = LAST) -> int:
    """The report of the month, begun by its distributor."""
    answer = client.post("/reports/open", data={"distributor": code, "month": format_month(month)})
    assert answer.status_code == 302, answer.status_code
    return int(answer.headers["Location"].split("/")[2])


def locked(month: Any, actor: Any) -> ReportingPeriod:
    """The month, locked."""
    period = open_period(db.session(), month)
    lock_period(db.session(), period, actor=actor, version=period.version)
    db.session.commit()
    return period
