"""Types of fields that many answers have. An answer is a TypedDict; the OpenAPI document is made from it."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339, in UTC, to the millisecond: `2026-11-24T09:00:00.000Z`."""
Date = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
"""`2026-11-24`."""


def one_of(*values: str) -> WithJsonSchema:
    """For `Annotated[str, one_of(...)]`: a code that is stored as text, with the values that the document names."""
    return WithJsonSchema({"type": "string", "enum": list(values)})
