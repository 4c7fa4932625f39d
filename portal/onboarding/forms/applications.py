"""The steps of the application form. Shape only: what is missing for a submission the rules say."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import Length, Optional, ValidationError

from portal.forms import EnumSelectField, VersionedForm, labelled_choices
from portal.geo import Datum, convert, find_coordinate_fault
from portal.network.labels import CITY_TIER, OPERATING_MODE, STORE_CLASS
from portal.network.labels import SENTENCES as NETWORK_SENTENCES
from portal.network.rules import CityTier, OperatingMode, StoreClass, credit_code_fault
from portal.onboarding.forms.counties import county_code_of
from portal.onboarding.forms.fields import DayField, LatitudeField, LongitudeField, NumberField, ReadField
from portal.onboarding.forms.steps import LONGEST_TYPED, Needed, StepFacts, StepForm, raw_of
from portal.onboarding.labels import FIELD, FORM_OF_OUTLET, INCUMBENT_TREATMENT
from portal.onboarding.rules.answers import (
    MAX_SHAREHOLDERS,
    FormOfOutlet,
    FormStep,
    IncumbentTreatment,
)
from portal.spreadsheets import ColumnSpec, Words

MOST_WAN = 1_000_000
MOST_UNITS = 1_000_000
DATUMS = {
    Datum.WGS84: _l("WGS-84 (GPS)"),
    Datum.GCJ02: _l("GCJ-02 (AMap, Tencent)"),
    Datum.BD09: _l("BD-09 (Baidu)"),
}
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,24}(?:\s?(?:ext\.?|转)\s?\d{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+")


CHOOSE = Needed(_l("Choose one."))


class PlaceStep(StepForm):
    """Where: the pin decides county and sales area; without one the county that is named."""

    step = FormStep.PLACE
    AIDS = StepForm.AIDS | {"datum", "county"}
    county_code: str | None = None

    client_key = HiddenField()
    distributor = SelectField(_l("For which distributor"), [Optional()], validate_choice=False)
    address = StringField(FIELD["address"], [Needed(_l("Give the address.")), Length(max=300)])
    datum = SelectField(
        _l("Read from"), choices=labelled_choices(DATUMS), default=Datum.WGS84.value, validate_choice=True
    )
    lng = LongitudeField(FIELD["lng"], [Needed(_l("Drop the pin on the map, or type the coordinates."))])
    lat = LatitudeField(FIELD["lat"], [Needed(_l("Drop the pin on the map, or type the coordinates."))])
    county = StringField(
        FIELD["county_code"],
        [Length(max=80)],
        description=_l("Name or six-digit code. The pin decides where there is one."),
    )
    city_tier = EnumSelectField(FIELD["city_tier"], enum=CityTier, labels=CITY_TIER, blank=True)
    area_applied = StringField(
        FIELD["area_applied"],
        [Length(max=200)],
        description=_l("Towns or counties that the outlet is to serve."),
    )

    def validate_county(self, field: StringField) -> None:
        """Exactly one county is meant."""
        self.county_code = county_code_of(field.data or "")

    def validate_lat(self, _field: Field) -> None:
        """The two together are a place in China."""
        lng, lat = self.point()
        if lng is None or lat is None:
            return
        fault = find_coordinate_fault(lng, lat)
        if fault is not None:
            raise ValidationError(str(NETWORK_SENTENCES[f"coordinates_{fault.value}"]) % {"value": f"{lng}, {lat}"})

    def point(self) -> tuple[float | None, float | None]:
        """The pin in WGS-84; nothing where a part is missing or no number."""
        lng, lat = self.lng.data, self.lat.data
        if lng is None or lat is None or self.datum.data not in list(Datum):
            return None, None
        return convert(lng, lat, self.datum.data, Datum.WGS84)

    def facts(self) -> StepFacts:
        """The pair of coordinates is one fact: it is taken over whole, or kept as typed."""
        found = super().facts()
        raw = {"lng": raw_of(self.lng), "lat": raw_of(self.lat)}
        point = self.point()
        is_whole = None not in point and not (raw.keys() & found.typed.keys())
        if is_whole or not any(raw.values()):
            found.columns["lng"], found.columns["lat"] = point
        else:
            for name in raw:
                found.columns.pop(name, None)
            found.typed.update({name: text for name, text in raw.items() if text}, datum=str(self.datum.data))
        if self.county.errors:
            found.typed["county"] = raw_of(self.county)[:LONGEST_TYPED]
        else:
            found.columns["county_code"] = self.county_code
        return found


class KindStep(StepForm):
    """What kind of outlet."""

    step = FormStep.KIND

    outlet_name = StringField(FIELD["outlet_name"], [Needed(_l("Give a name.")), Length(max=160)])
    form_of_outlet = EnumSelectField(
        FIELD["form_of_outlet"], validators=[CHOOSE], enum=FormOfOutlet, labels=FORM_OF_OUTLET, blank=True
    )
    operating_mode = EnumSelectField(
        FIELD["operating_mode"], validators=[CHOOSE], enum=OperatingMode, labels=OPERATING_MODE, blank=True
    )
    store_class = EnumSelectField(
        FIELD["store_class"], validators=[CHOOSE], enum=StoreClass, labels=STORE_CLASS, blank=True
    )
    series = StringField(FIELD["series"], [Length(max=200)])


class ApplicantStep(StepForm):
    """Who applies."""

    step = FormStep.APPLICANT

    company = StringField(FIELD["company"], [Needed(_l("Give the company's name.")), Length(max=160)])
    founded_on = DayField(FIELD["founded_on"])
    credit_code = StringField(
        FIELD["credit_code"],
        [Needed(_l("Give the code on the business licence.")), Length(max=40)],
        filters=[lambda text: unicodedata.normalize("NFKC", text).replace(" ", "").upper() if text else text],
    )
    legal_representative = StringField(FIELD["legal_representative"], [Needed(_l("Give the name.")), Length(max=80)])
    contact = StringField(FIELD["contact"], [Needed(_l("Say whom to ask.")), Length(max=80)])
    phone = StringField(FIELD["phone"], [Needed(_l("Give a phone number.")), Length(max=40)])
    email = StringField(FIELD["email"], [Length(max=254)])

    def validate_credit_code(self, field: StringField) -> None:
        """The checksum of GB 32100 holds."""
        if fault := credit_code_fault(field.data or ""):
            raise ValidationError(str(NETWORK_SENTENCES[fault]) % {"value": field.data})

    def validate_phone(self, field: StringField) -> None:
        """Digits, as one dials them."""
        if not _PHONE.fullmatch(unicodedata.normalize("NFKC", field.data or "")):
            raise ValidationError(_("“%(value)s” is no phone number. Write it like 0838-5223456.", value=field.data))

    def validate_email(self, field: StringField) -> None:
        """An address, or nothing."""
        if field.data and not _EMAIL.fullmatch(field.data):
            raise ValidationError(
                _("“%(value)s” is no e-mail address. Write it like name@example.com.", value=field.data)
            )


class ShareField(ReadField):
    """A percentage with two places at most."""

    spec = ColumnSpec("share", Words("Share", "比例"), kind="decimal", minimum=0, maximum=100, places=2)


class ShareholderForm(Form):
    """One owner. Kept as typed."""

    name = StringField(_l("Name"), [Length(max=160)])
    capital = NumberField(_l("Capital (10,000 yuan)"), most=MOST_WAN)
    share = ShareField(_l("Share (%)"))


class OwnershipStep(StepForm):
    """Whose company it is, and what it has done."""

    step = FormStep.OWNERSHIP

    shareholders = FieldList(FormField(ShareholderForm), min_entries=2, max_entries=MAX_SHAREHOLDERS)
    nominee_note = TextAreaField(
        FIELD["nominee_note"],
        [Length(max=1000)],
        description=_l("Who really owns shares that are held in another's name."),
    )
    business_history = TextAreaField(
        FIELD["business_history"], [Length(max=4000)], description=_l("Since when, what, with which results.")
    )
    brands_now = StringField(FIELD["brands_now"], [Length(max=300)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Shares do not exceed the whole, and each belongs to somebody."""
        is_sound = super().validate(extra_validators)
        rows = [row.form for row in self.shareholders]
        total = sum((row.share.data for row in rows if isinstance(row.share.data, Decimal)), Decimal())
        if total > 100:
            self.form_errors.append(
                _("The shares add up to %(total)s %%. Correct them to 100 %% at most.", total=total)
            )
        if any((raw_of(row.share) or raw_of(row.capital)) and not row["name"].data for row in rows):
            self.form_errors.append(_("Each share needs the name of its owner."))
        return is_sound and not self.form_errors

    def facts(self) -> StepFacts:
        """The rows stay as typed; empty ones fall away."""
        found = super().facts()
        rows = [{part: raw_of(row.form[part]) for part in ("name", "capital", "share")} for row in self.shareholders]
        found.answers["shareholders"] = [row for row in rows if any(row.values())]
        return found


