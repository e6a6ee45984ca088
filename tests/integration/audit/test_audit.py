"""The audit log: a line for every change before it is acknowledged; none is altered, taken out or cut off unseen."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
from typing import Any

import pymongo
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.for_each import for_each
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.audit.log import LogFiles
from call24.audit.model import AuditEntry, Checkpoint, StoredAuditEntry
from call24.audit.service import KEPT, SIGN_AFTER, AuditLog
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId, UserId
from call24.kit.key_ring_file import change, replace_root
from call24.kit.secrets import AppKey
from call24.server.audit import verify

DEED = AuditEntry(actor_id=UserId("usr_a"), token_id=None, address="192.0.2.7", action="POST /v1/x", status=201)


async def lines(acme: Organisation, **asked: Any) -> list[dict[str, Any]]:
    answer = await acme.call("owner", "GET", "/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_line_says_who_what_to_what_and_from_where(api: Api) -> None:
    acme = await api.organisation()
    made = await acme.call("owner", "POST", "/v1/queues", json={"name": "First words"})
    await acme.call("owner", "PATCH", f"/v1/queues/{made.json()['id']}", json={"name": "Others"})
    changed, created = (await lines(acme))[:2]
    assert created["action"] == "POST /v1/queues" and created["objects"] == [made.json()["id"]]
    assert changed["action"] == "PATCH /v1/queues/{queue_id}" and changed["objects"] == [made.json()["id"]]
    assert (changed["actor_id"], changed["actor"]) == (acme.users["owner"], "The owner")
    assert (changed["address"], changed["fields"], changed["status"]) == ("127.0.0.1", ["name"], 200)
    stored = await api.mongo.tenant(acme.tenant.id).collection(StoredAuditEntry).find()
    assert not any(word in str(stored) for word in ("owner-", PASSWORD))


CARRIER = {"host": "sip.carrier.example", "username": "acme-01", "password": "carrier-secret"}


async def test_of_a_setting_it_is_told_from_what_to_what_and_of_secrets_and_callers_nothing(api: Api) -> None:
    acme = await api.organisation()
    tenant, agent = acme.tenant.id, acme.users["agent"]
    queue = (await acme.call("owner", "POST", "/v1/queues", json={"name": "Support"})).json()["id"]
    trunk = {"name": "T", "kind": "registration", **CARRIER}
    made = (await acme.call("owner", "POST", "/v1/trunks", json=trunk)).json()["id"]
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", f"/v1/queues/{queue}", {"max_wait_s": 300, "members": [agent]}),
        ("PATCH", f"/v1/trunks/{made}", {"order": 7, "password": "another-secret"}),
        ("PUT", f"/v1/users/{agent}/role", {"role": "supervisor"}),
        ("PATCH", "/v1/organisation", {"timezone": "Asia/Ulaanbaatar"}),
        ("PATCH", "/v1/me", {"name": "Somebody Else"}),
        ("PATCH", f"/v1/queues/{queue}", {"max_wait_s": 300}),
    ]
    for method, path, body in asked:
        answer = await acme.call("owner", method, path, json=body)
        assert answer.status_code < 300, (path, answer.text)
    told = [one["changes"] for one in reversed((await lines(acme))[: len(asked)])]
    plain = {"added": [], "removed": [], "more": False}
    assert told == [
        [
            {"field": "max_wait_s", "before": 600, "after": 300, **plain},
            {"field": "members", "before": None, "after": None, **plain, "added": [agent]},
        ],
        [{"field": "order", "before": 1, "after": 7, **plain}],
        [{"field": "role", "before": "agent", "after": "supervisor", **plain}],
        [{"field": "timezone", "before": acme.tenant.timezone, "after": "Asia/Ulaanbaatar", **plain}],
        [],
        [],
    ]
    stored = str(await api.mongo.tenant(tenant).collection(StoredAuditEntry).find())
    assert not any(word in stored for word in ("secret", "acme-01", "Somebody"))
    assert (await acme.call("owner", "GET", "/v1/audit/check")).json()["whole"] is True
    file = (await acme.call("owner", "GET", "/v1/audit/file")).text
    assert "max_wait_s: 600 -> 300; members: +" in file


async def test_values_are_told_to_who_may_read_what_has_them(api: Api) -> None:
    acme = await api.organisation()
    queue = (await acme.call("owner", "POST", "/v1/queues", json={"name": "Secret project"})).json()["id"]
    assert (await acme.call("owner", "PATCH", f"/v1/queues/{queue}", json={"name": "Plan"})).status_code == 200
    role = {"name": "Reader", "permissions": ["audit.read"]}
    reader = (await acme.call("owner", "POST", "/v1/roles", json=role)).json()["id"]
    agent = f"/v1/users/{acme.users['agent']}/role"
    assert (await acme.call("owner", "PUT", agent, json={"role": reader})).status_code == 200
    agent = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    acme.bearers["agent"] = (await api.services.identity.open_session(agent, "Again")).bearer
    seen = await acme.call("agent", "GET", "/v1/audit")
    assert seen.status_code == 200, seen.text
    [line] = [one for one in seen.json()["items"] if one["action"] == "PATCH /v1/queues/{queue_id}"]
    assert (line["fields"], line["changes"]) == (["name"], [])
    assert "Secret project" not in seen.text


async def test_what_is_refused_or_wrong_leaves_a_line_without_what_was_sent(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("agent", "POST", "/v1/queues", json={"name": "X", "jane_doe": 1})
    await acme.call("owner", "PATCH", "/v1/queues/jane@example.com", json={"jane_doe": 1})
    wrong, refused = await lines(acme)
    assert (refused["status"], refused["code"], refused["fields"]) == (403, "forbidden", [])
    assert (wrong["status"], wrong["objects"], wrong["fields"]) == (422, [], [])


async def test_signing_in_and_out_is_in_the_log(api: Api) -> None:
    acme = await api.organisation()
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "App"}
    token = (await api.call("POST", "/v1/auth/login", json=body)).json()["token"]
    await api.call("POST", "/v1/auth/logout", token)
    out, in_ = await lines(acme)
    assert (in_["action"], out["action"]) == ("POST /v1/auth/login", "POST /v1/auth/logout")
    assert in_["actor_id"] == out["actor_id"] == acme.users["agent"] and in_["fields"] == sorted(body)


async def test_it_is_searched_by_who_what_when_and_page_by_page(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    for n in range(5):
        await acme.call("owner", "POST", "/v1/queues", json={"name": f"Q{n}"})
        api.clock.advance(minutes=1)
    await other.call("owner", "POST", "/v1/queues", json={"name": "Q"})
    whole = await lines(acme)
    assert [line["seq"] for line in whole] == [5, 4, 3, 2, 1]
    assert await lines(acme, actor_id=acme.users["agent"]) == []
    assert await lines(acme, action="POST /v1/queues") == whole
    assert await lines(acme, object_id=whole[1]["objects"][0]) == [whole[1]]
    assert await lines(acme, **{"from": whole[3]["at"], "to": whole[1]["at"]}) == whole[2:4]
    first = (await acme.call("owner", "GET", "/v1/audit", params={"limit": 2})).json()
    second = (await acme.call("owner", "GET", "/v1/audit", params={"limit": 9, "cursor": first["next"]})).json()
    assert first["items"] + second["items"] == whole and second["next"] is None
    assert (await acme.call("owner", "GET", "/v1/audit", params={"from": "2026-11-24T09:00:00"})).status_code == 422
    assert (await acme.call("supervisor", "GET", "/v1/audit")).status_code == 403


async def test_who_may_saves_it_as_a_file_and_that_is_in_it_too(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("owner", "POST", "/v1/queues", json={"name": "Q"})
    table = (await acme.call("owner", "GET", "/v1/audit/file")).text.splitlines()
    assert table[0].startswith("seq,at,actor_id") and table[1].startswith("1,") and len(table) == 2
    rows = (await acme.call("owner", "GET", "/v1/audit/file", params={"format": "jsonl"})).text.splitlines()
    made = [json.loads(row) for row in rows]
    assert [row["action"] for row in made] == ["POST /v1/queues", "GET /v1/audit/file"]
    assert made[1]["previous"] == made[0]["hash"]
    await acme.join("administrator")
    assert (await acme.call("administrator", "GET", "/v1/audit/file")).status_code == 403
    assert (await acme.call("administrator", "GET", "/v1/audit")).status_code == 200


async def test_a_change_whose_line_cannot_be_written_is_not_acknowledged(api: Api) -> None:
    acme = await api.organisation()
    (api.data / "audit" / "lines.jsonl").unlink()
    (api.data / "audit" / "lines.jsonl").mkdir()
    answer = await acme.call("owner", "POST", "/v1/queues", json={"name": "Q"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    (api.data / "audit" / "lines.jsonl").rmdir()
    assert (await acme.call("owner", "POST", "/v1/queues", json={"name": "R"})).status_code == 201
    assert [line["seq"] for line in await lines(acme)] == [1]
    assert await api.services.audit.verify(acme.tenant.id) == (1, None)


@for_each(
    "asked",
    [
        {"cursor": 2**63},
        {"cursor": 0},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31T23:59:59-12:00"},
        {"to": "2026-11-24T09:00:00"},
    ],
)
async def test_what_no_line_can_have_is_refused(api: Api, asked: dict[str, Any]) -> None:
    acme = await api.organisation()
    for path in ("/v1/audit", "/v1/audit/file") if "cursor" not in asked else ("/v1/audit",):
        answer = await acme.call("owner", "GET", path, params=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (path, answer.text)


async def test_the_api_says_whether_all_is_as_it_was_written(api: Api, mongod: RunningMongod) -> None:
    acme = await api.organisation()
    for n in range(3):
        await acme.call("owner", "POST", "/v1/queues", json={"name": f"Q{n}"})
    await lines(acme)  # they are home
    await api.services.audit.sign()
    whole = await acme.call("owner", "GET", "/v1/audit/check")
    assert whole.json() == {"lines": 3, "whole": True, "seq": None, "what": None}
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].update_one({"seq": 2}, {"$set": {"status": 403}})
    broken = (await acme.call("owner", "GET", "/v1/audit/check")).json()
    assert (broken["whole"], broken["seq"]) == (False, 2) and broken["what"]
    assert (await acme.call("agent", "GET", "/v1/audit/check")).status_code == 403


async def test_many_at_once_have_one_chain_and_files_are_for_their_owner_alone(api: Api) -> None:
    acme = await api.organisation()
    audit = api.services.audit
    await asyncio.gather(*(audit.note(acme.tenant.id, DEED) for _ in range(SIGN_AFTER + 40)))
    await audit.settle()
    assert await audit.verify(acme.tenant.id) == (SIGN_AFTER + 40, None)
    files = sorted((api.data / "audit").iterdir())
    assert [file.name for file in files] == ["checkpoints.json", "lines.jsonl"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert (api.data / "audit" / "lines.jsonl").stat().st_size == 0


async def grown(api: Api, count: int) -> tuple[Organisation, AuditLog]:
    acme = await api.organisation()
    for _ in range(count):
        await api.services.audit.note(acme.tenant.id, DEED)
    await api.services.audit.settle()
    await api.services.audit.sign()
    return acme, api.services.audit


@pytest.mark.parametrize(
    "field, value", [("actor_id", "usr_b"), ("address", "::1"), ("status", 403), ("objects", ["que_x"])]
)
async def test_a_changed_line_is_named(api: Api, mongod: RunningMongod, field: str, value: object) -> None:
    acme, _ = await grown(api, 9)
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].update_one({"seq": 4}, {"$set": {field: value}})
    said, whole = await verify(api.mongo, api.data)
    assert said == [f"{acme.tenant.id}: 9 lines, line 4: it was changed"] and not whole


@pytest.mark.parametrize(
    "gone, seq, what",
    [
        ({"seq": 4}, 4, "the line is missing"),
        ({"seq": 1}, 1, "the line is missing"),
        ({"seq": {"$gt": 6}}, 7, "the end is cut off: 9 lines were signed"),
        ({}, 1, "the end is cut off: 9 lines were signed"),
    ],
    ids=["middle", "beginning", "end", "all"],
)
async def test_lines_that_are_taken_away_are_missed(
    api: Api, mongod: RunningMongod, gone: dict[str, Any], seq: int, what: str
) -> None:
    acme, audit = await grown(api, 9)
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].delete_many(gone)
        client[NAME]["audit_checkpoints"].delete_many({})
    _, broken = await audit.verify(acme.tenant.id)
    assert broken is not None and (broken.seq, broken.what) == (seq, what)


async def test_a_chain_that_was_written_anew_does_not_fit_what_was_signed(api: Api, mongod: RunningMongod) -> None:
    acme, audit = await grown(api, 5)
    forger = AuditLog(api.mongo, api.clock, AppKey(b"x" * 32), api.data / "elsewhere")
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].delete_many({})
    await forger.start([acme.tenant.id])
    for _ in range(5):
        await forger.note(acme.tenant.id, DEED)
    await forger.settle()
    _, broken = await audit.verify(acme.tenant.id)
    assert broken is not None and (broken.seq, broken.what) == (5, "it is not the line that was signed")
    await forger.sign()
    _, broken = await audit.verify(acme.tenant.id)
    assert broken is not None and "not signed by this installation" in broken.what


async def test_what_a_killed_process_left_comes_home_and_the_chain_goes_on(api: Api) -> None:
    acme = await api.organisation()
    before, key = api.services.audit, AppKey.load(api.data)
    for _ in range(3):
        await before.note(acme.tenant.id, DEED)
    with (api.data / "audit" / "lines.jsonl").open("ab") as file:
        file.write(b'{"id":"aud_torn","tenant')
    after = AuditLog(api.mongo, api.clock, key, api.data / "audit")
    await after.start([acme.tenant.id])
    await after.note(acme.tenant.id, DEED)
    await after.settle()
    assert await after.verify(acme.tenant.id) == (4, None)
    assert len(LogFiles(api.data / "audit").waiting()) == 4


async def test_retention_takes_the_beginning_and_the_rest_stays_proven(api: Api, mongod: RunningMongod) -> None:
    acme, audit = await grown(api, 4)
    api.clock.advance(days=KEPT.days + 1)
    await audit.note(acme.tenant.id, DEED)
    await audit.settle()
    await audit.sign()
    assert await audit.erase_due(api.clock.now()) == 4
    assert await audit.verify(acme.tenant.id) == (1, None)
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].delete_many({})
    _, broken = await audit.verify(acme.tenant.id)
    assert broken is not None and broken.seq == 5


async def test_an_organisation_with_few_lines_and_none_that_is_newer_keeps_none_and_goes_on_whole(api: Api) -> None:
    acme, audit = await grown(api, 3)
    await audit.settle()
    api.clock.advance(days=KEPT.days + 1)
    assert await audit.erase_due(api.clock.now()) == 3
    assert await audit.verify(acme.tenant.id) == (0, None)
    again = AuditLog(api.mongo, api.clock, AppKey.load(api.data), api.data / "audit")
    await again.start([acme.tenant.id])
    await again.note(acme.tenant.id, DEED)
    await again.settle()
    assert await again.verify(acme.tenant.id) == (1, None)


async def test_an_organisation_that_is_erased_leaves_nothing_here(api: Api) -> None:
    acme, audit = await grown(api, 3)
    await audit.close_tenant(acme.tenant.id)
    await audit.note(acme.tenant.id, DEED)
    texts = [file.read_text() for file in (api.data / "audit").iterdir()]
    assert len(texts) == 2 and not any(acme.tenant.id in text for text in texts)


async def test_a_log_that_cannot_be_written_says_so_to_all_who_wait(api: Api) -> None:
    acme = await api.organisation()
    (api.data / "audit" / "lines.jsonl").unlink()
    (api.data / "audit" / "lines.jsonl").mkdir()
    waiting = [api.services.audit.note(acme.tenant.id, DEED) for _ in range(3)]
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(error, Unavailable) for error in found)


async def test_a_write_that_is_cut_off_ends_before_the_next_one_begins(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's end cuts off what writes, and writes once more itself: two threads had one file."""
    _, audit = await grown(api, 3)
    begun, go_on, written = threading.Event(), threading.Event(), LogFiles.write_checkpoints

    def slow(files: LogFiles, checkpoints: dict[TenantId, Checkpoint]) -> None:
        if not begun.is_set():
            begun.set()
            go_on.wait(5)
        written(files, checkpoints)

    monkeypatch.setattr(LogFiles, "write_checkpoints", slow)
    cut_off = asyncio.create_task(audit.sign())
    await asyncio.to_thread(begun.wait, 5)
    cut_off.cancel()
    ending = asyncio.create_task(audit.stop())
    await asyncio.sleep(0.1)
    assert not cut_off.done() and not ending.done()
    go_on.set()
    await ending
    assert cut_off.cancelled()


async def test_a_server_that_ends_before_it_started_writes_nothing(api: Api) -> None:
    folder = api.data / "not there"
    await AuditLog(api.mongo, api.clock, AppKey(b"x" * 32), folder).stop()
    assert not folder.exists()


async def test_what_an_earlier_app_key_signed_is_signed_again_before_that_key_is_destroyed(api: Api) -> None:
    acme, audit = await grown(api, 5)
    await audit.stop()
    assert replace_root(api.data)
    after = AuditLog(api.mongo, api.clock, AppKey.load(api.data), api.data / "audit")
    assert (await after.verify(acme.tenant.id))[1] is None
    await after.start([acme.tenant.id])
    change(api.data, lambda ring: ring.looked(over=True))
    alone = AuditLog(api.mongo, api.clock, AppKey.load(api.data), api.data / "audit")
    assert (await alone.verify(acme.tenant.id))[1] is None
