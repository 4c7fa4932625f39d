"""What every import of a file asks and shows, whatever its rows are: which column is which, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.forms import PortalForm
from portal.i18n import current_language
from portal.tables import Column, Facet, ListSpec, Option

FINDING_COLUMNS = (
    Column("row", _l("Row"), numeric=True, fixed=True),
    Column("severity", _l("Severity")),
    Column("column", _l("Column")),
    Column("value", _l("Value")),
    Column("message", _l("What is wrong, and what to do"), fixed=True),
)


def spec_of_findings(summary: Mapping[str, Any], title_of: Callable[[str, str], str]) -> ListSpec:
    """The findings of one file; the rules that occur are its filter. `title_of`: rule, language → its name."""
    language = current_language()
    rules = dict.fromkeys([*summary.get("errors", {}), *summary.get("warnings", {})])
    return ListSpec(
        FINDING_COLUMNS,
        (
            Facet(
                "severity", _l("Severity"), [Option("error", _l("Errors")), Option("warning", _l("Warnings"))],
                multiple=False,
            ),
            Facet("rule", _l("Rule"), [Option(rule, title_of(rule, language)) for rule in rules]),
        ),
        searchable=False,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """A header of the file, its first values, and the field that it is taken for ("" for none)."""

    title: str
    sample: Sequence[str]
    field: str


class MappingForm(PortalForm):
    """Which field each column of the file fills. Made by `make_mapping_form`."""

    required: Sequence[tuple[Sequence[str], str]]
    """Fields of which one must be there, and what they are called."""
    titles: Sequence[str]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field once, and the required ones."""
        is_valid = super().validate(extra_validators)
        chosen: dict[str, Any] = {}
        for part in self.parts():
            if part.data and part.data in chosen:
                text = _("“%(title)s” is this field already. Choose another one.", title=chosen[part.data].label.text)
                part.errors = [*part.errors, text]
                is_valid = False
            chosen.setdefault(part.data, part)
        missing = [word for names, word in self.required if not chosen.keys() & set(names)]
        if missing:
            self.form_errors.append(_("Say which columns these are: %(fields)s.", fields=", ".join(missing)))
        return is_valid and not missing

    def parts(self) -> list[Any]:
        """The selects, in the order of the file's columns."""
        return [self[f"column_{number}"] for number in range(len(self.titles))]

    def mapping(self) -> dict[str, str]:
        """{header: field}; "" for a column that is left out."""
        return {title: part.data or "" for title, part in zip(self.titles, self.parts(), strict=True)}


def make_mapping_form(
    headers: Sequence[Header], names: Mapping[str, str], required: Sequence[tuple[Sequence[str], str]]
) -> MappingForm:
    """A select for each header. `names`: field → what it is called; `required` as in a MappingForm."""
    found = {header.title: header for header in reversed(headers)}
    titles = list(dict.fromkeys(header.title for header in headers))
    choices = [SelectChoice("", _("Leave this column out")), *(SelectChoice(*each) for each in names.items())]
    fields: dict[str, Any] = {
        f"column_{number}": SelectField(title, choices=choices, description=_sample(found[title].sample))
        for number, title in enumerate(titles)
    }
    made = type("FileMappingForm", (MappingForm,), {**fields, "titles": titles, "required": required})
    data = {f"column_{number}": found[title].field for number, title in enumerate(titles)}
    return made(data=data)  # type: ignore[no-any-return]


def _sample(values: Sequence[str]) -> str:
    return _("For example: %(values)s", values=" · ".join(values)) if values else _("This column is empty.")
