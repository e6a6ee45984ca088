"""`./call24 call trace` of real calls: all messages of the one call, none of another, and nothing when it is off."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.people import AGENT_HZ
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.asterisk.cli import told_by
from call24.installer.asterisk_conf import TEMPLATES
from call24.kit.ids import CallId, TenantId
from call24.kit.phone import masked
from call24.sip_traces import service
from call24.sip_traces.service import SipTraces

pytestmark = pytest.mark.shares_stack("server")

GRACE, ADA, ALAN = "+442079460171", "+442079460284", "+442079460395"
TRACES = "/v1/internal/sip-traces"


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


@pytest.fixture
async def operator(house: Composed, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(service, "LINGER_S", 1.0)
    secret = (house.settings.secrets / "operator").read_text().strip()
    async with httpx.AsyncClient(
        base_url=house.base_url, verify=False, timeout=20, headers={"X-Call24-Operator": secret}
    ) as http:
        yield http


async def begun(operator: httpx.AsyncClient, number: str, **more: Any) -> str:
    answer = await operator.post(TRACES, json={"number": number, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def over(operator: httpx.AsyncClient, trace_id: str) -> dict[str, Any]:
    """What it has, once it is over."""

    async def shown() -> dict[str, Any] | None:
        [one] = [one for one in (await operator.get(TRACES)).json()["items"] if one["id"] == trace_id]
        return dict((await operator.get(f"{TRACES}/{trace_id}")).json()) if one["state"] == "over" else None

    found = await wait_until(shown, 10)
    assert found is not None
    return found


def lines(shown: dict[str, Any], lane: str) -> list[str]:
    """Each message between us and a lane: `> INVITE` came from it, `< 200 INVITE` went there. None twice."""
    found = []
    for one in shown["items"]:
        if lane in (one["from"], one["to"]) and not one["again"]:
            method = one["cseq"].partition(" ")[2]
            word = one["line"].partition(" ")[0]
            arrow = ">" if one["from"] == lane else "<"
            found.append(f"{arrow} {word} {method}" if word.isdecimal() else f"{arrow} {word}")
    return found


async def test_a_call_is_traced_and_no_other_is(house: Composed, operator: httpx.AsyncClient) -> None:
    """Two organisations, one carrier's address, two calls at the same time."""

    async def is_off() -> bool:
        return await loaded(house) == LISTED and not left(house) and house.app.ari.tap is None

    assert await is_off()
    async with house.organisation("Acme") as acme, house.organisation("Beta") as beta:
        [anna], [bert] = await acme.crew("Anna"), await beta.crew("Bert")
        trace_id = await begun(operator, acme.number)
        assert await loaded(house) == LISTED | HEP
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:  # any user of this machine can send there
            port = house.app.there.get(SipTraces)._receiver.port
            forger.sendto(datagram("forged", b"0" * 64), ("127.0.0.1", port))
        theirs = await beta.customer(ADA, "Ada").dial(beta.number)
        rung = await bert.rings()
        ours = await acme.customer(GRACE, "Grace").dial(acme.number)
        offer = await anna.rings()
        second = await acme.customer(ALAN, "Alan").dial(acme.number)  # another one of the same organisation
        for agent, ringing in ((bert, rung), (anna, offer)):
            await ringing.answer(AGENT_HZ)
            await agent.call_is("connected")
        ours.hang_up()
        [record] = await acme.ended()
        shown = await over(operator, trace_id)
        await wait_until(is_off, 5)
        rows = (await acme.http.get("/v1/audit", params={"limit": 200})).json()["items"]
        seen = Counter(row["action"].partition(" ")[0] for row in rows if "sip-traces" in row["action"])
        assert seen == {"POST": 1, "GET": 1}
        assert (await acme.http.get(f"{TRACES}/{trace_id}")).status_code == 403
        second.hang_up()
        theirs.hang_up()
        [other] = await beta.ended()
        await bert.register()  # a REGISTER is of no call
    assert (shown["trace"]["call_id"], shown["trace"]["reason"]) == (record["id"], "call_ended")
    assert (shown["left_out"], shown["missed"]) == (0, 0)
    assert lines(shown, "customer") == [
        "> INVITE", "< 100 INVITE", "< 200 INVITE", "> ACK", "> BYE", "< 200 BYE",
    ]  # fmt: skip
    phone = lines(shown, "agent")
    assert phone[0] == "< INVITE" and phone[-2:] == ["< BYE", "> 200 BYE"]
    assert phone.index("> 180 INVITE") < phone.index("> 200 INVITE") < phone.index("< ACK")
    whole = json.dumps(shown)
    alien = (
        ADA[1:],
        beta.number[1:],
        beta.tenant_id,
        other["id"],
        bert.user_id,
        "REGISTER",
        "forged",
        "Grace",
        "Ada",
        GRACE[1:],
        masked(ALAN),
    )
    assert [one for one in alien if one in whole] == []
    assert len({one["sip_call_id"] for one in shown["items"]}) == 2
    assert shown["items"][0]["sender"] == "+44********71"
    assert shown["items"][0]["media"] == ["audio PCMU telephone-event, sendrecv, not encrypted"]
    erase = house.app.held.erasers()["sip_traces"]
    assert await erase(TenantId(beta.tenant_id), [CallId(record["id"])]) == 0
    assert await erase(TenantId(acme.tenant_id), [CallId(record["id"])]) == 1
    assert (await operator.get(f"{TRACES}/{trace_id}")).status_code == 404


