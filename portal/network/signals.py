"""What the network tells the rooms above it, without knowing them.

outlet_moved       sender: the outlet; session, event (the LifeEvent). In the mover's transaction, after the flush.
distributor_moved  sender: the distributor; session, event.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
outlet_moved = _signals.signal("outlet-moved")
distributor_moved = _signals.signal("distributor-moved")
