"""What a policy would have cost: a document computed over past months for all parties, beside the one in force.

Both are taken as if they had been in force, and acknowledged by everybody, from the first of these months on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput
from portal.jobs.models import Job
from portal.jobs.services import start_job
from portal.network.models import Distributor, Outlet
from portal.periods import last_day, month_of, months_between
from portal.rebates.errors import PolicyUnsound
from portal.rebates.models import PolicyVersion, SavedWhatIf
from portal.rebates.queries.facts import facts_of
from portal.rebates.queries.known import known, policy_of
from portal.rebates.rules import document as documents
from portal.rebates.rules.alike import Alike
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.needs import needs_of
from portal.rebates.rules.next_tier import nearest, next_tiers
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.problems import Invalid
from portal.rebates.rules.settling import Span, span_of
from portal.rebates.rules.words import PartyKind
from portal.rebates.services.moving import written

WHAT_IF_JOB = "rebates.what_if"
MOST_MONTHS = 24
# Whoever lacks at most this part of a tier sits just under it.
JUST_UNDER = 0.1
# So many parties are kept by name: those that win and lose most, and those just under a tier.
KEPT = 500
BARS = 24
Progress = Callable[[int, int | None], None]


@dataclass(slots=True)
class _Sum:
    """One party: what both policies pay it over the months."""

    code: str
    distributor_id: int
    outlet_id: int | None
    total: int = 0
    compared: int = 0
    under: dict[str, Any] | None = None

    @property
    def difference(self) -> int:
        return self.total - self.compared


@dataclass(frozen=True, slots=True)
class _Told:
    """What is remembered of a result, for all parties that did alike."""

    fen: int
    points: int
    goods: int
    under: dict[str, Any] | None


@dataclass
class _Side:
    """One of the two policies; of a cumulative one what was settled of the year so far, by party."""

    policy: Policy
    is_first: bool
    settled: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alike: Alike[_Told] = Alike(self.policy, lambda result: _tell(result, None))

    def of(self, party: int, facts: Facts) -> _Told:
        """What the policy pays the party in this period."""
        if not self.policy.is_cumulative:
            return self.alike.of(facts)
        fen, points, goods = self.settled.get(party, (0, 0, 0))
        facts.settled_fen, facts.settled_points, facts.settled_goods = fen, points, goods
        told = self.alike.of(facts)
        self.settled[party] = (fen + told.fen, points + told.points, goods + told.goods)
        return told


@dataclass(slots=True)
class _Computed:
    """All parties, and the sums of the periods."""

    parties: dict[int, _Sum] = field(default_factory=dict)
    periods: list[dict[str, Any]] = field(default_factory=list)
    points: int = 0
    goods: int = 0


def save(
    session: Session,
    name: str,
    document: Mapping[str, Any],
    *,
    actor: User | None,
    first_month: date,
    last_month: date,
    compared_version_id: int | None = None,
) -> SavedWhatIf:
    """Keep what is to be computed. Raises InvalidInput (no name, months), PolicyUnsound."""
    name = written(name, "name", 200)
    first, last = month_of(first_month), month_of(last_month)
    months = len(list(months_between(first, last)))
    if not 0 < months <= MOST_MONTHS or last >= month_of(clock.today()):
        raise InvalidInput("months_out_of_range", field="last_month", value=last, limit=MOST_MONTHS)
    try:
        policy = documents.parse(document, known(session, document))
    except Invalid as error:
        raise PolicyUnsound(error.problems) from error
    if not _spans(policy, first, last):
        raise InvalidInput("months_too_short", field="first_month", value=first)
    what_if = SavedWhatIf(
        name=name,
        document=dict(document),
        compared_version_id=compared_version_id,
        first_month=first,
        last_month=last,
        author_id=actor.id if actor else None,
        author_name=actor.name if actor else "",
        created_at=clock.now(),
    )
    session.add(what_if)
    session.flush()
    return what_if


def start(session: Session, what_if: SavedWhatIf, *, actor: User) -> Job:
    """Queue the computation. Raises TooManyJobs."""
    key = f"{WHAT_IF_JOB}:{what_if.id}"
    job = start_job(session, kind=WHAT_IF_JOB, owner=actor, arguments={"what_if_id": what_if.id}, unique_key=key)
    what_if.job_id = job.id
    session.flush()
    return job


def compute(session: Session, what_if: SavedWhatIf, *, progress: Progress | None = None) -> dict[str, Any]:
    """The comparison as JSON values; `keep` stores it. Reads only."""
    policy = documents.parse(what_if.document)
    version = session.get(PolicyVersion, what_if.compared_version_id) if what_if.compared_version_id else None
    compared = policy_of(version) if version else None
    return compare(session, policy, compared, what_if.first_month, what_if.last_month, progress=progress)


def keep(session: Session, what_if: SavedWhatIf, result: dict[str, Any]) -> None:
    """Store what was computed."""
    what_if.result, what_if.computed_at = result, clock.now()
    session.flush()


def compare(
    session: Session,
    policy: Policy,
    compared: Policy | None,
    first: date,
    last: date,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What `policy` would have cost in these months, beside `compared`."""
    found, done = _Computed(), 0
    sides = [
        _Side(replace(each, effective_from=first, effective_to=last_day(last)), which == 0)
        for which, each in enumerate(side for side in (policy, compared) if side is not None)
    ]
    # Two that ask the same of the same parties are computed from one reading.
    together = [sides] if len(sides) == 2 and _ask_the_same(*sides) else [[side] for side in sides]
    for group in together:
        spans = _spans(group[0].policy, first, last)
        for span in spans:
            done += _compute_period(session, group, span, found, is_last=span == spans[-1])
            if progress:
                progress(done, None)
    return _as_dict(session, found, policy, first, last, is_compared=compared is not None)


