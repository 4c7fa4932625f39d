"""Figures: every grouping adds up, growth and attainment are right, nobody sees more than is theirs."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest

from portal import clock
from portal.db import db
from portal.periods import format_month, shift_month
from portal.permissions import Role
from portal.sales.models import SalesRollup
from portal.sales.queries.figures import FigureFilter, list_figures, retail_of, sum_figures, sum_retail, total_of
from portal.sales.rules.figures import Grouping, growth, stock_months
from portal.targets.models import Quota, TargetPlan
from tests.factories import make_user, save
from tests.network.pages import open_page
from tests.sales.paging import BEFORE, LAST, text_of
from tests.sales.reporting import Dealer, make_dealer

YEAR_AGO = shift_month(LAST, -12)


def add(dealer: Dealer, month, *, own: int, each: int) -> None:
    """Roll-ups: the own store sells `own` of each model, every outlet `each`."""
    for model in dealer.models:
        for outlet in (None, *dealer.outlets):
            retail = each if outlet else own
            through = 0 if outlet else each * len(dealer.outlets)
            save(
                SalesRollup(
                    month=month,
                    distributor_id=dealer.distributor.id,
                    outlet_id=outlet.id if outlet else None,
                    model_id=model.id,
                    sell_in=retail + through,
                    sell_through=through,
                    retail=retail,
                    closing_stock=10,
                )
            )


@pytest.fixture
def dealers(session) -> list[Dealer]:
    first = make_dealer()
    second = make_dealer(crew=first)
    for month, units in ((YEAR_AGO, 4), (BEFORE, 5), (LAST, 6)):
        add(first, month, own=units * 10, each=units)
        add(second, month, own=units, each=0)
    session.commit()
    return [first, second]


@pytest.mark.parametrize("grouping", Grouping)
def test_every_grouping_adds_up_to_the_whole(dealers, grouping):
    wanted = FigureFilter(BEFORE, LAST)
    whole = sum_figures(db.session(), wanted)
    rows = list_figures(db.session(), wanted, grouping).rows
    for name in ("retail", "sell_through", "amount_fen", *(() if grouping is Grouping.OUTLET else ("sell_in",))):
        assert sum(row.sums[name] for row in rows) == whole[name]
    stock = sum(row.sums["stock"] for row in rows) if grouping is not Grouping.MONTH else rows[0].sums["stock"]
    assert stock == whole["stock"] == 2 * (3 + 3) * 10
    assert whole["retail"] == 2 * (50 + 10 + 60 + 12 + 5 + 6)
    assert total_of(rows, grouping, LAST) in (None, whole)
    # Sell-in is the manufacturer's: what outlets took in is in it once.
    assert whole["sell_in"] == whole["retail"]


@pytest.mark.parametrize("grouping", Grouping)
def test_rows_of_a_page_find_what_they_are_compared_with(dealers, grouping):
    wanted = FigureFilter(LAST, LAST)
    page = list_figures(db.session(), wanted, grouping, limit=2)
    keys = [row.key for row in page.rows]
    assert len(keys) <= 2
    again = retail_of(db.session(), wanted, grouping, keys)
    assert {key: units for key, units in again.items() if key in keys} == {
        row.key: row.sums["retail"] for row in page.rows
    }


def test_filters_cut(dealers):
    first, second = dealers
    session = db.session()
    for wanted, retail in (
        (FigureFilter(LAST, LAST, distributors=[second.distributor.id]), 12),
        (FigureFilter(LAST, LAST, areas=[first.area.id]), 144),
        (FigureFilter(LAST, LAST, models=[first.models[0].id]), 78),
        (FigureFilter(LAST, LAST, outlets=[first.outlets[0].id]), 12),
    ):
        assert sum_figures(session, wanted)["retail"] == sum_retail(session, wanted) == retail
        assert sum(row.sums["retail"] for row in list_figures(session, wanted, Grouping.MONTH).rows) == retail


def test_the_page_in_every_grouping_and_for_everybody(dealers, client_for):
    first = dealers[0]
    readers = [first.sales, first.manager, first.user, make_user(Role.OUTLET, of=first.outlets[0])]
    span = f"first={format_month(YEAR_AGO)}&last={format_month(LAST)}"
    for reader in readers:
        client = client_for(reader)
        for grouping in Grouping:
            for query in ("", f"&{span}", "&compare=before", "&sort=-stock", "&sort=code&page=2"):
                html = open_page(client, f"/figures?by={grouping}{query}")
                assert dealers[1].distributor.code not in html or reader is first.sales
    odd = "/figures?first=xx&last=2026-99&by=moon&sort=--&page=-1&area=NO&distributor=%00&model=x&compare=?"
    assert client_for(first.sales).get(odd).status_code == 200
    reversed_months = f"/figures?first={format_month(LAST)}&last={format_month(YEAR_AGO)}"
    assert client_for(first.sales).get(reversed_months).status_code == 200


def test_growth_and_attainment(dealers, client_for):
    first = dealers[0]
    plan = save(TargetPlan(year=LAST.year, first_month=LAST, valid_from=LAST, total_qty=1, created_at=clock.now()))
    for outlet in (None, first.outlets[0]):
        save(
            Quota(
                plan_id=plan.id,
                month=LAST,
                distributor_id=first.distributor.id,
                outlet_id=outlet.id if outlet else None,
                model_id=first.models[0].id,
                units=36,
                valid_from=LAST,
            )
        )
    client = client_for(first.sales)
    html = open_page(client, f"/figures?by=distributor&distributor={first.distributor.code}")
    cells = re.findall(r"data-label=\"(Growth|Attainment)\">([^<]*(?:<[^/][^>]*>[^<]*</[^>]*>)?)", html)
    assert cells == [("Growth", "+50.0%"), ("Attainment", "100%")]  # 72 of 72 of the model with a quota
    table = text_of(client.post(f"/figures/export/csv?by=distributor&distributor={first.distributor.code}"))
    (row,) = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert row["Code"] == first.distributor.code
    assert (row["Retail"], row["Retail compared with"]) == ("144", "96")
    assert client.post("/figures/export/pdf").status_code == 404


def test_an_empty_book_says_so(session, client_for):
    assert "No figures for these months" in open_page(client_for(make_user(Role.HO_SALES)), "/figures")


def test_what_follows_from_two_sums():
    assert growth(12, 10) == Decimal("0.2")
    assert growth(12, 0) is None
    assert str(stock_months(30, 60, 3)) == "1.5"
    assert stock_months(30, 0, 1) is None
