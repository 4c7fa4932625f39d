from datetime import date

import pytest
from sqlalchemy import select

from portal.errors import InvalidInput, NotFound, OutOfScope
from portal.network.models import Territory
from portal.network.rules import DistributorStatus, Exclusivity
from portal.network.services.territories import add_territories, end_territories_of, end_territory
from portal.scope import Scope, ScopeKind, bind_scope
from tests.factories import make_area, make_distributor
from tests.network.sichuan import fill_books

EXCLUSIVE, SHARED = Exclusivity.EXCLUSIVE, Exclusivity.SHARED
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
GUANGHAN, SHIFANG = "510681", "510682"


@pytest.fixture
def books(session):
    yield from fill_books(session)


def give(session, distributor, *counties, exclusivity=EXCLUSIVE, valid_from=SPRING, valid_to=None):
    return add_territories(
        session,
        distributor.id,
        counties=counties or (GUANGHAN,),
        exclusivity=exclusivity,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def test_a_distributor_gets_counties(books):
    dealer = make_distributor()
    rows = give(books, dealer, SHIFANG, GUANGHAN, GUANGHAN)
    assert [(row.county_code, row.exclusivity, row.valid_to) for row in rows] == [
        (GUANGHAN, EXCLUSIVE, None),
        (SHIFANG, EXCLUSIVE, None),
    ]


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [(EXCLUSIVE, EXCLUSIVE, True), (EXCLUSIVE, SHARED, True), (SHARED, EXCLUSIVE, True), (SHARED, SHARED, False)],
)
def test_an_exclusive_county_is_held_alone(books, first, second, is_refused):
    give(books, make_distributor(), exclusivity=first)
    other = make_distributor()
    if not is_refused:
        assert len(give(books, other, exclusivity=second)) == 1
        return
    with pytest.raises(InvalidInput, match="territory_held"):
        give(books, other, exclusivity=second)


@pytest.mark.parametrize(
    ("held", "asked", "is_refused"),
    [
        ((SPRING, None), (AUTUMN, None), True),
        ((SPRING, date(2026, 5, 31)), (SUMMER, None), False),
        ((SPRING, SUMMER), (SUMMER, None), True),
        ((AUTUMN, None), (SPRING, date(2026, 8, 31)), False),
        ((AUTUMN, None), (SPRING, AUTUMN), True),
        ((AUTUMN, None), (SPRING, None), True),
        ((SUMMER, SUMMER), (SPRING, AUTUMN), True),
    ],
)
def test_only_common_days_clash(books, held, asked, is_refused):
    give(books, make_distributor(), valid_from=held[0], valid_to=held[1])
    other = make_distributor()
    if not is_refused:
        assert len(give(books, other, valid_from=asked[0], valid_to=asked[1])) == 1
        return
    with pytest.raises(InvalidInput, match="territory_held"):
        give(books, other, valid_from=asked[0], valid_to=asked[1])


def test_nobody_holds_a_county_twice(books):
    dealer = make_distributor()
    give(books, dealer, exclusivity=SHARED)
    with pytest.raises(InvalidInput, match="territory_held"):
        give(books, dealer, exclusivity=SHARED, valid_from=AUTUMN)


def test_all_counties_or_none(books):
    give(books, make_distributor(), SHIFANG)
    other = make_distributor()
    with pytest.raises(InvalidInput):
        give(books, other, GUANGHAN, SHIFANG)
    assert books.scalars(select(Territory).where(Territory.distributor_id == other.id)).all() == []


def test_head_office_is_told_who_holds_it(books):
    holder = make_distributor(code="HOLDER")
    give(books, holder)
    with pytest.raises(InvalidInput) as raised:
        give(books, make_distributor())
    (found,) = raised.value.details["holders"]
    assert (found.distributor_code, found.county_code, found.valid_from) == ("HOLDER", GUANGHAN, SPRING)


def test_others_are_not_told_who_holds_it(books):
    holder, own = make_distributor(area=make_area()), make_distributor(area=make_area())
    give(books, holder)
    books.commit()
    bind_scope(books(), Scope(ScopeKind.DISTRIBUTOR, frozenset({own.id})))
    with pytest.raises(InvalidInput) as raised:
        give(books, own)
    (found,) = raised.value.details["holders"]
    assert (found.distributor_code, found.distributor_name) == (None, None)
    assert found.county_code == GUANGHAN
    assert holder.code not in str(raised.value)


def test_only_ones_own_territories_are_written(books):
    holder, own = make_distributor(), make_distributor()
    (row,) = give(books, holder)
    books.commit()
    bind_scope(books(), Scope(ScopeKind.DISTRIBUTOR, frozenset({own.id})))
    with pytest.raises(NotFound):
        end_territory(books, row.id, last_day=AUTUMN)
    with pytest.raises(NotFound):
        give(books, holder, SHIFANG)


def test_a_manager_of_an_area_gives_no_territories(books):
    area = make_area()
    dealer = make_distributor(area=area)
    books.commit()
    bind_scope(books(), Scope(ScopeKind.AREAS, frozenset({area.id})))
    with pytest.raises(OutOfScope):
        give(books, dealer)


@pytest.mark.parametrize(
    ("counties", "options", "code"),
    [
        (("999999",), {}, "unknown_region"),
        (("510600",), {}, "unknown_region"),
        ((GUANGHAN,), {"valid_to": date(2026, 2, 28)}, "period_reversed"),
    ],
)
def test_what_cannot_be_is_named(books, counties, options, code):
    with pytest.raises(InvalidInput) as raised:
        give(books, make_distributor(), *counties, **options)
    assert raised.value.code == code


def test_a_distributor_that_has_exited_gets_nothing(books):
    with pytest.raises(InvalidInput, match="distributor_not_active"):
        give(books, make_distributor(status=DistributorStatus.EXITED))


def test_a_territory_ends_on_its_last_day(books):
    (row,) = give(books, make_distributor())
    end_territory(books, row.id, last_day=date(2026, 8, 31))
    assert len(give(books, make_distributor(), valid_from=AUTUMN)) == 1
    end_territory(books, row.id, last_day=SUMMER)
    assert row.valid_to == SUMMER
    with pytest.raises(InvalidInput, match="territory_ended"):
        end_territory(books, row.id, last_day=AUTUMN)


def test_a_territory_that_never_began_is_taken_back(books):
    (row,) = give(books, make_distributor(), valid_from=AUTUMN)
    end_territory(books, row.id, last_day=SUMMER)
    assert books.get(Territory, row.id) is None


def test_everything_a_distributor_holds_ends_with_it(books):
    dealer = make_distributor()
    give(books, dealer, GUANGHAN)
    give(books, dealer, SHIFANG, valid_to=SUMMER)
    give(books, dealer, "510683", valid_from=date(2026, 12, 1))
    assert end_territories_of(books, dealer.id, last_day=AUTUMN) == 2
    rows = books.scalars(select(Territory).order_by(Territory.county_code)).all()
    assert [(row.county_code, row.valid_to) for row in rows] == [(GUANGHAN, AUTUMN), (SHIFANG, SUMMER)]
