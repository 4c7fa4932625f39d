"""Forms and lists of uploads: the file of a month, what each column is, the list of uploads and that of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from portal.forms import PortalForm, labelled_choices
from portal.i18n import current_language
from portal.sales.labels_imports import UPLOAD_STATUS
from portal.sales.models import SalesBatch
from portal.sales.uploads import LINES, parts_of
from portal.sales.uploads.checking import FoundColumn
from portal.sales.uploads.columns import ESSENTIAL_QUANTITIES
from portal.sales.uploads.titles import title_of
from portal.tables import Column, Facet, ListSpec, Option
from portal.upload_forms import Header, MappingForm, make_mapping_form, spec_of_findings

UPLOADS = ListSpec(
    (
        Column("file", _l("File"), SalesBatch.original_name, fixed=True),
        Column("month", _l("Month"), SalesBatch.month),
        Column("distributor", _l("Distributor")),
        Column("status", _l("Status")),
        Column("rows", _l("Rows"), numeric=True),
        Column("errors", _l("Errors"), numeric=True),
        Column("warnings", _l("Warnings"), numeric=True),
        Column("imported", lazy_pgettext("number of rows", "Imported"), numeric=True),
        Column("who", _l("Handed in by")),
        Column("created", _l("Handed in on"), SalesBatch.id),
    ),
    (Facet("status", _l("Status"), [Option(status.value, word) for status, word in UPLOAD_STATUS.items()]),),
    default_sort="-created",
    default_size=25,
)


def findings_spec(summary: Mapping[str, Any]) -> ListSpec:
    """The findings of one upload; the rules that occur are its filter."""
    return spec_of_findings(summary, title_of)


class UploadForm(PortalForm):
    """A workbook or text file of a month."""

    distributor = SelectField(_l("Distributor"), [InputRequired(_l("Choose a distributor."))])
    month = SelectField(_l("Month"), [InputRequired(_l("Choose the month of the report."))])
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l(
            ".xlsx or .csv: the template, or your own table. Headers in Chinese and English, a title above them and a "
            "total below are fine."
        ),
    )


DETAIL_CHOICES = {
    "add": _l("Keep them: the file's come in addition; one with the same serial number takes the old one's place"),
    "replace": _l("Replace them all by those of this file"),
}


class RunForm(PortalForm):
    """How the details of a file come into the report."""

    details = RadioField(
        _l("Sales details that the report has already"),
        [InputRequired()],
        choices=labelled_choices(DETAIL_CHOICES),
        default="add",
    )


def mapping_form(columns: Sequence[FoundColumn], month: date) -> MappingForm:
    """A select for each header of the file, set to what is known or was said before."""
    language = current_language()
    names: dict[str, str] = {}
    parts = dict.fromkeys(column.part for column in columns)
    for part in parts:
        names |= {spec.field: spec.names.named(language) for spec in parts_of(month)[part] if spec.field not in names}
    required: list[tuple[Sequence[str], str]] = [(("model_code", "model_name"), names["model_code"])]
    if LINES in parts:
        required += [((name,), names[name]) for name in ESSENTIAL_QUANTITIES]
    elif "sold_on" in names:
        required.append((("sold_on",), names["sold_on"]))
    return make_mapping_form([Header(each.title, each.sample, each.field) for each in columns], names, required)
