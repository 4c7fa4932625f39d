"""The enums and the columns of a report line, in the order in which they are shown."""

from __future__ import annotations

from enum import StrEnum


class PeriodStatus(StrEnum):
    """A business month: open → due → locked → settled. `due` follows from the calendar, the others are moved."""

    OPEN = "open"
    DUE = "due"
    LOCKED = "locked"
    SETTLED = "settled"


class ReportStatus(StrEnum):
    """draft → submitted → accepted; returned goes back to its distributor."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class AmendmentStatus(StrEnum):
    """proposed → approved or refused."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class QuestionStatus(StrEnum):
    """open → answered → settled; or settled at once, where the figures changed so that nothing is odd any more."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"


class CustomerKind(StrEnum):
    """Who bought (客户类型); no personal data."""

    PRIVATE = "private"
    COMPANY = "company"
    GOVERNMENT = "government"
    TAXI = "taxi"
    RENTAL = "rental"
    OTHER = "other"


class SaleType(StrEnum):
    """How it was sold (销售方式)."""

    RETAIL = "retail"
    KEY_ACCOUNT = "key_account"
    DEALER = "dealer"
    DEMONSTRATOR = "demonstrator"
    ONLINE = "online"


# Whole units of a report line. Returns count negative in sales: `returns_in` come back from customers and add to
# the stock, `returns_out` go back to the manufacturer and leave it.
QUANTITIES = (
    "opening_stock",
    "sell_in",
    "transfers_in",
    "transfers_out",
    "in_transit",
    "sell_through",
    "retail",
    "returns_in",
    "returns_out",
    "closing_stock",
    "counted_stock",
    "aged_stock",
)
