"""Purposes that a person may agree or object to, and an entry of the ledger of who did. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, STATE, TENANT, TIME, Basis, Category, WithOrganisation, document, of_caller, of_user
from call24.kit.ids import ConsentEntryId, ContactId, TenantId, UserId


class Purpose(StrEnum):
    """Each is asked for at the moment of use, by `service.Consents.why_not`; `purposes.py` has their texts."""

    RECORDING = "recording"
    CRM_SYNC = "crm_sync"
    MONITORING = "monitoring"
    INDIVIDUAL_STATISTICS = "individual_statistics"
    TELEMETRY = "telemetry"
    NOTIFICATIONS = "notifications"


Act = Literal["grant", "withdraw", "object"]
"""`withdraw`: what was granted before; `object`: nothing was. Both say no."""
Channel = Literal["app", "page", "call", "officer"]
"""How it came: by the user in the app, by the caller on the public page or by a key in a call, or an officer enters
it."""
Refusal = Literal["withdrawn", "objected", "restricted", "unknown"]
"""restricted: the caller's data is kept and not used, whatever they said; unknown: more persons said no than are kept
in memory, or none were read yet; or the purpose is off until the person agrees, who did not."""

_ALTHOUGH = "who said no is to be known at their next call, also when no call record names them any more"


@document("consent_entries", tenant=True)
class ConsentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Only ever added; of one person and purpose the newest by `at` decides, and no two have the same.

    One of `contact_id` and `user_id`. `version`, `hash`: of the purpose's text, as it was shown. `by`: the officer who
    entered it.
    """

    id: Annotated[ConsentEntryId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    purpose: Annotated[Purpose, STATE]
    act: Annotated[Act, STATE]
    contact_id: Annotated[
        ContactId | None,
        of_caller(
            Category.ID,
            "who agreed or objected",
            kept=WithOrganisation(although=_ALTHOUGH),
            basis=Basis.LEGAL_OBLIGATION,
        ),
    ] = None
    user_id: Annotated[UserId | None, of_user(Category.ID, "who agreed or objected", basis=Basis.LEGAL_OBLIGATION)] = (
        None
    )
    version: Annotated[int, STATE]
    hash: Annotated[str, STATE]
    channel: Annotated[Channel, STATE]
    by: Annotated[UserId | None, of_user(Category.ID, "who entered it", basis=Basis.LEGAL_OBLIGATION)] = None
    at: Annotated[datetime, TIME]

    @property
    def person(self) -> str:
        return self.contact_id or self.user_id or ""


def refusal_of(act: Act) -> Refusal | None:
    """What an entry says no by; None: it agrees."""
    match act:
        case "withdraw":
            return "withdrawn"
        case "object":
            return "objected"
    return None
