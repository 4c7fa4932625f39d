"""Checks over real reports: asked, answered, settled, asked again; one planted case and one false pattern each."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.errors import IllegalMove
from portal.sales.errors import GuardFailed, LinesRefused
from portal.sales.models import ReportQuestion, SalesDetail
from portal.sales.rules.checks import Check
from portal.sales.rules.stock import DetailFacts
from portal.sales.rules.words import QuestionStatus
from portal.sales.services.details import replace_details
from portal.sales.services.questions import answer_question, run_checks, settle_question
from portal.sales.services.reports import open_report, return_report, save_lines, submit_report
from portal.sales.signals import thresholds_asked
from portal.scope import bind_scope
from tests.sales.reporting import MONTH, fill, good_line, hand_in, make_dealer

Q, C = QuestionStatus, Check
AUGUST, JULY, JUNE = date(2026, 8, 1), date(2026, 7, 1), date(2026, 6, 1)


def line(dealer, outlet=0, model=0, **figures):
    return good_line(dealer.outlets[outlet] if outlet is not None else None, dealer.models[model], **figures)


def quiet(dealer):
    """A report about which nothing is odd: what the outlets take in, the distributor sells them."""
    own = line(dealer, None, opening_stock=20, sell_in=0, sell_through=20, retail=0, closing_stock=0)
    return [line(dealer, 0), line(dealer, 1), own]


def sale(dealer, day=10, outlet=0, model=0, month=MONTH, **values):
    place = {"outlet_id": dealer.outlets[outlet].id, "model_id": dealer.models[model].id}
    return DetailFacts(**place, sold_on=month.replace(day=day), **values)


def hand_in_with(session, dealer, rows, sales=(), month=MONTH):
    report = open_report(session(), dealer.distributor, month, actor=dealer.user)
    fill(report, dealer, rows)
    if sales:
        replace_details(session(), report, sales, actor=dealer.user, version=report.version)
    submit_report(session(), report, actor=dealer.user, version=report.version, key=dealer.key())
    return report


def asked(session, report):
    rows = session.scalars(select(ReportQuestion).where(ReportQuestion.report_id == report.id))
    return {row.check: row for row in rows if row.status is not Q.SETTLED}


def test_a_quiet_report_is_asked_nothing(session, dealer):
    assert asked(session, hand_in_with(session, dealer, quiet(dealer))) == {}


def test_a_difference_is_asked_and_its_reason_is_the_answer(session, dealer):
    rows = quiet(dealer)
    rows[0] = line(dealer, 0, closing_stock=3, reason="盘亏一台")
    question = asked(session, hand_in_with(session, dealer, rows))[C.STOCK_EQUATION]
    assert (question.status, question.answer) == (Q.ANSWERED, "盘亏一台")
    assert question.facts == {"expected": 4, "stated": 3, "difference": -1}


def test_asked_answered_settled(session, dealer):
    rows = quiet(dealer)
    rows[0] = line(dealer, 0, closing_stock=3)
    report = hand_in_with(session, dealer, rows)
    question = asked(session, report)[C.STOCK_EQUATION]
    with pytest.raises(GuardFailed):
        answer_question(session(), report, question, "  ", actor=dealer.user)
    with pytest.raises(IllegalMove):
        answer_question(session(), report, question, "x", actor=dealer.manager)
    with pytest.raises(GuardFailed):
        answer_question(session(), report, question, "x", actor=make_dealer(crew=dealer).user)
    answer_question(session(), report, question, "盘亏", actor=dealer.user)
    assert question.status is Q.ANSWERED
    with pytest.raises(GuardFailed):
        settle_question(session(), report, question, actor=make_dealer().manager)
    settle_question(session(), report, question, actor=dealer.manager)
    with pytest.raises(IllegalMove):
        answer_question(session(), report, question, "again", actor=dealer.user)
    # Settled by a person: it is not asked again as long as the figures stay.
    assert run_checks(session(), report) == []


def test_other_figures_ask_again_and_right_ones_settle(session, dealer):
    rows = quiet(dealer)
    rows[0] = line(dealer, 0, closing_stock=3)
    report = hand_in_with(session, dealer, rows)
    settle_question(session(), report, asked(session, report)[C.STOCK_EQUATION], actor=dealer.manager)
    for closing, status in ((2, Q.OPEN), (4, Q.SETTLED), (3, Q.OPEN)):
        return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
        row = line(dealer, 0, closing_stock=closing)
        save_lines(session(), report, [row], actor=dealer.user, version=report.version)
        submit_report(session(), report, actor=dealer.user, version=report.version, key=dealer.key())
        (question,) = session.scalars(select(ReportQuestion)).all()
        assert question.status is status


def test_opening_stock_follows_last_month(session, dealer):
    hand_in_with(session, dealer, quiet(dealer), month=AUGUST)
    rows = [line(dealer, 0, opening_stock=4, closing_stock=8), line(dealer, 1, opening_stock=3, closing_stock=7)]
    question = asked(session, hand_in_with(session, dealer, rows))[C.OPENING_DIFFERS]
    assert (question.outlet_id, question.facts) == (dealer.outlets[1].id, {"expected": 4, "stated": 3})


def test_sell_through_against_the_outlets(session, dealer):
    rows = quiet(dealer)
    rows[1] = line(dealer, 1, sell_in=9, closing_stock=3)
    question = asked(session, hand_in_with(session, dealer, rows))[C.SELL_THROUGH_DIFFERS]
    assert question.facts == {"sold": 20, "taken_in": 19}


def test_a_transfer_waits_for_its_other_side(session, dealer):
    other = make_dealer(crew=dealer)
    rows = quiet(dealer)
    rows[0] = line(dealer, 0, transfers_in=2, closing_stock=6)
    report = hand_in_with(session, dealer, rows)
    assert C.TRANSFER_WITHOUT_OTHER_SIDE in asked(session, report)
    theirs = quiet(other)
    theirs[0] = line(other, 0, transfers_out=2, closing_stock=2)
    assert C.TRANSFER_WITHOUT_OTHER_SIDE not in asked(session, hand_in_with(session, other, theirs))
    run_checks(session(), report)
    assert C.TRANSFER_WITHOUT_OTHER_SIDE not in asked(session, report)


def test_a_spike_at_the_months_end_and_a_spread_month(session, dealer):
    rows = quiet(dealer)
    rows[0] = line(dealer, 0, sell_in=10, retail=8, closing_stock=2)
    report = hand_in_with(session, dealer, rows, [sale(dealer, 30, serial=f"S{n}") for n in range(8)])
    assert asked(session, report)[C.MONTH_END_SPIKE].facts["late"] == 8
    other = make_dealer(crew=dealer)
    rows = quiet(other)
    rows[0] = line(other, 0, sell_in=10, retail=8, closing_stock=2)
    spread = [sale(other, 1 + 4 * n, serial=f"T{n}") for n in range(8)]
    assert C.MONTH_END_SPIKE not in asked(session, hand_in_with(session, other, rows, spread))


def test_a_serial_sold_in_two_places_names_no_other_distributor(session, dealer):
    other = make_dealer(crew=dealer)
    hand_in_with(session, other, quiet(other), [sale(other, serial="VIN1"), *(sale(other) for _ in range(5))])
    session.commit()
    bind_scope(session(), dealer.user.scope)
    mine = [sale(dealer, serial="VIN1"), *(sale(dealer) for _ in range(5))]
    question = asked(session, hand_in_with(session, dealer, quiet(dealer), mine))[C.SERIAL_SOLD_TWICE]
    assert question.facts == {"serial": "VIN1", "here": 1, "elsewhere": 1}


def test_a_serial_that_came_back_is_sold_again_without_a_question(session, dealer):
    other = make_dealer(crew=dealer)
    theirs = [sale(other, 3, serial="VIN1"), sale(other, 9, serial="VIN1", units=-1)]
    hand_in_with(session, other, quiet(other), theirs)
    mine = [sale(dealer, 20, serial="VIN1"), *(sale(dealer) for _ in range(5))]
    assert C.SERIAL_SOLD_TWICE not in asked(session, hand_in_with(session, dealer, quiet(dealer), mine))


def test_a_draft_elsewhere_sells_nothing(session, dealer):
    other = make_dealer(crew=dealer)
    report = open_report(session(), other.distributor, MONTH, actor=other.user)
    replace_details(session(), report, [sale(other, serial="VIN1")], actor=other.user, version=report.version)
    mine = [sale(dealer, serial="VIN1"), *(sale(dealer) for _ in range(5))]
    assert C.SERIAL_SOLD_TWICE not in asked(session, hand_in_with(session, dealer, quiet(dealer), mine))


def test_last_months_sales_taken_back(session, dealer):
    hand_in_with(session, dealer, quiet(dealer), month=AUGUST)
    back = [sale(dealer, 2, units=-1, original_month=AUGUST) for _ in range(2)]
    sold = [sale(dealer) for _ in range(6)]
    rows = [line(dealer, 0, opening_stock=4, returns_in=2, closing_stock=10), *quiet(dealer)[1:]]
    question = asked(session, hand_in_with(session, dealer, rows, [*sold, *back]))[C.REVERSAL_NEXT_MONTH]
    assert question.facts == {"returned": 2, "sold_before": 6}


def test_returns_of_older_months_are_no_reversal(session, dealer):
    hand_in_with(session, dealer, quiet(dealer), month=AUGUST)
    back = [sale(dealer, 2, units=-1, original_month=JULY) for _ in range(2)]
    rows = [line(dealer, 0, opening_stock=4, returns_in=2, closing_stock=10), *quiet(dealer)[1:]]
    report = hand_in_with(session, dealer, rows, [*(sale(dealer) for _ in range(6)), *back])
    assert C.REVERSAL_NEXT_MONTH not in asked(session, report)


def test_a_price_far_from_last_months(session, dealer):
    def priced(fen):
        return [line(dealer, 0, channel_price_fen=fen), *quiet(dealer)[1:]]

    hand_in_with(session, dealer, priced(10_000), month=AUGUST)
    rows = [line(dealer, 0, channel_price_fen=12_000, opening_stock=4, closing_stock=8), *quiet(dealer)[1:]]
    question = asked(session, hand_in_with(session, dealer, rows))[C.CHANNEL_PRICE_OFF]
    assert question.facts == {"expected_fen": 10_000, "stated_fen": 12_000}


def test_bunching_asks_the_rooms_above_for_their_thresholds(session, dealer):
    outlet = dealer.outlets[0].id

    def quotas(distributor_id, *, session, months):
        assert (distributor_id, len(months), months[-1]) == (dealer.distributor.id, 6, month_asked[0])
        return {(outlet, month): [6] for month in months}

    month_asked = [None]
    with thresholds_asked.connected_to(quotas):
        for month in (JULY, AUGUST, MONTH):
            month_asked[0] = month
            report = hand_in_with(session, dealer, quiet(dealer), month=month)
            assert (C.BUNCHING_ABOVE_THRESHOLD in asked(session, report)) == (month == MONTH)
    facts = asked(session, report)[C.BUNCHING_ABOVE_THRESHOLD].facts
    assert facts == {"units": 6, "threshold": 6, "times": 3, "months": ["2026-07", "2026-08", "2026-09"]}


# ---- sales one by one


def test_details_are_replaced_as_a_whole(session, dealer):
    report = open_report(session(), dealer.distributor, MONTH, actor=dealer.user)
    for number in (5, 3):
        rows = [sale(dealer, serial=f"S{n}", amount_fen=100) for n in range(number)]
        assert replace_details(session(), report, rows, actor=dealer.user, version=report.version) == number
    assert len(session.scalars(select(SalesDetail)).all()) == 3


def test_details_of_one_place_leave_the_others(session, dealer):
    report = open_report(session(), dealer.distributor, MONTH, actor=dealer.user)
    rows = [sale(dealer, outlet=0), sale(dealer, outlet=1)]
    replace_details(session(), report, rows, actor=dealer.user, version=report.version)
    place = rows[0].place
    more = [sale(dealer, outlet=0, serial=f"N{n}") for n in range(2)]
    replace_details(session(), report, more, actor=dealer.user, version=report.version, place=place)
    assert sorted(session.scalars(select(SalesDetail.serial))) == ["", "N0", "N1"]
    with pytest.raises(LinesRefused):
        replace_details(session(), report, rows, actor=dealer.user, version=report.version, place=place)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"units": 0}, "units_out_of_range"),
        ({"original_month": AUGUST}, "original_month_impossible"),
        ({"units": -1, "original_month": date(2026, 10, 1)}, "original_month_impossible"),
        ({"units": -1, "original_month": date(2026, 8, 2)}, "original_month_impossible"),
        ({"variant_id": 99}, "variant_of_other_model"),
        ({"month": AUGUST}, "day_outside_month"),
    ],
)
def test_details_that_cannot_be(session, dealer, values, code):
    report = open_report(session(), dealer.distributor, MONTH, actor=dealer.user)
    with pytest.raises(LinesRefused) as refused:
        replace_details(session(), report, [sale(dealer, **values)], actor=dealer.user, version=report.version)
    assert [error.code for error in refused.value.errors] == [code]


def test_details_of_a_foreign_outlet(session, dealer):
    report = open_report(session(), dealer.distributor, MONTH, actor=dealer.user)
    foreign = sale(make_dealer(crew=dealer))
    with pytest.raises(LinesRefused):
        replace_details(session(), report, [foreign], actor=dealer.user, version=report.version)


def test_a_report_with_details_only_where_somebody_keeps_them(session, dealer):
    assert asked(session, hand_in(dealer)).keys() == {C.SELL_THROUGH_DIFFERS}
