"""Verbs on the catalogue. A code stays as it was given: reports, files and policies refer to it."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal.errors import InvalidInput, StaleVersion
from portal.products.models import GroupMember, ProductGroup, ProductModel, ProductSeries, ProductVariant
from portal.products.queries import is_code_taken
from portal.products.rules import Days, check_apart, check_code, check_days, check_holds, check_within

Living = ProductSeries | ProductModel | ProductVariant
Alive = TypeVar("Alive", ProductSeries, ProductModel, ProductVariant)
Versioned = TypeVar("Versioned", ProductSeries, ProductModel, ProductVariant, ProductGroup)


def days_of(row: Living) -> Days:
    """The life of a product."""
    return Days(row.active_from, row.active_to)


def create_series(
    session: Session, *, code: str, name_zh: str, name_en: str = "", active_from: date, active_to: date | None = None
) -> ProductSeries:
    """A new series without models. Raises InvalidInput."""
    _check_new(session, ProductSeries, code)
    check_days(Days(active_from, active_to))
    series = ProductSeries(code=code, name_zh=name_zh, name_en=name_en, active_from=active_from, active_to=active_to)
    session.add(series)
    session.flush()
    return series


def change_series(
    session: Session,
    series: ProductSeries,
    *,
    version: int | None,
    name_zh: str,
    name_en: str,
    active_from: date,
    active_to: date | None,
) -> ProductSeries:
    """Change names and life; its models stay within. Raises StaleVersion, InvalidInput."""
    _check_version(series, version)
    days = Days(active_from, active_to)
    check_days(days)
    check_holds(days, ((model.code, days_of(model)) for model in series.models))
    return _save(session, series, name_zh, name_en, days)


def create_model(
    session: Session,
    series: ProductSeries,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    active_from: date,
    active_to: date | None = None,
) -> ProductModel:
    """A new model of a series, sold within the series' life. Raises InvalidInput."""
    _check_new(session, ProductModel, code)
    _check_life(Days(active_from, active_to), series)
    model = ProductModel(
        series=series, code=code, name_zh=name_zh, name_en=name_en, active_from=active_from, active_to=active_to
    )
    session.add(model)
    session.flush()
    return model


def change_model(
    session: Session,
    model: ProductModel,
    *,
    version: int | None,
    name_zh: str,
    name_en: str,
    active_from: date,
    active_to: date | None,
) -> ProductModel:
    """Change names and life; its variants stay within. Raises StaleVersion, InvalidInput."""
    _check_version(model, version)
    days = Days(active_from, active_to)
    _check_life(days, model.series)
    check_holds(days, ((variant.code, days_of(variant)) for variant in model.variants))
    return _save(session, model, name_zh, name_en, days)


def create_variant(
    session: Session,
    model: ProductModel,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    active_from: date,
    active_to: date | None = None,
) -> ProductVariant:
    """A new variant of a model, sold within the model's life. Raises InvalidInput."""
    _check_new(session, ProductVariant, code)
    _check_life(Days(active_from, active_to), model)
    variant = ProductVariant(
        model=model, code=code, name_zh=name_zh, name_en=name_en, active_from=active_from, active_to=active_to
    )
    session.add(variant)
    session.flush()
    return variant


def change_variant(
    session: Session,
    variant: ProductVariant,
    *,
    version: int | None,
    name_zh: str,
    name_en: str,
    active_from: date,
    active_to: date | None,
) -> ProductVariant:
    """Change names and life. Raises StaleVersion, InvalidInput."""
    _check_version(variant, version)
    days = Days(active_from, active_to)
    _check_life(days, variant.model)
    return _save(session, variant, name_zh, name_en, days)


def create_group(session: Session, *, code: str, name_zh: str, name_en: str = "") -> ProductGroup:
    """A new group without members; policies name it by its code. Raises InvalidInput."""
    _check_new(session, ProductGroup, code)
    group = ProductGroup(code=code, name_zh=name_zh, name_en=name_en)
    session.add(group)
    session.flush()
    return group


def change_group(
    session: Session, group: ProductGroup, *, version: int | None, name_zh: str, name_en: str
) -> ProductGroup:
    """Change the names. Raises StaleVersion."""
    _check_version(group, version)
    group.name_zh, group.name_en = name_zh, name_en
    return _flush(session, group)


def add_member(
    session: Session,
    group: ProductGroup,
    model: ProductModel,
    *,
    version: int | None,
    valid_from: date,
    valid_to: date | None = None,
) -> GroupMember:
    """The model is in the group from a day on, once at a time. Raises StaleVersion, InvalidInput."""
    _check_version(group, version)
    days = Days(valid_from, valid_to)
    check_days(days, last_field="valid_to")
    life = days_of(model)
    if valid_from < life.first or (life.last is not None and valid_from > life.last):
        raise InvalidInput("member_outside_life", field="valid_from", value=valid_from, model=model.code)
    others = [Days(row.valid_from, row.valid_to) for row in group.members if row.model_id == model.id]
    check_apart(days, others)
    member = GroupMember(model=model, valid_from=valid_from, valid_to=valid_to)
    group.members.append(member)
    flag_modified(group, "code")  # a new version, so that whoever has the old list open is told
    _flush(session, group)
    return member


def end_member(
    session: Session, group: ProductGroup, member: GroupMember, *, version: int | None, valid_to: date
) -> GroupMember:
    """The model leaves the group after a day; an end that is set already may only come earlier. Raises as above."""
    _check_version(group, version)
    check_days(Days(member.valid_from, valid_to), last_field="valid_to")
    if member.valid_to is not None and valid_to > member.valid_to:
        raise InvalidInput("member_ended", field="valid_to", value=valid_to, last=member.valid_to)
    member.valid_to = valid_to
    flag_modified(group, "code")
    _flush(session, group)
    return member


def _check_new(session: Session, kind: type[Versioned], code: str) -> None:
    check_code(code)
    if is_code_taken(session, kind, code):
        raise InvalidInput("code_taken", field="code", value=code)


def _check_life(days: Days, owner: ProductSeries | ProductModel) -> None:
    check_days(days)
    check_within(days, days_of(owner), name=owner.code)


def _check_version(row: Versioned, version: int | None) -> None:
    if version != row.version:
        raise StaleVersion(expected=version, actual=row.version)


def _save(session: Session, row: Alive, name_zh: str, name_en: str, days: Days) -> Alive:
    row.name_zh, row.name_en = name_zh, name_en
    row.active_from, row.active_to = days.first, days.last
    return _flush(session, row)


def _flush(session: Session, row: Versioned) -> Versioned:
    version = row.version
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
    return row
