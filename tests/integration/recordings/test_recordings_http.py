"""Recordings over HTTP: parts of an encrypted file, for those who may hear it, and each listening noted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from tests.support.http.api import Api, Organisation

from call24.call_records.history import History
from call24.call_records.model import CallRecord, Outcome
from call24.kit.ids import CallId, NumberId, QueueId, RecordingId, UserId, new_id
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.live.views import Views
from call24.queues.service import QueueService
from call24.recordings import RecordingKeys, Recordings, wav
from call24.recordings import api as routes
from call24.recordings.model import Kind
from call24.recordings.playbacks import Playbacks
from call24.recordings.store import RecordingStore
from call24.server.http_app import create_app

SOUND = b"\x01\x02\x03\x04" * 40_000
WHOLE = wav.header(len(SOUND), 2) + SOUND


class Everybody:
    def __contains__(self, _: object) -> bool:
        return True


@dataclass
class House:
    """Organisations with recordings, and the routes on them."""

    api: Api
    folder: Path
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        store = RecordingStore(self.api.mongo)
        keys = RecordingKeys(self.api.mongo, AppKey(b"r" * 32), self.api.clock)
        self.recordings = Recordings(
            store,
            keys,
            self.api.changes,
            spool=self.folder / "spool",
            folder=self.folder / "kept",
            clock=self.api.clock,
        )
        self.queues: list[QueueId] = []
        listed = {route.path for route in routes.router.routes}  # type: ignore[attr-defined]
        assert "/v1/recordings/{recording_id}/listenings" in listed
        app = create_app(self.api.services, routers=[routes.router])
        provided: Provided = app.state.provided
        provided.put(Recordings, self.recordings)
        provided.put(Playbacks, Playbacks(store, self.api.clock))
        provided.put(History, History(self.api.mongo, self.api.services.contacts))
        provided.put(Views, SimpleNamespace(name=lambda user: f"name of {user}"))
        provided.put(QueueService, SimpleNamespace(known_queues=lambda _: self._known()))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.9", 50000))
        self.http = httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024")

    def _known(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=queue, members=Everybody()) for queue in self.queues]

    async def keep(self, of: Organisation, agents: tuple[UserId, ...] = (), kind: Kind = "call") -> RecordingId:
        call, recording = CallId(new_id("call")), RecordingId(new_id("rec"))
        now = self.api.clock.now()
        record = CallRecord(
            id=call, tenant_id=of.tenant.id, number_id=NumberId("num_x"), queue_id=QueueId("que_x"), contact_id=None,
            agent_id=agents[0] if agents else None, arrived_at=now, queued_at=now, answered_at=now, ended_at=now,
            outcome=Outcome.ANSWERED, ended_by="caller", cause=16, found_missing=False, wait_s=0.0, ring_s=0.0,
            talk_s=5.0, hold_s=0.0, voicemail_s=0.0, wrap_up_s=0.0, line=(), offers=(), recording_id=recording,
            message_id=None, delete_at=now + timedelta(days=90),
        )  # fmt: skip
        await self.api.mongo.tenant(of.tenant.id).collection(CallRecord).insert(record)
        await self.recordings.opened(of.tenant.id, call, recording, kind, now, record.delete_at)
        spool = self.folder / "spool" / of.tenant.id
        spool.mkdir(parents=True, exist_ok=True)
        if kind == "call":
            (spool / f"{recording}-in.sln").write_bytes(b"\x01\x02" * 40_000)
            (spool / f"{recording}-out.sln").write_bytes(b"\x03\x04" * 40_000)
        else:
            (spool / f"{recording}.wav").write_bytes(wav.header(len(SOUND), 1) + SOUND)
        assert await self.recordings.settle(recording, 5.0)
        return recording

    async def ask(
        self, who: Organisation, role: str, recording: str, path: str = "/audio", method: str = "GET", **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        bearer = {"Authorization": f"Bearer {who.bearers[role]}"}
        return await self.http.request(method, f"/v1/recordings/{recording}{path}", headers={**bearer, **named})

    async def noted(self, who: Organisation, recording: str, role: str = "supervisor") -> list[dict[str, Any]]:
        answer = await self.ask(who, role, recording, "/listenings")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


@pytest.fixture
async def house(api: Api, tmp_path: Path) -> AsyncIterator[House]:
    house = House(api, tmp_path)
    async with house.http:
        yield house


async def test_any_part_is_served_with_its_length_and_tag(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    whole = await house.ask(acme, "supervisor", recording)
    assert (whole.status_code, whole.content) == (200, WHOLE)
    assert whole.headers["content-length"] == str(len(WHOLE))
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["cache-control"] == "private, no-store"
    etag = whole.headers["etag"]
    for asked, first, last in (
        ("0-43", 0, 43),
        ("65530-131080", 65530, 131080),
        ("-7", len(WHOLE) - 7, len(WHOLE) - 1),
    ):
        part = await house.ask(acme, "supervisor", recording, Range=f"bytes={asked}", If_Range=etag)
        assert (part.status_code, part.content) == (206, WHOLE[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{len(WHOLE)}"
        assert part.headers["content-length"] == str(last - first + 1)
        assert part.headers["etag"] == etag
    changed = await house.ask(acme, "supervisor", recording, Range="bytes=0-43", If_Range='"other"')
    assert (changed.status_code, len(changed.content)) == (200, len(WHOLE))
    for refused in (f"bytes={len(WHOLE)}-", "bytes=0-1,5-9"):
        answer = await house.ask(acme, "supervisor", recording, Range=refused)
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(WHOLE)}")
        assert answer.content == b""
    assert (await house.ask(acme, "supervisor", recording, If_None_Match=f'"x", {etag}')).status_code == 304


async def test_head_says_what_get_would_and_is_no_listening(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    head = await house.ask(acme, "owner", recording, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert await house.noted(acme, recording) == []
    get = await house.ask(acme, "owner", recording)
    for name in ("content-length", "etag", "accept-ranges", "content-type"):
        assert head.headers[name] == get.headers[name]


async def test_the_tag_changes_with_the_bytes_on_disk(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    before = (await house.ask(acme, "owner", recording)).headers["etag"]
    assert (await house.ask(acme, "owner", recording)).headers["etag"] == before
    await house.recordings._keys.rotate(acme.tenant.id)
    assert await house.recordings.key_rotation.reencrypt(acme.tenant.id) == 1
    after = await house.ask(acme, "owner", recording)
    assert after.headers["etag"] != before
    assert after.content == WHOLE


async def test_each_playing_is_noted_once_with_who_when_from_where_and_which_part(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    begun = house.api.clock.now()
    for asked in ("bytes=100-199", "bytes=0-99", "bytes=5000-5099"):
        await house.ask(acme, "owner", recording, Range=asked)
        house.api.clock.advance(minutes=4)
    house.api.clock.advance(minutes=-4)
    await house.ask(acme, "owner", recording, Range="bytes=5000-5999")  # the same second
    house.api.clock.advance(minutes=4)
    [one] = await house.noted(acme, recording)
    assert one["user"] == {"id": acme.users["owner"], "name": f"name of {acme.users['owner']}"}
    assert (one["address"], one["range"]) == ("203.0.113.9", {"first": 0, "last": 5999})
    assert one["at"].startswith(begun.isoformat()[:19])
    house.api.clock.advance(minutes=11)
    await house.ask(acme, "owner", recording, Range="bytes=7-8")
    await house.ask(acme, "supervisor", recording)
    again, supervisor, first = sorted(
        await house.noted(acme, recording), key=lambda x: (x["user"]["id"], -len(x["at"]))
    )
    assert len({again["id"], supervisor["id"], first["id"]}) == 3
    ranges = [(x["range"]["first"], x["range"]["last"]) for x in (again, supervisor, first)]
    assert sorted(ranges) == [(0, 5999), (0, len(WHOLE) - 1), (7, 8)]


async def test_nothing_is_noted_where_nothing_is_heard(house: House) -> None:
    acme, other = await house.api.organisation("Acme"), await house.api.organisation("Other")
    recording = await house.keep(acme)
    assert (await house.ask(other, "owner", recording)).status_code == 404
    assert (await house.ask(acme, "agent", recording)).status_code == 404
    assert (await house.ask(acme, "owner", recording, Range="bytes=0-1,3-4")).status_code == 416
    assert await house.noted(acme, recording) == []


async def test_who_may_not_hear_it_learns_no_more_than_of_one_that_does_not_exist(house: House) -> None:
    acme, other = await house.api.organisation("Acme"), await house.api.organisation("Other")
    recording = await house.keep(acme)
    house.queues = []
    for path, method in (("", "GET"), ("/audio", "GET"), ("/audio", "HEAD"), ("/listenings", "GET")):
        theirs = await house.ask(other, "owner", recording, path, method)
        nothing = await house.ask(other, "owner", new_id("rec"), path, method)
        assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content)
        assert theirs.status_code == 404
    assert (await house.ask(acme, "agent", recording, "/listenings")).status_code == 403
    assert (await house.ask(acme, "agent", recording)).status_code == 404


async def test_an_agent_hears_the_calls_that_it_had_also_as_one_of_several_and_its_queues_messages(
    house: House,
) -> None:
    acme = await house.api.organisation()
    agent = UserId(acme.users["agent"])
    mine, message = await house.keep(acme, (agent,)), await house.keep(acme, kind="message")
    others = await house.keep(acme, (UserId(acme.users["owner"]),))
    house.queues = [QueueId("que_x")]
    assert (await house.ask(acme, "agent", mine)).content == WHOLE
    assert (await house.ask(acme, "agent", message)).status_code == 200
    assert (await house.ask(acme, "agent", others)).status_code == 404
    house.queues = []
    assert (await house.ask(acme, "agent", message)).status_code == 404


async def test_a_damaged_file_is_told_before_anything_is_sent_or_noted(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    file = house.folder / "kept" / acme.tenant.id / f"{recording}.c24"
    raw = bytearray(file.read_bytes())
    raw[100] ^= 1
    file.write_bytes(bytes(raw))
    answer = await house.ask(acme, "owner", recording)
    assert (answer.status_code, answer.json()["code"]) == (404, "recording_damaged")
    assert await house.noted(acme, recording) == []


async def test_who_listened_goes_with_the_recording(house: House) -> None:
    acme = await house.api.organisation()
    recording = await house.keep(acme)
    await house.ask(acme, "owner", recording)
    kept = await house.recordings.get(acme.tenant.id, recording)
    assert await house.recordings.erase(acme.tenant.id, [kept.call_id]) == 1
    assert await RecordingStore(house.api.mongo).listenings(acme.tenant.id, recording, 10) == []


async def test_an_owner_changes_the_key_and_nobody_else(house: House) -> None:
    acme, other = await house.api.organisation("Acme"), await house.api.organisation("Other")
    await house.keep(acme)
    [before] = (await house.ask(acme, "owner", "keys", "")).json()["items"]
    made = await house.ask(acme, "owner", "keys", "", "POST")
    assert made.status_code == 201
    after = (await house.ask(acme, "owner", "keys", "")).json()["items"]
    assert [(key["id"], key["active"]) for key in after] == [(before["id"], False), (made.json()["id"], True)]
    assert set(before) == {"id", "made_at", "active"}, "no key is shown"
    assert (await house.ask(other, "owner", "keys", "")).json() == {"items": [], "next": None}
    for role in ("agent", "supervisor"):
        for method in ("GET", "POST"):
            assert (await house.ask(acme, role, "keys", "", method)).status_code == 403
