"""What this room holds of persons: what was corrected of them, and who did it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.corrections.model import ContactCorrection, UserCorrection, shown_to_caller
from call24.data_map import CallerTrace, KeptById, Trace
from call24.kit.holdings import Holdings


class MadeCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """Whose data it is, and what it says, is another's."""

    id: str
    field: str
    at: datetime


def without_others(corrections: Sequence[ContactCorrection], contact_id: str) -> list[ContactCorrection]:
    """Of an entry of the address book which field was corrected, and when: the number may be several people's, and what
    it said may be another's."""
    return [shown_to_caller(one) for one in corrections]


_STAYS = KeptById("the history of another person's data, which goes with that person")

HOLDS = Holdings(
    room="corrections",
    traces=(
        Trace(struct=UserCorrection, fields=("user_id",), file="corrections"),
        Trace(
            struct=UserCorrection,
            fields=("by",),
            erase=_STAYS,
            file="corrections_made_of_users",
            part=MadeCorrection,
        ),
        Trace(
            struct=ContactCorrection,
            fields=("by",),
            erase=_STAYS,
            file="corrections_made_of_callers",
            part=MadeCorrection,
        ),
    ),
    callers=(CallerTrace(struct=ContactCorrection, contact="contact_id", told=without_others),),
)
