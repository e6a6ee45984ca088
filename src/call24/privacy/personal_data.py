"""What this room holds of persons: that an account was deleted, by its id; and who deletes files, of all rooms."""

from __future__ import annotations

from call24.data_map import REFERENCE, CallerTrace, Files, KeptById, Place, Trace, WithInstallation
from call24.data_map import Closing as Closed
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.files import KeptFiles
from call24.privacy.hold_model import LegalHold
from call24.privacy.model import Closing, Erasure, PersonErasure
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons
from call24.privacy.retention_model import RetentionChange

HOLDS = Holdings(
    room="privacy",
    places=(
        Place(
            where=Files("register/deleted.*"),
            in_backup=False,
            what={
                "deletions of accounts, organisations and people, by the ids of their receipts": REFERENCE,
            },
            kept=WithInstallation(),
            closing=Closed.STAYS,
        ),
    ),
    traces=(
        Trace(
            struct=Erasure,
            erase=KeptById("proof that the account is gone"),
            untold="there is none of who has an account",
        ),
        Trace(
            struct=Closing,
            erase=KeptById("who closed the organisation, until it is gone"),
            untold="gone with the organisation within days",
        ),
        Trace(
            struct=LegalHold,
            erase=KeptById("who set, reviewed and released a legal hold, until three years after its release"),
            untold="a hold is about others, and may be part of a dispute with who has the account",
        ),
        Trace(
            struct=RetentionChange,
            erase=KeptById("who changed how long the organisation keeps its calls"),
            untold="a setting of the organisation",
        ),
    ),
    callers=(
        CallerTrace(
            struct=LegalHold,
            untold="a hold may be part of a dispute with the person",
            stays="whom a hold named, for three years after its release",
        ),
        CallerTrace(
            struct=PersonErasure,
            contact="contact_ids",
            untold="an erasure that is being carried out, by ids alone",
            stays="an id that leads to nobody, until all of the person is erased",
        ),
    ),
    keepers=(
        Keeper(of=CallerErasures, erase_due=("erased_callers", CallerErasures.carry_on)),
        Keeper(of=PersonErasures, erase_due=("person_erasures", PersonErasures.carry_on)),
        Keeper(of=Persons, erase_due=("persons", Persons.erase_again)),
        Keeper(
            of=KeptFiles,
            forget_organisation=KeptFiles.erase_organisation,
            stage=Stage.FILES,
            erase_due=("files", KeptFiles.erase_due),
        ),
    ),
)
