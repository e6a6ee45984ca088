"""The HTTP API in the test's own process, and organisations to use it with."""

from __future__ import annotations

import functools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from tests.support import in_memory
from tests.support.clock import StillClock, this_evening
from tests.support.database.database import nothing_read
from tests.support.http.services import BuiltServices
from tests.support.quick_hashes import quick_hashes

from call24.asterisk.scanners import Scanners
from call24.audit.service import AuditLog
from call24.changes.service import Changes
from call24.flows.speech import Speaker
from call24.http.failed_sign_ins import FailedSignIns
from call24.http.provided import Asked
from call24.identity import passwords
from call24.identity.model import Device, Principal, Role
from call24.journal.model import Fresh
from call24.kit.holdings import Held
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.realtime.hosted import realtime_key
from call24.server.building import Building
from call24.server.http_app import create_app
from call24.server.rooms import HOLDINGS, ROOMS, ROUTERS
from call24.server.services import Rooms, ground
from call24.tenants.model import Tenant

PASSWORD = "correct horse battery"
DOCTOR = "the doctor's secret"
OPERATOR = "the operator's secret"


def asked(dependant: Dependant) -> Iterator[Any]:
    for one in dependant.dependencies:
        if isinstance(one.call, Asked):
            yield one.call.kind
        yield from asked(one)


def served_without_calls(there: Provided) -> tuple[APIRouter, ...]:
    """All routes that ask for nothing but what is there: those of live calls need an engine."""
    return served(frozenset(kind for kind in all_asked() if kind in there))


@functools.cache
def all_asked() -> frozenset[Any]:
    return frozenset(kind for router in ROUTERS for route in api_routes(router) for kind in asked(route.dependant))


@functools.cache
def served(there: frozenset[Any]) -> tuple[APIRouter, ...]:
    """Once for all tests: FastAPI prepares each route of a new router again."""

    def only_served(router: APIRouter) -> APIRouter:
        fewer = copy(router)
        apart = [route for route in api_routes(router) if not there.issuperset(asked(route.dependant))]
        fewer.routes = [route for route in router.routes if route not in apart]
        return fewer

    return tuple(only_served(router) for router in ROUTERS)


def api_routes(router: APIRouter) -> list[APIRoute]:
    return [route for route in router.routes if isinstance(route, APIRoute)]


