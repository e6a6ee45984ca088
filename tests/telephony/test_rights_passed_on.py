"""Corrections and restrictions are passed on to who received the data (GDPR, article 19), as erasures are."""

from __future__ import annotations

import json
import ssl
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.support.processor import stand_in
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until
from tests.telephony.test_erasure_passed_on import REFUSES, TAKES, lies_open, registered, rings_and_hangs_up, tls

pytestmark = pytest.mark.shares_stack("emptied")

__all__ = ["tls"]

DESK = "/v1/privacy-requests"
NUMBER, RIGHT, EMAIL = "+442079468182", "+442079468183", "anna.right@example.org"


async def steps(acme: Organisation, kind: str, contact_id: str, *taken: dict[str, Any]) -> dict[str, Any]:
    """A request of somebody who was recognised, taken so far."""
    made = await acme.http.post(DESK, json={"kind": kind, "source": "phone", "contact_id": contact_id})
    request: dict[str, Any] = made.json()
    for one in ({"step": "confirm_identity", "identity": "document"}, *taken):
        request = await on(acme, request, **one)
    return request


async def on(acme: Organisation, request: dict[str, Any], **step: Any) -> dict[str, Any]:
    answer = await acme.http.post(f"{DESK}/{request['id']}/steps", json={"version": request["version"], **step})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def notices(acme: Organisation, person_id: str) -> list[dict[str, Any]]:
    """The oldest first."""
    found = (await acme.http.get("/v1/erasure-notices", params={"person_id": person_id})).json()["items"]
    return [dict(one) for one in reversed(found)]


async def states(acme: Organisation, person_id: str, *expected: tuple[str, str]) -> None:
    async def so() -> bool:
        return [(one["kind"], one["state"]) for one in await notices(acme, person_id)] == list(expected)

    await wait_until(so, 15)


async def test_a_correction_is_told_to_a_processor_with_its_history_and_a_newer_one_supersedes_it(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext
) -> None:
    monkeypatch.setattr("call24.kit.due_work.LOOK_EVERY_S", 0.1)
    settings = replace(stack.settings, webhooks_private=True)
    async with (
        stand_in(REFUSES, TAKES, tls=tls) as processor,
        composed(stack, settings) as house,
        house.organisation("Passes on") as acme,
    ):
        crmly = await registered(acme, f"https://127.0.0.1:{processor.port}/told")
        id = await rings_and_hangs_up(house, acme)
        wish = {"given": "Anna", "company": "Wrong Ltd", "numbers": [{"number": NUMBER}]}
        anna = (await acme.http.post("/v1/people", json=wish)).json()["id"]

        def corrects(field: str, value: str) -> dict[str, str]:
            return {"step": "correct", "field": field, "value": value, "person_id": anna, "note": "You were right"}

        done = await steps(acme, "correction", id, corrects("company", "Nearly Right Ltd"))
        assert done["state"] == "done" and "You were right" in str(done["history"])
        await states(acme, id, ("rectification", "waiting"))
        await wait_until(lambda: len(processor.asked) == 1)
        [kept] = house.database["erasure_notices"].find({"tenant_id": acme.tenant_id})
        assert b"Nearly" not in kept["value"] and NUMBER.encode() not in kept["number"], "it is sealed"

        await steps(acme, "correction", id, corrects("company", "Right Ltd"))
        await states(acme, id, ("rectification", "superseded"), ("rectification", "answered"))
        assert all(not one["value"] and not one["number"] for one in house.database["erasure_notices"].find())
        said = [json.loads(one.body) for one in processor.asked]
        assert [one["type"] for one in said] == ["rectification.requested"] * 2
        assert [one["data"]["change"]["value"] for one in said] == ["Nearly Right Ltd", "Right Ltd"]
        assert said[1]["data"]["change"]["field"] == "company"
        assert said[1]["data"]["person"] == {"kind": "caller", "id": id, "number": NUMBER}
        assert processor.asked[1].signed_with(crmly["secret"])
        house.clock.moved += timedelta(hours=1)

        await steps(acme, "correction", id, corrects("emails", EMAIL))
        await steps(acme, "correction", id, corrects("numbers", f"{NUMBER}\n{RIGHT}"))
        person = (await acme.http.get(f"/v1/people/{anna}")).json()
        assert (person["company"], person["emails"][0]["address"]) == ("Right Ltd", EMAIL)
        assert [one["number"] for one in person["numbers"]] == [NUMBER, RIGHT]
        history = (await acme.http.get(f"/v1/contacts/{id}/corrections")).json()["items"]
        assert [(one["field"], one["old"], one["new"]) for one in history] == [
            ("numbers", NUMBER, f"{NUMBER}\n{RIGHT}"),
            ("emails", "", EMAIL),
            ("company", "Nearly Right Ltd", "Right Ltd"),
            ("company", "Wrong Ltd", "Nearly Right Ltd"),
        ]
        assert all(one["why"] == "You were right" and one["request_id"] for one in history)
        await wait_until(lambda: len(processor.asked) == 4)
        assert len(processor.asked) == 4, "what was superseded is not sent again"


