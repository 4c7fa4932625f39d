"""A distributor with known codes, files of its month, and the command that imports them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from portal.network.models import Outlet
from portal.products.models import ProductModel
from portal.sales.models import ReportLine, SalesBatch, SalesDetail, SalesRollup, StagedDetail, StagedLine
from tests.sales.reporting import Dealer, make_dealer, make_model

MONTH = "2026-09"
LINE_HEADER = (
    "网点编码", "车型编码", "期初库存", "本期进货", "调入", "调出", "在途", "本期批发", "本期零售", "客户退货",
    "退厂", "期末库存", "盘点库存", "库龄>90天", "结算价", "金额", "差异原因",
)  # fmt: skip
DETAIL_HEADER = (
    "销售日期", "网点编码", "车型编码", "数量", "金额", "VIN/序列号", "客户类型", "上牌/使用地区", "销售方式",
    "活动", "原销售月份",
)  # fmt: skip
LINE = ("T1", "F3", 0, 10, 0, 0, 0, 0, 6, 0, 0, 4, None, 1, 52000, 312000.5, None)
DETAIL = ("2026-09-05", "T1", "F3", 1, 52000, "LSVAA4182E2184847", "个人", "广汉市", "零售", "秋收节", None)


def make_known_dealer() -> Dealer:
    """D1 with the outlets T1 and T2, the models F3 and F4."""
    dealer = make_dealer(models=[make_model(code="F3", name_zh="三号机", name_en="Three"),
                                 make_model(code="F4", name_zh="四号机", name_en="Four")])  # fmt: skip
    dealer.distributor.code, dealer.distributor.name = "D1", "江城经销商"
    for number, outlet in enumerate(dealer.outlets, 1):
        outlet.code, outlet.name = f"T{number}", f"江城{number}号店"
    return dealer


def line(outlet: Any = "T1", model: Any = "F3", **cells: Any) -> list[Any]:
    """A line that nothing is wrong with; `cells` are by header."""
    row = dict(zip(LINE_HEADER, LINE, strict=True)) | {"网点编码": outlet, "车型编码": model}
    return list((row | cells).values())


def detail(number: int = 1, **cells: Any) -> list[Any]:
    """A detail that nothing is wrong with; `cells` are by header."""
    row = dict(zip(DETAIL_HEADER, DETAIL, strict=True)) | {"VIN/序列号": f"LSVAA4182E2{number:06}"}
    return list((row | cells).values())


LINES = [line(outlet, model) for outlet in ("D1", "T1", "T2") for model in ("F3", "F4")]


def book(sheets: dict[str, Iterable[Sequence[Any]]]) -> Workbook:
    """Name of a sheet → its rows."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    """A workbook as bytes."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx(
    lines: Iterable[Sequence[Any]] = (), details: Iterable[Sequence[Any]] = (), header: Sequence[Any] = LINE_HEADER
) -> bytes:
    """A workbook with the lists that have rows."""
    lines, details = list(lines), list(details)
    sheets: dict[str, Any] = {}
    if lines or not details:
        sheets["月度报表"] = [header, *lines]
    if details:
        sheets["销售明细"] = [DETAIL_HEADER, *details]
    return saved(book(sheets))


def csv_of(rows: Iterable[Sequence[Any]], header: Sequence[Any] = LINE_HEADER, encoding: str = "utf-8-sig") -> bytes:
    """A text file of one list."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


class Command:
    """`flask sales import`, and the report that it writes."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._runner = app.test_cli_runner()
        self._folder = folder
        self.exit_code = -1
        self.output = ""

    def __call__(
        self, data: bytes | Path, *options: str, name: str = "sales.xlsx", code: str = "D1", month: str = MONTH
    ) -> dict[str, Any]:
        path, target = self._folder / name, self._folder / "report.json"
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path = data
        target.unlink(missing_ok=True)
        arguments = ["sales", "import", str(path), "--distributor", code, "--month", month, "--report", str(target)]
        result = self._runner.invoke(args=[*arguments, *options])
        self.exit_code, self.output = result.exit_code, result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}


def found(report: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    """Errors and warnings of one rule."""
    return [each for each in (*report["errors"], *report["warnings"]) if each["rule"] == rule]


def rules(report: dict[str, Any], severity: str = "errors") -> list[str]:
    """The rules that were broken, sorted."""
    return sorted(each["rule"] for each in report[severity])


def count(session: Any, model: Any) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def counts(session: Any) -> dict[str, int]:
    """Everything that an import writes."""
    models = (SalesBatch, ReportLine, SalesDetail, SalesRollup, StagedLine, StagedDetail)
    return {model.__tablename__: count(session, model) for model in models}


def lines_of_table(session: Any, *, batch_only: bool = False) -> dict[tuple[str, str], tuple[int, ...]]:
    """(outlet, model) → opening, sell-in, retail, closing of every line, or of those that files have brought."""
    session.rollback()
    statement = (
        select(Outlet.code, ProductModel.code, ReportLine.opening_stock, ReportLine.sell_in, ReportLine.retail,
               ReportLine.closing_stock)
        .join(ProductModel, ProductModel.id == ReportLine.model_id)
        .outerjoin(Outlet, Outlet.id == ReportLine.outlet_id)
    )  # fmt: skip
    if batch_only:
        statement = statement.where(ReportLine.batch_id.is_not(None))
    return {(row[0] or "", row[1]): tuple(row[2:]) for row in session.execute(statement)}