class PlanStep(StepForm):
    """What is promised, and with which means."""

    step = FormStep.PLAN

    volume_year_1 = NumberField(FIELD["volume_year_1"], [Needed(_l("Give a number."))], least=1, most=MOST_UNITS)
    volume_year_2 = NumberField(FIELD["volume_year_2"], [Needed(_l("Give a number."))], least=1, most=MOST_UNITS)
    volume_year_3 = NumberField(FIELD["volume_year_3"], [Needed(_l("Give a number."))], least=1, most=MOST_UNITS)
    planned_open_on = DayField(FIELD["planned_open_on"], [Needed(_l("Give the day."))])
    capital_wan = NumberField(FIELD["capital_wan"], [Needed(_l("Give a number."))], least=1, most=MOST_WAN)
    stock_wan = NumberField(FIELD["stock_wan"], most=MOST_WAN)
    stock_qty = NumberField(FIELD["stock_qty"], most=MOST_UNITS)
    staff = NumberField(FIELD["staff"], most=10_000)
    staff_sales = NumberField(FIELD["staff_sales"], most=10_000)

    def validate_stock_wan(self, field: Field) -> None:
        """A part of the capital."""
        whole = self.capital_wan.data
        if field.data is not None and whole is not None and field.data > whole:
            raise ValidationError(_("This is more than the whole capital (%(whole)s).", whole=whole))

    def validate_staff_sales(self, field: Field) -> None:
        """A part of the staff."""
        whole = self.staff.data
        if field.data is not None and whole is not None and field.data > whole:
            raise ValidationError(_("These are more than the whole staff (%(whole)s).", whole=whole))


