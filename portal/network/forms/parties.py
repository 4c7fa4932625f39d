"""Forms on distributors and outlets: create, edit, move, redevelop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import DateField, Form, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from portal import clock
from portal.errors import QudaoError
from portal.forms import EnumSelectField, VersionedForm, labelled_choices
from portal.i18n import current_language
from portal.network.forms.places import CHOSEN, PlaceForm, place_values
from portal.network.labels import (
    DISTRIBUTOR_TIER,
    OPERATING_MODE,
    OUTLET_STATUS,
    STORE_CLASS,
    sentence_of,
)
from portal.network.models import Distributor, Outlet
from portal.network.queries.lists import Named
from portal.network.rules import DistributorStatus, DistributorTier, OperatingMode, OutletStatus, Step, StoreClass

MAX_STAFF = 10_000
MAX_FLOOR_AREA = 1_000_000


class DistributorForm(PlaceForm):
    """What is known of a distributor."""

    name = StringField(_l("Name"), [DataRequired(_l("Give a name.")), Length(max=160)])
    name_en = StringField(_l("Name in English"), [Length(max=160)])
    tier = EnumSelectField(
        lazy_pgettext("distributor", "Level"), validators=CHOSEN, enum=DistributorTier, labels=DISTRIBUTOR_TIER
    )
    operating_mode = EnumSelectField(
        _l("Operating mode"),
        validators=CHOSEN,
        enum=OperatingMode,
        labels=OPERATING_MODE,
        default=OperatingMode.FRANCHISE,
    )
    parent = SelectField(_l("Distributor above"))
    credit_code = StringField(_l("Unified social credit code"), [Length(max=40)])
    legal_representative = StringField(_l("Legal representative"), [Length(max=80)])

    def facts(self) -> dict[str, Any]:
        """The facts as the services want them."""
        return {
            "name": self.name.data,
            "name_en": self.name_en.data or "",
            "tier": self.tier.data,
            "operating_mode": self.operating_mode.data,
            "parent_id": self.parent_ids.get(self.parent.data or ""),
            "credit_code": self.credit_code.data or "",
            "legal_representative": self.legal_representative.data or "",
            **self.place_facts(),
        }

    def offer(self, distributors: Iterable[Named], *, but: str = "") -> None:
        """Which distributors may stand above, by code."""
        self.parent_ids = {each.code: each.id for each in distributors if each.code != but}
        self.parent.choices = labelled_choices({"": _l("None")} | _by_code(distributors, but=but))


class NewDistributorForm(DistributorForm):
    """A distributor that is not in the books yet."""

    code = StringField(_l("Code"), [DataRequired(_l("Give a code.")), Length(max=40)])
    since = DateField(_l("Active since"), [DataRequired(_l("Give the day."))], default=clock.today)

    def history(self) -> list[Step]:
        """Its life so far."""
        return [Step(DistributorStatus.ACTIVE, self.since.data)]


class OutletForm(PlaceForm):
    """What is known of an outlet."""

    name = StringField(_l("Name"), [DataRequired(_l("Give a name.")), Length(max=160)])
    name_en = StringField(_l("Name in English"), [Length(max=160)])
    operating_mode = EnumSelectField(
        _l("Operating mode"),
        validators=CHOSEN,
        enum=OperatingMode,
        labels=OPERATING_MODE,
        default=OperatingMode.CONSIGNMENT,
    )
    store_class = EnumSelectField(_l("Class"), enum=StoreClass, labels=STORE_CLASS, blank=True)
    floor_area_sqm = IntegerField(_l("Floor area (m²)"), [Optional(), NumberRange(1, MAX_FLOOR_AREA)])
    staff = IntegerField(_l("Staff"), [Optional(), NumberRange(0, MAX_STAFF)])
    planned_open_on = DateField(_l("Planned opening"), [Optional()])

    def facts(self) -> dict[str, Any]:
        """The facts as the services want them."""
        return {
            "name": self.name.data,
            "name_en": self.name_en.data or "",
            "operating_mode": self.operating_mode.data,
            "store_class": self.store_class.data,
            "floor_area_sqm": self.floor_area_sqm.data,
            "staff": self.staff.data,
            "planned_open_on": self.planned_open_on.data,
            **self.place_facts(),
        }


class NewOutletForm(OutletForm):
    """An outlet that is not in the books yet: a candidate, or one that stands already."""

    code = StringField(_l("Code"), [DataRequired(_l("Give a code.")), Length(max=40)])
    distributor = SelectField(_l("Distributor"), [DataRequired(_l("Choose the distributor."))])
    status = EnumSelectField(
        _l("Status"), validators=CHOSEN, enum=OutletStatus, labels=OUTLET_STATUS, default=OutletStatus.CANDIDATE
    )
    since = DateField(_l("In this status since"), [DataRequired(_l("Give the day."))], default=clock.today)

    def offer(self, distributors: Iterable[Named]) -> None:
        """Which distributors may have it, by code."""
        self.distributor.choices = labelled_choices(_by_code(distributors), blank=True)

    def history(self) -> list[Step]:
        """Its life so far."""
        return [Step(self.status.data, self.since.data)]


class MoveForm(VersionedForm):
    """One change of status."""

    to = SelectField(_l("New status"), [DataRequired(_l("Choose the new status."))])
    on = DateField(_l("Date of the change"), [DataRequired(_l("Give the day."))], default=clock.today)
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why: the reason is kept with the change.")), Length(max=500)],
        description=_l("Kept for good, with your name, in the timeline."),
    )


class RedevelopForm(VersionedForm):
    """A new candidate where an outlet has exited."""

    code = StringField(_l("Code of the new outlet"), [DataRequired(_l("Give a code.")), Length(max=40)])
    distributor = SelectField(_l("Distributor"), [DataRequired(_l("Choose the distributor."))])
    on = DateField(_l("Date of the proposal"), [DataRequired(_l("Give the day."))], default=clock.today)
    planned_open_on = DateField(_l("Planned opening"), [Optional()])
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Say why: the reason is kept with the change.")), Length(max=500)]
    )

    def offer(self, distributors: Iterable[Named]) -> None:
        """Which distributors may have it, by code."""
        self.distributor.choices = labelled_choices(_by_code(distributors))


def outlet_values(outlet: Outlet) -> dict[str, Any]:
    """What the form shows of an outlet."""
    names = (
        "name",
        "name_en",
        "operating_mode",
        "store_class",
        "floor_area_sqm",
        "staff",
        "planned_open_on",
        "version",
    )
    return {name: getattr(outlet, name) for name in names} | place_values(outlet)


def distributor_values(distributor: Distributor, distributors: Iterable[Named]) -> dict[str, Any]:
    """What the form shows of a distributor."""
    names = ("name", "name_en", "tier", "operating_mode", "credit_code", "legal_representative", "version")
    parent = next((each.code for each in distributors if each.id == distributor.parent_id), "")
    return {name: getattr(distributor, name) for name in names} | place_values(distributor) | {"parent": parent}


def take_error(form: Form, error: QudaoError) -> None:
    """Put a broken rule to the field it names, or to the form."""
    words = sentence_of(error)
    name = str(error.details.get("field", ""))
    target = form._fields.get("county" if name == "county_code" else name)
    if target is None:
        form.form_errors.append(words)
    else:
        target.errors = [*target.errors, words]


def _by_code(distributors: Iterable[Named], *, but: str = "") -> dict[str, Any]:
    language = current_language()
    return {each.code: f"{each.code} · {each.name(language)}" for each in distributors if each.code != but}
