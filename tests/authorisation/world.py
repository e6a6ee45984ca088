"""Two organisations with one of everything, the whole API over them, and makers of fresh things to ask for.

The engine is a stub that holds calls; what is asked of it goes through the real `Requests`. All else is real.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import httpx
import msgspec
import pyotp
from bson.timestamp import Timestamp
from tests.authorisation.promises import MATRIX, ROLES
from tests.authorisation.table import CRM, DISCLOSURE, OPERATOR, PROCESSOR, PUSH
from tests.fakes.plan import FakePlan
from tests.integration.recordings.test_recordings_http import House
from tests.support.calls.told import Told
from tests.support.database.database import NAME, oplog_of
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.front_office import front_office
from tests.support.telephony.sounds import encoded, speech_like, upload
from tests.unit.calls.test_requests import WITH_ANNA, call

from call24.address_book_files.model import AddressBookImport, Origin
from call24.address_book_files.preview import Preview
from call24.address_book_files.service import AddressBookImports
from call24.agents.model import AgentSession
from call24.asterisk.scanners import Ban
from call24.audit.model import StoredAuditEntry
from call24.audit.store import AuditFilter
from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCalls, reduced
from call24.caller_files.import_model import CallerImport
from call24.caller_files.imports import CallerImports
from call24.calls.model import Call, CallState, Direction, Offer, OfferLeg
from call24.carddav.passwords import AppPasswords
from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.model import CrmLink
from call24.crm.service import CrmConnections
from call24.data_map import documents
from call24.doctor.check_runs import CheckRuns
from call24.engine.engine import Engine
from call24.engine.requests import Requests
from call24.exports.model import CALLER, PEOPLE, TASKS, Export, State
from call24.files.model import Owner, StoredFile
from call24.files.thumbnails import Thumbnails
from call24.files.uploads import Uploads
from call24.flows.convert import convert
from call24.flows.sound import Converter
from call24.identity.avatars.model import Picture
from call24.identity.model import Device, Passkey, SignedIn, User
from call24.identity.operators import Operators
from call24.journal.model import Entry
from call24.kit.ids import (
    AddressBookImportId,
    CallerImportId,
    CallId,
    ContactId,
    CrmLinkId,
    DeviceId,
    ErasureNoticeId,
    FileId,
    HoldId,
    PasskeyId,
    PersonId,
    PrivacyRequestId,
    ProcessorId,
    QueueId,
    RestrictionId,
    TaskId,
    TenantId,
    UserId,
    new_id,
)
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.notifications.kinds import NotificationKind
from call24.notifications.service import Happened, Notifications
from call24.people.duplicate_model import pair_id
from call24.people.duplicates import Duplicates
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.hold_model import HoldStep, LegalHold
from call24.privacy.service import Sweeper
from call24.privacy_requests.service import PrivacyRequests
from call24.processors.model import ErasureNotice
from call24.processors.service import Processors
from call24.reconciliation.files import CelFiles
from call24.reconciliation.service import Reconciler
from call24.recordings import Recordings
from call24.recordings.model import Recording
from call24.recordings.playbacks import Playbacks
from call24.recordings.store import RecordingStore
from call24.restrictions.model import Line, Restriction
from call24.saved_reports.model import Asked
from call24.saved_reports.service import SavedReports, Wish
from call24.task_mails.service import TaskAddresses
from call24.tasks.bulk import BulkChanges
from call24.tasks.comments import TaskComments
from call24.tasks.filters import SavedFilters
from call24.tasks.model import Task as WorkItem
from call24.tasks.offers import TaskOffers
from call24.tasks.series import TaskSeriesService
from call24.web_push.model import Target
from call24.web_push.service import WebPush

FURNITURE = ("queue", "hours", "flow", "reason", "disposition", "number", "role", "task", "ended", "export", "callback")
ASIDE = {"audit", "audit_checkpoints", "statistics", "projections", "change_positions"}
"""Collections that grow with what is refused, and must; and what readers count and keep, whenever they come to it."""


@cache
def compared() -> set[str]:
    """The collections of organisations' documents that nobody may change by asking in vain."""
    return {one.collection for one in documents() if one.tenant} - ASIDE


@dataclass(frozen=True)
class Snapshot:
    """`told`: how much was asked of each organisation's calls."""

    mark: Timestamp
    told: dict[TenantId, int]


@dataclass
class Task:
    call: Call
    told: list[Any] = field(default_factory=list)

    def tell(self, signal: Any) -> None:
        self.told.append(signal)


@dataclass
class Desk:
    engine: StubEngine
    tenant_id: TenantId

    def session(self, agent_id: UserId) -> AgentSession:
        now = self.engine.clock.now()
        return AgentSession(agent_id=agent_id, tenant_id=self.tenant_id, since=now, idle_since=now)


