"""What the regional manager finds out: the visit, on a phone at the site, and the score sheet."""

from __future__ import annotations

from flask import Response as FileResponse
from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput
from portal.i18n import current_language
from portal.onboarding.forms.reviews import ScoreForm, VisitForm, take_error
from portal.onboarding.labels import APPLICATION_STATUS, APPLICATION_STATUS_COLOUR
from portal.onboarding.models import Application
from portal.onboarding.queries import cases
from portal.onboarding.review_labels import CRITERION
from portal.onboarding.rules.scores import HIGHEST, PASS_MARK, WEIGHTS, Criterion
from portal.onboarding.services.visits import MAX_PHOTOS, add_photo, check_may_visit, fill_score, record_visit
from portal.onboarding.views import blueprint
from portal.onboarding.views.application_files import storage
from portal.onboarding.views.reviews import refused_page
from portal.permissions import Permission as P
from portal.storage import PICTURES, FileRefused, StoredFile, content_disposition


@blueprint.route("/reviews/<int:application_id>/visit", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def new_visit(application_id: int) -> str | Response | tuple[str, int]:
    """Put a visit to the site down: where one stood, what one saw, with photos."""
    session, form = db.session(), VisitForm()
    application = cases.get_case(session, application_id)
    try:
        check_may_visit(session, application, current_user)
    except IllegalMove as error:
        return refused_page(application_id, error)
    if not form.validate_on_submit():
        return _visit_page(application, form)
    session.rollback()  # others need not wait while pictures are written anew
    kept = _receive(form)
    if kept is None:
        return _visit_page(cases.get_case(session, application_id), form)
    try:
        _record(cases.get_case(session, application_id), form, kept)
    except (InvalidInput, IllegalMove) as error:
        session.rollback()
        _forget(kept)
        if isinstance(error, IllegalMove):
            return refused_page(application_id, error)
        take_error(form, error)
        return _visit_page(cases.get_case(session, application_id), form)
    session.commit()
    flash(_("The visit has been recorded."), "success")
    return redirect(url_for("onboarding.show_review", application_id=application_id, _anchor="visits"))


def _record(application: Application, form: VisitForm, kept: list[StoredFile]) -> None:
    lng, lat = form.point()
    visit = record_visit(
        db.session(),
        application,
        actor=current_user,
        visited_on=form.visited_on.data,
        findings=form.findings.data or "",
        lng=lng,
        lat=lat,
    )
    for each in kept:
        add_photo(db.session(), visit, kept=each)


def _receive(form: VisitForm) -> list[StoredFile] | None:
    """Store the photos, all or none; None where one was refused (the form then says which and why)."""
    sent = [each for each in form.photos.data or [] if isinstance(each, FileStorage) and each.filename]
    kept: list[StoredFile] = []
    if len(sent) > MAX_PHOTOS:
        words = _("There are %(count)s photos, the limit is %(limit)s.", count=len(sent), limit=MAX_PHOTOS)
        form.photos.errors = [*form.photos.errors, words]
        return None
    for each in sent:
        try:
            kept.append(storage().store(each.stream, each.filename, PICTURES))
        except FileRefused as refusal:
            form.photos.errors = [*form.photos.errors, refusal.sentence(current_language())]
    if form.photos.errors:
        _forget(kept)
        return None
    return kept


def _forget(kept: list[StoredFile]) -> None:
    for each in kept:
        storage().remove(each.storage_id)


def _visit_page(application: Application, form: VisitForm) -> str:
    return render_template(
        "onboarding/visit_form.html",
        application=application,
        form=form,
        most_photos=MAX_PHOTOS,
        statuses=APPLICATION_STATUS,
        colours=APPLICATION_STATUS_COLOUR,
    )


@blueprint.get("/reviews/<int:application_id>/photos/<int:photo_id>")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def show_visit_photo(application_id: int, photo_id: int) -> FileResponse:
    """A photo of a visit, as an attachment; its address also serves an <img>."""
    session = db.session()
    photo = cases.get_photo(session, cases.get_case(session, application_id), photo_id)
    response = send_file(storage().path_of(photo.storage_id), mimetype=photo.content_type)
    response.headers["Content-Disposition"] = content_disposition(photo.original_name)
    return response


@blueprint.route("/reviews/<int:application_id>/score", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def fill_score_sheet(application_id: int) -> str | Response | tuple[str, int]:
    """The score sheet; it begins with the marks of the last one."""
    session = db.session()
    application = cases.get_case(session, application_id)
    try:
        check_may_visit(session, application, current_user)
    except IllegalMove as error:
        return refused_page(application_id, error)
    form = ScoreForm(data=_last_marks(application))
    if not form.validate_on_submit():
        return _score_page(application, form)
    try:
        sheet = fill_score(
            session,
            application,
            actor=current_user,
            marks=form.marks(),
            disturbs_market=form.disturbs_market.data,
            note=form.note.data or "",
        )
    except InvalidInput as error:
        session.rollback()
        take_error(form, error)
        return _score_page(cases.get_case(session, application_id), form)
    session.commit()
    flash(_("The score sheet is filed: %(points)s points.", points=sheet.points), "success")
    return redirect(url_for("onboarding.show_review", application_id=application_id, _anchor="scores"))


def _last_marks(application: Application) -> dict[str, object]:
    last = next(iter(cases.list_scores(db.session(), application)), None)
    if last is None:
        return {}
    marks = {f"mark_{criterion.value}": last.marks.get(criterion.value) for criterion in Criterion}
    return marks | {"disturbs_market": last.disturbs_market, "note": last.note}


def _score_page(application: Application, form: ScoreForm) -> str:
    return render_template(
        "onboarding/score_form.html",
        application=application,
        form=form,
        lines=[(form[f"mark_{each.value}"], CRITERION[each], WEIGHTS[each]) for each in Criterion],
        highest=HIGHEST,
        pass_mark=PASS_MARK,
        statuses=APPLICATION_STATUS,
        colours=APPLICATION_STATUS_COLOUR,
    )
