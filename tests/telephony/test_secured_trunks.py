"""SIP over TLS and SRTP with a carrier that is another Asterisk: whose certificate is taken; sound is sealed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ
from tests.support.product.system import Organisation, System
from tests.support.telephony.asterisk_carrier import CARRIER_HZ, AsteriskCarrier, asterisk_carrier
from tests.support.telephony.authority import Authority
from tests.support.telephony.wire import Wire
from tests.support.wait import wait_until

OUTSIDE = "+442079460958"


@asynccontextmanager
async def secured(
    system: System, files: tuple[Path, Path], *, seals: bool = True, **more: Any
) -> AsyncIterator[tuple[Organisation, AsteriskCarrier]]:
    """An organisation whose trunk is by TLS and SRTP to `localhost`."""
    async with system.organisation("Acme") as acme, asterisk_carrier(system.settings, files, srtp=seals) as carrier:
        await acme.prove(acme.number)  # by UDP, while the trunk takes that
        wish = {"host": "localhost", "port": carrier.tls_port, "transport": "tls", "srtp": True, **more}
        changed = await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json=wish)
        assert changed.status_code == 200, changed.text
        yield acme, carrier


async def trunk(acme: Organisation) -> dict[str, Any]:
    rows: list[dict[str, Any]] = (await acme.http.get("/v1/trunks")).json()["items"]
    return next(row for row in rows if row["id"] == acme.trunk_id)


async def fares(acme: Organisation, status: str, words: str = "") -> None:
    async def there() -> bool:
        row = await trunk(acme)
        return row["status"] == status and (row["trouble"] or "").startswith(words)

    await wait_until(there, 20)


async def refused(acme: Organisation, reason: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        rows = (await acme.http.get("/v1/refused-calls")).json()["items"]
        return next((row for row in rows if row["reason"] == reason), None)

    found = await wait_until(there, 10)
    assert found
    return found


async def test_a_call_comes_in_and_goes_out_sealed_and_both_ends_hear_each_other(
    system: System, tmp_path: Path
) -> None:
    async with secured(system, system.carriers.signs(tmp_path, "localhost")) as (acme, carrier):
        [anna] = await acme.crew("Anna")
        with Wire(carrier.rtp_ports).listening() as wire:
            await carrier.rings(acme.number)
            call = await anna.rings()
            await call.answer(AGENT_HZ)
            assert await call.ear.hears(CARRIER_HZ, 5)
            await wait_until(lambda: carrier.hears(AGENT_HZ), 5)
            await wait_until(lambda: len([one for one in wire.sound.values() if len(one) > 8000]) == 2, 5)
            assert not wire.heard(CARRIER_HZ) and not wire.heard(AGENT_HZ)
            await anna.does(call.call_id, "hangup")
        await acme.nothing_left()
        await wait_until(lambda: _empty(carrier), 5)
        await fares(acme, "reachable")
        anna.answers_by_itself(AGENT_HZ)
        await anna.be("available")
        await anna.place(OUTSIDE)
        own = await anna.rings()
        assert await own.ear.hears(CARRIER_HZ, 5)
        await wait_until(lambda: carrier.hears(AGENT_HZ), 5)
        await anna.does(own.call_id, "hangup")
        await wait_until(lambda: _empty(carrier), 5)


async def _empty(carrier: AsteriskCarrier) -> bool:
    return not await carrier.channels()


async def test_sound_of_a_trunk_without_srtp_can_be_heard_on_the_way(system: System, tmp_path: Path) -> None:
    """The control of the test above: what is looked for there would be found."""
    files = system.carriers.signs(tmp_path, "localhost")
    async with secured(system, files, srtp=False) as (acme, carrier):
        [anna] = await acme.crew("Anna")
        with Wire(carrier.rtp_ports).listening() as wire:
            await carrier.rings(acme.number, srtp=False)
            call = await anna.rings()
            await call.answer(AGENT_HZ)
            await wait_until(lambda: wire.heard(CARRIER_HZ) and wire.heard(AGENT_HZ), 10)
            await anna.does(call.call_id, "hangup")
        await acme.nothing_left()


async def test_a_call_in_the_clear_does_not_get_in_and_the_administrator_sees_why(
    system: System, tmp_path: Path
) -> None:
    async with secured(system, system.carriers.signs(tmp_path, "localhost")) as (acme, carrier):
        for way, srtp, reason in (("udp", True, "no_tls"), ("tls", False, "no_srtp")):
            await carrier.rings(acme.number, way=way, srtp=srtp)
            row = await refused(acme, reason)
            assert (row["dialled"], row["trunk_id"], row["count"]) == (acme.number, acme.trunk_id, 1)
            await wait_until(lambda: _empty(carrier), 5)
        assert await acme.records() == []


@pytest.mark.parametrize(
    ("of", "days", "known", "words"),
    [
        ("other.example", 50, True, "The certificate is for other.example, not for localhost"),
        pytest.param(
            "localhost",
            -1,
            True,
            "The certificate has expired, on ",
            marks=pytest.mark.long("test_a_carrier_with_a_wrong_certificate_gets_no_call_and_the_trunk_says_why"),
        ),
        pytest.param(
            "localhost",
            50,
            False,
            "The certificate is not signed by a known authority",
            marks=pytest.mark.long("test_a_carrier_with_a_wrong_certificate_gets_no_call_and_the_trunk_says_why"),
        ),
    ],
)
async def test_a_carrier_with_a_wrong_certificate_gets_no_call_and_the_trunk_says_why(
    system: System, tmp_path: Path, of: str, days: float, known: bool, words: str
) -> None:
    authority = system.carriers if known else Authority("Somebody")
    async with secured(system, authority.signs(tmp_path, of, days=days)) as (acme, carrier):
        await fares(acme, "unreachable", words)
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        await anna.place(OUTSIDE)
        await anna.rings()
        await anna.becomes("available", 15)
        assert await carrier.channels() == [] and not carrier.hears(AGENT_HZ)


async def test_no_call_goes_on_with_a_carrier_that_does_not_encrypt_its_sound(system: System, tmp_path: Path) -> None:
    async with secured(system, system.carriers.signs(tmp_path, "localhost"), seals=False) as (acme, carrier):
        await fares(acme, "reachable")
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        await anna.place(OUTSIDE)
        await anna.rings()
        [record] = await acme.ended()
        assert (record["outcome"], record["talk_s"]) == ("failed", 0)
        assert await carrier.channels() == [] and not carrier.hears(AGENT_HZ)


@pytest.mark.long("test_a_call_comes_in_and_goes_out_sealed_and_both_ends_hear_each_other")
async def test_a_trunk_registers_by_tls(system: System, tmp_path: Path) -> None:
    login = {"kind": "registration", "username": "acme-01", "password": "secret"}
    async with secured(system, system.carriers.signs(tmp_path, "localhost"), **login) as (acme, carrier):
        await fares(acme, "registered")
        assert (await carrier.registered()).startswith(
            f"sip:call24@127.0.0.1:{system.settings.sip_tls_port};transport="
        )
