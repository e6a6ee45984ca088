"""Uploads by tus 1.0.0 over HTTP: resumed wherever they broke off, and stored once whoever sends at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.integration.files.test_files import documents, on_disk
from tests.integration.people.test_people import OWN, added
from tests.support.http.api import Organisation
from tests.support.http.files import (
    FILES,
    TUS,
    UPLOADS,
    begun,
    content_of,
    metadata,
    offset_of,
    patched,
    pdf,
)
from tests.support.wait import wait_until

from call24.files import uploads as uploading
from call24.files.sealed_file import FRAME

CONTENT = pdf(5 * FRAME + 1234)


@pytest.fixture
async def path(acme: Organisation) -> str:
    person = await added(acme, "Anna", OWN)
    answer = await begun(acme, "a.pdf", len(CONTENT), person_id=person["id"])
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def whole(of: Organisation, path: str) -> bytes:
    return (await content_of(of, {"id": path.removeprefix(f"{UPLOADS}/")})).content


async def asked_directly(of: Organisation, path: str, messages: list[Any], answers: list[Any]) -> None:
    """A PATCH at offset 0 as an ASGI server hands it over, so that the connection can end in its middle."""
    transport = of.api.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    headers = {
        **TUS,
        "Authorization": f"Bearer {of.bearers['agent']}",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Transfer-Encoding": "chunked",
        "Host": "call24.test:8024",
    }
    scope = {
        "type": "http",
        "method": "PATCH",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("call24.test", 8024),
        "scheme": "https",
        "http_version": "1.1",
    }
    waiting = iter(messages)

    async def receive() -> Any:
        return next(waiting)

    async def send(message: Any) -> None:
        answers.append(message)

    await transport.app(scope, receive, send)


async def test_an_upload_speaks_tus(acme: Organisation, path: str) -> None:
    said = await acme.api.call("OPTIONS", UPLOADS)
    assert (said.status_code, said.headers["Tus-Version"]) == (204, "1.0.0")
    assert said.headers["Tus-Extension"] == "creation,termination,expiration"
    asked = await acme.call("agent", "HEAD", path, headers=TUS)
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (
        200,
        "0",
        str(len(CONTENT)),
    )
    assert asked.headers["Tus-Resumable"] == "1.0.0" and asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Expires"].endswith(" GMT")
    for method in ("HEAD", "DELETE"):
        other = await acme.call("agent", method, path, headers={"Tus-Resumable": "0.2.2"})
        assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    json = await acme.call(
        "agent", "PATCH", path, headers={**TUS, "Upload-Offset": "0", "Content-Type": "application/json"}, content=b"{}"
    )
    assert json.status_code == 415
    wrong = await acme.call(
        "agent", "POST", UPLOADS, headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "filename not-base64!"}
    )
    assert wrong.status_code == 422
    assert (await acme.call("owner", "HEAD", path, headers=TUS)).status_code == 404, "another user's"
    assert (await patched(acme, path, 0, CONTENT[:10], "owner")).status_code == 404
    assert (await acme.call("agent", "GET", path.replace(UPLOADS, FILES))).status_code == 404, "not whole yet"

    assert (await acme.call("agent", "DELETE", path, headers=TUS)).status_code == 204
    assert (await acme.call("agent", "HEAD", path, headers=TUS)).status_code == 404
    assert metadata("x") == "filename eA==" and on_disk(acme) == [] and await documents(acme).find() == []


async def test_parts_of_any_size_make_the_file_and_nothing_of_it_is_in_the_clear(acme: Organisation, path: str) -> None:
    at = 0
    for part in (1, 9, FRAME - 10, FRAME, 2 * FRAME + 77, 3, 0, len(CONTENT)):
        answer = await patched(acme, path, at, CONTENT[at : at + part])
        at = min(at + part, len(CONTENT))
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at)), answer.text
        assert await offset_of(acme, path) == at
        [document] = await documents(acme).find()
        every = b"".join([document.tail, *on_disk(acme)])
        assert not any(CONTENT[place : place + 16] in every for place in range(0, at - 16, 4096))
    assert await whole(acme, path) == CONTENT
    again = await patched(acme, path, len(CONTENT), b"")
    assert again.status_code == 204, "whoever did not hear that it is whole may ask again"


async def test_what_breaks_off_is_gone_on_with_from_the_last_byte_that_came(acme: Organisation, path: str) -> None:
    arrived = CONTENT[: FRAME + 500]
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": arrived, "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[dict[str, object]] = []
    await asked_directly(acme, path, messages, answers)
    there = await offset_of(acme, path)
    assert there == len(arrived)
    behind = await patched(acme, path, FRAME, CONTENT[FRAME:])
    assert (behind.status_code, behind.json()["code"]) == (409, "upload_offset")
    too_much = await patched(acme, path, there, CONTENT[there:] + b"x")
    assert too_much.status_code == 422
    at = await offset_of(acme, path)
    assert (await patched(acme, path, at, CONTENT[at:])).status_code == 204
    assert await whole(acme, path) == CONTENT


async def test_of_two_that_send_at_one_offset_the_later_goes_on_and_each_byte_is_stored_once(
    acme: Organisation, path: str
) -> None:
    begins = asyncio.Event()

    async def lost() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7 other " + bytes(FRAME)
        begins.set()
        await asyncio.Event().wait()

    hanging = asyncio.create_task(patched(acme, path, 0, lost()))
    await begins.wait()
    later = await patched(acme, path, 0, CONTENT[: 2 * FRAME])
    ended = await hanging
    assert (later.status_code, later.headers["Upload-Offset"]) == (204, str(2 * FRAME))
    assert (ended.status_code, ended.json()["code"]) == (409, "upload_taken_over")

    at = 2 * FRAME
    answers = await asyncio.gather(*(patched(acme, path, at, CONTENT[at:]) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [204, *[409] * 5]
    assert await whole(acme, path) == CONTENT
    [document] = await documents(acme).find()
    assert document.offset == len(CONTENT)


async def test_parts_of_one_organisation_wait_for_one_another_and_not_for_those_of_others(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await acme.api.organisation("Other")
    mine, theirs = await added(acme, "Anna", OWN), await added(other, "Ben", OWN)
    service = acme.api.services.there.get(uploading.Uploads)
    gate, inside = asyncio.Event(), 0

    async def slow(content: bytes) -> AsyncIterator[bytes]:
        nonlocal inside
        inside += 1
        yield content[:20]
        await gate.wait()
        yield content[20:]

    paths = [(await begun(acme, "a.pdf", 100, person_id=mine["id"])).headers["Location"] for _ in range(13)]
    sending = [asyncio.create_task(patched(acme, one, 0, slow(pdf(100)))) for one in paths[:12]]
    await wait_until(lambda: inside == 4 and service._room.waiting(acme.tenant.id) == 8)
    full = await patched(acme, paths[12], 0, pdf(100))
    assert full.status_code == 429 and "Retry-After" in full.headers
    free = (await begun(other, "b.pdf", 100, person_id=theirs["id"])).headers["Location"]
    assert (await patched(other, free, 0, pdf(100))).status_code == 204
    gate.set()
    assert {one.status_code for one in await asyncio.gather(*sending)} == {204}
