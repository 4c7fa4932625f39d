"""Words of onboarding: states, actions, guards, fields, sentences. Lazy: translated when shown.

Colours follow the design sheet: grey not begun, blue under way, purple with a reviewer, amber returned, teal agreed,
green in force, red refused.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.labels import SENTENCES as NETWORK_SENTENCES
from portal.onboarding.models import ApplicationFileKind
from portal.onboarding.rules.answers import FormOfOutlet, FormStep, IncumbentTreatment
from portal.onboarding.rules.scores import CityLevel, Part
from portal.onboarding.rules.states import Action, ApplicationStatus, Guard

S = ApplicationStatus
APPLICATION_STATUS: dict[ApplicationStatus, Any] = {
    S.DRAFT: lazy_pgettext("application status", "Draft"),
    S.AREA_REVIEW: lazy_pgettext("application status", "With the regional manager"),
    S.MORE_INFORMATION: lazy_pgettext("application status", "More information needed"),
    S.SALES_REVIEW: lazy_pgettext("application status", "With sales administration"),
    S.NETWORK_REVIEW: lazy_pgettext("application status", "With the network department"),
    S.HEAD_OFFICE_REVIEW: lazy_pgettext("application status", "With head office"),
    S.APPROVED: lazy_pgettext("application status", "Approved"),
    S.OPENING: lazy_pgettext("application status", "Being opened"),
    S.OPENED: lazy_pgettext("application status", "Opened"),
    S.REJECTED: lazy_pgettext("application status", "Rejected"),
    S.WITHDRAWN: lazy_pgettext("application status", "Withdrawn"),
}
APPLICATION_STATUS_COLOUR: dict[ApplicationStatus, str] = {
    S.DRAFT: "grey",
    S.AREA_REVIEW: "purple",
    S.MORE_INFORMATION: "amber",
    S.SALES_REVIEW: "purple",
    S.NETWORK_REVIEW: "purple",
    S.HEAD_OFFICE_REVIEW: "purple",
    S.APPROVED: "teal",
    S.OPENING: "teal",
    S.OPENED: "green",
    S.REJECTED: "red",
    S.WITHDRAWN: "grey",
}
# On whose desk it lies.
DESK: dict[ApplicationStatus, Any] = {
    S.DRAFT: _l("the applicant"),
    S.AREA_REVIEW: _l("the regional manager"),
    S.MORE_INFORMATION: _l("the applicant"),
    S.SALES_REVIEW: _l("sales administration"),
    S.NETWORK_REVIEW: _l("the network department"),
    S.HEAD_OFFICE_REVIEW: _l("head office"),
    S.APPROVED: _l("the network department"),
    S.OPENING: _l("the network department"),
}
# What the button says.
ACTION: dict[Action, Any] = {
    Action.SUBMIT: _l("Hand in the application"),
    Action.ANSWER: _l("Send the answer"),
    Action.WITHDRAW: _l("Withdraw"),
    Action.REQUEST_INFORMATION: _l("Ask for more information"),
    Action.ENDORSE: _l("Endorse"),
    Action.APPROVE: lazy_pgettext("application action", "Approve"),
    Action.REJECT: _l("Reject"),
    Action.START_OPENING: _l("Start the opening"),
    Action.OPEN: _l("Record the opening"),
}
# What the timeline says of a step.
ACTION_DONE: dict[Action, Any] = {
    Action.SUBMIT: _l("Handed in"),
    Action.ANSWER: _l("Answered"),
    Action.WITHDRAW: _l("Withdrawn by the applicant"),
    Action.REQUEST_INFORMATION: _l("More information asked for"),
    Action.ENDORSE: _l("Endorsed"),
    Action.APPROVE: _l("Approved"),
    Action.REJECT: _l("Rejected"),
    Action.START_OPENING: _l("Opening started"),
    Action.OPEN: _l("Opened"),
}
GUARD: dict[Guard, Any] = {
    Guard.COMPLETE: _l("Something is still missing in the form."),
    Guard.OWN_APPLICATION: _l("Only the distributor that applies may do this."),
    Guard.NOT_THE_APPLICANT: _l("Nobody of the applying distributor may judge its application."),
    Guard.NOT_DECIDED_BEFORE: _l("You have endorsed this application at an earlier desk; somebody else must go on."),
    Guard.SITE_VISITED: _l("The site has not been visited yet."),
    Guard.SCORED: _l("The score sheet has not been filled in yet."),
    Guard.NO_KNOCK_OUT: _l("The score sheet knocks the applicant out: they disturb the market's order."),
    Guard.REASON_GIVEN: _l("Say why: the reason is kept with the step."),
    Guard.TWO_PERSONS: _l("Two different people must have judged before this."),
    Guard.CHECKLIST_DONE: _l("The checklist has open items."),
}
FORM_STEP: dict[FormStep, Any] = {
    FormStep.PLACE: lazy_pgettext("step of the form", "Place"),
    FormStep.KIND: lazy_pgettext("step of the form", "Kind of outlet"),
    FormStep.APPLICANT: lazy_pgettext("step of the form", "Applicant"),
    FormStep.OWNERSHIP: lazy_pgettext("step of the form", "Ownership and history"),
    FormStep.PLAN: lazy_pgettext("step of the form", "Plan"),
    FormStep.SITE: lazy_pgettext("step of the form", "Site and files"),
    FormStep.DECLARATION: lazy_pgettext("step of the form", "Declaration"),
}
FORM_OF_OUTLET: dict[FormOfOutlet, Any] = {
    FormOfOutlet.FOUR_S: _l("4S (sales, service, parts, survey)"),
    FormOfOutlet.SALES_ONLY: _l("Sales only"),
    FormOfOutlet.SERVICE_ONLY: _l("Service only"),
    FormOfOutlet.TWO_S: _l("2S (sales and service)"),
    FormOfOutlet.SHOWROOM: _l("Showroom"),
    FormOfOutlet.SHOP_IN_SHOP: _l("Shop in a shop"),
}
INCUMBENT_TREATMENT: dict[IncumbentTreatment, Any] = {
    IncumbentTreatment.KEEP: _l("Keep it as it is"),
    IncumbentTreatment.BY_SERIES: _l("Divide by series"),
    IncumbentTreatment.DOWNGRADE: _l("Downgrade it"),
    IncumbentTreatment.ELIMINATE: _l("Close it"),
}
APPLICATION_FILE_KIND: dict[ApplicationFileKind, Any] = {
    ApplicationFileKind.STOREFRONT: _l("Photo of the storefront"),
    ApplicationFileKind.FLOOR_PLAN: _l("Floor plan"),
    ApplicationFileKind.LEASE: _l("Lease"),
    ApplicationFileKind.LICENCE: _l("Business licence"),
    ApplicationFileKind.OTHER: _l("Other paper"),
}
PART: dict[str, Any] = {
    Part.EAST.value: _l("East"),
    Part.CENTRAL.value: _l("Central"),
    Part.WEST.value: _l("West"),
    Part.OTHER.value: _l("Other parts of the country"),
}
CITY_LEVEL: dict[str, Any] = {
    CityLevel.PROVINCIAL_CAPITAL.value: _l("provincial capital"),
    CityLevel.PREFECTURE_CITY.value: _l("prefecture city"),
    CityLevel.COUNTY.value: lazy_pgettext("city level", "county"),
}
# Every field of the form, and what a list of missing fields calls it.
FIELD: dict[str, Any] = {
    "address": _l("Address of the site"),
    "lng": _l("Longitude"),
    "lat": _l("Latitude"),
    "county_code": _l("County"),
    "city_tier": _l("City tier"),
    "area_applied": _l("Area applied for"),
    "outlet_name": _l("Name of the outlet"),
    "form_of_outlet": _l("Form of outlet"),
    "operating_mode": _l("Operating mode"),
    "store_class": _l("Class"),
    "series": _l("Brand and series"),
    "company": lazy_pgettext("applicant", "Company"),
    "founded_on": _l("Founded on"),
    "credit_code": _l("Unified social credit code"),
    "legal_representative": _l("Legal representative"),
    "contact": _l("Contact person"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "shareholders": _l("Shareholders"),
    "nominee_note": _l("Shares held for others"),
    "business_history": _l("Business history and results"),
    "brands_now": _l("Brands carried now"),
    "volume_year_1": _l("Sales target, first year (units)"),
    "volume_year_2": _l("Sales target, second year (units)"),
    "volume_year_3": _l("Sales target, third year (units)"),
    "planned_open_on": _l("Planned opening"),
    "capital_wan": _l("Capital (10,000 yuan)"),
    "stock_wan": _l("Of it for stock (10,000 yuan)"),
    "stock_qty": _l("Stock kept (units)"),
    "staff": _l("Staff"),
    "staff_sales": _l("Of them in sales"),
    "floor_area_sqm": _l("Floor area (m²)"),
    "lease_from": _l("Lease from"),
    "lease_until": _l("Lease until"),
    "storefront": _l("Photo of the storefront"),
    "incumbent": _l("Outlet that stands there now"),
    "incumbent_treatment": _l("What becomes of it"),
    "incumbent_note": _l("How and by when"),
    "is_truthful": _l("What I have stated is true and complete."),
    "consents_to_checks": _l("I agree that it is checked, on site too."),
    "bears_own_cost": _l("The cost of this application is my own, whatever is decided."),
    "keeps_confidential": _l("I keep confidential what I learn in this procedure."),
}
SENTENCES: dict[str, Any] = {
    "already_endorsed": _l(
        "%(field)s can no longer change: a desk has endorsed this site. "
        "For another site withdraw this application and make a new one."
    ),
    "guard_failed": _l("This cannot be done yet."),
    "file_refused": _l("The file was not accepted."),
    "too_many_files": _l("There are %(value)s files already, the limit is %(limit)s. Remove one first."),
    "file_present": _l("“%(value)s” is attached already."),
    "not_editable": _l("The application is with the reviewers and cannot be changed now."),
    "no_distributor": _l("Your account belongs to no distributor, so it cannot apply."),
    "illegal_move": _l("This step is not possible in the application's present state."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language: of this room, or of the network."""
    guards = error.details.get("guards")
    if isinstance(guards, list) and guards:
        return " ".join(str(GUARD[Guard(guard)]) for guard in guards)
    words = SENTENCES.get(error.code) or NETWORK_SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    return str(words) % {name: _shown(name, value) for name, value in error.details.items()}


def _shown(name: str, value: object) -> object:
    if name == "field":
        return FIELD.get(str(value), value)
    return format_date(value, current_language()) if isinstance(value, date) else value
