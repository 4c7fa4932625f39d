"""Reads of the catalogue. Products belong to nobody's scope: whoever may read them sees them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.errors import NotFound
from portal.paging import Count, Page, capped_count, keyset_page
from portal.products.models import GroupMember, ProductGroup, ProductModel, ProductSeries, ProductVariant
from portal.products.rules import Life
from portal.tables import ListState

Named = TypeVar("Named", ProductSeries, ProductModel, ProductVariant, ProductGroup)
Living = type[ProductSeries] | type[ProductModel] | type[ProductVariant]


def is_active(model: Living, on: date) -> ColumnElement[bool]:
    """Whether a product is sold on a day."""
    return and_(model.active_from <= on, or_(model.active_to.is_(None), model.active_to >= on))


def is_in(life: Life, model: Living, on: date) -> ColumnElement[bool]:
    """Whether a product is in this part of its life on a day."""
    if life is Life.COMING:
        return model.active_from > on
    return is_active(model, on) if life is Life.ON_SALE else model.active_to < on


# ---- what other rooms ask


def active_models(session: Session, on: date) -> list[ProductModel]:
    """The models sold on a day, by code."""
    statement = select(ProductModel).where(is_active(ProductModel, on)).order_by(ProductModel.code)
    return list(session.scalars(statement))


def models_between(session: Session, first: date, last: date) -> list[ProductModel]:
    """The models sold on at least one day from `first` to `last`, by code."""
    lives = (
        ProductModel.active_from <= last,
        or_(ProductModel.active_to.is_(None), ProductModel.active_to >= first),
    )
    return list(session.scalars(select(ProductModel).where(*lives).order_by(ProductModel.code)))


def all_models(session: Session) -> list[ProductModel]:
    """Every model that ever was, by code."""
    return list(session.scalars(select(ProductModel).order_by(ProductModel.code)))


def models_by_code(session: Session, codes: Iterable[str] | None = None) -> dict[str, ProductModel]:
    """Models by their code: those named, or all. A code that nobody knows is left out."""
    statement = select(ProductModel).order_by(ProductModel.code)
    if codes is not None:
        statement = statement.where(ProductModel.code.in_(sorted(set(codes))))
    return {model.code: model for model in session.scalars(statement)}


def tags_of_models(session: Session, on: date) -> dict[int, frozenset[str]]:
    """Model id → codes of the groups it is in on a day. Models in no group are left out. One statement."""
    found: dict[int, set[str]] = defaultdict(set)
    statement = (
        select(GroupMember.model_id, ProductGroup.code)
        .join(ProductGroup, ProductGroup.id == GroupMember.group_id)
        .where(_is_member(on))
    )
    for model_id, code in session.execute(statement):
        found[model_id].add(code)
    return {model_id: frozenset(codes) for model_id, codes in found.items()}


def _is_member(on: date) -> ColumnElement[bool]:
    return and_(GroupMember.valid_from <= on, or_(GroupMember.valid_to.is_(None), GroupMember.valid_to >= on))


# ---- one of them by its code


def get_series(session: Session, code: str) -> ProductSeries:
    """The series with its models and their variants; NotFound where there is none."""
    parts = selectinload(ProductSeries.models).selectinload(ProductModel.variants)
    return _get(session, select(ProductSeries).where(ProductSeries.code == code).options(parts))


def get_model(session: Session, code: str) -> ProductModel:
    """The model with its series and variants; NotFound where there is none."""
    parts = (joinedload(ProductModel.series), selectinload(ProductModel.variants))
    return _get(session, select(ProductModel).where(ProductModel.code == code).options(*parts))


def get_variant(session: Session, code: str) -> ProductVariant:
    """The variant with its model; NotFound where there is none."""
    parts = joinedload(ProductVariant.model)
    return _get(session, select(ProductVariant).where(ProductVariant.code == code).options(parts))


def get_group(session: Session, code: str) -> ProductGroup:
    """The group with its members and their models; NotFound where there is none."""
    parts = selectinload(ProductGroup.members).joinedload(GroupMember.model)
    return _get(session, select(ProductGroup).where(ProductGroup.code == code).options(parts))


def get_member(session: Session, group: ProductGroup, member_id: int) -> GroupMember:
    """A membership of this group; NotFound for any other."""
    member = session.scalar(select(GroupMember).where(GroupMember.id == member_id, GroupMember.group_id == group.id))
    if member is None:
        raise NotFound()
    return member


def _get(session: Session, statement: Select[Any]) -> Any:
    row = session.scalars(statement).unique().one_or_none()
    if row is None:
        raise NotFound()
    return row


def memberships_of(session: Session, model: ProductModel) -> Sequence[GroupMember]:
    """The groups in which a model is, was or will be, latest first."""
    statement = (
        select(GroupMember)
        .where(GroupMember.model_id == model.id)
        .options(joinedload(GroupMember.group))
        .order_by(GroupMember.valid_from.desc(), GroupMember.id)
    )
    return session.scalars(statement).all()


# ---- lists


def list_series(session: Session, state: ListState, on: date) -> tuple[Page, Count]:
    """A page of series with their models, and how many there are. Search finds a series by its models too."""
    statement = _found(select(ProductSeries), state, on)
    parts = selectinload(ProductSeries.models)
    page = keyset_page(session, statement.options(parts), state.order(ProductSeries.id), state.cursor, state.size)
    return page, capped_count(session, statement)


def export_series(session: Session, state: ListState, on: date) -> list[ProductSeries]:
    """All series that the list's filters leave, with models and variants, by code."""
    parts = selectinload(ProductSeries.models).selectinload(ProductModel.variants)
    statement = _found(select(ProductSeries), state, on).options(parts).order_by(ProductSeries.code)
    return list(session.scalars(statement))


