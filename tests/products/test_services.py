"""The catalogue's verbs and the questions that other rooms ask it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.demo.products import make_products
from portal.errors import InvalidInput, StaleVersion
from portal.products import queries, services
from portal.products.models import ProductGroup, ProductSeries

SINCE = date(2024, 1, 1)
NAMES = {"name_zh": "甲", "name_en": "A"}


@pytest.fixture
def catalogue(session):
    return make_products(session(), {})


def test_the_demonstration_is_in_the_books(catalogue, session):
    assert [series.code for series in session.scalars(select(ProductSeries).order_by(ProductSeries.code))] == ["F", "S"]
    assert sorted(catalogue) == ["F3", "F6", "S6", "S7e"]
    assert len(queries.get_model(session(), "F3").variants) == 2


def test_models_sold_on_a_day_and_their_tags(catalogue, session):
    codes = [model.code for model in queries.active_models(session(), date(2026, 3, 31))]
    assert codes == ["F3", "F6", "S6"]
    assert [m.code for m in queries.models_between(session(), date(2023, 1, 1), date(2024, 3, 1))] == ["F3", "F6"]
    tags = queries.tags_of_models(session(), date(2026, 3, 31))
    assert tags[catalogue["F6"].id] == {"new_models", "quota_models"}
    assert catalogue["S7e"].id not in tags
    later = queries.tags_of_models(session(), date(2026, 4, 1))
    assert later[catalogue["F6"].id] == {"quota_models"}
    assert later[catalogue["S7e"].id] == {"new_models", "new_energy"}


def test_models_by_code(catalogue, session):
    assert set(queries.models_by_code(session(), ["F3", "nobody"])) == {"F3"}
    assert set(queries.models_by_code(session())) == set(catalogue)


def test_a_code_is_used_once_however_it_is_written(catalogue, session):
    series = queries.get_series(session(), "F")
    with pytest.raises(InvalidInput, match="code_taken"):
        services.create_model(session(), series, code="f3", active_from=SINCE, **NAMES)


def test_a_model_lives_within_its_series(catalogue, session):
    series = queries.get_series(session(), "S")
    with pytest.raises(InvalidInput, match="before_owner"):
        services.create_model(session(), series, code="S0", active_from=date(2022, 1, 1), **NAMES)
    with pytest.raises(InvalidInput, match="begins_after_part"):
        services.change_series(
            session(), series, version=series.version, active_from=date(2025, 1, 1), active_to=None, **NAMES
        )


def test_somebody_elses_save_is_not_overwritten(catalogue, session):
    model = queries.get_model(session(), "F3")
    facts = {"active_from": model.active_from, "active_to": None, **NAMES}
    services.change_model(session(), model, version=model.version, **facts)
    with pytest.raises(StaleVersion):
        services.change_model(session(), model, version=model.version - 1, **facts)


def test_members_by_date(catalogue, session):
    group = queries.get_group(session(), "new_models")
    days = {"valid_from": date(2026, 3, 31), "valid_to": None}
    with pytest.raises(InvalidInput, match="member_already"):
        services.add_member(session(), group, catalogue["F6"], version=group.version, **days)
    with pytest.raises(InvalidInput, match="member_outside_life"):
        services.add_member(session(), group, catalogue["S7e"], version=group.version, valid_from=date(2026, 3, 1))
    before = group.version
    member = services.add_member(session(), group, catalogue["F6"], version=before, valid_from=date(2027, 1, 1))
    assert group.version == before + 1
    services.end_member(session(), group, member, version=group.version, valid_to=date(2027, 6, 30))
    with pytest.raises(InvalidInput, match="member_ended"):
        services.end_member(session(), group, member, version=group.version, valid_to=date(2027, 7, 1))
    with pytest.raises(StaleVersion):
        services.end_member(session(), group, member, version=before, valid_to=date(2027, 5, 1))


def test_every_write_is_in_the_audit(session):
    services.create_group(session(), code="push", **NAMES)
    db.session.commit()
    assert db.session.scalar(select(ProductGroup.code)) == "push"
    assert db.session.scalar(select(AuditEntry.object_type)) == "product_groups"
