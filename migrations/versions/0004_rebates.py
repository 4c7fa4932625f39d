"""rebates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.rebates.ledger_triggers import create_ledger_triggers, drop_ledger_triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rebate_policies",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_policies")),
        sa.UniqueConstraint("code", name=op.f("uq_rebate_policies_code")),
    )
    op.create_table(
        "settlement_runs",
        sa.Column(
            "period_kind",
            sa.Enum("month", "quarter", "year", name="period", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("period_month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "checked",
                "approved",
                "released",
                "paid",
                "withdrawn",
                name="runstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("open_key", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("calculation", sa.Integer(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_goods", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("calculated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("calculated_by_name", sa.String(length=120), nullable=False),
        sa.Column("calculated_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("checked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_by_name", sa.String(length=120), nullable=False),
        sa.Column("checked_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by_name", sa.String(length=120), nullable=False),
        sa.Column("approved_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("released_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("released_by_name", sa.String(length=120), nullable=False),
        sa.Column("released_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("paid_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_by_name", sa.String(length=120), nullable=False),
        sa.Column("paid_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_runs")),
        sa.UniqueConstraint("open_key", name=op.f("uq_settlement_runs_open_key")),
        sa.UniqueConstraint(
            "period_kind", "period_month", "number", name=op.f("uq_settlement_runs_period_kind_period_month_number")
        ),
    )
    with op.batch_alter_table("settlement_runs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settlement_runs_status_period_month"), ["status", "period_month"], unique=False
        )

    op.create_table(
        "subsidy_notices",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("per_model_fen", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("granted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_notices")),
        sa.UniqueConstraint("code", name=op.f("uq_subsidy_notices_code")),
    )
    with op.batch_alter_table("subsidy_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subsidy_notices_month"), ["month"], unique=False)

    op.create_table(
        "policy_versions",
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "submitted", "published", "withdrawn", name="versionstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column(
            "party", sa.Enum("outlet", "distributor", name="partykind", native_enum=False, length=40), nullable=True
        ),
        sa.Column(
            "period", sa.Enum("month", "quarter", "year", name="period", native_enum=False, length=40), nullable=True
        ),
        sa.Column(
            "settle", sa.Enum("each_period", "cumulative", name="settle", native_enum=False, length=40), nullable=True
        ),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_by_name", sa.String(length=120), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["rebate_policies.id"], name=op.f("fk_policy_versions_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_versions_policy_id_number")),
    )
    with op.batch_alter_table("policy_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_policy_versions_status_effective_from"), ["status", "effective_from"], unique=False
        )

    op.create_table(
        "settlement_events",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "draft",
                "checked",
                "approved",
                "released",
                "paid",
                "withdrawn",
                name="runstatus",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "checked",
                "approved",
                "released",
                "paid",
                "withdrawn",
                name="runstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("happened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["settlement_runs.id"], name=op.f("fk_settlement_events_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_events")),
    )
    with op.batch_alter_table("settlement_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_events_run_id_id"), ["run_id", "id"], unique=False)

    op.create_table(
        "payments_received",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("noted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_payments_received_distributor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_received")),
        sa.UniqueConstraint("reference", name=op.f("uq_payments_received_reference")),
    )
    with op.batch_alter_table("payments_received", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payments_received_distributor_id_month"), ["distributor_id", "month"], unique=False
        )

    op.create_table(
        "policy_events",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum("draft", "submitted", "published", "withdrawn", name="versionstatus", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum("draft", "submitted", "published", "withdrawn", name="versionstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("happened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f("fk_policy_events_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_events")),
    )
    with op.batch_alter_table("policy_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_events_version_id_id"), ["version_id", "id"], unique=False)

    op.create_table(
        "rebate_payouts",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("paid_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_by_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_rebate_payouts_distributor_id")),
        sa.ForeignKeyConstraint(["run_id"], ["settlement_runs.id"], name=op.f("fk_rebate_payouts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_payouts")),
        sa.UniqueConstraint("run_id", "distributor_id", name=op.f("uq_rebate_payouts_run_id_distributor_id")),
    )
    with op.batch_alter_table("rebate_payouts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rebate_payouts_distributor_id_paid_on"), ["distributor_id", "paid_on"], unique=False
        )

    op.create_table(
        "rebate_what_ifs",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("compared_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("computed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["compared_version_id"], ["policy_versions.id"], name=op.f("fk_rebate_what_ifs_compared_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_what_ifs")),
    )
    op.create_table(
        "pass_through_grants",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum("granted", "passed_on", "confirmed", name="grantstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("granted_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("passed_on_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("passed_on_on", sa.Date(), nullable=True),
        sa.Column("passed_on_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed_on_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_pass_through_grants_distributor_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["subsidy_notices.id"], name=op.f("fk_pass_through_grants_notice_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_pass_through_grants_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_through_grants")),
        sa.UniqueConstraint("notice_id", "outlet_id", name=op.f("uq_pass_through_grants_notice_id_outlet_id")),
    )
    with op.batch_alter_table("pass_through_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pass_through_grants_distributor_id_month"), ["distributor_id", "month"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_pass_through_grants_outlet_id_month"), ["outlet_id", "month"], unique=False
        )

    op.create_table(
        "points_redemptions",
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("redeemed_on", sa.Date(), nullable=False),
        sa.Column("what_for", sa.String(length=300), nullable=False),
        sa.Column("value_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("noted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_points_redemptions_distributor_id")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_points_redemptions_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_redemptions")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_points_redemptions_submission_key")),
    )
    with op.batch_alter_table("points_redemptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_points_redemptions_distributor_id_id"), ["distributor_id", "id"], unique=False
        )

    op.create_table(
        "policy_addressees",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("addressed_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acknowledged_by_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_policy_addressees_distributor_id")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_policy_addressees_outlet_id")),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f("fk_policy_addressees_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_addressees")),
    )
    with op.batch_alter_table("policy_addressees", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_policy_addressees_distributor_id_version_id"), ["distributor_id", "version_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_policy_addressees_outlet_id_version_id"), ["outlet_id", "version_id"], unique=False
        )
        batch_op.create_index(
            "uq_policy_addressees_outlet",
            ["version_id", "outlet_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NOT NULL"),
            postgresql_where=sa.text("outlet_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_policy_addressees_own",
            ["version_id", "distributor_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )

    op.create_table(
        "rebate_statements",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "period_kind",
            sa.Enum("month", "quarter", "year", name="period", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("total_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_goods", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted_goods", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_goods", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_rebate_statements_distributor_id")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_rebate_statements_outlet_id")),
        sa.ForeignKeyConstraint(["run_id"], ["settlement_runs.id"], name=op.f("fk_rebate_statements_run_id")),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f("fk_rebate_statements_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_statements")),
    )
    with op.batch_alter_table("rebate_statements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rebate_statements_distributor_id_month"), ["distributor_id", "month"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rebate_statements_outlet_id_month"), ["outlet_id", "month"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rebate_statements_version_id_month"), ["version_id", "month"], unique=False
        )
        batch_op.create_index(
            "uq_rebate_statements_outlet",
            ["run_id", "version_id", "outlet_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NOT NULL"),
            postgresql_where=sa.text("outlet_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_rebate_statements_own",
            ["run_id", "version_id", "distributor_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )

    op.create_table(
        "rebate_disputes",
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term_id", sa.String(length=80), nullable=False),
        sa.Column("line_ref", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "answered",
                "accepted",
                "refused",
                "withdrawn",
                name="disputestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("open_key", sa.String(length=240), nullable=True),
        sa.Column("submission_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_rebate_disputes_distributor_id")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_rebate_disputes_outlet_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["rebate_statements.id"], name=op.f("fk_rebate_disputes_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_disputes")),
        sa.UniqueConstraint("open_key", name=op.f("uq_rebate_disputes_open_key")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_rebate_disputes_submission_key")),
    )
    with op.batch_alter_table("rebate_disputes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rebate_disputes_distributor_id_id"), ["distributor_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rebate_disputes_statement_id"), ["statement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rebate_disputes_status_id"), ["status", "id"], unique=False)

    op.create_table(
        "rebate_postings",
        sa.Column("business_key", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accrue",
                "true_up",
                "claw_back",
                "release",
                "pay",
                "redeem",
                "expire",
                "grant",
                "pass_on",
                name="postingkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["settlement_runs.id"], name=op.f("fk_rebate_postings_run_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["rebate_statements.id"], name=op.f("fk_rebate_postings_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_postings")),
        sa.UniqueConstraint("business_key", name=op.f("uq_rebate_postings_business_key")),
    )
    with op.batch_alter_table("rebate_postings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rebate_postings_booked_on"), ["booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_rebate_postings_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rebate_postings_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "rebate_entries",
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "expense",
                "accrued",
                "payable",
                "paid",
                "redeemed",
                "expired",
                "subsidy",
                "in_passing",
                "passed_on",
                name="account",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "unit", sa.Enum("cash", "points", "goods", name="unit", native_enum=False, length=40), nullable=False
        ),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_rebate_entries_amount")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_rebate_entries_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_rebate_entries_outlet_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["rebate_postings.id"], name=op.f("fk_rebate_entries_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_entries")),
    )
    with op.batch_alter_table("rebate_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rebate_entries_distributor_id_account_unit"),
            ["distributor_id", "account", "unit"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rebate_entries_outlet_id_account_unit"), ["outlet_id", "account", "unit"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rebate_entries_posting_id"), ["posting_id"], unique=False)
    for statement in create_ledger_triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    for statement in drop_ledger_triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    with op.batch_alter_table("rebate_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rebate_entries_posting_id"))
        batch_op.drop_index(batch_op.f("ix_rebate_entries_outlet_id_account_unit"))
        batch_op.drop_index(batch_op.f("ix_rebate_entries_distributor_id_account_unit"))

    op.drop_table("rebate_entries")
    with op.batch_alter_table("rebate_postings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rebate_postings_statement_id"))
        batch_op.drop_index(batch_op.f("ix_rebate_postings_run_id"))
        batch_op.drop_index(batch_op.f("ix_rebate_postings_booked_on"))

    op.drop_table("rebate_postings")
    with op.batch_alter_table("rebate_disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rebate_disputes_status_id"))
        batch_op.drop_index(batch_op.f("ix_rebate_disputes_statement_id"))
        batch_op.drop_index(batch_op.f("ix_rebate_disputes_distributor_id_id"))

    op.drop_table("rebate_disputes")
    with op.batch_alter_table("rebate_statements", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rebate_statements_own",
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_rebate_statements_outlet",
            sqlite_where=sa.text("outlet_id IS NOT NULL"),
            postgresql_where=sa.text("outlet_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rebate_statements_version_id_month"))
        batch_op.drop_index(batch_op.f("ix_rebate_statements_outlet_id_month"))
        batch_op.drop_index(batch_op.f("ix_rebate_statements_distributor_id_month"))

    op.drop_table("rebate_statements")
    with op.batch_alter_table("policy_addressees", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_policy_addressees_own",
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_policy_addressees_outlet",
            sqlite_where=sa.text("outlet_id IS NOT NULL"),
            postgresql_where=sa.text("outlet_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_policy_addressees_outlet_id_version_id"))
        batch_op.drop_index(batch_op.f("ix_policy_addressees_distributor_id_version_id"))

    op.drop_table("policy_addressees")
    with op.batch_alter_table("points_redemptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_points_redemptions_distributor_id_id"))

    op.drop_table("points_redemptions")
    with op.batch_alter_table("pass_through_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pass_through_grants_outlet_id_month"))
        batch_op.drop_index(batch_op.f("ix_pass_through_grants_distributor_id_month"))

    op.drop_table("pass_through_grants")
    op.drop_table("rebate_what_ifs")
    with op.batch_alter_table("rebate_payouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rebate_payouts_distributor_id_paid_on"))

    op.drop_table("rebate_payouts")
    with op.batch_alter_table("policy_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_events_version_id_id"))

    op.drop_table("policy_events")
    with op.batch_alter_table("payments_received", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payments_received_distributor_id_month"))

    op.drop_table("payments_received")
    with op.batch_alter_table("settlement_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_events_run_id_id"))

    op.drop_table("settlement_events")
    with op.batch_alter_table("policy_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_versions_status_effective_from"))

    op.drop_table("policy_versions")
    with op.batch_alter_table("subsidy_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subsidy_notices_month"))

    op.drop_table("subsidy_notices")
    with op.batch_alter_table("settlement_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_runs_status_period_month"))

    op.drop_table("settlement_runs")
    op.drop_table("rebate_policies")
