"""A tenant's file of a month: handed in, checked, with a finding that carries its marker."""

from __future__ import annotations

import io

from flask import Flask

from portal import clock
from portal.network.models import Distributor
from portal.sales.models import SalesBatch, SalesFinding
from portal.sales.models.batches import SalesBatchStatus
from portal.storage import SPREADSHEETS, Storage
from tests.factories import save
from tests.house.sales_world import MONTH


def add_upload(app: Flask, marker: str, distributor: Distributor) -> dict[str, int]:
    """Ids by the name of the URL's argument."""
    text = f"网点编码,车型,本期零售,期末库存\n{marker},F3,6,4\n".encode()
    kept = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(text), f"{marker}.csv", SPREADSHEETS)
    columns = {"outlet_code": [0, "网点编码"], "model_name": [1, "车型"], "retail": [2, "本期零售"]}
    layout = {
        "file_name": kept.original_name,
        "sheet": "",
        "header_row": 1,
        "columns": columns,
        "is_one_of_many": False,
    }
    batch = save(
        SalesBatch(
            distributor_id=distributor.id,
            month=MONTH,
            status=SalesBatchStatus.CHECKED,
            storage_id=kept.storage_id,
            original_name=kept.original_name,
            sha256=kept.sha256,
            summary={"errors": {"outlet_unknown": 1}, "layouts": {"lines": layout}, "rows": {"lines": 1}},
            row_count=1,
            error_count=1,
            owner_name=f"{marker} owner",
            created_at=clock.now(),
        )
    )
    note = {"field": "outlet_code", "value": marker, "params": {}, "column": "", "index": None}
    save(
        SalesFinding(
            batch_id=batch.id,
            is_warning=False,
            position=0,
            rule="outlet_unknown",
            sheet="lines",
            row_number=2,
            note=note,
        )
    )
    return {"upload_id": batch.id}
