"""Every part of the design on four pages, with made-up content: looked at by tests, and by people who build pages.

.venv/bin/python -m tests.web.pattern_book      then open http://127.0.0.1:8655/ (?lang=zh_Hans)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal import i18n, template_tools
from portal.errors import StaleVersion
from portal.security import content_security_policy
from portal.settings import ROOT
from portal.tables import Column, Facet, ListSpec, Option, capped_count, keyset_page

LOOKS = {
    "active": ("Active", "green"),
    "opening": ("Opening", "blue"),
    "suspended": ("Suspended", "amber"),
    "exited": ("Exited", "grey"),
}
NAMES = (
    "成都金牛兴达农机经营部",
    "凉山州西昌市邛海农业机械销售服务中心",
    "Hejiang Tengfei Farm Machinery",
    "<b>&amp;</b>",
)
MOMENT = datetime(2026, 8, 31, 16, 30, tzinfo=UTC)


class Base(DeclarativeBase):
    pass


class Outlet(Base):
    __tablename__ = "pattern_outlets"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    status: Mapped[str]
    opened_on: Mapped[date | None]
    sold_qty: Mapped[int]
    amount_fen: Mapped[int]


SPEC = ListSpec(
    columns=(
        Column("code", "Code", Outlet.code, fixed=True),
        Column("name", "Name", Outlet.name),
        Column("status", "Status", Outlet.status),
        Column("opened", "Opened", Outlet.opened_on, nullable=True),
        Column("sold", "Sold", Outlet.sold_qty, numeric=True),
        Column("amount", "Amount", Outlet.amount_fen, numeric=True, shown=False),
    ),
    facets=(
        Facet("status", "Status", tuple(Option(value, look[0], 10) for value, look in LOOKS.items())),
        Facet("area", "Sales area", tuple(Option(str(number), f"Area {number}") for number in range(14))),
        Facet("class", "Class", (Option("a", "A"), Option("b", "B")), multiple=False),
    ),
    default_sort="code",
    default_size=25,
)


class OutletForm(FlaskForm):
    version = HiddenField()
    name = StringField("Name", [DataRequired("Enter the name as on the business licence.")])
    mode = RadioField(
        "Operating mode",
        [DataRequired("Choose one.")],
        choices=[SelectChoice("own", "Own"), SelectChoice("agency", "Agency")],
    )
    grade = SelectField("Class", [Optional()], choices=[SelectChoice("", "Please choose"), SelectChoice("a", "A")])
    products = SelectMultipleField(
        "Products",
        [Optional()],
        choices=[SelectChoice("t", "Tractors"), SelectChoice("h", "Harvesters")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    longitude = DecimalField("Longitude", [InputRequired("Enter a longitude.")])
    latitude = DecimalField("Latitude", [InputRequired("Enter a latitude.")])
    opened_on = DateField("Opening day", [Optional()])
    notes = TextAreaField("Notes", [Optional()], description="Seen by head office only.")
    licence = FileField("Licence", [Optional()])
    agreed = BooleanField("The owner agreed to be stored")


class SignInForm(FlaskForm):
    email = EmailField("E-mail", [DataRequired()], render_kw={"autocomplete": "username"})
    password = PasswordField("Password", [DataRequired()], render_kw={"autocomplete": "current-password"})


def outlets(number: int = 437) -> Session:
    """A small database of its own."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    session = Session(engine)
    start = date(2024, 1, 1)
    session.add_all(
        Outlet(
            code=f"SC{place:05d}",
            name=NAMES[place % len(NAMES)],
            status=list(LOOKS)[place % 7 % 4],
            opened_on=None if place % 9 == 0 else start + timedelta(days=place),
            sold_qty=place * 37 % 900 - 40,
            amount_fen=place * 1_234_567 % 99_999_999 - 3_000_000,
        )
        for place in range(1, number + 1)
    )
    session.commit()
    return session


def make_app() -> Flask:
    """The pattern book, with the portal's own templates, filters, languages and security policy."""
    app = Flask(__name__, static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="pattern book", PORTAL_DEMO=True, MAX_CONTENT_LENGTH=32 << 20, TESTING=True)
    folders = (ROOT / "tests/web/templates", ROOT / "portal/templates")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    Babel(
        app,
        locale_selector=lambda: request.args.get("lang") or request.cookies.get("lang") or "en",
        default_translation_directories=str(i18n.TRANSLATIONS),
    )
    CSRFProtect(app)
    template_tools.register(app)
    app.context_processor(context)
    add_pages(app, outlets())

    @app.after_request
    def _policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = content_security_policy()
        return response

    return app


def context() -> dict[str, Any]:
    """What the layout asks for."""
    language = i18n.current_language()
    menu = [
        {
            "label": "Network",
            "entries": [
                {"label": "Home", "url": "/", "icon": "home", "active": request.path == "/", "count": 3},
                {"label": "Outlets", "url": "/list", "icon": "building-store", "active": request.path == "/list"},
                {"label": "Distributors", "url": "/detail", "icon": "users-group"},
            ],
        }
    ]
    return {
        "language": language,
        "html_lang": i18n.HTML_LANG[language],
        "languages": i18n.LOCALES,
        "navigation": menu,
        "current_user": SimpleNamespace(is_authenticated=True, name="王小明", email="wang@example.com"),
        "z": lambda english, chinese: chinese if language == "zh_Hans" else english,
    }


def add_pages(app: Flask, session: Session) -> None:
    """The pages, and the addresses that the layout links to."""

    def list_page() -> str:
        state = SPEC.read(request.path, request.args)
        statement = select(Outlet).where(Outlet.name.contains(state.text, autoescape=True))
        if state.chosen("status"):
            statement = statement.where(Outlet.status.in_(state.chosen("status")))
        page = keyset_page(session, statement, state.order(Outlet.id), state.cursor, state.size)
        count = capped_count(session, statement, 400)
        return render_template("pattern_book/list.html", state=state, page=page, count=count, looks=LOOKS)

    def form_page() -> str:
        form = OutletForm()
        form.validate_on_submit()
        return render_template("pattern_book/form.html", form=form)

    def home_page() -> str:
        flash("The outlet was saved.", "success")
        return render_template("pattern_book/home.html")

    def error_page(number: int) -> tuple[str, int]:
        fields = [{"label": "Name", "yours": "成都金牛兴达农机", "saved": "成都金牛兴达农机经营部"}]
        error = StaleVersion(fields=fields, url="/detail") if number == 409 else None
        return render_template(f"errors/{number}.html", error=error, request_id="3f9a1b22c0de"), number

    pages: dict[str, Callable[..., Any]] = {
        "/": home_page,
        "/list": list_page,
        "/form": form_page,
        "/detail": lambda: render_template("pattern_book/detail.html", now=MOMENT, form=OutletForm()),
        "/sign-in": lambda: render_template("pattern_book/sign_in.html", form=SignInForm()),
        "/errors/<int:number>": error_page,
    }
    for rule, view in pages.items():
        app.add_url_rule(rule, f"pattern{rule}".replace(".", "-"), view, methods=["GET", "POST"])
    for endpoint in ("profile", "list_sessions", "sign_out", "sign_in"):
        app.add_url_rule(f"/account/{endpoint}", f"accounts.{endpoint}", form_page)
    app.add_url_rule("/language/<code>", "accounts.switch_language", lambda code: code, methods=["POST"])


if __name__ == "__main__":
    make_app().run(port=8655, threaded=False)
