"""A policy in force, its run, a what-if, a notice; for each tenant what they say to its outlet, and a dispute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from portal import clock
from portal.db import db
from portal.network.models import Distributor, Outlet
from portal.rebates.models import (
    PassThroughGrant,
    PolicyAddressee,
    PolicyVersion,
    RebateDispute,
    RebatePolicy,
    RebateStatement,
    SavedWhatIf,
    SettlementRun,
    SubsidyNotice,
)
from portal.rebates.rules import document
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.facts import Facts, Line
from portal.rebates.rules.life import RunStatus, VersionStatus
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.rules.words import PartyKind, Period, Settle
from portal.rebates.rules.written import facts_as_dict
from portal.rebates.services.ledger import Entry, post
from tests.factories import save

MONTH = date(2026, 9, 1)
REF = "2026-09/F3"
DOCUMENT: dict[str, Any] = {
    "code": "WORLD-2026",
    "name": {"en": "World policy", "zh": "世界政策"},
    "party": "outlet",
    "period": "month",
    "effective": {"from": "2026-01-01", "to": "2026-12-31"},
    "settle": "each_period",
    "terms": [
        {
            "id": "quota",
            "label": {"en": "Quota bonus", "zh": "任务返利"},
            "pays": "per_unit",
            "tier_on": "units",
            "tiers": [{"from": "8", "rate": "1000"}],
        }
    ],
}


def add_rebates() -> dict[str, int]:
    """Ids by what they are: `version`, `draft`, `run`, `what_if`, `notice`."""
    policy = save(RebatePolicy(code="WORLD-2026", created_at=clock.now()))
    version = _version(policy, 1, VersionStatus.PUBLISHED)
    draft = _version(policy, 2, VersionStatus.DRAFT)
    run = save(
        SettlementRun(
            period_kind=Period.MONTH,
            period_month=MONTH,
            number=1,
            status=RunStatus.APPROVED,
            open_key="month:2026-09",
            due_on=date(2026, 11, 14),
            created_at=clock.now(),
        )
    )
    what_if = save(
        SavedWhatIf(name="World", document=DOCUMENT, first_month=MONTH, last_month=MONTH, created_at=clock.now())
    )
    notice = save(
        SubsidyNotice(
            code="WORLD-N",
            name_zh="通知",
            month=MONTH,
            per_model_fen={"F3": 50_000},
            issued_on=MONTH,
            created_at=clock.now(),
        )
    )
    return {"version": version.id, "draft": draft.id, "run": run.id, "what_if": what_if.id, "notice": notice.id}


def _version(policy: RebatePolicy, number: int, status: VersionStatus) -> PolicyVersion:
    is_published = status is VersionStatus.PUBLISHED
    return save(
        PolicyVersion(
            policy_id=policy.id,
            number=number,
            status=status,
            document=DOCUMENT,
            name_en="World policy",
            name_zh="世界政策",
            party=PartyKind.OUTLET,
            period=Period.MONTH,
            settle=Settle.EACH_PERIOD,
            effective_from=date(2026, 1, 1),
            effective_to=date(2026, 12, 31),
            created_at=clock.now(),
            updated_at=clock.now(),
            published_at=datetime(2025, 12, 20, tzinfo=UTC) if is_published else None,
        )
    )


def add_statement(marker: str, distributor: Distributor, outlet: Outlet, ids: dict[str, int]) -> dict[str, int]:
    """What the policy says to the tenant's outlet, what somebody asks about it, and a subsidy."""
    owner = {"distributor_id": distributor.id, "outlet_id": outlet.id}
    addressee = save(PolicyAddressee(**owner, version_id=ids["version"], addressed_on=MONTH, acknowledged_on=MONTH,
                                     acknowledged_by_name=f"{marker} reader"))  # fmt: skip
    facts = Facts(party=outlet.code, period="2026-09", lines=[Line("F3", 10, 50_000_000, ref=REF)])
    result = evaluate(document.parse(DOCUMENT), facts)
    statement = save(
        RebateStatement(
            **owner,
            month=MONTH,
            run_id=ids["run"],
            version_id=ids["version"],
            period_kind=Period.MONTH,
            total_fen=result.total_fen,
            due_fen=result.total_fen,
            facts=facts_as_dict(facts),
            result=as_dict(result, is_brief=True),
            sha256="0" * 64,
            approved_on=date(2026, 10, 14),
        )
    )
    dispute = save(
        RebateDispute(
            **owner,
            statement_id=statement.id,
            term_id="quota",
            question=f"{marker} question",
            asked_by_name=f"{marker} person",
            asked_at=clock.now(),
        )
    )
    grant = save(
        PassThroughGrant(
            **owner, month=MONTH, notice_id=ids["notice"], units={"F3": 10}, granted_fen=500_000, note=f"{marker} note"
        )
    )
    place = (distributor.id, outlet.id, MONTH)
    entries = [
        Entry(*place, Account.EXPENSE, Unit.CASH, result.total_fen),
        Entry(*place, Account.ACCRUED, Unit.CASH, -result.total_fen),
    ]
    key = f"world:{outlet.id}"
    post(db.session(), key, PostingKind.ACCRUE, entries, booked_on=MONTH, actor=None, memo=f"{marker} memo")
    return {
        "addressee_id": addressee.id,
        "statement_id": statement.id,
        "dispute_id": dispute.id,
        "grant_id": grant.id,
    }
