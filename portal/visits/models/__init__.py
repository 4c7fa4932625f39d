"""Tables of the field work."""

from portal.visits.models.activities import ActivityNorm, FieldActivity, FieldEvent, FieldFinding, FieldPhoto

__all__ = ["ActivityNorm", "FieldActivity", "FieldEvent", "FieldFinding", "FieldPhoto"]
