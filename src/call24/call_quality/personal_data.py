"""What this room holds of persons: nothing. Its figures name a leg, and go with the call."""

from __future__ import annotations

from call24.kit.holdings import Holdings

HOLDS = Holdings(room="call_quality")
