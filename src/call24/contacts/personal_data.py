"""What this room holds of organisations: callers in memory, and callers that are to be written. Callers
themselves are the sweeper's.
"""

from __future__ import annotations

from call24.contacts.callers import KnownCallers
from call24.data_map import Category, Closing, Memory, Place, Until, of_caller
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="contacts",
    places=(
        Place(
            where=Memory(KnownCallers),
            what={
                "numbers of the newest callers": of_caller(
                    Category.PHONE, "showing who calls while the database is unavailable"
                ),
                "their names": of_caller(Category.NAME, "showing who calls while the database is unavailable"),
            },
            kept=Until("2,000 others called, or the contact is deleted", "the server is started again"),
            closing=Closing.ROOM,
        ),
    ),
    keepers=(
        Keeper(
            of=KnownCallers,
            forget_organisation=KnownCallers.close_tenant,
            forget_contacts=KnownCallers.forget,
            stage=Stage.WRITERS,
        ),
    ),
)
