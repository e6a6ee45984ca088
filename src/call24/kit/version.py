"""Which version of Call24 this is. `python -m tests.pinned.release` writes it here and where else it is told."""

from __future__ import annotations

VERSION = "0.2.0"
SCHEMA = 2
"""The number of the newest migration (migrations/steps.py; a test compares them)."""
