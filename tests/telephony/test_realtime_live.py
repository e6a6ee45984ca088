"""What an app shows from its snapshot and the events since is what a fresh snapshot shows, at every step of a call."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets
from tests.support.product.system import Agent, System
from tests.support.wait import wait_until

Json = dict[str, Any]


class Screen:
    """A client as the app is one: subscribe, take a snapshot, then apply newer events."""

    def __init__(self, agent: Agent, socket: websockets.ClientConnection) -> None:
        self.agent = agent
        self.socket = socket
        self.state: Json = {}
        self.records: list[Json] = []
        self.seqs: list[int] = []
        self.closed_at: float | None = None

    async def subscribe(self) -> None:
        told = json.loads(await self.socket.recv())
        socket_id = json.loads(told["data"])["socket_id"]
        channels = (await self.agent.http.get("/v1/realtime")).json()["channels"].values()
        for channel in channels:
            wish = {"socket_id": socket_id, "channel_name": channel}
            auth = (await self.agent.http.post("/broadcasting/auth", data=wish)).json()["auth"]
            await self.socket.send(
                json.dumps({"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}})
            )
            assert json.loads(await self.socket.recv())["event"] == "pusher_internal:subscription_succeeded"
        self.state = await self.agent.live()

    async def listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in self.socket:
                frame = json.loads(text)
                if not frame["event"].startswith("pusher"):
                    self.apply(frame["event"], json.loads(frame["data"]))
        self.closed_at = time.monotonic()

    def apply(self, event: str, body: Json) -> None:
        seq = body.pop("seq")
        self.seqs.append(seq)
        if event == "record":
            self.records.append(body)
        elif seq > self.state["seq"]:
            match event:
                case "session" | "system":
                    self.state[event] = body
                case "call":
                    self.apply_call(body)
                case "live_call":
                    others = [row for row in self.state["calls"] if row["id"] != body["id"]]
                    self.state["calls"] = others if body["state"] == "ended" else [*others, body]
                case "queue" | "agent":
                    rows = self.state[f"{event}s"]
                    rows[:] = [body if row["id"] == body["id"] else row for row in rows]

    def apply_call(self, body: Json) -> None:
        if body["state"] != "ended":
            self.state["call"] = body
        elif self.state["call"] is not None and self.state["call"]["id"] == body["id"]:
            self.state["call"] = None

    async def agrees(self) -> None:
        """With a fresh snapshot, once all that is on its way has arrived."""
        fresh: Json = {}

        async def same() -> bool:
            fresh.update(await self.agent.live())
            return shown(fresh) == shown(self.state)

        try:
            await wait_until(same, 5)
        except AssertionError:
            assert shown(self.state) == shown(fresh)


def shown(state: Json) -> Json:
    """Without the measures of finished calls: an event `record` tells an app that these are to be asked for again."""
    queues = state["queues"]
    calls = sorted(state.get("calls", []), key=lambda row: str(row["id"]))
    parts = {part: state[part] for part in ("system", "session", "call", "agents")}
    return {"queues": queues, "calls": calls, **parts}


@contextlib.asynccontextmanager
async def screen(system: System, agent: Agent) -> AsyncIterator[Screen]:
    told = (await agent.http.get("/v1/realtime")).json()
    trust = ssl.create_default_context(cafile=system.settings.tls / "ca.pem")
    address = f"wss://{told['host']}:{told['port']}/app/{told['key']}?protocol=7&client=js&version=8.6.0"
    async with websockets.connect(address, ssl=trust) as socket:
        made = Screen(agent, socket)
        await made.subscribe()
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            listening.cancel()
            await asyncio.wait((listening,))


@pytest.mark.parametrize(
    "ending",
    [
        "agent",
        pytest.param("caller", marks=pytest.mark.long("test_snapshot_and_events_are_a_fresh_snapshot_at_every_step")),
    ],
)
async def test_snapshot_and_events_are_a_fresh_snapshot_at_every_step(system: System, ending: str) -> None:
    async with system.organisation("Acme", wrap_up_s=1) as acme:
        anna, bert = await acme.agent("Anna"), await acme.agent("Bert")
        async with screen(system, anna) as hers, screen(system, bert) as his:

            async def agree() -> None:
                await hers.agrees()
                await his.agrees()

            await anna.be("available")
            await agree()
            await bert.be("paused", "lunch")
            await agree()
            call = await acme.customer("+442079460123", "Grace").dial(acme.number)
            first = await anna.rings()
            await agree()
            assert hers.state["call"]["state"] == "offered"
            assert hers.state["call"]["card"]["name"] == "Grace"
            assert his.state["call"] is None
            await bert.be("available")
            await agree()
            call_id = hers.state["call"]["id"]
            assert await anna.act(call_id, "decline") == 202
            offer = await bert.rings()
            await first.ended(5)
            await agree()
            assert hers.state["call"] is None
            assert his.state["call"]["id"] == call_id
            await offer.answer()
            await bert.becomes("on_call")
            await agree()
            for verb, state in (("hold", "held"), ("resume", "connected")):
                assert await bert.act(call_id, verb) == 202
                await wait_until(lambda state=state: his.state["call"]["state"] == state)
                await agree()
            if ending == "caller":
                call.hang_up()
            else:
                assert await bert.act(call_id, "hangup") == 202
            await bert.becomes("wrap_up")
            await agree()
            await bert.becomes("available")
            await agree()
            await wait_until(lambda: any(record["id"] == call_id for record in his.records))
            for one in (hers, his):
                assert one.seqs == sorted(one.seqs)


async def test_a_consultation_and_a_listener_are_shown_to_each_of_the_three_as_they_are(system: System) -> None:
    async with system.organisation("Acme", wrap_up_s=1) as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        bert, sofia = await acme.agent("Bert"), await acme.supervisor()
        await bert.be("available")
        call_id = talk.call_id
        async with screen(system, anna) as hers, screen(system, bert) as his, screen(system, sofia) as theirs:

            async def agree() -> None:
                for one in (hers, his, theirs):
                    await one.agrees()

            await agree()
            assert [(row["id"], row["agent"]["id"]) for row in theirs.state["calls"]] == [(call_id, anna.user_id)]
            await anna.does(call_id, "mute")
            await wait_until(lambda: hers.state["call"]["muted"])
            await agree()
            await anna.does(call_id, "consult", to={"agent_id": bert.user_id})
            asked = await bert.rings()
            await agree()
            assert his.state["call"]["part"] == "third"
            assert his.state["call"]["from"] == {"id": anna.user_id, "name": "Anna"}
            assert hers.state["call"]["third"]["state"] == "ringing"
            await asked.answer()
            await wait_until(lambda: hers.state["call"]["third"]["state"] == "talking")
            await agree()
            await sofia.does(call_id, "monitor", mode="listen", reason="coaching")
            await sofia.rings()
            await wait_until(lambda: any(one["joined"] for one in hers.state["call"]["monitors"]))
            await agree()
            assert theirs.state["call"]["part"] == "monitor"
            await anna.does(call_id, "conference")
            await wait_until(lambda: his.state["call"]["state"] == "conference")
            await agree()
            await anna.does(call_id, "complete")
            await wait_until(lambda: hers.state["call"] is None and theirs.state["call"] is None)
            await agree()
            assert his.state["call"]["part"] == "agent"
            talk.call.hang_up()
            await wait_until(lambda: his.state["call"] is None and theirs.state["calls"] == [])
            await agree()


async def test_signing_out_ends_the_app_s_socket_within_a_second(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.agent("Anna", phone=False), await acme.agent("Bert", phone=False)
        async with screen(system, anna) as hers, screen(system, bert) as his:
            began = time.monotonic()
            assert (await anna.http.post("/v1/auth/logout")).status_code == 204
            await wait_until(lambda: hers.closed_at is not None, 2)
            assert hers.closed_at is not None
            assert hers.closed_at - began < 1
            assert hers.socket.close_code == 4009
            await bert.be("available")
            await his.agrees()


@pytest.mark.long(
    "integration/tenants/test_tenancy.py::test_channels_of_others_are_refused_like_channels_that_do_not_exist"
)
async def test_another_organisation_s_channels_cannot_be_had(system: System) -> None:
    async with system.organisation("Acme") as acme, system.organisation("Beta") as beta:
        anna, ben = await acme.agent("Anna", phone=False), await beta.agent("Ben", phone=False)
        foreign = (await ben.http.get("/v1/realtime")).json()["channels"].values()
        for channel in [*foreign, "private-tenant.ten_" + "0" * 26]:
            wish = {"socket_id": "1.1", "channel_name": channel}
            refused = await anna.http.post("/broadcasting/auth", data=wish)
            assert refused.status_code == 403
        async with screen(system, anna) as hers:
            before = len(hers.seqs)
            await ben.be("available")
            await anna.be("available")
            await hers.agrees()
            assert {row["id"] for row in hers.state["agents"]} == {anna.user_id} | {
                row["id"] for row in (await anna.live())["agents"]
            }
            assert len(hers.seqs) > before
            assert ben.user_id not in json.dumps(hers.state)
