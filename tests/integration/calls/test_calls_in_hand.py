"""The HTTP edge of calls in hand: which signal each route becomes, who may ask, what is refused before the engine."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields
from typing import Any

import httpx
import msgspec
import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.described import HOOKS
from tests.support.http.odd_bodies import FIELDS, ODD
from tests.unit.calls.test_requests import WITH_ANNA, call, offer

from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction
from call24.kit.errors import Conflict, NotFound, Refused
from call24.kit.ids import CallId, ContactId, DeviceId, TenantId, UserId, new_id
from call24.server.http_app import create_app
from call24.server.http_services import Work

OUTSIDE = ContactId("ctc_outside")
ID = "call_1"


@dataclass
class FakeEngine:
    """Stands for the engine and its requests; remembers what it is asked."""

    calls: dict[str, Call] = field(default_factory=dict)
    asked: list[s.AgentRequest] = field(default_factory=list)
    placed: list[dict[str, Any]] = field(default_factory=list)
    supervised: list[tuple[Any, ...]] = field(default_factory=list)
    trouble: Exception | None = None

    def call(self, call_id: CallId) -> Call | None:
        return self.calls.get(call_id)

    def live_calls(self, tenant_id: TenantId) -> list[Call]:
        return [call for call in self.calls.values() if call.tenant_id == tenant_id]

    def request(self, tenant_id: TenantId, agent_id: UserId, call_id: CallId, signal: s.AgentRequest) -> None:
        assert signal.agent_id == agent_id
        self.asked.append(signal)

    def outside(self, tenant_id: TenantId, user_id: UserId, number: str) -> ContactId:
        if number.startswith("+1900"):
            raise Refused("Not to there", code="premium_denied")
        return OUTSIDE

    async def place(self, tenant_id: TenantId, user_id: UserId, **wish: Any) -> CallId:
        self.placed.append(wish)
        if self.trouble is not None:
            raise self.trouble
        return CallId(new_id("call"))

    def _supervise(self, what: str, tenant_id: TenantId, call_id: CallId, *more: str) -> None:
        if (found := self.calls.get(call_id)) is None or found.tenant_id != tenant_id:
            raise NotFound
        self.supervised.append((what, *more))

    @property
    def reach(self) -> FakeEngine:
        return self

    async def own_phone(self, tenant_id: TenantId, user_id: UserId, device_id: DeviceId | None = None) -> None:
        """Every phone is registered."""

    def heard(self, tenant_id: TenantId, user_id: UserId, call_id: CallId) -> None:
        if (found := self.calls.get(call_id)) is None or found.tenant_id != tenant_id:
            raise NotFound

    def monitor(
        self, tenant_id: TenantId, user_id: UserId, call_id: CallId, mode: str, reason: str, device_id: DeviceId
    ) -> None:
        self._supervise("monitor", tenant_id, call_id, mode, reason)

    def monitor_end(self, tenant_id: TenantId, user_id: UserId, call_id: CallId) -> None:
        self._supervise("monitor_end", tenant_id, call_id)

    def take_over(self, tenant_id: TenantId, user_id: UserId, call_id: CallId, reason: str) -> None:
        self._supervise("take_over", tenant_id, call_id, reason)

    def end(self, tenant_id: TenantId, user_id: UserId, call_id: CallId, reason: str) -> None:
        self._supervise("end", tenant_id, call_id, reason)


@dataclass
class Edge:
    api: Api
    http: httpx.AsyncClient
    engine: FakeEngine
    org: Organisation

    async def ask(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.org.bearers[role]}", **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def act(self, what: str, body: Any = None, role: str = "agent") -> httpx.Response:
        return await self.ask(role, "POST", f"/v1/calls/{ID}/{what}", json=body)

    def has(self, state: CallState = CallState.CONNECTED, **more: Any) -> Call:
        """The agent has a call of this organisation."""
        made = call(state, **{**WITH_ANNA, "agent_id": self.org.users["agent"], **more})
        self.engine.calls[ID] = msgspec.structs.replace(made, tenant_id=self.org.tenant.id)
        return self.engine.calls[ID]


@pytest.fixture
async def edge(api: Api) -> AsyncIterator[Edge]:
    engine = FakeEngine()
    app = create_app(api.services)
    parts: dict[str, Any] = dict.fromkeys(each.name for each in fields(Work))  # what these routes do not use
    parts |= {"engine": engine, "requests": engine}
    Work(**parts).put_into(app.state.provided)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024", event_hooks=HOOKS) as http:
        yield Edge(api, http, engine, await api.organisation())


PLAIN = {
    "hangup": s.HangUpRequested,
    "hold": s.HoldRequested,
    "mute": s.MuteRequested,
    "recording/start": s.RecordRequested,
    "reattach": s.ReattachRequested,
}


async def test_an_intent_becomes_its_signal(edge: Edge) -> None:
    for what, kind in PLAIN.items():
        edge.engine.asked.clear()
        edge.has()
        answer = await edge.act(what)
        assert (answer.status_code, answer.json()) == (202, {}), what
        [asked] = edge.engine.asked
        assert type(asked) is kind


NOT_ALLOWED = [
    ("resume", CallState.CONNECTED, "not_held"),
    ("hold", CallState.HELD, "already_held"),
    ("unmute", CallState.CONNECTED, "not_muted"),
    ("swap", CallState.CONNECTED, "no_third"),
    ("complete", CallState.CONNECTED, "no_third"),
    ("cancel", CallState.CONNECTED, "no_third"),
    ("conference", CallState.CONNECTED, "no_third"),
    ("drop", CallState.CONNECTED, "no_third"),
    ("recording/pause", CallState.CONNECTED, "recording_off"),
    ("recording/resume", CallState.CONNECTED, "recording_off"),
    ("decline", CallState.CONNECTED, "not_offered"),
    ("hold", CallState.DIALLING, "not_answered"),
]


async def test_what_the_state_does_not_allow_is_refused_with_its_code(edge: Edge) -> None:
    for what, state, code in NOT_ALLOWED:
        edge.has(state, connected_at=None if state is CallState.DIALLING else edge.api.clock.now())
        answer = await edge.act(what)
        assert (answer.status_code, answer.json()["code"]) == (409, code), (what, state)
        assert edge.engine.asked == []


async def test_a_call_of_another_is_like_none_at_all(edge: Edge) -> None:
    theirs = edge.has()
    nobodys = await edge.ask("agent", "POST", "/v1/calls/call_none/hold")
    assert (await edge.act("hold", role="supervisor")).content == nobodys.content
    edge.engine.calls[ID] = msgspec.structs.replace(theirs, tenant_id=TenantId("ten_other"))
    for what, body in (("hold", None), ("transfer", {"to": {"number": "+442079460123"}}), ("digits", {"digits": "1"})):
        answer = await edge.act(what, body)
        assert (answer.status_code, answer.content) == (404, nobodys.content)


async def test_no_body_whatever_makes_a_route_of_the_engine_fall_over(edge: Edge) -> None:
    """The engine stands in: what reaches it is well-formed, and what is not is refused."""
    edge.has()
    described = (await edge.ask("agent", "GET", "/openapi.json")).json()

    def own_fields(operation: dict[str, Any]) -> list[str]:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        named = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
        return list(named.get("properties", ()))

    places = [
        (method.upper(), path.replace("{call_id}", ID), own_fields(operations[method]))
        for path, operations in described["paths"].items()
        for method in operations.keys() & {"post", "put", "patch"}
        if path.startswith(("/v1/calls", "/v1/callbacks", "/v1/session")) and "requestBody" in operations[method]
    ]
    assert len(places) > 8, places
    dice = random.Random(20261124)
    odd = [
        (method, path, {name: dice.choice(ODD) for name in dice.sample(FIELDS, dice.randint(1, 4))})
        for _, (method, path, _) in itertools.product(range(3), places)
    ]
    odd += [("POST", path, {"digits": one}) for _, path, own in places if own == ["digits"] for one in ODD]
    for role, (method, path, body) in itertools.product(("agent", "supervisor"), odd):
        answer = await edge.ask(role, method, path, json=body)
        assert answer.status_code in (400, 403, 404, 409, 413, 422), (method, path, body, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert edge.engine.asked == edge.engine.placed == edge.engine.supervised == []


async def test_hanging_up_ones_own_call_while_the_own_phone_rings_cancels_it(edge: Edge) -> None:
    mine = UserId(edge.org.users["agent"])
    nobody = {"agent_id": None, "agent_leg": None, "offer_id": None, "connected_at": None}
    edge.has(CallState.OFFERED, offers=(offer(mine),), direction=Direction.OUTBOUND, **nobody)
    assert (await edge.act("hangup")).status_code == 202
    edge.has(CallState.OFFERED, offers=(offer(mine),), **nobody)
    assert (await edge.act("hangup")).json()["code"] == "not_answered"
    assert [type(asked) for asked in edge.engine.asked] == [s.DeclineRequested]


async def test_digits_are_of_the_keypad(edge: Edge) -> None:
    edge.has()
    wrong: list[Any] = ["", "1" * 33, "a", "1 2", "+1", "1\n", "١", 1, None, ["1"]]
    for digits in wrong:
        assert (await edge.act("digits", {"digits": digits})).status_code == 422, digits
    assert (await edge.act("digits", {"digits": "0123456789*#"})).status_code == 202
    [asked] = edge.engine.asked
    assert asked == s.DigitsRequested(at=asked.at, agent_id=asked.agent_id, digits="0123456789*#")


async def test_a_target_is_exactly_one_and_of_this_organisation(edge: Edge) -> None:
    edge.has()
    other = await edge.api.organisation("Other")
    theirs = await edge.api.services.queues.create(other.tenant.id, "Support")
    ours = await edge.api.services.queues.create(edge.org.tenant.id, "Support")
    me = edge.org.users["agent"]
    wrong: list[Any] = [None, {}, {"to": None}, {"to": {}}, {"to": "x"}, {"to": {"agent_id": me}}]
    wrong += [{"to": {"agent_id": other.users["agent"]}}, {"to": {"queue_id": theirs.id}}, {"to": {"flow_id": "flw_x"}}]
    wrong += [{"to": {"queue_id": ours.id, "number": "+442079460123"}}, {"to": {"queue_id": ours.id}, "more": 1}]
    wrong += [{"to": {"number": text}} for text in ("", "x", "12", "+0", "sip:+442079460123@evil", "9" * 41)]
    for body in wrong:
        assert (await edge.act("transfer", body)).status_code == 422, body
    assert (await edge.act("consult", {"to": {"queue_id": ours.id}})).status_code == 422
    good = [{"queue_id": ours.id}, {"agent_id": edge.org.users["supervisor"]}, {"number": "020 7946 0123"}]
    for to in good:
        assert (await edge.act("transfer", {"to": to})).status_code == 202, to
    targets = [asked.to for asked in edge.engine.asked if isinstance(asked, s.TransferRequested)]
    assert targets == [
        s.TransferTarget(queue_id=ours.id),
        s.TransferTarget(agent_id=UserId(edge.org.users["supervisor"])),
        s.TransferTarget(contact_id=OUTSIDE),
    ]
    fenced = await edge.act("consult", {"to": {"number": "+19005550123"}})
    assert (fenced.status_code, fenced.json()["code"]) == (403, "premium_denied")


async def test_a_call_is_placed_from_this_device_and_once_for_a_key(edge: Edge) -> None:
    tenants, queues = edge.api.services.tenants, edge.api.services.queues
    trunk = await tenants.add_trunk(edge.org.tenant.id, "Carrier", ["192.0.2.1"])
    support = await queues.create(edge.org.tenant.id, "Support")
    billing = await queues.create(edge.org.tenant.id, "Billing", members=(UserId(edge.org.users["agent"]),))
    shown = [
        await tenants.add_number(edge.org.tenant, number, trunk.id, queue.id)
        for number, queue in (("+442079460001", support), ("+442079460002", billing))
    ]
    await tenants.add_number(edge.org.tenant, "+442079460003", trunk.id, billing.id)  # nobody has proven it
    for number in shown:
        tenants.prove(number.id, edge.api.clock.now())
    wish = {"to": {"number": "020 7946 0123"}, "from": shown[0].id}
    first = await edge.ask("agent", "POST", "/v1/calls", json=wish)
    assert first.status_code == 201, first.text
    [placed] = edge.engine.placed
    device = edge.org.devices["agent"].id
    assert placed == {
        "number": "+442079460123",
        "colleague_id": None,
        "number_id": shown[0].id,
        "device_id": device,
    }
    key = {"Idempotency-Key": "a"}
    once = await edge.ask("agent", "POST", "/v1/calls", json=wish, headers=key)
    again = await edge.ask("agent", "POST", "/v1/calls", json=wish, headers=key)
    assert once.json() == again.json() != first.json()
    assert len(edge.engine.placed) == 2
    await edge.ask("agent", "POST", "/v1/calls", json={"to": {"number": "+442079460124"}})
    assert edge.engine.placed[-1]["number_id"] == shown[1].id  # that of the agent's own queue
    theirs = await edge.ask("agent", "POST", "/v1/calls", json={**wish, "from": "num_of_another"})
    assert theirs.status_code == 422
    other = await edge.ask("agent", "POST", "/v1/calls", json={"to": {"number": "+442079460124"}}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    anothers = await edge.ask("supervisor", "POST", "/v1/calls", json=wish, headers=key)
    assert anothers.json() not in (first.json(), once.json())


async def test_a_failure_is_not_kept_for_its_key(edge: Edge) -> None:
    wish, key = {"to": {"number": "+442079460123"}}, {"Idempotency-Key": "a"}
    edge.engine.trouble = Conflict("busy", code="agent_busy")
    refused = await edge.ask("agent", "POST", "/v1/calls", json=wish, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "agent_busy")
    edge.engine.trouble = None
    assert (await edge.ask("agent", "POST", "/v1/calls", json=wish, headers=key)).status_code == 201


async def test_nobody_is_called_by_mistake(edge: Edge) -> None:
    for body in (
        *({}, {"to": {}}, {"to": {"number": "+442079460123", "agent_id": "usr_1"}}, {"to": {"number": 1}}),
        *({"to": {"agent_id": "usr_none"}}, {"to": {"number": "x"}}, {"to": {"number": "+442079460123"}, "from": ""}),
    ):
        assert (await edge.ask("agent", "POST", "/v1/calls", json=body)).status_code == 422, body
    assert edge.engine.placed == []


async def test_only_supervisors_and_owners_supervise(edge: Edge) -> None:
    edge.has()
    path = f"/v1/calls/{ID}"
    wishes: list[tuple[str, str, Any]] = [
        ("POST", "/monitor", {"mode": "listen", "reason": "quality"}),
        ("DELETE", "/monitor", None),
        ("POST", "/take-over", {"reason": "complaint"}),
        ("POST", "/end", {"reason": "stuck"}),
    ]
    for method, place, body in wishes:
        assert (await edge.ask("agent", method, path + place, json=body)).status_code == 403
        for role in ("supervisor", "owner"):
            assert (await edge.ask(role, method, path + place, json=body)).status_code == 202
        assert (await edge.ask("owner", method, f"/v1/calls/call_none{place}", json=body)).status_code == 404
    assert edge.engine.supervised[::2] == [
        ("monitor", "listen", "quality"), ("monitor_end",), ("take_over", "complaint"), ("end", "stuck"),
    ]  # fmt: skip
    for body in ({}, {"mode": "listen"}, {"mode": "spy", "reason": "quality"}, {"mode": "listen", "reason": "because"}):
        assert (await edge.ask("owner", "POST", f"{path}/monitor", json=body)).status_code == 422


async def test_call_backs_are_listed_and_can_be_taken_off(edge: Edge) -> None:
    contact = await edge.api.services.contacts.remember(edge.org.tenant.id, "+442079460123", "Grace")
    nobody = {"agent_id": None, "agent_leg": None, "offer_id": None, "connected_at": None, "caller_leg": None}
    edge.has(CallState.WAITING, direction=Direction.CALLBACK, contact_id=contact.id, **nobody)
    edge.engine.calls["call_2"] = msgspec.structs.replace(edge.engine.calls[ID], id="call_2", direction="inbound")
    [row] = (await edge.ask("supervisor", "GET", "/v1/callbacks")).json()["items"]
    assert (row["id"], row["number"], row["name"], row["attempts"]) == (ID, "+442079460123", "Grace", 0)
    assert (await edge.ask("agent", "GET", "/v1/callbacks")).json()["items"] == []  # not of its queues
    assert (await edge.ask("agent", "DELETE", f"/v1/callbacks/{ID}")).status_code == 403
    assert (await edge.ask("supervisor", "DELETE", "/v1/callbacks/call_2")).status_code == 404
    assert (await edge.ask("supervisor", "DELETE", f"/v1/callbacks/{ID}")).status_code == 202
    assert edge.engine.supervised == [("end", "removed")]


async def test_who_dials_an_emergency_number_is_told_to_use_a_mobile_phone(edge: Edge) -> None:
    for number in ("112", "9 9 9", "911", "0044 112", "+44999"):
        refused = await edge.ask("agent", "POST", "/v1/calls", json={"to": {"number": number}})
        assert (refused.status_code, refused.json()["code"]) == (403, "emergency_number"), number
        assert "use a mobile phone" in refused.json()["detail"]


async def test_another_countrys_emergency_number_is_no_number(edge: Edge) -> None:
    refused = await edge.ask("agent", "POST", "/v1/calls", json={"to": {"number": "110"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
