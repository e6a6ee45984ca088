"""What is kept of a conversation: both sides on their own channel, as long as it was, in any part of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import numpy as np
import pytest
from tests.support.product.system import Agent, Organisation, System, Talk, loudest
from tests.support.wait import wait_until


async def talk_for(talk: Talk, seconds: float) -> None:
    spoken = talk.call.stream.sent
    await wait_until(lambda: talk.call.stream.sent - spoken > seconds * 50, seconds + 5)


async def part(org: Organisation, recording_id: str, range: str) -> httpx.Response:
    return await org.http.get(f"/v1/recordings/{recording_id}/audio", headers={"Range": range})


async def test_the_caller_is_on_the_left_the_agent_on_the_right_and_nothing_is_missing(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 1.5)
        assert await anna.act(talk.call_id, "hold") == 202
        await talk_for(talk, 0.5)
        assert await anna.act(talk.call_id, "resume") == 202
        await talk.heard()
        await talk_for(talk, 1.2)
        talk.call.hang_up()
        [record] = await acme.ended()
        kept = record["recording"]
        assert (kept["kind"], kept["state"]) == ("call", "stored")
        assert abs(kept["duration_s"] - record["talk_s"] - record["hold_s"]) < 0.2
        left, right = await acme.sound(kept["id"])
        assert abs(len(left) / 8000 - kept["duration_s"]) < 0.01
        for second in (slice(-8000, None), slice(4000, 12000)):
            assert abs(loudest(left[second]) - 1000) < 5
            assert abs(loudest(right[second]) - 850) < 5
        whole = (await acme.http.get(f"/v1/recordings/{kept['id']}/audio")).content
        for asked, wanted in (
            ("bytes=0-43", whole[:44]),
            ("bytes=1000-1999", whole[1000:2000]),
            ("bytes=-500", whole[-500:]),
            (f"bytes={len(whole) - 7}-", whole[-7:]),
            ("bytes=40-999999999", whole[40:]),
        ):
            answer = await part(acme, kept["id"], asked)
            assert (answer.status_code, answer.content) == (206, wanted)
            assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
        assert (await part(acme, kept["id"], f"bytes={len(whole)}-")).status_code == 416
        assert (await part(acme, kept["id"], "bytes=-0")).status_code == 416
        assert (await part(acme, kept["id"], f"bytes={'9' * 5000}-")).status_code == 200, "no range: the whole"
        assert (await anna.http.get(f"/v1/recordings/{kept['id']}/audio")).content == whole


async def test_what_is_written_of_a_call_can_be_read_by_call24s_own_user_alone(system: System) -> None:
    """While it goes on as well, when its sound is not encrypted yet."""
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        spool = system.settings.recording_spool / acme.tenant_id
        [sound, *_] = await wait_until(lambda: [file for file in spool.rglob("*") if file.is_file()])
        assert oct(sound.stat().st_mode & 0o777) == oct(0o600)
        talk.call.hang_up()
        await acme.ended()
    public = {"ca.pem", "server.pem", "fingerprint"}
    files = [file for file in system.settings.data.rglob("*") if file.is_file() and not file.is_symlink()]
    ours = [file for file in files if system.settings.data / "asterisk" / "root" not in file.parents]
    assert len(ours) > 20
    assert [str(file) for file in ours if file.stat().st_mode & 0o077 and file.name not in public] == []


async def test_a_queue_that_never_records_keeps_no_sound(system: System) -> None:
    async with system.organisation("Acme", record="never") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        assert (await anna.live())["call"]["recording"]["state"] == "off"
        talk.call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["recording"]) == ("answered", None)
        assert not (system.settings.recording_spool / acme.tenant_id).exists()
        assert not (system.settings.recordings / acme.tenant_id).exists()


def silences(side: np.ndarray[Any, Any]) -> list[float]:
    """The lengths in seconds of all stretches of nothing but zeros, from half a second on."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (side == 0).astype(int), [0]))))
    spans = [int(end - start) for start, end in edges.reshape(-1, 2)]
    return [span / 8000 for span in spans if span > 4000]