async def test_a_restriction_and_its_lifting_are_told_to_a_processor_until_it_answers(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext
) -> None:
    monkeypatch.setattr("call24.kit.due_work.LOOK_EVERY_S", 0.1)
    settings = replace(stack.settings, webhooks_private=True)
    async with (
        stand_in(REFUSES, TAKES, tls=tls) as processor,
        composed(stack, settings) as house,
        house.organisation("Passes on") as acme,
    ):
        crmly = await registered(acme, f"https://127.0.0.1:{processor.port}/told")
        id = await rings_and_hangs_up(house, acme)
        restrict = {"step": "restrict", "note": "They dispute a call", "ground": "accuracy"}
        request = await steps(acme, "restriction", id, restrict)
        [restriction] = (await acme.http.get("/v1/restrictions")).json()["items"]
        await states(acme, id, ("restriction", "waiting"))
        await wait_until(lambda: len(processor.asked) == 1)
        house.clock.moved += timedelta(seconds=6)
        await states(acme, id, ("restriction", "answered"))
        assert (await notices(acme, id))[0]["about"] == restriction["id"]

        request = await on(acme, request, step="tell_lifting", note="It was right")
        assert len(await notices(acme, id)) == 1, "nothing is lifted yet"
        await on(acme, request, step="lift", note="It was right")
        await states(acme, id, ("restriction", "answered"), ("restriction_lifted", "answered"))
        said = [json.loads(one.body) for one in processor.asked]
        assert [one["type"] for one in said] == ["restriction.requested"] * 2 + ["restriction.lifted"]
        assert all(one["data"]["person"] == {"kind": "caller", "id": id, "number": NUMBER} for one in said)
        assert all("change" not in one["data"] for one in said)
        assert all(one.signed_with(crmly["secret"]) for one in processor.asked)
        assert all(not one["number"] for one in house.database["erasure_notices"].find({"tenant_id": acme.tenant_id}))


@pytest.mark.long("unit/processors/test_rules.py::test_a_newer_notice_supersedes_what_nobody_needs_to_be_told")
async def test_an_erasure_supersedes_what_was_still_to_be_told(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext
) -> None:
    monkeypatch.setattr("call24.kit.due_work.LOOK_EVERY_S", 0.1)
    settings = replace(stack.settings, webhooks_private=True)
    async with (
        stand_in(REFUSES, TAKES, tls=tls) as processor,
        composed(stack, settings) as house,
        house.organisation("Passes on") as acme,
    ):
        await registered(acme, f"https://127.0.0.1:{processor.port}/told")
        id = await rings_and_hangs_up(house, acme)
        await steps(acme, "correction", id, {"step": "correct", "value": "Anna Right"})
        await states(acme, id, ("rectification", "waiting"))
        await wait_until(lambda: len(processor.asked) == 1)
        erased = await acme.http.post(f"/v1/contacts/{id}/erase", json={"reason": "asked"})
        assert erased.status_code == 200, erased.text
        assert len(erased.json()["receipt"]["processors"]) == 1, "of the erasure alone"
        await states(acme, id, ("rectification", "superseded"), ("erasure", "answered"))
        assert not lies_open(house, "Anna Right")
        assert [json.loads(one.body)["type"] for one in processor.asked] == [
            "rectification.requested",
            "erasure.requested",
        ]
