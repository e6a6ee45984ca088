"""Somebody deletes a thing in the very moment in which somebody else makes another one use it: one is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.telephony.sounds import encoded, speech_like, upload

Uses = Callable[[str], tuple[str, str, dict[str, Any]]]
BYE = {"bye": {"type": "hang_up"}}


async def made(acme: Organisation, path: str, body: dict[str, Any]) -> str:
    answer = await acme.call("owner", "POST", path, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_queue(acme: Organisation, name: str) -> str:
    return await made(acme, "/v1/queues", {"name": name})


async def a_flow(acme: Organisation, name: str) -> str:
    flow = await made(acme, "/v1/flows", {"name": name, "start": "bye", "nodes": BYE})
    assert (await acme.call("owner", "POST", f"/v1/flows/{flow}/publish")).status_code == 201
    return flow


async def some_hours(acme: Organisation, name: str) -> str:
    return await made(acme, "/v1/hours", {"name": name, "weekly": []})


async def a_prompt(acme: Organisation, name: str) -> str:
    answer = await acme.call("owner", "POST", "/v1/prompts", **upload(encoded(speech_like()), name))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("make", "kind", "place", "field"),
    [
        (a_queue, "queues", "numbers", "queue_id"),
        (a_flow, "flows", "numbers", "flow_id"),
        (a_prompt, "prompts", "numbers", "greeting"),
        (some_hours, "hours", "queues", "hours_id"),
    ],
)
async def test_nothing_is_left_that_leads_to_a_deleted_thing(
    api: Api, make: Callable[[Organisation, str], Awaitable[str]], kind: str, place: str, field: str
) -> None:
    acme = await api.organisation()
    queue = await a_queue(acme, "Support")
    trunk = await made(acme, "/v1/trunks", {"name": "T", "addresses": ["192.0.2.1"]})
    number = {"number": "+442079460123", "trunk_id": trunk, "queue_id": queue}
    user = {"numbers": await made(acme, "/v1/numbers", number), "queues": queue}[place]
    for first in ("delete", "use"):
        thing = await make(acme, f"For {first}")
        wishes = {
            "delete": acme.call("owner", "DELETE", f"/v1/{kind}/{thing}"),
            "use": acme.call("owner", "PATCH", f"/v1/{place}/{user}", json={field: thing}),
        }
        order = [first, *(wishes.keys() - {first})]
        answers = dict(zip(order, await asyncio.gather(*(wishes[name] for name in order)), strict=True))
        outcome = (answers["delete"].status_code, answers["use"].status_code)
        assert outcome in ((204, 422), (409, 200)), (first, outcome, answers["use"].text)
