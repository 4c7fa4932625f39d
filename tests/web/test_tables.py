"""The state of a list: read from its URL by allow-list, and written back without loss."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column
from werkzeug.datastructures import MultiDict

from portal.tables import Column, Facet, ListSpec, ListState, Option

SPEC = ListSpec(
    columns=(
        Column("code", "Code", column("code"), fixed=True),
        Column("name", "Name", column("name")),
        Column("opened", "Opened", column("opened_on"), nullable=True),
        Column("stock", "Stock <units>", numeric=True, shown=False),
    ),
    facets=(
        Facet("status", "Status", (Option("active", "Active"), Option("closed", "Closed"))),
        Facet("area", "Area", (Option("1", "North"), Option("2", "South")), multiple=False),
        Facet("region", "Region", pattern=r"\d{6}"),
    ),
    default_sort="name",
)


def read(query: str = "") -> ListState:
    return SPEC.read("/outlets", MultiDict(parse_qsl(query, keep_blank_values=True)))


def test_an_empty_query_gives_the_defaults_and_the_bare_url() -> None:
    state = read()
    assert (state.sort, state.size, state.text, state.facets) == ("name", 50, "", {})
    assert state.url == "/outlets"
    assert state.shown == {"code", "name", "opened"}


@pytest.mark.parametrize(
    "query",
    [
        "sort=stock",
        "sort=password",
        "sort=--name",
        "size=7",
        "size=-1",
        "status=gone",
        "region=12",
        "region=٠١٢٣٤٥",
        "x=1",
    ],
)
def test_what_is_not_offered_is_ignored(query: str) -> None:
    assert read(query) == read()


def test_the_url_keeps_every_part_of_the_state() -> None:
    query = "q=渠道 %26 co&status=active&status=closed&area=2&region=510100&sort=-opened&size=25"
    query += "&col=code&col=stock"
    state = read(query)
    again = read(state.url.partition("?")[2])
    assert again == state
    assert state.chosen("status") == ("active", "closed")
    assert state.chosen_one("area") == "2"
    assert state.chosen_one("region") == "510100"
    assert state.text == "渠道 & co"


@given(
    text=st.text(max_size=150),
    facets=st.lists(st.sampled_from(["active", "closed", "other"]), max_size=4),
    sort=st.sampled_from(["", "code", "-code", "-opened", "stock"]),
    cursor=st.text(max_size=20),
)
def test_reading_a_written_url_gives_the_same_state(text: str, facets: list[str], sort: str, cursor: str) -> None:
    arguments = MultiDict([("q", text), ("sort", sort), ("cursor", cursor), *(("status", f) for f in facets)])
    state = SPEC.read("/outlets", arguments)
    again = SPEC.read("/outlets", MultiDict(state.parameters(with_cursor=True)))
    assert again == state
    assert len(state.text) <= 100
    assert state.text.isprintable()


def test_changing_a_filter_goes_back_to_the_first_page() -> None:
    state = read("status=active&cursor=abc")
    assert state.page_url("xyz") == "/outlets?status=active&cursor=xyz"
    assert state.page_url(None) == "/outlets?status=active"
    assert "cursor" not in state.sort_url("code") + state.facet_url("area", "1") + state.reset_url


def test_a_sorted_header_turns_round() -> None:
    assert read("sort=code").sort_url("code") == "/outlets?sort=-code"
    assert read("sort=-code").sort_url("code") == "/outlets?sort=code"
    assert read("sort=-code").sort_url("name") == "/outlets"


def test_the_order_ends_in_the_tie_breaker_the_same_way_round() -> None:
    identity = column("id")
    keys = read("sort=-opened").order(identity)
    assert [(str(key.expression), key.descending, key.nullable) for key in keys] == [
        ("opened_on", True, True),
        ("id", True, False),
    ]


def test_chips_name_the_filters_and_remove_one_each() -> None:
    chips = read("status=active&status=closed&region=510100").chips
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Status", "Active"),
        ("Status", "Closed"),
        ("Region", "510100"),
    ]
    assert chips[0].remove_url == "/outlets?status=closed&region=510100"


def test_cells_carry_escaped_names_alignment_and_visibility() -> None:
    cells = read().cells
    assert cells.stock == 'data-label="Stock &lt;units&gt;" class="num" hidden'
    assert cells.code == 'data-label="Code"'


def test_an_export_keeps_filters_and_order_but_not_the_page() -> None:
    state = read("q=a&status=active&sort=-code&size=25&cursor=abc")
    assert state.export_url("/outlets.csv") == "/outlets.csv?q=a&status=active&sort=-code"
