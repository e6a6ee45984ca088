"""One server process: its parts, in the order in which they need each other, and what runs for as long as it lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from call24.agents import store as agents_store
from call24.agents.service import AgentService
from call24.asterisk.client import AriClient
from call24.asterisk.contacts import Contacts
from call24.asterisk.endpoints import Device as Phone
from call24.asterisk.endpoints import Endpoints
from call24.asterisk.telephony import AsteriskTelephony
from call24.asterisk.translate import WANTED
from call24.contacts import store as contacts_store
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.engine.engine import Engine
from call24.engine.presence import Presence
from call24.engine.requests import Requests
from call24.fence import store as fence_store
from call24.fence.service import Fence
from call24.flows import store as flows_store
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.http import doctor
from call24.http.app import create_app
from call24.http.once import Once
from call24.http.routers import OF_THE_DAY
from call24.http.services import Services
from call24.http.work import Work
from call24.identity import store as identity_store
from call24.identity.channel_auth import ChannelAuth
from call24.identity.model import Device
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.journal import journal as journal_room
from call24.journal.journal import Journal
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey, secret_file
from call24.kit.settings import ARI_APP, DATABASE, Settings
from call24.main.demo import Rooms as DemoRooms
from call24.main.demo import seed_demo
from call24.main.directory import ContactCallers, KnownDirectory
from call24.main.recorder import Recorder
from call24.main.surroundings import FlowSurroundings, queue_surroundings
from call24.main.trunks import PushedTrunks
from call24.privacy import store as privacy_store
from call24.privacy.service import Sweeper
from call24.queues import store as queues_store
from call24.queues.hours_service import HoursService
from call24.queues.model import Queue
from call24.queues.service import QueueService
from call24.realtime.fanout import Fanout
from call24.realtime.hub import Hub
from call24.realtime.socket import realtime_app
from call24.recordings import store as recordings_store
from call24.recordings.keys import RecordingKeys
from call24.recordings.listenings import Listenings
from call24.recordings.service import Recordings
from call24.recordings.space import Space
from call24.recordings.store import RecordingStore
from call24.reports import projector as projector_room
from call24.reports.board import Board
from call24.reports.follow_ups import FollowUps
from call24.reports.history import History
from call24.reports.projector import Projector
from call24.reports.regulars import Regulars
from call24.reports.views import Views
from call24.standalone import espeak_program
from call24.standalone.asterisk_conf import built_in_sounds
from call24.tasks import store as tasks_store
from call24.tasks.service import TaskService
from call24.tenants import store as tenants_store
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

WEB_DIST = Path(__file__).resolve().parents[3] / "web" / "dist"
REFRESH_S = 30.0
WATCH_S = 0.5
RETRY_S = 0.3

INDEXES = (
    *tenants_store.INDEXES,
    *identity_store.INDEXES,
    *agents_store.INDEXES,
    *queues_store.INDEXES,
    *flows_store.INDEXES,
    *fence_store.INDEXES,
    *contacts_store.INDEXES,
    *journal_room.INDEXES,
    *projector_room.INDEXES,
    *recordings_store.INDEXES,
    *tasks_store.INDEXES,
    *privacy_store.INDEXES,
)


class Call24:
    """Everything one server process is made of. ``run`` it, and serve ``app``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        key = AppKey.load(settings.data)
        self.mongo = Mongo(settings.mongodb_uri(), DATABASE)
        self.journal = Journal(self.mongo, settings.data / "spool" / "journal.jsonl")
        self._build_rooms(key)
        self._build_telephony()
        self._build_readers(key)
        self.engine = Engine(
            clock=self.clock,
            journal=self.journal,
            telephony=self.telephony,
            directory=KnownDirectory(
                tenants=self.tenants,
                identity=self.identity,
                agents=self.agents,
                queues=self.queues,
                hours=self.hours,
                flows=self.flows,
                past=self.regulars,
            ),
            callers=ContactCallers(self.callers, self.tenants),
            fence=self.fence,
        )
        self.requests = Requests(self.engine)
        self.presence = Presence(
            clock=self.clock,
            sessions=self.projector.sessions,
            tell=self.engine.wish,
            devices=self.engine.directory.devices,
            phones=self.phones,
            with_app=self.hub.users,
            in_sight=lambda: self.telephony.is_up and self.mongo.reachable,
        )
        self.started = asyncio.Event()
        self._wire()
        self.app = self._build_app()

    # --- building ---

    def _build_rooms(self, key: AppKey) -> None:
        self.tenants = TenantService(self.mongo, self.clock, key)
        self.identity = IdentityService(self.mongo, self.clock, key)
        self.agents = AgentService(self.mongo, self.identity)
        self.queues = QueueService(self.mongo, self.clock, self.identity)
        self.hours = HoursService(self.mongo, self.clock, self.tenants)
        self.prompts = PromptService(
            self.mongo,
            self.clock,
            self.settings.prompts,
            built_in=built_in_sounds(),
            speaker=lambda: espeak_program.find(self.settings),
        )
        self.contacts = ContactService(self.mongo, self.clock, key)
        self.callers = KnownCallers(self.contacts, self.clock)
        self.fence = Fence(self.mongo, self.clock, self.tenants, self.journal.append)
        around = FlowSurroundings(self.identity, self.queues, self.hours, self.prompts, self.fence.policy)
        self.flows = FlowService(self.mongo, self.clock, around)
        self.realtime = key.realtime()
        self.channel_auth = ChannelAuth(self.realtime, self.clock)
        self.setup = Setup(self.mongo, self.clock, self.settings.data, self.tenants, self.identity)

    def _build_telephony(self) -> None:
        login = self.settings.ari_login()
        ari = AriClient(self.settings.ari_url, login.user, login.password, app=ARI_APP, events=WANTED)
        self.endpoints = Endpoints(ari, loopback=self.settings.loopback)
        self.phones = Contacts(ari)
        self.trunks = PushedTrunks(self.tenants, self.endpoints, ari, self.clock)
        self.telephony = AsteriskTelephony(
            ari,
            clock=self.clock,
            prompts=self.settings.prompts,
            may_record=self._may_record,
            on_connect=self._pbx_connected,
            on_replaced=self._stop_acting,
        )

    async def _pbx_connected(self) -> None:
        await self.endpoints.push_again()
        await self.telephony.can_pause()

    def _may_record(self, recording_id: RecordingId) -> bool:
        """Asked before each recorder is started; a refusal is kept with the recording."""
        if self.space.may_record():
            return True
        self.recordings.refuse(recording_id)
        return False

    def _build_readers(self, key: AppKey) -> None:
        self.board = Board()
        self.regulars = Regulars(self.mongo)
        self.tasks = TaskService(self.mongo, self.clock, self.tenants)
        self.follow_ups = FollowUps(self.tasks)
        self.projector = Projector(self.mongo, self.journal)
        self.history = History(self.mongo, self.contacts)
        self.space = Space(
            [self.settings.recording_spool, self.settings.recordings], self.settings.recording_floor_mb
        )
        self.recordings = Recordings(
            RecordingStore(self.mongo),
            RecordingKeys(self.mongo, key, self.clock),
            spool=self.settings.recording_spool,
            folder=self.settings.recordings,
            clock=self.clock,
            exhausted=self.space.exhausted,
        )
        self.recorder = Recorder(self.recordings)
        self.sweeper = Sweeper(
            self.mongo,
            self.clock,
            self.tenants,
            erasers={
                "recordings": self.recordings.erase,
                "tasks": self.tasks.erase,
                "memory": self.regulars.erase,
            },
            due={"recordings": self.recordings.erase_due, "tasks": self.tasks.erase_due},
            before=self.journal.keep_heads,
        )
        self.views = Views(
            clock=self.clock,
            mongo=self.mongo,
            journal=self.journal,
            board=self.board,
            identity=self.identity,
            tenants=self.tenants,
            queues=self.queues,
            callers=self.callers,
        )
        self.hub = Hub(self.channel_auth, self.clock)
        self.fanout = Fanout(self.board, self.views, self.hub, self._tenant_ids)

    def _wire(self) -> None:
        """Who is told when something changes."""
        self.identity.events.device_signed_in.append(self._device_signed_in)
        self.identity.events.device_signed_out.append(self._device_signed_out)
        self.trunks.watch()
        self.queues.changed.append(self._queue_changed)
        self.queues.surroundings = queue_surroundings(self.agents, self.flows, self.prompts)
        self.agents.skills_changed.append(lambda tenant_id: self.engine.configuration_changed(tenant_id))
        self.projector.on_record(self.recorder.written)
        self.projector.on_record(self.follow_ups.written)
        self.projector.on_record(self.fanout.record_written)
        self.tasks.changed.append(self.fanout.task_changed)
        self.fence.alerts.append(self.fanout.outbound_froze)

    def _build_app(self) -> FastAPI:
        services = Services(
            identity=self.identity,
            tenants=self.tenants,
            queues=self.queues,
            hours=self.hours,
            flows=self.flows,
            prompts=self.prompts,
            agents=self.agents,
            contacts=self.contacts,
            fence=self.fence,
            setup=self.setup,
            realtime=self.realtime,
            socket_authorised=self.channel_auth.authorised,
            wss_port=self.settings.wss_port,
            web=WEB_DIST,
            doctor_secret=secret_file(self.settings.secrets / "doctor", lambda: secrets.token_urlsafe(32)),
            operator_secret=secret_file(self.settings.secrets / "operator", lambda: secrets.token_urlsafe(32)),
            health={"mongodb": self._mongodb_here, "asterisk": self._asterisk_here},
            erase_tenant=(self._close_tenant,),
            trunk_status=self.trunks.statuses.status,
            seen=self.presence.seen,
        )
        self.services = services
        app = create_app(services, OF_THE_DAY)
        app.state.work = Work(
            clock=self.clock,
            engine=self.engine,
            requests=self.requests,
            journal=self.journal,
            board=self.board,
            views=self.views,
            history=self.history,
            tasks=self.tasks,
            contacts=self.contacts,
            queues=self.queues,
            recordings=self.recordings,
            listenings=Listenings(RecordingStore(self.mongo), self.clock),
            system=self.system,
            once=Once(self.clock),
        )
        app.mount("/app", realtime_app(self.hub))
        return app

    # --- running ---

    async def run(self) -> None:
        """Start when MongoDB is there, then work until cancelled."""
        while not await self._try_to_start():  # noqa: ASYNC110 - it is the attempt itself that is waited for
            await asyncio.sleep(RETRY_S)
        tenants = self.tenants.known_tenants()
        open_calls = []
        for tenant in tenants:
            for call in await self.projector.open_calls(tenant.id):
                open_calls.append(call)
                self.board.restore_call(call, await self.journal.read_call(tenant.id, call.id))
        for restored in self.projector.sessions():
            self.board.restore_session(restored)
        for tenant in tenants:
            await self.regulars.restore(tenant.id, [call for call in open_calls if call.tenant_id == tenant.id])
        self.journal.subscribe(self.regulars.follow)
        self.journal.subscribe(self.fanout.follow)
        self.projector.follow()
        async with asyncio.TaskGroup() as group:
            for name, work in self._tasks().items():
                group.create_task(work(), name=name)
            group.create_task(self.engine.run(open_calls, self.projector.sessions()), name="engine")
            await self.engine.wait_ready()
            group.create_task(self.telephony.run(), name="telephony")
            await self.recordings.salvage({call.id for call in open_calls})
            if self.settings.seed_demo:
                await seed_demo(self.settings, self._demo_rooms())
            self.started.set()

    def _demo_rooms(self) -> DemoRooms:
        return DemoRooms(
            tenants=self.tenants, identity=self.identity, queues=self.queues, agents=self.agents, fence=self.fence
        )

    def _tasks(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        return {
            "projector": self.projector.run,
            "recorder": self.recorder.run,
            "space": self.space.run,
            "callers": self.callers.run,
            "fanout": self.fanout.run,
            "refresh": self._refresh,
            "sweeper": self.sweeper.run,
            "recording keys": lambda: self.recordings.run(self._tenant_ids()),
            "trunks": self.trunks.run,
            "trunk-statuses": self.trunks.statuses.run,
            "fence": self.fence.run,
            "watch": self._watch,
            "presence": self.presence.run,
        }

    async def _try_to_start(self) -> bool:
        try:
            await self.mongo.ensure_indexes(INDEXES)
            await self._read_configuration()
            await self.fence.restore()
            await self.setup.prepare()
            await self.journal.start()
            for tenant in self.tenants.known_tenants():
                self.board.restore_seq(tenant.id, await self.journal.open_tenant(tenant.id))
                await self.projector.catch_up(tenant.id)
            await doctor.wipe_leftovers(self.services)
        except Unavailable:
            log.warning("waiting for MongoDB")
            return False
        return True

    async def _read_configuration(self) -> None:
        await self.tenants.refresh()
        await self.identity.refresh()
        await self.queues.refresh()
        await self.hours.refresh()
        await self.agents.refresh()
        await self.prompts.refresh()
        await self.flows.refresh()
        devices = [self._phone(device) for device in self.identity.known_devices()]
        await self.endpoints.push_all(devices, self.trunks.all())

    async def _refresh(self) -> None:
        """Another process, or a person, may have changed the configuration."""
        while True:
            await asyncio.sleep(REFRESH_S)
            with contextlib.suppress(Unavailable):
                await self.tenants.refresh()
                await self.identity.refresh()
                await self.queues.refresh()
                await self.hours.refresh()
                await self.fence.refresh()
                await self.agents.refresh()
                await self.prompts.refresh()
                await self.flows.refresh()
                await self.identity.expire_sessions()
                await self.recordings.salvage(self._live_call_ids())

    async def _watch(self) -> None:
        """Tell the apps when a part goes away or comes back."""
        last = self.system()
        while True:
            await asyncio.sleep(WATCH_S)
            if (now := self.system()) != last:
                log.warning("parts: %s", now)
                self.fanout.system_changed(now)
                last = now

    async def stop(self) -> None:
        """After the tasks are cancelled: what was accepted is on disk."""
        with contextlib.suppress(Unavailable):
            await self.journal.stop()
        await self.mongo.close()

    # --- what is known ---

    def system(self) -> dict[str, str]:
        there = {True: "ok", False: "away"}
        parts = {"asterisk": there[self.telephony.is_up], "mongodb": there[self.mongo.reachable]}
        return {**parts, "recordings": self.space.level}

    async def _mongodb_here(self) -> bool:
        return self.started.is_set() and await self.mongo.ping(1.0)

    async def _asterisk_here(self) -> bool:
        return self.telephony.is_up

    def _tenant_ids(self) -> list[TenantId]:
        return [tenant.id for tenant in self.tenants.known_tenants()]

    def _live_call_ids(self) -> set[CallId]:
        return {call.id for tenant_id in self._tenant_ids() for call in self.engine.live_calls(tenant_id)}

    # --- what follows from changes ---

    def _phone(self, device: Device) -> Phone:
        return Phone(device_id=device.id, username=device.id, password=self.identity.sip_password(device))

    async def _device_signed_in(self, device: Device) -> None:
        phone = self._phone(device)
        await self.endpoints.put_device(phone.device_id, phone.username, phone.password)

    async def _device_signed_out(self, device: Device) -> None:
        self.channel_auth.revoke(device.token_id)
        self.hub.disconnect(device.token_id)
        await self.endpoints.remove_device(device.id)

    async def _queue_changed(self, queue: Queue) -> None:
        self.engine.configuration_changed(queue.tenant_id)

    async def _close_tenant(self, tenant_id: TenantId) -> None:
        """Calls first, then who writes about them, then the sound: nothing of it comes back afterwards."""
        await self.engine.close_tenant(tenant_id)
        self.callers.close_tenant(tenant_id)
        self.regulars.close_tenant(tenant_id)
        self.fence.forget_tenant(tenant_id)
        await self.journal.close_tenant(tenant_id)
        await self.projector.close_tenant(tenant_id)
        await self.recordings.erase_tenant(tenant_id)
        await self.prompts.erase_tenant(tenant_id)

    def _stop_acting(self) -> None:
        log.critical("another Call24 has taken over this Asterisk: this one does nothing any more")
