"""The typed Python client as a program of an organisation uses it: against a running installation, over its own TLS."""

from __future__ import annotations

import ssl
from base64 import b64encode
from typing import Any

import httpx
import pytest
from tests.support.photographs import photograph
from tests.support.product.people import AGENT_HZ, CALLER_HZ, LINE_HZ, Talk
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone
from call24_client import (
    AsyncClient,
    Problem,
    call_control,
    calls,
    files,
    numbers,
    queues,
    session,
    tokens,
    trunks,
    uploads,
)

NUMBER = "+12025559901"


async def test_it_sets_up_a_queue_and_a_number_places_a_call_and_reads_the_records(system: System) -> None:
    trust = ssl.create_default_context(cafile=system.settings.tls / "ca.pem")
    async with system.organisation("Acme") as acme:
        line = await acme.line()
        anna = await acme.agent("Anna", member=False)
        made = await acme.client.send(tokens.make_token({"name": "CRM", "abilities": ["*", "numbers.write"]}))
        bearer = anna.http.headers["Authorization"].removeprefix("Bearer ")
        async with (
            AsyncClient(system.base_url, made["token"], verify=trust) as program,
            AsyncClient(system.base_url, bearer, verify=trust) as app,
        ):
            queue = await program.send(queues.add_queue({"name": "Sales", "members": [anna.user_id], "wrap_up_s": 0}))
            wish: numbers.NewNumber = {"number": NUMBER, "trunk_id": acme.trunk_id, "queue_id": queue["id"]}
            number = await program.send(numbers.add_number(wish, idempotency_key="sales"))
            assert await program.send(numbers.add_number(wish, idempotency_key="sales")) == number

            await app.send(session.request_state({"state": "available"}))
            customer = acme.customer()
            call = await customer.dial(NUMBER, Tone(CALLER_HZ))
            offer = await anna.rings()
            await offer.answer(AGENT_HZ)
            await Talk(call, offer, anna).heard()
            call.hang_up()
            [came] = await wait_until(lambda: listed(program, queue_id=queue["id"]), 10)

            anna.answers_by_itself(AGENT_HZ)
            placed = await app.send(calls.place({"to": {"number": line.number}, "from": number["id"]}))
            outside = await line.rings()
            assert outside.caller[0] == NUMBER
            outside.answer(LINE_HZ)
            await anna.call_is("connected")
            await app.send(call_control.hang_up(placed["id"]))
            await outside.ended(2)
            went = await wait_until(lambda: listed(program, agent_id=anna.user_id, limit=1, count=2), 10)
            assert [one["id"] for one in went] == [placed["id"], came["id"]]

            for one, other, direction in ((came, customer, "inbound"), (placed, line, "outbound")):
                record = await program.send(calls.read(one["id"]))
                assert (record["number"], record["direction"]) == (other.number, direction)
                assert record["agent"] == {"id": anna.user_id, "name": "Anna"} and record["talk_s"] > 0
            with pytest.raises(Problem) as refused:
                await app.send(trunks.list_trunks())
            assert (refused.value.status, refused.value.code) == (403, "forbidden")


async def test_a_file_is_sent_in_parts_gone_on_with_and_fetched_as_bytes(system: System) -> None:
    trust = ssl.create_default_context(cafile=system.settings.tls / "ca.pem")
    async with system.organisation("Acme") as acme:
        task = await acme.post("/v1/tasks", {"title": "Ring Jo"})
        bearer = acme.http.headers["Authorization"].removeprefix("Bearer ")
        content = photograph()
        about = ",".join(
            f"{key} {b64encode(one.encode()).decode()}" for key, one in (("filename", "a.jpg"), ("task_id", task["id"]))
        )
        async with AsyncClient(system.base_url, bearer, verify=trust) as client:
            begin = uploads.begin(upload_length=len(content), upload_metadata=about, tus_resumable="1.0.0")
            id = (await client.send(begin))["id"]
            while (offset := (await client.send(uploads.read(id)))["offset"]) < len(content):
                part = content[offset : offset + 2000]
                await client.send(uploads.write(id, part, upload_offset=offset, tus_resumable="1.0.0"))
            assert await client.send(files.download(id)) == content
            with pytest.raises(Problem) as refused:
                await client.send(uploads.write(id, b"more", upload_offset=4, tus_resumable="1.0.0"))
            assert refused.value.code == "upload_offset"
            await wait_until(lambda: state_of(client, id), 20)
            assert (await client.send(files.read_thumbnail(id))).startswith(b"RIFF")
            [one] = [one async for one in client.all(files.list(task_id=task["id"]))]
            assert (one["name"], one["size"]) == ("a.jpg", len(content))
            await client.send(files.delete(id))
            with pytest.raises(Problem) as gone:
                await client.send(files.read_thumbnail(id))
            assert gone.value.status == 404


async def state_of(client: AsyncClient, id: str) -> bool:
    return (await client.send(files.read(id)))["thumbnail"] == "made"


async def listed(client: AsyncClient, count: int = 1, **wanted: Any) -> list[dict[str, Any]] | None:
    """So many records, from as many pages as they are on; None as long as there are fewer."""
    found = [record async for record in client.all(calls.list_calls(**wanted))]
    return found if len(found) >= count else None


async def test_it_trusts_only_who_shows_the_right_certificate(system: System) -> None:
    async with AsyncClient(system.base_url) as stranger:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await stranger.send(calls.list_calls())
