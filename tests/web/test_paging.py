"""Keyset paging: every row once, in order, forwards and backwards, whatever the sort and the page size."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete, event, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, with_loader_criteria

from portal.db import UtcDateTime, enum_type
from portal.paging import Count, Page, SortKey, capped_count, keyset_page


class Base(DeclarativeBase):
    pass


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Thing(Base):
    __tablename__ = f"paging_thing_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    size: Mapped[int | None]
    weight: Mapped[float] = mapped_column(default=0.1)
    opened_on: Mapped[date | None]
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    colour: Mapped[Colour] = mapped_column(enum_type(Colour), default=Colour.RED)


COLUMNS = ("name", "size", "weight", "opened_on", "changed_at", "colour")


def _database() -> str:
    url = os.environ.get("DATABASE_URL", "sqlite://")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine(_database())
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()


def fill(session: Session, rows: list[dict[str, object]]) -> None:
    session.execute(delete(Thing))
    if rows:
        session.execute(insert(Thing), rows)


def some(number: int) -> list[dict[str, object]]:
    """Rows with repeated and missing values in every column."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {
            "id": place + 1,
            "name": None if place % 7 == 0 else f"名{place % 5}",
            "size": None if place % 3 == 0 else place % 4,
            "weight": (place % 6) / 10,
            "opened_on": None if place % 5 == 0 else start.date() + timedelta(days=place % 3),
            "changed_at": None if place % 4 == 0 else start + timedelta(microseconds=place % 5),
            "colour": Colour.RED if place % 2 else Colour.GREEN,
        }
        for place in range(number)
    ]


def order_of(*sorts: tuple[str, bool]) -> list[SortKey]:
    keys = [SortKey(getattr(Thing, name), descending, nullable=True) for name, descending in sorts]
    return [*keys, SortKey(Thing.id)]


def walk(session: Session, order: list[SortKey], size: int, cursor: str = "") -> list[Page]:
    """All pages from `cursor` to the end that way."""
    pages = [keyset_page(session, select(Thing), order, cursor, size)]
    forward = cursor != "last"
    while following := (pages[-1].next if forward else pages[-1].previous):
        pages.append(keyset_page(session, select(Thing), order, following, size))
        assert len(pages) < 500
    return pages


def expected(session: Session, sorts: list[tuple[str, bool]]) -> list[int]:
    """The same order computed in Python from what the database stores; text order is the database's own."""
    things = list(session.scalars(select(Thing).order_by(Thing.id)))
    for name, descending in reversed(sorts):
        column = getattr(Thing, name)
        ranked = session.scalars(select(column).where(column.is_not(None)).distinct().order_by(column))
        ranks = {value: place for place, value in enumerate(ranked)}
        values = {thing.id: getattr(thing, name) for thing in things}
        filled = [thing for thing in things if values[thing.id] is not None]
        empty = [thing for thing in things if values[thing.id] is None]
        filled.sort(key=lambda thing: ranks[values[thing.id]] * (-1 if descending else 1))
        things = filled + empty
    return [thing.id for thing in things]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(0, 40),
    size=st.integers(1, 13),
    sorts=st.lists(st.tuples(st.sampled_from(COLUMNS), st.booleans()), max_size=2, unique_by=lambda s: s[0]),
)
def test_every_row_is_visited_once_in_order_both_ways(
    session: Session, number: int, size: int, sorts: list[tuple[str, bool]]
) -> None:
    fill(session, some(number))
    order = order_of(*sorts)
    forward = [thing.id for page in walk(session, order, size) for thing in page.rows]
    assert forward == expected(session, sorts)
    backward = [page.rows for page in walk(session, order, size, "last")]
    assert [thing.id for rows in reversed(backward) for thing in rows] == forward


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 9), column=st.sampled_from(COLUMNS), descending=st.booleans())
def test_previous_undoes_next(session: Session, size: int, column: str, descending: bool) -> None:
    fill(session, some(30))
    order = order_of((column, descending))
    first, second = walk(session, order, size)[:2]
    back = keyset_page(session, select(Thing), order, second.previous or "", size)
    assert [thing.id for thing in back.rows] == [thing.id for thing in first.rows]
    assert back.previous is None


def test_text_of_any_kind_makes_a_cursor(session: Session) -> None:
    names = ["", " ", "a'b", "渠道", "😀", "%_\\", '"', "a\nb", "é"]
    fill(session, [{"id": place, "name": name} for place, name in enumerate(names, 1)])
    seen = [thing.name for page in walk(session, order_of(("name", False)), 1) for thing in page.rows]
    assert sorted(seen) == sorted(names)


def test_several_columns_give_rows_with_their_names_only(session: Session) -> None:
    fill(session, some(3))
    page = keyset_page(session, select(Thing, Thing.size.label("how_big")), order_of(("name", True)), "", 2)
    thing, how_big = page.rows[0]
    assert isinstance(thing, Thing)
    assert page.rows[0].how_big == how_big


