"""What the API answers about the privacy policy, for looking at the app without a server."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CALLERS = ("Phone numbers", "recognising the caller", "90 days", "legitimate interests", "the organisation's carrier")
TEXT = (
    ("title", "Privacy policy of Northwind"),
    ("paragraph", "Northwind uses Call24 to talk with the people who call it."),
    ("heading", "Whom to ask"),
    ("item", "Contact for privacy: privacy@northwind.example"),
    ("item", "Data protection officer: <b>Office of Data</b>"),
    ("heading", "What is kept about callers"),
    ("header", "What", "What for", "How long", "Legal basis", "Given to"),
    ("row", *CALLERS),
    ("row", "Names", "showing who calls", "90 days", "legitimate interests", ""),
)


def policy(*, due: bool, version: str = "2026-12-01", **more: str) -> Json:
    """`more`: a last paragraph, `added`."""
    text = [*TEXT, *(("paragraph", added) for added in more.values())]
    current = {
        "version": version,
        "effective": version,
        "material": True,
        "hash": f"hash-of-{version}",
        "address": f"/policy/1f3c/{version}",
    }
    blocks = [{"kind": kind, "cells": cells} for kind, *cells in text] if due else []
    return {"current": current, "upcoming": None, "to_accept": due, "text": blocks, "kept": [], "accepted": []}
