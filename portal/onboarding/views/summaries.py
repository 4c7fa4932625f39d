"""What an application says, field by field, as the check page, the application's page and the review show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access import can
from portal.formatting import format_coordinate, format_date, format_int
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, OPERATING_MODE, STORE_CLASS
from portal.network.masking import mask_email, mask_name, mask_phone
from portal.onboarding.labels import FIELD, FORM_OF_OUTLET, FORM_STEP, INCUMBENT_TREATMENT
from portal.onboarding.models import Application, ApplicationFile, ApplicationFileKind
from portal.onboarding.rules.answers import FIELDS_OF_STEP, PERSONAL, FormStep
from portal.onboarding.views.pins import place_words
from portal.permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Line:
    """One fact. `problem` says what is wrong or missing; `change_url` leads to its field."""

    name: str
    label: str
    text: str
    problem: str = ""
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the form with its facts."""

    step: FormStep
    title: str
    lines: tuple[Line, ...]
    change_url: str = ""


MASKS: dict[str, Callable[[str], str]] = {"phone": mask_phone, "email": mask_email}
CHOICES: dict[str, Any] = {
    "city_tier": CITY_TIER,
    "operating_mode": OPERATING_MODE,
    "store_class": STORE_CLASS,
    "form_of_outlet": FORM_OF_OUTLET,
    "incumbent_treatment": INCUMBENT_TREATMENT,
}
# Shown with their pair, or elsewhere on the page.
APART = frozenset({"lat"})


def summary_of(
    application: Application, files: list[ApplicationFile], *, problems: dict[str, str] | None = None
) -> list[Part]:
    """All parts. With `problems` (field → sentence; may be empty) each part and field links back to its step."""
    return [_part(application, files, step, problems) for step in FormStep]


def _part(
    application: Application, files: list[ApplicationFile], step: FormStep, problems: dict[str, str] | None
) -> Part:
    url = "" if problems is None else _step_url(application, step)
    lines = tuple(
        Line(
            name=name,
            label=_("Coordinates") if name == "lng" else str(FIELD[name]),
            text=text_of(application, name, files),
            problem=(problems or {}).get(name, ""),
            change_url=f"{url}#{_anchor(name)}" if url else "",
        )
        for name in FIELDS_OF_STEP[step]
        if name not in APART
    )
    return Part(step, str(FORM_STEP[step]), lines, url)


def _step_url(application: Application, step: FormStep) -> str:
    return url_for("onboarding.edit_application", application_id=application.id, step=step.value, back="check")


def _anchor(name: str) -> str:
    """The id of the field's control."""
    return {"county_code": "county", "storefront": "file-storefront", "shareholders": "shareholders-0-name"}.get(
        name, name
    )


def problem_url(application: Application, name: str) -> str:
    """Where the field is put right."""
    step = next(step for step, names in FIELDS_OF_STEP.items() if name in names)
    return f"{_step_url(application, step)}#{_anchor(name)}"


def text_of(application: Application, name: str, files: list[ApplicationFile]) -> str:
    """One fact in the reader's words; empty where nothing is said. Personal data are masked for mere readers."""
    if name == "lng":
        is_known = application.lng is not None and application.lat is not None
        return f"{format_coordinate(application.lng, application.lat)} (WGS-84)" if is_known else ""
    if name == "county_code":
        return place_words(application)
    if name == "storefront":
        count = sum(each.kind is ApplicationFileKind.STOREFRONT for each in files)
        return ngettext("%(num)s photo", "%(num)s photos", count) if count else ""
    value = getattr(application, name, application.answers.get(name))
    if name in PERSONAL and value and not may_see_personal():
        return MASKS.get(name, mask_name)(str(value))
    return _plain(name, value)


def may_see_personal() -> bool:
    """Those who apply and those who decide read names and numbers in full."""
    return can(P.ONBOARDING_APPLICATIONS_SUBMIT) or can(P.ONBOARDING_APPLICATIONS_REVIEW)


def _plain(name: str, value: Any) -> str:
    if value is None or value == "" or value is False:
        return ""
    if value is True:
        return _("Yes")
    if name in CHOICES:
        return _choice(CHOICES[name], str(getattr(value, "value", value)))
    if name == "shareholders":
        return "; ".join(_shareholder(row) for row in value)
    if name.endswith(("_on", "_from", "_until")):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return format_date(day, current_language())
    return format_int(value) if isinstance(value, int) else str(value)


def _choice(words: dict[Any, Any], value: str) -> str:
    return next((str(word) for member, word in words.items() if member.value == value), value)


def _shareholder(row: dict[str, str]) -> str:
    parts = [row.get("name", "")]
    if row.get("share"):
        parts.append(f"{row['share']} %")
    if row.get("capital"):
        parts.append(_("%(capital)s (10,000 yuan)", capital=row["capital"]))
    return ", ".join(part for part in parts if part)
