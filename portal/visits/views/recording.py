"""On a phone at the place: check in, say what was done, take photos."""

from __future__ import annotations

from flask import Response as FileResponse
from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.geo import Datum, convert
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.storage import PICTURES, FileRefused, Storage, StoredFile, content_disposition
from portal.visits.errors import GuardFailed
from portal.visits.forms.activities import RecordForm, take_error
from portal.visits.models import FieldActivity
from portal.visits.queries.activities import get_activity, get_photo, photos_of
from portal.visits.rules.states import Action
from portal.visits.services.activities import MAX_PHOTOS, Record, possible_actions, record_activity
from portal.visits.views import blueprint
from portal.visits.views.activities import refused, title_of, words


def storage() -> Storage:
    """Where the photos lie."""
    return Storage(current_app.config["STORAGE_DIR"])


@blueprint.route("/activities/<int:activity_id>/record", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_WRITE)
def record(activity_id: int) -> str | Response | tuple[str, int]:
    """Check in and record."""
    session = db.session()
    activity = get_activity(session, activity_id)
    possible = possible_actions(session, activity, current_user)
    if Action.RECORD not in possible or possible[Action.RECORD]:
        return refused(
            activity_id, GuardFailed(possible[Action.RECORD]) if Action.RECORD in possible else IllegalMove()
        )
    form = RecordForm(data=_values(activity)) if request.method == "GET" else RecordForm()
    if not form.validate_on_submit():
        return _page(activity, form)
    session.rollback()  # others need not wait while pictures are written anew
    kept = _receive(form)
    if kept is None:
        return _page(get_activity(session, activity_id), form)
    try:
        lng, lat = form.lng.data, form.lat.data
        if lng is not None and lat is not None and form.datum.data in {each.value for each in Datum}:
            lng, lat = convert(lng, lat, form.datum.data, Datum.WGS84)
        record_activity(
            session,
            get_activity(session, activity_id),
            Record(form.done_on.data, form.report.data or "", form.participants.data, lng, lat),
            actor=current_user,
            version=form.read_version or 0,
            kept=kept,
        )
    except (InvalidInput, IllegalMove, StaleVersion) as error:
        session.rollback()
        _forget(kept)
        if not isinstance(error, InvalidInput):
            return refused(activity_id, error)
        take_error(form, error)
        return _page(get_activity(session, activity_id), form)
    session.commit()
    flash(_("The activity has been recorded."), "success")
    return redirect(url_for("visits.show_activity", activity_id=activity_id))


def _values(activity: FieldActivity) -> dict[str, object]:
    found: dict[str, object] = {"version": activity.version, "report": activity.report}
    if activity.done_on is not None:
        found |= {"done_on": activity.done_on, "participants": activity.participants}
    return found


def _page(activity: FieldActivity, form: RecordForm) -> str:
    return render_template(
        "visits/record.html",
        activity=activity,
        outlet=activity.outlet,
        heading=title_of(activity),
        form=form,
        photos=photos_of(db.session(), activity),
        most_photos=MAX_PHOTOS,
        **words(),
    )


def _receive(form: RecordForm) -> list[StoredFile] | None:
    """Store the photos, all or none; None where one was refused (the form then says which and why)."""
    sent = [each for each in form.photos.data or [] if isinstance(each, FileStorage) and each.filename]
    kept: list[StoredFile] = []
    if len(sent) > MAX_PHOTOS:
        told = _("There are %(count)s photos, the limit is %(limit)s.", count=len(sent), limit=MAX_PHOTOS)
        form.photos.errors = [*form.photos.errors, told]
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


@blueprint.get("/activities/<int:activity_id>/photos/<int:photo_id>")
@requires(P.VISITS_ACTIVITIES_READ)
def show_photo(activity_id: int, photo_id: int) -> FileResponse:
    """A photo, as an attachment; its address also serves an <img>."""
    session = db.session()
    photo = get_photo(session, get_activity(session, activity_id), photo_id)
    response = send_file(storage().path_of(photo.storage_id), mimetype=photo.content_type)
    response.headers["Content-Disposition"] = content_disposition(photo.original_name)
    return response
