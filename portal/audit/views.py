"""Pages of the audit: the list with search, its export, and one entry with old → new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from portal.access import access_of, can, requires
from portal.audit.exports import export_table
from portal.audit.forms import ENTRIES
from portal.audit.labels import ACTION_COLOURS, PAGES, action_word, field_word, object_word
from portal.audit.models import AuditEntry
from portal.audit.queries import get_entry, iterate_entries
from portal.audit.queries import list_entries as page_of_entries
from portal.audit.rules import entry_hash
from portal.audit.wording import changes_in_words
from portal.clock import BUSINESS_ZONE
from portal.db import db
from portal.permissions import Permission
from portal.spreadsheets import Column as ExportColumn

blueprint = Blueprint("audit", __name__)
SHOWN_FIELDS = 4


@blueprint.get("/audit")
@requires(Permission.AUDIT_ENTRIES_READ)
def list_entries() -> str:
    """Who did what, newest first."""
    state = ENTRIES.read(request.path, request.args)
    page, count = page_of_entries(db.session(), state)
    return render_template(
        "audit/entry_list.html",
        state=state,
        page=page,
        count=count,
        words=RowWords(page.rows),
        base=url_for("audit.list_entries"),
    )


class RowWords:
    """The words of a page of entries, each looked up once."""

    def __init__(self, rows: list[AuditEntry]) -> None:
        self.actions = {action: action_word(action) for action in {row.action for row in rows}}
        self.objects = {kind: object_word(kind) for kind in {row.object_type for row in rows}}
        self._fields = {field: field_word(field) for field in {field for row in rows for field in row.changes}}
        self.colours = ACTION_COLOURS

    def fields(self, row: AuditEntry) -> str:
        """The names of the first fields that changed."""
        names = [self._fields[field] for field in row.changes]
        more = ["…"] if len(names) > SHOWN_FIELDS else []
        return ", ".join([*names[:SHOWN_FIELDS], *more])


@blueprint.post("/audit/export.<kind>")
@requires(Permission.AUDIT_ENTRIES_READ)
def export_entries(kind: str) -> Response:
    """The same entries as a file."""
    state = ENTRIES.read(url_for("audit.list_entries"), request.args)
    columns = [
        ExportColumn(_("Number"), "integer", 10),
        ExportColumn(_("When"), "moment", 18),
        ExportColumn(_("Who"), "text", 20),
        ExportColumn(_("Action"), "text", 18),
        ExportColumn(_("Kind of object"), "text", 18),
        ExportColumn(_("Object number"), "text", 12),
        ExportColumn(_("Object"), "text", 24),
        ExportColumn(_("Changes"), "text", 60),
        ExportColumn(_("Request"), "text", 18),
    ]
    return export_table(kind, "audit_entries", columns, _export_rows(iterate_entries(db.session(), state)))


def _export_rows(entries: Iterator[AuditEntry]) -> Iterator[tuple[Any, ...]]:
    for entry in entries:
        changes = "; ".join(f"{c.field}: {c.before} → {c.after}" for c in changes_in_words(entry.changes))
        yield (
            entry.id,
            entry.at.astimezone(BUSINESS_ZONE).replace(tzinfo=None),
            entry.actor_name,
            action_word(entry.action),
            object_word(entry.object_type),
            entry.object_id,
            entry.object_label,
            changes,
            entry.request_id,
        )


@blueprint.get("/audit/<int:entry_id>")
@requires(Permission.AUDIT_ENTRIES_READ)
def show_entry(entry_id: int) -> str:
    """One entry: who, when, what, old → new."""
    entry = get_entry(db.session(), entry_id)
    return render_template(
        "audit/entry_page.html",
        entry=entry,
        action=action_word(entry.action),
        colour=ACTION_COLOURS.get(entry.action, "blue"),
        kind=object_word(entry.object_type),
        changes=list(changes_in_words(entry.changes)),
        object_url=url_of_object(entry),
        is_intact=entry_hash(entry.previous_hash, entry.content()) == entry.hash,
    )


def url_of_object(entry: AuditEntry) -> str | None:
    """The page of the object, where there is one that the reader may open."""
    endpoint, name, attribute = PAGES.get(entry.object_type, ("", "", ""))
    value = getattr(entry, attribute, "")
    if endpoint not in current_app.view_functions or not value or "/" in value or entry.action == "delete":
        return None
    permission = access_of(current_app, endpoint)
    if permission is None or not can(permission):
        return None
    return url_for(endpoint, **{name: str(value)})  # type: ignore[arg-type]
