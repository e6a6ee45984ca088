"""What draft-ietf-vcon-vcon-core says of what Call24 writes: written after the draft, not after the code."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

UUID8 = r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
DISPOSITIONS = ("no-answer", "congestion", "failed", "busy", "hung-up", "voicemail-no-message")


def checked(vcon: dict[str, Any]) -> None:
    """Raises: AssertionError."""
    assert vcon["vcon"] == "0.4.0" and re.fullmatch(UUID8, vcon["uuid"])
    assert datetime.fromisoformat(vcon["created_at"]).tzinfo is not None
    assert set(vcon["extensions"]) == {"CC", "lawful_basis"} and "critical" not in vcon
    for party in vcon["parties"]:
        assert set(party) <= {"tel", "name", "validation", "type", "role"}
        assert party["type"] in ("person", "bot", "organization")
    for dialog in vcon["dialog"]:
        _dialog(dialog, len(vcon["parties"]), len(vcon["dialog"]))
    for one in vcon["attachments"]:
        assert {"start", "party", "dialog", "mediatype", "encoding", "body"} <= set(one)
        assert one["party"] < len(vcon["parties"]) and one["dialog"] < len(vcon["dialog"])
    for one in vcon["analysis"]:
        assert {"type", "vendor", "encoding", "body"} <= set(one) and one["dialog"] < len(vcon["dialog"])


def _dialog(dialog: dict[str, Any], parties: int, dialogs: int) -> None:
    content = {"url", "content_hash", "body", "encoding"} & set(dialog)
    places = [one for item in dialog.get("parties", []) for one in (item if isinstance(item, list) else [item])]
    assert all(one is None or 0 <= one < parties for one in places)
    assert ("disposition" in dialog) == (dialog["type"] == "incomplete")
    if dialog["type"] == "recording":
        assert dialog["mediatype"] == "audio/x-wav" and dialog["duration"] >= 0
        assert content in (set(), {"url", "content_hash"}, {"body", "encoding"})
        assert re.fullmatch(r"sha512-[A-Za-z0-9_-]{86}", dialog.get("content_hash", "sha512-" + "x" * 86))
    elif dialog["type"] == "incomplete":
        assert not content and dialog["disposition"] in DISPOSITIONS
    else:
        assert dialog["type"] == "transfer" and not content
        assert not {"parties", "originator", "mediatype", "filename"} & set(dialog)
        assert {dialog[role] for role in ("transferee", "transferor", "transfer_target")} <= set(range(parties))
        assert {dialog["original"], dialog["target_dialog"]} <= set(range(dialogs))
