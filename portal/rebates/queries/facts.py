"""What parties did in a period, read set by set: a few statements for thousands of parties, never one for each.

Lines are sums by model from the roll-ups (and by sale type from the sales one by one, where a policy asks for it or
begins in the middle of a month). Units are cars sold to customers less those that came back; amounts are what the
manufacturer charged. A line's reference says which months and model it sums: "2026-10/F3", "2026-01~2026-09/F3".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.clock import BUSINESS_ZONE
from portal.periods import format_month, month_of, months_between, shift_month
from portal.products.models import GroupMember, ProductGroup, ProductModel
from portal.rebates.models import PolicyVersion, RebateStatement, SettlementRun
from portal.rebates.queries.parties import CHUNK, Party, parties_in_chunks
from portal.rebates.rules.facts import Facts, Line
from portal.rebates.rules.life import SETTLED
from portal.rebates.rules.needs import Needs, common_days, counts_in_baseline, cuts_a_month, needs_of
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.settling import Span
from portal.rebates.rules.standing import Standing
from portal.rebates.rules.words import PartyKind
from portal.rebates.signals import violations_asked
from portal.sales.models import MonthlyReport, ReportingPeriod, SalesDetail, SalesRollup
from portal.sales.queries.sums import HANDED_IN
from portal.scope import scope_of_system
from portal.targets.models import Quota
from portal.targets.queries.quotas import in_force
from portal.visits.queries.facts import accepted_counts

NOW, BEFORE, LAST_YEAR = 0, 1, 2
Row = tuple[int, int, str, int, int, int]
"""Party, model, sale type, bucket, units, fen."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What settled runs have posted for a period."""

    fen: int = 0
    points: int = 0
    goods: int = 0


@dataclass(slots=True)
class PartyFacts:
    """One party with its facts, how it stands to the version, and what was posted for the period before."""

    distributor_id: int
    outlet_id: int | None
    code: str
    facts: Facts
    standing: Standing
    posted: Posted
    # Whether a settled run has a statement of the period already.
    has_statement: bool = False


def facts_of(
    session: Session,
    policy: Policy,
    span: Span,
    *,
    version: PolicyVersion | None = None,
    outlet_ids: Collection[int] | None = None,
    distributor_ids: Collection[int] | None = None,
    size: int = CHUNK,
) -> Iterator[PartyFacts]:
    """The facts of everybody whom the version (or, without one, the policy's scope) addresses, by id.

    Parties are those that the session's scope sees; their figures are read by the house, so that a dealer's own
    forecast is computed from the same facts as its settlement.
    """
    days = common_days(policy, span)
    if days is None:
        return
    reading = _Reading(session, policy, span, days, version)
    ids = outlet_ids if policy.party is PartyKind.OUTLET else distributor_ids
    chunks = parties_in_chunks(
        session,
        policy,
        version_id=version.id if version else None,
        ids=ids,
        with_facts=reading.needs.party_facts,
        size=size,
    )
    for parties in chunks:
        with scope_of_system(session):
            found = reading.read(parties)
        yield from found