@dataclass
class StubEngine:
    """What `Requests` and the routers read of the engine; `wishes`: what agents' states were asked to become."""

    clock: Any
    tasks: dict[str, Task] = field(default_factory=dict)
    wishes: list[tuple[str, str]] = field(default_factory=list)
    directory: Any = field(default_factory=lambda: SimpleNamespace(devices=lambda *_: (), plan=lambda *_: FakePlan()))
    pbx_here: bool = True

    def call(self, call_id: CallId) -> Call | None:
        task = self.tasks.get(call_id)
        return task.call if task else None

    def find(self, tenant_id: TenantId, call_id: CallId) -> Task | None:
        task = self.tasks.get(call_id)
        return task if task is not None and task.call.tenant_id == tenant_id else None

    def live_calls(self, tenant_id: TenantId) -> list[Call]:
        return [task.call for task in self.tasks.values() if task.call.tenant_id == tenant_id]

    def desk(self, tenant_id: TenantId) -> Desk:
        return Desk(self, tenant_id)

    async def wish(self, tenant_id: TenantId, agent_id: UserId, signal: Any) -> AgentSession:
        self.wishes.append((tenant_id, agent_id))
        return self.desk(tenant_id).session(agent_id)

    def told(self, tenant_id: TenantId) -> int:
        """How much was asked of an organisation's calls and agents."""
        calls = sum(len(task.told) for task in self.tasks.values() if task.call.tenant_id == tenant_id)
        return calls + sum(1 for asked, _ in self.wishes if asked == tenant_id)


class AnyPhones:
    async def registered(self, _: Any) -> None:
        """Nobody says which are registered: then nothing is refused for it."""


class StubRequests(Requests):
    """Placing a call needs the desk, the fence and phones, each tested elsewhere: here it only has an answer."""

    async def place(self, *_: Any, **__: Any) -> CallId:
        return CallId(new_id("call"))


Maker = Callable[[Organisation, str], Awaitable[str]]


