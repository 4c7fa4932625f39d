"""What may filter the map: the same keys as the list of outlets, so that a link between the two keeps its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.i18n import current_language
from portal.network.labels import CITY_TIER, NEED, OPERATING_MODE, OUTLET_STATUS, STORE_CLASS
from portal.network.models import Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, NOT_ASSIGNED, REGION_PATTERN
from portal.tables import Column, Facet, ListSpec, Option


def map_spec(areas: Sequence[Named], distributors: Sequence[Named], *, all_areas: bool) -> ListSpec:
    """The filters for a reader who sees these areas and distributors; `all_areas`: also outlets in no area."""
    facets = [
        Facet("status", lazy_pgettext("column", "Status"), _labelled(OUTLET_STATUS)),
        Facet("area", _l("Sales area"), _area_options(areas, all_areas=all_areas), CODE_PATTERN),
        Facet("class", _l("Class"), _labelled(STORE_CLASS)),
        Facet("mode", _l("Operating mode"), _labelled(OPERATING_MODE)),
        Facet("tier", _l("City tier"), _labelled(CITY_TIER)),
        Facet("need", _l("Needs attention"), _labelled(NEED)),
        Facet("distributor", _l("Distributor"), _named(distributors), CODE_PATTERN),
        Facet("region", _l("Region"), pattern=REGION_PATTERN),
    ]
    return ListSpec((Column("code", _l("Code"), Outlet.code),), tuple(facets), default_sort="code")


def _area_options(areas: Sequence[Named], *, all_areas: bool) -> list[Option]:
    options = _named(areas)
    if all_areas and options:
        options.append(Option(NOT_ASSIGNED, _l("Not assigned")))
    return options


def _named(rows: Sequence[Named]) -> list[Option]:
    """A choice of one is none."""
    language = current_language()
    return [Option(row.code, row.name(language)) for row in rows] if len(rows) > 1 else []


def _labelled(labels: Mapping[Any, Any]) -> list[Option]:
    return [Option(member.value, word) for member, word in labels.items()]
