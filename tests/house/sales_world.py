"""A tenant's papers in sales: a report with everything that hangs on it, an amendment, its roll-up."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.network.models import Distributor, Outlet
from portal.periods import month_of, next_month, previous_month
from portal.products.models import ProductModel, ProductSeries
from portal.sales.models import (
    Amendment,
    AmendmentLine,
    MonthlyReport,
    ReportEvent,
    ReportFile,
    ReportingPeriod,
    ReportLine,
    ReportQuestion,
    SalesDetail,
    SalesRollup,
)
from portal.sales.rules.words import PeriodStatus, ReportStatus
from portal.storage import Storage
from tests.factories import save

# The month that is being reported, and the one before.
MONTH = previous_month(month_of(clock.today()))
CLOSED = previous_month(MONTH)
SINCE = date(2020, 1, 1)


def add_sales(app: Flask, marker: str, distributor: Distributor, outlet: Outlet, picture: bytes) -> dict[str, int]:
    """Ids by the name of the URL's argument; `evidence_id` is the file of the report."""
    model = _model()
    report = _report(marker, distributor, MONTH, ReportStatus.RETURNED)
    _lines(marker, report, outlet, model)
    question = save(
        ReportQuestion(
            report_id=report.id,
            distributor_id=distributor.id,
            key=f"stock_equation:{outlet.id}:{model.id}",
            check="stock_equation",
            outlet_id=outlet.id,
            model_id=model.id,
            facts={"expected": 4, "stated": 5, "difference": 1},
            answer=f"{marker} answer",
            created_at=clock.now(),
        )
    )
    kept = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(picture), f"{marker}.png", {"png"})
    file = save(
        ReportFile(
            report_id=report.id,
            distributor_id=distributor.id,
            storage_id=kept.storage_id,
            original_name=f"{marker}.png",
            content_type=kept.content_type,
            size=kept.size_bytes,
            sha256=kept.sha256,
            created_at=clock.now(),
        )
    )
    return {
        "report_id": report.id,
        "question_id": question.id,
        "evidence_id": file.id,
        "amendment_id": _amendment(marker, distributor, outlet, model).id,
    }


def _model() -> ProductModel:
    """The one model that all tenants sell, and the months that all report of."""
    found = db.session.scalar(select(ProductModel).where(ProductModel.code == "HOUSE"))
    if found is not None:
        return found
    for month, status in ((MONTH, PeriodStatus.OPEN), (CLOSED, PeriodStatus.LOCKED)):
        save(ReportingPeriod(month=month, due_on=next_month(MONTH), status=status))
    series = save(ProductSeries(code="HOUSE", name_zh="系列", name_en="Series", active_from=SINCE))
    return save(ProductModel(code="HOUSE", name_zh="车型", name_en="Model", active_from=SINCE, series_id=series.id))


def _report(marker: str, distributor: Distributor, month: date, status: ReportStatus) -> MonthlyReport:
    report = save(
        MonthlyReport(
            distributor_id=distributor.id,
            month=month,
            status=ReportStatus.DRAFT,
            revision=1,
            reporter=f"{marker} reporter",
            note=f"{marker} note",
            returned_reason=f"{marker} returned",
            first_submitted_at=clock.now(),
            submitted_at=clock.now(),
            created_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    if month == MONTH:
        report.status = status
    event: dict[str, Any] = {
        "from_status": ReportStatus.SUBMITTED,
        "to_status": status,
        "actor_name": f"{marker} actor",
    }
    save(
        ReportEvent(
            report_id=report.id,
            distributor_id=distributor.id,
            action="return",
            reason=f"{marker} reason",
            happened_at=clock.now(),
            **event,
        )
    )
    return report


def _lines(marker: str, report: MonthlyReport, outlet: Outlet, model: ProductModel) -> None:
    for outlet_id in (None, outlet.id):
        place = {"outlet_id": outlet_id, "model_id": model.id}
        owner = {"month": report.month, "distributor_id": report.distributor_id}
        figures = {"sell_in": 10, "retail": 6, "closing_stock": 4}
        save(ReportLine(report_id=report.id, reason=f"{marker} line", **place, **owner, **figures))
        save(SalesRollup(**place, **owner, **figures))
        serial = f"{marker}-{outlet_id or 0}"
        save(SalesDetail(report_id=report.id, sold_on=report.month, serial=serial, **place, **owner))


def _amendment(marker: str, distributor: Distributor, outlet: Outlet, model: ProductModel) -> Amendment:
    report = _report(marker, distributor, CLOSED, ReportStatus.DRAFT)
    amendment = save(
        Amendment(
            report_id=report.id,
            distributor_id=distributor.id,
            month=CLOSED,
            number=1,
            reason=f"{marker} amends",
            proposed_by_id=1,
            proposed_by_name=f"{marker} proposer",
            proposed_at=clock.now(),
        )
    )
    save(
        AmendmentLine(
            amendment_id=amendment.id,
            month=CLOSED,
            distributor_id=distributor.id,
            outlet_id=outlet.id,
            model_id=model.id,
            differences={"retail": 1},
        )
    )
    return amendment
