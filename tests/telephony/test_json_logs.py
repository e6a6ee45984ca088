"""JSON logs of a real server: each line an object, with the ids of its request or call, and nobody's data."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import PASSWORD, System, running_system
from tests.support.wait import wait_until

from call24.kit.errors import Unavailable
from call24.kit.log_format import JsonLine

UUID = "0123456789abcdef0123456789abcdef"
NUMBER = "+442079460171"
SECRETS = (NUMBER, NUMBER[3:], "Grace", "Anna", "secret headsets", "example.test", PASSWORD)


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLine())
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def of(written: io.StringIO, words: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, written.getvalue().splitlines()) if words in line["msg"]]


async def test_a_line_about_a_call_or_a_request_has_its_ids(
    house: Composed, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.organisation("Logged") as acme:
        append = house.app.journal.append

        async def away(*words: Any) -> None:
            raise Unavailable("for this test")

        monkeypatch.setattr(house.app.journal, "append", away)
        call = await acme.customer(NUMBER, "Grace").dial(acme.number)
        await wait_until(lambda: of(written, "its events are not in the journal yet"))
        monkeypatch.setattr(house.app.journal, "append", append)
        call.hang_up()
        line = of(written, "its events are not in the journal yet")[0]
        assert line["tenant_id"] == acme.tenant_id
        assert line["call_id"].startswith("call_") and line["call_id"] in line["msg"]

        async def broken(*words: Any, **more: Any) -> None:
            raise RuntimeError("for this test")

        monkeypatch.setattr("call24.queues.service.QueueService.get", broken)
        await acme.http.get(f"/v1/queues/{acme.queue_id}", headers={"X-Request-Id": UUID})
        [failed] = of(written, "Exception in ASGI application")
        assert (failed["request_id"], failed["tenant_id"]) == (UUID, acme.tenant_id)
        assert "RuntimeError: for this test" in failed["error"]
        talked = await acme.customer(NUMBER, "Grace").dial(acme.number)
        talked.hang_up()
    assert [secret for secret in SECRETS if secret in written.getvalue()] == []


@pytest.fixture(scope="module")
def logging_json() -> Iterator[System]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALL24_TEST_WORDS", json.dumps(["--log-format", "json"]))
        with running_system(program="tests.support.product.up_with") as running:
            yield running


@pytest.mark.long("test_a_line_about_a_call_or_a_request_has_its_ids")
async def test_the_switch_makes_each_line_of_an_installation_an_object_and_nobody_is_named(
    logging_json: System,
) -> None:
    system = logging_json
    async with system.organisation("Logged") as acme:
        [anna] = await acme.crew("Anna")
        await acme.post("/v1/tasks", {"title": "secret headsets", "queue_id": acme.queue_id})
        (await acme.talk(anna)).call.hang_up()
        await acme.ended()
        await acme.http.get("/v1/calls", params={"number": NUMBER}, headers={"X-Request-Id": "Grace"})
        system.kill("server")
        await system.whole()
        call = await acme.customer(NUMBER, "Grace").dial(acme.number)
        call.hang_up()
        await acme.ended(2)
    for name in ("server", "sip_edge"):
        text = system.log(name)
        lines = [json.loads(line) for line in text.splitlines()]
        assert all({"at", "level", "logger", "msg"} <= set(line) for line in lines)
        assert [secret for secret in SECRETS if secret in text] == []
    assert [line["msg"] for line in map(json.loads, system.log("server").splitlines()) if line["msg"] == "started"]
