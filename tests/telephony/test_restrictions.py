"""The server as it is composed: a caller's restricted data is kept and not used, and used again when it is lifted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.people import AGENT_HZ, CALLER_HZ, Agent, Talk
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

pytestmark = pytest.mark.shares_stack("server")

AT, DESK = "/v1/restrictions", "/v1/privacy-requests"
NUMBER, OTHER, NAME = "+442079468561", "+442079468562", "Nokomis Waverly"
NAT64 = "https://[64:ff9b::7f00:1]/"
KINDS = ["call.ended", "contact.updated", "recording.ready"]


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


async def conversation(acme: Organisation, anna: Agent, number: str) -> tuple[Talk, dict[str, Any]]:
    """Somebody with this number and Anna hear each other; and Anna's card while it rings."""
    await anna.be("available")
    call = await acme.customer(number, NAME if number == NUMBER else "Otto").dial(acme.number, Tone(CALLER_HZ))
    offer = await anna.rings()
    card = (await anna.live())["call"]["card"]
    await offer.answer(AGENT_HZ)
    talk = Talk(call, offer, anna, CALLER_HZ, AGENT_HZ)
    await talk.heard()
    return talk, card


async def step(acme: Organisation, request: dict[str, Any], step: str, **more: Any) -> dict[str, Any]:
    body = {"step": step, "version": request["version"], **more}
    answer = await acme.http.post(f"{DESK}/{request['id']}/steps", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def restricted(acme: Organisation, number: str) -> dict[str, Any]:
    """From the request by phone to the restriction."""
    asked = {"kind": "restriction", "source": "phone", "number": number}
    request = (await acme.http.post(DESK, json=asked)).json()
    unproven = {"step": "restrict", "version": request["version"], "note": "They dispute a call", "ground": "accuracy"}
    assert (await acme.http.post(f"{DESK}/{request['id']}/steps", json=unproven)).json()["code"] == "identity_unproven"
    request = await step(acme, request, "confirm_identity", identity="document")
    assert "finish" not in request["steps"], "it is restricted, not noted"
    return await step(acme, request, "restrict", note="They dispute a call", ground="accuracy")


async def told_of(house: Composed, contact_id: str) -> int:
    return house.database["webhook_deliveries"].count_documents({"body": {"$regex": contact_id}})


def says_nothing(answer: Any) -> bool:
    return not any(word in str(answer) for word in (NUMBER, NUMBER[1:], NAME, "Nokomis"))


async def test_restricted_data_is_kept_and_shown_to_nobody_until_the_person_was_told_and_it_is_lifted(
    house: Composed,
) -> None:
    async with house.organisation("Acme", record="always") as acme:
        [anna] = await acme.crew("Anna")
        hooked = await acme.http.post("/v1/webhooks", json={"url": NAT64, "kinds": KINDS})
        assert hooked.status_code == 201, hooked.text
        talk, card = await conversation(acme, anna, NUMBER)
        assert (card["name"], card["number"], card["restricted"]) == (NAME, NUMBER, False)
        talk.call.hang_up()
        [first] = await acme.ended()
        talk, _ = await conversation(acme, anna, OTHER)
        talk.call.hang_up()
        other = (await acme.ended(2))[1]
        caller, recording = first["contact_id"], first["recording"]["id"]
        await wait_until(lambda: told_of(house, caller))

        request = await restricted(acme, NUMBER)
        assert (request["state"], request["steps"]) == ("restricted", ["note", "tell_lifting"])
        assert request["number"] == NUMBER, "the officer sees whose it is"

        for who in (acme.http, anna.http):
            rows = {row["id"]: row for row in (await who.get("/v1/calls")).json()["items"]}
            row = rows[first["id"]]
            assert row["restricted"] and says_nothing(row)
            assert (row["contact_id"], row["agent"], row["queue"], row["recording"], row["line"]) == (*[None] * 4, [])
            assert not rows[other["id"]]["restricted"] and rows[other["id"]]["number"] == OTHER
            for text in (NUMBER, NAME):
                found = (await who.post("/v1/calls/search", json={"q": text})).json()["items"]
                assert [(one["id"], one["restricted"]) for one in found] == [(first["id"], True)], "it says why"
                assert says_nothing(found)
            for path in (
                f"/v1/calls/{first['id']}",
                f"/v1/calls/{first['id']}/why",
                f"/v1/recordings/{recording}",
                f"/v1/recordings/{recording}/audio",
                f"/v1/recordings/{recording}/vcon",
            ):
                answer = await who.get(path)
                assert (answer.status_code, answer.json()["code"]) == (403, "data_restricted"), path
                assert says_nothing(answer.text)
        await wait_until(lambda: not_told(house, caller))

        talk, card = await conversation(acme, anna, NUMBER)
        assert card["restricted"] and card["contact_id"] is None and says_nothing(card)
        assert says_nothing(talk.offer.caller), "nor does the phone say who rings"
        beside = (await anna.http.get("/v1/live/caller")).json()
        assert beside["restricted"] and not beside["calls"] and says_nothing(beside)
        assert says_nothing((await acme.http.get("/v1/live")).json())
        talk.call.hang_up()
        await acme.nothing_left()
        records = house.database["call_records"]
        await wait_until(lambda: records.count_documents({"contact_id": caller, "ended_at": {"$ne": None}}) == 2)
        new = records.find_one({"contact_id": caller, "_id": {"$ne": first["id"]}})
        assert new is not None and (new["not_recorded"], new.get("recorded_from")) == ("restricted", None)
        assert await told_of(house, caller) == 0, "and no webhook is told"

        [restriction] = (await acme.http.get(AT)).json()["items"]
        assert restriction["numbers"][0]["number"] == NUMBER and restriction["ground"] == "accuracy"
        door = f"{AT}/{restriction['id']}"
        closed = await acme.http.get(f"{door}/recordings/{recording}/audio")
        assert (closed.status_code, closed.json()["code"]) == (409, "restriction_not_opened")
        reason = {"ground": "legal_claims", "reason": "Their lawyer asks what was said"}
        assert (await anna.http.post(f"{door}/openings", json=reason)).status_code == 403
        opened = await acme.http.post(f"{door}/openings", json=reason)
        assert opened.status_code == 200, opened.text
        assert opened.json()["history"][-1]["note"] == reason["reason"]
        assert [one["id"] for one in (await acme.http.get(f"{door}/recordings")).json()["items"]] == [recording]
        heard = await acme.http.get(f"{door}/recordings/{recording}/audio")
        assert heard.status_code == 200 and heard.content[:4] == b"RIFF"
        foreign = await acme.http.get(f"{door}/recordings/{other['recording']['id']}/audio")
        assert foreign.status_code == 404, "the door leads to the restricted caller's alone"
        assert len((await acme.http.get(f"/v1/recordings/{recording}/listenings")).json()["items"]) == 1
        assert house.database["audit"].count_documents({"action": f"POST {AT}/{{restriction_id}}/openings"}) == 2

        days = (await acme.http.get("/v1/organisation")).json()["record_days"]
        house.clock.go_to(datetime.fromisoformat(other["at"]) + timedelta(days=days, hours=1))
        await wait_until(lambda: records.find_one({"_id": other["id"]}) is None, 10)
        await house.swept()
        assert records.find_one({"_id": first["id"]}) is not None, "to delete it would be to use it"
        assert house.database["recordings"].find_one({"_id": recording}) is not None
        await house.sign_in_again(acme)
        closed = await acme.http.get(f"{door}/recordings/{recording}/audio")
        assert closed.json()["code"] == "restriction_not_opened", "half an hour is over"

        early = {"step": "lift", "version": request["version"], "note": "It is right"}
        refused = await acme.http.post(f"{DESK}/{request['id']}/steps", json=early)
        assert (refused.status_code, refused.json()["code"]) == (409, "request_state"), "the person is told before"
        request = await step(acme, request, "tell_lifting", note="By letter: it was right, and is used again")
        assert (await acme.http.get(door)).json()["told_at"] is not None
        request = await step(acme, request, "lift", note="A week is over")
        assert request["state"] == "done"
        house.sweeps.soon()
        await wait_until(lambda: records.find_one({"_id": first["id"]}) is None, 10)
        await house.swept()
        assert house.database["recordings"].find_one({"_id": recording}) is None


async def not_told(house: Composed, contact_id: str) -> bool:
    return await told_of(house, contact_id) == 0
