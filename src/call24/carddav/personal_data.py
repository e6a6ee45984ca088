"""What this room holds of persons: of users, their devices' passwords; of callers, cards as clients wrote them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.carddav.model import AppPassword, Card
from call24.carddav.service import CardBooks, of_number
from call24.data_map import CallerTrace, Trace
from call24.kit.holdings import Holdings, Keeper, Stage


class DevicePassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password of a device."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


HOLDS = Holdings(
    room="carddav",
    traces=(
        Trace(struct=AppPassword, fields=("user_id",), file="app_passwords", part=DevicePassword, order="created_at"),
        Trace(struct=Card, fields=("private_to",), untold="`people` as the user's own device wrote it"),
    ),
    callers=(CallerTrace(struct=Card, contact="contact_ids", told=of_number),),
    keepers=(Keeper(of=CardBooks, stage=Stage.WRITERS, erase_callers=("cards", CardBooks.erase_callers)),),
)
