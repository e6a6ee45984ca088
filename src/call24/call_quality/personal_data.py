"""What this room holds of persons: how an agent's line sounded. A leg is named and no person, and the call record says
whose leg it is; so figures are found by the call, and go with it.
"""

from __future__ import annotations

from call24.kit.holdings import Holdings

HOLDS = Holdings(room="call_quality")
