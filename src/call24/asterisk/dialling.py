"""Ringing somebody: an agent's phone, or an outside number over a trunk. Dial strings are built here, and only here.

A channel is made first and dialled then (ADR 77): so Asterisk follows no 302, as it would where it originates.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import Any

from call24.asterisk import translate
from call24.asterisk.legs import APP, Legs
from call24.calls.commands import DialOutside, RingAgent
from call24.kit.ids import LegId
from call24.kit.sip_names import owner_of, sip_name

log = logging.getLogger(__name__)

AGENT_CODECS = "opus,ulaw"
TRUNK_CODECS = "alaw,ulaw"
NOT_REGISTERED = 20  # Q.850: subscriber absent
NO_ROUTE, INVALID_NUMBER = 3, 28  # Q.850: no route to destination, invalid number format
OUT_OF_ORDER = 27  # Q.850: destination out of order
SILENCE_S = 4.0
"""So long a trunk whose host did not answer lately may say nothing before it is given up."""
MADE_S = 2.0
"""So long a channel that was made may take until it is in the application, where alone it can be dialled."""
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TRUNK = re.compile(r"trk_[0-9a-z]{26}")
_PURPOSE = re.compile(r"[a-z_]{1,20}")


async def ring_agent(legs: Legs, command: RingAgent) -> None:
    headers = {
        "X-Call24-Call": command.call_id,
        "X-Call24-Offer": command.offer_id,
        "X-Call24-Purpose": command.purpose if _PURPOSE.fullmatch(command.purpose) else "offer",
    }
    if command.auto_answer:
        headers["X-Call24-Answer"] = "auto"
    body = {
        "endpoint": f"PJSIP/{sip_name(command.tenant_id, command.device_id)}",
        "channelId": command.leg,
        "app": APP,
        "appArgs": translate.AGENT,
        "formats": AGENT_CODECS,
        "variables": {
            **_caller_id(command.caller_name, command.caller_number),
            "C24_CALL": command.call_id,
            "C24_TENANT": command.tenant_id,
            **{f"PJSIP_HEADER(add,{name})": value for name, value in headers.items()},
        },
    }
    await _ring(legs, command.leg, body, command.ring_s, NOT_REGISTERED)


async def dial_outside(legs: Legs, command: DialOutside) -> None:
    """A number that is no E.164 ends its leg at once: nothing else may get into a dial string."""
    trunk_name = sip_name(command.tenant_id, command.trunk_id)
    is_named = _TRUNK.fullmatch(command.trunk_id) is not None and owner_of(trunk_name) == command.tenant_id
    if not _E164.fullmatch(command.number) or not is_named:
        legs.gone(command.leg, INVALID_NUMBER)
        return
    shown = command.shown if _E164.fullmatch(command.shown) else ""
    variables = {**_caller_id("", shown), "C24_CALL": command.call_id, "C24_TENANT": command.tenant_id}
    if command.limit_s is not None:
        variables["TIMEOUT(absolute)"] = str(max(1, command.limit_s))
    body = {
        "endpoint": f"PJSIP/{command.number}@{trunk_name}",
        "channelId": command.leg,
        "app": APP,
        "appArgs": translate.OUTSIDE,
        "formats": TRUNK_CODECS,
        "variables": variables,
    }
    trunk = await legs.ari.request("GET", f"/endpoints/PJSIP/{trunk_name}")
    if trunk.ok and trunk.body.get("state") == "offline":
        legs.listen(command.leg)  # before it is rung: an answer may come before the request has returned
        legs.soon(_give_up_in_silence(legs, command.leg))
    await _ring(legs, command.leg, body, command.ring_s, NO_ROUTE)


async def _give_up_in_silence(legs: Legs, leg: LegId) -> None:
    """SIP itself waits half a minute for a host that is gone; the next trunk is to be tried before that."""
    if not await legs.stirs(leg, SILENCE_S):
        await legs.ari.request("DELETE", f"/channels/{leg}", params={"reason_code": str(OUT_OF_ORDER)})
        legs.gone(leg, OUT_OF_ORDER)


async def _ring(legs: Legs, leg: LegId, body: dict[str, Any], ring_s: int, refused: int) -> None:
    """`refused`: the cause with which the leg ends when Asterisk knows no way to it."""
    legs.alive.add(leg)
    made = legs.order.hop(leg)  # before it is asked for: its channel may be there before the request has returned
    reply = await legs.ari.request("POST", "/channels/create", body=body)
    if not reply.ok:
        legs.order.end_hop(leg)
        if reply.status != 409 and not reply.away:  # 409: it rings already
            legs.gone(leg, refused)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(MADE_S):
            await made
    legs.order.end_hop(leg)
    if leg not in legs.alive:
        return
    reply = await legs.ari.request("POST", f"/channels/{leg}/dial", params={"timeout": str(ring_s)})
    if not reply.ok and not reply.away:
        log.error("leg %s was created but could not be dialled: Asterisk answered %s %s", leg, reply.status, reply.body)
        await legs.ari.request("DELETE", f"/channels/{leg}")
        legs.gone(leg, refused)


def _caller_id(name: str, number: str) -> dict[str, str]:
    """Who is shown to be calling, as variables of the channel that is made: Asterisk's ``"name" <number>`` without what
    could end a part early. Empty where there is nothing to show."""
    bare = re.sub(r'["<>\\]', "", translate.clean_name(name))
    clean = translate.clean_number(number)
    if not bare and not clean:
        return {}
    shown = f'"{bare}" <{clean}>'
    return {"CALLERID(all)": shown, "CONNECTEDLINE(all,i)": shown}
