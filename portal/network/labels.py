"""Words and badge colours of the network's enums, and the sentences of its errors. Lazy: translated when shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.models import DocumentKind, ImportKind, ImportStatus
from portal.network.rules import (
    CityTier,
    DistributorStatus,
    DistributorTier,
    Exclusivity,
    Need,
    OperatingMode,
    OutletStatus,
    RegionLevel,
    StoreClass,
)

OUTLET_STATUS: dict[OutletStatus, Any] = {
    OutletStatus.CANDIDATE: lazy_pgettext("outlet status", "Candidate"),
    OutletStatus.SURVEYED: lazy_pgettext("outlet status", "Surveyed"),
    OutletStatus.APPLIED: lazy_pgettext("outlet status", "Applied"),
    OutletStatus.IN_REVIEW: lazy_pgettext("outlet status", "In review"),
    OutletStatus.APPROVED: lazy_pgettext("outlet status", "Approved"),
    OutletStatus.OPENING: lazy_pgettext("outlet status", "Opening"),
    OutletStatus.OPEN: lazy_pgettext("outlet status", "Open"),
    OutletStatus.WATCH: lazy_pgettext("outlet status", "On watch"),
    OutletStatus.SUSPENDED: lazy_pgettext("outlet status", "Suspended"),
    OutletStatus.EXITED: lazy_pgettext("outlet status", "Exited"),
    OutletStatus.DROPPED: lazy_pgettext("outlet status", "Dropped"),
}
# Colours of the design sheet; badges, map points and timelines agree.
OUTLET_STATUS_COLOUR: dict[OutletStatus, str] = {
    OutletStatus.CANDIDATE: "grey",
    OutletStatus.SURVEYED: "blue",
    OutletStatus.APPLIED: "blue",
    OutletStatus.IN_REVIEW: "purple",
    OutletStatus.APPROVED: "teal",
    OutletStatus.OPENING: "teal",
    OutletStatus.OPEN: "green",
    OutletStatus.WATCH: "amber",
    OutletStatus.SUSPENDED: "orange",
    OutletStatus.EXITED: "red",
    OutletStatus.DROPPED: "grey",
}
# What a button says that moves an outlet there.
OUTLET_MOVE: dict[OutletStatus, Any] = {
    OutletStatus.SURVEYED: _l("Mark as surveyed"),
    OutletStatus.APPLIED: _l("Mark as applied"),
    OutletStatus.IN_REVIEW: _l("Take into review"),
    OutletStatus.APPROVED: _l("Approve"),
    OutletStatus.OPENING: _l("Start opening"),
    OutletStatus.OPEN: _l("Mark as open"),
    OutletStatus.WATCH: _l("Put on watch"),
    OutletStatus.SUSPENDED: _l("Suspend"),
    OutletStatus.EXITED: _l("Record the exit"),
    OutletStatus.DROPPED: _l("Drop"),
}
DISTRIBUTOR_STATUS: dict[DistributorStatus, Any] = {
    DistributorStatus.ACTIVE: lazy_pgettext("distributor status", "Active"),
    DistributorStatus.SUSPENDED: lazy_pgettext("distributor status", "Suspended"),
    DistributorStatus.EXITED: lazy_pgettext("distributor status", "Exited"),
}
DISTRIBUTOR_STATUS_COLOUR: dict[DistributorStatus, str] = {
    DistributorStatus.ACTIVE: "green",
    DistributorStatus.SUSPENDED: "orange",
    DistributorStatus.EXITED: "red",
}
DISTRIBUTOR_MOVE: dict[DistributorStatus, Any] = {
    DistributorStatus.ACTIVE: _l("Make active again"),
    DistributorStatus.SUSPENDED: _l("Suspend"),
    DistributorStatus.EXITED: _l("Record the exit"),
}
OPERATING_MODE: dict[OperatingMode, Any] = {
    OperatingMode.DIRECT: _l("Direct"),
    OperatingMode.FRANCHISE: _l("Franchise"),
    OperatingMode.FRANCHISE_RUN_BY_US: _l("Franchise run by us"),
    OperatingMode.JOINT: _l("Joint venture"),
    OperatingMode.CONSIGNMENT: _l("Consignment"),
}
STORE_CLASS: dict[StoreClass, Any] = {
    StoreClass.A: _l("Class A"),
    StoreClass.B: _l("Class B"),
    StoreClass.C: _l("Class C"),
}
NEED: dict[Need, Any] = {
    Need.PAPERS_EXPIRED: _l("Licence or contract has run out"),
    Need.PAPERS_EXPIRING: _l("Licence or contract runs out within 60 days"),
    Need.OPENING_OVERDUE: _l("Planned opening has passed"),
    Need.NO_PLACE: _l("No coordinates"),
    Need.NO_AREA: _l("In no sales area"),
}
CITY_TIER: dict[CityTier, Any] = {
    CityTier.FIRST: _l("First-tier city"),
    CityTier.SECOND: _l("Second-tier city"),
    CityTier.THIRD: _l("Third-tier city"),
}
DISTRIBUTOR_TIER: dict[DistributorTier, Any] = {
    DistributorTier.PREFECTURE_GENERAL: _l("Prefecture general distributor"),
    DistributorTier.COUNTY: _l("County distributor"),
}
EXCLUSIVITY: dict[Exclusivity, Any] = {
    Exclusivity.EXCLUSIVE: _l("Exclusive"),
    Exclusivity.SHARED: _l("Shared"),
}
EXCLUSIVITY_COLOUR: dict[Exclusivity, str] = {Exclusivity.EXCLUSIVE: "blue", Exclusivity.SHARED: "grey"}
REGION_LEVEL: dict[RegionLevel, Any] = {
    RegionLevel.PROVINCE: _l("Province"),
    RegionLevel.PREFECTURE: _l("Prefecture"),
    RegionLevel.COUNTY: _l("County"),
}
DOCUMENT_KIND: dict[DocumentKind, Any] = {
    DocumentKind.LICENCE: _l("Licence"),
    DocumentKind.CONTRACT: _l("Contract"),
    DocumentKind.PHOTO: _l("Photo"),
    DocumentKind.OTHER: _l("Other document"),
}
IMPORT_KIND: dict[ImportKind, Any] = {
    ImportKind.DISTRIBUTORS: _l("Distributors"),
    ImportKind.OUTLETS: _l("Outlets"),
}
IMPORT_STATUS: dict[ImportStatus, Any] = {
    ImportStatus.UPLOADED: lazy_pgettext("import status", "Uploaded"),
    ImportStatus.CHECKING: lazy_pgettext("import status", "Checking"),
    ImportStatus.CHECKED: lazy_pgettext("import status", "Checked"),
    ImportStatus.IMPORTING: lazy_pgettext("import status", "Importing"),
    ImportStatus.IMPORTED: lazy_pgettext("import status", "Imported"),
    ImportStatus.REFUSED: lazy_pgettext("import status", "Refused"),
}
IMPORT_STATUS_COLOUR: dict[ImportStatus, str] = {
    ImportStatus.UPLOADED: "grey",
    ImportStatus.CHECKING: "blue",
    ImportStatus.CHECKED: "teal",
    ImportStatus.IMPORTING: "blue",
    ImportStatus.IMPORTED: "green",
    ImportStatus.REFUSED: "red",
}

# Error code → sentence: what is wrong with which value, and what to do. The values are the error's details.
SENTENCES: dict[str, Any] = {
    "code_missing": _l("Give a code."),
    "code_too_long": _l("“%(value)s” is longer than 40 characters. Shorten the code."),
    "code_reserved": _l("“%(value)s” is a word the portal uses itself. Choose another code."),
    "code_characters": _l(
        "“%(value)s” has signs that a code cannot have. Use letters, digits, hyphen, underscore and full stop only."
    ),
    "code_taken": _l("The code “%(value)s” is in use already. Choose another code."),
    "name_missing": _l("Give a name."),
    "credit_code_length": _l("A unified social credit code has 18 characters; “%(value)s” has another number."),
    "credit_code_signs": _l(
        "“%(value)s” has signs that no unified social credit code has: only digits and capitals but I, O, S, V, Z."
    ),
    "credit_code_checksum": _l("The last character of “%(value)s” does not fit the rest. Compare it with the licence."),
    "coordinates_incomplete": _l("Give both longitude and latitude, or neither."),
    "coordinates_not_a_number": _l("“%(value)s” is not a number of degrees. Write it like 104.06330."),
    "coordinates_out_of_range": _l("“%(value)s” is beyond the globe: longitude runs to 180, latitude to 90."),
    "coordinates_zero": _l("0, 0 lies in the Gulf of Guinea. Leave both fields empty if the place is not known yet."),
    "coordinates_swapped": _l("Longitude and latitude look swapped (%(value)s). Write longitude first."),
    "coordinates_outside": _l("The point %(value)s lies outside China. Check both numbers and the datum."),
    "unknown_region": _l("“%(value)s” is no county of the list. Type its name or its six-digit code and pick it."),
    "county_ambiguous": _l("Several counties are called “%(value)s”: %(candidates)s. Give the code."),
    "distributor_unknown": _l("“%(value)s” is not the code of a distributor you can see."),
    "distributor_not_active": _l("The distributor %(value)s has exited and takes no new outlets."),
    "parent_is_itself": _l("A distributor cannot stand above itself (%(value)s). Choose another one."),
    "distributor_has_outlets": _l(
        "%(count)s outlets of this distributor are not closed. Record their exits first, then the distributor's."
    ),
    "day_in_future": _l("%(value)s lies in the future. Give the day on which it happened."),
    "day_before_last_event": _l(
        "%(value)s is before the last change of status (%(last_on)s). Give that day or a later one."
    ),
    "history_empty": _l("Give at least one status with its day."),
    "reason_missing": _l("Say why: the reason is kept with the change."),
    "not_exited": _l("Only an outlet that has exited can be redeveloped."),
    "already_redeveloped": _l("%(value)s redevelops this outlet already."),
    "period_reversed": _l("The last day (%(value)s) is before the first one (%(first)s)."),
    "contact_empty": _l("Give a name, and a phone number or an e-mail address."),
    "counties_missing": _l("Tick at least one county."),
    "territory_ended": _l("%(value)s is after the last day that is set already (%(last_on)s). Give an earlier one."),
    "illegal_move": _l("A change from “%(from_status)s” to “%(to_status)s” is not possible."),
}


# (identity of one of the constants above, language) → its words.
_words: dict[tuple[int, str], dict[Any, str]] = {}


def words_of(labels: Mapping[Any, Any]) -> dict[Any, str]:
    """The words of one of the constants above in the reader's language, translated once a process."""
    key = (id(labels), current_language())
    if key not in _words:
        _words[key] = {member: str(word) for member, word in labels.items()}
    return _words[key]


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    words = SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    return str(words) % {name: _shown(name, value) for name, value in error.details.items()}


def _shown(name: str, value: object) -> object:
    if isinstance(value, date):
        return format_date(value, current_language())
    if name.endswith("_status"):
        words = {status.value: word for status, word in (*OUTLET_STATUS.items(), *DISTRIBUTOR_STATUS.items())}
        return words.get(str(value), value)
    return value
