"""The privacy officer's desk, and a user's own requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.corrections.model import Field as CorrectedField
from call24.engine.api.call_targets import e164
from call24.http.access import Body, allowed
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import ContactId, PersonId, TenantId, UserId
from call24.kit.phone import parse_e164
from call24.privacy_requests.answers import (
    OwnPrivacyRequest,
    OwnPrivacyRequestPage,
    PrivacyRequestDeadlines,
    PrivacyRequestPage,
    PrivacyRequestWithHistory,
)
from call24.privacy_requests.correcting import VALUE_MAX
from call24.privacy_requests.dependencies import (
    PrivacyRequestsDep,
    RequestedCorrectionsDep,
    RequestedRestrictionsDep,
)
from call24.privacy_requests.machine import NOTE_MAX, OPEN, SETTLED, Taken
from call24.privacy_requests.model import Identity, Kind, Source, State, Step
from call24.privacy_requests.restricting import STEPS
from call24.privacy_requests.store import Wanted
from call24.privacy_requests.views import contacts_of, deadlines, own, view, whole
from call24.restrictions.model import Ground
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("privacy_requests.read"))]
Writer = Annotated[Principal, Depends(allowed("privacy_requests.write"))]


class NewPrivacyRequest(Body):
    """What somebody asked by phone or by letter. At most one of `number`, `contact_id` and `user_id`; none: it is not
    known yet who it is."""

    kind: Kind
    source: Source = Field("letter", description="phone or letter; a request through the app or the page enters itself")
    number: str | None = Field(None, max_length=40, description="The caller's number, if a contact has it")
    contact_id: str | None = Field(None, max_length=64)
    user_id: str | None = Field(None, max_length=64)
    note: str = Field("", max_length=NOTE_MAX, description="What was asked")


class PrivacyRequestStep(Body):
    """The next step. `note` is a reason that the person is told with `refuse` and `extend`, and how it was answered
    with `finish` and `correct`.

    `correct` changes the person's data and answers the request at once: of a contact the name, of a person of the
    address book (`person_id`) a name, the company, numbers, e-mail addresses or addresses, of a user the name or the
    phone number. It is added to the history of their data, and those who received the data are told.

    `restrict` has the data of the contact kept and not used from now on, for the `ground`; the person is told the note.
    It is lifted by `tell_lifting`, when the person was told, and then `lift`.
    """

    step: Step
    version: int = Field(ge=1, description="Of the request that you have seen")
    note: str = Field("", max_length=NOTE_MAX)
    identity: Identity = Field("none", description="With `confirm_identity`: how the person was recognised")
    field: CorrectedField = Field("name", description="With `correct`: what is changed")
    ground: Ground | None = Field(
        None,
        description="With `restrict`, why (GDPR, article 18(1)): the data may be wrong; its use was `unlawful`; the "
        "person needs it for `legal_claims`; or they objected and it is not decided yet",
    )
    value: str = Field(
        "",
        max_length=VALUE_MAX,
        description="With `correct`: what is right; empty: none. Of numbers, e-mails and addresses all that are right, "
        "a line each",
    )
    person_id: str | None = Field(
        None,
        max_length=64,
        description="The person of the address book who asks. With `restrict`: the entry, and the numbers that are "
        "theirs alone, are restricted too; with `correct`: the entry is corrected",
    )
    contact_id: str | None = Field(None, max_length=64, description="With `name_subject`")
    user_id: str | None = Field(None, max_length=64, description="With `name_subject`")


class PrivacyRequestDeadlinesChange(Body):
    """Fields that are left out stay. Requests that are open keep their deadline."""

    answer_days: int | None = Field(None, ge=1, le=45)
    extension_days: int | None = Field(None, ge=1, le=90)


class NewOwnPrivacyRequest(Body):
    kind: Kind
    note: str = Field("", max_length=NOTE_MAX, description="What you ask, in your words")


@router.get("/privacy-requests", operation_id="privacy_requests_list_requests")
async def list_requests(
    principal: Reader,
    requests: PrivacyRequestsDep,
    asked: AskedDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    state: Annotated[State | None, Query(description="Only those in this state")] = None,
    open: Annotated[bool | None, Query(description="Only open ones, or only settled ones")] = None,
    kind: Kind | None = None,
    contact_id: Annotated[str | None, Query(max_length=64)] = None,
    overdue: Annotated[bool, Query(description="Only open ones that are past their deadline")] = False,
) -> PrivacyRequestPage:
    """Returns the privacy requests of the organisation, the next due first."""
    states = {*OPEN, *SETTLED}
    if state is not None:
        states &= {state}
    if open is not None:
        states &= {*(OPEN if open else SETTLED)}
    if overdue:
        states &= {*OPEN}
    wanted = Wanted(
        states=tuple(sorted(states)),
        kind=kind,
        contact_id=ContactId(contact_id) if contact_id is not None else None,
        due_before=requests.now() if overdue else None,
    )
    page = await requests.page(principal.tenant_id, wanted, limit=asked.limit, cursor=asked.cursor)
    known = await contacts_of(principal.tenant_id, page.requests, contacts)
    return {"items": [view(one, known, identity, requests.now()) for one in page.requests], "next": page.next}


@router.post("/privacy-requests", status_code=201, operation_id="privacy_requests_add_request")
async def add_request(
    body: NewPrivacyRequest,
    principal: Writer,
    requests: PrivacyRequestsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    tenants: TenantsDep,
) -> PrivacyRequestWithHistory:
    """Enters a request that came by phone or by letter. 409 privacy_requests_open: the person has 10 open ones."""
    if body.source not in ("phone", "letter"):
        raise Invalid(errors=[("source", "phone or letter")])
    if sum(one is not None for one in (body.number, body.contact_id, body.user_id)) > 1:
        raise Invalid(errors=[("number", "at most one of number, contact_id and user_id")])
    contact_id = body.contact_id
    if body.number is not None:
        number = parse_e164(body.number, (await tenants.get(principal.tenant_id)).region)
        if number is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        found = contacts.id_for(principal.tenant_id, number)
        contact_id = found if await contacts.stored_some(principal.tenant_id, [found]) else None
    elif contact_id is not None:
        await _check_contact(principal.tenant_id, contact_id, contacts)
    _check_user(principal.tenant_id, body.user_id, identity)
    made = await requests.add(
        principal.tenant_id,
        body.kind,
        body.source,
        contact_id=ContactId(contact_id) if contact_id is not None else None,
        user_id=UserId(body.user_id) if body.user_id is not None else None,
        note=body.note,
        by=principal.user_id,
    )
    return await whole(made, contacts, identity, requests.now())


@router.get("/privacy-requests/deadlines", operation_id="privacy_requests_read_deadlines")
async def read_deadlines(principal: Reader, requests: PrivacyRequestsDep) -> PrivacyRequestDeadlines:
    """Retrieves until when the organisation answers privacy requests."""
    return deadlines(await requests.settings(principal.tenant_id))


@router.patch("/privacy-requests/deadlines", operation_id="privacy_requests_change_deadlines")
async def change_deadlines(
    body: PrivacyRequestDeadlinesChange, principal: Writer, requests: PrivacyRequestsDep
) -> PrivacyRequestDeadlines:
    """Updates the deadlines of requests that come in from now on."""
    changed = await requests.change_settings(
        principal.tenant_id, answer_days=body.answer_days, extension_days=body.extension_days
    )
    return deadlines(changed)


@router.get("/privacy-requests/{request_id}", operation_id="privacy_requests_read_request")
async def read_request(
    request_id: str, principal: Reader, requests: PrivacyRequestsDep, contacts: ContactsDep, identity: IdentityDep
) -> PrivacyRequestWithHistory:
    """Retrieves a privacy request with its history."""
    found = await requests.get(principal.tenant_id, request_id)
    return await whole(found, contacts, identity, requests.now())


@router.post("/privacy-requests/{request_id}/steps", operation_id="privacy_requests_take_step")
async def take_step(
    request_id: str,
    body: PrivacyRequestStep,
    principal: Writer,
    requests: PrivacyRequestsDep,
    corrections: RequestedCorrectionsDep,
    restricting: RequestedRestrictionsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    tenants: TenantsDep,
) -> PrivacyRequestWithHistory:
    """Takes a privacy request one step further; the step and its note are added to the history.

    409 request_state: not possible in its state; `steps` of the request names those that are. 409 identity_unproven:
    access, correction, deletion, portability and restriction are finished only for whom it is known to be.
    409 request_extended: the deadline is extended once. 409 restriction_untold: a restriction is lifted after the
    person was told.
    """
    _check_user(principal.tenant_id, body.user_id, identity)
    if body.contact_id is not None:
        await _check_contact(principal.tenant_id, body.contact_id, contacts)
    taken = Taken(
        step=body.step,
        at=requests.now(),
        by=principal.user_id,
        note=body.note,
        identity=body.identity,
        contact_id=ContactId(body.contact_id) if body.contact_id is not None else None,
        user_id=UserId(body.user_id) if body.user_id is not None else None,
    )
    if body.step == "correct":
        value = body.value
        if body.field == "phone" and value:
            value = e164(tenants, principal.tenant_id, value, "value")
        person_id = PersonId(body.person_id) if body.person_id is not None else None
        after = await corrections.correct(
            principal.tenant_id, request_id, taken, body.field, value, seen=body.version, person_id=person_id
        )
    elif body.step in STEPS:
        person_id = PersonId(body.person_id) if body.person_id is not None else None
        after = await restricting.take(
            principal.tenant_id, request_id, taken, body.ground, seen=body.version, person_id=person_id
        )
    else:
        after = await requests.step(principal.tenant_id, request_id, taken, seen=body.version)
    return await whole(after, contacts, identity, requests.now())


@router.get("/me/privacy-requests", tags=["session"], operation_id="privacy_requests_list_mine")
async def list_mine(principal: InApp, requests: PrivacyRequestsDep, asked: AskedDep) -> OwnPrivacyRequestPage:
    """Returns what the current user asked under their rights over their data, and what became of it; the next due
    first."""
    wanted = Wanted(user_id=principal.user_id)
    page = await requests.page(principal.tenant_id, wanted, limit=asked.limit, cursor=asked.cursor)
    return {"items": [own(one) for one in page.requests], "next": page.next}


@router.post("/me/privacy-requests", status_code=201, tags=["session"], operation_id="privacy_requests_add_mine")
async def add_mine(body: NewOwnPrivacyRequest, principal: InApp, requests: PrivacyRequestsDep) -> OwnPrivacyRequest:
    """Asks the organisation's privacy officer. 409 privacy_requests_open: 10 of yours are not answered yet."""
    made = await requests.add(
        principal.tenant_id, body.kind, "app", user_id=principal.user_id, identity="account", note=body.note
    )
    return own(made)


async def _check_contact(tenant_id: TenantId, contact_id: str, contacts: ContactService) -> None:
    """Raises: Invalid for one that does not exist, or is another organisation's."""
    try:
        await contacts.stored(tenant_id, ContactId(contact_id))
    except NotFound:
        raise Invalid(errors=[("contact_id", "a contact of your organisation")]) from None


def _check_user(tenant_id: TenantId, user_id: str | None, identity: IdentityService) -> None:
    user = identity.known_user(UserId(user_id)) if user_id is not None else None
    if user_id is not None and (user is None or user.tenant_id != tenant_id):
        raise Invalid(errors=[("user_id", "a user of your organisation")])
