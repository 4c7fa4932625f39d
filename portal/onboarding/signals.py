"""What onboarding tells whoever listens."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
# Sent with the application as sender, and `session`, `step`, `actor`, inside the transaction.
application_moved = _signals.signal("application-moved")
# Sent with the exit case as sender, and `session`: rooms above begin the final settlement.
final_settlement_due = _signals.signal("final-settlement-due")
