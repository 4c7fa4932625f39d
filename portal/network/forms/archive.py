"""Forms on the file of a distributor or outlet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, StringField, TelField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from portal.forms import EnumSelectField, PortalForm, VersionedForm
from portal.network.labels import DOCUMENT_KIND
from portal.network.models import DocumentKind

_EMAIL = r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$"


class ContactForm(VersionedForm):
    """Somebody to call."""

    name = StringField(_l("Name"), [DataRequired(_l("Give a name.")), Length(max=80)])
    duty = StringField(
        _l("Duty"), [Length(max=80)], description=_l("What they do there, such as manager or bookkeeper.")
    )
    phone = TelField(_l("Phone"), [Length(max=40)])
    email = EmailField(
        _l("E-mail"), [Optional(), Length(max=254), Regexp(_EMAIL, message=_l("Write it like name@example.com."))]
    )


class DocumentForm(PortalForm):
    """A paper for the file."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))], description=_l("PDF, picture, .xlsx or .csv."))
    kind = EnumSelectField(
        _l("Kind"), validators=[DataRequired(_l("Choose one."))], enum=DocumentKind, labels=DOCUMENT_KIND
    )
    title = StringField(_l("Title"), [Length(max=160)], description=_l("Left empty, it is the file's name."))
    number = StringField(_l("Number"), [Length(max=80)])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid to"), [Optional()])