async def loaded(house: Composed | System) -> set[str]:
    said = await told_by(house.settings.asterisk_control, "module show")
    return set(re.findall(r"^(\S+\.so) ", said, re.MULTILINE))


LISTED = set(re.findall(r"^load=(\S+)", (TEMPLATES / "modules.conf").read_text(), re.MULTILINE))
HEP = {"res_hep.so", "res_hep_pjsip.so"}


def left(house: Composed | System) -> list[str]:
    return [file.name for file in (house.settings.asterisk_var / "etc").glob("hep*")]


@pytest.mark.long("test_a_call_is_traced_and_no_other_is")
async def test_what_is_off_costs_nothing_and_each_look_is_in_the_audit_log(
    house: Composed, operator: httpx.AsyncClient
) -> None:
    app, before = house.app, list(house.app.journal._subscribers)
    traces = app.there.get(SipTraces)

    async def is_off() -> bool:
        return await loaded(house) == LISTED and not left(house) and app.ari.tap is None

    assert await is_off()
    async with house.organisation("Acme") as acme, house.organisation("Beta") as beta:
        trace_id = await begun(operator, acme.number, numbers=True)
        again = await operator.post(TRACES, json={"number": acme.number})
        assert again.status_code == 409 and "A SIP trace goes on" in again.json()["detail"]
        assert await loaded(house) == LISTED | HEP
        assert (house.settings.asterisk_var / "etc" / "hep.conf").stat().st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:  # any user of this machine can send there
            for password in (b"", b"0" * 64):
                forger.sendto(datagram("forged", password), ("127.0.0.1", traces._receiver.port))
        await wait_until(lambda: traces._receiver.refused == 2, 5)
        (await acme.customer(GRACE, "Grace").dial(acme.number)).hang_up()
        await over(operator, trace_id)
        await wait_until(is_off, 5)
        (await acme.customer(ADA, "Ada").dial(acme.number)).hang_up()
        await acme.ended(2)
        shown = dict((await operator.get(f"{TRACES}/{trace_id}")).json())
        assert shown["items"][0]["sender"] == GRACE and acme.number in shown["items"][0]["line"]
        assert [one for one in ("Grace", ADA[1:], "forged") if one in json.dumps(shown)] == []
        assert app.journal._subscribers == before and len(traces._capture._held) == 0
        last = shown["items"][-1]["seq"]
        for _ in range(3):  # who goes on where the last answer ended
            assert (await operator.get(f"{TRACES}/{trace_id}", params={"after": last})).json()["items"] == []
        stranger = httpx.AsyncClient(base_url=house.base_url, verify=False)
        async with stranger:
            for method, path in (("GET", TRACES), ("POST", TRACES), ("GET", f"{TRACES}/{trace_id}")):
                assert (await stranger.request(method, path, json={})).status_code in (403, 422)
                asked = await acme.http.request(method, path, json={"number": acme.number})
                assert asked.status_code in (403, 405), asked.text
        assert (await operator.delete(f"{TRACES}/{trace_id}")).status_code == 200
        assert (await operator.get(f"{TRACES}/{trace_id}")).status_code == 404
        assert (await operator.post(TRACES, json={"number": "+442079460999"})).status_code == 404
        for organisation, expected in ((acme, {"POST": 2, "GET": 2, "DELETE": 1}), (beta, {})):
            rows = (await organisation.http.get("/v1/audit", params={"limit": 200})).json()["items"]
            seen = [row for row in rows if "sip-traces" in row["action"]]
            assert Counter(row["action"].partition(" ")[0] for row in seen) == expected
            assert acme.number[1:] not in json.dumps(seen) and GRACE[1:] not in json.dumps(seen)


