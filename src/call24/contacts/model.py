"""The people who call: known by their number, named by the network or by a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.kit.datamap import ID, TENANT, TIME, Fact, document
from call24.kit.ids import ContactId, TenantId

_KEPT = "while a call record of it exists, or until deleted when a person named it"


@document("contacts", tenant=True)
class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is derived from the organisation and the number, so the engine names a caller without asking the database.

    `display_name`: what the network said; `name`: what a user wrote, which wins; `region`: ISO 3166 code of the number.
    `found_by`: what a search finds it by, see `rules.found_by`; whoever writes `name` adds its parts.
    """

    id: Annotated[ContactId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    number: Annotated[str, Fact("caller", "contact", "recognising the caller and calling back", _KEPT)]
    display_name: Annotated[str | None, Fact("caller", "name", "showing who calls", _KEPT)] = None
    name: Annotated[str | None, Fact("caller", "name", "showing who calls", _KEPT)] = None
    region: Annotated[str | None, Fact("caller", "location", "showing where the number is from", _KEPT)] = None
    found_by: Annotated[
        tuple[str, ...], Fact("caller", "name", "finding the caller by a part of name or number", _KEPT)
    ] = ()
    created_at: Annotated[datetime, TIME]
    seen_at: Annotated[datetime, Fact("caller", "activity", "ending what is not needed any more", _KEPT)]

    @property
    def shown_name(self) -> str | None:
        return self.name or self.display_name
