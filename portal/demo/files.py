"""The demonstration's files: contacts, contracts and licences of every distributor and of the outlets that trade."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.network.models import Distributor, DocumentKind, Outlet
from portal.network.rules import TRADING
from portal.network.services.archive import add_contact, add_document
from portal.storage import Storage

# Invented people; the numbers are in a block that no one is given.
CONTACTS: tuple[tuple[str, str], ...] = (
    ("王建国", "总经理"),
    ("李秀英", "销售经理"),
    ("张伟", "店长"),
    ("刘芳", "财务"),
    ("陈勇", "店长"),
    ("杨丽", "市场专员"),
    ("赵磊", "售后经理"),
    ("黄敏", "店长"),
)


def make_files(session: Session, storage_dir: Path) -> None:
    """A contact and a contract for each, a licence for every second; some papers have run out or soon will."""
    storage = Storage(storage_dir)
    distributors = session.scalars(select(Distributor).order_by(Distributor.id)).all()
    outlets = session.scalars(select(Outlet).where(Outlet.status.in_(TRADING)).order_by(Outlet.id)).all()
    parties: list[Distributor | Outlet] = [*distributors, *outlets]
    for number, party in enumerate(parties):
        name, duty = CONTACTS[number % len(CONTACTS)]
        add_contact(session, party, name=name, duty=duty, phone=f"139 0000 {number:04d}")
        for kind, valid_from, valid_to in _papers(number):
            title = {"contract": "经销合同", "licence": "营业执照"}[kind.value]
            kept = storage.store(
                io.BytesIO(pdf((f"{kind.value} {party.code}", f"{valid_from} - {valid_to}"))), f"{title}.pdf", {"pdf"}
            )
            add_document(
                session,
                party,
                kept=kept,
                kind=kind,
                title=title,
                number=f"{party.code}-{valid_from.year}",
                valid_from=valid_from,
                valid_to=valid_to,
                actor_id=None,
            )


def _papers(number: int) -> Iterable[tuple[DocumentKind, date, date]]:
    """Contracts run two years; one in fourteen has run out, one in eleven soon will."""
    today = clock.today()
    ends = today + timedelta(days=120 + number * 13 % 500)
    if number % 14 == 5:
        ends = today - timedelta(days=9 + number)
    elif number % 11 == 3:
        ends = today + timedelta(days=8 + number % 40)
    yield DocumentKind.CONTRACT, ends - timedelta(days=729), ends
    if number % 2 == 0:
        yield DocumentKind.LICENCE, date(2021, 3, 1), date(2041, 2, 28)


def pdf(lines: Iterable[str]) -> bytes:
    """A one-page PDF with some lines of ASCII text."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 14 Tf 18 TL 72 760 Td {shown} ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for index, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