class World:
    def __init__(self, api: Api, house: House, engine: StubEngine, office: Any, theirs: Organisation) -> None:
        self._contacts: dict[str, ContactId] = {}
        self._tasks: dict[str, WorkItem] = {}
        self.api, self.house, self.engine, self.office = api, house, engine, office
        self.ours: Organisation = office.org
        self._pushed: Device | None = None
        self.theirs = theirs
        self.http: httpx.AsyncClient = office.http
        self.app = cast(Any, office.http._transport).app
        self.expired = self.revoked = ""
        self._unproven: dict[str, str] = {}
        self.foreign: list[str] = []
        self._lacking: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        self._count = itertools.count(1)

    async def ask(self, bearer: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**more.pop("headers", {}), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def snapshot(self, *organisations: Organisation) -> Snapshot:
        """What readers of the change feed write of what was made before, such as notifications of a task, is there by
        then."""
        await self.office.feed_is_read()
        asked = {one.tenant.id: self.engine.told(one.tenant.id) for one in organisations}
        return Snapshot(oplog_of(self.api.mongo).mark(), asked)

    async def changed(self, since: Snapshot, *organisations: Organisation) -> list[str]:
        """The collections that something was written to since that snapshot, though it was taken back or left as it
        was; `calls asked` where an organisation's calls were asked more. Of these, or of all that it was taken of.

        An entry that names no organisation, of a change or a removal, counts for every one.
        """
        await self.office.feed_is_read()
        writes, _ = oplog_of(self.api.mongo).since(since.mark, NAME)
        ids = {one.tenant.id for one in organisations} or since.told.keys()
        theirs = {write.collection for write in writes if write.tenant_id is None or write.tenant_id in ids}
        asked = any(self.engine.told(id) != since.told[id] for id in ids)
        return [*sorted(theirs & compared()), *["calls asked"] * asked]

    # --- fresh things, by what an address or a body calls them ---

    async def make(self, kind: str, of: Organisation, role: str = "agent") -> str:
        """One that belongs to `role`, where things belong to somebody."""
        return await cast(Maker, getattr(self, f"_{kind}"))(of, role)

    def _name(self) -> str:
        return f"Thing {next(self._count)}"

    async def _post(self, of: Organisation, path: str, **body: Any) -> str:
        answer = await self.ask(of.bearers["owner"], "POST", path, json=body)
        assert answer.status_code == 201, (path, answer.text)
        return str(answer.json()["id"])

    async def _queue(self, of: Organisation, role: str) -> str:
        members = [UserId(of.users["agent"])] if role == "agent" else []
        return (await self.api.services.queues.create(of.tenant.id, self._name(), members=members)).id

    async def _hours(self, of: Organisation, role: str) -> str:
        return await self._post(of, "/v1/hours", name=self._name())

    async def _flow(self, of: Organisation, role: str) -> str:
        nodes = {"bye": {"type": "hang_up", "prompt": "goodbye"}}
        made = await self._post(of, "/v1/flows", name=self._name(), start="bye", nodes=nodes)
        published = await self.ask(of.bearers["owner"], "POST", f"/v1/flows/{made}/publish")
        assert published.status_code < 300, published.text
        return made

    async def _prompt(self, of: Organisation, role: str) -> str:
        sound = encoded(speech_like(0.5, 8000), 8000, format="WAV")
        answer = await self.ask(of.bearers["owner"], "POST", "/v1/prompts", **upload(sound, self._name()))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def _reason(self, of: Organisation, role: str) -> str:
        return await self._post(of, "/v1/pause-reasons", name=self._name())

    async def _disposition(self, of: Organisation, role: str) -> str:
        return await self._post(of, "/v1/dispositions", name=self._name())

    async def _trunk(self, of: Organisation, role: str) -> str:
        address = f"192.0.{2 + next(self._count) % 250}.{1 + next(self._count) % 250}"
        return await self._in_place_of_another(of, address)

    async def _in_place_of_another(self, of: Organisation, address: str) -> str:
        """An organisation has few trunks: one beyond the first ten goes, with its numbers."""
        tenants = self.api.services.tenants
        numbers = await tenants.numbers(of.tenant.id)
        for trunk in (await tenants.trunks(of.tenant.id))[10:]:
            for number in numbers:
                if number.trunk_id == trunk.id:
                    await tenants.remove_number(of.tenant.id, number.id)
            await tenants.remove_trunk(of.tenant.id, trunk.id)
        return (await tenants.add_trunk(of.tenant.id, self._name(), [address])).id

    async def _ban(self, of: Organisation, role: str) -> str:
        """Of an address in a range that a trunk of the organisation names."""
        place = f"192.0.{2 + next(self._count) % 250}"
        await self._in_place_of_another(of, f"{place}.0/24")
        assert self.api.services.bans is not None
        self.api.services.bans._until[f"{place}.9"] = int(self.api.clock.now().timestamp() + 60)
        return Ban(address=f"{place}.9", until=0, state="dropped").id

    async def _application(self, of: Organisation, role: str) -> str:
        """In place of the others: an organisation has few."""
        applications = self.api.services.applications
        for one in await applications.all(of.tenant.id):
            await applications.remove(of.tenant.id, one.id)
        return (await applications.create(of.tenant.id, self._name()))[0].id

    async def _request(self, of: Organisation, role: str) -> str:
        requests = self.api.services.there.get(PrivacyRequests)
        return (await requests.add(of.tenant.id, "access", "letter")).id

    async def _incident(self, of: Organisation, role: str) -> str:
        scope = {"places": ["contacts"]}
        body = {"title": "Lost laptop", "what_happened": "A laptop is gone.", "kinds": ["confidentiality"]}
        return await self._post(of, "/v1/incidents", **body, scope=scope)

    async def _disclosure(self, of: Organisation, role: str) -> str:
        return await self._post(of, "/v1/disclosures", **DISCLOSURE)

    async def _processor(self, of: Organisation, role: str) -> str:
        """In place of the others: an organisation has few."""
        processors = self.api.services.there.get(Processors)
        for one in await processors.all(of.tenant.id):
            await processors.remove(of.tenant.id, one.id)
        return (await processors.add(of.tenant.id, UserId(of.users["owner"]), dict(PROCESSOR)))[0].id

    async def _crm(self, of: Organisation, role: str) -> str:
        """In place of the others: an organisation has few. It is off."""
        connections = self.api.services.there.get(CrmConnections)
        for one in await connections.all(of.tenant.id):
            await connections.remove(of.tenant.id, one.id)
        return (await connections.add(of.tenant.id, UserId(of.users["owner"]), dict(CRM))).id

    async def _crm_link(self, of: Organisation, role: str) -> str:
        """Of the connection there is, one that a choice is waited for."""
        connections, now = self.api.services.there.get(CrmConnections), self.api.clock.now()
        [connection] = await connections.all(of.tenant.id)
        link = CrmLink(
            id=CrmLinkId(new_id("crl")),
            tenant_id=of.tenant.id,
            connection_id=connection.id,
            person_id=PersonId(new_id("per")),
            asked=("given",),
            state="asking",
            created_at=now,
        )
        await self.api.mongo.tenant(of.tenant.id).collection(CrmLink).insert(link)
        return link.id

    async def _erasure_notice(self, of: Organisation, role: str) -> str:
        """Answered, so that nobody is asked."""
        now, id = self.api.clock.now(), ErasureNoticeId(new_id("ern"))
        notice = ErasureNotice(
            id=id,
            tenant_id=of.tenant.id,
            processor_id=ProcessorId(new_id("prc")),
            processor="Crmly",
            contact_id=ContactId(new_id("ctc")),
            state="answered",
            asked_at=now,
            due_at=now,
            late_at=now,
            until=now,
            delete_at=now + timedelta(days=30),
        )
        await self.api.mongo.tenant(of.tenant.id).collection(ErasureNotice).insert(notice)
        return id

    async def _restriction(self, of: Organisation, role: str) -> str:
        """Of a caller who is not there, so that it hides nothing."""
        now, id = self.api.clock.now(), RestrictionId(new_id("rst"))
        line = Line(at=now, by=UserId(of.users["owner"]), action="restricted", note="They dispute a call")
        restriction = Restriction(
            id=id,
            tenant_id=of.tenant.id,
            contact_ids=(ContactId("ctc_nobody"),),
            request_id=PrivacyRequestId("prq_none"),
            ground="accuracy",
            set_at=now,
            history=(line,),
        )
        await self.api.mongo.tenant(of.tenant.id).collection(Restriction).insert(restriction)
        return id

    async def _hold(self, of: Organisation, role: str) -> str:
        """Of a call that is not there, so that it stops nothing."""
        now, id = self.api.clock.now(), HoldId(new_id("hld"))
        step = HoldStep(at=now, by=UserId(of.users["owner"]), action="set", note="Case 12")
        hold = LegalHold(
            id=id, tenant_id=of.tenant.id, kind="call", reason="Case 12", set_at=now, review_at=now, history=(step,)
        )
        await self.api.mongo.tenant(of.tenant.id).collection(LegalHold).insert(hold)
        return id

    async def _webhook(self, of: Organisation, role: str) -> str:
        """In place of the others: an organisation has few."""
        webhooks = self.api.services.webhooks
        for one in await webhooks.all(of.tenant.id):
            await webhooks.remove(of.tenant.id, one.id)
        by, kinds = UserId(of.users["owner"]), ("call.ended",)
        return (await webhooks.create(of.tenant.id, by, url="https://acme.example/", kinds=kinds))[0].id

    async def _delivery(self, of: Organisation, role: str) -> str:
        """Of the webhook there is, one that was given up."""
        webhooks = self.api.services.webhooks
        [webhook] = await webhooks.all(of.tenant.id)
        made = await webhooks.test(of.tenant.id, webhook.id)
        await webhooks.settled(msgspec.structs.replace(made, state="dead"))
        return made.id

    async def _number(self, of: Organisation, role: str) -> str:
        trunk, queue = await self._trunk(of, role), await self._queue(of, "supervisor")
        e164 = f"+4420794{next(self._count):05d}"
        made = await self.api.services.tenants.add_number(of.tenant, e164, cast(Any, trunk), cast(Any, queue))
        return made.id

    async def _transfer(self, of: Organisation, role: str) -> str:
        return await self._post(
            of,
            "/v1/data-transfers",
            kind="crm",
            recipient="Crmly Inc",
            country="US",
            hosts=["crmly.example"],
            safeguard="standard_clauses",
            reference="2021/914",
            dated="2026-01-10",
            review_by="2099-01-10",
        )

    async def _role(self, of: Organisation, role: str) -> str:
        return await self._post(of, "/v1/roles", name=self._name(), permissions=["queues.read"])

    async def _tenant(self, of: Organisation, role: str) -> str:
        return of.tenant.id

    async def _user(self, of: Organisation, role: str) -> str:
        return of.users[role]

    async def _person(self, of: Organisation, role: str) -> str:
        """Somebody of whom nobody speaks elsewhere, since they may be disabled."""
        email = f"person-{next(self._count)}@example.com"
        add = self.api.services.identity.add_user
        return (await add(of.tenant.id, email=email, name="P", role="agent", password=PASSWORD)).id

    async def _pictured(self, of: Organisation, role: str) -> str:
        id, now = UserId(await self._person(of, role)), self.api.clock.now()
        picture = Picture(id=id, tenant_id=of.tenant.id, webp=b"RIFF", tag=self._name(), changed_at=now)
        await self.api.mongo.tenant(of.tenant.id).collection(Picture).insert(picture)
        return id

    async def _invitation(self, of: Organisation, role: str) -> str:
        guest = f"guest-{next(self._count)}@example.com"
        return await self._post(of, "/v1/invitations", email=guest, name="G", role="agent")

    async def _session(self, of: Organisation, role: str) -> str:
        return (await self._open(of, role)).device.token_id

    async def _subscription(self, of: Organisation, role: str) -> str:
        """Of another session's browser. The one before is signed out: a user has so many devices and no more."""
        identity, before = self.api.services.identity, self._pushed
        device = self._pushed = (await self._open(of, role)).device
        if before is not None:
            await identity.revoke(before.tenant_id, before.token_id, before.id)
        target = Target(**{**PUSH, "endpoint": f"{PUSH['endpoint']}/{next(self._count)}"})
        pushes = self.api.services.there.get(WebPush)
        await pushes.subscribe(of.tenant.id, device.user_id, device.id, target, shows_caller=False, language="en")
        return device.id

    async def _token(self, of: Organisation, role: str) -> str:
        user = await self.api.services.identity.user(of.tenant.id, UserId(of.users[role]))
        lasts = timedelta(days=1)
        return (await self.api.services.identity.issue_token(user, "Machine", ("*",), lasts)).token.id

    async def _apppassword(self, of: Organisation, role: str) -> str:
        """In place of the others: a user has few."""
        passwords, user_id = self.api.services.there.get(AppPasswords), UserId(of.users[role])
        await passwords.revoke_all(of.tenant.id, user_id)
        return (await passwords.make(of.tenant.id, user_id, "Phone")).password.id

    async def _passkey(self, of: Organisation, role: str) -> str:
        """The only one, and no proof is asked of its user: that would stand before what is tried here."""
        passkey = Passkey(
            id=PasskeyId(new_id("psk")),
            tenant_id=of.tenant.id,
            user_id=UserId(of.users[role]),
            name="Key",
            credential_id=f"credential-{next(self._count)}",
            public_key=b"",
            counter=0,
            rp_id="call24.test",
            created_at=self.api.clock.now(),
        )
        kept = self.api.mongo.tenant(of.tenant.id).collection(Passkey)
        await kept.delete_many({"user_id": passkey.user_id})
        await kept.insert(passkey)
        return passkey.id

    async def _open(self, of: Organisation, role: str) -> SignedIn:
        user = await self.api.services.identity.user(of.tenant.id, UserId(of.users[role]))
        return await self.api.services.identity.open_session(user, "One more")

    async def _contact(self, of: Organisation, role: str) -> str:
        number = f"+4420794{next(self._count):05}"
        self._contacts[of.tenant.id] = (await self.api.services.contacts.remember(of.tenant.id, number, "Jo")).id
        return self._contacts[of.tenant.id]

    async def _entry(self, of: Organisation, role: str) -> str:
        """Of the contact that was made last."""
        consents, contact_id = self.api.services.there.get(Consents), self._contacts[of.tenant.id]
        return (await consents.enter(Purpose.CRM_SYNC, None, of.tenant.id, contact_id, "page")).id

    async def _ownentry(self, of: Organisation, role: str) -> str:
        consents, whose = self.api.services.there.get(Consents), UserId(of.users[role])
        return (await consents.enter(Purpose.INDIVIDUAL_STATISTICS, None, of.tenant.id, whose, "app")).id

    async def _notification(self, of: Organisation, role: str) -> str:
        identity = self.api.services.identity
        identity.remember(await identity.user(of.tenant.id, UserId(of.users[role])))
        told = self.api.services.there.get(Notifications)
        cause = f"cause {next(self._count)}"
        whose = UserId(of.users[role])
        await told.tell(of.tenant.id, [whose], Happened(kind=NotificationKind.VOICEMAIL, cause=cause))
        return (await told.page(of.tenant.id, whose, limit=1, cursor=None)).items[0].id

    async def _listed(self, of: Organisation, role: str) -> str:
        people, number = self.api.services.there.get(People), f"+4420794{next(self._count):05}"
        asked = {"given": "Jo", "numbers": [{"number": number, "label": ""}]}
        return (await people.add(of.tenant.id, UserId(of.users[role]), asked, private=False)).id

    async def _photographed(self, of: Organisation, role: str) -> str:
        people, by = self.api.services.there.get(People), UserId(of.users[role])
        person = await people.get(of.tenant.id, PersonId(await self._listed(of, role)), by)
        picture = self.api.services.there.get(PersonPictures).made(of.tenant.id, None, b"\xff\xd8\xff\xd9")
        return (await people.set_picture(person, picture, by)).id

    async def _listedtoo(self, of: Organisation, role: str) -> str:
        return await self._listed(of, role)

    async def _upload(self, of: Organisation, role: str) -> str:
        """One that nothing has arrived of."""
        person_id = PersonId(await self._listed(of, role))
        owner, uploads = Owner(about="person", person_id=person_id), self.api.services.there.get(Uploads)
        waiting = self.api.mongo.tenant(of.tenant.id).collection(StoredFile)
        for old in (await waiting.find({"state": "uploading"}, sort=[("created_at", 1), ("id", 1)]))[:-5]:
            await uploads.cancel(of.tenant.id, old.uploaded_by, old.id)  # an organisation has so many at most
        return (await uploads.begin(of.tenant.id, UserId(of.users[role]), owner, "a.txt", 5)).id

    async def _attached(self, of: Organisation, role: str) -> str:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"hello"

        id, whose = FileId(await self._upload(of, role)), UserId(of.users[role])
        return (await self.api.services.there.get(Uploads).write(of.tenant.id, whose, id, 0, chunks())).id

    async def _thumbnailed(self, of: Organisation, role: str) -> str:
        """One that is said to have a thumbnail, which is not drawn: that takes a process each time."""
        attached, thumbnails = FileId(await self._attached(of, role)), self.api.services.there.get(Thumbnails)
        file = await self.api.mongo.tenant(of.tenant.id).collection(StoredFile).get(attached)
        await thumbnails._storage.keep_thumbnail(file, b"RIFF")
        await thumbnails._store.has_thumbnail(file, "made")
        return file.id

    async def _twins(self, of: Organisation, role: str) -> str:
        """Two people of one name and number."""
        people, number = self.api.services.there.get(People), f"+4420794{next(self._count):05}"
        asked = {"given": "Jo", "family": "Bloggs", "numbers": [{"number": number, "label": ""}]}
        two = [await people.add(of.tenant.id, UserId(of.users[role]), asked, private=False) for _ in range(2)]
        for one in two:
            await self.api.services.there.get(Duplicates).compare(one)
        return pair_id(two[0].id, two[1].id)

    async def _unlisted(self, of: Organisation, role: str) -> str:
        """What undoes the deletion of a person."""
        people, by = self.api.services.there.get(People), UserId(of.users[role])
        person = await people.get(of.tenant.id, PersonId(await self._listed(of, role)), by)
        return (await people.delete(person, by)).id

    async def _task(self, of: Organisation, role: str) -> str:
        whose = UserId(of.users[role])
        made = await self.office.tasks.add(of.tenant.id, "Ring Jo", assignee=whose)
        self._tasks[of.tenant.id] = made
        return made.id

    async def _offeredtask(self, of: Organisation, role: str) -> str:
        """Offered to this user, who was offered another before, in a queue of which no agent sees the tasks."""
        offers, whose = self.api.services.there.get(TaskOffers), UserId(of.users[role])
        for task in await offers.going_on(of.tenant.id):
            await offers.end(task, "taken_back")
        memberless = [one for one in self.api.services.queues.known_queues(of.tenant.id) if not one.members]
        queue = memberless[0] if memberless else await self.api.services.queues.create(of.tenant.id, "Empty")
        made = await self.office.tasks.add(of.tenant.id, "Ring Jo", queue_id=queue.id)
        assert await offers.make(made, whose, 60) is not None
        return made.id

    async def _taskcomment(self, of: Organisation, role: str) -> str:
        """On the task that was made last."""
        comments = self.api.services.there.get(TaskComments)
        return (await comments.add(self._tasks[of.tenant.id], UserId(of.users[role]), "No answer", [])).id

    async def _taskfilter(self, of: Organisation, role: str) -> str:
        filters, whose = self.api.services.there.get(SavedFilters), UserId(of.users[role])
        for one in await filters.all(of.tenant.id, whose):
            await filters.remove(of.tenant.id, whose, one.id)
        return (await filters.add(of.tenant.id, whose, "Mine", assignee="me")).id

    async def _savedreport(self, of: Organisation, role: str) -> str:
        saved, whose = self.api.services.there.get(SavedReports), UserId(of.users["owner"])
        for one in await saved.seen(of.tenant.id, whose):
            await saved.remove(of.tenant.id, whose, one.id, others=True)
        asked = Asked(period="last_week", by="day")
        wish = Wish(name="Monday", asked=asked, shared=True, schedule=None, recipients=())
        return (await saved.add(of.tenant.id, whose, wish)).id

    async def _taskbulk(self, of: Organisation, role: str) -> str:
        task_id, bulk = TaskId(await self._task(of, role)), self.api.services.there.get(BulkChanges)
        return (await bulk.change(of.tenant.id, [task_id], {"priority": "high"}, UserId(of.users[role]))).bulk.id

    async def _taskaddress(self, of: Organisation, role: str) -> str:
        """In place of the others: an organisation has few."""
        addresses = self.api.services.there.get(TaskAddresses)
        for one in await addresses.all(of.tenant.id):
            await addresses.remove(of.tenant.id, one.id)
        return (await addresses.add(of.tenant.id, UserId(of.users["owner"]), "Support", None)).id

    async def _taskseries(self, of: Organisation, role: str) -> str:
        series, whose = self.api.services.there.get(TaskSeriesService), UserId(of.users[role])
        made = await series.add(
            of.tenant.id,
            whose,
            rule="FREQ=WEEKLY",
            starts="2099-01-05T09:00",
            due_after_s=3600,
            title="Count the till",
            assignee=whose,
        )
        return made.id

    async def _recording(self, of: Organisation, role: str) -> str:
        return await self.house.keep(of, (UserId(of.users[role]),))

    async def _ended(self, of: Organisation, role: str) -> str:
        kept = await self.house.recordings.get(of.tenant.id, cast(Any, await self._recording(of, role)))
        return kept.call_id

    async def _journalled(self, of: Organisation, role: str) -> str:
        """A call that `role` had, as the journal tells of it."""
        whose = UserId(of.users[role])
        told = Told(CallId(new_id("call")))
        told.tenant_id, told.now = of.tenant.id, self.api.clock.now()
        told.arrives(None).joins(QueueId(await self._queue(of, role))).offered_to(whose).answered_by(whose).ends()
        if of is self.ours:
            await self.office.read(told)
        else:  # nobody writes their journal here
            lines = self.api.mongo.tenant(of.tenant.id).collection(Entry)
            for entry in told.entries:
                await lines.insert(msgspec.structs.replace(entry, seq=next(self._count)))
        return told.id

    async def _keptcall(self, of: Organisation, role: str) -> str:
        """A recording whose call record is gone."""
        call_id, scope = await self._ended(of, role), self.api.mongo.tenant(of.tenant.id)
        record = await scope.collection(CallRecord).get(call_id)
        contact_id, queue_id = ContactId(await self._contact(of, role)), QueueId(await self._queue(of, role))
        record = msgspec.structs.replace(record, contact_id=contact_id, queue_id=queue_id)
        await KeptCalls(self.api.mongo).keep(of.tenant.id, [reduced(record, record.delete_at + timedelta(days=30))])
        await scope.collection(CallRecord).delete(call_id)
        return call_id

    async def _export(self, of: Organisation, role: str) -> str:
        """In place of ours before: an organisation has few."""
        for one in await self.office.exports.all(of.tenant.id) if of is self.ours else ():
            await self.office.exports.cancel(of.tenant.id, one.id)
        return await self._exported(of, kind="calls", format="csv", asked_by=None)

    async def _callerfile(self, of: Organisation, role: str) -> str:
        for one in await self.office.exports.all(of.tenant.id, own=CALLER) if of is self.ours else ():
            await self.office.exports.cancel(of.tenant.id, one.id, own=CALLER)
        whose: dict[str, Any] = {"contact_id": await self._contact(of, role), "asked_by": of.users["privacy_officer"]}
        return await self._exported(of, kind=CALLER, format="zip", **whose)

    async def _callerimport(self, of: Organisation, role: str) -> str:
        now, scope = self.api.clock.now(), self.api.mongo.tenant(of.tenant.id)
        made = CallerImport(
            id=CallerImportId(new_id("cim")), tenant_id=of.tenant.id, asked_by=of.users["privacy_officer"],
            sha256="0" * 64, contact_id=ContactId(await self._contact(of, role)), source="Another", state="done",
            made_at="2026-11-24T09:00:00.000Z", rows_done=1, rows_in_all=1, created_at=now, ended_at=now,
        )  # fmt: skip
        await scope.collection(CallerImport).insert(made)
        return made.id

    async def _phoneupload(self, of: Organisation, role: str) -> str:
        return await self._bookimport(of, role, "phone")

    async def _bookimport(self, of: Organisation, role: str, origin: Origin = "file") -> str:
        """One that was checked, whose file is gone."""
        sender = role if origin == "phone" else "supervisor"
        now, scope = self.api.clock.now(), self.api.mongo.tenant(of.tenant.id)
        made = AddressBookImport(
            id=AddressBookImportId(new_id("abi")), tenant_id=of.tenant.id, asked_by=UserId(of.users[sender]),
            origin=origin, format="csv", state="ready", rows=1, created_at=now, delete_at=now + timedelta(days=1),
        )  # fmt: skip
        await scope.collection(AddressBookImport).insert(made)
        preview = self.api.data / "address-book" / of.tenant.id / f"{made.id}.preview"
        preview.parent.mkdir(parents=True, exist_ok=True)
        preview.write_bytes(msgspec.json.encode(Preview()))
        return made.id

    async def _peopleexport(self, of: Organisation, role: str) -> str:
        for one in await self.office.exports.all(of.tenant.id, own=PEOPLE) if of is self.ours else ():
            await self.office.exports.cancel(of.tenant.id, one.id, own=PEOPLE)
        return await self._exported(of, kind=PEOPLE, format="csv", asked_by=None)

    async def _taskexport(self, of: Organisation, role: str) -> str:
        for one in await self.office.exports.all(of.tenant.id, own=TASKS) if of is self.ours else ():
            await self.office.exports.cancel(of.tenant.id, one.id, own=TASKS)
        return await self._exported(of, kind=TASKS, format="csv", asked_by=of.users[role])

    async def _exported(self, of: Organisation, **words: Any) -> str:
        now = self.api.clock.now()
        export = Export(
            id=new_id("exp"), tenant_id=of.tenant.id, first="2026-11-24", last="2026-11-24", filters={},
            state=State.DONE, created_at=now, delete_at=now + timedelta(days=1), **words,
        )  # fmt: skip
        await self.api.mongo.tenant(of.tenant.id).collection(Export).insert(export)
        file = self.office.exports.file_of(export)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("id\n")
        return export.id

    async def _live(self, of: Organisation, role: str) -> str:
        return self._put(of, call(CallState.CONNECTED, **{**WITH_ANNA, "agent_id": of.users[role]}))

    async def _offered(self, of: Organisation, role: str) -> str:
        made = call(CallState.OFFERED)
        legs = (OfferLeg(leg=cast(Any, new_id("leg")), device_id=DeviceId(new_id("dev"))),)
        offer = Offer(offer_id=cast(Any, new_id("off")), agent_id=UserId(of.users[role]), legs=legs)
        return self._put(of, msgspec.structs.replace(made, offers=(offer,)))

    async def _callback(self, of: Organisation, role: str) -> str:
        queue = await self._queue(of, role)
        return self._put(of, call(CallState.WAITING, direction=Direction.CALLBACK, queue_id=queue))

    async def reach_its_day(self, kind: str, of: Organisation, id: str) -> None:
        """The sweeper takes it, as it takes what has reached its delete-by date."""
        scope, past = self.api.mongo.tenant(of.tenant.id), {"delete_at": self.api.clock.now() - timedelta(seconds=1)}
        if kind == "export":
            assert await scope.collection(Export).update(id, past)
        else:
            found = await scope.collection(Recording).find_one({"id" if kind == "recording" else "call_id": id})
            assert found is not None
            assert await scope.collection(Recording).update(found.id, past)
            assert await scope.collection(CallRecord).update(found.call_id, past)
        sweeper = Sweeper(
            self.api.mongo,
            self.api.services.tenants,
            self.api.changes,
            time=AgreedTime(self.api.mongo, self.api.clock),
            erasers={"recordings": self.house.recordings.erase},
            due={"exports": self.office.exports.erase_due},
        )
        assert await sweeper.sweep() is not None

    def _put(self, of: Organisation, made: Call) -> str:
        id = CallId(new_id("call"))
        self.engine.tasks[id] = Task(msgspec.structs.replace(made, id=id, tenant_id=of.tenant.id))
        return id

    async def last_line(self) -> int:
        """The number of the newest line of our audit log, 0 when there is none."""
        newest = await self.api.services.audit.page(self.ours.tenant.id, AuditFilter(), None, 1)
        return newest[0].seq if newest else 0

    async def lines_after(self, seq: int) -> list[StoredAuditEntry]:
        """The newest first; of many the newest ten."""
        newest = await self.api.services.audit.page(self.ours.tenant.id, AuditFilter(), None, 10)
        return [line for line in newest if line.seq > seq]

    # --- tokens ---

    async def all_but(self, permission: str) -> str:
        """A session of somebody who may do everything else."""
        if permission not in self._lacking:
            rest = sorted(MATRIX.keys() - {permission})
            role = await self._post(self.ours, "/v1/roles", name=self._name(), permissions=rest)
            name = f"all but {permission}"
            await self.ours.join(role)
            self.ours.users[name], self._lacking[permission] = self.ours.users.pop(role), self.ours.bearers.pop(role)
        return self._lacking[permission]

    async def unproven(self, who: str = "owner") -> str:
        """A session of an owner, or of an operator, who has an authenticator and showed no code of it."""
        if who not in self._unproven:
            user, _ = await self._proving("agent" if who == OPERATOR else who)
            if who == OPERATOR:
                await self.api.services.there.get(Operators).add(user)
            self._unproven[who] = (await self.api.services.identity.open_session(user, "Second")).bearer
        return self._unproven[who]

    async def _proving(self, role: str) -> tuple[User, str]:
        """Somebody with an authenticator, and the session in which a code of it was shown."""
        email = f"person-{next(self._count)}@example.com"
        add = self.api.services.identity.add_user
        user = await add(self.ours.tenant.id, email=email, name="P", role=role, password=PASSWORD)
        bearer = (await self.api.services.identity.open_session(user, "First")).bearer
        begun = await self.ask(bearer, "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
        code = pyotp.TOTP(begun.json()["secret"]).at(int(self.api.clock.now().timestamp()))
        assert (await self.ask(bearer, "POST", "/v1/me/mfa/confirm", json={"code": code})).status_code == 200
        return user, bearer

    async def _operator(self) -> None:
        """An agent who operates the installation, with a second proof in this session."""
        user, self.ours.bearers[OPERATOR] = await self._proving("agent")
        self.ours.users[OPERATOR] = user.id
        await self.api.services.there.get(Operators).add(user)

    async def session(self, role: str) -> str:
        """One that nothing has ended: that of before, or another."""
        if role == OPERATOR:
            return self.ours.bearers[OPERATOR]
        bearer = self._sessions.get(role, "")
        if not bearer or bearer.partition("|")[0] in self.api.ended:
            bearer = self._sessions[role] = (await self._open(self.ours, role)).bearer
        return bearer

    async def _tokens(self) -> None:
        """Sessions that were: one whose time is up, one that was signed out."""
        identity, of = self.api.services.identity, self.ours
        user = await identity.user(of.tenant.id, UserId(of.users["owner"]))
        self.api.clock.advance(days=-60)
        self.expired = (await identity.open_session(user, "Old")).bearer
        self.api.clock.advance(days=60)
        self.revoked = (await identity.open_session(user, "Lost")).bearer
        assert (await self.ask(self.revoked, "POST", "/v1/auth/logout")).status_code == 204


@asynccontextmanager
async def nothing_expires(mongo: Mongo) -> AsyncIterator[None]:
    """MongoDB removes what is past its time once a minute, such as changes of sessions of long ago: nobody asked."""
    admin = oplog_of(mongo).client.admin
    admin.command({"setParameter": 1, "ttlMonitorEnabled": False})
    try:
        yield
    finally:
        admin.command({"setParameter": 1, "ttlMonitorEnabled": True})


async def checked_nothing(*_: Any) -> int:
    """The doctor's program is tests/unit/doctor/test_check_runs.py's."""
    return 0


async def no_process(*_: Any) -> None:
    """One that reads an imported file needs an installation, and without one ends after two seconds of processor."""
    raise OSError("the importing process failed")


async def converted_here(_: Converter, source: Path, target: Path) -> bytes:
    """The sound is ours: no process of its own has to look at it."""
    return msgspec.json.encode(await asyncio.to_thread(convert, source, target))


@asynccontextmanager
async def world(api: Api) -> AsyncIterator[World]:
    with patch.object(Converter, "_run", converted_here), patch.object(CheckRuns, "_program", checked_nothing):
        async with _world(api) as made:
            yield made


@asynccontextmanager
async def _world(api: Api) -> AsyncIterator[World]:
    async with nothing_expires(api.mongo), front_office(api) as office:
        theirs = await api.organisation("Other")
        for organisation in (office.org, theirs):
            for role in ROLES:
                if role not in organisation.users:
                    await organisation.join(role)
        engine = StubEngine(api.clock)
        house = House(api, api.data / "sound")
        app = cast(Any, office.http._transport).app
        zones: list[Any] = []
        provided: Provided = app.state.provided
        provided.put(Engine, engine)
        provided.put(Requests, StubRequests(cast(Engine, engine), AnyPhones()))
        provided.put(Recordings, house.recordings)
        provided.put(Playbacks, Playbacks(RecordingStore(api.mongo), api.clock))
        provided.put(Reconciler, Reconciler(api.mongo, api.clock, CelFiles(None), lambda: zones))
        for kind in (AddressBookImports, CallerImports):
            api.services.there.get(kind)._runner = no_process
        made = World(api, house, engine, office, theirs)
        await made._tokens()
        await made._operator()
        for kind in FURNITURE:
            made.foreign.append(await made.make(kind, theirs))
        async with house.http:
            yield made
