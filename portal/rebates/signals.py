"""What the rebates room tells whoever listens, and what it asks of rooms beside and above it."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
# Sent with a PartyKind as sender, and `session`, `first` and `last` (days) and `ids` (of outlets, or of
# distributors): whoever keeps cases answers with party id → confirmed violations.
violations_asked = _signals.signal("rebate-violations-asked")
# Sent with the version as sender, and `session`, `event`, `actor`, inside the transaction.
policy_moved = _signals.signal("rebate-policy-moved")
# Sent with the run as sender, and `session`, `event`, `actor`, inside the transaction.
run_moved = _signals.signal("rebate-run-moved")
# Sent with the dispute as sender, and `session`, `action`, `actor`, inside the transaction.
dispute_moved = _signals.signal("rebate-dispute-moved")
