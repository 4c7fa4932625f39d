"""What the field work tells whoever listens."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
# Sent with the activity as sender, and `session`, `action`, `actor`, inside the transaction.
activity_moved = _signals.signal("field-activity-moved")
