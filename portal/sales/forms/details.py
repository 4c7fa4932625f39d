"""Sales of one outlet and model, one by one, as rows of a form; and what their list offers in its URL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, StringField
from wtforms.validators import Length
from wtforms.validators import Optional as Blank

from portal.forms import EnumSelectField, PortalForm, VersionedForm
from portal.i18n import current_language
from portal.periods import month_of
from portal.read_fields import DayField, MonthField, NumberField, ReadField
from portal.sales.labels import COLUMN, CUSTOMER_KIND, SALE_TYPE
from portal.sales.models import SalesDetail
from portal.sales.rules.serials import LONGEST, tidy_serial
from portal.sales.rules.stock import DetailFacts, Place
from portal.sales.rules.words import CustomerKind, SaleType
from portal.spreadsheets import ColumnSpec, Words
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

# So many rows are typed by hand; more come by a file.
MAX_ROWS = 60
EMPTY_ROWS = 3
MAX_UNITS = 10_000

DETAIL_COLUMNS = (
    Column("sold_on", COLUMN["sold_on"], SalesDetail.sold_on, fixed=True),
    Column("serial", COLUMN["serial"], SalesDetail.serial, fixed=True),
    Column("outlet", COLUMN["outlet_id"]),
    Column("model", COLUMN["model_id"]),
    Column("units", COLUMN["units"], SalesDetail.units, numeric=True),
    Column("customer", COLUMN["customer_kind"]),
    Column("county", COLUMN["county_code"]),
    Column("type", COLUMN["sale_type"]),
    Column("campaign", COLUMN["campaign"], shown=False),
)


class MoneyField(ReadField):
    """Yuan with two places; its value is in fen."""

    spec = ColumnSpec("amount", Words("Amount", "金额"), kind="money")

    def text_of(self, value: int) -> str:
        """As it is written: 52800 or 52800.50."""
        return f"{value // 100}.{value % 100:02}".removesuffix(".00") if value else ""


class DetailRow(PortalForm):
    """One sale; its days and numbers are read as people write them."""

    class Meta(PortalForm.Meta):
        csrf = False

    sold_on = DayField(COLUMN["sold_on"], render_kw={"type": "date"})
    units = NumberField(COLUMN["units"], least=-MAX_UNITS, most=MAX_UNITS, render_kw={"inputmode": "numeric"})
    serial = StringField(COLUMN["serial"], [Length(max=LONGEST)], render_kw={"autocapitalize": "characters"})
    variant = SelectField(COLUMN["variant_id"], [Blank()], validate_choice=True)
    customer_kind = EnumSelectField(COLUMN["customer_kind"], enum=CustomerKind, labels=CUSTOMER_KIND, blank=True)
    county = SelectField(COLUMN["county_code"], [Blank()], validate_choice=True)
    sale_type = EnumSelectField(COLUMN["sale_type"], enum=SaleType, labels=SALE_TYPE)
    campaign = StringField(COLUMN["campaign"], [Length(max=80)])
    amount = MoneyField(COLUMN["amount_fen"], render_kw={"inputmode": "decimal"})
    original_month = MonthField(_l("Month of the sale taken back"), render_kw={"placeholder": "2026-09"})

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        typed = (self.sold_on, self.serial, self.campaign, self.amount, self.original_month)
        return not any(field.raw_data and str(field.raw_data[0]).strip() for field in typed)

    def facts(self, place: Place) -> DetailFacts:
        """The sale at a place; one unit where no number is given."""
        return DetailFacts(
            outlet_id=place[0],
            model_id=place[1],
            sold_on=self.sold_on.data or date.min,  # a row without a day is refused before
            units=1 if self.units.data is None else self.units.data,
            amount_fen=self.amount.data or 0,
            serial=tidy_serial(self.serial.data or ""),
            variant_id=int(self.variant.data) if self.variant.data else None,
            customer_kind=self.customer_kind.data,
            county_code=self.county.data or None,
            sale_type=self.sale_type.data or SaleType.RETAIL,
            campaign=self.campaign.data or "",
            original_month=month_of(self.original_month.data) if self.original_month.data else None,
        )


class DetailsForm(VersionedForm):
    """All sales of a place."""

    rows = FieldList(FormField(DetailRow), max_entries=MAX_ROWS + EMPTY_ROWS)

    def offer(self, variants: Mapping[str, str], counties: Mapping[str, str]) -> None:
        """The variants (id → name) and counties (code → name) to choose from."""
        for row in self.rows:
            row.form.variant.choices = [("", "–"), *variants.items()]
            row.form.county.choices = [("", "–"), *counties.items()]

    def check_days(self) -> bool:
        """Each row that is not blank says its day; the sentence stands at the field."""
        fine = True
        for row in self.rows:
            if not row.form.is_blank and row.form.sold_on.data is None and not row.form.sold_on.errors:
                row.form.sold_on.errors = [str(_l("Give the day of the sale."))]
                fine = False
        return fine


def row_values(facts: DetailFacts) -> dict[str, Any]:
    """What a row shows of a stored sale."""
    return {
        "sold_on": facts.sold_on,
        "units": facts.units,
        "serial": facts.serial,
        "variant": str(facts.variant_id or ""),
        "customer_kind": facts.customer_kind,
        "county": facts.county_code or "",
        "sale_type": facts.sale_type,
        "campaign": facts.campaign,
        "amount": facts.amount_fen or None,
        "original_month": facts.original_month,
    }


def empty_row(day: date | None = None) -> dict[str, Any]:
    """A row to type into."""
    return {"sold_on": day, "sale_type": SaleType.RETAIL, "units": None}


def detail_spec() -> ListSpec:
    """The list of a report's sales."""
    return _detail_spec(current_language())


@lru_cache
def _detail_spec(language: str) -> ListSpec:
    facets = (
        Facet("type", str(COLUMN["sale_type"]), [Option(each.value, str(word)) for each, word in SALE_TYPE.items()]),
        Facet(
            "customer",
            str(COLUMN["customer_kind"]),
            [Option(each.value, str(word)) for each, word in CUSTOMER_KIND.items()],
        ),
    )
    return ListSpec(translate_columns(DETAIL_COLUMNS, language), facets, default_sort="sold_on")
