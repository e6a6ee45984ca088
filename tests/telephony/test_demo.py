"""`./call24 demo`, as a newcomer runs it: it prints how to get in, a customer rings, speaks, and is recorded."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.support.documents import CHECKOUT
from tests.support.product.command import command
from tests.support.product.stack import CACHE, free_base_port, wait_for
from tests.support.stray_modules import StrayModules
from tests.support.wait import wait_until

from call24.demo.customers import PERSONAS
from call24.kit.settings import Settings
from call24.testphones.agent_phone import AgentPhone

AUDIBLE_DBFS = -45


class Demo:
    def __init__(self, folder: Path) -> None:
        self.settings = Settings.on_ports(folder / "data", free_base_port()).checked()
        s = self.settings
        words = [str(CHECKOUT / "call24"), "demo", "--data", str(s.data)]
        for flag in ("http", "sip", "wss", "ari", "mongodb"):
            words += [f"--{flag}-port", str(getattr(s, f"{flag}_port"))]
        words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}"]
        self._output = folder / "demo.log"
        with self._output.open("wb") as output:
            env = {**os.environ, "CALL24_CACHE": str(CACHE)}
            self.stray = StrayModules(folder / "stray")
            self.parent = subprocess.Popen(words, env=env, stdout=output, stderr=output, cwd=self.stray.folder)

    @property
    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def told(self) -> bool:
        assert self.parent.poll() is None, self.said
        return "Ctrl-C stops everything" in self.said

    def stop(self) -> int:
        self.parent.terminate()
        return self.parent.wait(20)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    demo = Demo(folder)
    try:
        wait_for(demo.told, 240)
        yield demo
    finally:
        demo.stop()
        shutil.rmtree(folder, ignore_errors=True)


def http_of(demo: Demo) -> httpx.AsyncClient:
    [address] = re.findall(r"open +(https://\S+)", demo.said)
    trusted = ssl.create_default_context(cafile=demo.settings.tls / "ca.pem")
    return httpx.AsyncClient(base_url=address, verify=trusted, timeout=20)


@asynccontextmanager
async def signed_in(demo: Demo) -> AsyncIterator[tuple[httpx.AsyncClient, AgentPhone]]:
    """The demo's first agent, with a phone."""
    (email, password), *_ = re.findall(r"agent +(\S+) +password (\S+)", demo.said)
    ca = demo.settings.tls / "ca.pem"
    async with http_of(demo) as http:
        login = {"email": email, "password": password, "device_name": "Test"}
        http.headers["Authorization"] = f"Bearer {(await http.post('/v1/auth/login', json=login)).json()['token']}"
        told = (await http.get("/v1/phone")).json()
        async with AgentPhone(told["ws_url"], told["username"], told["password"], told["aor"], verify=ca) as phone:
            yield http, phone


async def test_the_demo_rings_an_agent_who_answers_and_finds_the_recording(demo: Demo) -> None:
    async with signed_in(demo) as (http, phone):
        assert "<title>" in (await http.get("/")).text
        assert (await http.put("/v1/session", json={"state": "available"})).json()["state"] == "available"
        call = await phone.next_call(60)
        since = time.monotonic()
        await call.answer()
        await wait_until(lambda: call.ear.level_dbfs(since) > AUDIBLE_DBFS, 20)
        await wait_until(lambda: len(call.ear.samples(since)) > 16_000, 5)
        await http.put("/v1/session", json={"state": "paused"})
        call.hang_up()
        [row] = await wait_until(lambda: _ended_calls(http), 10)
        assert row["outcome"] == "answered"
        assert row["name"]
        recording = await http.get(f"/v1/recordings/{row['recording']['id']}/audio")
        assert recording.headers["content-type"] == "audio/wav"
        assert len(recording.content) > 16_000


def test_an_upgrade_of_a_demo_says_that_there_is_none(demo: Demo) -> None:
    done = command("upgrade", "--data", str(demo.settings.data))
    assert done.returncode == 1
    assert f"a demo runs on {demo.settings.data}, and cannot be upgraded" in done.stderr


async def test_the_demos_agent_finds_customers_in_the_contacts_and_work_to_do(demo: Demo) -> None:
    async with signed_in(demo) as (http, _):
        people = (await http.get("/v1/people")).json()["items"]
        numbers = {one["number"] for person in people for one in person["numbers"]}
        assert [persona.name for persona in PERSONAS if persona.number not in numbers] == ["Martin Webb"]
        tasks = (await http.get("/v1/tasks")).json()["items"]
        manual = [task for task in tasks if task["kind"] == "manual"]
        assert len(manual) == 3
        assert {task["person_id"] for task in manual} <= {person["id"] for person in people}


async def test_the_demos_owner_signs_in_and_may_change_how_calls_come(demo: Demo) -> None:
    [(email, password)] = re.findall(r"owner +(\S+) +password (\S+)", demo.said)
    async with http_of(demo) as http:
        login = {"email": email, "password": password, "device_name": "Test"}
        told = (await http.post("/v1/auth/login", json=login)).json()
        assert {"queues.write", "numbers.write", "trunks.write", "users.write"} <= set(told["permissions"])
        http.headers["Authorization"] = f"Bearer {told['token']}"
        made = await http.post("/v1/queues", json={"name": "Sales"})
        assert made.status_code == 201, made.text
        assert (await http.delete(f"/v1/queues/{made.json()['id']}")).status_code == 204
    assert f"./call24 doctor --call --data {demo.settings.data}" in demo.said


@pytest.mark.long("test_the_demo_rings_an_agent_who_answers_and_finds_the_recording")
async def test_an_agent_calls_a_customer_of_the_demo_who_picks_up_and_speaks(demo: Demo) -> None:
    async with signed_in(demo) as (http, phone):
        placed = await http.post("/v1/calls", json={"to": {"number": PERSONAS[0].number}})
        assert placed.status_code == 201, placed.text
        call = await phone.next_call(10)
        assert call.headers["X-Call24-Answer"] == "auto"
        await call.answer()
        await wait_until(lambda: _talks(http), 15)
        since = time.monotonic()
        await wait_until(lambda: call.ear.level_dbfs(since) > AUDIBLE_DBFS, 20)
        call.hang_up()


def test_no_part_of_the_demo_ran_a_module_of_the_folder_in_which_it_was_started(demo: Demo) -> None:
    parts = [int(file.read_text()) for file in demo.settings.run.glob("*.pid")]
    assert len(parts) >= 3
    assert {Path(f"/proc/{pid}/cwd").resolve() for pid in parts} == {demo.stray.folder.resolve()}
    assert demo.stray.ran() == []


async def _ended_calls(http: httpx.AsyncClient) -> list[dict[str, object]]:
    rows = (await http.get("/v1/calls")).json()["items"]
    return rows if rows and (rows[0]["recording"] or {}).get("state") == "stored" else []


async def _talks(http: httpx.AsyncClient) -> bool:
    call = (await http.get("/v1/live")).json()["call"]
    return call is not None and call["state"] == "connected"
