"""What this room holds of persons: nothing of its own. The files are exports, and theirs to delete."""

from __future__ import annotations

from call24.kit.holdings import Holdings

HOLDS = Holdings(room="caller_files")
