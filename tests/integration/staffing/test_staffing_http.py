"""How many agents, over HTTP: the program computes, one organisation does not hold up another, and limits are said."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.support.http.api import Api, Organisation
from tests.support.wait import wait_until

from call24.staffing import program
from call24.staffing.model import Curve, CurveQuestion

ASKED = {"arrivals_per_hour": "60", "handle_s": "60", "wrap_up_s": "0", "patience_s": "120", "goal": "0.8"}


async def ask(organisation: Organisation, role: str = "supervisor", **more: str) -> httpx.Response:
    return await organisation.call(role, "GET", "/v1/staffing", params={**ASKED, **more})


async def test_the_curve_is_computed_by_the_program_with_the_production_routing(api: Api) -> None:
    answer = await ask(await api.organisation())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["erlangs"] == 1.0 and found["goal"] == 0.8 and found["target_s"] == 20
    levels = [point["service_level"]["value"] for point in found["points"]]
    assert levels[0] < 0.8 < levels[-1] <= 1
    chosen = next(point for point in found["points"] if point["agents"] == found["smallest"])
    assert chosen["service_level"]["low"] <= chosen["service_level"]["value"] <= chosen["service_level"]["high"]
    assert chosen["service_level"]["value"] >= 0.8
    assert found["smallest"] <= found["smallest_erlang_c"], "callers who hang up need no more than those who wait"


async def test_one_at_a_time_of_an_organisation_and_another_ones_turn_comes(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    let, begun = asyncio.Event(), []

    async def run(question: CurveQuestion) -> Curve:
        begun.append(question)
        await let.wait()
        return Curve(points=(), smallest=None, smallest_erlang_c=None, calls=0)

    monkeypatch.setattr(program, "_run", run)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(acme))
        await wait_until(lambda: len(begun) == 1, 10)
        refused = await ask(acme)
        theirs = group.create_task(ask(other))
        await wait_until(lambda: program._room.waiting(other.tenant.id) == 1, 10)
        assert len(begun) == 1, "one program runs at a time"
        let.set()
    assert refused.status_code == 429 and refused.headers["retry-after"] == "10"
    assert (first.result().status_code, theirs.result().status_code) == (200, 200)


async def test_more_than_it_can_compute_and_what_makes_no_sense_is_refused_in_words(api: Api) -> None:
    acme = await api.organisation()
    many = await ask(acme, arrivals_per_hour="4000", handle_s="240")
    assert many.status_code == 422
    assert "267 agents' work; 150 at most" in many.json()["errors"][0]["message"]
    for wrong in ({"goal": "1.5"}, {"handle_s": "0"}, {"arrivals_per_hour": "nan"}, {"patience_s": "-1"}):
        assert (await ask(acme, **wrong)).status_code == 422, wrong
    assert (await ask(acme, "agent")).status_code == 403
