"""An organisation in a running system: made as the operator makes it, everything in it over the public API.

Queues and numbers are made with the Python client that organisations' own programs have, over TLS that it verifies.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import ssl
import sys
import wave
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
from tests.support.product.people import AGENT_HZ, CALLER_HZ, PASSWORD, SUPERVISOR_HZ, Agent, Talk, sign_in
from tests.support.product.stack import CHECKOUT
from tests.support.wait import wait_until

from call24.testphones import tone
from call24.testphones.carrier import Carrier, Line, Manner
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.rtp import Tone

sys.path.append(str(CHECKOUT / "clients" / "python"))  # pytest knows it already, bench/ and docs/ do not
from call24_client import AsyncClient, numbers, queues

if TYPE_CHECKING:
    from tests.support.product.system import System

_numbers = itertools.count(100)


PROVER = "+441632960998"
"""Who rings a number to show whose it is; its calls are in no list that tests look at."""

RECORDS = {"record": "always", "not_announced_because": "The callers are phones of the tests"}


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
    members: list[str] = field(default_factory=list)
    others: list[Agent] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    trunk_id: str = ""
    number_id: str = ""
    carriers: list[Carrier] = field(default_factory=list)
    client: AsyncClient = field(init=False)

    async def build(self, queue: dict[str, Any]) -> None:
        email = f"owner{next(_numbers)}-{os.getpid()}@example.test"
        wish = {"organisation": self.name, "name": "Olga Owner", "email": email, "password": PASSWORD}
        wish |= {
            "numbers": ["+"],
            "domains": ["*"],
            "networks": ["*"],
        }  # each test has its own, and none is asked whose they are
        made = await self.as_operator("/v1/internal/organisations", wish)
        assert made.status_code == 201, made.text
        self.tenant_id = made.json()["tenant_id"]
        token = await sign_in(self.http, email)
        self.http.headers["Authorization"] = f"Bearer {token}"
        trust = ssl.create_default_context(cafile=self.system.settings.tls / "ca.pem")
        self.client = AsyncClient(self.system.base_url, token, verify=trust, timeout=20)
        self.trunk_id = (await self.post("/v1/trunks", {"name": "Carrier", "addresses": [self.address]}))["id"]
        self.number = f"+1202555{next(_numbers):04d}"
        greeting = queue.pop("greeting", None)
        self.queue_id = await self.queue("Support", **queue)
        number = await self.add_number(self.number, queue_id=self.queue_id, greeting=greeting)
        self.number, self.number_id = number["number"], number["id"]

    async def as_operator(self, path: str, body: dict[str, Any]) -> httpx.Response:
        secret = (self.system.settings.secrets / "operator").read_text().strip()
        return await self.http.post(path, json=body, headers={"X-Call24-Operator": secret})

    @property
    def sip_address(self) -> tuple[str, int]:
        """Where its carriers reach the PBX."""
        return "127.0.0.1", self.system.settings.sip_port

    async def add_number(self, number: str = "", **settings: Any) -> dict[str, Any]:
        """`settings`: queue_id or flow_id, greeting."""
        number = number or f"+1202555{next(_numbers):04d}"
        wish: Any = {"number": number, "trunk_id": self.trunk_id, **settings}
        made: dict[str, Any] = dict(await self.client.send(numbers.add_number(wish)))
        if self.carriers:
            await self.prove(made["number"])
        return made

    async def prove(self, number: str) -> None:
        """A call that comes in shows that the number is the organisation's; only then is it shown to whom is called.

        It leads nowhere meanwhile, so that nobody is rung.
        """
        rows = (await self.http.get("/v1/numbers")).json()["items"]
        row = next(row for row in rows if row["number"] == number)
        nowhere = await self.flow("bye", {"bye": {"type": "hang_up", "prompt": None}})
        await self._route(row["id"], flow_id=nowhere)
        async with Customer(self.sip_address, PROVER, local_host=self.address) as prover:
            await (await prover.dial(number)).ended(5)
        await self._route(row["id"], **{name: row[name] for name in ("queue_id", "flow_id") if row[name]})

        async def over() -> bool:
            numbers = (await self.http.get("/v1/numbers")).json()["items"]
            records = (await self.http.get("/v1/calls", params={"limit": 100})).json()["items"]
            proven = any(each["id"] == row["id"] and each["verified_at"] for each in numbers)
            return proven and any(each["number"] == PROVER for each in records)

        await wait_until(over, 5)

    async def _route(self, number_id: str, **to: str) -> None:
        changed = await self.http.patch(f"/v1/numbers/{number_id}", json=to)
        assert changed.status_code == 200, changed.text

    async def queue(self, name: str, members: list[Agent] | None = None, **settings: Any) -> str:
        """Another queue, which records every call unless `settings` say otherwise; its id."""
        members_ids = [agent.user_id for agent in members or []]
        wish: Any = {"name": name, "members": members_ids, "wrap_up_s": 0, **RECORDS, **settings}
        return (await self.client.send(queues.add_queue(wish)))["id"]

    async def change_queue(self, **settings: Any) -> None:
        change: Any = settings
        await self.client.send(queues.change_queue(self.queue_id, change))

    async def flow(self, start: str, nodes: dict[str, Any], name: str = "") -> str:
        """A published flow; its id."""
        flow = await self.post("/v1/flows", {"name": name or f"Flow {next(_numbers)}", "start": start, "nodes": nodes})
        published = await self.http.post(f"/v1/flows/{flow['id']}/publish")
        assert published.status_code < 300, published.text
        return str(flow["id"])

    async def prompt(self, name: str, hz: int, seconds: float = 3.0) -> str:
        """A prompt that says a tone; its id."""
        file = {"file": (f"{name}.wav", _wav(hz, seconds), "audio/wav")}
        made = await self.http.post("/v1/prompts", data={"name": name}, files=file)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def carrier(self) -> Carrier:
        """The carrier of this organisation's trunk, at which its customers can be rung."""
        if not self.carriers:
            carrier = await self._open_carrier()
            host, port = carrier.address
            changed = await self.http.patch(f"/v1/trunks/{self.trunk_id}", json={"host": host, "port": port})
            assert changed.status_code == 200, changed.text
            await self.prove(self.number)
        return self.carriers[0]

    async def another_carrier(self, name: str, order: int) -> Carrier:
        """A second way out; `order`: the trunk with the lowest is tried first."""
        carrier = await self._open_carrier()
        host, port = carrier.address
        wish = {"name": name, "addresses": ["127.0.0.99"], "host": host, "port": port, "order": order}
        await self.post("/v1/trunks", wish)
        return carrier

    async def _open_carrier(self) -> Carrier:
        carrier = Carrier(self.sip_address, host=self.address)
        await carrier.open()
        self.carriers.append(carrier)
        return carrier

    async def line(self, manner: Manner = "ring", hz: int | None = None, number: str = "") -> Line:
        """A customer who can be rung."""
        number = number or f"+4420794602{next(_numbers) % 100:02d}"
        return (await self.carrier()).line(number, manner, hz)

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def agent(self, name: str, role: str = "agent", *, phone: bool = True, member: bool = True) -> Agent:
        """A new user, signed in; with `phone` also registered, with `member` in the queue."""
        email = f"agent{next(_numbers)}-{os.getpid()}@example.test"
        user = await self.post("/v1/users", {"email": email, "name": name, "role": role, "password": PASSWORD})
        if member:
            self.members.append(user["id"])
            await self.change_queue(members=self.members)
        http = httpx.AsyncClient(base_url=self.system.base_url, verify=False, timeout=20)
        http.headers["Authorization"] = f"Bearer {await sign_in(http, email)}"
        agent = Agent(self, http, user["id"], name, email)
        self.agents.append(agent)
        if phone:
            await agent.register()
        return agent

    async def crew(self, *names: str) -> list[Agent]:
        """Agents who are available, the first for the longest."""
        agents = [await self.agent(name) for name in names]
        for agent in agents:
            await agent.be("available")
        return agents

    async def supervisor(self, name: str = "Sofia", hz: int = SUPERVISOR_HZ) -> Agent:
        """Not in the queue; its phone answers by itself what it asks for."""
        supervisor = await self.agent(name, "supervisor", member=False)
        supervisor.answers_by_itself(hz)
        return supervisor

    def customer(self, number: str = "", name: str = "", address: str = "") -> Customer:
        """Somebody who can ring this organisation over SIP, from its trunk's address if no other is named."""
        number = number or f"+4420794601{next(_numbers) % 100:02d}"
        server = self.sip_address
        made = Customer(server, number, name, local_host=address or self.address)
        self.customers.append(made)
        return made

    async def dial(self, hz: int = CALLER_HZ) -> CustomerCall:
        """A new customer rings, and says a tone from the answer on."""
        return await self.customer().dial(self.number, Tone(hz))

    async def dial_until_taken(self) -> CustomerCall:
        """A new customer rings again and again, until Asterisk has taken the call."""

        async def taken() -> CustomerCall | None:
            call = await self.dial()
            with contextlib.suppress(TimeoutError, AssertionError):
                await wait_until(lambda: call.answered_at or call.end, 2)
            return call if call.answered_at and call.end is None else None

        call = await wait_until(taken, 20)
        assert call is not None
        return call

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
        rows = (await self.http.get("/v1/calls", params={"limit": 100})).json()["items"]
        return [row for row in rows if row["number"] != PROVER]

    async def ended(self, count: int = 1, timeout_s: float = 10.0) -> list[dict[str, Any]]:
        """The records with their details, oldest first, once there are so many and all recordings are settled."""

        async def all_there() -> list[dict[str, Any]] | None:
            records = await self.records()
            if len(records) < count:
                return None
            # A recording is taken in a moment after its record is written: one that was begun is waited for.
            told = [await self.detail(record["id"]) for record in reversed(records)]
            return told if all(map(_settled, told)) else None

        found = await wait_until(all_there, timeout_s)
        assert found and len(found) == count, found
        return found

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
        rows = (await self.http.get("/v1/live")).json()["queues"]
        return next(int(row["waiting"]) for row in rows if row["id"] == self.queue_id)

    async def nothing_left(self, timeout_s: float = 5.0) -> None:
        """No channel, no bridge, no call on the board, and every agent free: whatever happened before."""
        pbx = self.system.pbx

        async def left() -> list[Any]:
            channels = await pbx.channels(self.tenant_id)
            states = [(agent.name, await agent.state()) for agent in self.agents]
            stuck = [state for state in states if state[1] not in ("available", "paused", "offline", "wrap_up")]
            ended = {str(record["id"]) for record in await self.records()}
            return [*channels, *await pbx.bridges(ended), *stuck]

        last: list[Any] = []

        async def nothing() -> bool:
            last[:] = await left()
            return not last

        try:
            await wait_until(nothing, timeout_s)
        except AssertionError:
            raise AssertionError(f"left behind: {last}") from None

    async def journal(self, call_id: str) -> list[str]:
        """The events of a call's timeline, in order."""
        return [entry["event"] for entry in (await self.detail(call_id))["timeline"]]

    async def close(self) -> None:
        await self.client.close()
        for customer in self.customers:
            customer.close()
        for carrier in self.carriers:
            carrier.close()
        for agent in [*self.agents, *self.others]:
            for phone in (agent.phone, *agent.left_phones):
                if phone is not None:
                    await phone.close()
            with contextlib.suppress(httpx.TransportError):  # a test that failed has left no server
                await agent.http.post("/v1/auth/logout")
            await agent.http.aclose()


def loudest(sound: np.ndarray[Any, Any]) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * 8000 / len(sound))


def _wav(hz: int, seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(tone.RATE)
        out.writeframes(tone.tone_samples(hz, seconds).tobytes())
    return file.getvalue()


def _settled(record: dict[str, Any]) -> bool:
    recording = record["recording"]
    return record["recorded_from"] is None if recording is None else recording["state"] != "open"
