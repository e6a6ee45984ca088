"""What a note may say, and who may write it. Pure."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from call24.call_records.model import CallRecord
from call24.kit.errors import Invalid
from call24.kit.ids import UserId

TEXT_MAX = 4_000
"""Characters."""
HELD_AFTER = timedelta(days=1)
"""After the end of a call: by then its note is written, and a legal hold keeps it as it is."""
_REFUSED = frozenset({"Cc", "Cs"})
"""Control characters and halves of pairs. Source: Unicode, general categories."""


def check_text(text: str) -> str:
    """Several lines; spaces at their ends and empty lines around all are dropped. Raises: Invalid."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if any(unicodedata.category(each) in _REFUSED for line in lines for each in line if each != "\t"):
        raise Invalid(errors=[("text", "no control characters but tabs and line breaks")])
    clean = "\n".join(lines).strip("\n")
    if len(clean) > TEXT_MAX:
        raise Invalid(errors=[("text", f"at most {TEXT_MAX} characters")])
    return clean


def is_theirs(call: CallRecord, user_id: UserId) -> bool:
    """Whether it rings at this user, or they ever had it."""
    rings = any(one.agent_id == user_id and one.outcome is None and one.purpose != "consult" for one in call.offers)
    return rings or call.had(user_id)


def is_settled(call: CallRecord, now: datetime) -> bool:
    """Whether a legal hold keeps its note from being changed."""
    return call.ended_at is not None and now >= call.ended_at + HELD_AFTER