class SiteStep(StepForm):
    """The rooms, and what becomes of the outlet that is there now."""

    step = FormStep.SITE

    floor_area_sqm = NumberField(FIELD["floor_area_sqm"], least=1, most=1_000_000)
    lease_from = DayField(FIELD["lease_from"])
    lease_until = DayField(FIELD["lease_until"])
    incumbent = SelectField(FIELD["incumbent"], [Optional()], validate_choice=True)
    incumbent_treatment = EnumSelectField(
        FIELD["incumbent_treatment"], enum=IncumbentTreatment, labels=INCUMBENT_TREATMENT, blank=True
    )
    incumbent_note = TextAreaField(FIELD["incumbent_note"], [Length(max=1000)])

    def validate_lease_until(self, field: Field) -> None:
        """Not before it begins."""
        begins = self.lease_from.data
        if field.data is not None and begins is not None and field.data < begins:
            raise ValidationError(_("The lease ends before it begins. Correct one of the two days."))

    def validate_incumbent_treatment(self, field: Field) -> None:
        """An incumbent that is named has a fate."""
        if self.incumbent.data and field.data is None:
            raise ValidationError(_("Say what becomes of the outlet that you have named."))

    def offer(self, incumbents: dict[str, str]) -> None:
        """The applicant's outlets around the site: code → what the choice says."""
        self.incumbent.choices = [("", _("None")), *incumbents.items()]


TICK = _l("Tick this to go on.")


class DeclarationStep(StepForm):
    """What the applicant declares."""

    step = FormStep.DECLARATION

    is_truthful = BooleanField(FIELD["is_truthful"], [Needed(TICK)])
    consents_to_checks = BooleanField(FIELD["consents_to_checks"], [Needed(TICK)])
    bears_own_cost = BooleanField(FIELD["bears_own_cost"], [Needed(TICK)])
    keeps_confidential = BooleanField(FIELD["keeps_confidential"], [Needed(TICK)])


FORMS: dict[FormStep, type[StepForm]] = {
    form.step: form for form in (PlaceStep, KindStep, ApplicantStep, OwnershipStep, PlanStep, SiteStep, DeclarationStep)
}


class HandInForm(VersionedForm):
    """Hands the application in, or sends an answer with a few words."""

    words = TextAreaField(_l("Your answer"), [Length(max=2000)])


class WithdrawForm(VersionedForm):
    """Takes the application back."""

    reason = TextAreaField(
        _l("Reason"), [Length(max=1000)], description=_l("Kept for good, with your name, in the timeline.")
    )


def texts_of(values: dict[str, Any]) -> MultiDict[str, str]:
    """Stored values as a browser would send them, so that a form shows and checks them as it would a request."""
    sent: MultiDict[str, str] = MultiDict()
    for name, value in values.items():
        if value is None or value is False:
            continue
        if name == "shareholders":
            for place, row in enumerate(value):
                for part, text in row.items():
                    sent.add(f"shareholders-{place}-{part}", str(text))
        else:
            sent.add(name, "y" if value is True else _text(value))
    return sent


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(getattr(value, "value", value))
