"""The PBX on a host of its own: two installations of Call24 that share nothing but one port with TLS."""

from __future__ import annotations

import asyncio
import base64
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.organisation import Organisation
from tests.support.product.pbx_host import PbxHost, system_with_pbx
from tests.support.product.system import System, loudest
from tests.support.wait import wait_until

from call24.doctor import pbx_check
from call24.doctor.report import DoctorReport
from call24.doctor.test_call import TestCall
from call24.kit.pbx_pairing import PBX_NAME, Pairing
from call24.kit.version import VERSION
from call24.pbx.wire import CONTROL, server_side

TRACES = "/v1/internal/sip-traces"


@pytest.mark.parametrize(
    "whole",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.long(
                "test_calls_go_through_a_pbx_on_a_host_of_its_own_and_outlive_a_cut_and_a_kill_between_the_two"
            ),
        ),
    ],
)
async def test_calls_go_through_a_pbx_on_a_host_of_its_own_and_outlive_a_cut_and_a_kill_between_the_two(
    whole: bool,
) -> None:
    """`whole`: also a kill of what listens there, new certificates meanwhile, a prompt, a trace and a test call."""
    async with system_with_pbx() as (system, host, relay):
        wire = bytearray()
        relay.seen = wire.extend
        async with system.organisation("Acme") as acme:
            anna = await acme.agent("Anna")
            await anna.be("available")
            talk = await acme.talk(anna)

            relay.cut()
            await wait_until(lambda: _parts(acme, "away"), 20)
            await talk.heard()
            relay.heal()
            await wait_until(lambda: _parts(acme, "ok"), 20)
            await talk.heard()

            if whole:
                await host.killed("pbx_listener")
                await wait_until(lambda: _parts(acme, "ok"), 20)
                await talk.heard()

                await paired_anew(system, host)
                await talk.heard()

            assert await anna.act(talk.call_id, "hangup") == 202
            [record] = await acme.ended()
            assert (record["outcome"], record["agent"]["id"]) == ("answered", anna.user_id)
            kept = record["recording"]
            assert kept["state"] == "stored"
            left, right = await acme.sound(kept["id"])
            assert abs(loudest(left[-8000:]) - 1000) < 5
            assert abs(loudest(right[-8000:]) - 850) < 5

            if whole:
                assert await prompt_heard(acme)
                assert await traced(system, acme) == ["INVITE", "100", "200", "ACK", "BYE", "200"]
                await wait_until(lambda: not list((host.settings.asterisk_var / "etc").glob("hep*")), 5)
        if whole:
            await a_test_call(system)
        assert "127.0.0.1" in host.settings.carriers.read_text().split()

        login = system.settings.ari_login()
        assert len(wire) > 10_000
        secrets = (login.password.encode(), talk.call_id.encode())
        for readable in (*secrets, b"REGISTER", b"INVITE", b"/ari/", b"+4420794601"):
            assert readable not in wire
        assert [file.name for file in sound_in(host.settings.data)] == [f"{kept['id']}.c24"]
        assert sound_in(system.settings.data) == []


async def paired_anew(system: System, host: PbxHost) -> None:
    """New certificates and a new password of ARI, by a command on each host; the earlier ones are let in no more."""
    before = Pairing.load(host.settings.pbx_secrets / "pairing.json")
    assert system.settings.pbx_pairing is not None
    server = system.pid("server")
    for settings, names in ((host.settings, ("ari", "pbx")), (system.settings, ("pbx",))):
        command = (sys.executable, "-m", "call24.cli", "rotate", *names, "--data", str(settings.data))
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        shutil.copy(host.settings.pbx_secrets / "pairing.json", system.settings.pbx_pairing)
    after = Pairing.load(system.settings.pbx_pairing)
    assert after.authority != before.authority and after.ari_password != before.ari_password
    await system.restarted("server", server)
    assert await asked_as(after, host, after) == b"HTTP/1.1 200"
    assert await asked_as(after, host, before) == b"HTTP/1.1 401", "the earlier password"
    assert await asked_as(before, host, after) == b"", "the earlier certificate"


async def asked_as(shown: Pairing, host: PbxHost, known: Pairing) -> bytes:
    """What ARI's answer begins with at the PBX's port: `shown` has the certificate, `known` the password."""
    context = server_side(shown, CONTROL)
    context.load_verify_locations(cadata=Pairing.load(host.pairing).authority)
    login = base64.b64encode(f"{host.settings.ari_login().user}:{known.ari_password}".encode()).decode()
    asked = f"GET /ari/asterisk/ping HTTP/1.1\r\nHost: pbx\r\nAuthorization: Basic {login}\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port, ssl=context, server_hostname=PBX_NAME)
        writer.write(asked.encode())
        async with asyncio.timeout(5):
            answer = await reader.readexactly(len("HTTP/1.1 200"))
        writer.close()
    except (ssl.SSLError, ConnectionError, asyncio.IncompleteReadError):  # after its own handshake, in TLS 1.3
        return b""
    return answer


async def a_test_call(system: System) -> None:
    """`doctor --call`, over all three."""
    report = DoctorReport(as_json=True)
    await TestCall(system.settings, report, (system.settings.secrets / "doctor").read_text().strip()).run()
    with report.step("pbx") as found:
        await pbx_check.look(system.settings, found)
    assert [(one.name, one.seen) for one in report.findings if one.state == "fail"] == []
    assert f"version {VERSION}" in found.seen


async def prompt_heard(acme: Organisation) -> bool:
    """Played at once, since it is brought to the PBX while it is added."""
    say = {"type": "announce", "prompt": await acme.prompt("Welcome", 700, 1.0), "next": "bye"}
    flow = await acme.flow("say", {"say": say, "bye": {"type": "hang_up", "prompt": None}})
    number = await acme.add_number(flow_id=flow)
    call = await acme.customer().dial(number["number"])
    return await call.ear.hears(700, 5)


async def traced(system: System, acme: Organisation) -> list[str]:
    """The messages between a customer and us, as `call trace` asks for them."""
    operator = {"X-Call24-Operator": (system.settings.secrets / "operator").read_text().strip()}
    async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=20, headers=operator) as http:
        begun = await http.post(TRACES, json={"number": acme.number})
        assert begun.status_code == 201, begun.text
        call = await acme.dial()
        await call.answered(5)
        call.hang_up()

        async def over() -> dict[str, Any] | None:
            shown = dict((await http.get(f"{TRACES}/{begun.json()['id']}")).json())
            return shown if shown["trace"]["state"] == "over" else None

        shown = await wait_until(over, 10)
    assert shown is not None and (shown["trace"]["reason"], shown["missed"]) == ("call_ended", 0)
    return [
        one["line"].partition(" ")[0]
        for one in shown["items"]
        if "customer" in (one["from"], one["to"]) and not one["again"]
    ]


def sound_in(data: Path) -> list[Path]:
    """Of calls."""
    files = [file for kind in ("*.c24", "*.sln", "*.wav", "*.part") for file in data.rglob(kind) if file.is_file()]
    return [file for file in files if "prompts" not in file.parts]


async def _parts(acme: Organisation, state: str) -> bool:
    """What the server says of its PBX."""
    return bool((await acme.http.get("/health/ready")).json()["parts"]["asterisk"] == state)
