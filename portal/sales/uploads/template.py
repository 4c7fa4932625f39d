"""The workbook that a distributor fills in: for its places of one month, opened with last month's closing stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.i18n import pick
from portal.network.models import Distributor, Outlet
from portal.periods import format_month, last_day
from portal.products.queries import all_models
from portal.sales.queries.lines import places_of_month
from portal.sales.uploads.columns import BLOCK, ESSENTIAL_QUANTITIES, LINES, parts_of
from portal.sales.uploads.versions import version_of
from portal.spreadsheets import ColumnSpec, Words
from portal.spreadsheets.templates import TemplateList, write_book_template

LINES_SHEET = Words("Report", "月度报表")
DETAILS_SHEET = Words("Details", "销售明细")
# Columns that the template does without: what the drop-downs say already, and what only other people's lists have.
_LEFT_OUT = frozenset(("outlet_name", "model_name", "row_month", "row_distributor", "customer_name", "customer_phone",
                       "customer_id", "customer_address"))  # fmt: skip
# Of a network with more places only those with stock are filled in.
MOST_ROWS = 20_000
# A drop-down of more entries helps nobody.
MOST_CHOICES = 5_000


def write_report_template(
    session: Session, distributor: Distributor, month: date, locale: str, file: BinaryIO | Path
) -> None:
    """Write the template of the distributor's report of the month, in the reader's language."""
    language = "zh" if locale.startswith("zh") else "en"
    names = _Names(session, distributor, month)
    specs = {part: [spec for spec in columns if spec.field not in _LEFT_OUT] for part, columns in
             parts_of(month).items()}  # fmt: skip
    choices = {"outlet_code": names.outlets[:MOST_CHOICES], "model_code": names.models[:MOST_CHOICES]}
    lists = [
        TemplateList(
            specs[part],
            name=LINES_SHEET if part == LINES else DETAILS_SHEET,
            rows=_rows(specs[part], names) if part == LINES else (),
            choices=choices,
            block=_block(distributor, month, language) if part == LINES else (),
            required=frozenset(("model_code", *(ESSENTIAL_QUANTITIES if part == LINES else ()))),
        )
        for part in specs
    ]
    write_book_template(lists, locale, file)


class _Names:
    """What places are called in the drop-downs: code and name. What has ended is there while stock of it is left."""

    def __init__(self, session: Session, distributor: Distributor, month: date) -> None:
        self.places = places_of_month(session, distributor.id, month)
        outlets = session.scalars(select(Outlet).where(Outlet.distributor_id == distributor.id).order_by(Outlet.code))
        used = {outlet for outlet, _model in self.places}
        self.of_outlet: dict[int | None, str] = {None: _called(distributor.code, distributor.name, distributor.name_en)}
        self.of_outlet |= {each.id: _called(each.code, each.name, each.name_en) for each in outlets if each.id in used}
        sold = {model for _outlet, model in self.places}
        models = [model for model in all_models(session) if model.id in sold]
        self.of_model = {model.id: _called(model.code, model.name_zh, model.name_en) for model in models}
        self.outlets, self.models = list(self.of_outlet.values()), list(self.of_model.values())


def _called(code: str, name_zh: str, name_en: str) -> str:
    return f"{code} {pick(name_zh, name_en)}"


def _rows(specs: Sequence[ColumnSpec], names: _Names) -> Iterator[list[Any]]:
    """A row for each outlet and model, opened with what they closed with."""
    at = {spec.field: place for place, spec in enumerate(specs)}
    is_long = len(names.places) > MOST_ROWS
    for (outlet, model), opening in names.places.items():
        if is_long and not opening:
            continue
        row: list[Any] = [None] * len(specs)
        row[at["outlet_code"]], row[at["model_code"]] = names.of_outlet[outlet], names.of_model[model]
        row[at["opening_stock"]] = opening
        yield row


def _block(distributor: Distributor, month: date, language: str) -> list[list[tuple[str, Any]]]:
    label = {spec.field: spec.names.named(language) for spec in BLOCK}
    name = pick(distributor.name, distributor.name_en)
    return [
        [(label["title"], None)],
        [(label["period"], format_month(month)), (label["distributor_code"], distributor.code),
         (label["distributor_name"], name)],
        [(label["reporter"], None), (label["phone"], None), (label["as_of_on"], last_day(month).isoformat())],
        [(label["currency"], "CNY"), (label["version"], version_of(distributor.code, month))],
    ]  # fmt: skip
