"""Codes, lives, and what may stand within what."""

from __future__ import annotations

from datetime import date

import pytest

from portal.errors import InvalidInput
from portal.products.rules import Days, Life, check_apart, check_code, check_days, check_holds, check_within, life_on

YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))


def test_life_counts_both_days():
    assert life_on(YEAR, date(2025, 12, 31)) is Life.COMING
    assert life_on(YEAR, date(2026, 1, 1)) is Life.ON_SALE
    assert life_on(YEAR, date(2026, 12, 31)) is Life.ON_SALE
    assert life_on(YEAR, date(2027, 1, 1)) is Life.ENDED
    assert life_on(Days(date(2026, 1, 1)), date(2099, 1, 1)) is Life.ON_SALE


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "code_missing"),
        ("x" * 41, "code_too_long"),
        ("NEW", "code_reserved"),
        ("-3", "code_characters"),
        ("a b", "code_characters"),
    ],
)
def test_codes_that_cannot_be(code, fault):
    with pytest.raises(InvalidInput, match=fault):
        check_code(code)


@pytest.mark.parametrize("code", ["F3", "f-3.1_b", "秦PLUS"])
def test_codes_that_can(code):
    check_code(code)


def test_days_do_not_run_backwards():
    check_days(Days(YEAR.first, YEAR.first))
    with pytest.raises(InvalidInput, match="days_reversed"):
        check_days(Days(YEAR.first, date(2025, 12, 31)))


def test_a_part_lies_within_what_it_belongs_to():
    check_within(YEAR, Days(YEAR.first), name="F")
    for days, fault in (
        (Days(date(2025, 12, 31), YEAR.last), "before_owner"),
        (Days(YEAR.first, date(2027, 1, 1)), "after_owner"),
        (Days(YEAR.first), "after_owner"),
    ):
        with pytest.raises(InvalidInput, match=fault):
            check_within(days, YEAR, name="F")


def test_a_life_that_shrinks_keeps_what_is_in_it():
    check_holds(YEAR, [("F3", YEAR)])
    with pytest.raises(InvalidInput, match="begins_after_part"):
        check_holds(Days(date(2026, 2, 1)), [("F3", YEAR)])
    with pytest.raises(InvalidInput, match="ends_before_part"):
        check_holds(Days(YEAR.first, date(2026, 11, 30)), [("F3", YEAR)])
    with pytest.raises(InvalidInput, match="ends_before_part"):
        check_holds(YEAR, [("F3", Days(YEAR.first))])


def test_memberships_of_one_model_share_no_day():
    check_apart(Days(date(2027, 1, 1)), [YEAR])
    with pytest.raises(InvalidInput, match="member_already"):
        check_apart(Days(date(2026, 12, 31)), [YEAR])
    with pytest.raises(InvalidInput, match="member_already"):
        check_apart(Days(date(2025, 1, 1)), [YEAR])
