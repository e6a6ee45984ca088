"""Which version of Call24 this is; pyproject.toml and web/package.json have the same (a test compares them)."""

from __future__ import annotations

VERSION = "0.1.0"
