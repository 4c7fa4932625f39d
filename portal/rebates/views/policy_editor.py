"""The editor of a policy: cards that need no JSON, a live example beside them, or the document as it is written."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.permissions import Permission as P
from portal.rebates.forms.policy import Document, values_of
from portal.rebates.forms.policy_values import Values, complete, new_term, read_form, step, tidy
from portal.rebates.labels import sentence_of
from portal.rebates.labels_terms import rule_locale
from portal.rebates.models import PolicyVersion
from portal.rebates.queries.known import known
from portal.rebates.queries.policy_pages import get_version
from portal.rebates.rules import document
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.problems import Invalid, Problem
from portal.rebates.services import policies as services
from portal.rebates.views import blueprint
from portal.rebates.views.editor_page import outcome_of, page_of, stale_words, to_document

ROWS = ("add:", "remove:", "up:", "down:")


@blueprint.route("/policies/new", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def new_policy() -> str | Response | tuple[str, int]:
    """A policy from an empty form."""
    values = complete({})
    values["terms"].append(new_term(values))
    return _edit(None, values)


@blueprint.route("/policies/<int:version_id>/edit", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def edit_policy(version_id: int) -> str | Response | tuple[str, int]:
    """A draft."""
    version = get_version(db.session(), version_id)
    if version.status is not VersionStatus.DRAFT:
        return _not_a_draft(version)
    try:
        values = values_of(version.document)
    except (KeyError, TypeError, AttributeError):  # written by hand, and not in the shape of the language
        return redirect(url_for("rebates.edit_document", version_id=version.id))
    return _edit(version, values)


def _not_a_draft(version: PolicyVersion) -> Response:
    flash(_("Only drafts can be edited. Draw up a new version to change a policy."), "warning")
    return redirect(url_for("rebates.show_policy", version_id=version.id))


def _edit(version: PolicyVersion | None, values: Values) -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _page(version, values)
    values, asked = read_form(request.form), request.form.get("do", "")
    if asked.startswith(ROWS):
        return _page(version, values, focus=step(values, asked))
    if asked == "redraw":
        return _page(version, values)
    tidy(values)
    if asked == "check":
        written = to_document(values)
        problems = services.problems_of(db.session(), written, besides=version)
        return _page(version, values, problems=problems, is_checked=True)
    return _save(version, values)


def _save(version: PolicyVersion | None, values: Values) -> str | Response | tuple[str, int]:
    session, written = db.session(), to_document(values)
    nameless = [problem for problem in document.check(written) if problem.path == "$.code"]
    if nameless:  # a draft is kept under its code; everything else may still be missing
        return _page(version, values, problems=nameless), 422
    version_id, seen = version.id if version else None, request.form.get("version", "")
    try:
        saved = _keep(version, written, int(seen) if seen.isdigit() else 0)
        session.commit()
    except StaleVersion:
        session.rollback()
        version = get_version(session, version_id or 0)
        return _page(version, values, stale=stale_words(version.author_name)), 409
    except IllegalMove:
        session.rollback()
        return _not_a_draft(get_version(session, version_id or 0))
    except InvalidInput as error:
        session.rollback()
        again = get_version(session, version_id) if version_id else None
        return _page(again, values, stale=sentence_of(error)), 422
    problems = services.problems_of(session, written, besides=saved)
    if problems:
        flash(_("The draft has been saved. There is something to correct before it can be submitted."), "warning")
    else:
        flash(_("The draft has been saved, and nothing is wrong with it."), "success")
    return redirect(url_for("rebates.show_policy", version_id=saved.id))


def _keep(version: PolicyVersion | None, written: Document, seen: int) -> PolicyVersion:
    session = db.session()
    if version is None:
        return services.create_draft(session, written, actor=current_user)
    services.save_draft(session, version, written, actor=current_user, version_seen=seen)
    return version


def _page(
    version: PolicyVersion | None,
    values: Values,
    *,
    problems: list[Problem] | None = None,
    is_checked: bool = False,
    focus: str = "",
    stale: str = "",
) -> str:
    page = page_of(values, problems or [])
    url = url_for("rebates.edit_policy", version_id=version.id) if version else url_for("rebates.new_policy")
    page |= {
        "title": _("New policy") if version is None else _("Draft of %(code)s", code=version.policy.code),
        "form_url": url,
        "paste_url": _document_url(version),
        "cancel_url": _back_url(version),
        "version": _seen(version, is_stale=bool(stale)),
        "is_checked": is_checked,
        "focus": focus,
        "stale": stale,
    }
    return render_template("rebates/policy_edit.html", **page)


def _seen(version: PolicyVersion | None, *, is_stale: bool) -> Any:
    """The version that the form was opened with; after a conflict the one that saving again replaces."""
    if version is None:
        return ""
    return version.version if is_stale or request.method == "GET" else request.form.get("version", version.version)


def _document_url(version: PolicyVersion | None) -> str:
    if version is None:
        return url_for("rebates.paste_policy")
    return url_for("rebates.edit_document", version_id=version.id)


def _back_url(version: PolicyVersion | None) -> str:
    if version is None:
        return url_for("rebates.list_policies")
    return url_for("rebates.show_policy", version_id=version.id)


@blueprint.post("/policies/example")
@requires(P.REBATES_POLICIES_WRITE)
def show_example() -> str:
    """What the form, as it stands, makes of the month of example. Nothing is stored."""
    outcome = outcome_of(tidy(read_form(request.form)), request.form)
    return render_template("rebates/editor_result.html", outcome=outcome)


@blueprint.route("/policies/document", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def paste_policy() -> str | Response | tuple[str, int]:
    """A draft from a document that somebody has written."""
    return _document(None)


@blueprint.route("/policies/<int:version_id>/document", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def edit_document(version_id: int) -> str | Response | tuple[str, int]:
    """The document of a draft, as it is written."""
    version = get_version(db.session(), version_id)
    return _document(version) if version.status is VersionStatus.DRAFT else _not_a_draft(version)


def _document(version: PolicyVersion | None) -> str | Response | tuple[str, int]:
    session, text = db.session(), request.form.get("document", "")
    version_id = version.id if version else None
    if request.method == "GET":
        written = version.document if version else None
        return _document_page(version, json.dumps(written, ensure_ascii=False, indent=1) if written else "")
    try:
        written = document.read(text)
        document.parse(written, known(session, written))
    except Invalid as error:
        return _document_page(version, text, problems=error.problems), 422
    seen = request.form.get("version", "")
    try:
        saved = _keep(version, written, int(seen) if seen.isdigit() else 0)
        session.commit()
    except StaleVersion:
        session.rollback()
        version = get_version(session, version_id or 0)
        return _document_page(version, text, notice=stale_words(version.author_name)), 409
    except (IllegalMove, InvalidInput) as error:
        session.rollback()
        again = get_version(session, version_id) if version_id else None
        return _document_page(again, text, notice=sentence_of(error)), 422
    flash(_("The draft has been saved."), "success")
    return redirect(url_for("rebates.show_policy", version_id=saved.id))


def _document_page(
    version: PolicyVersion | None, text: str, *, problems: list[Problem] | None = None, notice: str = ""
) -> str:
    locale = rule_locale()
    return render_template(
        "rebates/policy_document.html",
        text=text,
        problems=[(each.path, each.sentence(locale), each.remedy(locale)) for each in problems or []],
        notice=notice,
        title=_("A policy from its document")
        if version is None
        else _("Document of %(code)s", code=version.policy.code),
        version=version.version if version else "",
        back_url=_back_url(version),
        cards_url=url_for("rebates.edit_policy", version_id=version.id) if version else url_for("rebates.new_policy"),
    )