@pytest.mark.long("test_a_call_is_traced_and_no_other_is")
async def test_a_trace_goes_with_its_call_its_organisation_and_its_time(
    house: Composed, operator: httpx.AsyncClient
) -> None:
    async with house.organisation("Acme") as acme, house.organisation("Beta") as beta:
        kept = await begun(operator, beta.number)
        (await beta.customer(ADA).dial(beta.number)).hang_up()
        shown = await over(operator, kept)
        traces, tenant = house.app.there.get(SipTraces), TenantId(acme.tenant_id)
        first = await begun(operator, acme.number)
        (await acme.customer(GRACE).dial(acme.number)).hang_up()
        call_id = CallId((await over(operator, first))["trace"]["call_id"])
        assert await traces.erase_calls(TenantId(beta.tenant_id), [call_id]) == 0
        assert await house.app.held.erasers()["sip_traces"](tenant, [call_id]) == 1
        assert (await operator.get(f"{TRACES}/{first}")).status_code == 404
        second = await begun(operator, acme.number)
        await house.app.held.forget_organisation(tenant)
        assert (await operator.get(f"{TRACES}/{second}")).status_code == 404
        assert acme.number not in repr(vars(traces)) and shown["items"]
        house.clock.moved += timedelta(minutes=16)
        assert (await operator.get(f"{TRACES}/{kept}")).status_code == 404
        waits = await begun(operator, beta.number, minutes=1)
        house.clock.moved += timedelta(seconds=61)
        assert (await over(operator, waits))["trace"]["reason"] == "time_over"


async def traced(system: System, number: str, *words: str) -> asyncio.subprocess.Process:
    """The command, once it waits for a call."""
    command = [sys.executable, "-m", "call24.cli", "call", "trace", "--number", number, *words]
    process = await asyncio.create_subprocess_exec(
        *command, "--data", str(system.settings.data), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    assert b" waits for the next call of " in await asyncio.wait_for(process.stderr.readline(), 20)
    return process


@pytest.mark.long("unit/sip_traces/test_switching.py::test_another_asterisk_meanwhile_is_switched_on_too")
async def test_a_killed_server_leaves_nothing_on_and_a_killed_asterisk_only_interrupts(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        lost = await traced(doomed, acme.number)
        held = await acme.dial()
        assert await loaded(doomed) == LISTED | HEP
        await doomed.restarted("server", doomed.kill("server"))

        async def is_off() -> bool:
            return await loaded(doomed) == LISTED and not left(doomed)

        await wait_until(is_off, 10)
        await asyncio.wait_for(lost.communicate(), 20)
        assert held.end is None
        held.hang_up()
        command = await traced(doomed, acme.number)
        await doomed.restarted("asterisk", doomed.kill("asterisk"))

        async def is_on() -> bool:
            with contextlib.suppress(OSError):  # it is not there yet
                return await loaded(doomed) >= HEP
            return False

        await wait_until(is_on, 10)
        call = await acme.dial_until_taken()
        call.hang_up()
        said, _ = await asyncio.wait_for(command.communicate(), 30)
        drawing = said.decode()
        assert f"  |---------->|           |           |  INVITE {masked(acme.number)} (1)" in drawing
        assert "  |---------->|           |           |  BYE call24 (2)" in drawing
        assert acme.number not in drawing and call._customer.number not in drawing


def datagram(call_id: str, password: bytes) -> bytes:
    """As Asterisk's, whoever sends it."""
    message = f"OPTIONS sip:x@y SIP/2.0\r\nCall-ID: {call_id}\r\nContent-Length: 0\r\n\r\n".encode()
    chunks = ((2, b"\x11"), (3, bytes(4)), (4, bytes(4)), (14, password), (17, call_id.encode()), (15, message))
    body = b"".join(struct.pack("!HHH", 0, kind, len(value) + 6) + value for kind, value in chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body
