"""What this room holds of organisations: callers in memory, and callers that are to be written. Callers
themselves are the sweeper's.
"""

from __future__ import annotations

from call24.contacts.call_names import CallNames
from call24.contacts.callers import KnownCallers
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact, ErasedCaller
from call24.data_map import (
    Basis,
    CallerTrace,
    Category,
    Closing,
    Files,
    Memory,
    Place,
    Until,
    WithOrganisation,
    of_caller,
)
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
        Place(
            where=Memory(CallNames),
            what={"what the network called who calls now": of_caller(Category.NAME, "showing it with that call")},
            kept=Until("MongoDB has it", "the server is started again"),
            closing=Closing.ROOM,
        ),
        Place(
            where=Files("register/erased-callers.*"),
            in_backup=False,
            what={
                "which callers were erased, by ids made from their numbers": of_caller(
                    Category.ID, "erasing again what a restore brings back", basis=Basis.LEGAL_OBLIGATION
                )
            },
            kept=WithOrganisation("without it a restore of the database would bring back who was erased"),
            closing=Closing.ROOM,
        ),
    ),
    callers=(
        CallerTrace(struct=Contact, contact="id"),
        CallerTrace(
            struct=ErasedCaller,
            untold="it has an id alone, and is there only of who was erased before",
            stays="the register of erasures itself",
        ),
        CallerTrace(
            struct=ImportedDocument,
            contact="contact_id",
            untold="the file has each where its collection is, and says in its manifest from where it was brought",
        ),
    ),
    keepers=(
        Keeper(
            of=KnownCallers,
            forget_organisation=KnownCallers.close_tenant,
            forget_contacts=KnownCallers.forget,
            erase_callers=("callers_in_memory", KnownCallers.erase),
            stage=Stage.WRITERS,
        ),
        Keeper(
            of=CallNames,
            forget_organisation=CallNames.close_tenant,
            erase_callers=("call_names", CallNames.erase_callers),
            stage=Stage.WRITERS,
        ),
        Keeper(
            of=ErasureRegister,
            forget_organisation=ErasureRegister.forget_organisation,
            stage=Stage.SETTINGS,
        ),
    ),
)