def packed(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


BROKEN = [
    "x",
    "a",
    "a!!!",
    "a" + packed(),
    "a" + packed("x"),
    "a" + packed(1, 2, 3),
    "a" + packed("text", 1),
    "a" + packed([1], 1),
    "a" + packed(["t", "yesterday"], 1),
    "a" + packed(["q", "1"], 1),
    "a" + packed({"a": 1}, 1),
    "a" + packed(1, None),
    "a" + packed(2**70, 1),
    "a" + packed("\x00", 1),
    "a" + packed(["n", "NaN"], 1),
    "b" + base64.urlsafe_b64encode(b"[NaN,1]").decode(),
    "b" + base64.urlsafe_b64encode(b"[" * 1400).decode(),
    "a" + "A" * 5000,
    "last ",
    "é",
]


@pytest.mark.parametrize("cursor", BROKEN)
def test_a_broken_cursor_gives_the_first_page(session: Session, cursor: str) -> None:
    fill(session, some(10))
    order = order_of(("size", False))
    first = keyset_page(session, select(Thing), order, "", 3)
    assert keyset_page(session, select(Thing), order, cursor, 3) == first


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", 5),
        ("name", "\ud800"),
        ("opened_on", "2026-01-01"),
        ("changed_at", ["t", "2026-01-01T00:00:00"]),
        ("changed_at", ["d", "2026-01-01"]),
        ("colour", ["e", "blue"]),
    ],
)
def test_a_value_of_the_wrong_kind_gives_the_first_page(session: Session, column: str, value: object) -> None:
    fill(session, some(10))
    order = order_of((column, False))
    first = keyset_page(session, select(Thing), order, "", 3)
    assert keyset_page(session, select(Thing), order, "a" + packed(value, 1), 3) == first


@given(cursor=st.text(max_size=80))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_breaks_a_list(session: Session, cursor: str) -> None:
    fill(session, some(5))
    keyset_page(session, select(Thing), order_of(("changed_at", True)), cursor, 3)


def test_rows_that_vanish_lead_to_the_nearest_page(session: Session) -> None:
    fill(session, some(9))
    order = order_of()
    second = walk(session, order, 4)[1]
    session.execute(delete(Thing).where(Thing.id > 4))
    page = keyset_page(session, select(Thing), order, walk(session, order, 4)[0].next or "", 4)
    assert [thing.id for thing in page.rows] == [1, 2, 3, 4]
    session.execute(delete(Thing).where(Thing.id <= 4))
    fill(session, [{"id": 50}, {"id": 51}])
    page = keyset_page(session, select(Thing), order, second.previous or "", 4)
    assert [thing.id for thing in page.rows] == [50, 51]


def test_each_part_of_a_page_is_answered_by_an_index(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("reads SQLite's query plans")
    seen: list[str] = []
    with Session(engine) as session:
        fill(session, some(40))
        session.connection().exec_driver_sql(f"CREATE INDEX paging_by_size ON {Thing.__tablename__} (size, id)")
        order = order_of(("size", True))
        middle = walk(session, [*order[:1], SortKey(Thing.id, descending=True)], 5)[2].next or ""

        def explain(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
            if statement.startswith("SELECT"):
                plan = session.connection().connection.cursor()  # type: ignore[union-attr]
                plan.execute("EXPLAIN QUERY PLAN " + statement, parameters)
                seen.extend(row[3] for row in plan.fetchall())

        event.listen(engine, "before_cursor_execute", explain)
        keyset_page(session, select(Thing), [*order[:1], SortKey(Thing.id, descending=True)], middle, 30)
        event.remove(engine, "before_cursor_execute", explain)
        session.rollback()
    assert len(seen) >= 2
    assert all("USING INDEX paging_by_size" in line for line in seen), seen


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (9, "9"), (10, "10"), (11, "10+")])
def test_a_count_stops_at_its_cap(session: Session, number: int, shown: str) -> None:
    fill(session, some(number))
    assert str(capped_count(session, select(Thing), cap=10)) == shown


def test_a_count_keeps_filters_distinct_and_groups(session: Session) -> None:
    fill(session, some(12))
    assert capped_count(session, select(Thing).where(Thing.id > 4).order_by(Thing.name)) == Count(8)
    assert capped_count(session, select(Thing.colour).distinct()) == Count(2)
    assert capped_count(session, select(Thing.colour).group_by(Thing.colour)) == Count(2)
    assert capped_count(session, select(Thing.name, Thing.size)) == Count(12)


def test_a_count_and_a_page_obey_the_row_scope(session: Session) -> None:
    fill(session, some(12))

    def restrict(state: object) -> None:
        state.statement = state.statement.options(  # type: ignore[attr-defined]
            with_loader_criteria(Thing, Thing.id <= 5, include_aliases=True)
        )

    event.listen(session, "do_orm_execute", restrict)
    assert capped_count(session, select(Thing)) == Count(5)
    assert capped_count(session, select(Thing.name)) == Count(5)
    assert len(keyset_page(session, select(Thing), order_of(("name", True)), "last", 50).rows) == 5


def test_a_large_count_is_written_with_separators() -> None:
    assert str(Count(10_000, is_capped=True)) == "10,000+"
