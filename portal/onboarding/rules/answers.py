"""The application form: its steps, which field stands in which, and the choices that it offers. Pure.

Source: the application forms of real networks (申请形式, 对现有网点的处理, 投入资金, 代持说明, 租期, 门头照 …).
"""

from __future__ import annotations

from enum import StrEnum


class FormOfOutlet(StrEnum):
    """What kind of shop it is to be (申请形式)."""

    FOUR_S = "four_s"
    SALES_ONLY = "sales_only"
    SERVICE_ONLY = "service_only"
    TWO_S = "two_s"
    SHOWROOM = "showroom"
    SHOP_IN_SHOP = "shop_in_shop"


class IncumbentTreatment(StrEnum):
    """What becomes of the applicant's outlet that stands there already (对现有网点的处理)."""

    KEEP = "keep"
    BY_SERIES = "by_series"
    DOWNGRADE = "downgrade"
    ELIMINATE = "eliminate"


class FormStep(StrEnum):
    """The steps of the form, in their order."""

    PLACE = "place"
    KIND = "kind"
    APPLICANT = "applicant"
    OWNERSHIP = "ownership"
    PLAN = "plan"
    SITE = "site"
    DECLARATION = "declaration"


# Fields of each step: columns of the application and answers, by name, as the check page lists them.
FIELDS_OF_STEP: dict[FormStep, tuple[str, ...]] = {
    FormStep.PLACE: ("address", "lng", "lat", "county_code", "city_tier", "area_applied"),
    FormStep.KIND: ("outlet_name", "form_of_outlet", "operating_mode", "store_class", "series"),
    FormStep.APPLICANT: (
        "company",
        "founded_on",
        "credit_code",
        "legal_representative",
        "contact",
        "phone",
        "email",
    ),
    FormStep.OWNERSHIP: ("shareholders", "nominee_note", "business_history", "brands_now"),
    FormStep.PLAN: (
        "volume_year_1",
        "volume_year_2",
        "volume_year_3",
        "planned_open_on",
        "capital_wan",
        "stock_wan",
        "stock_qty",
        "staff",
        "staff_sales",
    ),
    FormStep.SITE: (
        "floor_area_sqm",
        "lease_from",
        "lease_until",
        "storefront",
        "incumbent",
        "incumbent_treatment",
        "incumbent_note",
    ),
    FormStep.DECLARATION: ("is_truthful", "consents_to_checks", "bears_own_cost", "keeps_confidential"),
}
STEP_OF_FIELD: dict[str, FormStep] = {name: step for step, names in FIELDS_OF_STEP.items() for name in names}

# Once a desk has endorsed a site these no longer change: another site is another application.
FIXED_ONCE_ENDORSED = frozenset({"lng", "lat", "county_code", "city_tier", "store_class"})
# Personal data: shown to those who decide, masked to those who merely read.
PERSONAL = frozenset({"contact", "phone", "email", "legal_representative"})

MAX_SHAREHOLDERS = 10


def step_after(step: FormStep) -> FormStep | None:
    """The next step; None after the last."""
    order = list(FormStep)
    place = order.index(step) + 1
    return order[place] if place < len(order) else None


def step_before(step: FormStep) -> FormStep | None:
    """The step before; None before the first."""
    order = list(FormStep)
    return order[order.index(step) - 1] if order.index(step) else None
