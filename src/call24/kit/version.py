"""Which version of Call24 this is; pyproject.toml and web/package.json have the same (a test compares them)."""

from __future__ import annotations

VERSION = "0.1.0"
SCHEMA = 2
"""The number of the newest migration (migrations/steps.py; a test compares them)."""