class _Reading:
    """One policy in one period: what is alike for all parties is read once."""

    def __init__(
        self, session: Session, policy: Policy, span: Span, days: tuple[date, date], version: PolicyVersion | None
    ) -> None:
        self.session, self.policy, self.span, self.version = session, policy, span, version
        self.label = span.label
        self.needs: Needs = needs_of(policy)
        self.is_outlet = policy.party is PartyKind.OUTLET
        self.begin, self.end = days
        year = date(span.first.year, 1, 1)
        # The days of the year before this period on which the policy was in force.
        self.before: tuple[date, date] | None = None
        earlier = max(year, policy.effective_from)
        if self.needs.year_to_date and earlier < self.begin:
            self.before = (earlier, date.fromordinal(self.begin.toordinal() - 1))
        measured = self.before[0] if self.before and self.needs.measures_year else self.begin
        self.measured_months = list(months_between(measured, self.end))
        self.one_by_one = self.needs.sale_types or cuts_a_month(self.before[0] if self.before else self.begin, self.end)
        with scope_of_system(session):
            self.codes = {row.id: row.code for row in session.execute(select(ProductModel.id, ProductModel.code))}
            self.tags = self._tags() if self.needs.tags else {}

    # ---- a chunk of parties

    def read(self, parties: Sequence[Party]) -> list[PartyFacts]:
        """The facts of these parties, in their order."""
        ids = [party.id for party in parties]
        lines, before, baselines = self._lines(ids)
        quotas = self._quotas(ids) if self.needs.quota else {}
        posted, settled = self._posted(ids) if self.version else ({}, {})
        punctual = self._punctual(parties) if self.needs.report_on_time else {}
        activities = self._activities(ids) if self.needs.activities else {}
        violations = self._asked(violations_asked, ids) if self.needs.violations else {}
        published = None
        if self.version is not None and self.version.published_at is not None:
            published = self.version.published_at.astimezone(BUSINESS_ZONE).date()
        found = []
        for party in parties:
            earlier = settled.get(party.id, Posted())
            units, fen = baselines.get(party.id, (0, 0))
            facts = Facts(
                party=party.code,
                period=self.label,
                lines=lines.get(party.id, ()),
                quota=quotas.get(party.id, {}),
                baseline_units=max(0, units),
                baseline_fen=max(0, fen),
                year_to_date=before.get(party.id, ()),
                activities={
                    name: count
                    for name, count in sorted(activities.get(party.id, {}).items())
                    if name in self.needs.activities
                },
                confirmed_violations=violations.get(party.id, 0),
                report_on_time=punctual.get(party.distributor_id),
                party_facts=party.facts,
                settled_fen=earlier.fen,
                settled_points=earlier.points,
                settled_goods=earlier.goods,
            )
            standing = Standing(published, party.acknowledged_on)
            if self.version is None:
                standing = Standing(self.policy.effective_from, self.policy.effective_from)
            found.append(
                PartyFacts(
                    party.distributor_id,
                    party.outlet_id,
                    party.code,
                    facts,
                    standing,
                    posted.get(party.id, Posted()),
                    party.id in posted,
                )
            )
        return found

    # ---- sales

    def _lines(
        self, ids: Sequence[int]
    ) -> tuple[dict[int, list[Line]], dict[int, list[Line]], dict[int, tuple[int, int]]]:
        """Lines of the period, of the year before it, and last year's volume, by party."""
        rows: list[Row] = self._details(ids) if self.one_by_one else self._rollups(ids, with_period=True)
        if self.one_by_one and self.needs.baseline:
            rows += self._rollups(ids, with_period=False)
        now: dict[int, list[Line]] = defaultdict(list)
        before: dict[int, list[Line]] = defaultdict(list)
        baselines: dict[int, tuple[int, int]] = {}
        labels = {NOW: _months_label(self.begin, self.end), BEFORE: _months_label(*self.before) if self.before else ""}
        codes, tags, policy = self.codes, self.tags, self.policy
        for party, model, sale_type, bucket, units, fen in rows:
            if not units and not fen:
                continue
            code, tagged = codes[model], tags.get(model, ())
            if bucket == LAST_YEAR:
                if counts_in_baseline(policy, code, tagged, sale_type):
                    known = baselines.get(party, (0, 0))
                    baselines[party] = (known[0] + units, known[1] + fen)
                continue
            ref = f"{labels[bucket]}/{code}/{sale_type}" if sale_type else f"{labels[bucket]}/{code}"
            line = Line(code, units, fen, tagged, sale_type, None, ref)
            (now if bucket == NOW else before)[party].append(line)
        return now, before, baselines

    def _rollups(self, ids: Sequence[int], *, with_period: bool) -> list[Row]:
        owner: Any = SalesRollup.outlet_id if self.is_outlet else SalesRollup.distributor_id
        months: dict[date, int] = {}
        if with_period:
            months |= dict.fromkeys(months_between(self.begin, self.end), NOW)
            months |= dict.fromkeys(months_between(*self.before), BEFORE) if self.before else {}
        if self.needs.baseline:
            months |= {shift_month(month, -12): LAST_YEAR for month in self.measured_months}
        buckets = {place: [month for month, at in months.items() if at == place] for place in (NOW, BEFORE, LAST_YEAR)}
        bucket: Any = case(
            *((SalesRollup.month.in_(each), place) for place, each in buckets.items() if each and place != NOW),
            else_=NOW,
        ) if set(months.values()) != {NOW} else None  # fmt: skip
        units = func.sum(SalesRollup.retail - SalesRollup.returns_in)
        columns: list[Any] = [owner, SalesRollup.model_id, units, func.sum(SalesRollup.amount_fen)]
        grouping: list[Any] = [owner, SalesRollup.model_id]
        if bucket is not None:
            columns.append(bucket.label("bucket"))
            grouping.append(bucket)
        statement = (
            select(*columns)
            .where(owner.in_(ids), SalesRollup.month.in_(sorted(months)))
            .group_by(*grouping)
            .order_by(owner, SalesRollup.model_id)
        )
        rows = self.session.execute(statement)
        if bucket is None:
            return [(row[0], row[1], "", NOW, int(row[2]), int(row[3])) for row in rows]
        return [(row[0], row[1], "", int(row[4]), int(row[2]), int(row[3])) for row in rows]

    def _details(self, ids: Sequence[int]) -> list[Row]:
        """From the sales one by one: what they were sold as, and on which day."""
        owner: Any = SalesDetail.outlet_id if self.is_outlet else SalesDetail.distributor_id
        sale_type: Any = SalesDetail.sale_type if self.needs.sale_types else None
        found: list[Row] = []
        for bucket, days in ((NOW, (self.begin, self.end)), (BEFORE, self.before)):
            if days is None:
                continue
            kept = [sale_type] if sale_type is not None else []
            sums: list[Any] = [func.sum(SalesDetail.units), func.sum(SalesDetail.amount_fen)]
            columns: list[Any] = [owner, SalesDetail.model_id, *sums, *kept]
            statement = (
                select(*columns)
                .join(MonthlyReport, MonthlyReport.id == SalesDetail.report_id)
                .where(
                    MonthlyReport.status.in_(HANDED_IN),
                    SalesDetail.month.in_(list(months_between(*days))),
                    owner.in_(ids),
                    SalesDetail.sold_on.between(*days),
                )
                .group_by(owner, SalesDetail.model_id, *kept)
                .order_by(owner, SalesDetail.model_id, *kept)
            )
            found += [
                (row[0], row[1], str(row[4]) if kept else "", bucket, int(row[2]), int(row[3]))
                for row in self.session.execute(statement)
            ]
        return found

    def _tags(self) -> dict[int, tuple[str, ...]]:
        """Model → the groups to which it belongs on the period's last day in force."""
        statement = (
            select(GroupMember.model_id, ProductGroup.code)
            .join(ProductGroup, ProductGroup.id == GroupMember.group_id)
            .where(
                GroupMember.valid_from <= self.end,
                GroupMember.valid_to.is_(None) | (GroupMember.valid_to >= self.end),
            )
        )
        found: dict[int, set[str]] = defaultdict(set)
        for model, code in self.session.execute(statement):
            found[model].add(code)
        return {model: tuple(sorted(codes)) for model, codes in found.items()}

    # ---- what it is measured by

    def _quotas(self, ids: Sequence[int]) -> dict[int, dict[str, int]]:
        owner: Any = Quota.outlet_id if self.is_outlet else Quota.distributor_id
        statement = (
            select(owner, Quota.model_id, func.sum(Quota.units))
            .where(owner.in_(ids), Quota.month.in_(self.measured_months), in_force(None))
            .group_by(owner, Quota.model_id)
            .order_by(owner, Quota.model_id)
        )
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for party, model, units in self.session.execute(statement):
            if units:
                found[party][self.codes[model]] = int(units)
        return found

    def _posted(self, ids: Sequence[int]) -> tuple[dict[int, Posted], dict[int, Posted]]:
        """What settled runs posted to the version: for this period, and for earlier ones of the year."""
        owner: Any = RebateStatement.outlet_id if self.is_outlet else RebateStatement.distributor_id
        is_now = RebateStatement.month == self.span.first
        sums = [func.sum(column) for column in _DUE]
        statement = (
            select(owner, case((is_now, 1), else_=0).label("is_now"), *sums)
            .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
            .where(
                RebateStatement.version_id == (self.version.id if self.version else 0),
                RebateStatement.month.between(date(self.span.first.year, 1, 1), self.span.first),
                SettlementRun.status.in_(SETTLED),
                owner.in_(ids),
            )
            .group_by(owner, "is_now")
        )
        posted: dict[int, Posted] = {}
        settled: dict[int, Posted] = {}
        for party, now, *due in self.session.execute(statement):
            target = posted if now else settled
            if now or self.policy.is_cumulative:
                target[party] = Posted(*(int(value) for value in due))
        return posted, settled

    # ---- what else is asked

    def _punctual(self, parties: Sequence[Party]) -> dict[int, bool]:
        """Distributor → whether all its reports of the period came in time."""
        months = list(months_between(self.begin, self.end))
        due = dict(
            self.session.execute(
                select(ReportingPeriod.month, ReportingPeriod.due_on).where(ReportingPeriod.month.in_(months))
            ).all()
        )
        owners = {party.distributor_id for party in parties}
        statement = select(MonthlyReport.distributor_id, MonthlyReport.month, MonthlyReport.first_submitted_at).where(
            MonthlyReport.distributor_id.in_(owners), MonthlyReport.month.in_(months)
        )
        in_time: dict[int, int] = defaultdict(int)
        for owner, month, at in self.session.execute(statement):
            if at is not None and month in due and at.astimezone(BUSINESS_ZONE).date() <= due[month]:
                in_time[owner] += 1
        return {owner: in_time[owner] == len(months) for owner in owners}

    def _activities(self, ids: Sequence[int]) -> dict[int, dict[str, int]]:
        """Accepted evidence of work in the field on the days in force."""
        return accepted_counts(self.session, ids, self.begin, self.end, is_outlet=self.is_outlet)

    def _asked(self, signal: Any, ids: Sequence[int]) -> dict[int, Any]:
        """What other rooms know of these parties; empty where none answers."""
        found: dict[int, Any] = {}
        answers = signal.send(self.policy.party, session=self.session, first=self.begin, last=self.end, ids=ids)
        for _receiver, answer in answers:
            found |= answer or {}
        return found


_DUE = (RebateStatement.due_fen, RebateStatement.due_points, RebateStatement.due_goods)


def _months_label(begin: date, end: date) -> str:
    first, last = format_month(month_of(begin)), format_month(month_of(end))
    return first if first == last else f"{first}~{last}"
