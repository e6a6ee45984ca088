"""What this room holds of persons: whose data is restricted, in MongoDB and in memory, and which officers did what."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import Basis, CallerTrace, Category, Closing, KeptById, Memory, Place, Trace, Until, of_caller
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.restrictions.model import Restriction
from call24.restrictions.service import Restrictions


class RestrictedBy(msgspec.Struct, frozen=True, kw_only=True):
    """Whose data it is, is another's."""

    id: str
    ground: str
    set_at: datetime
    lifted_at: datetime | None = None


HOLDS = Holdings(
    room="restrictions",
    places=(
        Place(
            where=Memory(Restrictions),
            what={
                "ids of whose data is restricted": of_caller(
                    Category.ID, "asking wherever data is shown or used", basis=Basis.LEGAL_OBLIGATION
                )
            },
            kept=Until("the restriction is lifted", "the server is started again"),
            closing=Closing.ROOM,
        ),
    ),
    traces=(
        Trace(
            struct=Restriction,
            fields=("history.by",),
            erase=KeptById("proof of how data was restricted; it is deleted three years after it was lifted"),
            file="restrictions",
            part=RestrictedBy,
        ),
    ),
    callers=(
        CallerTrace(
            struct=Restriction,
            contact="contact_ids",
            stays="proof of how data was restricted, for three years after it was lifted",
        ),
    ),
    keepers=(
        Keeper(
            of=Restrictions,
            forget_organisation=Restrictions.forget_organisation,
            stage=Stage.WRITERS,
        ),
    ),
)
