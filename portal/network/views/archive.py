"""The file of a distributor or outlet: contacts (masked until asked for) and documents.

All hangs under /distributors/<code>/… or /outlets/<code>/…; an id that lies in another party's file is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Response as FileResponse
from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput, NotFound, StaleVersion
from portal.i18n import current_language, pick
from portal.network.forms.archive import ContactForm, DocumentForm
from portal.network.forms.parties import take_error
from portal.network.models import Contact, Distributor, Document, Outlet
from portal.network.queries import archive
from portal.network.queries.parties import get_distributor, get_outlet
from portal.network.services.archive import (
    add_contact,
    add_document,
    check_file_is_own,
    edit_contact,
    note_reveal,
    remove_contact,
    remove_document,
)
from portal.network.views import blueprint
from portal.network.views.distributors import distributor_page
from portal.network.views.merging import Difference, differences
from portal.network.views.outlets import outlet_page
from portal.permissions import Permission as P
from portal.storage import PICTURES, FileRefused, Storage, StoredFile, content_disposition, kind_of

ACCEPTED = PICTURES | {"pdf", "xlsx", "csv"}
Party = Distributor | Outlet
OWNER = "/<any(distributors, outlets):kind>/<code>"


@blueprint.route(f"{OWNER}/contacts/new", methods=["GET", "POST"])
@requires(P.NETWORK_CONTACTS_WRITE)
def new_contact(kind: str, code: str) -> str | Response:
    """Add somebody to call."""
    session, party, form = db.session(), _own_party(kind, code), ContactForm()
    if form.validate_on_submit():
        try:
            add_contact(session, party, **_contact_facts(form))
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The contact has been added."), "success")
            return redirect(party_url(party, "contacts"))
    return _contact_page(party, form)


@blueprint.post(f"{OWNER}/contacts/<int:contact_id>/show")
@requires(P.NETWORK_CONTACTS_READ)
def show_contact(kind: str, code: str, contact_id: int) -> str:
    """The party's page with one contact in full. A POST, because it is put down in the audit."""
    session, party = db.session(), _party(kind, code)
    contact = _contact(party, contact_id)
    note_reveal(session, contact)
    session.commit()
    return (
        outlet_page(code, revealed=contact.id)
        if isinstance(party, Outlet)
        else distributor_page(code, revealed=contact.id)
    )


@blueprint.post(f"{OWNER}/contacts/<int:contact_id>/open")
@requires(P.NETWORK_CONTACTS_WRITE)
def open_contact(kind: str, code: str, contact_id: int) -> str:
    """The form of a contact. A POST, because it shows the contact in full and that is put down in the audit."""
    session, party = db.session(), _own_party(kind, code)
    contact = _contact(party, contact_id)
    note_reveal(session, contact)
    session.commit()
    return _contact_page(party, ContactForm(formdata=None, data=_contact_values(contact)), contact=contact)


@blueprint.post(f"{OWNER}/contacts/<int:contact_id>/edit")
@requires(P.NETWORK_CONTACTS_WRITE)
def change_contact(kind: str, code: str, contact_id: int) -> str | Response | tuple[str, int]:
    """Save a contact."""
    session, party = db.session(), _own_party(kind, code)
    contact, form = _contact(party, contact_id), ContactForm()
    if form.validate():
        try:
            edit_contact(session, contact, version=form.read_version, **_contact_facts(form))
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except StaleVersion:
            session.rollback()
            contact = _contact(party, contact_id)
            found = differences(form, _contact_values(contact))
            form.version.data = str(contact.version)
            return _contact_page(party, form, contact=contact, found=found), 409
        else:
            session.commit()
            flash(_("Saved."), "success")
            return redirect(party_url(party, "contacts"))
    return _contact_page(party, form, contact=contact)


@blueprint.post(f"{OWNER}/contacts/<int:contact_id>/remove")
@requires(P.NETWORK_CONTACTS_WRITE)
def drop_contact(kind: str, code: str, contact_id: int) -> Response:
    """Forget a contact."""
    session, party = db.session(), _own_party(kind, code)
    remove_contact(session, _contact(party, contact_id))
    session.commit()
    flash(_("The contact has been removed."), "success")
    return redirect(party_url(party, "contacts"))


