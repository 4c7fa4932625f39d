"""Forms and lists of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from portal import clock
from portal.forms import VersionedForm, labelled_choices
from portal.i18n import current_language, pick
from portal.products.labels import LIFE
from portal.products.models import ProductGroup, ProductModel, ProductSeries, ProductVariant
from portal.products.rules import CODE_LENGTH
from portal.tables import Column, Facet, ListSpec, Option

GIVE_DAY = _l("Give the day.")
_CODE, _LIFE = _l("Code"), _l("On sale?")


class LivingForm(VersionedForm):
    """Names and life of a series, a model or a variant."""

    name_zh = StringField(_l("Chinese name"), [DataRequired(_l("Give a name.")), Length(max=120)])
    name_en = StringField(_l("English name"), [Length(max=120)])
    active_from = DateField(_l("On sale from"), [DataRequired(GIVE_DAY)], default=clock.today)
    active_to = DateField(
        _l("Last day on sale"), [Optional()], description=_l("Leave it empty while no end is decided.")
    )

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        return {
            "name_zh": self.name_zh.data,
            "name_en": self.name_en.data or "",
            "active_from": self.active_from.data,
            "active_to": self.active_to.data,
        }


class NewLivingForm(LivingForm):
    """The same with the code that it keeps for good."""

    code = StringField(_CODE, [DataRequired(_l("Give a code.")), Length(max=CODE_LENGTH)])

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        return {"code": self.code.data, **super().facts()}


class GroupForm(VersionedForm):
    """Names of a group."""

    name_zh = StringField(_l("Chinese name"), [DataRequired(_l("Give a name.")), Length(max=120)])
    name_en = StringField(_l("English name"), [Length(max=120)])

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        return {"name_zh": self.name_zh.data, "name_en": self.name_en.data or ""}


class NewGroupForm(GroupForm):
    """The same with its code."""

    code = StringField(_CODE, [DataRequired(_l("Give a code.")), Length(max=CODE_LENGTH)])

    def facts(self) -> dict[str, Any]:
        """The values as the services want them."""
        return {"code": self.code.data, **super().facts()}


class MemberForm(VersionedForm):
    """A model comes into a group."""

    model = SelectField(_l("Model"), [DataRequired(_l("Choose the model."))])
    valid_from = DateField(_l("From"), [DataRequired(GIVE_DAY)], default=clock.today)
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Leave it empty while no end is decided."))

    def offer(self, models: Iterable[ProductModel]) -> None:
        """The models to choose from, by code."""
        words = {model.code: f"{model.code} · {pick(model.name_zh, model.name_en)}" for model in models}
        self.model.choices = labelled_choices(words, blank=True)


class EndMemberForm(VersionedForm):
    """A model leaves a group."""

    valid_to = DateField(_l("Last day"), [DataRequired(GIVE_DAY)], default=clock.today)


def living_values(row: ProductSeries | ProductModel | ProductVariant) -> dict[str, Any]:
    """What the form shows of a product."""
    names = ("name_zh", "name_en", "active_from", "active_to", "version")
    return {name: getattr(row, name) for name in names}


def group_values(group: ProductGroup) -> dict[str, Any]:
    """What the form shows of a group."""
    return {"name_zh": group.name_zh, "name_en": group.name_en, "version": group.version}


def series_spec() -> ListSpec:
    """The list of series."""
    return _series_spec(current_language())


@cache
def _series_spec(language: str) -> ListSpec:
    name = ProductSeries.name_zh if language == "zh_Hans" else ProductSeries.name_en
    columns = (
        Column("name", _l("Series"), name, fixed=True),
        Column("code", _CODE, ProductSeries.code, fixed=True),
        Column("models", _l("Models")),
        Column("life", _LIFE),
        Column("since", _l("On sale from"), ProductSeries.active_from),
        Column("until", _l("Last day on sale"), ProductSeries.active_to, nullable=True),
    )
    facets = (Facet("life", _LIFE, [Option(life.value, word) for life, word in LIFE.items()]),)
    return ListSpec(columns, facets, default_sort="code")


def group_spec() -> ListSpec:
    """The list of groups."""
    return _group_spec(current_language())


@cache
def _group_spec(language: str) -> ListSpec:
    name = ProductGroup.name_zh if language == "zh_Hans" else ProductGroup.name_en
    columns = (
        Column("name", _l("Group"), name, fixed=True),
        Column("code", _CODE, ProductGroup.code, fixed=True),
        Column("models", _l("Models today")),
    )
    return ListSpec(columns, default_sort="code")
