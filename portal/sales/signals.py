"""What the monthly report tells whoever listens, and what it asks of rooms above."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
# Sent with the report as sender, and `session`, `event`, `actor`, inside the transaction.
report_moved = _signals.signal("report-moved")
# Sent with the period as sender, and `session`, `action`, `actor`, `reopening` (or None), inside the transaction.
period_moved = _signals.signal("period-moved")
# Sent with the amendment as sender, and `session`, `action`, `actor`, inside the transaction.
amendment_moved = _signals.signal("amendment-moved")
# Sent with a distributor's id as sender, and `session`, `months`: whoever knows a quota or a tier answers with a
# mapping (outlet id or None, month) → the units from which something is paid, in order.
thresholds_asked = _signals.signal("thresholds-asked")
# Sent with a Grouping as sender, and `session`, `wanted` (a FigureFilter) and `keys` of rows: whoever knows quotas
# answers with a mapping key → (units sold of what has a quota, units of the quota).
attainment_asked = _signals.signal("attainment-asked")
