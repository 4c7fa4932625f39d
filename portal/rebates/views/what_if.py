"""What a policy would have cost over past months: asked, computed by a job, kept, compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.formatting import format_month, format_yuan
from portal.i18n import current_language, pick
from portal.jobs import labels as job_labels
from portal.jobs.models import Job
from portal.jobs.queries import get_job
from portal.jobs.rules import JobStatus, is_over
from portal.jobs.services import TooManyJobs
from portal.merging import put_error
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.periods import month_of, parse_month, shift_month
from portal.permissions import Permission as P
from portal.rebates import labels
from portal.rebates.drawing.region_map import draw_regions
from portal.rebates.forms.what_ifs import WHAT_IFS, WhatIfForm
from portal.rebates.labels_terms import earning_words
from portal.rebates.models import PolicyVersion, SavedWhatIf
from portal.rebates.queries import what_if_pages as queries
from portal.rebates.queries.policy_pages import get_version
from portal.rebates.rules.life import VersionStatus
from portal.rebates.services import what_if as services
from portal.rebates.views import blueprint
from portal.spreadsheets import Column

MONTHS = 24
USUAL_MONTHS = 12
ROWS = 50
# Lists of a result, by the name in the URL.
SHOWN = {"winners": "top_winners", "losers": "top_losers", "under": "nearest"}


@blueprint.get("/what-ifs")
@requires(P.REBATES_SETTLEMENTS_READ)
def list_what_ifs() -> str:
    """What was asked before, latest first."""
    state = WHAT_IFS.read(url_for("rebates.list_what_ifs"), request.args)
    page, count = queries.list_what_ifs(db.session(), state)
    return render_template(
        "rebates/what_if_list.html",
        state=state,
        page=page,
        count=count,
        months=months_words,
        may_ask=can(P.REBATES_POLICIES_WRITE),
    )


def months_words(what_if: SavedWhatIf) -> str:
    """October 2025 – September 2026."""
    language = current_language()
    return f"{format_month(what_if.first_month, language)} – {format_month(what_if.last_month, language)}"


@blueprint.post("/what-ifs/export/<kind>")
@requires(P.REBATES_SETTLEMENTS_READ)
def export_what_ifs(kind: str) -> Response:
    """The list as a file."""
    state = WHAT_IFS.read(url_for("rebates.list_what_ifs"), request.args)
    columns = [
        Column(_("Name"), "text", 30),
        Column(_("Policy"), "text", 20),
        Column(_("From"), "month"),
        Column(_("To"), "month"),
        Column(_("Cost"), "decimal"),
        Column(_("Compared with"), "decimal"),
        Column(_("Parties"), "integer"),
        Column(_("Asked by"), "text"),
        Column(_("Asked on"), "moment"),
    ]
    rows = (
        [
            each.name,
            each.document.get("code", ""),
            each.first_month,
            each.last_month,
            _yuan((each.result or {}).get("total_fen")),
            _yuan((each.result or {}).get("compared_fen")),
            (each.result or {}).get("parties"),
            each.author_name,
            each.created_at,
        ]
        for each in queries.export_what_ifs(db.session(), state)
    )
    return export_table(kind, "what-ifs", columns, rows)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


@blueprint.route("/what-ifs/new", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def new_what_if() -> str | Response | tuple[str, int]:
    """Ask one: which policy, beside which, over which months."""
    session, language = db.session(), current_language()
    versions = queries.versions_to_try(session)
    last = shift_month(month_of(clock.today()), -1)
    months = [shift_month(last, -back) for back in range(MONTHS)]
    form = WhatIfForm(data=_usual(versions, last))
    form.offer(
        [(str(each.id), _version_words(each)) for each in versions if each.status is not VersionStatus.WITHDRAWN],
        [(str(each.id), _version_words(each)) for each in versions if each.published_at is not None],
        [(month, format_month(month, language)) for month in months],
    )
    if not form.validate_on_submit():
        return render_template("rebates/what_if_new.html", form=form)
    try:
        what_if = _save(form)
        services.start(session, what_if, actor=current_user)
        session.commit()
    except InvalidInput as error:
        session.rollback()
        field = "policy" if error.code == "policy_unsound" else str(error.details.get("field", ""))
        put_error(form, field, labels.sentence_of(error))
        return render_template("rebates/what_if_new.html", form=form), 422
    except TooManyJobs as error:
        session.rollback()
        put_error(form, "", str(job_labels.TOO_MANY) % error.details)
        return render_template("rebates/what_if_new.html", form=form), 429
    return redirect(url_for("rebates.show_what_if", what_if_id=what_if.id))


def _usual(versions: Sequence[PolicyVersion], last: date) -> dict[str, Any]:
    """The last twelve months; the policy of the link beside the version of it that is in force."""
    found: dict[str, Any] = {
        "first_month": f"{shift_month(last, 1 - USUAL_MONTHS):%Y-%m}",
        "last_month": f"{last:%Y-%m}",
    }
    asked = next((each for each in versions if str(each.id) == request.args.get("policy")), None)
    if asked is not None:
        others = [each for each in versions if each.policy_id == asked.policy_id and each.id != asked.id]
        before = next((each for each in others if each.status is VersionStatus.PUBLISHED), None)
        found |= {"policy": str(asked.id), "name": _version_words(asked), "compared": str(before.id) if before else ""}
    return found


def _version_words(version: PolicyVersion) -> str:
    name, status = pick(version.name_zh, version.name_en), labels.VERSION_STATUS[version.status]
    return f"{version.policy.code} v{version.number} · {name} · {status}"


def _save(form: WhatIfForm) -> SavedWhatIf:
    session = db.session()
    written = dict(get_version(session, int(form.policy.data)).document)
    return services.save(
        session,
        form.name.data or "",
        written,
        actor=current_user,
        first_month=parse_month(form.first_month.data),
        last_month=parse_month(form.last_month.data),
        compared_version_id=int(form.compared.data) if form.compared.data else None,
    )


@blueprint.get("/what-ifs/<int:what_if_id>")
@requires(P.REBATES_SETTLEMENTS_READ)
def show_what_if(what_if_id: int) -> str:
    """What came of it: cost by period, who wins and loses, who sits just under a tier, where."""
    session = db.session()
    what_if = queries.get_what_if(session, what_if_id)
    job = _job(what_if)
    running = job is not None and not is_over(job.status)
    result = what_if.result or {}
    shown = request.args.get("show", "winners")
    shown = shown if shown in SHOWN else "winners"
    return render_template(
        "rebates/what_if.html",
        what_if=what_if,
        result=result,
        months=months_words(what_if),
        is_compared=result.get("compared_fen") is not None,
        charts=_charts(result) if result else {},
        shown=shown,
        **_rows_of(result, shown),
        **_places(result),
        others=[each for each in queries.all_what_ifs(session) if each.id != what_if.id] if result else [],
        job=job if running else None,
        failure=job_labels.error_sentence(job) if job and job.status is JobStatus.FAILED else "",
        job_labels=job_labels,
        may_ask=can(P.REBATES_POLICIES_WRITE),
    )


def _job(what_if: SavedWhatIf) -> Job | None:
    if what_if.job_id is None:
        return None
    try:
        return get_job(db.session(), what_if.job_id, owner_id=None)
    except NotFound:
        return None


def _charts(result: Mapping[str, Any]) -> dict[str, Any]:
    """Cost by period, and how many parties lie in which stretch, for the page's charts."""
    is_compared = result["compared_fen"] is not None
    periods = result["periods"]
    cost = [{"name": _("This policy"), "values": [each["total_fen"] / 100 for each in periods],
             "colour": "--q-teal-solid", "fallback": "#128090"}]  # fmt: skip
    if is_compared:
        before = [each.get("compared_fen", 0) / 100 for each in periods]
        cost.append({"name": _("In force"), "values": before, "colour": "--q-grey-solid", "fallback": "#75858c"})
    bars = result["histogram"]
    counted = [{"name": _("Parties"), "values": [bar["parties"] for bar in bars], "colour": "--q-blue-solid",
                "fallback": "#2f6fbf"}]  # fmt: skip
    return {
        "cost": {"categories": [each["period"] for each in periods], "series": cost},
        "histogram": {
            "categories": [format_yuan(bar["from_fen"], decimals=False) for bar in bars],
            "series": counted,
        },
    }


