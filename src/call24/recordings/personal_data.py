"""What this room holds of calls: their sound, as files and documents; of persons: what they listened to; of
organisations: files and keys.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    REFERENCE,
    CallerTrace,
    Category,
    Closing,
    Files,
    KeptById,
    Place,
    Trace,
    Until,
    WithParent,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.recordings.model import Playback, Recording
from call24.recordings.service import Recordings


class ListenedTo(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    recording_id: str
    call_id: str
    address: str
    at: datetime
    last_at: datetime


_SAID = {
    "what the caller said": of_caller(Category.VOICE, "hearing again what was agreed"),
    "what the agent said": of_user(Category.VOICE, "hearing again what was agreed"),
}
_OF_THE_CALL = KeptById("of the call, until its day: the other party is heard in it too")
_UNTOLD = "the other party is heard in it: the organisation gives it out by the call"

HOLDS = Holdings(
    room="recordings",
    places=(
        Place(
            where=Files("recordings/{tenant_id}/*"),
            in_backup=True,
            what=_SAID,
            kept=WithParent("recordings"),
            account=_OF_THE_CALL,
            untold=_UNTOLD,
        ),
        Place(
            where=Files("asterisk/var/spool/recording/{tenant_id}/*"),
            in_backup=False,
            what=_SAID,
            kept=Until("the call is over and its sound is encrypted", "with its call"),
            account=_OF_THE_CALL,
            untold=_UNTOLD,
        ),
        Place(
            where=Files("recordings/pending/*"),
            in_backup=False,
            what={"which recording of which call": REFERENCE},
            kept=Until("the recording is stored", "with its call"),
            closing=Closing.ROOM,
        ),
    ),
    traces=(
        Trace(
            struct=Playback,
            fields=("user_id",),
            erase=KeptById("as long as the recording"),
            file="listened",
            part=ListenedTo,
        ),
    ),
    callers=(CallerTrace(struct=Recording, call="call_id"), CallerTrace(struct=Playback, call="call_id")),
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
