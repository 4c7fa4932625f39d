"""Verbs on the file of a distributor or outlet: contacts, and what is kept in the store.

The owner is loaded within the asker's scope before it gets here; what is written carries the owner's ids.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.audit.recorder import record
from portal.errors import InvalidInput, OutOfScope, StaleVersion
from portal.network.models import Contact, Distributor, Document, DocumentKind, Outlet
from portal.scope import Scope, ScopeKind, bound_scope
from portal.storage import StoredFile

Party = Distributor | Outlet


def add_contact(
    session: Session, party: Party, *, name: str, duty: str = "", phone: str = "", email: str = ""
) -> Contact:
    """Somebody to call at the party. Raises InvalidInput (`contact_empty`), OutOfScope."""
    check_file_is_own(session, party)
    _check_contact(name, phone, email)
    contact = Contact(**_owner(party), name=name, duty=duty, phone=phone, email=email, created_at=clock.now())
    session.add(contact)
    session.flush()
    return contact


def edit_contact(
    session: Session, contact: Contact, *, version: int | None = None, name: str, duty: str, phone: str, email: str
) -> Contact:
    """Change a contact. Raises InvalidInput, StaleVersion."""
    if version is not None and version != contact.version:
        raise StaleVersion(expected=version, actual=contact.version)
    _check_contact(name, phone, email)
    contact.name, contact.duty, contact.phone, contact.email = name, duty, phone, email
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
    return contact


def remove_contact(session: Session, contact: Contact) -> None:
    """Forget a contact for good: personal data is not kept for the record."""
    session.delete(contact)
    session.flush()


def note_reveal(session: Session, contact: Contact) -> None:
    """Put down that somebody looked at the personal data of a contact."""
    record(session, "reveal", object_type="contacts", object_id=contact.id, label=contact.duty)


def add_document(
    session: Session,
    party: Party,
    *,
    kept: StoredFile,
    kind: DocumentKind,
    title: str,
    actor_id: int | None,
    number: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Document:
    """Put a stored file into the party's file. Raises InvalidInput (`period_reversed`), OutOfScope."""
    check_file_is_own(session, party)
    if valid_from and valid_to and valid_to < valid_from:
        raise InvalidInput("period_reversed", field="valid_to", value=valid_to, first=valid_from)
    document = Document(
        **_owner(party),
        kind=kind,
        title=title or kept.original_name[:160],
        number=number,
        valid_from=valid_from,
        valid_to=valid_to,
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        content_type=kept.content_type,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        created_by_id=actor_id,
        created_at=clock.now(),
    )
    session.add(document)
    session.flush()
    return document


def remove_document(session: Session, document: Document) -> str:
    """Take a document out of the file; returns its name in the store, for the caller to delete after the commit."""
    storage_id = document.storage_id
    session.delete(document)
    session.flush()
    return storage_id


def is_file_own(scope: Scope, party: Party) -> bool:
    """Whether the scope writes the party's file, and does not only see it.

    Head office any; a manager that of parties in their areas; a distributor its own and its outlets'.
    """
    if scope.kind is ScopeKind.EVERYTHING:
        return True
    if scope.kind is ScopeKind.AREAS:
        return party.sales_area_id in scope.ids
    owner = party.distributor_id if isinstance(party, Outlet) else party.id
    return scope.kind is ScopeKind.DISTRIBUTOR and owner in scope.ids


def check_file_is_own(session: Session, party: Party) -> None:
    """Raise OutOfScope unless the session's scope writes the party's file."""
    if not is_file_own(bound_scope(session), party):
        raise OutOfScope(table=party.__tablename__)


def _owner(party: Party) -> dict[str, int | None]:
    if isinstance(party, Outlet):
        return {"distributor_id": party.distributor_id, "outlet_id": party.id}
    return {"distributor_id": party.id, "outlet_id": None}


def _check_contact(name: str, phone: str, email: str) -> None:
    if not name or not (phone or email):
        raise InvalidInput("contact_empty", field="name" if not name else "phone", value="")
