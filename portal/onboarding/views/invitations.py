"""From a candidate to an application: a signed link that a manager passes on to the distributor who applies."""

from __future__ import annotations

import hashlib

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput, NotFound
from portal.i18n import current_language
from portal.network.models import Distributor
from portal.network.queries.region_names import region_book
from portal.network.rules import DistributorStatus
from portal.onboarding.models import Candidate, RecruitingStage
from portal.onboarding.queries.application_lists import list_applicants
from portal.onboarding.services.applications import begin_application, save_application
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import place_words
from portal.permissions import Permission as P
from portal.scope import scope_of_system

SALT = "candidate for an application"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def invitation_url(candidate: Candidate) -> str:
    """The whole address that begins an application for the candidate: it names nobody and cannot be guessed."""
    token = _serializer().dumps(candidate.id)
    return url_for("onboarding.take_up_candidate", token=token, _external=True)


@blueprint.route("/applications/for/<token>", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_SUBMIT)
def take_up_candidate(token: str) -> str | Response:
    """What the link stands for, and the draft that it begins: one for each candidate and distributor."""
    session, candidate = db.session(), _candidate(token)
    owners = [each for each in list_applicants(session) if each.status is DistributorStatus.ACTIVE]
    if not owners:
        raise InvalidInput("no_distributor")
    chosen = next((each for each in owners if each.code == request.form.get("distributor")), owners[0])
    if request.method == "GET":
        place = place_words(region_book(session), candidate, current_language())
        return render_template("onboarding/candidate_take_up.html", candidate=candidate, place=place, owners=owners)
    application_id = _begin(candidate, chosen, token)
    session.commit()
    return redirect(url_for("onboarding.edit_application", application_id=application_id, step="place"))


def _candidate(token: str) -> Candidate:
    """The candidate that the link names. The applicant does not see recruiting: the product reads it for them."""
    session = db.session()
    try:
        candidate_id = _serializer().loads(token)
    except BadSignature:
        raise NotFound() from None
    with scope_of_system(session):
        candidate = session.scalar(select(Candidate).where(Candidate.id == candidate_id))
    if candidate is None or candidate.stage is RecruitingStage.DROPPED:
        raise NotFound()
    return candidate


def _begin(candidate: Candidate, distributor: Distributor, token: str) -> int:
    """The draft's id. Its key follows from the signed link, so that nobody else can have taken it."""
    session = db.session()
    key = hashlib.sha256(f"{token}:{distributor.id}".encode()).hexdigest()
    application = begin_application(session, client_key=key, distributor=distributor, applicant=current_user)
    if application.candidate_id is None:
        columns = {
            "outlet_name": candidate.name,
            "county_code": candidate.county_code,
            "address": candidate.address,
            "lng": candidate.lng,
            "lat": candidate.lat,
            "candidate_id": candidate.id,
            "predecessor_id": candidate.predecessor_id,
        }
        save_application(session, application, version=None, columns=columns, answers={})
    return application.id