def _spans(policy: Policy, first: date, last: date) -> list[Span]:
    """The periods of the policy that lie whole in the months."""
    spans = {span_of(policy.period, month) for month in months_between(first, last)}
    return sorted((span for span in spans if span.first >= first and span.last <= last), key=lambda span: span.first)


def _ask_the_same(one: _Side, other: _Side) -> bool:
    """Whether the facts of one policy are those of the other."""
    mine, theirs = one.policy, other.policy
    if mine.is_cumulative or theirs.is_cumulative or (mine.party, mine.period) != (theirs.party, theirs.period):
        return False
    needs = needs_of(mine)
    return mine.scope == theirs.scope and needs == needs_of(theirs) and not needs.baseline


def _compute_period(session: Session, sides: Sequence[_Side], span: Span, found: _Computed, *, is_last: bool) -> int:
    """One period of the sides that are computed from one reading; returns how many parties."""
    count = 0
    totals = dict.fromkeys(range(len(sides)), 0)
    for side in sides:
        if span.first.month == 1:
            side.settled.clear()  # another year
        if side.is_first and is_last:
            side.alike = Alike(side.policy, lambda result: _tell(result, span))
    for each in facts_of(session, sides[0].policy, span):
        count += 1
        party = each.outlet_id or each.distributor_id
        row = found.parties.get(party)
        if row is None:
            row = found.parties[party] = _Sum(each.code, each.distributor_id, each.outlet_id)
        for number, side in enumerate(sides):
            told = side.of(party, each.facts)
            totals[number] += told.fen
            if not side.is_first:
                row.compared += told.fen
                continue
            row.total += told.fen
            row.under = told.under
            found.points += told.points
            found.goods += told.goods
    for number, side in enumerate(sides):
        _note_period(found, span, totals[number], is_first=side.is_first)
    return count


def _note_period(found: _Computed, span: Span, total: int, *, is_first: bool) -> None:
    if is_first:
        found.periods.append({"period": span.label, "month": span.first.isoformat(), "total_fen": total})
        return
    # The other policy may settle in other periods: its sums stand where their first month does.
    for period in reversed(found.periods):
        if period["month"] <= span.first.isoformat():
            period["compared_fen"] = period.get("compared_fen", 0) + total
            return


def _tell(result: Result, span: Span | None) -> _Told:
    under = _just_under(result, span) if span else None
    return _Told(result.total_fen, result.points, result.goods, under)


