"""What the lists of outlets and distributors offer in their URLs: columns, order, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.i18n import current_language
from portal.network.labels import (
    CITY_TIER,
    DISTRIBUTOR_STATUS,
    DISTRIBUTOR_TIER,
    NEED,
    OPERATING_MODE,
    OUTLET_STATUS,
    STORE_CLASS,
    words_of,
)
from portal.network.models import Distributor, Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, NOT_ASSIGNED, REGION_PATTERN
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

_STATUS, _LEVEL = lazy_pgettext("column", "Status"), lazy_pgettext("distributor", "Level")
_AREA, _REGION, _DISTRIBUTOR = _l("Sales area"), _l("Region"), _l("Distributor")
_CLASS, _MODE, _TIER = _l("Class"), _l("Operating mode"), _l("City tier")
_NEED, _NOT_ASSIGNED = _l("Needs attention"), _l("Not assigned")
# Specs are the same for many requests; as many are kept, in the reader's language.
SPECS = 256
Rows = tuple[Named, ...]
Words = tuple[tuple[str, str], ...]

OUTLET_COLUMNS = (
    Column("name", _l("Outlet"), Outlet.name, fixed=True),
    Column("code", _l("Code"), Outlet.code, fixed=True),
    Column("status", _STATUS, Outlet.status),
    Column("since", _l("Status since"), shown=False),
    Column("area", _AREA),
    Column("place", _REGION),
    Column("distributor", _DISTRIBUTOR),
    Column("class", _CLASS),
    Column("mode", _MODE),
    Column("tier", _TIER, shown=False),
    Column("opened", _l("Opened on"), Outlet.opened_on, nullable=True),
)
DISTRIBUTOR_COLUMNS = (
    Column("name", _DISTRIBUTOR, Distributor.name, fixed=True),
    Column("code", _l("Code"), Distributor.code, fixed=True),
    Column("status", _STATUS, Distributor.status),
    Column("rank", _LEVEL),
    Column("area", _AREA),
    Column("place", _REGION),
    Column("mode", _MODE),
    Column("tier", _TIER, shown=False),
    Column("opened", _l("Active since"), Distributor.opened_on, nullable=True),
)


def outlet_spec(
    areas: Sequence[Named], distributors: Sequence[Named], *, words: Mapping[str, str], all_areas: bool
) -> ListSpec:
    """The list of outlets for a reader who sees these areas and distributors.

    `words`: chosen regions → their names; `all_areas`: also rows in no area.
    """
    return _outlet_spec(tuple(areas), tuple(distributors), tuple(words.items()), all_areas, current_language())


@lru_cache(maxsize=SPECS)
def _outlet_spec(areas: Rows, distributors: Rows, regions: Words, all_areas: bool, language: str) -> ListSpec:
    facets = (
        Facet("status", str(_STATUS), _options(OUTLET_STATUS)),
        _area_facet(areas, all_areas, language),
        Facet("region", str(_REGION), pattern=REGION_PATTERN, words=dict(regions)),
        Facet("class", str(_CLASS), _options(STORE_CLASS)),
        Facet("mode", str(_MODE), _options(OPERATING_MODE)),
        Facet("tier", str(_TIER), _options(CITY_TIER)),
        Facet("need", str(_NEED), _options(NEED)),
        Facet("distributor", str(_DISTRIBUTOR), _named(distributors, language), CODE_PATTERN),
    )
    return ListSpec(translate_columns(OUTLET_COLUMNS, language), facets, default_sort="code")


def distributor_spec(areas: Sequence[Named], *, words: Mapping[str, str], all_areas: bool) -> ListSpec:
    """The list of distributors for a reader who sees these areas."""
    return _distributor_spec(tuple(areas), tuple(words.items()), all_areas, current_language())


@lru_cache(maxsize=SPECS)
def _distributor_spec(areas: Rows, regions: Words, all_areas: bool, language: str) -> ListSpec:
    facets = (
        Facet("status", str(_STATUS), _options(DISTRIBUTOR_STATUS)),
        _area_facet(areas, all_areas, language),
        Facet("region", str(_REGION), pattern=REGION_PATTERN, words=dict(regions)),
        Facet("rank", str(_LEVEL), _options(DISTRIBUTOR_TIER)),
        Facet("mode", str(_MODE), _options(OPERATING_MODE)),
        Facet("tier", str(_TIER), _options(CITY_TIER)),
        Facet("need", str(_NEED), _options(NEED)),
    )
    return ListSpec(translate_columns(DISTRIBUTOR_COLUMNS, language), facets, default_sort="code")


def _area_facet(areas: Rows, all_areas: bool, language: str) -> Facet:
    unassigned = {NOT_ASSIGNED: str(_NOT_ASSIGNED)} if all_areas else {}
    options = [*_named(areas, language), *(Option(value, word) for value, word in unassigned.items())]
    return Facet("area", str(_AREA), options if len(options) > 1 else (), CODE_PATTERN, words=unassigned)


def _named(rows: Rows, language: str) -> list[Option]:
    return [Option(row.code, row.name(language)) for row in rows] if len(rows) > 1 else []


def _options(labels: Mapping[Any, Any]) -> list[Option]:
    return [Option(member.value, word) for member, word in words_of(labels).items()]
