"""The register of disclosures to authorities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from pydantic import AwareDatetime, Field

from call24.agents.api.agent_days import in_calendar
from call24.call_records.labels import named
from call24.disclosures.answers import DisclosureAnswer, DisclosurePageAnswer
from call24.disclosures.dependencies import DisclosuresDep
from call24.disclosures.model import Disclosure, Given, GivenKind, Outcome
from call24.disclosures.rules import GIVEN_MAX, LINE_MAX, NOTE_MAX
from call24.http.access import Body, allowed
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.ids import UserId
from call24.kit.instants import iso

router = Router(prefix="/v1/disclosures", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("disclosures.read"))]
Writer = Annotated[Principal, Depends(allowed("disclosures.write"))]


class GivenThing(Body):
    """`id`: of a call, recording, contact, user, or of an export or caller's file that is still kept; with the `sha256`
    of its file, where you know it. Of another file: `name` and `sha256`."""

    kind: GivenKind
    id: str = Field("", max_length=64)
    name: str = Field("", max_length=LINE_MAX)
    sha256: str = Field("", max_length=64)


class NewDisclosure(Body):
    """What an authority asked for, and what it was given. An entry is not changed afterwards, only corrected."""

    authority: str = Field(max_length=LINE_MAX)
    legal_basis: str = Field(max_length=LINE_MAX, description="The law that the authority names")
    reference: str = Field(max_length=LINE_MAX, description="The number of its document")
    requested_at: AwareDatetime = Field(strict=False)
    given_at: AwareDatetime | None = Field(None, strict=False, description="Or refused; left out: now")
    outcome: Outcome
    given: list[GivenThing] = Field([], max_length=GIVEN_MAX, description="Nothing where it was refused")
    decided_by: str | None = Field(None, max_length=64, description="A user; left out: you")
    secret: bool = Field(description="Whether the law forbids that the persons are told")
    secret_until: AwareDatetime | None = Field(None, strict=False, description="Left out: until it is lifted")
    note: str = Field("", max_length=NOTE_MAX)


class DisclosureCorrection(Body):
    """Another line. `secret`, where it is given, is whether the persons may not be told from now on."""

    version: int = Field(ge=1, description="Of the entry that you have seen")
    note: str = Field(max_length=NOTE_MAX)
    secret: bool | None = None
    secret_until: AwareDatetime | None = Field(None, strict=False)


@router.get("", operation_id="disclosures_list")
async def list_disclosures(
    principal: Reader, disclosures: DisclosuresDep, identity: IdentityDep, asked: AskedDep
) -> DisclosurePageAnswer:
    """Lists what authorities were given, the last given first."""
    page = await disclosures.page(principal.tenant_id, limit=asked.limit, cursor=asked.cursor)
    return {"items": [_view(one, identity, disclosures.now()) for one in page.disclosures], "next": page.next}


@router.post("", status_code=201, operation_id="disclosures_enter")
async def enter(
    body: NewDisclosure, principal: Writer, disclosures: DisclosuresDep, identity: IdentityDep
) -> DisclosureAnswer:
    """Enters a disclosure. Whom it is about follows from the calls, recordings, contacts, users and callers' files that
    were given; an export of many calls names nobody by itself.

    They find it among their data, unless it is secret. A register has at most 5,000 entries; one more is a 409
    `too_many`.
    """
    now = disclosures.now()
    made = await disclosures.enter(
        principal.tenant_id,
        principal.user_id,
        authority=body.authority,
        legal_basis=body.legal_basis,
        reference=body.reference,
        requested_at=_instant("requested_at", body.requested_at),
        given_at=_instant("given_at", body.given_at or now),
        outcome=body.outcome,
        given=[Given(**one.model_dump()) for one in body.given],
        decided_by=UserId(body.decided_by) if body.decided_by is not None else principal.user_id,
        secret=body.secret,
        secret_until=_instant("secret_until", body.secret_until) if body.secret_until is not None else None,
        note=body.note,
    )
    return _view(made, identity, now)


@router.get("/{disclosure_id}", operation_id="disclosures_read")
async def read(
    disclosure_id: str, principal: Reader, disclosures: DisclosuresDep, identity: IdentityDep
) -> DisclosureAnswer:
    """Retrieves an entry of the register with its corrections."""
    return _view(await disclosures.get(principal.tenant_id, disclosure_id), identity, disclosures.now())


@router.post("/{disclosure_id}/corrections", status_code=201, operation_id="disclosures_correct")
async def correct(
    disclosure_id: str,
    body: DisclosureCorrection,
    principal: Writer,
    disclosures: DisclosuresDep,
    identity: IdentityDep,
) -> DisclosureAnswer:
    """Adds a correction to an entry, or changes its secrecy. What was entered before stays."""
    after = await disclosures.correct(
        principal.tenant_id,
        disclosure_id,
        principal.user_id,
        body.note,
        seen=body.version,
        secret=body.secret,
        secret_until=_instant("secret_until", body.secret_until) if body.secret_until is not None else None,
    )
    return _view(after, identity, disclosures.now())


def _view(disclosure: Disclosure, identity: IdentityService, now: datetime) -> DisclosureAnswer:
    name = _names(identity)
    return {
        "id": disclosure.id,
        "authority": disclosure.authority,
        "legal_basis": disclosure.legal_basis,
        "reference": disclosure.reference,
        "requested_at": iso(disclosure.requested_at),
        "given_at": iso(disclosure.given_at),
        "outcome": disclosure.outcome,
        "given": [{"kind": one.kind, "id": one.id, "name": one.name, "sha256": one.sha256} for one in disclosure.given],
        "contact_ids": list(disclosure.contact_ids),
        "user_ids": list(disclosure.user_ids),
        "decided_by": named(disclosure.decided_by, name),
        "entered_by": named(disclosure.entered_by, name),
        "entered_at": iso(disclosure.entered_at),
        "secret": disclosure.is_secret(now),
        "secret_until": iso(disclosure.secret_until),
        "history": [
            {
                "at": iso(line.at),
                "by": named(line.by, name),
                "kind": line.kind,
                "note": line.note,
                "secret": line.secret,
                "secret_until": iso(line.secret_until),
            }
            for line in disclosure.history
        ],
        "version": disclosure.version,
    }


def _names(identity: IdentityService) -> Callable[[UserId | None], str]:
    def name(user_id: UserId | None) -> str:
        user = identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    return name


def _instant(field: str, at: datetime) -> datetime:
    """In whole milliseconds, as MongoDB gives it back. Raises: Invalid."""
    if not in_calendar(at):
        raise Invalid(errors=[(field, "an instant with its offset, such as 2026-11-24T09:00:00Z")])
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
