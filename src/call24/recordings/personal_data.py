"""What this room holds of calls: their sound, as files and documents; of persons: what they listened to; of
organisations: files and keys.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.recordings.model import Playback
from call24.recordings.service import Recordings


class ListenedTo(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    recording_id: str
    call_id: str
    address: str
    at: datetime
    last_at: datetime


HOLDS = Holdings(
    room="recordings",
    traces=(
        Trace(
            struct=Playback,
            fields=("user_id",),
            erase=KeptById("as long as the recording"),
            file="listened",
            part=ListenedTo,
        ),
    ),
    keepers=(
        Keeper(
            of=Recordings,
            forget_organisation=Recordings.erase_tenant,
            stage=Stage.FILES,
            erase_calls=("recordings", Recordings.erase),
            erase_due=("recordings", Recordings.erase_due),
        ),
    ),
)
