"""Call records of real calls against Asterisk's own log of its channels: `./call24 reconcile`."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import MongoClient
from tests.support.product.system import AGENT_HZ, Organisation, System
from tests.support.stopped_process import stopped
from tests.support.telephony.channel_log import reconcile
from tests.support.telephony.sip_edge import SDP, Knocker
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE, Settings
from call24.reconciliation.model import FindingKind
from call24.server import reconcile as one_day
from call24.testphones.customer import CustomerCall


async def test_calls_of_every_kind_agree_with_asterisk_and_what_was_falsified_is_found(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bob = await acme.agent("Anna"), await acme.agent("Bob")
        await anna.be("available")
        abandoned = await acme.dial()
        await anna.rings()
        abandoned.hang_up()
        await anna.becomes("available")
        held = await acme.talk(anna)
        assert await anna.act(held.call_id, "hold") == 202
        held.call.hang_up()
        await anna.becomes("available")
        await anna.be("paused", "break")
        await bob.be("available")
        transferred = await acme.talk(bob)
        await anna.be("available")
        await bob.does(transferred.call_id, "transfer", to={"agent_id": anna.user_id})
        offer = await anna.rings()
        await offer.answer(850)
        transferred.call.hang_up()
        records = await acme.ended(3)
        log = system.settings.asterisk_var / "log" / "cel" / "channels.csv"
        await wait_until(lambda: log.read_text().count("LINKEDID_END") >= 3)
        with MongoClient(system.settings.mongodb_uri(), tz_aware=True) as mongo:
            kept = mongo.get_database(DATABASE).get_collection("call_records")
            agreed = await reconcile(system, acme.tenant_id)
            assert (agreed["state"], agreed["calls"], agreed["findings"]) == ("done", 3, [])
            longest = transferred.call_id
            assert longest in {record["id"] for record in records}
            whole = kept.find_one({"_id": longest})
            assert whole is not None
            later = datetime.now(UTC) + timedelta(seconds=30)
            kept.update_one({"_id": longest}, {"$set": {"legs.0.ended_at": later, "agents.0.talk_s": 99.0}})
            found = await reconcile(system, acme.tenant_id)
            assert {(one["kind"], one["call_id"]) for one in found["findings"]} == {
                ("ended_at_differs", longest),
                ("talk_too_long", longest),
            }
            assert kept.find_one({"_id": longest})["agents"][0]["talk_s"] == 99.0  # type: ignore[index]
            kept.replace_one({"_id": longest}, whole)
        assert not any(part in log.read_text() for part in ("+44", "Anna", "PJSIP"))
        shown = (await acme.http.get("/v1/reconciliations")).json()["items"]
        assert [one["found"] for one in shown] == [found["found"]]


AWAY_S = 3.0
"""Longer than the records' tolerance."""


@pytest.mark.long("unit/asterisk/test_dates.py::test_who_was_answered_while_we_were_away_waits_since_then")
async def test_who_waited_for_a_server_is_recorded_from_the_moment_in_which_asterisk_answered(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        with stopped(doomed.parent_pid):  # nobody starts the next one meanwhile
            doomed.kill("server")
            caller = await _answered_by_the_dialplan(acme)
            answered_at = caller.answered_at or 0.0
            await wait_until(lambda: time.time() > answered_at + AWAY_S)
        offer = await anna.rings(15)
        await offer.answer(AGENT_HZ)
        await wait_until(lambda: caller.heard(AGENT_HZ))
        caller.hang_up()
        [record] = await acme.ended(1)
        assert abs(datetime.fromisoformat(record["at"]).timestamp() - answered_at) < 1
        assert record["wait_s"] >= AWAY_S
        await acme.nothing_left()
        agreed = await reconcile(doomed, acme.tenant_id)
        assert (agreed["calls"], agreed["findings"]) == (1, [])


async def _answered_by_the_dialplan(org: Organisation) -> CustomerCall:
    """Who rings before Asterisk has seen the server's end is still the dead server's; who rings after that is not."""
    for _ in range(2):
        caller = await org.dial()
        with contextlib.suppress(TimeoutError):
            await caller.answered(2)
            return caller
        caller.hang_up()
    raise AssertionError("the dialplan answered nobody")


async def test_a_caller_of_whom_call24_never_heard_is_found(system: System) -> None:
    """It has neither a record nor a line among the refused calls: Asterisk's log alone knows of it."""
    settings = Settings.load(system.settings.data / "run" / "settings.json")

    async def never_told() -> set[str]:
        night, _ = await one_day.reconcile(settings, datetime.now(UTC).date())
        return {str(one.leg) for one in night.strays if one.kind == FindingKind.CALLER_NEVER_TOLD}

    async def one_more() -> bool:
        return len(await never_told() - before) == 1

    async with system.organisation("Acme") as acme:
        before = await never_told()
        async with Knocker(settings.sip_port, "127.0.0.1") as carrier:
            refused = await carrier.answer("INVITE", "442079460000", body=SDP)  # nobody's number: told of, and refused
            assert refused.startswith(b"SIP/2.0 404 ")
            odd = carrier.request("INVITE", acme.number, "odd-id", body=SDP).replace(b"odd-id", b"\xff-id")
            carrier.send(odd)
            await wait_until(one_more, 10)
        assert len(await never_told() - before) == 1
