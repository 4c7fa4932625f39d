"""Tables of the rebates room."""

from portal.rebates import ledger_triggers  # noqa: F401 - it listens for the tables
from portal.rebates.models.ledger import LedgerEntry, LedgerPosting
from portal.rebates.models.passthrough import PassThroughGrant, SubsidyNotice
from portal.rebates.models.points import PaymentReceived, PointsRedemption
from portal.rebates.models.policies import PolicyAddressee, PolicyEvent, PolicyVersion, RebatePolicy, SavedWhatIf
from portal.rebates.models.settlement import Payout, RebateDispute, RebateStatement, RunEvent, SettlementRun

__all__ = [
    "LedgerEntry",
    "LedgerPosting",
    "PassThroughGrant",
    "PaymentReceived",
    "Payout",
    "PointsRedemption",
    "PolicyAddressee",
    "PolicyEvent",
    "PolicyVersion",
    "RebateDispute",
    "RebatePolicy",
    "RebateStatement",
    "RunEvent",
    "SavedWhatIf",
    "SettlementRun",
    "SubsidyNotice",
]
