"""What this room holds of calls: ids of those whose records differ. The sweeper deletes it on its day."""

from __future__ import annotations

from call24.kit.holdings import Holdings

HOLDS = Holdings(room="reconciliation")
