"""Forms and lists of imports: the upload, what each column is, the list of imports and that of findings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.forms import PortalForm, labelled_choices
from portal.geo import Datum
from portal.i18n import current_language
from portal.network.labels import IMPORT_KIND, IMPORT_STATUS
from portal.network.models import Distributor, ImportBatch, ImportKind, Outlet
from portal.network.uploads import specs_of
from portal.network.uploads.checking import Columns
from portal.network.uploads.columns import DISTRIBUTOR_FIELDS
from portal.network.uploads.titles import title_of
from portal.tables import Column, Facet, ListSpec, Option
from portal.upload_forms import Header, MappingForm, make_mapping_form, spec_of_findings

DATUMS = {
    Datum.WGS84: _l("WGS-84: from GPS devices and phones, OpenStreetMap, Tianditu"),
    Datum.GCJ02: _l("GCJ-02: copied from AMap, Tencent Maps or Google Maps in China"),
    Datum.BD09: _l("BD-09: copied from Baidu Maps"),
}
_STATUS = _l("Status")

IMPORTS = ListSpec(
    (
        Column("file", _l("File"), ImportBatch.original_name, fixed=True),
        Column("status", _STATUS),
        Column("kind", _l("Contents")),
        Column("rows", _l("Rows"), numeric=True),
        Column("errors", _l("Errors"), numeric=True),
        Column("warnings", _l("Warnings"), numeric=True),
        Column("imported", lazy_pgettext("number of rows", "Imported"), numeric=True),
        Column("who", _l("Handed in by")),
        Column("created", _l("Handed in on"), ImportBatch.id),
    ),
    (
        Facet("kind", _l("Contents"), [Option(kind.value, word) for kind, word in IMPORT_KIND.items()]),
        Facet("status", _STATUS, [Option(status.value, word) for status, word in IMPORT_STATUS.items()]),
    ),
    default_sort="-created",
    default_size=25,
)


def findings_spec(summary: Mapping[str, Any]) -> ListSpec:
    """The findings of one import; the rules that occur are its filter."""
    return spec_of_findings(summary, title_of)


def imported_spec(kind: ImportKind) -> ListSpec:
    """What an import has brought."""
    return ListSpec(_imported_columns(kind), default_sort="code", default_size=25, searchable=False)


@cache
def _imported_columns(kind: ImportKind) -> tuple[Column, ...]:
    model = Outlet if kind is ImportKind.OUTLETS else Distributor
    return (
        Column("code", _l("Code"), model.code, fixed=True),
        Column("name", _l("Name"), model.name, fixed=True),
        Column("place", _l("Region")),
    )


class UploadForm(PortalForm):
    """A list to import."""

    kind = RadioField(
        _l("What is in the file"),
        [InputRequired(_l("Choose what the rows are."))],
        choices=labelled_choices(IMPORT_KIND),
    )
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l(".xlsx or .csv, up to 200,000 rows. A title above the header and a total below are fine."),
    )
    datum = RadioField(
        _l("Coordinates of the file"),
        [InputRequired(_l("Choose the datum of the coordinates."))],
        choices=labelled_choices(DATUMS),
        description=_l(
            "Maps in China use shifted coordinates. With the wrong choice every point is off by 400 m or more; the "
            "check compares points and regions and warns you."
        ),
    )


class DatumForm(PortalForm):
    """Check the same file in another datum."""

    datum = RadioField(
        _l("Coordinates of the file"),
        [InputRequired()],
        choices=labelled_choices(DATUMS),
    )


def mapping_form(kind: ImportKind, columns: Columns) -> MappingForm:
    """A select for each header of the file, set to what is known or was said before."""
    language = current_language()
    specs = specs_of(kind)
    names = {spec.field: spec.names.named(language) for spec in specs}
    required: list[tuple[tuple[str, ...], str]] = [
        ((spec.field,), names[spec.field]) for spec in specs if spec.required
    ]
    if kind is ImportKind.OUTLETS:
        required.append((DISTRIBUTOR_FIELDS, names["distributor"]))
    return make_mapping_form([Header(each.title, each.sample, each.field) for each in columns.found], names, required)
