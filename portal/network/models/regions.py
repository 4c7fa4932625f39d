"""Regions by level and code, their names by date, and the sales areas cut from them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Date, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigInt, WithId, enum_type
from portal.network.rules import RegionLevel
from portal.scope import Scope, Scoped, ScopeKind


class Region(WithId, Base):
    """A province, prefecture or county. The key is (level, code): one code can name two levels (Dongguan)."""

    __tablename__ = "regions"
    __table_args__ = (UniqueConstraint("level", "code"), Index(None, "parent_code", "level"))

    level: Mapped[RegionLevel] = mapped_column(enum_type(RegionLevel))
    code: Mapped[str] = mapped_column(String(12))
    # Code of the region one level up; a county may hang directly under a province.
    parent_level: Mapped[RegionLevel | None] = mapped_column(enum_type(RegionLevel))
    parent_code: Mapped[str | None] = mapped_column(String(12))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    # A point inside, WGS-84.
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    # Residents, from the census named in geodata/README.md; empty where not loaded.
    population: Mapped[int | None] = mapped_column(Integer)


class RegionName(WithId, Base):
    """What a region was called, and under which code, from a day to a day (inclusive; open ends are empty)."""

    __tablename__ = "region_names"
    __table_args__ = (Index(None, "level", "code"),)

    level: Mapped[RegionLevel] = mapped_column(enum_type(RegionLevel))
    code: Mapped[str] = mapped_column(String(12))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class RegionSuccession(WithId, Base):
    """A region's code gave way to another on a day (安县 510724 → 安州区 510705)."""

    __tablename__ = "region_successions"
    __table_args__ = (UniqueConstraint("level", "old_code", "new_code"),)

    level: Mapped[RegionLevel] = mapped_column(enum_type(RegionLevel))
    old_code: Mapped[str] = mapped_column(String(12))
    new_code: Mapped[str] = mapped_column(String(12))
    on: Mapped[date] = mapped_column(Date)


class SalesArea(WithId, Scoped, Base):
    """A sales area (片区): one developer, one maintainer, a list of regions."""

    __tablename__ = "sales_areas"

    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    # Users by id; accounts lie below, but the two rooms keep no foreign key between them.
    developer_id: Mapped[int | None] = mapped_column(BigInt)
    maintainer_id: Mapped[int | None] = mapped_column(BigInt)
    version: Mapped[int] = mapped_column(Integer, default=1)
    regions: Mapped[list[AreaRegion]] = relationship(back_populates="area", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def rows_in(cls, scope: Scope) -> ColumnElement[bool]:
        from portal.network.models.parties import area_is_seen

        return area_is_seen(cls.id, scope)

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.kind is ScopeKind.EVERYTHING


class AreaRegion(WithId, Base):
    """A region belongs to a sales area from a day to a day. The narrowest level wins: county, prefecture, province."""

    __tablename__ = "area_regions"
    __table_args__ = (Index(None, "level", "code"),)

    area_id: Mapped[int] = mapped_column(ForeignKey("sales_areas.id"), index=True)
    level: Mapped[RegionLevel] = mapped_column(enum_type(RegionLevel))
    code: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    area: Mapped[SalesArea] = relationship(back_populates="regions")
