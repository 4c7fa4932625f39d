"""What the list of regions offers in its URL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.i18n import current_language
from portal.network.forms.areas import area_facet
from portal.network.labels import REGION_LEVEL
from portal.network.models import Region, SalesArea
from portal.network.queries.region_names import RegionEntry
from portal.tables import Column, Facet, ListSpec, Option


@cache
def _columns(language: str) -> tuple[Column, ...]:
    name = Region.name_zh if language == "zh_Hans" else Region.name_en
    return (
        Column("name", _l("Region"), name, fixed=True),
        Column("code", lazy_pgettext("region", "Code"), Region.code, fixed=True),
        Column("level", _l("Level")),
        Column("within", _l("Lies in")),
        Column("area", _l("Sales area")),
        Column("distributors", _l("Distributors"), numeric=True),
        Column("outlets", _l("Outlets"), numeric=True),
        Column("open", _l("Active outlets"), numeric=True, shown=False),
        Column("population", _l("Residents"), Region.population, nullable=True, numeric=True),
    )


def region_spec(areas: Sequence[SalesArea], provinces: Sequence[RegionEntry]) -> ListSpec:
    """The list of regions for a reader who sees these areas."""
    language = current_language()
    facets = (
        Facet("level", _l("Level"), [Option(level.value, word) for level, word in REGION_LEVEL.items()]),
        Facet("province", _l("Province"), [Option(entry.code, entry.name(language)) for entry in provinces]),
        area_facet(areas),
        Facet("territory", _l("Territory"), [Option("none", _l("Counties without territory"))]),
    )
    return ListSpec(_columns(language), facets, default_sort="code")
