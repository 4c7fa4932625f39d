"""The file of a distributor or outlet: contacts, documents, life, and what surrounds it in the network."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Contact, Distributor, Document, LifeEvent, Outlet
from portal.network.models.archive import Filed
from portal.network.rules import OutletStatus

Party = Distributor | Outlet


def list_contacts(session: Session, party: Party) -> list[Contact]:
    """The people to call at the party."""
    return list(session.scalars(select(Contact).where(_own(Contact, party)).order_by(Contact.id)))


def list_documents(session: Session, party: Party) -> list[Document]:
    """What is filed under the party, newest first."""
    order = (Document.created_at.desc(), Document.id.desc())
    return list(session.scalars(select(Document).where(_own(Document, party)).order_by(*order)))


def list_events(session: Session, party: Party) -> list[LifeEvent]:
    """The party's changes of status, newest first."""
    order = (LifeEvent.happened_on.desc(), LifeEvent.id.desc())
    return list(session.scalars(select(LifeEvent).where(_own(LifeEvent, party)).order_by(*order)))


def get_contact(session: Session, contact_id: int) -> Contact:
    """A contact within the asker's scope, else NotFound."""
    contact = session.scalar(select(Contact).where(Contact.id == contact_id))
    if contact is None:
        raise NotFound()
    return contact


def get_document(session: Session, document_id: int) -> Document:
    """A document within the asker's scope, else NotFound."""
    document = session.scalar(select(Document).where(Document.id == document_id))
    if document is None:
        raise NotFound()
    return document


def get_owner(session: Session, filed: Contact | Document) -> Party:
    """The outlet or distributor in whose file something lies, within the asker's scope."""
    owner: Party | None
    if filed.outlet_id is not None:
        owner = session.scalar(select(Outlet).where(Outlet.id == filed.outlet_id))
    else:
        owner = session.scalar(select(Distributor).where(Distributor.id == filed.distributor_id))
    if owner is None:
        raise NotFound()
    return owner


def list_neighbours(session: Session, outlet: Outlet) -> list[Outlet]:
    """The outlet that this one redevelops and those that redevelop it, oldest first, as far as the asker sees them."""
    related = or_(Outlet.id == outlet.predecessor_id, Outlet.predecessor_id == outlet.id)
    return list(session.scalars(select(Outlet).where(related).order_by(Outlet.id)))


def list_relatives(session: Session, distributor: Distributor) -> list[Distributor]:
    """The distributor above this one and those directly under it, by code, as far as the asker sees them."""
    related = or_(Distributor.id == distributor.parent_id, Distributor.parent_id == distributor.id)
    return list(session.scalars(select(Distributor).where(related).order_by(Distributor.code)))


def count_outlets_by_status(session: Session, distributor: Distributor) -> dict[OutletStatus, int]:
    """How many outlets of the distributor are in each status; statuses without any are left out."""
    statement = (
        select(Outlet.status, func.count()).where(Outlet.distributor_id == distributor.id).group_by(Outlet.status)
    )
    found = {row[0]: row[1] for row in session.execute(statement)}
    return {status: found[status] for status in OutletStatus if status in found}


def _own(model: type[Filed], party: Party) -> ColumnElement[bool]:
    if isinstance(party, Outlet):
        return model.outlet_id == party.id  # type: ignore[return-value]
    return (model.distributor_id == party.id) & model.outlet_id.is_(None)
