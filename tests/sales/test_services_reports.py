"""Opening, writing, handing in, returning and accepting a report; the same key twice; roll-ups at every step."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import IllegalMove, NotFound, OutOfScope, StaleVersion
from portal.network.rules import OutletStatus
from portal.notifications.models import Notice
from portal.periods import next_month
from portal.sales.errors import GuardFailed, IdempotencyConflict, LinesRefused, PeriodClosed
from portal.sales.models import MonthlyReport, ReportEvent, ReportLine, SalesRollup
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.stock import LineFacts
from portal.sales.rules.words import PeriodStatus, ReportStatus
from portal.sales.services.periods import lock_period, open_period
from portal.sales.services.reports import (
    HeaderFacts,
    accept_report,
    open_report,
    possible_actions,
    return_report,
    save_header,
    save_lines,
    submission_errors,
    submit_report,
)
from portal.sales.services.reviewing import accept_many, return_many
from portal.sales.services.rollups import compare
from portal.scope import bind_scope
from tests.factories import make_outlet
from tests.sales.reporting import MONTH, NOW, accept, fill, good_line, hand_in, make_dealer, make_model

R, G = ReportStatus, Guard


def draft(session, dealer, month=MONTH):
    return open_report(session(), dealer.distributor, month, actor=dealer.user)


def rollup_units(session, month=MONTH):
    return session.scalar(select(func.sum(SalesRollup.retail)).where(SalesRollup.month == month)) or 0


def lock(session, dealer, month=MONTH):
    period = open_period(session(), month)
    lock_period(session(), period, actor=dealer.sales, version=period.version)


def test_from_draft_to_accepted(session, dealer):
    report = draft(session, dealer)
    fill(report, dealer)
    assert rollup_units(session) == 0
    event = submit_report(session(), report, actor=dealer.user, version=report.version, key="k1")
    assert (event.from_status, event.to_status, event.revision) == (R.DRAFT, R.SUBMITTED, 1)
    assert rollup_units(session) == 12
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="数量不对")
    assert (rollup_units(session), report.returned_reason) == (0, "数量不对")
    submit_report(session(), report, actor=dealer.user, version=report.version, key="k2")
    accept_report(session(), report, actor=dealer.manager, version=report.version)
    assert (report.status, report.revision, rollup_units(session)) == (R.ACCEPTED, 2, 12)
    assert compare(session()) == []
    steps = session.scalars(select(ReportEvent.action).order_by(ReportEvent.id)).all()
    assert steps == ["submit", "return", "submit", "accept"]


def test_the_first_submission_decides_about_the_time(session, dealer):
    report = hand_in(dealer)
    with clock.held(NOW.replace(day=20)):
        return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
        submit_report(session(), report, actor=dealer.user, version=report.version, key="later")
    assert report.first_submitted_at == NOW
    assert report.submitted_at.day == 20


# ---- opening


def test_a_report_is_opened_once_with_a_line_for_each_place(session, dealer):
    report = draft(session, dealer)
    assert draft(session, dealer) is report
    places = {(line.outlet_id, line.model_id) for line in report.lines}
    assert len(report.lines) == len(places) == 3 * 2
    assert session.scalar(select(func.count(MonthlyReport.id))) == 1


def test_it_opens_as_last_month_closed(session, dealer):
    hand_in(dealer, date(2026, 8, 1))
    report = draft(session, dealer)
    stock = {line.outlet_id: line.opening_stock for line in report.lines if line.model_id == dealer.models[0].id}
    assert stock == {None: 0, dealer.outlets[0].id: 4, dealer.outlets[1].id: 4}


def test_only_outlets_and_models_of_the_month_have_a_line(session, dealer):
    make_outlet(dealer.distributor, opened_on=date(2026, 10, 1))
    make_outlet(dealer.distributor, status=OutletStatus.CANDIDATE, opened_on=None)
    left = make_outlet(dealer.distributor, status=OutletStatus.EXITED, exited_on=date(2026, 9, 2))
    make_outlet(dealer.distributor, status=OutletStatus.EXITED, exited_on=date(2026, 8, 31))
    make_model(active_to=date(2026, 8, 31))
    report = draft(session, dealer)
    assert {line.outlet_id for line in report.lines} == {None, left.id, *(outlet.id for outlet in dealer.outlets)}
    assert {line.model_id for line in report.lines} == {model.id for model in dealer.models}


def test_stock_that_is_left_of_an_ended_model_keeps_its_line(session, dealer):
    hand_in(dealer, date(2026, 8, 1))
    dealer.models[0].active_to = date(2026, 8, 31)
    session.flush()
    report = draft(session, dealer)
    left = [line for line in report.lines if line.model_id == dealer.models[0].id]
    assert sorted(line.opening_stock for line in left) == [4, 4]


def test_a_closed_month_opens_no_report(session, dealer):
    lock(session, dealer)
    with pytest.raises(PeriodClosed):
        draft(session, dealer)


def test_nobody_opens_a_foreign_report(session, dealer):
    with pytest.raises(OutOfScope):
        open_report(session(), make_dealer().distributor, MONTH, actor=dealer.user)


# ---- writing


def test_lines_are_stored_by_their_place(session, dealer):
    report = draft(session, dealer)
    lines, version = len(report.lines), report.version
    saved = save_lines(
        session(), report, [good_line(dealer.outlets[0], dealer.models[1])], actor=dealer.user, version=version
    )
    assert (saved.added, saved.changed, saved.removed) == (0, 1, 0)
    assert len(report.lines) == lines
    assert report.version == version + 1
    (line,) = [line for line in report.lines if line.sell_in]
    assert (line.outlet_id, line.model_id, line.retail) == (dealer.outlets[0].id, dealer.models[1].id, 6)


def test_the_same_lines_again_change_nothing(session, dealer):
    report = draft(session, dealer)
    fill(report, dealer)
    rows = [good_line(outlet, dealer.models[0]) for outlet in dealer.outlets]
    saved = save_lines(session(), report, rows, actor=dealer.user, version=report.version)
    assert (saved.added, saved.changed, saved.removed) == (0, 0, 0)


def test_a_whole_file_replaces_all_lines(session, dealer):
    report = draft(session, dealer)
    rows = [good_line(dealer.outlets[0], dealer.models[0])]
    saved = save_lines(session(), report, rows, actor=dealer.user, version=report.version, replaces=True)
    assert (saved.changed, saved.removed) == (1, 5)
    assert len(report.lines) == 1


def test_two_who_write_at_once_do_not_overwrite_each_other(session, dealer):
    report = draft(session, dealer)
    version = report.version
    fill(report, dealer)
    with pytest.raises(StaleVersion):
        save_lines(session(), report, [], actor=dealer.user, version=version)


def bad_rows(dealer, foreign):
    outlet, model = dealer.outlets[0], dealer.models[0]
    return {
        "outlet_not_in_month": good_line(foreign, model),
        "model_not_in_month": good_line(outlet, make_model(active_to=date(2026, 8, 31))),
        "negative": good_line(outlet, model, retail=-1),
        "too_large": good_line(outlet, model, sell_in=10_000_000),
    }


@pytest.mark.parametrize(
    "code", ["outlet_not_in_month", "model_not_in_month", "negative", "too_large", "line_repeated"]
)
def test_a_line_that_cannot_be_is_refused_with_all_others(session, dealer, code):
    report, foreign = draft(session, dealer), make_dealer(crew=dealer).outlets[0]
    good = good_line(dealer.outlets[1], dealer.models[0])
    rows = [good, good] if code == "line_repeated" else [good, bad_rows(dealer, foreign)[code]]
    with pytest.raises(LinesRefused) as refused:
        save_lines(session(), report, rows, actor=dealer.user, version=report.version)
    assert [error.code for error in refused.value.errors] == [code]
    assert not any(line.sell_in for line in report.lines)


def test_a_difference_is_stored_with_its_reason(session, dealer):
    report = draft(session, dealer)
    row = good_line(dealer.outlets[0], dealer.models[0], closing_stock=3, reason="  盘亏一台  ")
    save_lines(session(), report, [row], actor=dealer.user, version=report.version)
    assert [line.reason for line in report.lines if line.sell_in] == ["盘亏一台"]


def test_the_head_of_the_paper(session, dealer):
    report = draft(session, dealer)
    header = HeaderFacts(as_of_on=date(2026, 9, 30), reporter=" 王芳 ", phone="138", note="无")
    save_header(session(), report, header, actor=dealer.user, version=report.version)
    assert (report.reporter, report.as_of_on, report.note) == ("王芳", date(2026, 9, 30), "无")


@pytest.mark.parametrize("role", ["manager", "sales", "approver"])
def test_nobody_else_writes(session, dealer, role):
    report = draft(session, dealer)
    with pytest.raises(IllegalMove):
        save_lines(session(), report, [], actor=getattr(dealer, role), version=report.version)


def test_what_is_handed_in_is_not_written(session, dealer):
    report = hand_in(dealer)
    with pytest.raises(IllegalMove):
        save_lines(session(), report, [], actor=dealer.user, version=report.version)


def test_a_colleague_of_another_distributor_does_not_write(session, dealer):
    report, other = draft(session, dealer), make_dealer(crew=dealer)
    with pytest.raises(GuardFailed) as failed:
        save_lines(session(), report, [], actor=other.user, version=report.version)
    assert failed.value.guards == (G.OWN_REPORT,)


# ---- handing in


def test_impossible_lines_are_not_handed_in(session, dealer):
    report = draft(session, dealer)
    fill(report, dealer, [good_line(dealer.outlets[0], dealer.models[0], aged_stock=5)])
    assert [error.code for error in submission_errors(session(), report)] == ["aged_over_closing"]
    with pytest.raises(GuardFailed) as failed:
        submit_report(session(), report, actor=dealer.user, version=report.version, key="k")
    assert failed.value.guards == (G.COMPLETE,)
    assert [error.field for error in failed.value.errors] == ["aged_stock"]


def test_a_report_without_lines_is_not_handed_in(session, dealer):
    report = draft(session, dealer)
    save_lines(session(), report, [], actor=dealer.user, version=report.version, replaces=True)
    with pytest.raises(GuardFailed):
        submit_report(session(), report, actor=dealer.user, version=report.version, key="k")


def test_the_same_key_with_the_same_content_is_answered_alike(session, dealer):
    report = draft(session, dealer)
    fill(report, dealer)
    version = report.version
    first = submit_report(session(), report, actor=dealer.user, version=version, key="same")
    before = report.version
    for _ in range(3):
        assert submit_report(session(), report, actor=dealer.user, version=version, key="same") is first
    assert (report.version, report.revision) == (before, 1)
    assert session.scalar(select(func.count(ReportEvent.id))) == 1


def test_the_answer_stays_the_same_after_the_month_is_locked(session, dealer):
    report = hand_in(dealer)
    key = report.submission_key
    lock(session, dealer)
    assert submit_report(session(), report, actor=dealer.user, version=0, key=key).revision == 1


def test_the_same_key_with_other_content_is_a_conflict(session, dealer):
    report = hand_in(dealer)
    key = report.submission_key
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    save_lines(
        session(),
        report,
        [good_line(dealer.outlets[0], dealer.models[0], retail=5, closing_stock=5)],
        actor=dealer.user,
        version=report.version,
    )
    with pytest.raises(IdempotencyConflict) as conflict:
        submit_report(session(), report, actor=dealer.user, version=report.version, key=key)
    assert conflict.value.status == 409
    assert report.status is R.RETURNED


def test_a_key_of_another_distributor_is_a_conflict_also_in_ones_own_scope(session, dealer):
    taken = hand_in(dealer).submission_key
    other = make_dealer(crew=dealer)
    report = draft(session, other)
    fill(report, other)
    session.commit()
    bind_scope(session(), other.user.scope)
    with pytest.raises(IdempotencyConflict):
        submit_report(session(), report, actor=other.user, version=report.version, key=taken)


def test_the_whole_way_in_the_scopes_of_those_who_go_it(session, dealer):
    session.commit()
    bind_scope(session(), dealer.user.scope)
    report = hand_in(dealer)
    session.commit()
    bind_scope(session(), dealer.manager.scope)
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    session.commit()
    bind_scope(session(), dealer.user.scope)
    submit_report(session(), report, actor=dealer.user, version=report.version, key="again")
    session.commit()
    bind_scope(session(), dealer.manager.scope)
    accept(report, dealer)
    session.commit()
    assert compare(session()) == []


# ---- judging


def test_a_report_is_judged_in_its_own_area_only(session, dealer):
    report, elsewhere = hand_in(dealer), make_dealer()
    with pytest.raises(GuardFailed) as failed:
        accept_report(session(), report, actor=elsewhere.manager, version=report.version)
    assert failed.value.guards == (G.OWN_AREA,)
    accept_report(session(), report, actor=dealer.sales, version=report.version)


def test_a_return_says_why(session, dealer):
    report = hand_in(dealer)
    with pytest.raises(GuardFailed) as failed:
        return_report(session(), report, actor=dealer.manager, version=report.version, reason="  ")
    assert failed.value.guards == (G.REASON_GIVEN,)


def test_an_accepted_report_can_come_back_while_the_month_is_open(session, dealer):
    report = accept(hand_in(dealer), dealer)
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    assert (report.status, report.accepted_at, rollup_units(session)) == (R.RETURNED, None, 0)


def test_a_closed_month_is_not_judged(session, dealer):
    report = hand_in(dealer)
    lock(session, dealer)
    for judge in (accept_report, return_report):
        with pytest.raises(PeriodClosed):
            judge(session(), report, actor=dealer.manager, version=report.version, reason="x")


def test_many_at_once_and_each_for_itself(session, dealer):
    reports = [hand_in(make_dealer(area=dealer.area, crew=dealer)) for _ in range(3)]
    foreign = hand_in(make_dealer())
    session.commit()
    bind_scope(session(), dealer.manager.scope)
    versions = {report.id: report.version for report in reports} | {foreign.id: foreign.version}
    versions[reports[1].id] -= 1
    session.expunge_all()
    outcomes = {each.report_id: each.error for each in accept_many(session(), versions, actor=dealer.manager)}
    session.commit()
    assert outcomes[reports[0].id] is outcomes[reports[2].id] is None
    assert isinstance(outcomes[reports[1].id], StaleVersion)
    assert isinstance(outcomes[foreign.id], NotFound)
    statuses = session.scalars(select(MonthlyReport.status).order_by(MonthlyReport.id)).all()
    assert statuses == [R.ACCEPTED, R.SUBMITTED, R.ACCEPTED]
    again = {report_id: version + 1 for report_id, version in versions.items() if report_id == reports[0].id}
    (outcome,) = return_many(session(), again, actor=dealer.manager, reason="x")
    assert outcome.error is None


def test_the_buttons_of_the_page(session, dealer):
    report = hand_in(dealer)

    def buttons(actor, status=PeriodStatus.OPEN):
        found = possible_actions(session(), report, actor, status)
        return {action for action, failing in found.items() if not failing}

    assert buttons(dealer.user) == set()
    assert buttons(dealer.manager) == {Action.ACCEPT, Action.RETURN}
    assert buttons(dealer.approver) == set()
    assert buttons(dealer.user, PeriodStatus.LOCKED) == {Action.PROPOSE_AMENDMENT}
    assert buttons(dealer.manager, PeriodStatus.SETTLED) == set()
    assert buttons(make_dealer().manager) == set()


# ---- what is put down, who is told


def audited(session):
    session.commit()
    rows = session.execute(select(AuditEntry.action, AuditEntry.object_type).order_by(AuditEntry.id)).all()
    return [tuple(row) for row in rows]


def test_every_write_leaves_an_entry(session, dealer):
    session.commit()
    before = len(audited(session))
    report = draft(session, dealer)
    opened = audited(session)[before:]
    assert ("create", "monthly_reports") in opened
    assert ("update", "report_lines") in opened
    assert ("create", "reporting_periods") in opened
    fill(report, dealer)
    saved = audited(session)[before + len(opened) :]
    assert saved == [("update", "report_lines")]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    place = f"{dealer.outlets[0].id}/{dealer.models[0].id}"
    assert entry.changes[f"{place} retail"] == [0, 6]
    assert entry.object_id == str(report.id)


def test_a_large_save_leaves_its_sums(session, held_clock):
    dealer = make_dealer(outlets=150, models=6)
    report = draft(session, dealer)
    rows = [good_line(outlet, model) for outlet in dealer.outlets for model in dealer.models]
    fill(report, dealer, rows)
    session.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.changes["retail"] == [0, 5400]
    assert entry.changes["lines"] == [906, 906]


def test_who_is_told(session, dealer):
    report = hand_in(dealer)
    return_report(session(), report, actor=dealer.manager, version=report.version, reason="x")
    told = {(row.user_id, row.kind) for row in session.scalars(select(Notice))}
    assert told == {(dealer.manager.id, "sales.report_submitted"), (dealer.user.id, "sales.report_returned")}


def test_the_house_writes_for_a_distributor_but_never_judges(session, dealer):
    report = open_report(session(), dealer.distributor, MONTH, actor=None)
    save_lines(session(), report, [good_line(dealer.outlets[0], dealer.models[0])], actor=None, version=report.version)
    submit_report(session(), report, actor=None, version=report.version, key="house")
    with pytest.raises(IllegalMove):
        accept_report(session(), report, actor=None, version=report.version)


def test_the_next_month_opens_with_what_was_reported_not_with_drafts(session, dealer):
    fill(draft(session, dealer), dealer)
    with clock.held(NOW.replace(month=11)):
        report = draft(session, dealer, next_month(MONTH))
    assert not any(line.opening_stock for line in report.lines)


def test_a_line_is_what_its_facts_say(session, dealer):
    report = draft(session, dealer)
    figures = {name: number for number, name in enumerate(("sell_in", "retail", "in_transit", "amount_fen"), 1)}
    row = LineFacts(outlet_id=None, model_id=dealer.models[0].id, counted_stock=7, channel_price_fen=99, **figures)
    save_lines(session(), report, [row], actor=dealer.user, version=report.version)
    line = session.scalars(select(ReportLine).where(ReportLine.counted_stock == 7)).one()
    assert all(getattr(line, name) == getattr(row, name) for name in ("outlet_id", *figures, "channel_price_fen"))
