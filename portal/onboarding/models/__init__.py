"""Tables of onboarding."""

from portal.onboarding.models.applications import (
    Application,
    ApplicationFile,
    ApplicationFileKind,
    ReviewStep,
    ScoreSheet,
    SiteVisit,
    VisitPhoto,
)
from portal.onboarding.models.openings import ChecklistItem, ExitCase, ExitStage, OpeningReview
from portal.onboarding.models.recruiting import Candidate, CandidateEvent, Delegation, RecruitingStage, RolloutLine

__all__ = [
    "Application",
    "ApplicationFile",
    "ApplicationFileKind",
    "Candidate",
    "CandidateEvent",
    "ChecklistItem",
    "Delegation",
    "ExitCase",
    "ExitStage",
    "OpeningReview",
    "RecruitingStage",
    "ReviewStep",
    "RolloutLine",
    "ScoreSheet",
    "SiteVisit",
    "VisitPhoto",
]
