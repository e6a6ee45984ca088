"""What this room holds of persons, and gives to CRMs; who connected one; and what it lets go of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.crm.model import CrmConnection, CrmJob, CrmLink
from call24.crm.recipients import CrmRecipients
from call24.crm.worker import CrmWorker
from call24.data_map import (
    AsAgreed,
    CallerTrace,
    Category,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    of_caller,
)
from call24.kit.holdings import Holdings, Keeper, Stage


class MadeConnection(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


def without_hashes(links: Sequence[CrmLink], contact_id: str) -> list[CrmLink]:
    """What they were made of is in the file itself."""
    return [msgspec.structs.replace(one, base={}) for one in links]


_SYNC = "keeping the organisation's CRM in step with its address book"
_CALLS = "logging calls in the organisation's CRM"

HOLDS = Holdings(
    room="crm",
    places=(
        Place(
            where=GivenTo(Recipient.CRM),
            what={
                "names of people of the address book": of_caller(Category.NAME, _SYNC),
                "their numbers": of_caller(Category.PHONE, _SYNC),
                "their e-mail addresses": of_caller(Category.EMAIL, _SYNC),
                "their company": of_caller(Category.WORK, _SYNC),
                "notes and custom fields": of_caller(Category.TEXT, _SYNC),
                "whose call it was, when, and what became of it": of_caller(Category.BEHAVIOR, _CALLS),
                "what agents noted of the call": of_caller(Category.TEXT, _CALLS),
            },
            kept=AsAgreed("the organisation's own rules; an erasure is passed on to the CRM"),
        ),
    ),
    traces=(
        Trace(
            struct=CrmConnection,
            fields=("created_by",),
            erase=KeptById("the organisation's"),
            file="crm_connections",
            part=MadeConnection,
        ),
    ),
    callers=(
        CallerTrace(struct=CrmLink, contact="contact_ids", told=without_hashes),
        CallerTrace(
            struct=CrmJob,
            contact="contact_id",
            stays="proof that the CRM was asked to erase, or told of an objection, for a year",
        ),
    ),
    keepers=(
        Keeper(of=CrmRecipients, erase_callers=("crm_links", CrmRecipients.erase_callers)),
        Keeper(of=CrmWorker, forget_organisation=CrmWorker.close_tenant, stage=Stage.WRITERS),
    ),
)
