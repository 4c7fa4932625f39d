"""The file of a party as its page shows it: contacts masked but for one, documents, and what the reader may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.access import can
from portal.db import db
from portal.network.masking import mask_email, mask_name, mask_phone
from portal.network.models import Contact, Distributor, Document, Outlet
from portal.network.queries import archive
from portal.network.services.archive import is_file_own
from portal.permissions import Permission as P
from portal.scope import bound_scope


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as it is shown."""

    id: int
    name: str
    duty: str
    phone: str
    email: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class FileCards:
    """What the cards of the file need. `documents` is None where the reader may not read any."""

    kind: str
    code: str
    contacts: list[ContactRow]
    documents: list[Document] | None
    may_reveal: bool
    may_write_contacts: bool
    may_write_documents: bool


def file_of(party: Distributor | Outlet, revealed: int | None = None) -> FileCards:
    """The party's file, with the contact `revealed` in full."""
    session = db.session()
    is_own = is_file_own(bound_scope(session), party)
    return FileCards(
        kind="outlets" if isinstance(party, Outlet) else "distributors",
        code=party.code,
        contacts=list(_contact_rows(archive.list_contacts(session, party), revealed)),
        documents=archive.list_documents(session, party) if can(P.NETWORK_DOCUMENTS_READ) else None,
        may_reveal=can(P.NETWORK_CONTACTS_READ),
        may_write_contacts=is_own and can(P.NETWORK_CONTACTS_WRITE),
        may_write_documents=is_own and can(P.NETWORK_DOCUMENTS_WRITE),
    )


def _contact_rows(contacts: Iterable[Contact], revealed: int | None) -> Iterable[ContactRow]:
    for contact in contacts:
        if contact.id == revealed:
            yield ContactRow(contact.id, contact.name, contact.duty, contact.phone, contact.email, is_masked=False)
            continue
        name, phone, email = mask_name(contact.name), mask_phone(contact.phone), mask_email(contact.email)
        yield ContactRow(contact.id, name, contact.duty, phone, email, is_masked=True)
