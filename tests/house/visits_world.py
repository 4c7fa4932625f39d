"""A tenant's work in the field: an activity with a finding, a photo and an event."""

from __future__ import annotations

import io

from flask import Flask

from portal import clock
from portal.network.models import Distributor, Outlet
from portal.storage import Storage
from portal.visits.models import FieldActivity, FieldEvent, FieldFinding, FieldPhoto
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner, TaskStatus
from tests.factories import save


def add_field_work(app: Flask, marker: str, distributor: Distributor, outlet: Outlet, picture: bytes) -> dict[str, int]:
    """Ids by the name of the URL's argument; `field_photo_id` is the photo."""
    of = {"distributor_id": distributor.id, "outlet_id": outlet.id}
    activity = save(
        FieldActivity(
            **of,
            kind=ActivityKind.VISIT,
            status=ActivityStatus.SUBMITTED,
            planned_on=clock.today(),
            done_on=clock.today(),
            theme=f"{marker} theme",
            place=f"{marker} place",
            report=f"{marker} report",
            owner_id=1,
            owner_name=f"{marker} owner",
            created_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    finding = save(
        FieldFinding(
            **of,
            activity_id=activity.id,
            finding=f"{marker} finding",
            next_step=f"{marker} step",
            owner=TaskOwner.DISTRIBUTOR,
            due_on=clock.today(),
            status=TaskStatus.OPEN,
            created_by_name=f"{marker} owner",
            created_at=clock.now(),
        )
    )
    kept = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(picture), f"{marker}.png", {"png"})
    photo = save(
        FieldPhoto(
            **of,
            activity_id=activity.id,
            storage_id=kept.storage_id,
            original_name=f"{marker}.png",
            content_type=kept.content_type,
            sha256=kept.sha256,
            created_at=clock.now(),
        )
    )
    save(
        FieldEvent(
            **of,
            activity_id=activity.id,
            action="submit",
            to_status=ActivityStatus.SUBMITTED,
            reason=f"{marker} reason",
            actor_name=f"{marker} actor",
            happened_at=clock.now(),
        )
    )
    return {"activity_id": activity.id, "finding_id": finding.id, "field_photo_id": photo.id}
