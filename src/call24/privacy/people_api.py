"""Erasing people of the address book as a whole: what would go, and doing it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from call24.http.access import SERIALISED
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.kit.ids import ContactId, PersonId
from call24.people.dependencies import PeopleDep
from call24.people.rules import NUMBERS_MAX
from call24.privacy.api import receipt_view
from call24.privacy.callers_api import CallerErasureWish, Eraser, told
from call24.privacy.dependencies import PersonErasuresDep
from call24.privacy.people_answers import NumberErasurePlan, PersonErased, PersonErasurePlan
from call24.privacy.person_erasure import NumberPlan, together
from call24.processors.answers import NOTICES_MAX, notice_view
from call24.processors.dependencies import ErasureNoticesDep
from call24.webhooks.dependencies import WebhooksDep

router = Router(prefix="/v1/people", tags=["administration"])


class PersonErasureWish(CallerErasureWish):
    """Why the person is erased, and the contacts of the numbers that the plan said would go with them."""

    contact_ids: list[Annotated[str, Field(max_length=40)]] = Field(max_length=NUMBERS_MAX)


@router.get("/{person_id}/erasure-plan", operation_id="people_plan_erasure")
async def plan(
    person_id: str,
    principal: Eraser,
    people: PeopleDep,
    erasures: PersonErasuresDep,
    erasure_notices: ErasureNoticesDep,
    webhooks: WebhooksDep,
) -> PersonErasurePlan:
    """Tells what the erasure of a person would delete, number by number, without deleting anything.

    A number that other people of the organisation have (`shared`) stays with them, and so do its calls. Private entries
    of others go with a number that is this person's alone.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    plans = await erasures.plan(person)
    held = sum(one.held for one in plans)
    kept = not held and await people.kept_by_hold(person.tenant_id, person.id)
    return {
        "person_id": person.id,
        "numbers": [_number(one) for one in plans],
        "would_delete": together(plans),
        "held": held + kept,
        "on_call": any(one.on_call for one in plans),
        "passed_on": await told(principal.tenant_id, erasure_notices, webhooks, "contact.deleted", "person.deleted"),
    }


def _number(one: NumberPlan) -> NumberErasurePlan:
    return {
        "contact_id": one.number.contact_id,
        "number": one.number.number,
        "label": one.number.label,
        "shared": one.shared,
        "would_delete": one.would_delete,
        "held": one.held,
        "on_call": one.on_call,
    }


@router.post("/{person_id}/erase", dependencies=SERIALISED, operation_id="people_erase")
async def erase(
    person_id: str,
    body: PersonErasureWish,
    principal: Eraser,
    people: PeopleDep,
    erasures: PersonErasuresDep,
    erasure_notices: ErasureNoticesDep,
    clock: ClockDep,
) -> PersonErased:
    """Erases a person: the entry in the address book, and each number that is theirs alone with all that is kept of it,
    as `POST /v1/contacts/{contact_id}/erase` does.

    It cannot be undone. An erasure that was interrupted is finished within a minute or two. 409 person_changed: the
    numbers that are the person's alone are others than `contact_ids`; 409 caller_on_call: one of them has a call in
    progress. What a legal hold keeps (`held`) goes when it is released; until then `receipt` is null. Each number has a
    receipt of its own beside this one.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    asked = [ContactId(id) for id in body.contact_ids]
    deleted, held, receipt = await erasures.erase(person, asked, body.reason)
    notices = [
        one
        for contact_id in dict.fromkeys(asked)
        for one in (
            await erasure_notices.page(
                principal.tenant_id, state=None, person_id=contact_id, limit=NOTICES_MAX, cursor=None
            )
        ).notices
    ]
    return {
        "person_id": person.id,
        "deleted": dict(+deleted),
        "held": held,
        "receipt": None if receipt is None else receipt_view(receipt),
        "notices": [notice_view(one, clock.now()) for one in notices],
    }
