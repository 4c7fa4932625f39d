"""A small book of regions for tests: some of Sichuan, and a county of Hainan that hangs under its province."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from portal.network.models import Region, RegionName, RegionSuccession
from portal.network.queries.region_names import forget_regions
from portal.network.rules import RegionLevel

P, F, C = RegionLevel.PROVINCE, RegionLevel.PREFECTURE, RegionLevel.COUNTY

# level, code, parent level, parent code, Chinese and English name, residents
REGIONS = (
    (P, "510000", None, None, "四川省", "Sichuan", 83_674_866),
    (F, "510600", P, "510000", "德阳市", "Deyang", 3_456_161),
    (C, "510681", F, "510600", "广汉市", "Guanghan City", None),
    (C, "510682", F, "510600", "什邡市", "Shifang City", None),
    (C, "510683", F, "510600", "绵竹市", "Mianzhu City", None),
    (F, "510700", P, "510000", "绵阳市", "Mianyang", 4_868_243),
    (C, "510705", F, "510700", "安州区", "Anzhou District", None),
    (C, "510781", F, "510700", "江油市", "Jiangyou City", None),
    (P, "460000", None, None, "海南省", "Hainan", None),
    (C, "469001", P, "460000", "五指山市", "Wuzhishan City", None),
)
BOOKS = (Region, RegionName, RegionSuccession)
CHANGE = date(2016, 3, 20)


def fill_books(session: Any) -> Iterator[Any]:
    """The books hold exactly the regions above; afterwards what they held before."""
    with _own_books(session):
        _write(session)
        yield session


def empty_books(session: Any) -> Iterator[Any]:
    """The books hold no region; afterwards what they held before."""
    with _own_books(session):
        yield session


@contextmanager
def _own_books(session: Any) -> Iterator[None]:
    """Regions are kept between tests: what others loaded is put back."""
    before = {model: session.execute(select(*model.__table__.columns)).mappings().all() for model in BOOKS}
    for model in BOOKS:
        session.execute(delete(model))
    session.commit()
    forget_regions()
    yield
    session.rollback()
    for model, rows in before.items():
        session.execute(delete(model))
        if rows:
            session.execute(insert(model), [dict(row) for row in rows])
    session.commit()
    forget_regions()


def _write(session: Any) -> None:
    for level, code, parent_level, parent_code, name_zh, name_en, population in REGIONS:
        session.add(
            Region(
                level=level,
                code=code,
                parent_level=parent_level,
                parent_code=parent_code,
                name_zh=name_zh,
                name_en=name_en,
                population=population,
            )
        )
        valid_from = CHANGE if code == "510705" else None
        session.add(RegionName(level=level, code=code, name_zh=name_zh, name_en=name_en, valid_from=valid_from))
    session.add(RegionName(level=C, code="510724", name_zh="安县", name_en="Anxian County", valid_to=date(2016, 3, 19)))
    for old, new in (("510724", "510705"), ("510777", "510705"), ("510777", "510781")):
        session.add(RegionSuccession(level=C, old_code=old, new_code=new, on=CHANGE))
    session.commit()
