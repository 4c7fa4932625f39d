"""Any hierarchy, any weights, any months: every level adds up to the unit."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.targets.rules.allotting import Claim, allot, share_out, spread
from portal.targets.rules.cascade import (
    OUTLETS,
    OWN,
    Node,
    Party,
    Settings,
    Sold,
    build,
    cascade,
    leaves,
    mismatches,
)

# A busy machine is slow, not wrong.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALWAYS = (True,) * 12
weights = st.integers(0, 10**6)


def party(outlet, weight=1, *, area=1, distributor=1, there=ALWAYS):
    return Party(area, distributor, outlet, weight, there)


def test_the_quota_of_ten_is_six_f3_and_four_f6():
    models = [Sold(3, 1, ALWAYS), Sold(6, 1, ALWAYS), Sold(9, 1, ALWAYS)]
    settings = Settings(shares={"*/model:3": 6_000, "*/model:6": 4_000})
    split = cascade([10] * 12, build([party(8)], models, settings, months=12))
    outlet = split.find("area:1", "distributor:1", "outlet:8")
    assert [child.units[0] for child in outlet.children] == [6, 4, 0]
    assert {child.total for child in outlet.children} == {72, 48, 0}


def test_equal_outlets_take_turns():
    """Fifty cars a month over a hundred equal outlets: everybody has six after a year."""
    rows = spread([50] * 12, [Claim((1,) * 12)] * 100)
    assert {sum(row) for row in rows} == {6}
    assert {max(row) for row in rows} == {1}


def test_an_outlet_that_opens_or_exits_has_quotas_for_its_months_only():
    opens = (False,) * 6 + (True,) * 6
    exits = (True,) * 3 + (False,) * 9
    node = build([party(None), party(1, there=opens), party(2, there=exits)], [], Settings(5_000), months=12)
    owner = cascade([20] * 12, node).find("area:1", "distributor:1")
    assert owner.find(OUTLETS, "outlet:1").units == (0,) * 6 + (10,) * 6
    assert owner.find(OUTLETS, "outlet:2").units == (10,) * 3 + (0,) * 9
    # Where no outlet is there, all of it stays at the distributor's own store.
    assert owner.find(OWN).units == (10,) * 3 + (20,) * 3 + (10,) * 6


def test_a_judged_share_is_kept_and_the_others_share_the_rest():
    parties = [party(None, area=area, distributor=area or 9) for area in (1, 2, 3, None)]
    node = build(parties, [], Settings(shares={"area:2": 7_000}), months=12)
    split = cascade([1_000] * 12, node)
    assert [child.total for child in split.children] == [1_200, 8_400, 1_200, 1_200]


def test_no_outlet_below_the_minimum_as_long_as_the_total_reaches():
    node = build([party(None), party(1, 98), party(2, 1), party(3, 1)], [], Settings(5_000, minimum_qty=3), months=12)
    owner = cascade([40] * 12, node).find("area:1", "distributor:1")
    assert [child.units[0] for child in owner.find(OUTLETS).children] == [14, 3, 3]
    poor = cascade([5] * 12, node).find("area:1", "distributor:1")
    assert not list(mismatches(poor))
    assert poor.find(OUTLETS).units[0] <= 5


def test_steps_leave_the_odd_units_at_the_own_store():
    node = build([party(None), party(1), party(2)], [], Settings(4_000, step_qty=5), months=12)
    owner = cascade([43] * 12, node).find("area:1", "distributor:1")
    for child in owner.find(OUTLETS).children:
        assert all(units % 5 == 0 for units in child.units)
    assert owner.find(OWN).units[0] % 5 == 3
    assert not list(mismatches(owner))


def test_a_network_without_anybody_keeps_its_total():
    split = cascade([7] * 12, build([], [], Settings(), months=12))
    assert split.total == 84
    assert not list(leaves(split))


@PATIENT
@given(st.integers(0, 10**7), st.lists(weights, min_size=1, max_size=30))
def test_parts_add_up(total, shares):
    parts = share_out(total, shares)
    assert sum(parts) == total
    assert min(parts) >= 0
    if any(shares):
        whole = sum(shares)
        assert all(abs(part * whole - total * weight) <= whole for part, weight in zip(parts, shares, strict=True))


@PATIENT
@given(st.integers(0, 500), st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=12))
def test_parts_add_up_whatever_is_wanted(total, wanted):
    parts = allot(total, wanted)
    assert sum(parts) == total
    assert min(parts) >= 0


@PATIENT
@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=12),
    st.lists(weights, min_size=1, max_size=12).filter(any),
)
def test_a_year_stays_beside_its_ideal(totals, shares):
    """Carrying remainders over keeps everybody within two units of what the year owes them at any month."""
    rows = spread(totals, [Claim((share,) * len(totals)) for share in shares])
    whole = sum(shares)
    for row, share in zip(rows, shares, strict=True):
        for month in range(len(totals)):
            so_far, owed = sum(row[: month + 1]), sum(totals[: month + 1]) * share
            assert abs(so_far * whole - owed) < 2 * whole


@st.composite
def claims(draw, months):
    return Claim(
        tuple(draw(st.lists(st.integers(0, 1_000), min_size=months, max_size=months))),
        tuple(draw(st.lists(st.integers(0, 20), min_size=months, max_size=months))),
        draw(st.booleans()),
    )


@PATIENT
@given(st.data(), st.integers(1, 12), st.integers(1, 7))
def test_months_add_up_with_minimums_and_steps(data, months, step):
    totals = data.draw(st.lists(st.integers(0, 300), min_size=months, max_size=months))
    rows = spread(totals, data.draw(st.lists(claims(months), min_size=1, max_size=6)), step=step)
    assert [sum(column) for column in zip(*rows, strict=True)] == totals
    assert all(units >= 0 for row in rows for units in row)


@st.composite
def networks(draw):
    there = st.tuples(*[st.booleans()] * 12)
    parties = []
    for distributor in range(draw(st.integers(0, 5))):
        area = draw(st.sampled_from([None, 1, 2]))
        parties.append(Party(area, distributor, None, draw(st.integers(0, 99)), draw(there)))
        for outlet in range(draw(st.integers(0, 4))):
            place = draw(st.sampled_from([area, 2]))
            weight = draw(st.integers(0, 99))
            parties.append(Party(place, distributor, distributor * 10 + outlet, weight, draw(there)))
    models = [Sold(number, draw(st.integers(0, 9)), draw(there)) for number in range(draw(st.integers(0, 4)))]
    shares = draw(
        st.dictionaries(
            st.sampled_from(["area:1", "area:none", "*/model:0", "*/model:1", "area:2/distributor:1"]),
            st.integers(0, 10_000),
        )
    )
    settings = Settings(
        draw(st.none() | st.integers(0, 10_000)), draw(st.integers(0, 5)), draw(st.integers(1, 5)), shares
    )
    return build(parties, models, settings, months=12)


@PATIENT
@given(networks(), st.lists(st.integers(0, 2_000), min_size=12, max_size=12))
def test_any_network_adds_up_on_every_level(node, totals):
    split = cascade(totals, node)
    assert list(mismatches(split)) == []
    at_the_bottom = [sum(column) for column in zip(*(units for _path, units in leaves(split)), strict=True)]
    assert at_the_bottom in ([], totals)
    shallow = cascade(totals, node, depth=1)
    assert [child.units for child in shallow.children] == [child.units for child in split.children]


def test_keys_of_a_node_are_its_own():
    node = build([party(None), party(4)], [Sold(2, 1, ALWAYS)], Settings(2_500), months=12)
    paths = [path for path, _units in leaves(cascade([4] * 12, node))]
    assert paths == [
        ("area:1", "distributor:1", "own", "model:2"),
        ("area:1", "distributor:1", "outlets", "outlet:4", "model:2"),
    ]
    assert isinstance(node, Node)
