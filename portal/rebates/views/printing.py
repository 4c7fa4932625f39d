"""A statement to take away: as a workbook whose formulas compute it again, and as a PDF."""

from __future__ import annotations

import io
import json

from flask import Response, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as Reply

from portal import clock
from portal.access import requires
from portal.audit.recorder import record
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_date, format_datetime
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.rebates.drawing.paper import Earlier, Paper
from portal.rebates.drawing.pdf import CannotDraw, write_pdf
from portal.rebates.drawing.workbook import write_workbook
from portal.rebates.labels import RUN_STATUS
from portal.rebates.labels_result import told_of
from portal.rebates.labels_terms import effective_words
from portal.rebates.models import RebateStatement
from portal.rebates.queries.statements import computed_again, get_statement, other_statements
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import party_code, party_name, period_words, policy_name

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@blueprint.post("/statements/<int:statement_id>/print/<kind>")
@requires(P.REBATES_STATEMENTS_READ)
def print_statement(statement_id: int, kind: str) -> Response | Reply:
    """The statement as a file, put down in the audit."""
    session = db.session()
    statement = get_statement(session, statement_id)
    if kind not in TYPES:
        raise NotFound()
    paper, file = paper_of(statement), io.BytesIO()
    try:
        (write_pdf if kind == "pdf" else write_workbook)(paper, file)
    except CannotDraw:
        flash(
            _(
                "A PDF cannot be made here: the Python package reportlab is missing. "
                "Whoever runs this server installs it with “make setup”; the workbook works without it."
            ),
            "warning",
        )
        return redirect(url_for("rebates.show_statement", statement_id=statement_id))
    record(session, "export", object_type="rebate-statement", object_id=statement.id, label=f"{paper.name}.{kind}")
    session.commit()
    file.seek(0)
    return send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=f"{paper.name}.{kind}")


def paper_of(statement: RebateStatement) -> Paper:
    """The statement as it is printed, in the reader's language."""
    language, result, run = current_language(), computed_again(statement), statement.run
    version = statement.policy_version
    head = [
        (_("For whom"), f"{party_code(statement)} · {party_name(statement)}"),
        (_("Period"), period_words(statement.period_kind, statement.month)),
        (
            _("Policy"),
            f"{policy_name(version)} ({version.policy.code}, {_('version %(number)s', number=version.number)})",
        ),
        (pgettext("policy", "In force"), effective_words(result.policy)),
        (_("Status"), f"{RUN_STATUS[run.status]} ({_('run %(number)s', number=run.number)})"),
        (_("To be paid by"), format_date(run.due_on, language)),
        (_("Checksum"), statement.sha256[:16]),
    ]
    return Paper(
        title=_("Rebate statement"),
        name=f"{version.policy.code}-{statement.month:%Y%m}-{party_code(statement)}-{run.number}",
        head=head,
        result=result,
        told=told_of(result),
        earlier=[_earlier(each) for each in other_statements(db.session(), statement) if each.id < statement.id],
        posted_fen=statement.posted_fen,
        due_fen=statement.due_fen,
        document=json.dumps(version.document, ensure_ascii=False, indent=1),
        made=format_datetime(clock.now(), language),
    )


def _earlier(statement: RebateStatement) -> Earlier:
    day = format_date(statement.approved_on, current_language())
    return Earlier(_("Run %(number)s", number=statement.run.number), day, statement.total_fen, statement.due_fen)
