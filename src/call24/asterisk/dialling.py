"""Ringing somebody: an agent's phone, or an outside number over a trunk. Dial strings are built here, and only here."""

from __future__ import annotations

import re
from typing import Any

from call24.asterisk import translate
from call24.asterisk.legs import APP, Legs
from call24.calls.commands import DialOutside, RingAgent
from call24.kit.ids import LegId
from call24.kit.sip_names import owner_of, sip_name

AGENT_CODECS = "opus,ulaw"
TRUNK_CODECS = "alaw,ulaw"
NOT_REGISTERED = 20  # Q.850: subscriber absent
NO_ROUTE, INVALID_NUMBER = 3, 28  # Q.850: no route to destination, invalid number format
OUT_OF_ORDER = 27  # Q.850: destination out of order
SILENCE_S = 4.0
"""So long a trunk whose host did not answer lately may say nothing before it is given up."""
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
        "callerId": _caller_id(command.caller_name, command.caller_number),
        "timeout": command.ring_s,
        "formats": AGENT_CODECS,
        "variables": {
            "C24_CALL": command.call_id,
            "C24_TENANT": command.tenant_id,
            **{f"PJSIP_HEADER(add,{name})": value for name, value in headers.items()},
        },
    }
    await _originate(legs, command.leg, body, NOT_REGISTERED)


async def dial_outside(legs: Legs, command: DialOutside) -> None:
    """A number that is no E.164 ends its leg at once: nothing else may get into a dial string."""
    trunk_name = sip_name(command.tenant_id, command.trunk_id)
    is_named = _TRUNK.fullmatch(command.trunk_id) is not None and owner_of(trunk_name) == command.tenant_id
    if not _E164.fullmatch(command.number) or not is_named:
        legs.gone(command.leg, INVALID_NUMBER)
        return
    shown = command.shown if _E164.fullmatch(command.shown) else ""
    variables: dict[str, str] = {"C24_CALL": command.call_id, "C24_TENANT": command.tenant_id}
    if command.limit_s is not None:
        variables["TIMEOUT(absolute)"] = str(max(1, command.limit_s))
    body = {
        "endpoint": f"PJSIP/{command.number}@{trunk_name}",
        "channelId": command.leg,
        "app": APP,
        "appArgs": translate.OUTSIDE,
        "callerId": _caller_id("", shown),
        "timeout": command.ring_s,
        "formats": TRUNK_CODECS,
        "variables": variables,
    }
    trunk = await legs.ari.request("GET", f"/endpoints/PJSIP/{trunk_name}")
    if trunk.ok and trunk.body.get("state") == "offline":
        legs.listen(command.leg)  # before it is rung: an answer may come before the request has returned
        legs.soon(_give_up_in_silence(legs, command.leg))
    await _originate(legs, command.leg, body, NO_ROUTE)


async def _give_up_in_silence(legs: Legs, leg: LegId) -> None:
    """SIP itself waits half a minute for a host that is gone; the next trunk is to be tried before that."""
    if not await legs.stirs(leg, SILENCE_S):
        await legs.ari.request("DELETE", f"/channels/{leg}", params={"reason_code": str(OUT_OF_ORDER)})
        legs.gone(leg, OUT_OF_ORDER)


async def _originate(legs: Legs, leg: LegId, body: dict[str, Any], refused: int) -> None:
    """`refused`: the cause with which the leg ends when Asterisk knows no way to it."""
    reply = await legs.ari.request("POST", "/channels", body=body)
    if reply.ok or reply.status == 409:  # 409: it rings already
        legs.alive.add(leg)
    elif not reply.away:
        legs.gone(leg, refused)


def _caller_id(name: str, number: str) -> str:
    """Asterisk's ``"name" <number>`` without what could end a part early."""
    bare = re.sub(r'["<>\\]', "", translate.clean_name(name))
    return f'"{bare}" <{translate.clean_number(number)}>'
