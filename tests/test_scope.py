"""Rows are cut to the bound scope in every ORM shape; nothing is seen without one."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased, joinedload

from portal.errors import OutOfScope, ScopeMissing
from portal.network.models import Distributor, Outlet
from portal.scope import NOTHING, Scope, ScopeKind, bind_scope
from tests.factories import make_area, make_distributor, make_outlet


@pytest.fixture
def two_dealers(session):
    mine, foreign = make_distributor(name="mine"), make_distributor(name="foreign")
    make_outlet(mine, name="my shop")
    make_outlet(foreign, name="foreign shop")
    ids = mine.id, foreign.id
    session.commit()
    return ids


def scope_to(session, distributor_id):
    session.expunge_all()
    bind_scope(session(), Scope(ScopeKind.DISTRIBUTOR, frozenset({distributor_id})))


SHAPES = {
    "entities": lambda: select(Outlet.name, Outlet),
    "columns": lambda: select(Outlet.name),
    "join": lambda: select(Outlet.name).join(Distributor, Outlet.distributor_id == Distributor.id),
    "outer join": lambda: select(Outlet.name).select_from(Distributor).outerjoin(Outlet),
    "subquery": lambda: select(select(Outlet.name).subquery().c.name),
    "exists": lambda: select(Distributor.name).where(select(1).where(Outlet.distributor_id == Distributor.id).exists()),
    "in": lambda: select(Distributor.name).where(Distributor.id.in_(select(Outlet.distributor_id))),
    "alias": lambda: select(aliased(Outlet, name="o").name),
    "union": lambda: select(Outlet.name).union_all(select(Outlet.name)),
    "group": lambda: select(Outlet.name, func.count()).group_by(Outlet.name),
    "cte": lambda: select(select(Outlet.name).cte().c.name),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_query_shape_shows_foreign_rows(session, two_dealers, shape):
    scope_to(session, two_dealers[0])
    found = {row[0] for row in session.execute(SHAPES[shape]())}
    assert found
    assert not any("foreign" in name for name in found)


def test_get_count_and_relationships_are_cut(session, two_dealers):
    mine, _foreign = two_dealers
    foreign_outlet = session.scalar(select(Outlet.id).where(Outlet.name == "foreign shop"))
    scope_to(session, mine)
    assert session.get(Outlet, foreign_outlet) is None
    assert session.scalar(select(func.count()).select_from(Outlet)) == 1
    loaded = session.scalars(select(Outlet).options(joinedload(Outlet.distributor))).all()
    assert [outlet.distributor.name for outlet in loaded] == ["mine"]


def test_bulk_changes_reach_only_the_scope(session, two_dealers):
    scope_to(session, two_dealers[0])
    assert session.execute(update(Outlet).values(address="x")).rowcount == 1
    assert session.execute(delete(Outlet)).rowcount == 1


def test_an_unbound_session_raises(session, two_dealers):
    session().info.pop("scope")
    session.expunge_all()
    with pytest.raises(ScopeMissing):
        session.scalars(select(Outlet)).all()


def test_the_empty_scope_sees_nothing(session, two_dealers):
    session.expunge_all()
    bind_scope(session(), NOTHING)
    assert session.scalars(select(Outlet)).all() == []


def test_a_foreign_row_cannot_be_inserted(session, two_dealers):
    mine, foreign_id = two_dealers
    scope_to(session, mine)
    session.add(Outlet(code="X", name="x", distributor_id=foreign_id))
    with pytest.raises(OutOfScope):
        session.flush()
    session.rollback()


def test_a_manager_sees_their_areas_and_the_distributors_with_outlets_there(session):
    north, south = make_area(), make_area(prefecture=None)
    seated, guest, stranger = make_distributor(area=north), make_distributor(area=south), make_distributor(area=south)
    here, elsewhere = make_outlet(guest, area=north), make_outlet(guest, area=south)
    unassigned = make_outlet(stranger)
    ids = (seated.id, guest.id, here.id)
    hidden = (elsewhere.id, unassigned.id)
    north_id = north.id
    session.commit()
    session.expunge_all()
    bind_scope(session(), Scope(ScopeKind.AREAS, frozenset({north_id})))
    assert session.scalars(select(Distributor.id).order_by(Distributor.id)).all() == sorted(ids[:2])
    assert session.scalars(select(Outlet.id)).all() == [ids[2]]
    assert all(session.get(Outlet, outlet) is None for outlet in hidden)


def test_a_join_of_outlets_and_distributors_keeps_both_scopes(session):
    north, south = make_area(), make_area(prefecture=None)
    dealers = [make_distributor(area=area) for area in (north, south)]
    for dealer, area in zip(dealers, (north, south), strict=True):
        make_outlet(dealer, area=area)
    joined = select(Outlet.sales_area_id, Distributor.id).join(Distributor, Distributor.id == Outlet.distributor_id)
    for scope in (
        Scope(ScopeKind.AREAS, frozenset({north.id})),
        Scope(ScopeKind.DISTRIBUTOR, frozenset({dealers[0].id})),
    ):
        bind_scope(session(), scope)
        assert [tuple(row) for row in session.execute(joined)] == [(north.id, dealers[0].id)]
