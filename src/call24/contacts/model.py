"""Contacts: phone numbers that called, with the names that are known for each: the network's, a corrected one, the
address book's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    MEASURE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    Recipient,
    Until,
    WithOrganisation,
    document,
    of_caller,
)
from call24.kit.ids import ContactId, TenantId

_KEPT = Until(
    "no call record, no open task and no person of the address book names it",
    latest="where a user gave it a name, when one deletes it",
)
_NUMBER = of_caller(
    Category.PHONE,
    "recognising the caller and calling back",
    recipients=(Recipient.CARRIER, Recipient.DOWNLOAD),
)
_NAME = of_caller(Category.NAME, "showing who calls", recipients=(Recipient.DOWNLOAD,))
_CALLED = of_caller(
    Category.NAME,
    "showing who calls",
    untold="the people of the address book are in data/people.json; a number may be several people's",
)


@document("contacts", tenant=True, kept=_KEPT)
class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is derived from the organisation and the number, so the engine names a caller without asking the database.

    `display_name`: what the network said; `name`: what a privacy officer corrected it to, which wins; `region`: ISO
    3166 code of the number. `called`: of the organisation's people who have the number, the names of the first three,
    and `people`: how many have it, private ones too; the room `people` writes both.
    `found_by`: what a search finds it by, see `rules.found_by`; whoever writes `name` adds its parts.
    """

    id: Annotated[ContactId, of_caller(Category.ID, "recognising the caller: derived from the number")]
    tenant_id: Annotated[TenantId, TENANT]
    number: Annotated[str, _NUMBER]
    display_name: Annotated[str | None, _NAME] = None
    name: Annotated[str | None, _NAME] = None
    called: Annotated[tuple[str, ...], _CALLED] = ()
    people: Annotated[int, MEASURE] = 0
    region: Annotated[str | None, of_caller(Category.LOCATION, "showing where the number is from")] = None
    found_by: Annotated[
        tuple[str, ...], of_caller(Category.NAME, "finding the caller by a part of name or number")
    ] = ()
    created_at: Annotated[datetime, TIME]
    seen_at: Annotated[datetime, of_caller(Category.BEHAVIOR, "ending what is not needed any more")]

    @property
    def shown_name(self) -> str | None:
        """To users of the organisation."""
        return self.name or called_together(self.called) or self.display_name

    @property
    def own_name(self) -> str | None:
        """To the caller: a name in the address book may be another person's who has the same number."""
        return self.name or self.display_name


def called_together(names: Sequence[str]) -> str | None:
    """Several people who have one number, as one name."""
    more = " / …" if len(names) > 2 else ""
    return " / ".join(names[:2]) + more if names else None


_ERASED = of_caller(
    Category.ID,
    "keeping a caller who was erased unknown",
    kept=WithOrganisation(
        "without it the next call would have the id that was erased, and a restore would bring all back"
    ),
    basis=Basis.LEGAL_OBLIGATION,
)


@document("erased_callers", tenant=True)
class ErasedCaller(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the register of erasures: whoever calls from this number next has another contact id than before.

    `id`: the first contact id of the number, a keyed hash; `generation`: how often the caller was erased; `erasing`:
    the last erasure is not finished; `reason`: a code.
    """

    id: Annotated[ContactId, _ERASED]
    tenant_id: Annotated[TenantId, TENANT]
    generation: Annotated[int, STATE]
    at: Annotated[datetime, TIME]
    reason: Annotated[str, STATE]
    erasing: Annotated[bool, STATE] = False
