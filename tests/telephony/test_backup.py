"""A backup of the running server, and a machine that has nothing else: what comes back, and who does not.

MongoDB and Asterisk are killed before their disk is lost, and the doctor's test call goes through what was restored.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from pymongo import MongoClient
from tests.support.product.backups import Operator
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.people import sign_in
from tests.support.product.stack import RunningStack, session_stack
from tests.support.running import runs
from tests.support.telephony.hearing import hear
from tests.support.telephony.missed import rings_and_hangs_up
from tests.support.wait import wait_until

from call24.doctor import run as doctor
from call24.doctor import test_call
from call24.doctor.report import DoctorReport
from call24.kit.settings import DATABASE
from call24.server.listener import Server
from call24.testphones.rtp import Tone

KEPT, ERASED = "+442079468191", "+442079468192"
NAME = "Canarina"


async def a_recorded_call(house: Composed, acme: Organisation) -> tuple[dict[str, Any], bytes]:
    """The record of a call that an agent took, and its sound."""
    [anna] = await acme.crew("Anna")
    call = await acme.customer(KEPT, "Bert").dial(acme.number, Tone(1000))
    offer = await anna.rings()
    await offer.answer()
    await hear({offer: 1000})
    await wait_until(lambda: house.database["contacts"].find_one({"number": KEPT}), 10)
    call.hang_up()
    [record] = await acme.ended()
    assert record["recording"]["state"] == "stored"
    sound = (await acme.http.get(f"/v1/recordings/{record['recording']['id']}/audio")).content
    await anna.be("paused")
    return record, sound


async def test_what_was_backed_up_is_there_again_and_who_was_erased_since_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)
    operator = Operator(tmp_path / "disk")
    with session_stack(from_nothing=True) as lost:
        copied = replace(lost.settings, register_copy=operator.store / "register", backup_days=12)
        async with composed(lost, copied) as house, house.organisation("Saved", record="always") as acme:
            record, sound = await a_recorded_call(house, acme)
            missed = await rings_and_hangs_up(acme, ERASED, NAME)
            lee = await acme.agent("Leeroy", phone=False)
            owner = house.database["users"].find_one({"tenant_id": acme.tenant_id, "role": "owner"})
            assert owner is not None
            mine = (await acme.http.get("/v1/me/policy")).json()
            policy = (await acme.http.get(mine["current"]["address"])).text
            assert "deleted after at most 12 days" in policy, policy
            said = await asyncio.to_thread(operator.backs_up, lost.settings)
            assert "documents" in said and "of it new" in said, said
            added = await acme.http.post("/v1/pause-reasons", json={"name": "Chess"})
            assert added.status_code == 201, added.text
            then = await next_second()

            gone = await acme.http.post(f"/v1/contacts/{missed['contact_id']}/erase", json={"reason": "asked"})
            assert gone.status_code == 200, gone.text
            gone = await acme.http.post(f"/v1/users/{lee.user_id}/delete", json={"reason": "left"})
            assert gone.status_code == 200, gone.text
            later = await rings_and_hangs_up(acme, "+442079468193", "Later")
            await wait_until(lambda: all(file.exists() for file in in_copy(operator)), 10)
            follow = ("backup", "follow", str(operator.store), "--data", str(lost.settings.data), *operator.opens)
            await asyncio.to_thread(operator.did, *follow, "--once")
            token = acme.http.headers["Authorization"]
        await killed(lost)
    assert not lost.settings.data.exists(), "the disk is lost"
    for file in operator.store.rglob("*"):
        assert not file.is_file() or not any(
            word.encode() in file.read_bytes() for word in (KEPT, NAME, owner["email"])
        )

    said = await asyncio.to_thread(operator.restores, lost.settings, "--until", then)
    assert "What happened after" in said and "has 2 of after this time" in said, said
    assert f"--mongodb-port {lost.settings.mongodb_port}" in said
    with restored(lost) as found, MongoClient[dict[str, Any]](found.settings.mongodb_uri()) as client:
        database = client[DATABASE]
        assert database["contacts"].find_one({"_id": missed["contact_id"]}), "that time is before the erasure"
        opened: list[object] = []
        startup = Server.startup

        async def looked(server: Server, sockets: list[socket] | None = None) -> None:
            opened.append(database["contacts"].find_one({"_id": missed["contact_id"]}))
            opened.append(database["users"].find_one({"_id": lee.user_id}))
            opened.append(database["call_records"].find_one({"_id": missed["id"]}))
            await startup(server, sockets)

        monkeypatch.setattr(Server, "startup", looked)
        async with composed(found) as house:
            assert opened == [None, None, None], "they were there when the port was opened"
            await is_as_it_was(house, acme, owner["email"], token, record, sound)
            monkeypatch.setattr(test_call, "TALK_S", 2.0)
            report = DoctorReport(as_json=False)
            await doctor._examine(found.settings, report, call=True)
            assert report.passed, "`doctor --call`"
            assert house.database["call_records"].find_one({"_id": later["id"]}) is None, "it is of after that time"
            assert house.database["pause_reasons"].find_one({"name": "Chess"}), "it is of after the backup, and before"


async def killed(stack: RunningStack) -> None:
    """As when the power fails: the parent first, which would start the others again."""
    pids = [stack.parent_pid, *map(stack.pid, ("mongod", "asterisk", "sip_edge"))]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    await wait_until(lambda: not any(map(runs, pids[1:])), 10)


async def next_second() -> str:
    """Waits for it: what was written is before it, what will be is not."""
    at = int(time.time()) + 1
    await wait_until(lambda: time.time() >= at)
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def in_copy(operator: Operator) -> list[Path]:
    return [operator.store / "register" / name for name in ("erased-callers.jsonl", "deleted.jsonl")]


def restored(lost: RunningStack) -> Any:
    """Its MongoDB and Asterisk, started anew."""
    return session_stack(lost.settings)


async def is_as_it_was(
    house: Composed, acme: Organisation, email: str, token: str, record: dict[str, Any], sound: bytes
) -> None:
    http = acme.http.__class__(base_url=house.base_url, verify=False, timeout=20)
    async with http:
        refused = await http.get("/v1/calls", headers={"Authorization": token})
        assert refused.status_code == 401, "a session of before the restore opens nothing"
        http.headers["Authorization"] = f"Bearer {await sign_in(http, email)}"
        [listed] = (await http.get("/v1/calls")).json()["items"]
        assert listed["id"] == record["id"] and listed["number"] == KEPT
        audio = await http.get(f"/v1/recordings/{record['recording']['id']}/audio")
        assert audio.content == sound, "the recording can be heard as before"