@blueprint.route(f"{OWNER}/documents/new", methods=["GET", "POST"])
@requires(P.NETWORK_DOCUMENTS_WRITE)
def new_document(kind: str, code: str) -> str | Response:
    """Put a paper into the file."""
    session, party, form = db.session(), _own_party(kind, code), DocumentForm()
    if form.validate_on_submit():
        kept = None
        try:
            kept = _keep(form.file.data)
            add_document(session, party, kept=kept, actor_id=current_user.id, **_document_facts(form))
        except FileRefused as refusal:
            form.file.errors = [*form.file.errors, refusal.sentence(current_language())]
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The document has been filed."), "success")
            return redirect(party_url(party, "documents"))
        if kept is not None:
            _storage().remove(kept.storage_id)
    return render_template("network/document_form.html", form=form, **_party_words(party))


@blueprint.get(f"{OWNER}/documents/<int:document_id>")
@requires(P.NETWORK_DOCUMENTS_READ)
def download_document(kind: str, code: str, document_id: int) -> FileResponse:
    """The paper itself, always as a download under the user's own name for it."""
    document = _document(_party(kind, code), document_id)
    response = send_file(_storage().open_stored(document.storage_id), mimetype=document.content_type)
    response.headers["Content-Disposition"] = content_disposition(document.original_name)
    response.headers["Content-Length"] = str(document.size_bytes)
    return response


@blueprint.post(f"{OWNER}/documents/<int:document_id>/remove")
@requires(P.NETWORK_DOCUMENTS_WRITE)
def drop_document(kind: str, code: str, document_id: int) -> Response:
    """Take a paper out of the file and delete it."""
    session, party = db.session(), _own_party(kind, code)
    storage_id = remove_document(session, _document(party, document_id))
    session.commit()
    _storage().remove(storage_id)
    flash(_("The document has been removed."), "success")
    return redirect(party_url(party, "documents"))


def party_url(party: Party, anchor: str = "") -> str:
    """The page of a party, at one of its cards."""
    endpoint = "network.show_outlet" if isinstance(party, Outlet) else "network.show_distributor"
    return url_for(endpoint, code=party.code, _anchor=anchor or None)


def _party(kind: str, code: str) -> Party:
    get = get_outlet if kind == "outlets" else get_distributor
    return get(db.session(), code)


def _own_party(kind: str, code: str) -> Party:
    """The party, where the reader writes its file; one that they only see has no such page."""
    party = _party(kind, code)
    check_file_is_own(db.session(), party)
    return party


def _contact(party: Party, contact_id: int) -> Contact:
    contact = archive.get_contact(db.session(), contact_id)
    _check_owner(party, contact)
    return contact


def _document(party: Party, document_id: int) -> Document:
    document = archive.get_document(db.session(), document_id)
    _check_owner(party, document)
    return document


def _check_owner(party: Party, filed: Contact | Document) -> None:
    """All ids in one URL belong together."""
    is_own = (
        filed.outlet_id == party.id
        if isinstance(party, Outlet)
        else filed.outlet_id is None and filed.distributor_id == party.id
    )
    if not is_own:
        raise NotFound()


def _contact_values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ("name", "duty", "phone", "email", "version")}


def _contact_facts(form: ContactForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("name", "duty", "phone", "email")}


def _document_facts(form: DocumentForm) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "title": form.title.data or "",
        "number": form.number.data or "",
        "valid_from": form.valid_from.data,
        "valid_to": form.valid_to.data,
    }


def _contact_page(
    party: Party, form: ContactForm, *, contact: Contact | None = None, found: Sequence[Difference] = ()
) -> str:
    action = ""
    if contact is not None:
        kind = "outlets" if isinstance(party, Outlet) else "distributors"
        action = url_for("network.change_contact", kind=kind, code=party.code, contact_id=contact.id)
    return render_template(
        "network/contact_form.html",
        form=form,
        contact=contact,
        differences=found,
        action=action,
        **_party_words(party),
    )


def _party_words(party: Party) -> dict[str, Any]:
    is_outlet = isinstance(party, Outlet)
    return {
        "party_name": pick(party.name, party.name_en),
        "back_url": party_url(party),
        "list_url": url_for("network.list_outlets" if is_outlet else "network.list_distributors"),
        "list_title": _("Outlets") if is_outlet else _("Distributors"),
    }


def _keep(upload: FileStorage) -> StoredFile:
    """The upload in the store. Raises FileRefused, for another kind than these before its contents are looked at."""
    if upload.filename and kind_of(upload.filename) not in ACCEPTED:
        raise FileRefused("kind_not_allowed", value=upload.filename, allowed=", ".join(sorted(ACCEPTED)))
    return _storage().store(cast(BinaryIO, upload.stream), upload.filename, ACCEPTED)


def _storage() -> Storage:
    return Storage(current_app.config["STORAGE_DIR"])
