"""What a list page costs at least: bare Flask, SQLAlchemy and Jinja. No user, no scope, no filters, no layout.

One query for the columns that the portal's page shows, names joined in; one small template with a table and a link a
row. Models and engine are its own. What an enum or a date holds is shown as it is, which spares it the portal's words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, Select, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

PAGE_SIZE = 50
LAYOUT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title></head>
<body>
<h1>{{ self.title() }}</h1>
<table>
{% block table %}{% endblock %}
</table>
</body>
</html>
"""
OUTLETS = """{% extends "layout.html" %}
{% block title %}Outlets{% endblock %}
{% block table %}
<tr><th>Outlet</th><th>Code</th><th>Status</th><th>Sales area</th><th>Region</th><th>Distributor</th><th>Class</th>
<th>Operating mode</th><th>Opened on</th></tr>
{% for row in rows %}
<tr>
<td><a href="/outlets/{{ row.code }}">{{ row.name }}</a></td>
<td>{{ row.code }}</td>
<td>{{ row.status }}</td>
<td>{{ row.area or "Not assigned" }}</td>
<td>{{ row.prefecture }} · {{ row.county }}</td>
<td>{{ row.distributor }}</td>
<td>{{ row.store_class or "" }}</td>
<td>{{ row.operating_mode }}</td>
<td>{{ row.opened_on or "" }}</td>
</tr>
{% endfor %}
{% endblock %}
"""
REVIEWS = """{% extends "layout.html" %}
{% block title %}Reviews{% endblock %}
{% block table %}
<tr><th>Outlet</th><th>Number</th><th>Status</th><th>Region</th><th>Distributor</th><th>Class</th><th>Points</th>
<th>Handed in</th><th>Due</th></tr>
{% for row in rows %}
<tr>
<td><a href="/reviews/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.number }}</td>
<td>{{ row.status }}</td>
<td>{{ row.prefecture }} · {{ row.county }}</td>
<td>{{ row.distributor }}</td>
<td>{{ row.store_class or "" }}</td>
<td>{{ row.points or "" }}</td>
<td>{{ row.submitted_at or "" }}</td>
<td>{{ row.due_on or "" }}</td>
</tr>
{% endfor %}
{% endblock %}
"""
APPLICATIONS = """{% extends "layout.html" %}
{% block title %}Applications{% endblock %}
{% block table %}
<tr><th>Outlet</th><th>Number</th><th>Status</th><th>Due</th><th>Distributor</th><th>Region</th><th>Handed in</th>
<th>Last change</th></tr>
{% for row in rows %}
<tr>
<td><a href="/applications/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.number }}</td>
<td>{{ row.status }}</td>
<td>{{ row.due_on or "" }}</td>
<td>{{ row.distributor }}</td>
<td>{{ row.prefecture }} · {{ row.county }}</td>
<td>{{ row.submitted_at or "" }}</td>
<td>{{ row.updated_at }}</td>
</tr>
{% endfor %}
{% endblock %}
"""


CANDIDATES = """{% extends "layout.html" %}
{% block title %}Recruiting{% endblock %}
{% block table %}
{% for row in rows %}
<tr>
<td>{{ row.stage }}</td>
<td><a href="/candidates/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.prefecture }} · {{ row.county }}</td>
<td>{{ row.target_class or "" }}</td>
<td>{{ row.next_step }} {{ row.next_on or "" }}</td>
<td>{{ row.owner_name }}</td>
</tr>
{% endfor %}
{% endblock %}
"""


class Base(DeclarativeBase):
    """The tables as far as the pages show them."""


class Placed:
    """Where a row belongs."""

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    prefecture_code: Mapped[str | None]
    county_code: Mapped[str | None]
    sales_area_id: Mapped[int | None]
    distributor_id: Mapped[int]
    store_class: Mapped[str | None]


class Outlet(Placed, Base):
    __tablename__ = "outlets"
    code: Mapped[str]
    name_en: Mapped[str]
    operating_mode: Mapped[str]
    opened_on: Mapped[date | None]


class Application(Placed, Base):
    __tablename__ = "applications"
    number: Mapped[str | None]
    outlet_name: Mapped[str]
    city_tier: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    due_on: Mapped[date | None]


class Candidate(Base):
    __tablename__ = "candidates"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    stage: Mapped[str]
    target_class: Mapped[str | None]
    next_step: Mapped[str]
    next_on: Mapped[date | None]
    owner_name: Mapped[str]
    prefecture_code: Mapped[str | None]
    county_code: Mapped[str | None]


class ScoreSheet(Base):
    __tablename__ = "score_sheets"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int]
    points: Mapped[int]


class Distributor(Base):
    __tablename__ = "distributors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name_en: Mapped[str]


