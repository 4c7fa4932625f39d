"""What stands on whose work list, in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.permissions import HEAD_OFFICE_ROLES, Role


class Task(StrEnum):
    """Kinds of things to do."""

    IN_REVIEW = "in_review"
    APPLIED = "applied"
    OPENING_OVERDUE = "opening_overdue"
    DOCUMENTS_EXPIRED = "documents_expired"
    DOCUMENTS_EXPIRING = "documents_expiring"
    OWNER_DOCUMENTS_EXPIRED = "owner_documents_expired"
    OWNER_DOCUMENTS_EXPIRING = "owner_documents_expiring"
    ON_WATCH = "on_watch"
    SUSPENDED = "suspended"
    NOT_ASSIGNED = "not_assigned"
    NO_COORDINATES = "no_coordinates"
    RETURNED = "returned"
    DESK_OVERDUE = "desk_overdue"
    ON_MY_DESK = "on_my_desk"
    EVIDENCE_WAITING = "evidence_waiting"
    EVIDENCE_RETURNED = "evidence_returned"
    PLANS_OVERDUE = "plans_overdue"
    FIELD_TASKS = "field_tasks"
    FIELD_TASKS_LATE = "field_tasks_late"


class Urgency(StrEnum):
    """How a task is shown."""

    OVERDUE = "overdue"
    RETURNED = "returned"
    WAITING = "waiting"
    NOTE = "note"


URGENCY: dict[Task, Urgency] = {
    Task.RETURNED: Urgency.RETURNED,
    Task.DESK_OVERDUE: Urgency.OVERDUE,
    Task.ON_MY_DESK: Urgency.WAITING,
    Task.EVIDENCE_WAITING: Urgency.WAITING,
    Task.EVIDENCE_RETURNED: Urgency.RETURNED,
    Task.PLANS_OVERDUE: Urgency.OVERDUE,
    Task.FIELD_TASKS: Urgency.WAITING,
    Task.FIELD_TASKS_LATE: Urgency.OVERDUE,
    Task.OPENING_OVERDUE: Urgency.OVERDUE,
    Task.DOCUMENTS_EXPIRED: Urgency.OVERDUE,
    Task.OWNER_DOCUMENTS_EXPIRED: Urgency.OVERDUE,
    Task.IN_REVIEW: Urgency.WAITING,
    Task.APPLIED: Urgency.WAITING,
    Task.DOCUMENTS_EXPIRING: Urgency.WAITING,
    Task.OWNER_DOCUMENTS_EXPIRING: Urgency.WAITING,
    Task.ON_WATCH: Urgency.NOTE,
    Task.SUSPENDED: Urgency.NOTE,
    Task.NOT_ASSIGNED: Urgency.NOTE,
    Task.NO_COORDINATES: Urgency.NOTE,
}

_OWN_FIELD_WORK = frozenset({Task.EVIDENCE_RETURNED, Task.PLANS_OVERDUE})
_TASKS = frozenset({Task.FIELD_TASKS, Task.FIELD_TASKS_LATE})
_EVIDENCE = frozenset({Task.EVIDENCE_WAITING})
FIELD_TASKS = _OWN_FIELD_WORK | _TASKS | _EVIDENCE
_HEAD_OFFICE = frozenset(Task) - {Task.RETURNED} - FIELD_TASKS
_FIELD = _HEAD_OFFICE - {Task.NOT_ASSIGNED} | _OWN_FIELD_WORK | _EVIDENCE | {Task.FIELD_TASKS_LATE}
_OUTLET = frozenset(
    {Task.OPENING_OVERDUE, Task.DOCUMENTS_EXPIRED, Task.DOCUMENTS_EXPIRING, Task.ON_WATCH, Task.SUSPENDED}
)
_DEALER = (
    _OUTLET | _OWN_FIELD_WORK | _TASKS | {Task.RETURNED, Task.OWNER_DOCUMENTS_EXPIRED, Task.OWNER_DOCUMENTS_EXPIRING}
)


@dataclass(frozen=True)
class WorkItem:
    """One line: what, how many, how urgent."""

    task: Task
    count: int
    urgency: Urgency


def tasks_of(role: Role) -> frozenset[Task]:
    """The kinds of tasks that a role answers for."""
    if role is Role.HO_SALES:
        return _HEAD_OFFICE | _EVIDENCE
    if role in HEAD_OFFICE_ROLES:
        return _HEAD_OFFICE
    return {Role.REGIONAL_MANAGER: _FIELD, Role.DISTRIBUTOR: _DEALER}.get(role, _OUTLET)


def work_list(role: Role, counts: dict[Task, int]) -> list[WorkItem]:
    """The lines with something to do, overdue first, then what waits, then notes; larger counts first."""
    order = list(Urgency)
    items = [WorkItem(task, counts[task], URGENCY[task]) for task in tasks_of(role) if counts.get(task, 0) > 0]
    return sorted(items, key=lambda item: (order.index(item.urgency), -item.count, item.task))


def months_until(last: date, count: int) -> list[date]:
    """The first days of `count` months, oldest first, ending with the month of `last`."""
    serial = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(serial - count + 1, serial + 1)]
