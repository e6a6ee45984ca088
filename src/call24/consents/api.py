"""What a user agrees or objects to, and what an officer enters of a caller."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.responses import Response
from pydantic import Field

from call24.consents.answers import ConsentEntryAnswer, ConsentEntryPage, ConsentState, ConsentStateList
from call24.consents.dependencies import ConsentsDep
from call24.consents.model import Act, ConsentEntry, Purpose
from call24.consents.purposes import LANGUAGE, PURPOSES, Concerns
from call24.consents.receipt import Controller, receipt
from call24.consents.service import Standing
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import Body, allowed
from call24.http.files import a_file
from call24.http.pagination import AskedDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, TenantId
from call24.kit.instants import iso
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.kit.signed_json import signing_key
from call24.policy.dependencies import PoliciesDep
from call24.policy.pages import place
from call24.policy.service import Policies
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("consents.read"))]
Writer = Annotated[Principal, Depends(allowed("consents.write"))]
SettingsDep = Annotated[Settings, provided(Settings)]
AppKeyDep = Annotated[AppKey, provided(AppKey)]

JSON_LD = "application/ld+json"


class ConsentGranted(Body):
    """`hash`: of the text that the user read, as `GET /v1/me/consents` has it."""

    hash: str = Field(max_length=64)


class NewConsentEntry(Body):
    """What a caller told the organisation. `withdraw`: a consent that was given; `object`: where none was."""

    purpose: Literal["recording", "crm_sync"]
    act: Act


@router.get("/me/consents", tags=["session"], operation_id="consents_list_mine")
async def list_mine(principal: InApp, consents: ConsentsDep) -> ConsentStateList:
    """Lists the purposes that concern the current user, with their texts, and whether they are allowed."""
    found = await consents.standings("user", principal.tenant_id, principal.user_id)
    return {"items": [state(one) for one in found]}


@router.get("/me/consents/entries", tags=["session"], operation_id="consents_list_my_entries")
async def list_my_entries(principal: InApp, consents: ConsentsDep, asked: AskedDep) -> ConsentEntryPage:
    """Lists the current user's entries of the ledger of consents, the newest first."""
    found, following = await consents.page(
        "user", principal.tenant_id, principal.user_id, limit=asked.limit, cursor=asked.cursor
    )
    return {"items": [_entry(one) for one in found], "next": following}


@router.put("/me/consents/{purpose}", tags=["session"], operation_id="consents_grant_mine")
async def grant_mine(purpose: Purpose, body: ConsentGranted, principal: InApp, consents: ConsentsDep) -> ConsentState:
    """Agrees to a purpose. 409 consent_text_changed: its text is another one than the user read."""
    _check_own(purpose)
    await consents.enter(purpose, "grant", principal.tenant_id, principal.user_id, "app", seen=body.hash)
    return state(await consents.standing(purpose, principal.tenant_id, principal.user_id))


@router.delete("/me/consents/{purpose}", status_code=204, tags=["session"], operation_id="consents_refuse_mine")
async def refuse_mine(purpose: Purpose, principal: InApp, consents: ConsentsDep) -> None:
    """Withdraws the consent to a purpose, or objects to it: it is not carried out any more when this is answered."""
    _check_own(purpose)
    await consents.enter(purpose, None, principal.tenant_id, principal.user_id, "app")


@router.get(
    "/me/consents/receipts/{entry_id}",
    response_class=Response,
    responses=a_file(JSON_LD),
    tags=["session"],
    operation_id="consents_read_my_receipt",
)
async def read_my_receipt(
    entry_id: str,
    principal: InApp,
    consents: ConsentsDep,
    policies: PoliciesDep,
    tenants: TenantsDep,
    settings: SettingsDep,
    key: AppKeyDep,
) -> Response:
    """Downloads the receipt of one of the current user's entries, as JSON-LD.

    Its shape is that of ISO/IEC TS 27560, its terms those of the W3C Data Privacy Vocabulary. It is signed by
    the installation: `./call24 privacy verify-receipt` checks it with the key from `/v1/erasure-receipts/key`.
    """
    entry = await consents.entry("user", principal.tenant_id, principal.user_id, entry_id)
    return json_ld(entry, await controller("user", principal.tenant_id, policies, tenants, settings), key)


@router.get("/contacts/{contact_id}/consents", operation_id="consents_list_of_contact")
async def list_of_contact(
    contact_id: str, principal: Reader, consents: ConsentsDep, contacts: ContactsDep
) -> ConsentStateList:
    """Lists the purposes that concern a caller, and whether they are allowed."""
    id = await _contact(principal.tenant_id, contact_id, contacts)
    return {"items": [state(one) for one in await consents.standings("caller", principal.tenant_id, id)]}


