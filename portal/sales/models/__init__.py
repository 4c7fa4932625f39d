"""Tables of the sales room."""

from portal.sales import lock_triggers  # noqa: F401 - it listens for the tables
from portal.sales.models.batches import SalesBatch, SalesFinding, StagedDetail, StagedLine
from portal.sales.models.periods import PeriodEvent, PeriodReopening, ReportingPeriod
from portal.sales.models.reports import (
    Amendment,
    AmendmentLine,
    MonthlyReport,
    ReportEvent,
    ReportFile,
    ReportLine,
    ReportQuestion,
    SalesDetail,
)
from portal.sales.models.rollups import SalesRollup

__all__ = [
    "Amendment",
    "AmendmentLine",
    "MonthlyReport",
    "PeriodEvent",
    "PeriodReopening",
    "ReportEvent",
    "ReportFile",
    "ReportLine",
    "ReportQuestion",
    "ReportingPeriod",
    "SalesBatch",
    "SalesDetail",
    "SalesFinding",
    "SalesRollup",
    "StagedDetail",
    "StagedLine",
]
