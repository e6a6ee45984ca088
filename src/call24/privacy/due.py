"""Which documents have a day on which they go, by the data map: for the watch and the backstop. Pure."""

from __future__ import annotations

from datetime import timedelta

from call24.data_map import Document, OnItsDay, WithCall, documents

LATE = timedelta(days=1)
"""What is still there so long after its day is overdue: the sweeper should have deleted it."""


def due_by(document: Document) -> str | None:
    """The field with the day on which it goes; None where it has none of its own, or may stay longer."""
    match document.kept:
        case OnItsDay(field=field, strict=True):
            return field
        case WithCall() if "delete_at" in document.facts:
            return "delete_at"
    return None


def with_a_day() -> list[tuple[Document, str]]:
    """All that go on a day of their own, with the field that has it."""
    return [(document, field) for document in documents() if (field := due_by(document)) is not None]
