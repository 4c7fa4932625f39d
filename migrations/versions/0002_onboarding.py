"""onboarding"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("from_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "ho_network",
                "ho_sales",
                "ho_approver",
                "ho_finance",
                "ho_viewer",
                "regional_manager",
                "distributor",
                "outlet",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("ended_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegations_from_user_id"), ["from_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_to_user_id"), ["to_user_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("read_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("mailed_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notices_dedupe_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_mailed_at_attempts"), ["mailed_at", "attempts"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_user_id_read_at_id"), ["user_id", "read_at", "id"], unique=False)

    op.create_table(
        "rollout_lines",
        sa.Column("open_month", sa.Date(), nullable=False),
        sa.Column("planned_qty", sa.Integer(), nullable=False),
        sa.Column(
            "store_class", sa.Enum("A", "B", "C", name="storeclass", native_enum=False, length=40), nullable=True
        ),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("province_code", sa.String(length=12), nullable=True),
        sa.Column("prefecture_code", sa.String(length=12), nullable=True),
        sa.Column("county_code", sa.String(length=12), nullable=True),
        sa.Column("city_tier", sa.Enum("1", "2", "3", name="citytier", native_enum=False, length=40), nullable=True),
        sa.Column("sales_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_rollout_lines_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout_lines")),
    )
    with op.batch_alter_table("rollout_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rollout_lines_open_month"), ["open_month"], unique=False)
        batch_op.create_index(batch_op.f("ix_rollout_lines_sales_area_id"), ["sales_area_id"], unique=False)

    op.create_table(
        "applications",
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("applicant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circle", sa.JSON(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("predecessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "area_review",
                "more_information",
                "sales_review",
                "network_review",
                "head_office_review",
                "approved",
                "opening",
                "opened",
                "rejected",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "asked_by_stage",
            sa.Enum(
                "draft",
                "area_review",
                "more_information",
                "sales_review",
                "network_review",
                "head_office_review",
                "approved",
                "opening",
                "opened",
                "rejected",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("outlet_name", sa.String(length=160), nullable=False),
        sa.Column(
            "store_class", sa.Enum("A", "B", "C", name="storeclass", native_enum=False, length=40), nullable=True
        ),
        sa.Column(
            "operating_mode",
            sa.Enum(
                "direct",
                "franchise",
                "franchise_run_by_us",
                "joint",
                "consignment",
                name="operatingmode",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("capital_wan", sa.Integer(), nullable=True),
        sa.Column("volume_year_1", sa.Integer(), nullable=True),
        sa.Column("volume_year_2", sa.Integer(), nullable=True),
        sa.Column("volume_year_3", sa.Integer(), nullable=True),
        sa.Column("planned_open_on", sa.Date(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("submitted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("province_code", sa.String(length=12), nullable=True),
        sa.Column("prefecture_code", sa.String(length=12), nullable=True),
        sa.Column("county_code", sa.String(length=12), nullable=True),
        sa.Column("city_tier", sa.Enum("1", "2", "3", name="citytier", native_enum=False, length=40), nullable=True),
        sa.Column("sales_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_applications_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_applications_outlet_id")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["outlets.id"], name=op.f("fk_applications_predecessor_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_applications_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("client_key", name=op.f("uq_applications_client_key")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_applications_applicant_id"), ["applicant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_county_code_status"), ["county_code", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_due_on_id"), ["due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_outlet_id"), ["outlet_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_predecessor_id"), ["predecessor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_sales_area_id"), ["sales_area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_status_id"), ["status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_submitted_at_id"), ["submitted_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "candidates",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "survey",
                "first_visit",
                "classified",
                "policy",
                "strategy",
                "appointment",
                "negotiation",
                "signed",
                "dropped",
                name="recruitingstage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column(
            "quality",
            sa.Enum("high", "low_could_change", "low", name="quality", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("size", sa.Enum("large", "small", name="size", native_enum=False, length=40), nullable=True),
        sa.Column("is_related", sa.Boolean(), nullable=False),
        sa.Column("is_new_mainstream_store", sa.Boolean(), nullable=False),
        sa.Column(
            "target_class",
            sa.Enum("key", "second", "general", "none", name="targetclass", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("signing", sa.String(length=20), nullable=False),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("predecessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("province_code", sa.String(length=12), nullable=True),
        sa.Column("prefecture_code", sa.String(length=12), nullable=True),
        sa.Column("county_code", sa.String(length=12), nullable=True),
        sa.Column("city_tier", sa.Enum("1", "2", "3", name="citytier", native_enum=False, length=40), nullable=True),
        sa.Column("sales_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["predecessor_id"], ["outlets.id"], name=op.f("fk_candidates_predecessor_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_candidates_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
    )
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidates_county_code_stage"), ["county_code", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidates_predecessor_id"), ["predecessor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidates_sales_area_id"), ["sales_area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidates_stage_next_on"), ["stage", "next_on"], unique=False)

    op.create_table(
        "exit_cases",
        sa.Column(
            "stage",
            sa.Enum(
                "notice",
                "handover",
                "settlement",
                "closed",
                "withdrawn",
                name="exitstage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("open_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=False),
        sa.Column("handover_due_on", sa.Date(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("handed_over_to", sa.String(length=160), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("redevelop", sa.Boolean(), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_exit_cases_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_cases")),
        sa.UniqueConstraint("open_key", name=op.f("uq_exit_cases_open_key")),
    )
    with op.batch_alter_table("exit_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exit_cases_outlet_id"), ["outlet_id"], unique=False)

    op.create_table(
        "opening_reviews",
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("promised_qty", sa.Integer(), nullable=False),
        sa.Column("actual_qty", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("put_on_watch", sa.Boolean(), nullable=False),
        sa.Column("reviewer_name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("months IN (6, 12)", name=op.f("ck_opening_reviews_months")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_opening_reviews_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_reviews")),
        sa.UniqueConstraint("outlet_id", "months", name=op.f("uq_opening_reviews_outlet_id_months")),
    )
    with op.batch_alter_table("opening_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_reviews_outlet_id"), ["outlet_id"], unique=False)

    op.create_table(
        "application_files",
        sa.Column(
            "kind",
            sa.Enum(
                "storefront",
                "floor_plan",
                "lease",
                "licence",
                "other",
                name="applicationfilekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_files_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_files")),
        sa.UniqueConstraint("storage_id", name=op.f("uq_application_files_storage_id")),
    )
    with op.batch_alter_table("application_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_files_application_id"), ["application_id"], unique=False)

    op.create_table(
        "candidate_events",
        sa.Column("candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sales_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_stage", sa.String(length=40), nullable=False),
        sa.Column("to_stage", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name=op.f("fk_candidate_events_candidate_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_candidate_events_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_events")),
    )
    with op.batch_alter_table("candidate_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_events_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_events_sales_area_id"), ["sales_area_id"], unique=False)

    op.create_table(
        "checklist_items",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("done_by_name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_checklist_items_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
        sa.UniqueConstraint("application_id", "kind", name=op.f("uq_checklist_items_application_id_kind")),
    )
    with op.batch_alter_table("checklist_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_items_application_id"), ["application_id"], unique=False)

    op.create_table(
        "review_steps",
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "answer",
                "withdraw",
                "request_information",
                "endorse",
                "approve",
                "reject",
                "start_opening",
                "open",
                name="action",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_status",
            sa.Enum(
                "draft",
                "area_review",
                "more_information",
                "sales_review",
                "network_review",
                "head_office_review",
                "approved",
                "opening",
                "opened",
                "rejected",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "area_review",
                "more_information",
                "sales_review",
                "network_review",
                "head_office_review",
                "approved",
                "opening",
                "opened",
                "rejected",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("application_version", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("on_behalf_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("frozen_sheet", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=False),
        sa.Column("happened_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_review_steps_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_steps")),
        sa.UniqueConstraint(
            "application_id", "application_version", name=op.f("uq_review_steps_application_id_application_version")
        ),
    )
    with op.batch_alter_table("review_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_steps_application_id"), ["application_id"], unique=False)

    op.create_table(
        "score_sheets",
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("disturbs_market", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("scorer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scorer_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_score_sheets_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheets")),
    )
    with op.batch_alter_table("score_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_sheets_application_id"), ["application_id"], unique=False)

    op.create_table(
        "site_visits",
        sa.Column("visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visitor_name", sa.String(length=120), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_site_visits_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visits")),
    )
    with op.batch_alter_table("site_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_visits_application_id"), ["application_id"], unique=False)

    op.create_table(
        "visit_photos",
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_visit_photos_application_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visits.id"], name=op.f("fk_visit_photos_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_photos")),
        sa.UniqueConstraint("storage_id", name=op.f("uq_visit_photos_storage_id")),
    )
    with op.batch_alter_table("visit_photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_photos_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_photos_visit_id"), ["visit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visit_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_photos_visit_id"))
        batch_op.drop_index(batch_op.f("ix_visit_photos_application_id"))

    op.drop_table("visit_photos")
    with op.batch_alter_table("site_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_visits_application_id"))

    op.drop_table("site_visits")
    with op.batch_alter_table("score_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_sheets_application_id"))

    op.drop_table("score_sheets")
    with op.batch_alter_table("review_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_steps_application_id"))

    op.drop_table("review_steps")
    with op.batch_alter_table("checklist_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_items_application_id"))

    op.drop_table("checklist_items")
    with op.batch_alter_table("candidate_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_events_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_candidate_events_candidate_id"))

    op.drop_table("candidate_events")
    with op.batch_alter_table("application_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_files_application_id"))

    op.drop_table("application_files")
    with op.batch_alter_table("opening_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_reviews_outlet_id"))

    op.drop_table("opening_reviews")
    with op.batch_alter_table("exit_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exit_cases_outlet_id"))

    op.drop_table("exit_cases")
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidates_stage_next_on"))
        batch_op.drop_index(batch_op.f("ix_candidates_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_candidates_predecessor_id"))
        batch_op.drop_index(batch_op.f("ix_candidates_county_code_stage"))

    op.drop_table("candidates")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_applications_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_applications_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_applications_status_id"))
        batch_op.drop_index(batch_op.f("ix_applications_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_applications_predecessor_id"))
        batch_op.drop_index(batch_op.f("ix_applications_outlet_id"))
        batch_op.drop_index(batch_op.f("ix_applications_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_applications_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_applications_county_code_status"))
        batch_op.drop_index(batch_op.f("ix_applications_candidate_id"))
        batch_op.drop_index(batch_op.f("ix_applications_applicant_id"))

    op.drop_table("applications")
    with op.batch_alter_table("rollout_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rollout_lines_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_rollout_lines_open_month"))

    op.drop_table("rollout_lines")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_user_id_read_at_id"))
        batch_op.drop_index(batch_op.f("ix_notices_mailed_at_attempts"))

    op.drop_table("notices")
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegations_to_user_id"))
        batch_op.drop_index(batch_op.f("ix_delegations_from_user_id"))

    op.drop_table("delegations")
