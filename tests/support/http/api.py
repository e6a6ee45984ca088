"""The HTTP API in the test's own process, and organisations to use it with."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from tests.support.clock import StillClock, this_evening

from call24.agents.service import AgentService
from call24.asterisk.scanners import Scanners
from call24.audit.service import AuditLog
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.flows.speech import Speaker
from call24.http.failed_sign_ins import FailedSignIns
from call24.http.provided import Asked
from call24.idempotency.service import Once
from call24.identity.accounts import Accounts
from call24.identity.model import Device, Principal, Role
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.installer.asterisk_conf import built_in_sounds
from call24.journal.model import Fresh
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import Poster
from call24.kit.secrets import AppKey
from call24.privacy.persons import Persons
from call24.pusher_apps.service import ApplicationService
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.server.account_closure import rooms_that_forget
from call24.server.http_app import create_app
from call24.server.http_services import Services
from call24.server.references import FlowSurroundings, queue_surroundings
from call24.server.rooms import ROUTERS
from call24.tenants.model import Tenant
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.service import TenantService
from call24.toll_fraud.service import Fence
from call24.webhooks.service import WebhookService

PASSWORD = "correct horse battery"
DOCTOR = "the doctor's secret"
OPERATOR = "the operator's secret"


def served_without_calls(services: Services) -> list[APIRouter]:
    """Routers that ask for nothing but these services: those of live calls need an engine."""
    there = services.edge().provided

    def asked(dependant: Dependant) -> Iterator[Any]:
        for one in dependant.dependencies:
            if isinstance(one.call, Asked):
                yield one.call.kind
            yield from asked(one)

    def served(router: APIRouter) -> bool:
        routes = [route for route in router.routes if isinstance(route, APIRoute)]
        return all(kind in there for route in routes for kind in asked(route.dependant))

    return [router for router in ROUTERS if served(router)]


@dataclass
class Api:
    services: Services
    app: FastAPI
    client: httpx.AsyncClient
    clock: StillClock
    mongo: Mongo
    data: Path
    failed_sign_ins: FailedSignIns
    changes: Changes
    signed_in: list[Device] = field(default_factory=list)
    signed_out: list[Device] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    written: list[Fresh] = field(default_factory=list)
    authorised: list[tuple[str, Principal]] = field(default_factory=list)
    speaker: Speaker | None = None
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


_hashes: dict[str, str] = {}


def _hash_once(hash: Callable[[str], Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    """Argon2 is slow on purpose; every user of every test has the same password."""

    async def hashed(password: str, whose: str = "") -> str:
        if password not in _hashes:
            _hashes[password] = await hash(password)
        return _hashes[password]

    return hashed


async def no_carriers() -> list[str]:
    return []


@asynccontextmanager
async def running_api(mongo: Mongo, data: Path) -> AsyncIterator[Api]:
    clock = StillClock(this_evening())
    key = AppKey.load(data)
    changes = Changes(mongo, clock)
    tenants = TenantService(mongo, clock, key)
    identity = IdentityService(mongo, clock, key)
    identity.passwords.hash = _hash_once(identity.passwords.hash)  # type: ignore[method-assign]
    identity.is_open = lambda tenant_id: (known := tenants.known(tenant_id)) is None or known.disabled_at is None
    identity.asks_proof = lambda tenant_id: (known := tenants.known(tenant_id)) is not None and known.mfa_required
    identity.grants_address = tenants.grants_address
    identity.grants_name = tenants.grants_name
    outward = Poster(private=True)
    accounts = Accounts(mongo, clock, key, identity, outward)
    applications = ApplicationService(mongo, clock, key)
    applications.is_open = identity.is_open
    webhooks = WebhookService(mongo, clock, key, private=True)
    webhooks.is_open = identity.is_open
    state: dict[str, Any] = {}

    async def erase(tenant_id: TenantId) -> None:
        state["api"].erased.append(tenant_id)

    async def append(tenant_id: TenantId, fresh: Sequence[Fresh]) -> None:
        state["api"].written.extend(fresh)

    async def there(part: str) -> bool:
        return bool(state["api"].parts[part])

    queues = QueueService(mongo, clock, identity)
    hours = HoursService(mongo, clock, tenants)
    prompts = PromptService(
        mongo, clock, data / "prompts", built_in=built_in_sounds(), speaker=lambda: state["api"].speaker
    )
    fence = Fence(mongo, clock, tenants, append)
    agents = AgentService(mongo, identity)
    flows = FlowService(mongo, clock, FlowSurroundings(identity, queues, hours, prompts, fence.policy, tenants))
    queues.surroundings = queue_surroundings(agents, flows, prompts)
    once, persons = Once(mongo, clock, key), Persons(mongo, clock, identity, accounts)
    persons.going += rooms_that_forget(queues, agents, fence, once)
    services = Services(
        identity=identity,
        accounts=accounts,
        tenants=tenants,
        queues=queues,
        hours=hours,
        flows=flows,
        prompts=prompts,
        agents=agents,
        contacts=ContactService(mongo, clock, key, changes),
        fence=fence,
        applications=applications,
        webhooks=webhooks,
        once=once,
        persons=persons,
        setup=Setup(mongo, clock, data, tenants, identity),
        audit=AuditLog(mongo, clock, key, data / "audit"),
        realtime=key.realtime(),
        wss_port=8089,
        web=data / "web",
        doctor_secret=DOCTOR,
        operator_secret=OPERATOR,
        health={"mongodb": lambda: there("mongodb"), "asterisk": lambda: there("asterisk")},
        socket_authorised=lambda socket, principal: state["api"].authorised.append((socket, principal)),
        erase_tenant=(erase, prompts.erase_tenant),
        refused_calls=RefusedCalls(mongo, clock, tenants),
        bans=Scanners(data / "no.socket", data / "banned", no_carriers, clock),
    )
    await services.audit.start(())
    failed_sign_ins = FailedSignIns(services.audit)
    identity.events.sign_in_failed.append(failed_sign_ins.note)
    app = create_app(services, routers=served_without_calls(services))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as client:
        api = state["api"] = Api(services, app, client, clock, mongo, data, failed_sign_ins, changes)

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
    await outward.close()
