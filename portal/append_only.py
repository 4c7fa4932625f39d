"""Tables whose rows are only ever added: triggers that refuse UPDATE and DELETE, for both databases."""

from __future__ import annotations


def create_append_only(table: str, dialect: str) -> list[str]:
    """Statements that make `table` append-only. `dialect`: sqlite or postgresql."""
    message = f"rows of {table} are never changed or removed"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def drop_append_only(table: str, dialect: str) -> list[str]:
    """Statements that undo `create_append_only`."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_append_only ON {table}", f"DROP FUNCTION {table}_refuse()"]
