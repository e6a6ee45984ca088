"""Imports of callers' files: sent, watched; and what they brought of a caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from call24.caller_files.answers import CallerImportAnswer, CallerImportPage, ImportedAnswer, ImportedPage
from call24.caller_files.api import contacts_of
from call24.caller_files.dependencies import CallerImportsDep
from call24.caller_files.import_model import CallerImport
from call24.contacts.dependencies import ContactsDep
from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.http.access import allowed
from call24.http.middleware.body_limits import ZIP_TYPE
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import ContactId
from call24.kit.instants import iso
from call24.kit.paging import cursor_after, place_after

contacts = Router(prefix="/v1/contacts", tags=["administration"])
router = Router(prefix="/v1/caller-imports", tags=["administration"])

Importer = Annotated[Principal, Depends(allowed("callers.import"))]
_BODY = {
    "requestBody": {
        "required": True,
        "content": {ZIP_TYPE: {"schema": {"type": "string", "format": "binary", "description": "At most 1 GB"}}},
    }
}


@router.post("", status_code=202, openapi_extra=_BODY, operation_id="caller_imports_begin")
async def begin(
    request: Request, principal: Importer, imports: CallerImportsDep, contact_service: ContactsDep
) -> CallerImportAnswer:
    """Imports a caller's file that another Call24 made.

    Send the ZIP as the body. All of it is checked before anything is stored; `problem` says why a file was refused:
    `caller_file_unreadable`, `caller_file_too_big`, `caller_file_changed`, `caller_file_schema`, `caller_file_own`. The
    same file is imported once: sent again, its import is answered. An organisation imports one at a time; it goes on
    after a restart.

    What it brings is marked as imported, counts in no statistics, is kept as long as call records, and goes when the
    caller is erased.
    """
    begun = await imports.begin(principal.tenant_id, principal.user_id, request.stream())
    return await _shown(begun, contact_service)


@router.get("", operation_id="caller_imports_list_imports")
async def list_imports(
    principal: Importer, imports: CallerImportsDep, contact_service: ContactsDep, asked: AskedDep
) -> CallerImportPage:
    """Lists the imports that brought something that is kept, and those that failed within a day, newest first."""
    found = await imports.all(principal.tenant_id)
    page = asked.page(found, lambda one: one, lambda one: (-ms(one.created_at), one.id))
    known = await contacts_of(principal.tenant_id, page["items"], contact_service)
    return {"items": [_view(one, known) for one in page["items"]], "next": page["next"]}


@router.get("/{import_id}", operation_id="caller_imports_read")
async def read(
    import_id: str, principal: Importer, imports: CallerImportsDep, contact_service: ContactsDep
) -> CallerImportAnswer:
    """Returns an import and how far it is."""
    return await _shown(await imports.get(principal.tenant_id, import_id), contact_service)


@contacts.get("/{contact_id}/imported", operation_id="contacts_list_imported")
async def list_imported(
    contact_id: str, principal: Importer, contact_service: ContactsDep, imports: CallerImportsDep, asked: AskedDep
) -> ImportedPage:
    """Lists what was imported of a caller: each document as its file has it, and where it comes from."""
    contact = await contact_service.get(principal.tenant_id, ContactId(contact_id))
    after = str(place_after(asked.cursor, (str,))[0]) if asked.cursor is not None else ""
    found, of = await imports.brought(principal.tenant_id, contact.id, after, asked.limit + 1)
    shown, more = found[: asked.limit], len(found) > asked.limit
    following = cursor_after((shown[-1].id,)) if more else None
    return {"items": [_imported(one, of.get(one.import_id)) for one in shown], "next": following}


def _imported(one: ImportedDocument, of: CallerImport | None) -> ImportedAnswer:
    return {
        "id": one.id,
        "part": one.part,
        "source_id": one.source_id,
        "document": one.row,
        "delete_at": iso(one.delete_at),
        "imported": {
            "import_id": one.import_id,
            "organisation": of.source if of is not None else "",
            "made_at": of.made_at if of is not None else "",
            "imported_at": iso(of.created_at if of is not None else one.counted_from),
        },
    }


async def _shown(one: CallerImport, contact_service: ContactService) -> CallerImportAnswer:
    return _view(one, await contacts_of(one.tenant_id, [one], contact_service))


def _view(one: CallerImport, known: Mapping[ContactId, Contact]) -> CallerImportAnswer:
    in_all = one.rows_in_all
    contact = known.get(one.contact_id) if one.contact_id is not None else None
    return {
        "id": one.id,
        "contact_id": one.contact_id,
        "name": contact.shown_name if contact is not None else None,
        "number": contact.number if contact is not None else None,
        "sha256": one.sha256,
        "organisation": one.source or None,
        "made_at": one.made_at or None,
        "state": one.state,
        "rows_done": one.rows_done,
        "rows": in_all,
        "percent": 100 if one.state == "done" else 100 * one.rows_done // in_all if in_all else 0,
        "expired": one.expired,
        "problem": one.problem or None,
        "trouble": one.trouble or None,
        "created_at": iso(one.created_at),
        "ended_at": iso(one.ended_at),
    }
