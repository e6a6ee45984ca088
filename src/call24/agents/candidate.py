"""A candidate: an agent who was looked at for an offer, and the reason for or against.

The same struct from routing, which makes it, through the desk and the call's journal to the board and the call record.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from call24.data_map import MEASURE, STATE, Category, Recipient, of_user
from call24.kit.ids import UserId

AGENT = of_user(Category.ID, "who was rung and who talked", recipients=(Recipient.OWN_SERVER, Recipient.DOWNLOAD))


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """``reason``: a stable code, listed in routing/rules.py. ``idle_s``: only of one who was free."""

    agent_id: Annotated[UserId, AGENT]
    chosen: Annotated[bool, STATE]
    reason: Annotated[str, STATE]
    idle_s: Annotated[float | None, MEASURE] = None
