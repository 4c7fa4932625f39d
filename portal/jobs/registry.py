"""The kinds of jobs there are. Each room adds its own when its tasks.py is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portal.errors import QudaoError

Task = TypeVar("Task", bound=Callable[..., "dict[str, Any] | None"])
# Turns a job's arguments and result into the endpoint and values of the page that shows what came of it.
Link = Callable[[Mapping[str, Any], Mapping[str, Any]], "tuple[str, dict[str, Any]] | None"]


class UnknownKind(QudaoError):
    """No room has registered this kind of job (`kind`)."""

    code = "unknown_job_kind"
    status = 500


@dataclass(frozen=True)
class JobKind:
    """What a kind of job does and how it is spoken of."""

    name: str
    run: Callable[..., dict[str, Any] | None]
    label: Any
    # Code (of a progress note or an error) → sentence, with %(name)s for the error's details.
    messages: Mapping[str, Any] = field(default_factory=dict)
    link: Link | None = None


_kinds: dict[str, JobKind] = {}


def job_kind(
    name: str, *, label: Any = None, messages: Mapping[str, Any] | None = None, link: Link | None = None
) -> Callable[[Task], Task]:
    """The function runs jobs of this kind: it takes a RunningJob and the job's arguments by keyword."""

    def register(function: Task) -> Task:
        _kinds[name] = JobKind(name=name, run=function, label=label or name, messages=messages or {}, link=link)
        return function

    return register


def kind_named(name: str) -> JobKind:
    """The kind of that name; raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(kind=name) from None


def find_kind(name: str) -> JobKind | None:
    """The kind of that name, or None: rows outlive the code that wrote them."""
    return _kinds.get(name)
