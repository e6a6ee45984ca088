"""Privacy requests as the API shows them: with names and numbers, which are joined when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from call24.call_records.labels import named
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.identity.service import IdentityService
from call24.kit.ids import ContactId, TenantId, UserId
from call24.kit.instants import iso
from call24.privacy_requests.answers import (
    OwnPrivacyRequest,
    PrivacyRequestAnswer,
    PrivacyRequestDeadlines,
    PrivacyRequestWithHistory,
)
from call24.privacy_requests.machine import OPEN, possible
from call24.privacy_requests.model import PrivacyRequest, PrivacyRequestSettings

ANSWERS = ("finish", "correct", "restrict", "tell_lifting", "lift", "refuse")
"""Kinds of lines whose note the person is told."""


async def contacts_of(
    tenant_id: TenantId, requests: Sequence[PrivacyRequest], contacts: ContactService
) -> dict[ContactId, Contact]:
    return await contacts.stored_some(tenant_id, [one.contact_id for one in requests if one.contact_id is not None])


async def whole(
    request: PrivacyRequest, contacts: ContactService, identity: IdentityService, now: datetime
) -> PrivacyRequestWithHistory:
    known, name = await contacts_of(request.tenant_id, [request], contacts), _names(identity)
    return {
        **view(request, known, identity, now),
        "history": [
            {
                "at": iso(line.at),
                "by": named(line.by, name),
                "kind": line.kind,
                "state": line.state,
                "note": line.note,
                "correction_id": line.correction_id,
            }
            for line in request.history
        ],
    }


def view(
    request: PrivacyRequest, known: Mapping[ContactId, Contact], identity: IdentityService, now: datetime
) -> PrivacyRequestAnswer:
    contact = known.get(request.contact_id) if request.contact_id is not None else None
    name = contact.shown_name if contact is not None else None
    return {
        "id": request.id,
        "kind": request.kind,
        "source": request.source,
        "subject": request.subject,
        "contact_id": request.contact_id,
        "user_id": request.user_id,
        "name": _names(identity)(request.user_id) if request.user_id is not None else name,
        "number": contact.number if contact is not None else None,
        "state": request.state,
        "identity": request.identity,
        "identity_by": named(request.identity_by, _names(identity)),
        "received_at": iso(request.received_at),
        "due_at": iso(request.due_at),
        "overdue": request.state in OPEN and request.due_at <= now,
        "extended_at": iso(request.extended_at),
        "extension": request.extension,
        "settled_at": iso(request.settled_at),
        "version": request.version,
        "steps": possible(request),
    }


def own(request: PrivacyRequest) -> OwnPrivacyRequest:
    answers = [line.note for line in request.history if line.kind in ANSWERS]
    return {
        "id": request.id,
        "kind": request.kind,
        "state": request.state,
        "received_at": iso(request.received_at),
        "due_at": iso(request.due_at),
        "extension": request.extension,
        "answer": answers[-1] if answers else "",
        "settled_at": iso(request.settled_at),
    }


def deadlines(settings: PrivacyRequestSettings) -> PrivacyRequestDeadlines:
    return {"answer_days": settings.answer_days, "extension_days": settings.extension_days}


def _names(identity: IdentityService) -> Callable[[UserId | None], str]:
    def name(user_id: UserId | None) -> str:
        user = identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    return name