@dataclass
class Api:
    services: BuiltServices
    app: FastAPI
    client: httpx.AsyncClient
    clock: StillClock
    mongo: Mongo
    data: Path
    settings: Settings
    key: AppKey
    rooms: Rooms
    building: Building
    failed_sign_ins: FailedSignIns
    changes: Changes
    signed_in: list[Device] = field(default_factory=list)
    signed_out: list[Device] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    written: list[Fresh] = field(default_factory=list)
    authorised: list[tuple[str, Principal]] = field(default_factory=list)
    speaker: Speaker | None = None
    held: Held = field(default_factory=lambda: Held(HOLDINGS))
    erased: list[TenantId] = field(default_factory=list)
    parts: dict[str, bool] = field(default_factory=lambda: {"mongodb": True, "asterisk": True})

    async def organisation(
        self,
        name: str = "Acme",
        numbers: Sequence[str] = ("+",),
        domains: Sequence[str] = ("*",),
        networks: Sequence[str] = ("*",),
    ) -> Organisation:
        """An organisation with an owner, a supervisor and an agent, all signed in; granted whatever it names."""
        tenant = await self.services.tenants.create(name, numbers=numbers, domains=domains, networks=networks)
        organisation = Organisation(self, tenant)
        for role in ("owner", "supervisor", "agent"):
            await organisation.join(role)  # type: ignore[arg-type]
        return organisation

    async def call(self, method: str, path: str, bearer: str | None = None, **kwargs: Any) -> httpx.Response:
        headers = {**kwargs.pop("headers", {}), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        return await self.client.request(method, path, headers=headers, **kwargs)


@dataclass
class Organisation:
    api: Api
    tenant: Tenant
    users: dict[str, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    async def join(self, role: Role) -> None:
        identity = self.api.services.identity
        email = f"{role}-{secrets.token_hex(4)}@example.com"
        user = await identity.add_user(self.tenant.id, email=email, name=f"The {role}", role=role, password=PASSWORD)
        signed_in = await identity.open_session(user, "Test device")
        self.users[role], self.emails[role] = user.id, email
        self.bearers[role], self.devices[role] = signed_in.bearer, signed_in.device

    async def call(self, role: str, method: str, path: str, **kwargs: Any) -> httpx.Response:
        return await self.api.call(method, path, self.bearers[role], **kwargs)


_hashes: dict[tuple[str, int], str] = {}


def _hash_once(hash: Callable[[str], Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    """Every user of every test has the same password."""

    async def hashed(password: str, whose: str = "") -> str:
        kind = (password, passwords._KIB)
        if kind not in _hashes:
            _hashes[kind] = await hash(password)
        return _hashes[kind]

    return hashed


async def no_carriers() -> list[str]:
    return []


@asynccontextmanager
async def running_api(
    mongo: Mongo, data: Path, *, full_hashes: bool = False, smtp: str | None = None, **more: Any
) -> AsyncIterator[Api]:
    """`full_hashes`: passwords cost what they cost in an installation; `smtp`: the address of a mail server; `more`:
    further settings."""
    with nullcontext() if full_hashes else quick_hashes():
        async with _running_api(mongo, data, smtp, more) as api:
            yield api


@asynccontextmanager
async def api_of_a_test(mongo: Mongo, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    """With hashes at full cost where the test has the mark `full_hashes`."""
    full_hashes = request.node.get_closest_marker("full_hashes") is not None
    with in_memory.folder("c24-data-") as data:
        async with running_api(mongo, data, full_hashes=full_hashes) as api:
            yield api


@asynccontextmanager
async def _running_api(mongo: Mongo, data: Path, smtp: str | None, more: dict[str, Any]) -> AsyncIterator[Api]:
    clock = StillClock(this_evening())
    key = AppKey.load(data)
    state: dict[str, Any] = {}

    class Lines:
        """Stands for the journal, which only the fence writes to here."""

        async def append(self, tenant_id: TenantId, fresh: Sequence[Fresh]) -> None:
            state["api"].written.extend(fresh)

        async def before_deletion(self) -> None: ...

    settings = Settings(
        data=data,
        sign_in_private=True,
        webhooks_private=True,
        smtp=smtp,
        mail_from="Call24 <a@b.example>",
        mail_in_domain="tasks.example.org",
        **more,
    )
    held = Held(HOLDINGS)
    audit = AuditLog(mongo, clock, key, data / "audit")
    there = ground(settings, mongo, clock, key, Lines(), audit)  # type: ignore[arg-type]
    building = Building(ROOMS, there, held)
    building.whole()
    rooms = Rooms(there)
    rooms.tenants.targets = None  # carriers of tests have names that nobody knows
    rooms.prompts._speaker = lambda: state["api"].speaker
    hasher = rooms.identity.passwords
    hasher.hash = _hash_once(hasher.hash)  # type: ignore[method-assign]

    async def erase(tenant_id: TenantId) -> None:
        state["api"].erased.append(tenant_id)

    async def is_there(part: str) -> bool:
        return bool(state["api"].parts[part])

    services = BuiltServices(
        there=there,
        realtime=realtime_key(settings, key),
        wss_port=8089,
        web=data / "web",
        doctor_secret=DOCTOR,
        operator_secret=OPERATOR,
        health={"mongodb": lambda: is_there("mongodb"), "asterisk": lambda: is_there("asterisk")},
        socket_authorised=lambda socket, principal: state["api"].authorised.append((socket, principal)),
        erase_tenant=(erase, held.forget_organisation),
        bans=Scanners(data / "no.socket", data / "banned", no_carriers, clock),
    )
    identity = rooms.identity
    await services.audit.start(())
    failed_sign_ins = FailedSignIns(services.audit)
    identity.events.sign_in_failed.append(failed_sign_ins.note)
    with nothing_read(mongo):
        await building.refresh()
    app = create_app(services, routers=served_without_calls(services.edge().provided))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as client:
        api = state["api"] = Api(
            services,
            app,
            client,
            clock,
            mongo,
            data,
            settings,
            key,
            rooms,
            building,
            failed_sign_ins,
            rooms.changes,
            held=held,
        )

        async def note_in(device: Device) -> None:
            api.signed_in.append(device)

        async def note_out(device: Device) -> None:
            api.signed_out.append(device)

        async def note_end(token_id: str) -> None:
            api.ended.append(token_id)

        identity.events.token_revoked.append(note_end)
        identity.events.device_signed_in.append(note_in)
        identity.events.device_signed_out.append(note_out)
        yield api
    await building.stop()
