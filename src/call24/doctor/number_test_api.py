"""Test calls to an organisation's own numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.doctor.answers import NumberTestAnswer
from call24.doctor.number_test import NumberTests
from call24.doctor.number_test_model import STEPS, NumberTest
from call24.http.access import allowed
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.ids import NumberId, UserId
from call24.kit.instants import iso
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/numbers", tags=["administration"])

NumberTestsDep = Annotated[NumberTests, provided(NumberTests)]
Reader = Annotated[Principal, Depends(allowed("numbers.read"))]
Owner = Annotated[Principal, Depends(allowed("numbers.write"))]


@router.get("/{number_id}/test-call", operation_id="numbers_read_test_call")
async def read(
    number_id: str, principal: Reader, tenants: TenantsDep, tests: NumberTestsDep, identity: IdentityDep
) -> NumberTestAnswer:
    """Returns what the newest test call to this number has found, also while it goes on.

    It is kept until a number of the organisation is tested again, or until the server is restarted.
    """
    number = await tenants.number(principal.tenant_id, NumberId(number_id))
    newest = tests.newest(principal.tenant_id)
    return view(newest if newest is not None and newest.number_id == number.id else None, identity)


@router.post("/{number_id}/test-call", status_code=202, operation_id="numbers_place_test_call")
async def place(
    number_id: str, principal: Owner, tenants: TenantsDep, tests: NumberTestsDep, identity: IdentityDep
) -> NumberTestAnswer:
    """Rings the number from this installation itself, as a caller would, and follows the call until an agent is heard.

    It does not come over the trunk, so it shows nothing of the carrier. Nobody outside is dialled for it, it is not
    recorded, counts in no statistic and is deleted within two minutes. One goes on at a time in an organisation: while
    it does, that one is returned. 429: another number is being tested, or there were 12 test calls within the hour.
    """
    return view(tests.start(await tenants.number(principal.tenant_id, NumberId(number_id))), identity)


def view(test: NumberTest | None, identity: IdentityService) -> NumberTestAnswer:
    def name(user_id: UserId) -> str:
        user = identity.known_user(user_id)
        return user.name if user is not None else ""

    if test is None:
        return {
            "state": "never",
            "started_at": None,
            "ended_at": None,
            "steps": [],
            "queue_id": None,
            "rang": [],
            "answered_by": None,
            "trouble": None,
        }
    return {
        "state": test.state,
        "started_at": iso(test.started_at),
        "ended_at": iso(test.ended_at),
        "steps": [{"name": one, "reached_at": iso(test.reached.get(one))} for one in STEPS],
        "queue_id": test.queue_id,
        "rang": [name(one) for one in test.rang],
        "answered_by": None if test.answered_by is None else name(test.answered_by),
        "trouble": test.trouble,
    }
