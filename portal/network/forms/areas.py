"""Forms and list of sales areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from portal import clock
from portal.formatting import format_date
from portal.forms import VersionedForm
from portal.i18n import current_language, pick
from portal.network.labels import REGION_LEVEL
from portal.network.models import SalesArea
from portal.network.queries.parties import NOT_ASSIGNED
from portal.network.queries.region_names import RegionBook, RegionEntry
from portal.network.rules import RegionLevel
from portal.network.services.areas import Conflict
from portal.tables import Column, Facet, ListSpec, Option

MAX_NAMED = 12
Key = tuple[RegionLevel, str]


def area_spec() -> ListSpec:
    """The list of sales areas."""
    return ListSpec(_columns(current_language()), default_sort="code", default_size=100)


@cache
def _columns(language: str) -> tuple[Column, ...]:
    name = SalesArea.name_zh if language == "zh_Hans" else SalesArea.name_en
    return (
        Column("code", _l("Code"), SalesArea.code, fixed=True),
        Column("name", _l("Sales area"), name, fixed=True),
        Column("developer", _l("Developer")),
        Column("maintainer", _l("Maintainer")),
        Column("prefectures", _l("Prefectures"), numeric=True),
        Column("counties", _l("Counties"), numeric=True),
        Column("white", _l("Without territory"), numeric=True),
        Column("open", _l("Active outlets"), numeric=True),
        Column("planned", _l("Planned outlets"), numeric=True),
    )


def area_facet(areas: Sequence[SalesArea]) -> Facet:
    """A facet over these areas and what is not assigned."""
    options = [Option(area.code, pick(area.name_zh, area.name_en)) for area in areas]
    return Facet("area", _l("Sales area"), [*options, Option(NOT_ASSIGNED, _l("Not assigned"))])


class AreaForm(VersionedForm):
    """What a sales area is called and who looks after it."""

    code = StringField(_l("Code"), [DataRequired(_l("Give a code.")), Length(max=30)])
    name_zh = StringField(_l("Chinese name"), [DataRequired(_l("Give a name.")), Length(max=80)])
    name_en = StringField(_l("English name"), [DataRequired(_l("Give a name.")), Length(max=80)])
    developer = SelectField(
        _l("Developer"), description=_l("Opens the area: finds and signs distributors and outlets.")
    )
    maintainer = SelectField(_l("Maintainer"), description=_l("Looks after what is open."))

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Who can be chosen as developer and maintainer."""
        choices = [("", _l("Nobody yet")), *((str(user_id), name) for user_id, name in people)]
        self.developer.choices = self.maintainer.choices = choices

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        return {
            "code": self.code.data,
            "name_zh": self.name_zh.data,
            "name_en": self.name_en.data,
            "developer_id": int(self.developer.data) if self.developer.data else None,
            "maintainer_id": int(self.maintainer.data) if self.maintainer.data else None,
        }


def area_values(area: SalesArea) -> dict[str, Any]:
    """What the form shows of an area."""
    return {
        "code": area.code,
        "name_zh": area.name_zh,
        "name_en": area.name_en,
        "developer": str(area.developer_id or ""),
        "maintainer": str(area.maintainer_id or ""),
        "version": area.version,
    }


class AssignForm(VersionedForm):
    """From which day the ticked regions of a province are the area's. The ticks themselves are drawn as a tree."""

    on = DateField(_l("Date of effect"), [DataRequired(_l("Give the day."))], default=clock.today)
    takes_over = BooleanField(_l("Take over regions that another sales area holds"))


def read_keys(values: Iterable[str]) -> set[Key]:
    """`level:code` of ticked boxes; what is none is left out."""
    levels, found = {level.value for level in RegionLevel}, set()
    for value in values:
        level, _colon, code = value.partition(":")
        if level in levels and code.isascii() and code.isalnum() and len(code) <= 12:
            found.add((RegionLevel(level), code))
    return found


def conflict_lines(conflicts: Sequence[Conflict], book: RegionBook) -> list[str]:
    """Which region is whose, and until when: a sentence each."""
    lines = [_conflict_line(conflict, book) for conflict in conflicts[:MAX_NAMED]]
    if len(conflicts) > MAX_NAMED:
        lines.append(_("… and %(number)s more.", number=len(conflicts) - MAX_NAMED))
    return lines


def _conflict_line(conflict: Conflict, book: RegionBook) -> str:
    language = current_language()
    values = {
        "region": book.name(*conflict.key, language),
        "area": pick(conflict.name_zh, conflict.name_en),
        "code": conflict.area_code,
        "first": format_date(conflict.valid_from, language),
    }
    if conflict.valid_to is None:
        return _("%(region)s belongs to %(area)s (%(code)s) since %(first)s.", **values)
    last = format_date(conflict.valid_to, language)
    return _("%(region)s belongs to %(area)s (%(code)s) from %(first)s to %(last)s.", last=last, **values)


def province_options(provinces: Sequence[RegionEntry]) -> list[tuple[str, str]]:
    """Provinces for a select."""
    language = current_language()
    return [(entry.code, entry.name(language)) for entry in provinces]


def level_word(level: RegionLevel) -> str:
    """The level in the reader's language."""
    return str(REGION_LEVEL[level])
