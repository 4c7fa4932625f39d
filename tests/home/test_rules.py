"""Who has what on the work list, and in which order."""

from __future__ import annotations

from datetime import date

import pytest

from portal.home.labels import TASKS, URGENCIES
from portal.home.rules import URGENCY, Task, Urgency, months_until, tasks_of, work_list
from portal.home.views import LINKS
from portal.permissions import Role


def test_overdue_first_then_waiting_then_notes_and_larger_counts_first():
    counts = dict.fromkeys(Task, 1) | {Task.APPLIED: 9, Task.IN_REVIEW: 2}
    items = work_list(Role.HO_NETWORK, counts)
    order = [list(Urgency).index(item.urgency) for item in items]
    assert order == sorted(order)
    waiting = [item.task for item in items if item.urgency is Urgency.WAITING]
    assert waiting[:2] == [Task.APPLIED, Task.IN_REVIEW]


@pytest.mark.parametrize("role", Role)
def test_nothing_to_do_is_an_empty_list(role):
    assert work_list(role, {}) == []
    assert work_list(role, dict.fromkeys(Task, 0)) == []


def test_a_distributor_has_no_review_on_the_list():
    assert not tasks_of(Role.DISTRIBUTOR) & {Task.IN_REVIEW, Task.APPLIED, Task.NOT_ASSIGNED}


def test_every_task_has_words_an_urgency_and_a_link():
    assert set(TASKS) == set(URGENCY) == set(LINKS) == set(Task)
    assert set(URGENCIES) == set(Urgency)


def test_months_run_over_the_turn_of_the_year():
    assert months_until(date(2026, 2, 28), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
