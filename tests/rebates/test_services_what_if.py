"""What a policy would have cost: the same rules over the same books, beside the version in force."""

from __future__ import annotations

from datetime import date

import pytest

from portal.db import db
from portal.errors import InvalidInput
from portal.rebates.errors import PolicyUnsound
from portal.rebates.models import RebateStatement, SavedWhatIf
from portal.rebates.services.what_if import compute, histogram, keep, save, start
from tests.rebates.settling import MONTH, document, in_force, sell, volume_policy

AUGUST = date(2026, 8, 1)


def richer(rate: str = "1200", start: str = "7") -> dict:
    written = document("OUTLET-2027", effective={"from": "2027-01-01", "to": "2027-12-31"})
    written["terms"][0] |= {"tiers": [{"from": start, "rate": rate}]}
    return written


@pytest.fixture
def version(session, office, dealer):
    first, second = dealer.outlets
    for month, units in ((AUGUST, 8), (MONTH, 10)):
        sell(dealer, month, units, outlet=first)
        sell(dealer, month, 7, outlet=second)
    return in_force(office, document(), is_acknowledged=False)


def wanted(session, office, version, written=None, **values) -> SavedWhatIf:
    months = {"first_month": AUGUST, "last_month": MONTH}
    compared = version.id if version else None
    return save(
        session(), "Richer", written or richer(), actor=office.sales, compared_version_id=compared, **months | values
    )


def test_the_cost_is_that_of_the_rules_beside_the_version_in_force(session, office, dealer, version):
    what_if = wanted(session, office, version)
    found = compute(session(), what_if)
    assert (found["parties"], found["total_fen"], found["compared_fen"]) == (2, 32 * 120_000, 18 * 100_000)
    assert [period["total_fen"] for period in found["periods"]] == [15 * 120_000, 17 * 120_000]
    assert [period["compared_fen"] for period in found["periods"]] == [800_000, 1_000_000]
    assert (found["winners"], found["losers"], found["won_fen"]) == (2, 0, 2_040_000)
    assert [row["code"] for row in found["top_winners"]] == [dealer.outlets[1].code, dealer.outlets[0].code]
    assert sum(bar["parties"] for bar in found["histogram"]) == 2
    assert found["regions"] == {"510681": {"parties": 2, "total_fen": 3_840_000, "compared_fen": 1_800_000}}
    keep(session(), what_if, found)
    assert session.query(RebateStatement).count() == 0


def test_who_sits_just_under_a_tier_is_named(session, office, dealer, version):
    found = compute(session(), wanted(session, office, None, richer(start="11")))
    assert (found["compared_fen"], found["winners"], found["just_under"]) == (None, 0, 1)
    (nearest,) = found["nearest"]
    assert nearest["code"] == dealer.outlets[0].code
    assert nearest["under"] == {
        "period": "2026-09", "term": "quota", "tier": 0, "needs": "1", "would_earn": 1_320_000, "pays": "per_unit"
    }  # fmt: skip


def test_cumulative_policies_add_up_over_the_months(session, office, dealer, version):
    sell(dealer, AUGUST, 10)
    sell(dealer, MONTH, 15)
    found = compute(session(), wanted(session, office, None, volume_policy()))
    fen = sum((8 + 10 + 7 + 7 + 10 + 15) * 5_000_000 for _ in (1,))
    assert found["total_fen"] == fen * 2 // 100
    assert found["party"] == "distributor"


def test_the_job_keeps_the_result(session, office, dealer, version):
    what_if = wanted(session, office, version)
    job = start(session(), what_if, actor=office.sales)
    session.commit()
    db.session.refresh(job)
    db.session.refresh(what_if)
    assert (job.status.value, job.result) == ("done", {"parties": 2})
    assert what_if.result["total_fen"] == 3_840_000
    assert what_if.computed_at is not None


@pytest.mark.parametrize(
    "values",
    [
        {"first_month": date(2026, 10, 1)},
        {"last_month": date(2026, 10, 1)},
        {"first_month": date(2024, 8, 1)},
        {"written": document(period="quarter")},
    ],
)
def test_months_must_be_over_and_hold_a_period(session, office, values):
    with pytest.raises(InvalidInput):
        wanted(session, office, None, **values)


def test_an_unsound_document_is_not_computed(session, office):
    with pytest.raises(PolicyUnsound):
        wanted(session, office, None, document(terms=[]))


@pytest.mark.parametrize("values", [[0], [0, 0], [5], [-7, 3], [1, 10**9], list(range(-1000, 5000, 7))])
def test_a_histogram_holds_everybody_and_zero_is_an_edge(values):
    bars = histogram(values)
    assert sum(bar["parties"] for bar in bars) == len(values)
    assert len(bars) <= 26
    if len(bars) > 1:
        assert all(bar["from_fen"] % (bar["to_fen"] - bar["from_fen"]) == 0 for bar in bars)
    assert histogram([]) == []
