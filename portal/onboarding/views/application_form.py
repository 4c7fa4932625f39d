"""The application form in the browser: a step at a time, saved as it is typed, never losing what was typed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotFound, QudaoError, StaleVersion
from portal.forms import labelled_choices
from portal.geo import Datum
from portal.i18n import pick
from portal.network.models import Distributor
from portal.network.rules import DistributorStatus
from portal.onboarding.forms.applications import FORMS, OwnershipStep, PlaceStep, SiteStep, texts_of
from portal.onboarding.forms.counties import county_text
from portal.onboarding.forms.steps import StepForm
from portal.onboarding.labels import APPLICATION_FILE_KIND, FORM_STEP, sentence_of
from portal.onboarding.models import Application
from portal.onboarding.queries.application_lists import (
    get_seen_application,
    list_applicants,
    list_files,
    list_incumbents,
)
from portal.onboarding.rules.answers import FIELDS_OF_STEP, MAX_SHAREHOLDERS, FormStep, step_after, step_before
from portal.onboarding.services.applications import TYPED, begin_application, check_editable, save_application
from portal.onboarding.services.reviews import missing_of
from portal.onboarding.views import blueprint
from portal.onboarding.views.application_files import Uploads, receive_uploads
from portal.onboarding.views.merging import Difference, differences
from portal.onboarding.views.pins import pin_map_config, place_notes, warn_of_county
from portal.permissions import Permission as P

# Under this key the answers remember which page saved last: one's own second save is nobody's conflict.
PAGE = "page"


@blueprint.route("/applications/new", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def new_application() -> str | Response | tuple[str, int]:
    """The first step of an application that is not there yet; the first save makes it."""
    form = PlaceStep() if request.method == "POST" else PlaceStep(data={"client_key": secrets.token_hex(16)})
    owners = _offer_distributors(form)
    if request.method == "GET":
        return _step_page(form, None)
    form.validate()
    application = _begin(form, owners)
    return _save_and_go(application, form, Uploads())


@blueprint.post("/applications/new.json")
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def autosave_new_application() -> JsonResponse | tuple[JsonResponse, int]:
    """Saves the first step while it is typed; the same key always means the same draft."""
    form = PlaceStep()
    form.validate()
    return _autosave(lambda: _begin(form, _offer_distributors(form)), form)


@blueprint.route("/applications/<int:application_id>/edit/<step>", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def edit_application(application_id: int, step: str) -> str | Response | tuple[str, int]:
    """One step of the form."""
    kind = _step(step)
    # Pictures are worked on before the transaction that writes begins: others need not wait for them.
    uploads = receive_uploads() if request.method == "POST" and kind is FormStep.SITE else Uploads()
    try:
        application = get_seen_application(db.session(), application_id)
        check_editable(application)
        if request.method == "GET":
            return _step_page(filled_form(application, kind), application)
        form = _sent_form(application, kind)
        form.validate()
        return _save_and_go(application, form, uploads)
    except IllegalMove as error:
        uploads.discard()
        flash(sentence_of(error), "danger")
        return redirect(url_for("onboarding.show_application", application_id=application_id))
    except BaseException:
        uploads.discard()
        raise


@blueprint.post("/applications/<int:application_id>/edit/<step>.json")
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def autosave_application(application_id: int, step: str) -> JsonResponse | tuple[JsonResponse, int]:
    """Saves a step while it is typed."""
    application = get_seen_application(db.session(), application_id)
    form = _sent_form(application, _step(step))
    form.validate()
    return _autosave(lambda: application, form)


def filled_form(application: Application, step: FormStep) -> StepForm:
    """The step as it was saved, misfits as they were typed, with their errors."""
    form = _prepared(application, FORMS[step](texts_of(step_values(application, step))))
    form.show_typed_errors(application.answers.get(TYPED, {}))
    return form


def _sent_form(application: Application, step: FormStep) -> StepForm:
    return _prepared(application, FORMS[step]())


def _prepared(application: Application, form: StepForm) -> StepForm:
    if isinstance(form, SiteStep):
        form.offer({code: f"{code} · {name}" for code, name in list_incumbents(db.session(), application)})
    return form


def step_values(application: Application, step: FormStep) -> dict[str, Any]:
    """What the fields of a step show."""
    answers = application.answers
    values = {name: getattr(application, name, answers.get(name)) for name in FIELDS_OF_STEP[step]}
    if step is FormStep.PLACE:
        values |= {"county": county_text(application.county_code), "datum": Datum.WGS84.value}
    typed = {name: text for name, text in answers.get(TYPED, {}).items() if name in values}
    return values | typed | {"version": str(application.version)}


def problems_of(application: Application) -> dict[str, str]:
    """Field → what is wrong with it or missing, over all steps: what the form says, and what the guard will ask."""
    found: dict[str, str] = {}
    for step in FormStep:
        form = _saved_form(application, step)
        for name, errors in form.errors.items():
            at = _NAMED_OTHERWISE.get(name or "", name or "shareholders")
            found.setdefault(at, " ".join(dict.fromkeys(_sentences(errors))))
    for name in missing_of(db.session(), application):
        found.setdefault(_NAMED_OTHERWISE.get(name, name), _("Still missing."))
    return found


# Fields whose errors stand elsewhere on the check page.
_NAMED_OTHERWISE = {"lat": "lng", "datum": "lng", "county": "county_code"}


def _sentences(errors: Any) -> Iterator[str]:
    """The sentences in the errors of a field, of a list of rows or of a form."""
    if isinstance(errors, dict):
        errors = errors.values()
    for each in errors:
        if isinstance(each, dict | list | tuple):
            yield from _sentences(each)
        else:
            yield str(each)


def _step(text: str) -> FormStep:
    try:
        return FormStep(text)
    except ValueError:
        raise NotFound() from None


def _offer_distributors(form: PlaceStep) -> dict[str, Distributor]:
    """The distributors that the reader may apply for; asked only where there are several."""
    found = [each for each in list_applicants(db.session()) if each.status is DistributorStatus.ACTIVE]
    if not found:
        raise InvalidInput("no_distributor")
    form.distributor.choices = labelled_choices({each.code: pick(each.name, each.name_en) for each in found})
    if len(found) == 1:
        form.distributor.data = found[0].code
    return {each.code: each for each in found}


def _begin(form: PlaceStep, owners: dict[str, Distributor]) -> Application:
    key = form.client_key.data or ""
    owner = owners.get(form.distributor.data or "")
    if not (8 <= len(key) <= 64) or owner is None:
        raise InvalidInput("no_distributor")
    return begin_application(db.session(), client_key=key, distributor=owner, applicant=current_user)


def _save(application: Application, form: StepForm, *, version: int | None) -> None:
    """Save what fits and what does not; a rule of the services that is broken goes to its field. Commits nothing."""
    try:
        _save_facts(application, form, version)
    except InvalidInput as error:
        if not _take_error(form, error):
            raise
        _save_facts(application, form, version)


def _save_facts(application: Application, form: StepForm, version: int | None) -> None:
    facts, before = form.facts(), application.answers.get(TYPED, {})
    others = {name: text for name, text in before.items() if name not in form}
    answers = {**facts.answers, TYPED: others | facts.typed, PAGE: request.form.get("page", "")[:40]}
    save_application(db.session(), application, version=version, columns=facts.columns, answers=answers)


def _take_error(form: StepForm, error: InvalidInput) -> bool:
    """Put the error to the field that it names; False where the form has no such field."""
    name = str(error.details.get("field", ""))
    field = form._fields.get("county" if name == "county_code" and "county" in form else name)
    if field is None:
        return False
    field.errors = [*field.errors, sentence_of(error)]
    if name in ("lng", "county_code") and "lat" in form:
        form["lat"].errors = [*form["lat"].errors]
    return True


def _is_own_page(application: Application) -> bool:
    """Whether this very page saved last: its next save only comes too early to know of the one before."""
    page = request.form.get("page", "")
    return bool(page) and application.answers.get(PAGE) == page


def _version(application: Application, form: StepForm) -> int | None:
    return None if _is_own_page(application) else form.read_version


def _save_and_go(application: Application, form: StepForm, uploads: Uploads) -> str | Response | tuple[str, int]:
    session, application_id = db.session(), application.id
    try:
        _save(application, form, version=_version(application, form))
        removed = uploads.attach(application)
    except StaleVersion:
        session.rollback()
        application = get_seen_application(session, application_id)
        found = differences(form, _saved_form(application, form.step))
        if found:
            uploads.discard()
            form.version.data = str(application.version)
            return _step_page(form, application, found=found), 409
        _save(application, form, version=None)
        removed = uploads.attach(application)
    application_id = application.id
    session.commit()
    uploads.finish(removed)
    warn_of_county(application, form)
    return _where_next(application, form, uploads)


def _saved_form(application: Application, step: FormStep) -> StepForm:
    form = _prepared(application, FORMS[step](texts_of(step_values(application, step)), meta={"csrf": False}))
    form.validate()
    return form


def _where_next(application: Application, form: StepForm, uploads: Uploads) -> str | Response:
    then, step = request.form.get("then", "next"), form.step
    if then == "later":
        flash(_("Saved. You can go on at any time."), "success")
        return redirect(url_for("onboarding.show_application", application_id=application.id))
    if then in ("stay", "row") or "remove" in request.form or uploads.refused:
        shown = filled_form(application, step)
        if then == "row" and isinstance(shown, OwnershipStep) and len(shown.shareholders) < MAX_SHAREHOLDERS:
            shown.shareholders.append_entry()
        return _step_page(shown, application, refused=uploads.refused)
    if form.errors:
        form.version.data = str(application.version)
        return _step_page(form, application)
    if request.form.get("back_to") == "check" or step_after(step) is None:
        return redirect(url_for("onboarding.check_application", application_id=application.id))
    return redirect(url_for("onboarding.edit_application", application_id=application.id, step=str(step_after(step))))


def _autosave(find: Any, form: StepForm) -> JsonResponse | tuple[JsonResponse, int]:
    session = db.session()
    try:
        application = find()
        _save(application, form, version=_version(application, form))
        session.commit()
    except StaleVersion:
        session.rollback()
        words = _("Somebody else saved this step meanwhile. Press “Save and continue” to compare the two.")
        return jsonify(error="stale_version", message=words), 409
    except QudaoError as error:
        session.rollback()
        return jsonify(error=error.code, message=sentence_of(error)), error.status
    at = clock.now().astimezone(clock.BUSINESS_ZONE)
    return jsonify(
        version=application.version,
        message=_("Saved at %(time)s", time=f"{at:%H:%M}"),
        edit=url_for("onboarding.edit_application", application_id=application.id, step=form.step.value),
        autosave=url_for("onboarding.autosave_application", application_id=application.id, step=form.step.value),
        sheet=url_for("onboarding.site_sheet_part", application_id=application.id),
        notes=place_notes(application),
    )


def _seat(application: Application | None) -> tuple[float, float] | None:
    """Where the applicant has its seat: sites are seldom far from it."""
    owners = [application.distributor] if application else list_applicants(db.session())
    seats = [(each.lat, each.lng) for each in owners if each.lat is not None and each.lng is not None]
    return seats[0] if seats else None


def _step_page(
    form: StepForm,
    application: Application | None,
    *,
    found: list[Difference] | None = None,
    refused: list[str] | None = None,
) -> str:
    step, previous = form.step, step_before(form.step)
    number = application.id if application else None
    return render_template(
        "onboarding/application_step.html",
        form=form,
        application=application,
        step=step,
        steps=[(each, FORM_STEP[each]) for each in FormStep],
        place_of_step=list(FormStep).index(step) + 1,
        title=FORM_STEP[step],
        page_key=secrets.token_hex(8),
        previous=previous,
        differences=found or [],
        refused=refused or [],
        back_to=request.args.get("back", "") or request.form.get("back_to", ""),
        files=list_files(db.session(), application) if application and step is FormStep.SITE else [],
        file_kinds=APPLICATION_FILE_KIND,
        pin_map=pin_map_config(_seat(application)) if step is FormStep.PLACE else None,
        notes=place_notes(application) if application else {},
        autosave_url=url_for("onboarding.autosave_application", application_id=number, step=step.value)
        if number
        else url_for("onboarding.autosave_new_application"),
        sheet_url=url_for("onboarding.site_sheet_part", application_id=number) if number else "",
    )
