"""Erasing callers, who have no account: what would go, and doing it."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends

from call24.http.access import SERIALISED, Body, allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import ContactId, TenantId
from call24.privacy.answers import CallerErasure, CallerErasurePlan, ErasurePassedOn
from call24.privacy.api import receipt_view
from call24.privacy.dependencies import CallerErasuresDep
from call24.processors.answers import NOTICES_MAX, notice_view
from call24.processors.dependencies import ErasureNoticesDep
from call24.processors.notices import ErasureNotices
from call24.webhooks.dependencies import WebhooksDep
from call24.webhooks.service import WebhookService

router = Router(prefix="/v1/contacts", tags=["administration"])

Eraser = Annotated[Principal, Depends(allowed("callers.erase"))]


class CallerErasureWish(Body):
    """Why the caller is erased: they asked for it, withdrew a consent, objected, or another reason."""

    reason: Literal["asked", "consent_withdrawn", "objected", "other"]


@router.get("/{contact_id}/erasure-plan", operation_id="contacts_plan_erasure")
async def plan(
    contact_id: str,
    principal: Eraser,
    erasures: CallerErasuresDep,
    erasure_notices: ErasureNoticesDep,
    webhooks: WebhooksDep,
) -> CallerErasurePlan:
    """Tells what the erasure of a caller would delete and whom it would be passed on to, without deleting anything.

    Exports of calls are deleted whole, since any of them may have the caller.
    """
    id = ContactId(contact_id)
    would_delete, held = await erasures.plan(principal.tenant_id, id)
    return {
        "contact_id": id,
        "would_delete": would_delete,
        "held": held,
        "on_call": erasures.on_call(principal.tenant_id, id),
        "passed_on": await told(principal.tenant_id, erasure_notices, webhooks, "contact.deleted"),
    }


async def told(
    tenant_id: TenantId, notices: ErasureNotices, webhooks: WebhookService, *kinds: str
) -> list[ErasurePassedOn]:
    """Whom the erasure of a caller would be passed on to now. `kinds`: of the events that webhooks tell it by."""
    return [
        *(
            _passed_on("crm" if id.startswith("crm_") else "processor", id, name)
            for id, name in await notices.recipients(tenant_id, "caller")
        ),
        *(
            _passed_on("webhook", one.id, urlsplit(one.url).hostname or "")
            for one in await webhooks.all(tenant_id)
            if one.enabled and not {*kinds}.isdisjoint(one.kinds)
        ),
    ]


def _passed_on(kind: Literal["processor", "crm", "webhook"], id: str, name: str) -> ErasurePassedOn:
    return {"kind": kind, "id": id, "name": name}


@router.post("/{contact_id}/erase", dependencies=SERIALISED, operation_id="contacts_erase")
async def erase(
    contact_id: str,
    body: CallerErasureWish,
    principal: Eraser,
    erasures: CallerErasuresDep,
    erasure_notices: ErasureNoticesDep,
    clock: ClockDep,
) -> CallerErasure:
    """Erases a caller and all that is kept of them: calls, recordings, journal, tasks, exports of calls, the contact.

    It cannot be undone. Whoever calls from the number later has another contact id and no history. An erasure that was
    interrupted is finished within a minute or two. 409 caller_on_call: the caller has a call in progress. `receipt` is
    signed proof of the erasure; it can be downloaded again by its id. What a legal hold keeps (`held`) goes when the
    hold is released; until then `receipt` is null. Processors that get callers' data are asked to erase the caller too
    (`notices`). 409 erasure_notices_full: too many of what they were asked before waits for their answers.
    """
    deleted, held, receipt = await erasures.erase(principal.tenant_id, ContactId(contact_id), body.reason)
    passed_on = await erasure_notices.page(
        principal.tenant_id, state=None, person_id=contact_id, limit=NOTICES_MAX, cursor=None
    )
    return {
        "contact_id": contact_id,
        "deleted": dict(+deleted),
        "held": held,
        "receipt": None if receipt is None else receipt_view(receipt),
        "notices": [notice_view(one, clock.now()) for one in passed_on.notices],
    }
