"""Tables of the network."""

from portal.network.models.archive import Contact, Document, DocumentKind, LifeEvent
from portal.network.models.imports import ImportBatch, ImportFinding, ImportKind, ImportStatus
from portal.network.models.parties import Distributor, Outlet, Territory
from portal.network.models.regions import AreaRegion, Region, RegionName, RegionSuccession, SalesArea

__all__ = [
    "AreaRegion",
    "Contact",
    "Distributor",
    "Document",
    "DocumentKind",
    "ImportBatch",
    "ImportFinding",
    "ImportKind",
    "ImportStatus",
    "LifeEvent",
    "Outlet",
    "Region",
    "RegionName",
    "RegionSuccession",
    "SalesArea",
    "Territory",
]