@pytest.mark.long("unit/calls/test_recording.py::test_a_pause_makes_it_silent_and_the_agent_can_end_it")
async def test_nothing_of_a_pause_is_kept_and_the_recording_is_as_long_as_the_call(system: System) -> None:
    async with system.organisation("Acme", auto_resume_s=0) as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 0.8)
        assert await anna.act(talk.call_id, "recording/pause") == 202
        await wait_until(lambda: recording_is(anna, "paused"))
        await talk_for(talk, 1.5)
        assert await anna.act(talk.call_id, "recording/resume") == 202
        await wait_until(lambda: recording_is(anna, "on"))
        await talk_for(talk, 0.8)
        talk.call.hang_up()
        [record] = await acme.ended()
        kept = record["recording"]
        assert kept["state"] == "stored"
        left, right = await acme.sound(kept["id"])
        for side, hz in ((left, 1000), (right, 850)):
            [silent] = silences(side)
            assert 1.4 < silent < 2.2
            assert abs(loudest(side[-5000:-400]) - hz) < 5
        assert abs(kept["duration_s"] - record["talk_s"]) < 0.3


@pytest.mark.long("telephony/test_hand.py::test_a_call_is_recorded_on_demand_from_the_moment_that_the_agent_wants")
async def test_a_recording_that_is_begun_in_the_middle_is_whole_from_there_on(system: System) -> None:
    async with system.organisation("Acme", record="on_demand") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 1.5)
        assert (await anna.live())["call"]["recording"]["state"] == "off"
        assert await anna.act(talk.call_id, "recording/start") == 202
        await wait_until(lambda: recording_is(anna, "on"))
        await talk.heard()
        await talk_for(talk, 1.5)
        talk.call.hang_up()
        [record] = await acme.ended()
        kept = (await acme.http.get(f"/v1/recordings/{record['recording']['id']}")).json()
        assert (kept["state"], kept["encrypted"]) == ("stored", True)
        assert kept["duration_s"] < record["talk_s"] - 1.2
        assert abs(kept["duration_s"] - kept["expected_s"]) < 0.4
        left, right = await acme.sound(kept["id"])
        assert abs(loudest(left[-8000:]) - 1000) < 5
        assert abs(loudest(right[-8000:]) - 850) < 5


async def test_a_call_with_several_agents_has_one_recording_with_all_of_them(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, ben = await acme.agent("Anna"), await acme.agent("Ben")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 1.0)
        await ben.be("available")
        sent = await anna.http.post(f"/v1/calls/{talk.call_id}/transfer", json={"to": {"agent_id": ben.user_id}})
        assert sent.status_code == 202, sent.text
        offer = await ben.rings()
        await offer.answer(600)
        await wait_until(lambda: talk.call.heard(600), 5)
        await talk_for(talk, 1.5)
        talk.call.hang_up()
        [record] = await acme.ended()
        kept = record["recording"]
        assert kept["state"] == "stored"
        left, right = await acme.sound(kept["id"])
        assert abs(len(left) / 8000 - lasted(record)) < 0.6
        assert abs(loudest(right[4000:8000]) - 850) < 5
        assert abs(loudest(right[-8000:]) - 600) < 5
        assert abs(loudest(left[-8000:]) - 1000) < 5
        for agent in (anna, ben):
            assert (await agent.http.get(f"/v1/recordings/{kept['id']}/audio")).status_code == 200
        heard = (await acme.http.get(f"/v1/recordings/{kept['id']}/listenings")).json()["items"]
        assert {one["user"]["name"] for one in heard} == {"Anna", "Ben", "Olga Owner"}


async def recording_is(agent: Agent, state: str) -> bool:
    call = (await agent.live())["call"]
    return call is not None and call["recording"]["state"] == state


def lasted(record: dict[str, Any]) -> float:
    """From the first answer to the end, in seconds."""
    ended, answered = (datetime.fromisoformat(record[name]) for name in ("ended_at", "answered_at"))
    return (ended - answered).total_seconds()


@pytest.mark.long("integration/tenants/test_foreign_in_memory.py::test_an_organisation_that_forbids_it_records_no_call")
async def test_an_organisation_that_forbids_it_has_no_call_recorded_whatever_its_queues_say(system: System) -> None:
    async with system.organisation("Acme", record="always") as acme:
        assert (await acme.http.patch("/v1/organisation", json={"recording": "on_demand"})).status_code == 200
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        live = (await anna.http.get("/v1/live")).json()["call"]
        assert (live["recording"]["policy"], live["recording"]["state"]) == ("on_demand", "off")
        assert (await acme.http.patch("/v1/organisation", json={"recording": "never"})).status_code == 200
        talk.call.hang_up()
        [record] = await acme.ended()
        assert record["recording"] is None
        await anna.be("available")
        again = await acme.talk(anna)
        refused = await anna.http.post(f"/v1/calls/{again.call_id}/recording/start")
        assert (refused.status_code, refused.json()["code"]) == (409, "recording_never")
        again.call.hang_up()