class SalesArea(Base):
    __tablename__ = "sales_areas"
    id: Mapped[int] = mapped_column(primary_key=True)
    name_en: Mapped[str]


class Region(Base):
    __tablename__ = "regions"
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    code: Mapped[str]
    name_en: Mapped[str]


PREFECTURE, COUNTY = aliased(Region), aliased(Region)


def make_bare_app(url: str, *, reviewed: tuple[str, ...], ended: tuple[str, ...] = (), cards: int = 0) -> Flask:
    """`/outlets`, `/reviews` (applications in the states `reviewed`) and `/applications`: the first 50 rows of each;
    `/candidates`: of each stage but those in `ended` the first `cards`."""
    app, engine = Flask(__name__), create_engine(url)
    app.jinja_loader = DictLoader(
        {
            "layout.html": LAYOUT,
            "outlets.html": OUTLETS,
            "reviews.html": REVIEWS,
            "applications.html": APPLICATIONS,
            "candidates.html": CANDIDATES,
        }
    )
    pages = {"outlets": _outlets(), "reviews": _queue(reviewed), "applications": _applications()}
    for name, statement in pages.items():
        app.add_url_rule(f"/{name}", name, _view(engine, f"{name}.html", statement.limit(PAGE_SIZE)))
    app.add_url_rule("/candidates", "candidates", _view(engine, "candidates.html", _board(ended, cards)))
    return app


def _view(engine: Engine, template: str, statement: Select[Any]) -> Callable[[], str]:
    def show() -> str:
        with Session(engine) as session:
            rows = session.execute(statement).all()
        return render_template(template, rows=rows)

    return show


def _names() -> list[Any]:
    return [
        SalesArea.name_en.label("area"),
        PREFECTURE.name_en.label("prefecture"),
        COUNTY.name_en.label("county"),
        Distributor.name_en.label("distributor"),
    ]


def _outlets() -> Select[Any]:
    columns = (Outlet.name_en.label("name"), Outlet.code, Outlet.status, Outlet.store_class, Outlet.operating_mode,
               Outlet.opened_on)  # fmt: skip
    return _with_names(select(*columns, *_names()), Outlet).order_by(Outlet.code)


def _queue(statuses: tuple[str, ...]) -> Select[Any]:
    points = (
        select(ScoreSheet.points)
        .where(ScoreSheet.application_id == Application.id)
        .order_by(ScoreSheet.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("points")
    )
    columns = (Application.id, Application.outlet_name.label("name"), Application.number, Application.status,
               Application.store_class, Application.submitted_at, Application.due_on)  # fmt: skip
    statement = _with_names(select(*columns, *_names(), points), Application)
    return statement.where(Application.status.in_(statuses)).order_by(Application.due_on, Application.id)


def _applications() -> Select[Any]:
    columns = (Application.id, Application.outlet_name.label("name"), Application.number, Application.status,
               Application.submitted_at, Application.updated_at, Application.due_on)  # fmt: skip
    statement = _with_names(select(*columns, *_names()), Application).where(Application.number.is_not(None))
    return statement.order_by(Application.updated_at.desc(), Application.id.desc())


def _board(ended: tuple[str, ...], cards: int) -> Select[Any]:
    place = func.row_number().over(
        partition_by=Candidate.stage, order_by=(Candidate.next_on.is_(None), Candidate.next_on, Candidate.id)
    )
    ranked = select(Candidate.id, place.label("place")).where(Candidate.stage.not_in(ended)).subquery()
    columns = (Candidate.id, Candidate.name, Candidate.stage, Candidate.target_class, Candidate.next_step,
               Candidate.next_on, Candidate.owner_name)  # fmt: skip
    return (
        select(*columns, PREFECTURE.name_en.label("prefecture"), COUNTY.name_en.label("county"))
        .join(ranked, ranked.c.id == Candidate.id)
        .outerjoin(PREFECTURE, (PREFECTURE.level == "prefecture") & (PREFECTURE.code == Candidate.prefecture_code))
        .outerjoin(COUNTY, (COUNTY.level == "county") & (COUNTY.code == Candidate.county_code))
        .where(ranked.c.place <= cards)
        .order_by(Candidate.stage, ranked.c.place)
    )


def _with_names(statement: Select[Any], model: type[Placed]) -> Select[Any]:
    """`statement` with the names that a row of `model` refers to."""
    return (
        statement.join(Distributor, Distributor.id == model.distributor_id)
        .outerjoin(SalesArea, SalesArea.id == model.sales_area_id)
        .outerjoin(PREFECTURE, (PREFECTURE.level == "prefecture") & (PREFECTURE.code == model.prefecture_code))
        .outerjoin(COUNTY, (COUNTY.level == "county") & (COUNTY.code == model.county_code))
    )
