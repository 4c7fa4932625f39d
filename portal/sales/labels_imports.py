"""Words and colours of uploads."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_pgettext

from portal.sales.models.batches import SalesBatchStatus

UPLOAD_STATUS: dict[SalesBatchStatus, Any] = {
    SalesBatchStatus.UPLOADED: lazy_pgettext("import status", "Uploaded"),
    SalesBatchStatus.CHECKING: lazy_pgettext("import status", "Checking"),
    SalesBatchStatus.CHECKED: lazy_pgettext("import status", "Checked"),
    SalesBatchStatus.IMPORTING: lazy_pgettext("import status", "Importing"),
    SalesBatchStatus.IMPORTED: lazy_pgettext("import status", "Imported"),
    SalesBatchStatus.REFUSED: lazy_pgettext("import status", "Refused"),
}
UPLOAD_STATUS_COLOUR: dict[SalesBatchStatus, str] = {
    SalesBatchStatus.UPLOADED: "grey",
    SalesBatchStatus.CHECKING: "blue",
    SalesBatchStatus.CHECKED: "teal",
    SalesBatchStatus.IMPORTING: "blue",
    SalesBatchStatus.IMPORTED: "green",
    SalesBatchStatus.REFUSED: "red",
}
