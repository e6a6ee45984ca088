"""The whole system for tests: `./call24 up` as a user runs it, in a data folder and on ports of its own.

Organisations are made as the operator makes them, everything in them over the public API.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.support.stack import CACHE, CHECKOUT, free_base_port, wait_for
from tests.support.wait import wait_until

from call24.kit.settings import Settings
from call24.standalone.agent_phone import AgentPhone
from call24.standalone.customer import Customer, CustomerCall
from call24.standalone.offered_call import OfferedCall
from call24.standalone.rtp import Tone

CALLER_HZ, AGENT_HZ = 1000, 440
PASSWORD = "correct horse battery"
READY_S = 240.0
_numbers = itertools.count(100)


class System:
    """One running installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._parent: subprocess.Popen[bytes] | None = None
        self.output = settings.data.parent / "up.log"

    @property
    def base_url(self) -> str:
        return f"https://127.0.0.1:{self.settings.http_port}"

    def start(self) -> None:
        s = self.settings
        words = [sys.executable, "-m", "call24.cli", "up", "--data", str(s.data)]
        for flag in ("http", "sip", "wss", "ari", "mongodb"):
            words += [f"--{flag}-port", str(getattr(s, f"{flag}_port"))]
        words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}"]
        with self.output.open("ab") as log:
            env = {**os.environ, "CALL24_CACHE": str(CACHE)}
            self._parent = subprocess.Popen(words, env=env, stdout=log, stderr=log, cwd=CHECKOUT)
        wait_for(self._ready_or_over, READY_S)
        assert self._parent.poll() is None, self.output.read_text()

    def _ready_or_over(self) -> bool:
        assert self._parent is not None
        return self._parent.poll() is not None or self.ready()

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/health/ready", verify=False, timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    async def restarted(self, name: str, killed: int) -> None:
        """Waits until the parent has started the child again, and every part is there."""
        file = self.settings.run / f"{name}.pid"
        await wait_until(lambda: file.exists() and file.read_text() not in ("", str(killed)), 15)
        await self.whole()

    async def whole(self, timeout_s: float = 20.0) -> None:
        """Waits until every part is there (again), without holding up calls of this event loop."""
        async with httpx.AsyncClient(base_url=self.base_url, verify=False, timeout=5) as http:

            async def ready() -> bool:
                try:
                    return (await http.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await wait_until(ready, timeout_s)

    def stop(self) -> None:
        if self._parent is not None:
            self._parent.terminate()
            self._parent.wait(20)
            self._parent = None

    @property
    def parent_pid(self) -> int:
        assert self._parent is not None
        return self._parent.pid

    def pid(self, name: str) -> int:
        """Of `server`, `mongod` or `asterisk`."""
        return int((self.settings.run / f"{name}.pid").read_text())

    def kill(self, name: str) -> int:
        """kill -9 of one child that this system started; its old pid."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextlib.contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """One child stands still (SIGSTOP): it keeps its connections and answers nothing."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def alive(self, pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    def log(self, name: str) -> str:
        return (self.settings.log / f"{name}.log").read_text(errors="replace")

    @contextlib.asynccontextmanager
    async def organisation(self, name: str, *, address: str = "127.0.0.1", **queue: Any) -> AsyncIterator[Organisation]:
        """A new organisation with its owner, a trunk from `address`, a queue and a number."""
        async with httpx.AsyncClient(base_url=self.base_url, verify=False, timeout=20) as http:
            made = Organisation(self, http, name, address)
            await made.build(queue)
            try:
                yield made
            finally:
                await made.close()


@dataclass
class Agent:
    """A signed-in agent with a registered phone."""

    org: Organisation
    http: httpx.AsyncClient
    user_id: str
    name: str
    email: str
    phone: AgentPhone | None = None
    left_phones: list[AgentPhone] = field(default_factory=list)
    device_id: str = ""

    async def register(self) -> AgentPhone:
        told = (await self.http.get("/v1/phone")).json()
        if self.phone is not None:
            self.left_phones.append(self.phone)
        self.phone = AgentPhone(told["ws_url"], told["username"], told["password"], told["aor"], verify=False)
        await self.phone.register()
        self.device_id = told["device_id"]
        return self.phone

    async def be(self, state: str, reason: str | None = None) -> dict[str, Any]:
        answer = await self.http.put("/v1/session", json={"state": state, **({"reason": reason} if reason else {})})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def live(self) -> dict[str, Any]:
        return dict((await self.http.get("/v1/live")).json())

    async def state(self) -> str:
        return str((await self.live())["session"]["state"])

    async def act(self, call_id: str | None, what: str) -> int:
        return (await self.http.post(f"/v1/calls/{call_id}/{what}")).status_code

    async def rings(self, timeout_s: float = 10.0) -> OfferedCall:
        assert self.phone is not None
        return await self.phone.next_call(timeout_s)

    async def becomes(self, state: str, timeout_s: float = 5.0) -> dict[str, Any]:
        """The session, once it is in this state."""

        async def there() -> dict[str, Any] | None:
            session: dict[str, Any] = (await self.live())["session"]
            return session if session["state"] == state else None

        session = await wait_until(there, timeout_s)
        assert session
        return session

    async def on_another_device(self) -> Agent:
        """The same person signed in once more, with a phone of its own."""
        http = httpx.AsyncClient(base_url=self.org.system.base_url, verify=False, timeout=20)
        http.headers["Authorization"] = f"Bearer {await sign_in(http, self.email)}"
        other = Agent(self.org, http, self.user_id, self.name, self.email)
        self.org.others.append(other)
        await other.register()
        return other


@dataclass
class Organisation:
    system: System
    http: httpx.AsyncClient
    name: str
    address: str = "127.0.0.1"
    number: str = ""
    queue_id: str = ""
    tenant_id: str = ""
    agents: list[Agent] = field(default_factory=list)
    others: list[Agent] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    async def build(self, queue: dict[str, Any]) -> None:
        secret = (self.system.settings.secrets / "operator").read_text().strip()
        email = f"owner{next(_numbers)}-{os.getpid()}@example.test"
        wish = {"organisation": self.name, "name": "Olga Owner", "email": email, "password": PASSWORD}
        headers = {"X-Call24-Operator": secret}
        made = await self.http.post("/v1/internal/organisations", json=wish, headers=headers)
        assert made.status_code == 201, made.text
        self.tenant_id = made.json()["tenant_id"]
        self.http.headers["Authorization"] = f"Bearer {await sign_in(self.http, email)}"
        trunk = await self.post("/v1/trunks", {"name": "Carrier", "addresses": [self.address]})
        self.number = f"+1202555{next(_numbers):04d}"
        greeting = queue.pop("greeting", None)
        made_queue = await self.post("/v1/queues", {"name": "Support", "wrap_up_s": 0, **queue})
        self.queue_id = made_queue["id"]
        number = {"number": self.number, "trunk_id": trunk["id"], "queue_id": self.queue_id, "greeting": greeting}
        self.number = (await self.post("/v1/numbers", number))["number"]

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def agent(self, name: str, role: str = "agent", *, phone: bool = True) -> Agent:
        """A new member of the queue, signed in; with `phone` also registered."""
        email = f"agent{next(_numbers)}-{os.getpid()}@example.test"
        user = await self.post("/v1/users", {"email": email, "name": name, "role": role, "password": PASSWORD})
        members = [agent.user_id for agent in self.agents] + [user["id"]]
        changed = await self.http.patch(f"/v1/queues/{self.queue_id}", json={"members": members})
        assert changed.status_code == 200, changed.text
        http = httpx.AsyncClient(base_url=self.system.base_url, verify=False, timeout=20)
        http.headers["Authorization"] = f"Bearer {await sign_in(http, email)}"
        agent = Agent(self, http, user["id"], name, email)
        self.agents.append(agent)
        if phone:
            await agent.register()
        return agent

    def customer(self, number: str = "", name: str = "", address: str = "") -> Customer:
        """Somebody who can ring this organisation over SIP, from its trunk's address if no other is named."""
        number = number or f"+4420794601{next(_numbers) % 100:02d}"
        server = ("127.0.0.1", self.system.settings.sip_port)
        made = Customer(server, number, name, local_host=address or self.address)
        self.customers.append(made)
        return made

    async def dial(self, hz: int = CALLER_HZ) -> CustomerCall:
        """A new customer rings, and says a tone from the answer on."""
        return await self.customer().dial(self.number, Tone(hz))

    async def talk(self, agent: Agent, *, hz: int = CALLER_HZ, agent_hz: int = AGENT_HZ) -> Talk:
        """A new customer and this agent, who is the one to be rung, hear each other."""
        call = await self.dial(hz)
        offer = await agent.rings()
        await offer.answer(agent_hz)
        talk = Talk(call, offer, agent, hz, agent_hz)
        await talk.heard()
        return talk

    async def records(self) -> list[dict[str, Any]]:
        """The newest call records, as the owner sees them."""
        return list((await self.http.get("/v1/calls", params={"limit": 100})).json()["items"])

    async def ended(self, count: int = 1, timeout_s: float = 10.0) -> list[dict[str, Any]]:
        """The records with their details, oldest first, once there are so many and all recordings are settled."""

        async def all_there() -> list[dict[str, Any]] | None:
            records = await self.records()
            settled = all(record["recording"] is None or record["recording"]["state"] != "open" for record in records)
            return records if len(records) >= count and settled else None

        found = await wait_until(all_there, timeout_s)
        assert found and len(found) == count, found
        return [await self.detail(record["id"]) for record in reversed(found)]

    async def detail(self, call_id: str | None) -> dict[str, Any]:
        answer = await self.http.get(f"/v1/calls/{call_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def sound(self, recording_id: str) -> np.ndarray[Any, Any]:
        """A recording as it is served: one row per channel."""
        answer = await self.http.get(f"/v1/recordings/{recording_id}/audio")
        assert answer.status_code == 200, answer.text
        with wave.open(io.BytesIO(answer.content)) as audio:
            assert (audio.getframerate(), audio.getsampwidth()) == (8000, 2)
            samples = np.frombuffer(audio.readframes(audio.getnframes()), "<i2").astype(float)
            return samples.reshape(-1, audio.getnchannels()).T

    async def waiting(self) -> int:
        [row] = (await self.http.get("/v1/live")).json()["queues"]
        return int(row["waiting"])

    async def close(self) -> None:
        for customer in self.customers:
            customer.close()
        for agent in [*self.agents, *self.others]:
            for phone in (agent.phone, *agent.left_phones):
                if phone is not None:
                    await phone.close()
            with contextlib.suppress(httpx.TransportError):  # a test that failed has left no server
                await agent.http.post("/v1/auth/logout")
            await agent.http.aclose()


@dataclass
class Talk:
    """A conversation, seen from both ends; each end says its own tone."""

    call: CustomerCall
    offer: OfferedCall
    agent: Agent
    hz: int = CALLER_HZ
    agent_hz: int = AGENT_HZ

    @property
    def call_id(self) -> str:
        assert self.offer.call_id
        return self.offer.call_id

    async def heard(self, timeout_s: float = 5.0) -> None:
        """Both hear each other from now on."""
        now = time.time()
        await wait_until(lambda: self.call.heard(self.agent_hz, now), timeout_s)
        await wait_until(lambda: self.offer.heard(self.hz, now), timeout_s)


def loudest(sound: np.ndarray[Any, Any]) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * 8000 / len(sound))


async def sign_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> str:
    answer = await http.post("/v1/auth/login", json={"email": email, "password": password, "device_name": "test"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


@contextlib.contextmanager
def running_system() -> Iterator[System]:
    """An installation on free ports in a short-lived folder."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    system = System(Settings.on_ports(folder / "data", free_base_port()).checked())
    try:
        system.start()
        yield system
    finally:
        system.stop()
        if "CALL24_TEST_KEEP" not in os.environ:
            shutil.rmtree(folder, ignore_errors=True)
