"""field work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_norms",
        sa.Column(
            "kind",
            sa.Enum(
                "visit",
                "mot",
                "training",
                "in_store_event",
                "publicity",
                "road_show",
                "meeting",
                name="activitykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "store_class", sa.Enum("A", "B", "C", name="storeclass", native_enum=False, length=40), nullable=True
        ),
        sa.Column("per_month", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=160), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("per_month >= 0", name=op.f("ck_activity_norms_per_month")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_activity_norms_days")),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_activity_norms_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_norms")),
    )
    op.create_table(
        "field_activities",
        sa.Column(
            "kind",
            sa.Enum(
                "visit",
                "mot",
                "training",
                "in_store_event",
                "publicity",
                "road_show",
                "meeting",
                name="activitykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "done",
                "submitted",
                "accepted",
                "returned",
                "cancelled",
                name="activitystatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("theme", sa.String(length=160), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("checked_in_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("course", sa.String(length=160), nullable=False),
        sa.Column("lecturer", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("client_key", sa.String(length=80), nullable=True),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("updated_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("participants IS NULL OR participants >= 0", name=op.f("ck_field_activities_participants")),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distributors.id"], name=op.f("fk_field_activities_distributor_id")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["product_models.id"], name=op.f("fk_field_activities_model_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_field_activities_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_activities")),
        sa.UniqueConstraint("client_key", name=op.f("uq_field_activities_client_key")),
    )
    with op.batch_alter_table("field_activities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_field_activities_distributor_id_done_on"), ["distributor_id", "done_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_field_activities_outlet_id_done_on"), ["outlet_id", "done_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_field_activities_planned_on_owner_id"), ["planned_on", "owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_field_activities_status_planned_on"), ["status", "planned_on"], unique=False
        )

    op.create_table(
        "field_events",
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "planned",
                "done",
                "submitted",
                "accepted",
                "returned",
                "cancelled",
                name="activitystatus",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "planned",
                "done",
                "submitted",
                "accepted",
                "returned",
                "cancelled",
                name="activitystatus",
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
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["field_activities.id"], name=op.f("fk_field_events_activity_id")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_field_events_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_field_events_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_events")),
    )
    with op.batch_alter_table("field_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_events_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "field_findings",
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding", sa.String(length=1000), nullable=False),
        sa.Column("next_step", sa.String(length=1000), nullable=False),
        sa.Column(
            "owner", sa.Enum("distributor", "manager", name="taskowner", native_enum=False, length=40), nullable=True
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("note", "open", "answered", "settled", name="taskstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", portal.db.UtcDateTime(), nullable=True),
        sa.Column("created_by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["field_activities.id"], name=op.f("fk_field_findings_activity_id")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_field_findings_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_field_findings_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_findings")),
    )
    with op.batch_alter_table("field_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_findings_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_findings_status_due_on"), ["status", "due_on"], unique=False)

    op.create_table(
        "field_photos",
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_id", sa.String(length=32), nullable=False),
        sa.Column("original_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.db.UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distributor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["field_activities.id"], name=op.f("fk_field_photos_activity_id")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributors.id"], name=op.f("fk_field_photos_distributor_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_field_photos_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_photos")),
        sa.UniqueConstraint("activity_id", "sha256", name=op.f("uq_field_photos_activity_id_sha256")),
    )
    with op.batch_alter_table("field_photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_photos_sha256"), ["sha256"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("field_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_photos_sha256"))

    op.drop_table("field_photos")
    with op.batch_alter_table("field_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_findings_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_field_findings_activity_id"))

    op.drop_table("field_findings")
    with op.batch_alter_table("field_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_events_activity_id"))

    op.drop_table("field_events")
    with op.batch_alter_table("field_activities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_activities_status_planned_on"))
        batch_op.drop_index(batch_op.f("ix_field_activities_planned_on_owner_id"))
        batch_op.drop_index(batch_op.f("ix_field_activities_outlet_id_done_on"))
        batch_op.drop_index(batch_op.f("ix_field_activities_distributor_id_done_on"))

    op.drop_table("field_activities")
    op.drop_table("activity_norms")
