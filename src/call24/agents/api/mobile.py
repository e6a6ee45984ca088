"""The mobile number on which you are called when none of your phones rings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from call24.agents.api.answers import MobileAnswer, MobileCodeAnswer
from call24.agents.dependencies import MobilesDep
from call24.agents.mobiles import AgentMobiles, Asked
from call24.agents.settings import AgentMobile
from call24.http.access import Body, allowed, recently_proven
from call24.http.router import Router
from call24.identity.model import Principal

router = Router(prefix="/v1/me/mobile", tags=["session"])

Agent = Annotated[Principal, Depends(allowed("session.change"))]


class MobileNumber(Body):
    """`number`: in international form, or as it is dialled in the organisation's country."""

    number: str = Field(min_length=1, max_length=40)


class MobileCode(Body):
    """`code`: the six digits that were said in the call."""

    code: str = Field(min_length=1, max_length=12)


class MobileSwitch(Body):
    """`rings`: whether you are called on the number."""

    rings: bool


@router.get("", operation_id="mobile_read")
async def read(principal: Agent, mobiles: MobilesDep) -> MobileAnswer:
    """Retrieves the mobile number on which you are called when none of your phones rings, and whether you are.

    `awaited`: the number that is to be proven by a code that was said to it.
    """
    return _answer(principal, mobiles, await mobiles.of(principal.tenant_id, principal.user_id))


@router.post("/code", operation_id="mobile_say_code")
async def say_code(body: MobileNumber, principal: Agent, mobiles: MobilesDep) -> MobileCodeAnswer:
    """Calls the number and says a code of six digits, with which you prove that it is yours.

    Your number stays what it was until then. Five codes an hour for you, three a day for one number. 403 with the code
    of the toll-fraud limit where the number may not be called, 409 `mobile_not_allowed` where your organisation does
    not call mobile numbers, 503 where no call can be made now.
    """
    recently_proven(principal)
    return _code(mobiles.say_code(principal.tenant_id, principal.user_id, body.number))


@router.post("/proof", operation_id="mobile_prove")
async def prove(body: MobileCode, principal: Agent, mobiles: MobilesDep) -> MobileAnswer:
    """Stores the number whose code you name; you are called on it from now on.

    403 `wrong_code` where the code is wrong or older than ten minutes; after three wrong ones ask for another.
    """
    recently_proven(principal)
    return _answer(principal, mobiles, await mobiles.prove(principal.tenant_id, principal.user_id, body.code))


@router.patch("", operation_id="mobile_switch")
async def switch(body: MobileSwitch, principal: Agent, mobiles: MobilesDep) -> MobileAnswer:
    """Turns the calls to your mobile number on or off; the number stays. 404 where there is none."""
    mobile = await mobiles.switch(principal.tenant_id, principal.user_id, rings=body.rings)
    return _answer(principal, mobiles, mobile)


@router.delete("", status_code=204, operation_id="mobile_remove")
async def remove(principal: Agent, mobiles: MobilesDep) -> Response:
    """Deletes your mobile number."""
    await mobiles.remove(principal.tenant_id, principal.user_id)
    return Response(status_code=204)


def _code(asked: Asked) -> MobileCodeAnswer:
    return {"number": asked.number, "until": asked.until.isoformat(), "tries_left": asked.tries_left}


def _answer(principal: Principal, mobiles: AgentMobiles, mobile: AgentMobile | None) -> MobileAnswer:
    asked = mobiles.awaited(principal.tenant_id, principal.user_id)
    return {
        "allowed": mobiles.allowed(principal.tenant_id),
        "number": None if mobile is None else mobile.number,
        "proven_at": None if mobile is None else mobile.proven_at.isoformat(),
        "rings": mobile is not None and mobile.rings,
        "awaited": None if asked is None else _code(asked),
    }
