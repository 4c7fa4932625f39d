"""Series, models, variants and groups. Life is two days, both inclusive: an open end is empty."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, WithId


class Named:
    """A code, two names and the days between which it is sold."""

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    active_from: Mapped[date] = mapped_column(Date)
    active_to: Mapped[date | None] = mapped_column(Date)


class ProductSeries(WithId, Named, Base):
    """A family of models (系列)."""

    __tablename__ = "product_series"

    version: Mapped[int] = mapped_column(Integer, default=1)
    models: Mapped[list[ProductModel]] = relationship(back_populates="series", order_by="ProductModel.code")

    __mapper_args__ = {"version_id_col": version}


class ProductModel(WithId, Named, Base):
    """A model (车型): what reports, quotas and policies count."""

    __tablename__ = "product_models"

    series_id: Mapped[int] = mapped_column(ForeignKey("product_series.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    series: Mapped[ProductSeries] = relationship(back_populates="models")
    variants: Mapped[list[ProductVariant]] = relationship(back_populates="model", order_by="ProductVariant.code")

    __mapper_args__ = {"version_id_col": version}


class ProductVariant(WithId, Named, Base):
    """One way in which a model is built or equipped (配置)."""

    __tablename__ = "product_variants"

    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    model: Mapped[ProductModel] = relationship(back_populates="variants")

    __mapper_args__ = {"version_id_col": version}


class ProductGroup(WithId, Base):
    """Models that a policy speaks of together; its code is the policy language's tag."""

    __tablename__ = "product_groups"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    members: Mapped[list[GroupMember]] = relationship(back_populates="group", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class GroupMember(WithId, Base):
    """A model belongs to a group from a day to a day (both inclusive)."""

    __tablename__ = "product_group_members"
    __table_args__ = (Index(None, "group_id", "model_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("product_groups.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    group: Mapped[ProductGroup] = relationship(back_populates="members")
    model: Mapped[ProductModel] = relationship()
