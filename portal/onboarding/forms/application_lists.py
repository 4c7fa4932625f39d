"""What the list of applications offers in its URL: columns, order, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.i18n import current_language
from portal.network.queries.lists import Named
from portal.network.queries.parties import NOT_ASSIGNED
from portal.onboarding.labels import APPLICATION_STATUS
from portal.onboarding.models import Application
from portal.onboarding.rules.states import ApplicationStatus
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

_STATUS, _COUNTY = lazy_pgettext("column", "Status"), _l("County")
_AREA, _NOT_ASSIGNED = _l("Sales area"), _l("Not assigned")
# Specs are the same for many requests; as many are kept, in the reader's language.
SPECS = 256
Counties = tuple[tuple[str, str], ...]

COLUMNS = (
    Column("outlet", lazy_pgettext("column", "Outlet applied for"), fixed=True),
    Column("number", lazy_pgettext("column", "Number"), Application.number, nullable=True, fixed=True),
    Column("status", _l("Status"), Application.status),
    Column("due", lazy_pgettext("column", "Due"), Application.due_on, nullable=True),
    Column("distributor", _l("Distributor")),
    Column("place", _l("Region")),
    Column("area", _AREA, shown=False),
    Column("class", _l("Class"), shown=False),
    Column("submitted", _l("Handed in on"), Application.submitted_at, nullable=True),
    Column("updated", _l("Last change"), Application.updated_at),
)


def application_spec(
    areas: Sequence[Named], counties: Mapping[str, str], *, is_applicant: bool, is_everywhere: bool
) -> ListSpec:
    """The list for a reader who sees these areas and counties (code → name). Only applicants see drafts."""
    if is_applicant:
        return _spec_of_applicant(tuple(counties.items()), current_language())
    return _spec_of_reviewer(tuple(areas), tuple(counties.items()), is_everywhere, current_language())


@lru_cache(maxsize=SPECS)
def _spec_of_applicant(counties: Counties, language: str) -> ListSpec:
    columns = tuple(column for column in translate_columns(COLUMNS, language) if column.key != "distributor")
    return ListSpec(columns, _facets(APPLICATION_STATUS, counties), default_sort="-updated")


@lru_cache(maxsize=SPECS)
def _spec_of_reviewer(areas: tuple[Named, ...], counties: Counties, is_everywhere: bool, language: str) -> ListSpec:
    offered: dict[ApplicationStatus, Any] = {
        status: word for status, word in APPLICATION_STATUS.items() if status is not ApplicationStatus.DRAFT
    }
    facets = _facets(offered, counties)
    if len(areas) > 1:
        options = [Option(area.code, area.name(language)) for area in areas]
        unassigned = [Option(NOT_ASSIGNED, str(_NOT_ASSIGNED))] if is_everywhere else []
        facets = (*facets, Facet("area", str(_AREA), [*options, *unassigned]))
    return ListSpec(translate_columns(COLUMNS, language), facets, default_sort="-updated")


def _facets(statuses: Mapping[ApplicationStatus, Any], counties: Counties) -> tuple[Facet, ...]:
    return (
        Facet("status", str(_STATUS), [Option(each.value, str(word)) for each, word in statuses.items()]),
        Facet("county", str(_COUNTY), [Option(code, name) for code, name in counties], pattern=r"\d{6,12}"),
    )