def _found(statement: Select[tuple[ProductSeries]], state: ListState, on: date) -> Select[tuple[ProductSeries]]:
    lives = [Life(value) for value in state.chosen("life")]
    if lives:
        statement = statement.where(or_(*(is_in(life, ProductSeries, on) for life in lives)))
    if state.text:
        inside = exists().where(ProductModel.series_id == ProductSeries.id, _says(ProductModel, state.text))
        statement = statement.where(or_(_says(ProductSeries, state.text), inside))
    return statement


def _says(model: type[Any], text: str) -> ColumnElement[bool]:
    columns = (model.code, model.name_zh, model.name_en)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def list_groups(session: Session, state: ListState, on: date) -> tuple[Page, Count, dict[int, list[ProductModel]]]:
    """A page of groups, how many there are, and group id → its models on a day, by code."""
    statement = select(ProductGroup)
    if state.text:
        statement = statement.where(_says(ProductGroup, state.text))
    page = keyset_page(session, statement, state.order(ProductGroup.id), state.cursor, state.size)
    return page, capped_count(session, statement), _models_in(session, [group.id for group in page.rows], on)


def _models_in(session: Session, group_ids: Sequence[int], on: date) -> dict[int, list[ProductModel]]:
    found: dict[int, list[ProductModel]] = defaultdict(list)
    statement = (
        select(GroupMember.group_id, ProductModel)
        .join(ProductModel, ProductModel.id == GroupMember.model_id)
        .where(GroupMember.group_id.in_(group_ids), _is_member(on))
        .order_by(ProductModel.code)
    )
    for group_id, model in session.execute(statement):
        found[group_id].append(model)
    return found


def export_members(session: Session) -> list[GroupMember]:
    """Every membership, by group, model and day."""
    statement = (
        select(GroupMember)
        .join(ProductGroup, ProductGroup.id == GroupMember.group_id)
        .join(ProductModel, ProductModel.id == GroupMember.model_id)
        .options(joinedload(GroupMember.group), joinedload(GroupMember.model))
        .order_by(ProductGroup.code, ProductModel.code, GroupMember.valid_from)
    )
    return list(session.scalars(statement))


def is_code_taken(session: Session, model: type[Named], code: str) -> bool:
    """Whether a product of this kind has the code already, however it is capitalised: people type f3 for F3."""
    return bool(session.scalar(select(exists().where(func.lower(model.code) == code.lower()))))