def _just_under(result: Result, span: Span) -> dict[str, Any] | None:
    """The nearest tier, where the party lacks no more than a tenth of it."""
    upcoming = nearest(next_tiers(result).values())
    if upcoming is None or float(upcoming.distance) > JUST_UNDER:
        return None
    term = upcoming.outcome.term
    more = upcoming.would_earn - upcoming.outcome.earned
    return {
        "period": span.label,
        "term": term.id,
        "tier": upcoming.tier,
        "needs": upcoming.needs,
        "would_earn": more,
        "pays": str(term.pays),
    }


def _as_dict(
    session: Session, found: _Computed, policy: Policy, first: date, last: date, *, is_compared: bool
) -> dict[str, Any]:
    rows = list(found.parties.values())
    winners = sorted((row for row in rows if row.difference > 0), key=lambda row: (-row.difference, row.code))
    losers = sorted((row for row in rows if row.difference < 0), key=lambda row: (row.difference, row.code))
    under = sorted((row for row in rows if row.under), key=lambda row: (-(row.under or {})["would_earn"], row.code))
    values = [row.difference if is_compared else row.total for row in rows]
    return {
        "party": str(policy.party),
        "first_month": first.isoformat(),
        "last_month": last.isoformat(),
        "parties": len(rows),
        "total_fen": sum(row.total for row in rows),
        "compared_fen": sum(row.compared for row in rows) if is_compared else None,
        "points": found.points,
        "goods": found.goods,
        "periods": found.periods,
        "winners": len(winners),
        "losers": len(losers),
        "won_fen": sum(row.difference for row in winners),
        "lost_fen": sum(row.difference for row in losers),
        "just_under": len(under),
        "histogram": histogram(values),
        "top_winners": [_row(row) for row in winners[:KEPT]],
        "top_losers": [_row(row) for row in losers[:KEPT]],
        "nearest": [_row(row) | {"under": row.under} for row in under[:KEPT]],
        "regions": _regions(session, policy.party, found.parties),
    }


def _row(row: _Sum) -> dict[str, Any]:
    return {
        "code": row.code,
        "distributor_id": row.distributor_id,
        "outlet_id": row.outlet_id,
        "total_fen": row.total,
        "compared_fen": row.compared,
        "difference_fen": row.difference,
    }


def _regions(session: Session, kind: PartyKind, parties: Mapping[int, _Sum]) -> dict[str, dict[str, int]]:
    """County → parties and sums, for the map."""
    model = Outlet if kind is PartyKind.OUTLET else Distributor
    found: dict[str, dict[str, int]] = {}
    for party, county in session.execute(select(model.id, model.county_code)):
        row = parties.get(party)
        if row is None or county is None:
            continue
        sums = found.setdefault(county, {"parties": 0, "total_fen": 0, "compared_fen": 0})
        sums["parties"] += 1
        sums["total_fen"] += row.total
        sums["compared_fen"] += row.compared
    return dict(sorted(found.items()))


def histogram(values: Sequence[int], bars: int = BARS) -> list[dict[str, int]]:
    """How many parties lie in which stretch of fen: stretches of one round width, zero always on an edge."""
    if not values:
        return []
    low, high = min(min(values), 0), max(max(values), 0)
    if low == high:
        return [{"from_fen": 0, "to_fen": 0, "parties": len(values)}]
    width = _round_width((high - low) / bars)
    begin = math.floor(low / width)
    counts = [0] * (math.floor(high / width) - begin + 1)
    for value in values:
        counts[value // width - begin] += 1
    return list(_bars(begin, width, counts))


def _bars(begin: int, width: int, counts: Sequence[int]) -> Iterator[dict[str, int]]:
    for place, count in enumerate(counts):
        edge = (begin + place) * width
        yield {"from_fen": edge, "to_fen": edge + width, "parties": count}


def _round_width(least: float) -> int:
    """1, 2 or 5 times a power of ten, no smaller than `least`."""
    power = 10 ** max(0, math.floor(math.log10(max(least, 1))))
    return next(int(step * power) for step in (1, 2, 5, 10) if step * power >= least)
