"""Files of an application: pictures and papers, written anew without their metadata, given back through the scope."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response, current_app, request, send_file

from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput
from portal.i18n import current_language
from portal.onboarding.labels import APPLICATION_FILE_KIND, sentence_of
from portal.onboarding.models import Application, ApplicationFileKind
from portal.onboarding.queries.application_lists import get_seen_application
from portal.onboarding.services.application_files import attach_file, get_file, remove_file
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P
from portal.storage import PICTURES, FileRefused, Storage, StoredFile, content_disposition

ACCEPTED: dict[ApplicationFileKind, frozenset[str]] = {
    kind: PICTURES if kind is ApplicationFileKind.STOREFRONT else PICTURES | {"pdf"} for kind in ApplicationFileKind
}
MAX_AT_ONCE = 10


def storage() -> Storage:
    """Where the files lie."""
    return Storage(current_app.config["STORAGE_DIR"])


@dataclass
class Uploads:
    """What came with a request: files that are stored already, and sentences about those that were refused."""

    kept: list[tuple[ApplicationFileKind, StoredFile]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def attach(self, application: Application) -> list[str]:
        """Attach the files, take away the one that was asked for; returns names to delete from the store."""
        unwanted = []
        for kind, stored in self.kept:
            try:
                attach_file(db.session(), application, kept=stored, kind=kind)
            except InvalidInput as error:
                self.refused.append(f"{APPLICATION_FILE_KIND[kind]}: {sentence_of(error)}")
                unwanted.append(stored.storage_id)
        wanted_away = request.form.get("remove", "")
        if wanted_away.isascii() and wanted_away.isdigit():
            unwanted.append(remove_file(db.session(), application, int(wanted_away[:18])))
        return unwanted

    def discard(self) -> None:
        """The request came to nothing: forget what was stored."""
        self.finish([stored.storage_id for _kind, stored in self.kept])

    def finish(self, unwanted: list[str]) -> None:
        """Delete from the store, after the commit."""
        for storage_id in unwanted:
            storage().remove(storage_id)


def receive_uploads() -> Uploads:
    """Store the files of the request. Ends the transaction, so that nobody waits while pictures are written anew."""
    found = Uploads()
    sent = [(kind, each) for kind in ApplicationFileKind for each in request.files.getlist(f"file-{kind.value}")]
    sent = [(kind, each) for kind, each in sent if each.filename]
    if not sent:
        return found
    db.session.rollback()
    for kind, each in sent[:MAX_AT_ONCE]:
        try:
            found.kept.append((kind, storage().store(each.stream, each.filename, ACCEPTED[kind])))
        except FileRefused as refusal:
            found.refused.append(f"{APPLICATION_FILE_KIND[kind]}: {refusal.sentence(current_language())}")
    return found


@blueprint.get("/applications/<int:application_id>/files/<int:file_id>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def download_application_file(application_id: int, file_id: int) -> Response:
    """A file under its own name, as an attachment; a picture's address also serves an <img>."""
    session = db.session()
    row = get_file(session, get_seen_application(session, application_id), file_id)
    response = send_file(storage().path_of(row.storage_id), mimetype=row.content_type)
    response.headers["Content-Disposition"] = content_disposition(row.original_name)
    return response
