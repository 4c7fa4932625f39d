"""Recruiting: the pipeline as a board and as a list, one candidate, its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.labels import OUTLET_STATUS, OUTLET_STATUS_COLOUR
from portal.network.queries.lists import Named, list_areas
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.onboarding.forms.candidates import CandidateForm, NewCandidateForm, StageForm, candidate_spec
from portal.onboarding.forms.reviews import take_error
from portal.onboarding.labels import APPLICATION_STATUS, APPLICATION_STATUS_COLOUR
from portal.onboarding.models import Candidate, RecruitingStage
from portal.onboarding.queries import candidates as queries
from portal.onboarding.review_labels import (
    QUALITY,
    SIGNING,
    SIZE,
    STAGE,
    STAGE_COLOUR,
    TARGET_CLASS,
    TARGET_CLASS_COLOUR,
)
from portal.onboarding.rules.recruiting import DROPPED, next_stages
from portal.onboarding.rules.scores import TargetClass
from portal.onboarding.services.recruiting import add_candidate, edit_candidate, move_candidate
from portal.onboarding.views import blueprint
from portal.onboarding.views.invitations import invitation_url
from portal.onboarding.views.queue import late_words, place_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState


@blueprint.get("/candidates")
@requires(P.ONBOARDING_CANDIDATES_READ)
def list_candidates() -> str:
    """The board: a column a stage, what is due first on top."""
    session, areas = db.session(), list_areas(db.session())
    state = _state("onboarding.list_candidates", areas, with_stages=False)
    wanted = _wanted(state)
    counts = queries.count_by_stage(session, wanted)
    return render_template(
        "onboarding/candidate_board.html",
        state=state,
        board=_board(queries.list_board(session, wanted), areas),
        counts=counts,
        today=clock.today().isoformat(),
        ended=[(stage, counts.get(stage, 0)) for stage in queries.ENDED],
        may_write=can(P.ONBOARDING_CANDIDATES_WRITE),
        next_stages=next_stages,
        **_words(),
    )


def _board(
    found: Mapping[RecruitingStage, Sequence[Any]], areas: Sequence[Named]
) -> dict[RecruitingStage, tuple[int, dict[str, Sequence[str]]]]:
    """Stage → how many cards, and their words by column. The words of all stages are made in one go."""
    cells = _cells([row for rows in found.values() for row in rows], areas)
    board, first = {}, 0
    for stage, rows in found.items():
        last = first + len(rows)
        board[stage] = (len(rows), {name: words[first:last] for name, words in cells.items()})
        first = last
    return board


@blueprint.get("/candidates/list")
@requires(P.ONBOARDING_CANDIDATES_READ)
def table_candidates() -> str:
    """The same as a list."""
    session, areas = db.session(), list_areas(db.session())
    state = _state("onboarding.table_candidates", areas, with_stages=True)
    order = state.order(Candidate.id)
    page, count = queries.list_candidates(session, _wanted(state), order=order, cursor=state.cursor, size=state.size)
    cells = _cells(page.rows, areas)
    return render_template("onboarding/candidate_list.html", state=state, page=page, count=count, cells=cells)


@blueprint.post("/candidates/export/<kind>")
@requires(P.ONBOARDING_CANDIDATES_READ)
def export_candidates(kind: str) -> FileResponse:
    """The filtered candidates as a file."""
    areas = list_areas(db.session())
    wanted = _wanted(_state("onboarding.table_candidates", areas, with_stages=True))
    return export_table(kind, "candidates", _columns(), _lines(queries.stream_candidates(db.session(), wanted), areas))


def _state(endpoint: str, areas: Sequence[Named], *, with_stages: bool) -> ListState:
    session, language = db.session(), current_language()
    book = region_book(session)
    codes = queries.list_prefectures(session)
    prefectures = {code: book.name(RegionLevel.PREFECTURE, code, language) for code in codes}
    return candidate_spec(prefectures, areas, with_stages=with_stages).read(url_for(endpoint), request.args)


def _wanted(state: ListState) -> queries.CandidateFilter:
    regions = (value.partition(":") for value in state.chosen("region"))
    return queries.CandidateFilter(
        text=state.text,
        stages=tuple(RecruitingStage(value) for value in state.chosen("stage")),
        classes=tuple(TargetClass(value) for value in state.chosen("class")),
        areas=state.chosen("area"),
        regions=tuple((RegionLevel(level), code) for level, _sign, code in regions),
        late_on=clock.today() if state.chosen("late") else None,
    )


def _words() -> dict[str, Any]:
    return {
        "stages": STAGE,
        "stage_colours": STAGE_COLOUR,
        "classes": TARGET_CLASS,
        "class_colours": TARGET_CLASS_COLOUR,
    }


def _cells(rows: Sequence[Any], areas: Sequence[Named]) -> dict[str, Sequence[str]]:
    """The words of cards and lines by column."""
    if not rows:
        return {}
    language, of = current_language(), columns_of(rows)
    names = {area.id: area.name(language) for area in areas}
    classes, again = draw_badges(TARGET_CLASS, TARGET_CLASS_COLOUR), " · " + _("redevelopment")
    stages, days = draw_badges(STAGE, STAGE_COLOUR), {None: ""} | _day_words({*of.next_on, *of.stage_on} - {None})
    lateness, stands = {day: _late(day) for day in set(of.next_on)}, zip(of.stage, of.next_on, strict=True)
    return {
        "id": [str(key) for key in of.id],
        "version": [str(version) for version in of.version],
        "name": of.name,
        "stage": [stages[stage] for stage in of.stage],
        "class": [classes[found] if found else Markup() for found in of.target_class],
        "place": region_book(db.session()).places(of.prefecture_code, of.county_code, language),
        "area": [names.get(area_id, "") for area_id in of.sales_area_id],
        "again": ["" if outlet_id is None else again for outlet_id in of.predecessor_id],
        "step": of.next_step,
        "on": [days[day] for day in of.next_on],
        "plan": [" · ".join(filter(None, (step, days[on]))) for step, on in zip(of.next_step, of.next_on, strict=True)],
        "late": [lateness[day] if stage not in queries.ENDED else Markup() for stage, day in stands],
        "owner": of.owner_name,
        "since": [days[day] for day in of.stage_on],
    }


def _day_words(days: set[date]) -> dict[date | None, str]:
    return {day: format_date(day, current_language()) for day in days}


def _late(day: date | None) -> Markup:
    words = late_words(day)
    return Markup(' <span class="q-late">{}</span>').format(words) if words else Markup()


def _columns() -> list[Column]:
    return [
        Column(_("Name"), "text", 28),
        Column(_("Stage"), "text"),
        Column(_("At this stage since"), "date"),
        Column(_("Class of target"), "text"),
        Column(_("Quality for the brand"), "text"),
        Column(_("Size"), "text"),
        Column(_("Relationship"), "text"),
        Column(_("Sales area"), "text"),
        Column(_("Region"), "text", 22),
        Column(_("Address"), "text", 30),
        Column(_("Next step"), "text", 28),
        Column(_("Due"), "date"),
        Column(_("Owner"), "text"),
        Column(_("How it was signed"), "text"),
        Column(_("Dropped because"), "text", 28),
        Column(_("Note"), "text", 40),
    ]


def _lines(rows: Any, areas: Sequence[Named]) -> Iterator[Sequence[Any]]:
    book, language = region_book(db.session()), current_language()
    names = {area.id: area.name(language) for area in areas}
    for row in rows:
        yield [
            row.name,
            str(STAGE[row.stage]),
            row.stage_on,
            str(TARGET_CLASS[row.target_class]) if row.target_class else "",
            str(QUALITY[row.quality]) if row.quality else "",
            str(SIZE[row.size]) if row.size else "",
            _("Yes") if row.is_related else "",
            names.get(row.sales_area_id, ""),
            place_words(book, row, language),
            row.address,
            row.next_step,
            row.next_on,
            row.owner_name,
            str(SIGNING.get(row.signing, "")),
            row.drop_reason,
            row.note,
        ]


@blueprint.get("/candidates/<int:candidate_id>")
@requires(P.ONBOARDING_CANDIDATES_READ)
def show_candidate(candidate_id: int) -> str:
    """One candidate: what is known, the next step, the history, and what stood there before."""
    session = db.session()
    candidate = queries.get_candidate(session, candidate_id)
    is_open = candidate.stage not in queries.ENDED
    return render_template(
        "onboarding/candidate_page.html",
        candidate=candidate,
        place=place_words(region_book(session), candidate, current_language()),
        late=late_words(candidate.next_on) if is_open else "",
        next_stages=next_stages(candidate.stage.value) if can(P.ONBOARDING_CANDIDATES_WRITE) else (),
        drop_word=pgettext("recruiting", "Drop"),
        may_write=can(P.ONBOARDING_CANDIDATES_WRITE) and is_open,
        predecessor=queries.get_predecessor(session, candidate),
        applications=queries.list_applications_of(session, candidate),
        invitation=invitation_url(candidate) if candidate.stage.value != DROPPED else "",
        qualities=QUALITY,
        sizes=SIZE,
        signings=SIGNING,
        statuses=OUTLET_STATUS,
        colours=OUTLET_STATUS_COLOUR,
        application_statuses=APPLICATION_STATUS,
        application_colours=APPLICATION_STATUS_COLOUR,
        **_words(),
    )


@blueprint.route("/candidates/new", methods=["GET", "POST"])
@requires(P.ONBOARDING_CANDIDATES_WRITE)
def new_candidate() -> str | Response:
    """Put a name into the pipeline."""
    session, form = db.session(), NewCandidateForm(data={"owner": str(current_user.id)})
    form.offer(queries.list_owners(session), also=(current_user.id, current_user.name))
    if form.validate_on_submit():
        try:
            facts = {name: value for name, value in form.facts().items() if name not in ("name", "note")}
            candidate = add_candidate(
                session,
                actor=current_user,
                name=form.name.data or "",
                county_code=form.county_code,
                note=form.note.data or "",
                **facts,
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The candidate is in the pipeline."), "success")
            return redirect(url_for("onboarding.show_candidate", candidate_id=candidate.id))
    return render_template("onboarding/candidate_new.html", form=form)


@blueprint.route("/candidates/<int:candidate_id>/edit", methods=["GET", "POST"])
@requires(P.ONBOARDING_CANDIDATES_WRITE)
def change_candidate(candidate_id: int) -> str | Response | tuple[str, int]:
    """Change what is known of a candidate."""
    session = db.session()
    candidate = queries.get_candidate(session, candidate_id)
    form = CandidateForm(obj=candidate, data={"owner": str(candidate.owner_id or "")})
    form.offer(queries.list_owners(session), also=(candidate.owner_id, candidate.owner_name))
    if form.validate_on_submit():
        try:
            edit_candidate(session, candidate, version=form.read_version or 0, **form.facts())
        except StaleVersion:
            session.rollback()
            candidate = queries.get_candidate(session, candidate_id)
            return _edit_page(candidate, form, is_stale=True), 409
        session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("onboarding.show_candidate", candidate_id=candidate_id))
    return _edit_page(candidate, form)


def _edit_page(candidate: Candidate, form: CandidateForm, *, is_stale: bool = False) -> str:
    fields = _differences(candidate, form) if is_stale else []
    if is_stale:
        form.version.data = str(candidate.version)
    return render_template(
        "onboarding/candidate_edit.html", candidate=candidate, form=form, is_stale=is_stale, differences=fields
    )


def _differences(candidate: Candidate, form: CandidateForm) -> list[tuple[str, str, str]]:
    """Field, what the reader typed, what is saved now; only where they differ."""
    words: dict[str, Any] = {"quality": QUALITY, "size": SIZE}
    found = []
    for name, value in form.facts().items():
        saved = getattr(candidate, name)
        if name == "owner_id" or saved == value:
            continue
        label = form["owner" if name == "owner_name" else name].label.text
        found.append((str(label), _shown(words.get(name), value), _shown(words.get(name), saved)))
    return found


def _shown(words: Any, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(words[value]) if words else str(value)


@blueprint.route("/candidates/<int:candidate_id>/move", methods=["GET", "POST"])
@requires(P.ONBOARDING_CANDIDATES_WRITE)
def change_stage(candidate_id: int) -> str | Response | tuple[str, int]:
    """One step on, one back, or out; whatever the step needs is asked here."""
    session = db.session()
    candidate = queries.get_candidate(session, candidate_id)
    form = StageForm(data={"to": request.args.get("to", ""), "version": candidate.version})
    form.offer(next_stages(candidate.stage.value))
    if not form.validate_on_submit():
        return _stage_page(candidate, form)
    try:
        move_candidate(
            session,
            candidate,
            RecruitingStage(form.to.data),
            actor=current_user,
            version=form.read_version or 0,
            reason=form.reason.data or "",
            signing=form.signing.data or "",
            on=form.on.data,
        )
    except InvalidInput as error:
        session.rollback()
        take_error(form, error)
        return _stage_page(queries.get_candidate(session, candidate_id), form)
    except (StaleVersion, IllegalMove):
        session.rollback()
        candidate = queries.get_candidate(session, candidate_id)
        form.offer(next_stages(candidate.stage.value))
        form.version.data = str(candidate.version)
        return _stage_page(candidate, form, is_stale=True), 409
    session.commit()
    flash(_("%(name)s: %(stage)s.", name=candidate.name, stage=STAGE[candidate.stage]), "success")
    if request.form.get("back") == "board":
        return redirect(url_for("onboarding.list_candidates"))
    return redirect(url_for("onboarding.show_candidate", candidate_id=candidate_id))


def _stage_page(candidate: Candidate, form: StageForm, *, is_stale: bool = False) -> str:
    return render_template(
        "onboarding/candidate_move.html",
        candidate=candidate,
        form=form,
        is_stale=is_stale,
        back=request.values.get("back", ""),
        is_possible=bool(next_stages(candidate.stage.value)),
        **_words(),
    )
