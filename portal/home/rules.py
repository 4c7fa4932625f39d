"""What stands on whose work list, in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.permissions import Role


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
    REPORTS_OVERDUE = "reports_overdue"
    REPORTS_DUE = "reports_due"
    REPORTS_RETURNED = "reports_returned"
    REPORT_QUESTIONS = "report_questions"
    REPORTS_TO_REVIEW = "reports_to_review"
    AMENDMENTS_TO_DECIDE = "amendments_to_decide"
    REOPENINGS_TO_DECIDE = "reopenings_to_decide"
    POLICIES_SUBMITTED = "policies_submitted"
    RUNS_OVERDUE = "runs_overdue"
    RUNS_TO_CHECK = "runs_to_check"
    RUNS_TO_APPROVE = "runs_to_approve"
    RUNS_TO_PAY = "runs_to_pay"
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
    Task.REPORTS_OVERDUE: Urgency.OVERDUE,
    Task.REPORTS_RETURNED: Urgency.RETURNED,
    Task.REPORTS_DUE: Urgency.WAITING,
    Task.REPORT_QUESTIONS: Urgency.WAITING,
    Task.REPORTS_TO_REVIEW: Urgency.WAITING,
    Task.AMENDMENTS_TO_DECIDE: Urgency.WAITING,
    Task.REOPENINGS_TO_DECIDE: Urgency.WAITING,
    Task.RETURNED: Urgency.RETURNED,
    Task.DESK_OVERDUE: Urgency.OVERDUE,
    Task.ON_MY_DESK: Urgency.WAITING,
    Task.RUNS_OVERDUE: Urgency.OVERDUE,
    Task.POLICIES_SUBMITTED: Urgency.WAITING,
    Task.RUNS_TO_CHECK: Urgency.WAITING,
    Task.RUNS_TO_APPROVE: Urgency.WAITING,
    Task.RUNS_TO_PAY: Urgency.WAITING,
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

# Rebates: a policy waits for its second person, a settlement for the one who takes its next step.
SETTLING: dict[Role, frozenset[Task]] = {
    Role.HO_APPROVER: frozenset({Task.POLICIES_SUBMITTED, Task.RUNS_TO_APPROVE}),
    Role.HO_FINANCE: frozenset({Task.RUNS_OVERDUE, Task.RUNS_TO_CHECK, Task.RUNS_TO_PAY}),
}
_OWN_FIELD_WORK = frozenset({Task.EVIDENCE_RETURNED, Task.PLANS_OVERDUE})
_TASKS = frozenset({Task.FIELD_TASKS, Task.FIELD_TASKS_LATE})
_EVIDENCE = frozenset({Task.EVIDENCE_WAITING})
FIELD_TASKS = _OWN_FIELD_WORK | _TASKS | _EVIDENCE
_DEALERS_REPORTS = frozenset({Task.REPORTS_OVERDUE, Task.REPORTS_DUE, Task.REPORTS_RETURNED, Task.REPORT_QUESTIONS})
_REVIEWED_REPORTS = frozenset({Task.REPORTS_OVERDUE, Task.REPORTS_TO_REVIEW})
_HEAD_OFFICE = frozenset(
    {
        Task.IN_REVIEW,
        Task.APPLIED,
        Task.OPENING_OVERDUE,
        Task.DOCUMENTS_EXPIRED,
        Task.DOCUMENTS_EXPIRING,
        Task.OWNER_DOCUMENTS_EXPIRED,
        Task.OWNER_DOCUMENTS_EXPIRING,
        Task.ON_WATCH,
        Task.SUSPENDED,
        Task.NOT_ASSIGNED,
        Task.NO_COORDINATES,
        Task.DESK_OVERDUE,
        Task.ON_MY_DESK,
    }
)
_FIELD = (_HEAD_OFFICE - {Task.NOT_ASSIGNED}).union(
    _REVIEWED_REPORTS, _OWN_FIELD_WORK, _EVIDENCE, {Task.FIELD_TASKS_LATE}
)
_OUTLET = frozenset(
    {Task.OPENING_OVERDUE, Task.DOCUMENTS_EXPIRED, Task.DOCUMENTS_EXPIRING, Task.ON_WATCH, Task.SUSPENDED}
)
_DEALER = _OUTLET.union(
    {Task.RETURNED, Task.OWNER_DOCUMENTS_EXPIRED, Task.OWNER_DOCUMENTS_EXPIRING},
    _DEALERS_REPORTS,
    _OWN_FIELD_WORK,
    _TASKS,
)
_OF_ROLE = {
    Role.HO_SALES: _HEAD_OFFICE | _REVIEWED_REPORTS | _EVIDENCE | {Task.AMENDMENTS_TO_DECIDE},
    Role.HO_APPROVER: _HEAD_OFFICE
    | {Task.AMENDMENTS_TO_DECIDE, Task.REOPENINGS_TO_DECIDE}
    | SETTLING[Role.HO_APPROVER],
    Role.HO_FINANCE: _HEAD_OFFICE | SETTLING[Role.HO_FINANCE],
    Role.REGIONAL_MANAGER: _FIELD,
    Role.DISTRIBUTOR: _DEALER,
    Role.OUTLET: _OUTLET,
}


@dataclass(frozen=True)
class WorkItem:
    """One line: what, how many, how urgent."""

    task: Task
    count: int
    urgency: Urgency


def tasks_of(role: Role) -> frozenset[Task]:
    """The kinds of tasks that a role answers for."""
    return _OF_ROLE.get(role, _HEAD_OFFICE)


def work_list(role: Role, counts: dict[Task, int]) -> list[WorkItem]:
    """The lines with something to do, overdue first, then what waits, then notes; larger counts first."""
    order = list(Urgency)
    items = [WorkItem(task, counts[task], URGENCY[task]) for task in tasks_of(role) if counts.get(task, 0) > 0]
    return sorted(items, key=lambda item: (order.index(item.urgency), -item.count, item.task))


def months_until(last: date, count: int) -> list[date]:
    """The first days of `count` months, oldest first, ending with the month of `last`."""
    serial = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(serial - count + 1, serial + 1)]
