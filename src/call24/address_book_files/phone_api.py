"""People taken from a phone: those whom a user chose in the browser's Contact Picker, sent as vCards.

An upload is an import (api.py) that only its sender sees. It needs no permission to import: the same people can be
written down one by one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.address_book_files.answers import PhoneUploadAnswer, PhoneUploadPage, PreviewAnswer
from call24.address_book_files.api import ImportStart, import_answer, preview_answer, usual_order
from call24.address_book_files.dependencies import AddressBookImportsDep
from call24.address_book_files.model import AddressBookImport
from call24.http.access import Body, allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/phone-uploads", tags=["people"])

Writer = Annotated[Principal, Depends(allowed("people.write"))]
CARDS_MAX = 120_000
"""Characters: some 800 people. A body has 256 KB at most, and a character of a name two bytes or three."""


class NewPhoneUpload(Body):
    """`vcards`: the chosen people. `private`: they become private entries of the user, else the organisation's."""

    vcards: str = Field(min_length=1, max_length=CARDS_MAX)
    private: bool = True


@router.post("", status_code=202, operation_id="phone_uploads_create")
async def create(
    body: NewPhoneUpload, principal: Writer, imports: AddressBookImportsDep, tenants: TenantsDep
) -> PhoneUploadAnswer:
    """Takes in people whom the user chose on a phone, and checks them. Nothing is stored of them yet.

    When its state is `ready`, its preview shows what it would become; then start it. One that is not started goes
    after a day, or when the user sends another one.
    """
    order = await usual_order(tenants, principal.tenant_id)
    cards = body.vcards.encode()
    return _answer(
        await imports.begin_from_phone(principal.tenant_id, principal.user_id, order, cards, private=body.private)
    )


@router.get("", operation_id="phone_uploads_list_uploads")
async def list_uploads(principal: Writer, imports: AddressBookImportsDep, asked: AskedDep) -> PhoneUploadPage:
    """Lists what the user took from phones, newest first. An upload is kept for 30 days after it was started."""
    found = await imports.all(principal.tenant_id, principal.user_id)
    page = asked.page(found, _answer, lambda one: (-ms(one.created_at), one.id))
    return {"items": page["items"], "next": page["next"]}


@router.get("/{upload_id}", operation_id="phone_uploads_read")
async def read(upload_id: str, principal: Writer, imports: AddressBookImportsDep) -> PhoneUploadAnswer:
    """Returns an upload of the user's own and how far it is."""
    return _answer(await imports.get(principal.tenant_id, upload_id, principal.user_id))


@router.get("/{upload_id}/preview", operation_id="phone_uploads_preview")
async def preview(upload_id: str, principal: Writer, imports: AddressBookImportsDep) -> PreviewAnswer:
    """Returns what the chosen people would become. 404 while they are being checked, and once it was started."""
    wish = await imports.get(principal.tenant_id, upload_id, principal.user_id)
    found = await imports.preview(wish)
    if found is None:
        raise NotFound
    return preview_answer(wish.reading, found)


@router.post("/{upload_id}/start", status_code=202, operation_id="phone_uploads_start")
async def start(
    upload_id: str, body: ImportStart, principal: Writer, imports: AddressBookImportsDep
) -> PhoneUploadAnswer:
    """Writes the chosen people into the address book as the preview shows. It goes on after a restart.

    Who is there already is found as in an import of a file: among the user's private entries where these are private,
    else among the organisation's.
    """
    return _answer(
        await imports.start(await imports.get(principal.tenant_id, upload_id, principal.user_id), body.known)
    )


@router.post("/{upload_id}/undo", status_code=202, operation_id="phone_uploads_undo")
async def undo(upload_id: str, principal: Writer, imports: AddressBookImportsDep) -> PhoneUploadAnswer:
    """Deletes what the user uploaded: exactly those whom this upload created, and undoes what it changed.

    Whoever was changed or merged since stays, and so does what a legal hold or a restriction keeps: `kept` counts
    them. Each who was deleted can be brought back for 30 days, as after any deletion of a person.
    """
    return _answer(await imports.undo(await imports.get(principal.tenant_id, upload_id, principal.user_id)))


@router.delete("/{upload_id}", status_code=204, operation_id="phone_uploads_delete")
async def delete(upload_id: str, principal: Writer, imports: AddressBookImportsDep) -> None:
    """Deletes an upload that was not started, or forgets one that is over: its people stay."""
    await imports.delete(await imports.get(principal.tenant_id, upload_id, principal.user_id))


def _answer(one: AddressBookImport) -> PhoneUploadAnswer:
    whole = import_answer(one)
    return {
        "id": whole["id"],
        "state": whole["state"],
        "private": one.private_to is not None,
        "known": whole["known"],
        "people": whole["rows"],
        "matching": whole["matching"],
        "counts": whole["counts"],
        "problem": whole["problem"],
        "trouble": whole["trouble"],
        "created_at": whole["created_at"],
        "ended_at": whole["ended_at"],
        "delete_at": whole["delete_at"],
    }