@router.post("/contacts/{contact_id}/consents", status_code=201, operation_id="consents_enter_of_contact")
async def enter_of_contact(
    contact_id: str, body: NewConsentEntry, principal: Writer, consents: ConsentsDep, contacts: ContactsDep
) -> ConsentEntryAnswer:
    """Enters what a caller told the organisation; it holds when this is answered.

    409 too_many: the caller has 1,000 entries; what says no is added all the same.
    """
    id = await _contact(principal.tenant_id, contact_id, contacts)
    return _entry(
        await consents.enter(Purpose(body.purpose), body.act, principal.tenant_id, id, "officer", by=principal.user_id)
    )


@router.get("/contacts/{contact_id}/consents/entries", operation_id="consents_list_entries_of_contact")
async def list_entries_of_contact(
    contact_id: str, principal: Reader, consents: ConsentsDep, contacts: ContactsDep, asked: AskedDep
) -> ConsentEntryPage:
    """Lists a caller's entries of the ledger of consents, the newest first."""
    id = await _contact(principal.tenant_id, contact_id, contacts)
    found, following = await consents.page("caller", principal.tenant_id, id, limit=asked.limit, cursor=asked.cursor)
    return {"items": [_entry(one) for one in found], "next": following}


@router.get(
    "/contacts/{contact_id}/consents/receipts/{entry_id}",
    response_class=Response,
    responses=a_file(JSON_LD),
    operation_id="consents_read_receipt_of_contact",
)
async def read_receipt_of_contact(
    contact_id: str,
    entry_id: str,
    principal: Reader,
    consents: ConsentsDep,
    contacts: ContactsDep,
    policies: PoliciesDep,
    tenants: TenantsDep,
    settings: SettingsDep,
    key: AppKeyDep,
) -> Response:
    """Downloads the receipt of one of a caller's entries, as JSON-LD."""
    id = await _contact(principal.tenant_id, contact_id, contacts)
    entry = await consents.entry("caller", principal.tenant_id, id, entry_id)
    return json_ld(entry, await controller("caller", principal.tenant_id, policies, tenants, settings), key)


async def controller(
    concerns: Concerns, tenant_id: TenantId, policies: Policies, tenants: TenantService, settings: Settings
) -> Controller:
    """Raises: Unavailable."""
    stated, tenant = await policies.settings(tenant_id), await tenants.get(tenant_id)
    page = f"{settings.address}/rights/{stated.public_id}"
    return Controller(
        name=stated.controller or tenant.name,
        contact=stated.contact,
        address=stated.postal_address,
        region=stated.data_region,
        notice=f"{settings.address}{place(stated.public_id)}",
        exercised_at=page if concerns == "caller" else f"{settings.address}/v1/me/consents",
    )


def json_ld(entry: ConsentEntry, of: Controller, key: AppKey) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{entry.id}.jsonld"', "Cache-Control": "no-store"}
    return Response(json.dumps(receipt(entry, of, signing_key(key)), indent=2), media_type=JSON_LD, headers=headers)


def state(one: Standing) -> ConsentState:
    declared, entry = one.declared, one.entry
    return {
        "purpose": declared.purpose,
        "title": declared.title,
        "basis": "consent" if declared.basis == "consent" else "legitimate interests",
        "text": {
            "version": declared.text.version,
            "language": LANGUAGE,
            "hash": declared.text.hash,
            "text": declared.text.text,
        },
        "allowed": one.allowed,
        "act": None if entry is None else entry.act,
        "at": None if entry is None else iso(entry.at),
        "channel": None if entry is None else entry.channel,
        "receipt_id": None if entry is None else entry.id,
    }


def _entry(entry: ConsentEntry) -> ConsentEntryAnswer:
    return {
        "id": entry.id,
        "purpose": entry.purpose,
        "act": entry.act,
        "version": entry.version,
        "hash": entry.hash,
        "channel": entry.channel,
        "by": entry.by,
        "at": iso(entry.at),
    }


def _check_own(purpose: Purpose) -> None:
    """Raises: Invalid for one that concerns callers."""
    if PURPOSES[purpose].concerns != "user":
        names = ", ".join(one for one in Purpose if PURPOSES[one].concerns == "user")
        raise Invalid(errors=[("purpose", f"one of {names}")])


async def _contact(tenant_id: TenantId, contact_id: str, contacts: ContactService) -> ContactId:
    """Raises: NotFound."""
    return (await contacts.stored(tenant_id, ContactId(contact_id))).id
