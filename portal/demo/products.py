"""The demonstration's catalogue: two series, the models F3 and F6 of the quotas, two newer ones, and groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.products.models import ProductModel
from portal.products.services import (
    add_member,
    create_group,
    create_model,
    create_series,
    create_variant,
)

LAUNCHED = date(2023, 1, 1)
SERIES = (("F", "F系列轿车", "F series saloons"), ("S", "S系列SUV", "S series SUVs"))
# Series, code, names, on sale since; the variants' codes and names.
MODELS = (
    ("F", "F3", "F3 紧凑型轿车", "F3 compact saloon", LAUNCHED, (
        ("F3-15MT", "1.5L 手动舒适型", "1.5L manual comfort"),
        ("F3-15AT", "1.5L 自动豪华型", "1.5L automatic luxury"),
    )),
    ("F", "F6", "F6 中型轿车", "F6 mid-size saloon", date(2024, 3, 1), (
        ("F6-18MT", "1.8L 手动标准型", "1.8L manual standard"),
        ("F6-20AT", "2.0L 自动尊贵型", "2.0L automatic premium"),
    )),
    ("S", "S6", "S6 城市SUV", "S6 city SUV", date(2024, 9, 1), (
        ("S6-20MT", "2.0L 手动两驱", "2.0L manual two-wheel drive"),
    )),
    ("S", "S7e", "S7e 插电混动SUV", "S7e plug-in hybrid SUV", date(2026, 4, 1), (
        ("S7e-15T", "1.5T 插电四驱", "1.5T plug-in four-wheel drive"),
    )),
)  # fmt: skip
# Code, names; its models with their days. The codes are the tags that policies name.
GROUPS = (
    ("new_models", "新车型", "New models", (
        ("F6", date(2024, 3, 1), date(2026, 3, 31)),
        ("S6", date(2024, 9, 1), date(2026, 3, 31)),
        ("S7e", date(2026, 4, 1), None),
    )),
    ("quota_models", "任务车型", "Quota models", (("F3", LAUNCHED, None), ("F6", date(2024, 3, 1), None))),
    ("new_energy", "新能源车型", "New-energy models", (("S7e", date(2026, 4, 1), None),)),
)  # fmt: skip


def make_products(session: Session, people: Mapping[str, User]) -> dict[str, ProductModel]:
    """The catalogue by the code of its models. `people` is what the demonstration's makers all take."""
    del people
    series = {
        code: create_series(session, code=code, name_zh=zh, name_en=en, active_from=LAUNCHED) for code, zh, en in SERIES
    }
    models = {}
    for owner, code, zh, en, since, variants in MODELS:
        model = create_model(session, series[owner], code=code, name_zh=zh, name_en=en, active_from=since)
        for variant, variant_zh, variant_en in variants:
            create_variant(session, model, code=variant, name_zh=variant_zh, name_en=variant_en, active_from=since)
        models[code] = model
    for code, zh, en, members in GROUPS:
        group = create_group(session, code=code, name_zh=zh, name_en=en)
        for model_code, first, last in members:
            add_member(session, group, models[model_code], version=group.version, valid_from=first, valid_to=last)
    return models
