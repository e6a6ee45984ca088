"""What this room holds of persons: the ledger of what they agreed or objected to, and who said no in memory."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.consents.model import ConsentEntry
from call24.consents.service import Consents
from call24.data_map import (
    Basis,
    CallerTrace,
    Category,
    Closing,
    KeptById,
    Memory,
    Place,
    Trace,
    Until,
    of_caller,
)
from call24.kit.holdings import Holdings, Keeper, Stage


class EnteredConsent(msgspec.Struct, frozen=True, kw_only=True):
    """Whose it is, is another's."""

    id: str
    purpose: str
    act: str
    at: datetime


HOLDS = Holdings(
    room="consents",
    places=(
        Place(
            where=Memory(Consents),
            what={
                "ids of who said no to a purpose": of_caller(
                    Category.ID, "asking while a call begins", basis=Basis.LEGAL_OBLIGATION
                )
            },
            kept=Until("the person agrees again, or is erased", "the server is started again"),
            closing=Closing.ROOM,
        ),
    ),
    traces=(
        Trace(struct=ConsentEntry, fields=("user_id",), file="consents"),
        Trace(
            struct=ConsentEntry,
            fields=("by",),
            erase=KeptById("the caller's entry in the ledger, which stays while the caller is known"),
            file="consents_entered",
            part=EnteredConsent,
        ),
    ),
    callers=(CallerTrace(struct=ConsentEntry, contact="contact_id"),),
    keepers=(
        Keeper(
            of=Consents,
            forget_person=Consents.forget_person,
            forget_organisation=Consents.forget_organisation,
            erase_callers=("consents", Consents.erase_callers),
            stage=Stage.WRITERS,
        ),
    ),
)
