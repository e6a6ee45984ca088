"""The languages that people are written to: in e-mails, and in what a browser or phone shows."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "mn"]
"""A code of BCP 47. Stored, and part of the API: never renamed."""
