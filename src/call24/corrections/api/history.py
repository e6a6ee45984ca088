"""What was corrected: of a caller for the privacy officer, of one's own data for each user."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.call_records.labels import named
from call24.contacts.dependencies import ContactsDep
from call24.corrections.api.answers import CorrectionAnswer, CorrectionPage
from call24.corrections.dependencies import CorrectionsDep
from call24.corrections.model import Correction
from call24.corrections.service import HistoryPage
from call24.http.access import allowed
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.ids import ContactId, UserId
from call24.kit.instants import iso

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("privacy_requests.read"))]


@router.get("/contacts/{contact_id}/corrections", operation_id="corrections_list_of_contact")
async def list_of_contact(
    contact_id: str,
    principal: Reader,
    corrections: CorrectionsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    asked: AskedDep,
) -> CorrectionPage:
    """Lists what was corrected of a caller's data, the newest first. The newest 50 are kept."""
    contact = await contacts.stored(principal.tenant_id, ContactId(contact_id))
    page = await corrections.of_contact(principal.tenant_id, contact.id, limit=asked.limit, cursor=asked.cursor)
    return _shown(page, identity)


@router.get("/me/corrections", tags=["session"], operation_id="corrections_list_mine")
async def list_mine(
    principal: InApp, corrections: CorrectionsDep, identity: IdentityDep, asked: AskedDep
) -> CorrectionPage:
    """Lists what was changed of the current user's name, phone number and e-mail address, the newest first.

    The newest 50 are kept.
    """
    page = await corrections.of_user(principal.tenant_id, principal.user_id, limit=asked.limit, cursor=asked.cursor)
    return _shown(page, identity)


def _shown(page: HistoryPage, identity: IdentityService) -> CorrectionPage:
    return {"items": [_view(one, identity) for one in page.corrections], "next": page.next}


def _view(one: Correction, identity: IdentityService) -> CorrectionAnswer:
    def name(user_id: UserId | None) -> str:
        user = identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    return {
        "id": one.id,
        "field": one.field,
        "old": one.old,
        "new": one.new,
        "at": iso(one.at),
        "by": named(one.by, name),
        "request_id": one.request_id,
        "why": one.why,
        "folded": one.folded,
    }
