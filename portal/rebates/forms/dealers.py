"""Forms of the dealers' pages: acknowledging, disputes, subsidies handed down, points. Shape only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.forms import PortalForm, VersionedForm
from portal.read_fields import DayField, MonthField, NumberField, ReadField
from portal.spreadsheets import ColumnSpec, Words

MAX_TEXT = 2000
MOST_POINTS = 10**12
_NEEDED = InputRequired(_l("This is needed."))


class MoneyField(ReadField):
    """An amount in yuan with at most two decimals, as people write it; its value is integer fen."""

    spec = ColumnSpec("amount", Words("Amount", "金额"), kind="money", minimum=0, maximum=Decimal(10**11))

    def text_of(self, value: int) -> str:
        """As it is written."""
        return f"{Decimal(value) / 100:.2f}"


class AcknowledgeForm(PortalForm):
    """Somebody has read a policy, on a day."""

    on = DayField(_l("Read and agreed on"), render_kw={"type": "date"})


class AskForm(PortalForm):
    """What is wrong with a statement, once: the key tells a second click from a second dispute."""

    question = TextAreaField(
        _l("What is wrong, and what should it be?"),
        [InputRequired(_l("Say what is wrong: whoever answers sees only this.")), Length(max=MAX_TEXT)],
    )
    key = HiddenField()


class AnswerForm(VersionedForm):
    """Head office's answer."""

    answer = TextAreaField(lazy_pgettext("dispute", "Answer"), [Length(max=MAX_TEXT)])


class DecideDisputeForm(VersionedForm):
    """The decision on a dispute."""

    decision = TextAreaField(lazy_pgettext("dispute", "Decision"), [Length(max=MAX_TEXT)])


class NoticeForm(PortalForm):
    """A subsidy notice. A field for each model is added by `notice_form`."""

    code = StringField(_l("Number of the notice"), [_NEEDED, Length(max=64)])
    name_zh = StringField(_l("Title in Chinese"), [_NEEDED, Length(max=200)])
    name_en = StringField(_l("Title in English"), [Length(max=200)])
    month = MonthField(_l("Month"), [_NEEDED], render_kw={"type": "month"})
    issued_on = DayField(_l("Issued on"), [_NEEDED], render_kw={"type": "date"})
    note = TextAreaField(_l("Note"), [Length(max=1000)])


def notice_form(models: list[tuple[str, str]], **kwargs: Any) -> Any:
    """A notice with an amount for each model (code, name)."""
    fields = {f"model_{code}": MoneyField(f"{code} {name}") for code, name in models}
    return type("FullNoticeForm", (NoticeForm,), fields)(**kwargs)


class PassOnForm(VersionedForm):
    """What a distributor has handed down."""

    amount = MoneyField(_l("Passed on, in yuan"), [_NEEDED], render_kw={"inputmode": "decimal"})
    on = DayField(_l("On"), render_kw={"type": "date"})
    note = StringField(_l("Note"), [Length(max=500)])


class ConfirmForm(VersionedForm):
    """What an outlet has received."""

    amount = MoneyField(_l("Received, in yuan"), [_NEEDED], render_kw={"inputmode": "decimal"})
    on = DayField(_l("On"), render_kw={"type": "date"})


class PaymentForm(PortalForm):
    """Money that arrived from a distributor."""

    distributor = SelectField(_l("Distributor"))
    amount = MoneyField(_l("Amount in yuan"), [_NEEDED], render_kw={"inputmode": "decimal"})
    received_on = DayField(_l("Received on"), [_NEEDED], render_kw={"type": "date"})
    month = MonthField(_l("For the month"), [_NEEDED], render_kw={"type": "month"})
    reference = StringField(_l("Reference of the bank"), [_NEEDED, Length(max=80)])
    note = StringField(_l("Note"), [Length(max=500)])


class RedeemForm(PortalForm):
    """Points that become something, once."""

    points = NumberField(_l("Points"), [_NEEDED], least=1, most=MOST_POINTS, render_kw={"inputmode": "numeric"})
    what_for = StringField(_l("What for"), [_NEEDED, Length(max=300)])
    value = MoneyField(_l("Worth in yuan"), render_kw={"inputmode": "decimal"})
    on = DayField(_l("On"), render_kw={"type": "date"})
    key = HiddenField()
