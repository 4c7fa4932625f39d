"""products, monthly reports, targets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.sales.lock_triggers import create_lock_triggers, drop_lock_triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_groups",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_groups")),
        sa.UniqueConstraint("code", name=op.f("uq_product_groups_code")),
    )
    op.create_table(
        "product_series",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_series")),
        sa.UniqueConstraint("code", name=op.f("uq_product_series_code")),
    )
    op.create_table(
        "reporting_periods",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "due", "locked", "settled", name="periodstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("allows_partial", sa.Boolean(), nullable=False),
        sa.Column("locked_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("settled_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_periods")),
        sa.UniqueConstraint("month", name=op.f("uq_reporting_periods_month")),
    )
    op.create_table(
        "target_plans",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "status", sa.Enum("draft", "published", name="planstatus", native_enum=False, length=40), nullable=False
        ),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("total_qty", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum("last_year", "population", "equal", name="basis", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("own_share_bp", sa.Integer(), nullable=True),
        sa.Column("minimum_qty", sa.Integer(), nullable=False),
        sa.Column("step_qty", sa.Integer(), nullable=False),
        sa.Column("season", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_by_name", sa.String(length=120), nullable=False),
        sa.Column("published_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_plans")),
        sa.UniqueConstraint("year", "revision", name=op.f("uq_target_plans_year_revision")),
    )
    op.create_table(
        "period_events",
        sa.Column("period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum("open", "due", "locked", "settled", name="periodstatus", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum("open", "due", "locked", "settled", name="periodstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("happened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_periods.id"], name=op.f("fk_period_events_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_events")),
    )
    with op.batch_alter_table("period_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_events_period_id_id"), ["period_id", "id"], unique=False)

    op.create_table(
        "period_reopenings",
        sa.Column("period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("open_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_periods.id"], name=op.f("fk_period_reopenings_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_reopenings")),
        sa.UniqueConstraint("open_key", name=op.f("uq_period_reopenings_open_key")),
    )
    with op.batch_alter_table("period_reopenings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_reopenings_period_id_id"), ["period_id", "id"], unique=False)

    op.create_table(
        "product_models",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["product_series.id"], name=op.f("fk_product_models_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_models")),
        sa.UniqueConstraint("code", name=op.f("uq_product_models_code")),
    )
    with op.batch_alter_table("product_models", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_models_series_id"), ["series_id"], unique=False)

    op.create_table(
        "target_shares",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["target_plans.id"], name=op.f("fk_target_shares_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_shares")),
        sa.UniqueConstraint("plan_id", "path", name=op.f("uq_target_shares_plan_id_path")),
    )
    op.create_table(
        "monthly_reports",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "submitted", "returned", "accepted", name="reportstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reporter", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("first_submitted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("submitted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission_key", sa.String(length=64), nullable=True),
        sa.Column("submission_sha256", sa.String(length=64), nullable=False),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("accepted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_monthly_reports_distributor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_reports")),
        sa.UniqueConstraint("distributor_id", "month", name=op.f("uq_monthly_reports_distributor_id_month")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_monthly_reports_submission_key")),
    )
    with op.batch_alter_table("monthly_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monthly_reports_month_status"), ["month", "status"], unique=False)

    op.create_table(
        "product_group_members",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["product_groups.id"], name=op.f("fk_product_group_members_group_id")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_product_group_members_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_group_members")),
    )
    with op.batch_alter_table("product_group_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_group_members_group_id_model_id"), ["group_id", "model_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_product_group_members_model_id"), ["model_id"], unique=False)

    op.create_table(
        "product_variants",
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_product_variants_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_variants")),
        sa.UniqueConstraint("code", name=op.f("uq_product_variants_code")),
    )
    with op.batch_alter_table("product_variants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_variants_model_id"), ["model_id"], unique=False)

    op.create_table(
        "sales_batches",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "uploaded",
                "checking",
                "checked",
                "importing",
                "imported",
                "refused",
                name="salesbatchstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("column_mapping", sa.JSON(), nullable=False),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("imported_count", sa.Integer(), nullable=False),
        sa.Column("imported_key", sa.String(length=120), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_sales_batches_distributor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_batches")),
        sa.UniqueConstraint("imported_key", name=op.f("uq_sales_batches_imported_key")),
    )
    with op.batch_alter_table("sales_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sales_batches_distributor_id_month"), ["distributor_id", "month"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_batches_sha256"), ["sha256"], unique=False)

    op.create_table(
        "amendments",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("proposed", "approved", "refused", name="amendmentstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("decision_reason", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_amendments_distributor_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_amendments_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_amendments_report_id_number")),
    )
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendments_month_status"), ["month", "status"], unique=False)

    op.create_table(
        "quota_amendments",
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_quota_amendments_distributor_id")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_quota_amendments_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_quota_amendments_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_amendments")),
    )
    with op.batch_alter_table("quota_amendments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quota_amendments_distributor_id_model_id"), ["distributor_id", "model_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_quota_amendments_outlet_id_model_id"), ["outlet_id", "model_id"], unique=False
        )

    op.create_table(
        "report_events",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum("draft", "submitted", "returned", "accepted", name="reportstatus", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum("draft", "submitted", "returned", "accepted", name="reportstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("happened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_report_events_distributor_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_report_events_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_events")),
    )
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_events_report_id_id"), ["report_id", "id"], unique=False)

    op.create_table(
        "report_files",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_report_files_distributor_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_report_files_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_files")),
    )
    with op.batch_alter_table("report_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_files_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_lines",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opening_stock", sa.Integer(), nullable=False),
        sa.Column("sell_in", sa.Integer(), nullable=False),
        sa.Column("transfers_in", sa.Integer(), nullable=False),
        sa.Column("transfers_out", sa.Integer(), nullable=False),
        sa.Column("in_transit", sa.Integer(), nullable=False),
        sa.Column("sell_through", sa.Integer(), nullable=False),
        sa.Column("retail", sa.Integer(), nullable=False),
        sa.Column("returns_in", sa.Integer(), nullable=False),
        sa.Column("returns_out", sa.Integer(), nullable=False),
        sa.Column("closing_stock", sa.Integer(), nullable=False),
        sa.Column("counted_stock", sa.Integer(), nullable=True),
        sa.Column("aged_stock", sa.Integer(), nullable=False),
        sa.Column("channel_price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_report_lines_distributor_id")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_report_lines_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_report_lines_outlet_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_report_lines_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_lines")),
    )
    with op.batch_alter_table("report_lines", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_lines_month_distributor_id"), ["month", "distributor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_report_lines_outlet_id_month"), ["outlet_id", "month"], unique=False)
        batch_op.create_index("uq_report_lines_outlet", ["report_id", "outlet_id", "model_id"], unique=True)
        batch_op.create_index(
            "uq_report_lines_own",
            ["report_id", "model_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )

    op.create_table(
        "report_questions",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("check", sa.String(length=40), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "answered", "settled", name="questionstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_report_questions_distributor_id")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_report_questions_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_report_questions_outlet_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_report_questions_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_questions")),
    )
    with op.batch_alter_table("report_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_questions_report_id_status"), ["report_id", "status"], unique=False)
        batch_op.create_index("uq_report_questions_key", ["report_id", "key"], unique=True)

    op.create_table(
        "sales_details",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column(
            "customer_kind",
            sa.Enum(
                "private",
                "company",
                "government",
                "taxi",
                "rental",
                "other",
                name="customerkind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("county_code", sa.String(length=12), nullable=True),
        sa.Column(
            "sale_type",
            sa.Enum(
                "retail",
                "key_account",
                "dealer",
                "demonstrator",
                "online",
                name="saletype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("original_month", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_sales_details_distributor_id")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_sales_details_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_sales_details_outlet_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monthly_reports.id"], name=op.f("fk_sales_details_report_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["product_variants.id"], name=op.f("fk_sales_details_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_details")),
    )
    with op.batch_alter_table("sales_details", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sales_details_month_distributor_id"), ["month", "distributor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sales_details_report_id_outlet_id_model_id"),
            ["report_id", "outlet_id", "model_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_sales_details_serial"), ["serial"], unique=False)
        batch_op.create_index(
            "uq_sales_details_batch",
            ["batch_id", "row_number"],
            unique=True,
            sqlite_where=sa.text("batch_id IS NOT NULL"),
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        )

    op.create_table(
        "sales_findings",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_warning", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("sheet", sa.String(length=80), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["sales_batches.id"], name=op.f("fk_sales_findings_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_findings")),
    )
    with op.batch_alter_table("sales_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_findings_batch_id_position"), ["batch_id", "position"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_findings_batch_id_rule_position"), ["batch_id", "rule", "position"], unique=False
        )

    op.create_table(
        "sales_rollups",
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opening_stock", sa.Integer(), nullable=False),
        sa.Column("sell_in", sa.Integer(), nullable=False),
        sa.Column("transfers_in", sa.Integer(), nullable=False),
        sa.Column("transfers_out", sa.Integer(), nullable=False),
        sa.Column("in_transit", sa.Integer(), nullable=False),
        sa.Column("sell_through", sa.Integer(), nullable=False),
        sa.Column("retail", sa.Integer(), nullable=False),
        sa.Column("returns_in", sa.Integer(), nullable=False),
        sa.Column("returns_out", sa.Integer(), nullable=False),
        sa.Column("closing_stock", sa.Integer(), nullable=False),
        sa.Column("aged_stock", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("detail_lines", sa.Integer(), nullable=False),
        sa.Column("detail_units", sa.Integer(), nullable=False),
        sa.Column("detail_amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_sales_rollups_distributor_id")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_sales_rollups_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_sales_rollups_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_rollups")),
    )
    with op.batch_alter_table("sales_rollups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sales_rollups_distributor_id_month"), ["distributor_id", "month"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_rollups_model_id_month"), ["model_id", "month"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_rollups_outlet_id_month"), ["outlet_id", "month"], unique=False)
        batch_op.create_index(
            "uq_sales_rollups_outlet", ["month", "distributor_id", "outlet_id", "model_id"], unique=True
        )
        batch_op.create_index(
            "uq_sales_rollups_own",
            ["month", "distributor_id", "model_id"],
            unique=True,
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )

    op.create_table(
        "sales_staged_details",
        sa.Column(
            "batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("customer_kind", sa.String(length=40), nullable=True),
        sa.Column("county_code", sa.String(length=12), nullable=True),
        sa.Column("sale_type", sa.String(length=40), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("original_month", sa.Date(), nullable=True),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["sales_batches.id"], name=op.f("fk_sales_staged_details_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name=op.f("pk_sales_staged_details")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sales_staged_lines",
        sa.Column(
            "batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opening_stock", sa.Integer(), nullable=False),
        sa.Column("sell_in", sa.Integer(), nullable=False),
        sa.Column("transfers_in", sa.Integer(), nullable=False),
        sa.Column("transfers_out", sa.Integer(), nullable=False),
        sa.Column("in_transit", sa.Integer(), nullable=False),
        sa.Column("sell_through", sa.Integer(), nullable=False),
        sa.Column("retail", sa.Integer(), nullable=False),
        sa.Column("returns_in", sa.Integer(), nullable=False),
        sa.Column("returns_out", sa.Integer(), nullable=False),
        sa.Column("closing_stock", sa.Integer(), nullable=False),
        sa.Column("counted_stock", sa.Integer(), nullable=True),
        sa.Column("aged_stock", sa.Integer(), nullable=False),
        sa.Column("channel_price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["sales_batches.id"], name=op.f("fk_sales_staged_lines_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name=op.f("pk_sales_staged_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "amendment_lines",
        sa.Column("amendment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_lines_amendment_id")),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_amendment_lines_distributor_id")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_amendment_lines_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_amendment_lines_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_lines")),
    )
    with op.batch_alter_table("amendment_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_lines_amendment_id"), ["amendment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_amendment_lines_month_distributor_id"), ["month", "distributor_id"], unique=False
        )

    op.create_table(
        "target_quotas",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sales_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("amendment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["amendment_id"], ["quota_amendments.id"], name=op.f("fk_target_quotas_amendment_id")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_target_quotas_distributor_id")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_target_quotas_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_target_quotas_outlet_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["target_plans.id"], name=op.f("fk_target_quotas_plan_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_target_quotas_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_quotas")),
    )
    with op.batch_alter_table("target_quotas", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_target_quotas_distributor_id_month"), ["distributor_id", "month"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_target_quotas_month_distributor_id"), ["month", "distributor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_target_quotas_month_id"), ["month", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_quotas_outlet_id_month"), ["outlet_id", "month"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_quotas_plan_id_month"), ["plan_id", "month"], unique=False)
        batch_op.create_index(
            "uq_target_quotas_outlet_in_force",
            ["outlet_id", "month", "model_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND outlet_id IS NOT NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND outlet_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_target_quotas_own_in_force",
            ["distributor_id", "month", "model_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND outlet_id IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND outlet_id IS NULL"),
        )
    for statement in create_lock_triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    for statement in drop_lock_triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    with op.batch_alter_table("target_quotas", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_target_quotas_own_in_force",
            sqlite_where=sa.text("valid_to IS NULL AND outlet_id IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND outlet_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_target_quotas_outlet_in_force",
            sqlite_where=sa.text("valid_to IS NULL AND outlet_id IS NOT NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND outlet_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_target_quotas_plan_id_month"))
        batch_op.drop_index(batch_op.f("ix_target_quotas_outlet_id_month"))
        batch_op.drop_index(batch_op.f("ix_target_quotas_month_id"))
        batch_op.drop_index(batch_op.f("ix_target_quotas_month_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_target_quotas_distributor_id_month"))

    op.drop_table("target_quotas")
    with op.batch_alter_table("amendment_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendment_lines_month_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_amendment_lines_amendment_id"))

    op.drop_table("amendment_lines")
    op.drop_table("sales_staged_lines")
    op.drop_table("sales_staged_details")
    with op.batch_alter_table("sales_rollups", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sales_rollups_own",
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )
        batch_op.drop_index("uq_sales_rollups_outlet")
        batch_op.drop_index(batch_op.f("ix_sales_rollups_outlet_id_month"))
        batch_op.drop_index(batch_op.f("ix_sales_rollups_model_id_month"))
        batch_op.drop_index(batch_op.f("ix_sales_rollups_distributor_id_month"))

    op.drop_table("sales_rollups")
    with op.batch_alter_table("sales_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_findings_batch_id_rule_position"))
        batch_op.drop_index(batch_op.f("ix_sales_findings_batch_id_position"))

    op.drop_table("sales_findings")
    with op.batch_alter_table("sales_details", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sales_details_batch",
            sqlite_where=sa.text("batch_id IS NOT NULL"),
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_sales_details_serial"))
        batch_op.drop_index(batch_op.f("ix_sales_details_report_id_outlet_id_model_id"))
        batch_op.drop_index(batch_op.f("ix_sales_details_month_distributor_id"))

    op.drop_table("sales_details")
    with op.batch_alter_table("report_questions", schema=None) as batch_op:
        batch_op.drop_index("uq_report_questions_key")
        batch_op.drop_index(batch_op.f("ix_report_questions_report_id_status"))

    op.drop_table("report_questions")
    with op.batch_alter_table("report_lines", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_lines_own",
            sqlite_where=sa.text("outlet_id IS NULL"),
            postgresql_where=sa.text("outlet_id IS NULL"),
        )
        batch_op.drop_index("uq_report_lines_outlet")
        batch_op.drop_index(batch_op.f("ix_report_lines_outlet_id_month"))
        batch_op.drop_index(batch_op.f("ix_report_lines_month_distributor_id"))

    op.drop_table("report_lines")
    with op.batch_alter_table("report_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_files_report_id"))

    op.drop_table("report_files")
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_events_report_id_id"))

    op.drop_table("report_events")
    with op.batch_alter_table("quota_amendments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_amendments_outlet_id_model_id"))
        batch_op.drop_index(batch_op.f("ix_quota_amendments_distributor_id_model_id"))

    op.drop_table("quota_amendments")
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendments_month_status"))

    op.drop_table("amendments")
    with op.batch_alter_table("sales_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_batches_sha256"))
        batch_op.drop_index(batch_op.f("ix_sales_batches_distributor_id_month"))

    op.drop_table("sales_batches")
    with op.batch_alter_table("product_variants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_variants_model_id"))

    op.drop_table("product_variants")
    with op.batch_alter_table("product_group_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_group_members_model_id"))
        batch_op.drop_index(batch_op.f("ix_product_group_members_group_id_model_id"))

    op.drop_table("product_group_members")
    with op.batch_alter_table("monthly_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monthly_reports_month_status"))

    op.drop_table("monthly_reports")
    op.drop_table("target_shares")
    with op.batch_alter_table("product_models", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_models_series_id"))

    op.drop_table("product_models")
    with op.batch_alter_table("period_reopenings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_reopenings_period_id_id"))

    op.drop_table("period_reopenings")
    with op.batch_alter_table("period_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_events_period_id_id"))

    op.drop_table("period_events")
    op.drop_table("target_plans")
    op.drop_table("reporting_periods")
    op.drop_table("product_series")
    op.drop_table("product_groups")
