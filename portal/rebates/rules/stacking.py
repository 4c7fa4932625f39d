"""Several policies side by side: two that pay for the same line must say so; versions of one follow each other.

`stacks_with` names the policies with which this one knowingly shares lines: each then pays on the full line. One side
saying so is enough, because a published policy is never edited. Whatever else two programmes should do to each other
is one policy with `after` between its terms, or lines that keep out of each other's way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from portal.rebates.rules.policy import LineFilter, Policy, Scope
from portal.rebates.rules.problems import Problem

Names = frozenset[str]
RegionsMeet = Callable[[Names, Names], bool]


def check_together(policies: Sequence[Policy], regions_meet: RegionsMeet | None = None) -> list[Problem]:
    """What is wrong between policies. Paths begin with the place in the list: `$[1].effective`.

    `regions_meet` tells whether two sets of region codes share ground; without it, regions are taken to meet.
    """
    problems: list[Problem] = []
    for (_, one), (place, other) in combinations(enumerate(policies), 2):
        if one.code != other.code:
            problems.extend(_check_pair(one, other, place, regions_meet or _always))
    return [*problems, *_check_versions(policies)]


def _always(one: Names, other: Names) -> bool:
    del one, other
    return True


def _check_pair(one: Policy, other: Policy, place: int, regions_meet: RegionsMeet) -> Iterable[Problem]:
    days = _common_days(one, other)
    if days is None or one.party is not other.party:
        return
    if other.code in one.stacks_with or one.code in other.stacks_with:
        return
    if not _scopes_meet(one.scope, other.scope, regions_meet):
        return
    for term in one.terms:
        for number, other_term in enumerate(other.terms):
            if _lines_meet(term.lines, other_term.lines):
                params = {
                    "one": one.code,
                    "other": other.code,
                    "term": term.id,
                    "other_term": other_term.id,
                    "begin": days[0].isoformat(),
                    "end": days[1].isoformat(),
                }
                yield Problem(f"$[{place}].terms[{number}].lines", "policies_overlap", other.code, params)
                return


def _common_days(one: Policy, other: Policy) -> tuple[date, date] | None:
    begin, end = max(one.effective_from, other.effective_from), min(one.effective_to, other.effective_to)
    return (begin, end) if begin <= end else None


def _scopes_meet(one: Scope, other: Scope, regions_meet: RegionsMeet) -> bool:
    """Whether some party may be addressed by both."""
    if not _names_meet(one.parties, other.parties, one.exclude_parties | other.exclude_parties):
        return False
    if not _names_meet(one.classes, other.classes):
        return False
    return one.regions is None or other.regions is None or regions_meet(one.regions, other.regions)


def _lines_meet(one: LineFilter, other: LineFilter) -> bool:
    """Whether a line may exist that both count. A line has one model and one sale type, and any tags."""
    if not _names_meet(one.models, other.models, one.exclude_models | other.exclude_models):
        return False
    if not _names_meet(one.sale_types, other.sale_types):
        return False
    excluded = one.exclude_tags | other.exclude_tags
    return all(tags is None or not tags <= excluded for tags in (one.tags, other.tags))


def _names_meet(one: Names | None, other: Names | None, excluded: Names = frozenset()) -> bool:
    """Whether a name is left that both lists have; None has all names."""
    if one is None or other is None:
        shared = one if other is None else other
        return shared is None or not shared <= excluded
    return not one & other <= excluded


def _check_versions(policies: Sequence[Policy]) -> Iterable[Problem]:
    """Versions of one policy neither overlap nor leave days out between them."""
    problems = []
    order = sorted(enumerate(policies), key=lambda item: (item[1].code, item[1].effective_from))
    for (_, one), (place, other) in pairwise(order):
        if one.code != other.code:
            continue
        path = f"$[{place}].effective"
        if other.effective_from <= one.effective_to:
            days = (other.effective_from, min(one.effective_to, other.effective_to))
            problems.append(_between("versions_overlap", path, one.code, days))
        elif other.effective_from > one.effective_to + timedelta(days=1):
            days = (one.effective_to + timedelta(days=1), other.effective_from - timedelta(days=1))
            problems.append(_between("versions_gap", path, one.code, days))
    return problems


def _between(rule: str, path: str, code: str, days: tuple[date, date]) -> Problem:
    begin, end = days[0].isoformat(), days[1].isoformat()
    return Problem(path, rule, code, {"one": code, "begin": begin, "end": end})
