"""One server process: its parts, in the order in which they need each other, and what runs for as long as it lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI

from call24.asterisk.carrier_names import CarrierNames
from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints
from call24.asterisk.http_hang import HttpHang
from call24.asterisk.registrations import Registrations
from call24.asterisk.sip_tap import SipTap
from call24.asterisk.sound_sources import SoundSources
from call24.asterisk.telephony import AsteriskTelephony
from call24.asterisk.translate import WANTED
from call24.audit.service import AuditLog
from call24.call_records.backfill import file_earlier
from call24.contacts.call_names import CallNames
from call24.engine.engine import Engine
from call24.engine.liveness import AgentPresence
from call24.engine.requests import Requests
from call24.http.failed_sign_ins import FailedSignIns
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.holdings import Held
from call24.kit.ids import CallId, RecordingId, TenantId, TokenId
from call24.kit.mongo import CommandTimes, Mongo
from call24.kit.monotonic_clock import MonotonicClock
from call24.kit.secrets import AppKey
from call24.kit.settings import ARI_APP, DATABASE, Settings
from call24.migrations.run import Migrations
from call24.people.unsure import UnsureCallers
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.calls_known import CallsKnown
from call24.privacy.closings import Closings
from call24.privacy.deletion_register import DeletionRegister
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons
from call24.privacy_requests.door import CallerDoor
from call24.queues.model import Queue
from call24.realtime.api import api_app
from call24.realtime.socket import realtime_app, sockets
from call24.server import clock_watch, metric_sources, offered
from call24.server.api.doctor import Organisations, TenantErasers
from call24.server.building import Building
from call24.server.call_configuration import ContactCallers
from call24.server.call_path import connect_own_calls, directory_of, quota_of
from call24.server.demo import seed_demo
from call24.server.http_app import create_app
from call24.server.pbx_host import PbxHost
from call24.server.projections import Projections
from call24.server.refusals import ending
from call24.server.refused_calls import noting
from call24.server.resealing import Resealing
from call24.server.rights import Rights
from call24.server.rooms import HOLDINGS, INDEXES, ROOMS, SEALED
from call24.server.services import Rooms, ground
from call24.server.sip_bans import scanners
from call24.server.sound import hearing
from call24.server.trunks import PushedTrunks
from call24.sip_traces.service import SipTraces
from call24.task_offers.service import TaskMatching

log = logging.getLogger(__name__)

REFRESH_S = 30.0
WATCH_S = 0.5
RETRY_S = 0.3


class Call24:
    """Everything one server process is made of. ``run`` it, and serve ``app``."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or MonotonicClock(settings.clock)
        self.key = key = AppKey.load(settings.data)
        self.command_times = CommandTimes()
        self.mongo = Mongo(settings.mongodb_uri(), DATABASE, watch=[self.command_times])
        self.journal = Journal(self.mongo, settings.data / "spool" / "journal")
        self.audit = AuditLog(self.mongo, self.clock, key, settings.data / "audit")
        self.failed_sign_ins = FailedSignIns(self.audit)
        self.held = Held(HOLDINGS)
        self.there = ground(settings, self.mongo, self.clock, key, self.journal, self.audit)
        self.building = Building(ROOMS, self.there, self.held)
        self.building.whole()
        self.rooms = Rooms(self.there)
        self.readers = Projections(
            settings, self.mongo, self.clock, key, self.journal, self.rooms, self.audit, self.held, self.there
        )
        self._build_telephony()
        self.engine = Engine(
            clock=self.clock,
            journal=self.journal,
            telephony=self.telephony,
            directory=directory_of(self.rooms, self.readers.regulars),
            callers=ContactCallers(
                self.rooms.callers, self.rooms.tenants, self.there.get(CallNames), self.there.get(UnsureCallers)
            ),
            fence=self.rooms.fence,
            quota=quota_of(settings, self.rooms, self.clock),
        )
        self.held.keep(self.engine)
        self.held.check()
        self.rights = Rights(
            self.clock, self.rooms.identity, self.engine, self.endpoints, self.readers.hub, self.readers.hosted
        )
        self.requests = Requests(self.engine, self.phones)
        self.presence = AgentPresence(
            clock=self.clock,
            sessions=self.readers.projector.sessions,
            tell=self.engine.wish,
            devices=self.engine.directory.devices,
            phones=self.phones,
            with_app=self.readers.hub.users,
            in_sight=lambda: self.telephony.is_up and self.mongo.reachable,
            engine=self.engine,
        )
        self.rooms.identity.events.sign_in_failed.append(self.failed_sign_ins.note)
        self.started = asyncio.Event()
        self.calls_known = CallsKnown(known=False)
        self.known = asyncio.Event()
        """What rooms keep in memory was read. Requests wait for it."""
        self.restored = asyncio.Event()
        """What was erased, and an older database brought back, is erased again. Nothing is served before."""
        if not (self.rooms.erasure_register.has_file or self.there.get(DeletionRegister).has_file):
            self.restored.set()
        self._wire()
        metric_sources.connect(self)
        self.app = self._build_app()

    # --- building ---

    def _build_telephony(self) -> None:
        login = self.settings.ari_login()
        ari = self.ari = AriClient(self.settings.ari_url, login.user, login.password, app=ARI_APP, events=WANTED)
        host = self.pbx_host = PbxHost(self.settings)
        sources = SoundSources(ari, host.configuration)
        self.endpoints = Endpoints(ari, loopback=self.settings.loopback, sources=sources)
        self.phones = Registrations(ari)
        self.http_hang = HttpHang(self.settings.asterisk_control, ari, self.clock)
        self.trunks = PushedTrunks(
            self.rooms.tenants,
            self.endpoints,
            ari,
            self.clock,
            names=CarrierNames(ari, host.configuration),
            authorities=self.settings.carrier_authorities if self.settings.own_asterisk else None,
        )
        self.telephony = AsteriskTelephony(
            ari,
            clock=self.clock,
            prompts=host.prompts,
            may_record=self._may_record,
            may_hear=hearing(self.rooms.tenants),
            on_connect=self._pbx_connected,
            on_replaced=self._stop_acting,
        )

    async def _pbx_connected(self) -> bool:
        await self.pbx_host.connected(self.scanners, self.trunks)
        if there := await self.endpoints.push_again():
            await self.telephony.can_pause()
            await self.tell_certificate()  # there may be another since Asterisk began
            self.there.get(SipTraces).pbx_connected()
            self.rooms.prompts.pbx_connected()
        return there

    def _may_record(self, recording_id: RecordingId) -> bool:
        """Asked before each recorder is started; a refusal is kept with the recording."""
        if self.readers.space.may_record():
            return True
        self.readers.recordings.refuse(recording_id)
        return False

    def _wire(self) -> None:
        """Who is told when something changes."""
        self.rooms.persons.calls_known = self.rooms.caller_erasures.calls_known = self.calls_known
        self.rooms.identity.events.device_signed_in.append(self.rights.signed_in)
        self.rooms.identity.events.device_signed_out.append(self.rights.signed_out)
        self.rooms.identity.events.token_revoked.append(self._token_revoked)
        self.rooms.identity.roles.permissions_changed.append(self.rights.role_changed)
        self.rooms.accounts.people.changed.append(self.rights.person_changed)
        self.engine.arrivals.not_taken.append(noting(self.rooms.tenants, self.rooms.refused_calls))
        self.trunks.watch()
        self.scanners = scanners(
            self.settings, self.clock, self.rooms.tenants, self.trunks, self.endpoints, self.pbx_host
        )
        self.there.get(TaskMatching).connect(self.engine)
        self.there.get(SipTraces).connect(self.ari, SipTap(self.ari, self.pbx_host.configuration))
        self.rooms.queues.changed.append(self._queue_changed)
        self.rooms.consents.refused.append(ending(self.engine))
        self.there.get(CallerDoor).speak = self.engine.spoken.begin
        connect_own_calls(self.rooms, self.engine, self.endpoints)
        self.rooms.agents.skills_changed.append(lambda tenant_id: self.engine.configuration_changed(tenant_id))

    def _build_app(self) -> FastAPI:
        self.services = offered.services(self, self._close_tenant)
        app = create_app(self.services, offered.work(self))
        app.mount("/apps", api_app(self.readers.hub, self.rooms.applications.by_number))
        app.mount("/app", realtime_app())
        self.sockets = sockets(self.readers.hub, self.settings.origin_list(), self.settings.proxy_list())
        return app

    # --- running ---

    async def run(self) -> None:
        """Start when MongoDB is there, then work until cancelled."""
        while not await self._try_to_start():  # noqa: ASYNC110 - it is the attempt itself that is waited for
            await asyncio.sleep(RETRY_S)
        tenants = self.rooms.tenants.known_tenants()
        open_calls = []
        for tenant in tenants:
            for call, lines in await self.readers.projector.open_calls(tenant.id):
                open_calls.append(call)
                self.readers.board.restore_call(call, lines)
        for restored in self.readers.projector.sessions():
            self.readers.board.restore_session(restored)
        self.calls_known.known = True
        for tenant in tenants:
            await self.readers.views.count_day(tenant.id)
            await self.readers.regulars.restore(tenant.id, [call for call in open_calls if call.tenant_id == tenant.id])
        metric_sources.follow(self)
        self.journal.subscribe(self.readers.regulars.follow)
        self.journal.subscribe(self.readers.fanout.follow)
        self.journal.subscribe(self.there.get(TaskMatching).follow)
        self.journal.subscribe(self.readers.ringing.follow)
        self.journal.subscribe(self.readers.recorder.follow)
        self.readers.projector.follow()
        async with asyncio.TaskGroup() as group:
            for name, work in self._tasks().items():
                group.create_task(work(), name=name)
            group.create_task(self.engine.run(open_calls, self.readers.projector.sessions()), name="engine")
            await self.engine.wait_ready()
            group.create_task(self.telephony.run(), name="telephony")
            await self.readers.recordings.salvage({call.id for call in open_calls})
            if self.settings.seed_demo:
                await seed_demo(self.settings, self.rooms)
            self.started.set()

    def _tasks(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        hosted = self.readers.hosted
        return {
            **({} if hosted is None else {"hosted": hosted.run}),
            "projector": self.readers.projector.run,
            **({"scanners": self.scanners.run} if self.pbx_host.is_ours else {}),
            **({"http hang": self.http_hang.run} if self.settings.own_asterisk else {}),
            "recorder": self.readers.recorder.run,
            "earlier calls": lambda: file_earlier(self.mongo, self.rooms.tenant_ids()),
            "changes": self.readers.feed.run,
            "fanout": self.readers.fanout.run,
            "ringing": self.readers.ringing.run,
            "ringing told": self.readers.ringing.write,
            "realtime nodes": self.readers.nodes.run,
            "webhooks": self.readers.webhooks.run,
            "waiting events": self.readers.waiting_events.run,
            "refresh": self._refresh,
            "sealing anew": Resealing(self.mongo, self.key, self.settings.data, SEALED).run,
            "audit": self.audit.run,
            "failed sign-ins": self.failed_sign_ins.run,
            "sweeper": self.readers.sweeper.run,
            "trunks": self.trunks.run,
            "trunk-statuses": self.trunks.statuses.run,
            "watch": self._watch,
            "presence": self.presence.run,
            **clock_watch.tasks(self.clock, self.engine, self.presence, self.readers.projector.sessions),
            "phones": self.presence.watch_phones,
            **{task.name: task.run for task in self.building.tasks()},
        }

    async def _delete_again(self) -> None:
        """Who came back with older data: callers, accounts, organisations, people. Raises: Unavailable."""
        await self.there.get(CallerErasures).once_more()
        if not self.there.get(DeletionRegister).has_file:
            return
        await self.there.get(Closings).after_restore()
        await self.there.get(Persons).after_restore(self.rooms.tenant_ids())
        await self.there.get(PersonErasures).after_restore()

    async def _try_to_start(self) -> bool:
        try:
            await self.mongo.check_transactions()
            await self.there.get(Migrations).run(log.info)
            await self.mongo.ensure_indexes(INDEXES)
            await self._read_configuration()
            await self.audit.start(self.rooms.tenant_ids())
            await self.building.start()
            await self.readers.feed.start()
            await self.journal.start()
            for tenant in self.rooms.tenants.known_tenants():
                self.readers.board.restore_seq(tenant.id, await self.journal.open_tenant(tenant.id))
                await self.readers.projector.catch_up(tenant.id)
            await self._organisations().wipe_leftovers()
            await self._delete_again()
            await self.there.get(Closings).finish_begun()
            self.restored.set()
            self.readers.webhooks.tell_again(await self.readers.waiting_events.all())
        except Unavailable as error:
            log.warning("the start failed and is tried again: %s", error)
            return False
        return True

    async def _read_configuration(self) -> None:
        await self.building.refresh()
        self.known.set()
        await self.trunks.look()
        await self.endpoints.push_all(self.rights.phones(), self.trunks.all())

    async def _refresh(self) -> None:
        """Another process, or a person, may have changed the configuration."""
        while True:
            await asyncio.sleep(REFRESH_S)
            with contextlib.suppress(Unavailable):
                await self.building.refresh()
                await self.rooms.identity.revoke_lapsed()
                await self.rooms.accounts.invitations.drop_expired()
                await self.rooms.accounts.provider_sign_in.drop_expired()
                await self.readers.recordings.salvage(self._live_call_ids())

    async def _watch(self) -> None:
        """Tell the apps when a part goes away or comes back."""
        last = self.system()
        while True:
            await asyncio.sleep(WATCH_S)
            if (now := self.system()) != last:
                log.warning("parts: %s", now)
                self.readers.fanout.system_changed(now)
                last = now

    async def tell_certificate(self) -> None:
        """Asterisk shows carriers a new one only when it is told to read its files again; no connection is cut."""
        if self.settings.own_asterisk:
            await self.ari.request("PUT", "/asterisk/modules/res_pjsip.so")

    async def stop(self) -> None:
        """After the tasks are cancelled: what was accepted is on disk."""
        await self.building.stop()
        await self.readers.poster.close()
        with contextlib.suppress(Unavailable):
            await self.readers.waiting_events.flush()
        with contextlib.suppress(Unavailable):
            await self.readers.feed.settle()
        with contextlib.suppress(Unavailable):
            await self.journal.stop()
        await self.audit.stop()
        await self.ari.close()
        await self.mongo.close()

    # --- what is known ---

    def parts(self) -> dict[str, object]:
        """What holds something in memory, for whoever looks for leaks."""
        readers = self.readers
        found: dict[str, object] = {"journal": self.journal, "engine": self.engine, "telephony": self.telephony}
        for name in ("board", "projector", "fanout", "ringing", "hub", "regulars", "recordings", "recorder", "views"):
            found[name] = getattr(readers, name)
        for name in ("callers", "identity", "agents", "fence"):
            found[name] = getattr(self.rooms, name)
        found["key_rotation"] = readers.recordings.key_rotation
        return {**found, "endpoints": self.endpoints, "presence": self.presence}

    def system(self) -> dict[str, str]:
        there = {True: "ok", False: "away"}
        parts = {"asterisk": there[self.telephony.is_up], "mongodb": there[self.mongo.reachable]}
        return {**parts, "recordings": self.readers.space.level}

    async def mongodb_here(self) -> bool:
        return self.started.is_set() and await self.mongo.ping(1.0)

    async def asterisk_here(self) -> bool:
        return self.telephony.is_up

    def _live_call_ids(self) -> set[CallId]:
        return {call.id for tenant_id in self.rooms.tenant_ids() for call in self.engine.live_calls(tenant_id)}

    # --- what follows from changes ---

    async def _token_revoked(self, token_id: TokenId) -> None:
        self.readers.hub.revoke(token_id)

    async def _queue_changed(self, queue: Queue) -> None:
        self.engine.configuration_changed(queue.tenant_id)

    def _organisations(self) -> Organisations:
        rooms = self.rooms
        return Organisations(TenantErasers((self._close_tenant,)), rooms.identity, rooms.queues, rooms.tenants)

    async def _close_tenant(self, tenant_id: TenantId) -> None:
        await self.held.forget_organisation(tenant_id)

    def _stop_acting(self) -> None:
        log.critical("another Call24 server took over this Asterisk: this one stops controlling calls")
