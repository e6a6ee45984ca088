"""Refused calls: each leaves a line with its reason, for the organisation that it was for and no other."""

from __future__ import annotations

from typing import Any

from tests.support.product.organisation import Organisation
from tests.support.product.system import System
from tests.support.telephony.sip_edge import SDP, Knocker
from tests.support.wait import wait_until

G729 = SDP.replace("RTP/AVP 0 101", "RTP/AVP 18 101").replace("rtpmap:0 PCMU/8000", "rtpmap:18 G729/8000")
CARRIER = "127.0.0.31"


async def listed(acme: Organisation, count: int) -> list[dict[str, Any]]:
    async def there() -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] = (await acme.http.get("/v1/refused-calls")).json()["items"]
        return rows if len(rows) >= count else None

    found = await wait_until(there, 10)
    assert found is not None
    return found


async def test_who_did_not_get_in_is_listed_with_the_reason(system: System) -> None:
    async with (
        system.organisation("Acme", address=CARRIER) as acme,
        system.organisation("Other", address="127.0.0.32") as other,
        Knocker(system.settings.sip_port, CARRIER) as carrier,
    ):
        tries = (
            ("+12025550001", SDP, b" 404 ", "unknown_number"),
            ("anna", SDP, b" 404 ", "unknown_number"),
            (acme.number, G729, b" 488 ", "no_codec"),
            (other.number, SDP, b" 404 ", "other_trunk"),
        )
        for number, sdp, status, _ in tries:
            answer = await carrier.answer("INVITE", number, body=sdp, sender="<sip:+447700900123@carrier>")
            assert status in answer.split(b"\r\n")[0], (number, answer)
        rows = await listed(acme, 3)
        wanted = {("unknown_number", "+12025550001"), ("unknown_number", "0"), ("no_codec", acme.number)}
        assert {(row["reason"], row["dialled"]) for row in rows} == wanted
        for row in rows:
            assert (row["number"], row["source"], row["trunk_id"]) == ("+447700900123", CARRIER, acme.trunk_id)
        [theirs] = await listed(other, 1)
        assert (theirs["reason"], theirs["source"], theirs["trunk_id"]) == ("other_trunk", "", None)
        await carrier.answer("INVITE", "+12025550001", body=SDP, sender="<sip:+447700900123@carrier>")

        async def counted() -> bool:
            return any(row["count"] == 2 for row in await listed(acme, 3))

        await wait_until(counted, 10)


async def test_what_came_by_an_address_that_two_organisations_name_is_shown_to_neither(system: System) -> None:
    async with (
        system.organisation("Acme", address=CARRIER) as acme,
        system.organisation("Other", address=CARRIER) as other,
        Knocker(system.settings.sip_port, CARRIER) as carrier,
    ):
        await carrier.answer("INVITE", "+12025550001", body=SDP)
        await carrier.answer("INVITE", acme.number, body=G729)
        assert [row["reason"] for row in await listed(acme, 1)] == ["no_codec"]
        assert (await other.http.get("/v1/refused-calls")).json()["items"] == []


async def test_a_number_is_understood_as_its_carrier_writes_it_at_home(system: System) -> None:
    """The organisation's country is GB; the last digits are those of one of its numbers alone."""
    async with (
        system.organisation("Acme", address=CARRIER) as acme,
        Knocker(system.settings.sip_port, CARRIER) as carrier,
    ):
        flow = await acme.flow("bye", {"bye": {"type": "hang_up", "prompt": None}})
        await acme.add_number("+442079460731", flow_id=flow)
        for written in ("02079460731", "+442079460731", "442079460731", "00442079460731", "2079460731", "460731"):
            answer = await carrier.answer("INVITE", written, body=SDP)
            assert b" 404 " not in answer.split(b"\r\n")[0], (written, answer)
        for written in ("731", "02079460732"):
            assert b" 404 " in (await carrier.answer("INVITE", written, body=SDP)).split(b"\r\n")[0]
