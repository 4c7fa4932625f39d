"""One's own notices: the list, opening one, marking all as read."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.notifications import outbox  # noqa: F401 - its round is the worker's
from portal.notifications.labels import sentence
from portal.notifications.models import Notice
from portal.notifications.queries import count_unread, get_notice, select_notices
from portal.notifications.services import mark_all_read, mark_read
from portal.permissions import Permission
from portal.tables import Column, Facet, ListSpec, Option, capped_count, keyset_page

blueprint = Blueprint("notifications", __name__, url_prefix="/notices")

NOTICES = ListSpec(
    columns=(Column("when", _l("When"), Notice.created_at), Column("what", _l("What"))),
    facets=(Facet("state", _l("Status"), (Option("unread", _l("Unread")),), multiple=False),),
    default_sort="-when",
    searchable=False,
)


@blueprint.get("")
@requires(Permission.NOTIFICATIONS_OWN_READ)
def list_notices() -> str:
    """What the user was told, newest first."""
    state = NOTICES.read(request.path, request.args)
    statement = select_notices(current_user.id, unread_only="unread" in state.chosen("state"))
    page = keyset_page(db.session(), statement, state.order(Notice.id), state.cursor, state.size)
    rows = [(notice, sentence(notice.kind, notice.params)) for notice in page.rows]
    return render_template(
        "notifications/list.html",
        state=state,
        page=page,
        rows=rows,
        count=capped_count(db.session(), statement),
        unread=count_unread(db.session(), current_user.id),
    )


@blueprint.post("/<int:notice_id>/open")
@requires(Permission.NOTIFICATIONS_OWN_READ)
def open_notice(notice_id: int) -> Response:
    """Mark it as read and go where it points."""
    notice = get_notice(db.session(), current_user.id, notice_id) or abort(404)
    mark_read(db.session(), notice)
    path = notice.path if notice.path.startswith("/") and not notice.path.startswith("//") else "/"
    db.session.commit()
    return redirect(path)


@blueprint.post("/read-all")
@requires(Permission.NOTIFICATIONS_OWN_READ)
def read_all() -> Response:
    """Mark all as read."""
    mark_all_read(db.session(), current_user.id)
    db.session.commit()
    return redirect(url_for("notifications.list_notices"))


@blueprint.app_context_processor
def _unread() -> dict[str, object]:
    """The bell's count, asked for only where a page shows it."""
    return {"count_unread": lambda: count_unread(db.session(), current_user.id)}