def _rows_of(result: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """A page of winners, losers, or those just under a tier."""
    every = result.get(SHOWN[shown], [])
    number = max(request.args.get("page", 1, type=int), 1)
    rows = every[(number - 1) * ROWS : number * ROWS]
    outlets = [row["outlet_id"] for row in rows if row["outlet_id"]]
    owners = [row["distributor_id"] for row in rows if not row["outlet_id"]]
    names = queries.names_of_parties(db.session(), outlets, owners)
    return {
        "rows": [(row, _name_of(row, names), _under_words(row)) for row in rows],
        "page": number,
        "pages": max(-(-len(every) // ROWS), 1),
        "kept": len(every),
    }


def _name_of(row: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    key = f"o{row['outlet_id']}" if row["outlet_id"] else f"d{row['distributor_id']}"
    return pick(*names[key]) if key in names else ""


def _under_words(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """(period, what is missing, what it would bring) of a party just under a tier."""
    under = row.get("under")
    if not under:
        return "", "", ""
    needs = under["needs"]
    in_yuan = "." in needs
    missing = format_yuan(int(Decimal(needs) * 100)) if in_yuan else _("%(number)s units", number=needs)
    return under["period"], missing, earning_words(under["pays"], under["would_earn"])


def _places(result: Mapping[str, Any]) -> dict[str, Any]:
    """Sums by prefecture, and the map of them where boundaries are built."""
    book, language = region_book(db.session()), current_language()
    sums: dict[str, dict[str, int]] = {}
    for county, of in result.get("regions", {}).items():
        entry = book.entries.get((RegionLevel.COUNTY, county))
        parent = entry.parent[1] if entry and entry.parent else county[:4]
        found = sums.setdefault(parent, {"parties": 0, "total_fen": 0, "compared_fen": 0})
        for key in found:
            found[key] += of[key]
    is_compared = result.get("compared_fen") is not None
    values = {
        code: of["total_fen"] - of["compared_fen"] if is_compared else of["total_fen"] for code, of in sums.items()
    }
    places = [(book.name(RegionLevel.PREFECTURE, code, language), of) for code, of in sums.items()]
    names = {code: book.name(RegionLevel.PREFECTURE, code, language) for code in sums}
    drawn = draw_regions(Path(current_app.config["GEODATA_DIR"]), values) if values else None
    titles = {code: f"{names[code]}: {format_yuan(value, decimals=False)}" for code, value in values.items()}
    return {"places": sorted(places, key=lambda each: -each[1]["total_fen"]), "region_map": drawn, "titles": titles}


@blueprint.get("/what-ifs/<int:what_if_id>/progress")
@requires(P.REBATES_SETTLEMENTS_READ)
def show_what_if_progress(what_if_id: int) -> Response:
    """The moving part of the page; once the work is over the page is loaded anew."""
    what_if = queries.get_what_if(db.session(), what_if_id)
    job = _job(what_if)
    answer = make_response(
        render_template("rebates/what_if_progress.html", what_if=what_if, job=job, job_labels=job_labels)
    )
    if job is None or is_over(job.status):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/what-ifs/<int:what_if_id>/compute")
@requires(P.REBATES_POLICIES_WRITE)
def compute_what_if(what_if_id: int) -> Response:
    """Compute it again: figures may have been amended since."""
    session = db.session()
    what_if = queries.get_what_if(session, what_if_id)
    try:
        services.start(session, what_if, actor=current_user)
        session.commit()
    except TooManyJobs as error:
        session.rollback()
        flash(str(job_labels.TOO_MANY) % error.details, "warning")
    return redirect(url_for("rebates.show_what_if", what_if_id=what_if_id))


@blueprint.post("/what-ifs/<int:what_if_id>/delete")
@requires(P.REBATES_POLICIES_WRITE)
def delete_what_if(what_if_id: int) -> Response:
    """Throw it away: it was never more than a question."""
    session = db.session()
    session.delete(queries.get_what_if(session, what_if_id))
    session.commit()
    flash(_("The what-if has been deleted."), "success")
    return redirect(url_for("rebates.list_what_ifs"))


@blueprint.get("/what-ifs/<int:what_if_id>/beside")
@requires(P.REBATES_SETTLEMENTS_READ)
def compare_what_ifs(what_if_id: int) -> str | Response:
    """Two what-ifs side by side (`other` in the query)."""
    session = db.session()
    one = queries.get_what_if(session, what_if_id)
    other_id = request.args.get("other", 0, type=int)
    if not other_id:
        return redirect(url_for("rebates.show_what_if", what_if_id=what_if_id))
    other = queries.get_what_if(session, other_id)
    return render_template(
        "rebates/what_if_compare.html",
        both=[(each, each.result or {}, months_words(each)) for each in (one, other)],
        periods=_beside(one.result or {}, other.result or {}),
    )


def _beside(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, int | None, int | None]]:
    """Period by period, what each comes to."""
    sums = [{each["period"]: each["total_fen"] for each in result.get("periods", [])} for result in (one, other)]
    return [(period, sums[0].get(period), sums[1].get(period)) for period in sorted({**sums[0], **sums[1]})]


@blueprint.post("/what-ifs/<int:what_if_id>/export/<kind>")
@requires(P.REBATES_SETTLEMENTS_READ)
def export_what_if(what_if_id: int, kind: str) -> Response:
    """Winners, losers, or those just under a tier (`show` in the query) as a file."""
    what_if = queries.get_what_if(db.session(), what_if_id)
    shown = request.args.get("show", "winners")
    if shown not in SHOWN:
        raise NotFound()
    columns = [
        Column(_("Party"), "text"),
        Column(_("Name"), "text", 28),
        Column(_("This policy"), "decimal"),
        Column(_("Compared with"), "decimal"),
        Column(_("Difference"), "decimal"),
    ]
    if shown == "under":
        columns += [Column(_("Period"), "text"), Column(_("Missing"), "text"), Column(_("Would bring"), "text")]
    rows = _cells((what_if.result or {}).get(SHOWN[shown], []), with_under=shown == "under")
    return export_table(kind, f"what-if-{what_if.id}-{shown}", columns, rows)


def _cells(rows: Sequence[Mapping[str, Any]], *, with_under: bool) -> Iterator[Sequence[Any]]:
    outlets = {row["outlet_id"] for row in rows if row["outlet_id"]}
    owners = {row["distributor_id"] for row in rows if not row["outlet_id"]}
    names = queries.names_of_parties(db.session(), outlets, owners)
    for row in rows:
        sums = [_yuan(row[key]) for key in ("total_fen", "compared_fen", "difference_fen")]
        yield [row["code"], _name_of(row, names), *sums, *(_under_words(row) if with_under else ())]
