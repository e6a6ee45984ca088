"""What is kept of a conversation: both sides on their own channel, as long as it was, in any part of it."""

from __future__ import annotations

import httpx
from tests.support.system import Organisation, System, Talk, loudest
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
            assert abs(loudest(right[second]) - 440) < 5
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


async def test_a_queue_that_never_records_keeps_no_sound(system: System) -> None:
    async with system.organisation("Acme", record="never") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        assert (await anna.live())["call"]["recording"] is False
        talk.call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["recording"]) == ("answered", None)
        assert not (system.settings.recording_spool / acme.tenant_id).exists()
        assert not (system.settings.recordings / acme.tenant_id).exists()
