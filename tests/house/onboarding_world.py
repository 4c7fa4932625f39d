"""A tenant's papers in onboarding: an application with everything that hangs on it, an exit, a promise, a candidate."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Flask

from portal import clock
from portal.network.models import Distributor, Outlet
from portal.network.rules import CityTier, OperatingMode, OutletStatus, StoreClass
from portal.onboarding.models import (
    Application,
    ApplicationFile,
    ApplicationFileKind,
    Candidate,
    CandidateEvent,
    ChecklistItem,
    ExitCase,
    OpeningReview,
    RecruitingStage,
    ReviewStep,
    ScoreSheet,
    SiteVisit,
    VisitPhoto,
)
from portal.onboarding.rules.openings import ChecklistKind
from portal.onboarding.rules.scores import Criterion
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.storage import Storage
from tests.factories import make_outlet, save

S = ApplicationStatus


def add_papers(
    app: Flask, marker: str, distributor: Distributor, outlet: Outlet, picture: bytes, area: Any
) -> dict[str, int]:
    """Ids by the name of the URL's argument: `application_id` is under review, `opening_id` is being opened."""
    under_review = _application(marker, distributor, S.AREA_REVIEW, 1, area)
    being_opened = _application(marker, distributor, S.OPENING, 2, area)
    kept = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(picture), f"{marker}.png", {"png"})
    stored = {"original_name": f"{marker}.png", "content_type": kept.content_type, "created_at": clock.now()}
    file = save(
        ApplicationFile(
            application_id=under_review.id,
            kind=ApplicationFileKind.STOREFRONT,
            storage_id=kept.storage_id,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            **stored,
        )
    )
    photo = _reviewed(app, marker, under_review, picture, stored)
    item = save(
        ChecklistItem(
            application_id=being_opened.id,
            kind=ChecklistKind.CONTRACT.value,
            owner_name=f"{marker} owner",
            note=f"{marker} note",
            due_on=date(2026, 12, 1),
        )
    )
    return {
        "application_id": under_review.id,
        "opening_id": being_opened.id,
        "file_id": file.id,
        "photo_id": photo.id,
        "item_id": item.id,
        **_of_outlet(marker, outlet, area),
    }


def _application(marker: str, distributor: Distributor, status: S, number: int, area: Any) -> Application:
    codes = ("province_code", "prefecture_code", "county_code")
    place = {name: getattr(distributor, name) for name in ("lng", "lat", *codes)}
    planned = make_outlet(
        distributor,
        area=area,
        code=f"N{number}-{marker}",
        name=f"{marker} planned {number}",
        name_en=f"{marker} planned {number}",
        status=OutletStatus.OPENING if status is S.OPENING else OutletStatus.APPLIED,
        opened_on=None,
        **place,
    )
    return save(
        Application(
            number=f"{marker}-{number}",
            client_key=f"{marker}-{number}",
            distributor_id=distributor.id,
            applicant_id=1,
            outlet_id=planned.id,
            status=status,
            chain=[stage.value for stage in (S.AREA_REVIEW, S.HEAD_OFFICE_REVIEW)],
            outlet_name=f"{marker} planned {number}",
            address=f"{marker} road",
            sales_area_id=area.id,
            store_class=StoreClass.C,
            city_tier=CityTier.THIRD,
            operating_mode=OperatingMode.FRANCHISE,
            capital_wan=200,
            volume_year_1=100,
            volume_year_2=110,
            volume_year_3=120,
            planned_open_on=date(2027, 1, 1),
            answers={"company": f"{marker} company", "contact": f"{marker} contact", "phone": f"{marker}-1"},
            submitted_at=clock.now(),
            due_on=date(2026, 12, 1),
            created_at=clock.now(),
            updated_at=clock.now(),
            **place,
        )
    )


def _reviewed(app: Flask, marker: str, application: Application, picture: bytes, stored: dict[str, Any]) -> VisitPhoto:
    """What reviewers noted: none of it is the applicant's to see."""
    save(
        ReviewStep(
            application_id=application.id,
            action=Action.SUBMIT,
            from_status=S.DRAFT,
            to_status=S.AREA_REVIEW,
            application_version=1,
            actor_id=1,
            actor_name=f"{marker} actor",
            reason=f"{marker} reason",
            happened_at=clock.now(),
        )
    )
    visit = save(
        SiteVisit(
            application_id=application.id,
            visitor_id=1,
            visitor_name=f"{marker} visitor",
            visited_on=date(2026, 11, 1),
            findings=f"{marker} findings",
            created_at=clock.now(),
        )
    )
    save(
        ScoreSheet(
            application_id=application.id,
            marks={criterion.value: 7 for criterion in Criterion},
            points=70,
            passed=True,
            note=f"{marker} note",
            scorer_id=1,
            scorer_name=f"{marker} scorer",
            created_at=clock.now(),
        )
    )
    kept = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(picture), f"{marker}.png", {"png"})
    return save(VisitPhoto(application_id=application.id, visit_id=visit.id, storage_id=kept.storage_id, **stored))


def _of_outlet(marker: str, outlet: Outlet, area: Any) -> dict[str, int]:
    case = save(
        ExitCase(
            outlet_id=outlet.id,
            open_key=outlet.id,
            reason=f"{marker} exit",
            notice_on=date(2026, 11, 1),
            handover_due_on=date(2026, 12, 1),
            requested_by_id=1,
            requested_by_name=f"{marker} asker",
            created_at=clock.now(),
        )
    )
    review = save(OpeningReview(outlet_id=outlet.id, months=6, due_on=date(2026, 7, 1), promised_qty=50))
    candidate = save(
        Candidate(
            name=f"{marker} candidate",
            stage=RecruitingStage.SURVEY,
            stage_on=date(2026, 11, 1),
            county_code=outlet.county_code,
            prefecture_code=outlet.prefecture_code,
            province_code=outlet.province_code,
            sales_area_id=area.id,
            owner_name=f"{marker} owner",
            next_step=f"{marker} step",
            next_on=date(2026, 12, 1),
            created_at=clock.now(),
        )
    )
    save(
        CandidateEvent(
            candidate_id=candidate.id,
            sales_area_id=area.id,
            to_stage="survey",
            reason=f"{marker} reason",
            actor_name="x",
            happened_on=date(2026, 11, 1),
            recorded_at=clock.now(),
        )
    )
    return {"case_id": case.id, "review_id": review.id, "candidate_id": candidate.id}
