"""network"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.append_only import create_append_only, drop_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("object_label", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id_id"), ["actor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entries_object_type_object_id"), ["object_type", "object_id"], unique=False
        )

    op.create_table(
        "import_batches",
        sa.Column(
            "kind", sa.Enum("distributors", "outlets", name="importkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "uploaded",
                "checking",
                "checked",
                "importing",
                "imported",
                "refused",
                name="importstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("datum", sa.String(length=10), nullable=False),
        sa.Column("column_mapping", sa.JSON(), nullable=False),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("imported_count", sa.Integer(), nullable=False),
        sa.Column("imported_key", sa.String(length=90), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("imported_key", name=op.f("uq_import_batches_imported_key")),
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batches_owner_id_id"), ["owner_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batches_sha256_kind"), ["sha256", "kind"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column(
            "status",
            sa.Enum("queued", "running", "done", "failed", "cancelled", name="jobstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("progress_done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("progress_total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("progress_note", sa.String(length=60), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error_details", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("lease_until", portal.db.UtcDateTime(), nullable=True),
        sa.Column("cancel_requested_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("started_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_jobs_unique_key")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_owner_id_id"), ["owner_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_jobs_status_id"), ["status", "id"], unique=False)

    op.create_table(
        "login_attempts",
        sa.Column("account_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempts_account_hash_at"), ["account_hash", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_attempts_address_at"), ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_attempts_at"), ["at"], unique=False)

    op.create_table(
        "region_names",
        sa.Column(
            "level",
            sa.Enum("province", "prefecture", "county", name="regionlevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_names")),
    )
    with op.batch_alter_table("region_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_names_level_code"), ["level", "code"], unique=False)

    op.create_table(
        "region_successions",
        sa.Column(
            "level",
            sa.Enum("province", "prefecture", "county", name="regionlevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("old_code", sa.String(length=12), nullable=False),
        sa.Column("new_code", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_successions")),
        sa.UniqueConstraint(
            "level", "old_code", "new_code", name=op.f("uq_region_successions_level_old_code_new_code")
        ),
    )
    op.create_table(
        "regions",
        sa.Column(
            "level",
            sa.Enum("province", "prefecture", "county", name="regionlevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "parent_level",
            sa.Enum("province", "prefecture", "county", name="regionlevel", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("level", "code", name=op.f("uq_regions_level_code")),
    )
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regions_parent_code_level"), ["parent_code", "level"], unique=False)

    op.create_table(
        "sales_areas",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("developer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("maintainer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_areas")),
        sa.UniqueConstraint("code", name=op.f("uq_sales_areas_code")),
    )
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
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
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("recovery_hashes", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "area_regions",
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "level",
            sa.Enum("province", "prefecture", "county", name="regionlevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["sales_areas.id"], name=op.f("fk_area_regions_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_regions")),
    )
    with op.batch_alter_table("area_regions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_regions_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_area_regions_level_code"), ["level", "code"], unique=False)

    op.create_table(
        "distributors",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column(
            "tier",
            sa.Enum("prefecture_general", "county", name="distributortier", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("active", "suspended", "exited", name="distributorstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
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
            nullable=False,
        ),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("legal_representative", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
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
        sa.ForeignKeyConstraint(["parent_id"], ["distributors.id"], name=op.f("fk_distributors_parent_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_distributors_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distributors")),
        sa.UniqueConstraint("code", name=op.f("uq_distributors_code")),
    )
    with op.batch_alter_table("distributors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distributors_import_batch_id"), ["import_batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_distributors_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_distributors_sales_area_id"), ["sales_area_id"], unique=False)

    op.create_table(
        "import_findings",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_warning", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_findings_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_findings")),
    )
    with op.batch_alter_table("import_findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_findings_batch_id_position"), ["batch_id", "position"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_findings_batch_id_rule_position"), ["batch_id", "rule", "position"], unique=False
        )

    op.create_table(
        "scope_grants",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sales_area", "distributor", "outlet", name="grantkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_scope_grants_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_grants")),
        sa.UniqueConstraint("user_id", "kind", "object_id", name=op.f("uq_scope_grants_user_id_kind_object_id")),
    )
    op.create_table(
        "single_use_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose", sa.Enum("invitation", "reset", name="linkpurpose", native_enum=False, length=40), nullable=False
        ),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("expires_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("used_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_single_use_links_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_single_use_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_single_use_links_token_hash")),
    )
    with op.batch_alter_table("single_use_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_single_use_links_user_id_purpose"), ["user_id", "purpose"], unique=False)

    op.create_table(
        "user_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("seen_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "outlets",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "candidate",
                "surveyed",
                "applied",
                "in_review",
                "approved",
                "opening",
                "open",
                "watch",
                "suspended",
                "exited",
                "dropped",
                name="outletstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_on", sa.Date(), nullable=True),
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
            nullable=False,
        ),
        sa.Column(
            "store_class", sa.Enum("A", "B", "C", name="storeclass", native_enum=False, length=40), nullable=True
        ),
        sa.Column("floor_area_sqm", sa.Integer(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("planned_open_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.Column("predecessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
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
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_outlets_distributor_id")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["outlets.id"], name=op.f("fk_outlets_predecessor_id")),
        sa.ForeignKeyConstraint(["sales_area_id"], ["sales_areas.id"], name=op.f("fk_outlets_sales_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlets")),
        sa.UniqueConstraint("code", name=op.f("uq_outlets_code")),
    )
    with op.batch_alter_table("outlets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlets_county_code_status"), ["county_code", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_distributor_id_code"), ["distributor_id", "code"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_import_batch_id"), ["import_batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_lng_lat"), ["lng", "lat"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_name_id"), ["name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_opened_on_id"), ["opened_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_predecessor_id"), ["predecessor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outlets_prefecture_code_status"), ["prefecture_code", "status"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outlets_province_code_status"), ["province_code", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_sales_area_id"), ["sales_area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_sales_area_id_code"), ["sales_area_id", "code"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_sales_area_id_status"), ["sales_area_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlets_status_id"), ["status", "id"], unique=False)

    op.create_table(
        "territories",
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column(
            "exclusivity",
            sa.Enum("exclusive", "shared", name="exclusivity", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_territories_distributor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territories")),
    )
    with op.batch_alter_table("territories", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_territories_county_code_valid_from"), ["county_code", "valid_from"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_territories_distributor_id"), ["distributor_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("duty", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_contacts_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_contacts_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_outlet_id"), ["outlet_id"], unique=False)

    op.create_table(
        "documents",
        sa.Column(
            "kind",
            sa.Enum("licence", "contract", "photo", "other", name="documentkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("storage_id", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_documents_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_documents_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("storage_id", name=op.f("uq_documents_storage_id")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_outlet_id"), ["outlet_id"], unique=False)

    op.create_table(
        "life_events",
        sa.Column("from_status", sa.String(length=40), nullable=False),
        sa.Column("to_status", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("from_status <> to_status", name=op.f("ck_life_events_moves")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_life_events_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_life_events_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_events")),
    )
    with op.batch_alter_table("life_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_life_events_distributor_id"), ["distributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_life_events_outlet_id"), ["outlet_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_life_events_outlet_id_happened_on"), ["outlet_id", "happened_on"], unique=False
        )

    for table in ("audit_entries",):
        for statement in create_append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in ("audit_entries",):
        for statement in drop_append_only(table, op.get_bind().dialect.name):
            op.execute(statement)
    with op.batch_alter_table("life_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_life_events_outlet_id_happened_on"))
        batch_op.drop_index(batch_op.f("ix_life_events_outlet_id"))
        batch_op.drop_index(batch_op.f("ix_life_events_distributor_id"))

    op.drop_table("life_events")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_outlet_id"))
        batch_op.drop_index(batch_op.f("ix_documents_distributor_id"))

    op.drop_table("documents")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_outlet_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_distributor_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("territories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_territories_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_territories_county_code_valid_from"))

    op.drop_table("territories")
    with op.batch_alter_table("outlets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlets_status_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_sales_area_id_status"))
        batch_op.drop_index(batch_op.f("ix_outlets_sales_area_id_code"))
        batch_op.drop_index(batch_op.f("ix_outlets_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_province_code_status"))
        batch_op.drop_index(batch_op.f("ix_outlets_prefecture_code_status"))
        batch_op.drop_index(batch_op.f("ix_outlets_predecessor_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_opened_on_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_name_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_lng_lat"))
        batch_op.drop_index(batch_op.f("ix_outlets_import_batch_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_distributor_id_code"))
        batch_op.drop_index(batch_op.f("ix_outlets_distributor_id"))
        batch_op.drop_index(batch_op.f("ix_outlets_county_code_status"))

    op.drop_table("outlets")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    with op.batch_alter_table("single_use_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_single_use_links_user_id_purpose"))

    op.drop_table("single_use_links")
    op.drop_table("scope_grants")
    with op.batch_alter_table("import_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_findings_batch_id_rule_position"))
        batch_op.drop_index(batch_op.f("ix_import_findings_batch_id_position"))

    op.drop_table("import_findings")
    with op.batch_alter_table("distributors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_distributors_sales_area_id"))
        batch_op.drop_index(batch_op.f("ix_distributors_parent_id"))
        batch_op.drop_index(batch_op.f("ix_distributors_import_batch_id"))

    op.drop_table("distributors")
    with op.batch_alter_table("area_regions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_regions_level_code"))
        batch_op.drop_index(batch_op.f("ix_area_regions_area_id"))

    op.drop_table("area_regions")
    op.drop_table("workers")
    op.drop_table("users")
    op.drop_table("sales_areas")
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regions_parent_code_level"))

    op.drop_table("regions")
    op.drop_table("region_successions")
    with op.batch_alter_table("region_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_names_level_code"))

    op.drop_table("region_names")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempts_at"))
        batch_op.drop_index(batch_op.f("ix_login_attempts_address_at"))
        batch_op.drop_index(batch_op.f("ix_login_attempts_account_hash_at"))

    op.drop_table("login_attempts")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_status_id"))
        batch_op.drop_index(batch_op.f("ix_jobs_owner_id_id"))

    op.drop_table("jobs")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_sha256_kind"))
        batch_op.drop_index(batch_op.f("ix_import_batches_owner_id_id"))

    op.drop_table("import_batches")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_object_type_object_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor_id_id"))

    op.drop_table("audit_entries")
