"""What is made of the journal, and what follows from it: board, records, recordings, tasks, realtime events."""

from __future__ import annotations

from call24.audit.service import AuditLog
from call24.call_records.caller_history import CallerHistory
from call24.call_records.follow_ups import FollowUps
from call24.call_records.history import History
from call24.call_records.projector import Projector
from call24.changes.feed import Feed
from call24.crm.readers import CrmEvents
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.live.alerts import QueueAlerts
from call24.live.views import Views
from call24.notifications.service import Notifications
from call24.people.matches import Matches
from call24.people.unsure import UnsureCallers
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.closings import Closings
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons
from call24.privacy.retention_changes import RetentionChanges
from call24.privacy.service import Sweeper
from call24.realtime.cluster.coordinator import Coordinator
from call24.realtime.cluster.store import NodeStore
from call24.realtime.fanout import Fanout
from call24.realtime.hosted import HostedPusher, hosted
from call24.realtime.hub import Hub
from call24.realtime.ringing import Ringing
from call24.realtime.store import WaitingEvents
from call24.realtime.webhooks import Webhooks
from call24.recordings.disk_space import DiskSpace
from call24.recordings.service import Recordings
from call24.server.change_readers import readers, record_readers
from call24.server.recorder import Recorder, recorded_calls
from call24.server.refusals import entered
from call24.server.services import Rooms
from call24.statistics.service import Reports
from call24.statistics.totals import Totals
from call24.tasks.service import TaskService
from call24.tracing.readers import CallTraces
from call24.web_push.service import WebPush
from call24.webhooks.readers import WebhookEvents


class Projections:
    def __init__(
        self,
        settings: Settings,
        mongo: Mongo,
        clock: Clock,
        key: AppKey,
        journal: Journal,
        rooms: Rooms,
        audit: AuditLog,
        held: Held,
        there: Provided,
    ) -> None:
        self.board = there.get(QueueAlerts).board
        self.regulars = CallerHistory(mongo)
        self.follow_ups = FollowUps(there.get(TaskService))
        self.history = History(mongo, rooms.contacts)
        self.space = there.get(DiskSpace)
        self.recordings = there.get(Recordings)
        self.recorder = Recorder(self.recordings)
        if self.recordings.retention is not None:
            self.recordings.retention.calls = recorded_calls(mongo)
            self.recordings.retention.redated = self.history.kept.redate
            self.recordings.retention.with_reduced = self.history.kept.tenants
        self.views = Views(
            clock=clock,
            mongo=mongo,
            journal=journal,
            board=self.board,
            identity=rooms.identity,
            tenants=rooms.tenants,
            queues=rooms.queues,
            callers=rooms.callers,
            monitoring_visible=rooms.monitoring_visible,
            matches=there.get(Matches),
            unsure=there.get(UnsureCallers),
            alerts=there.get(QueueAlerts),
        )
        self._tell_outside(settings, mongo, clock, key, journal, rooms, there)
        told = record_readers(
            statistics=there.get(Reports).written,
            recordings=self.recorder.written,
            tasks=self.follow_ups.written,
            consents=entered(rooms.consents),
            realtime=self.fanout.record_written,
            webhooks=there.get(WebhookEvents).record_written,
            crm=there.get(CrmEvents).record_written,
            tracing=there.get(CallTraces).written,
        )
        self.projector = Projector(mongo, journal, told, clock)
        held.keep(journal, audit)
        held.keep_found_in(self)
        self.sweeper = self._sweeper(mongo, clock, journal, rooms, held, there)
        self._follow(rooms)

    def _sweeper(
        self, mongo: Mongo, clock: Clock, journal: Journal, rooms: Rooms, held: Held, there: Provided
    ) -> Sweeper:
        """Needs the recordings, and what rooms hold."""
        return Sweeper(
            mongo,
            rooms.tenants,
            rooms.changes,
            time=there.get(AgreedTime),
            erasers=held.erasers(),
            outlasting=self.recordings.outlasting,
            due=held.due(),
            forget_contacts=held.forget_contacts,
            before=journal.before_deletion,
            erase_persons=lambda: erase_again(there, clock),
            close_organisations=there.get(Closings).go_on,
            follow=there.get(RetentionChanges).follow,
            announce=there.get(DeletionNotices).announce,
            totals=there.get(Totals).write_until,
        )

    def _tell_outside(
        self,
        settings: Settings,
        mongo: Mongo,
        clock: Clock,
        key: AppKey,
        journal: Journal,
        rooms: Rooms,
        there: Provided,
    ) -> None:
        """Realtime, web push of calls, webhooks, and the feed that two of them read."""
        self.poster = OutboundHttp(private=settings.webhooks_private)
        self.waiting_events = WaitingEvents(mongo)
        self.webhooks = Webhooks(clock, self.poster.post, rooms.applications.by_key, self.waiting_events)
        self.hub = Hub(rooms.channel_auth, clock, known=rooms.applications.by_key, tell=self.webhooks.tell)
        self.nodes = Coordinator(
            NodeStore(mongo), clock, self.hub, rooms.applications.by_number, rooms.may_hear, key.node_proof()
        )
        elsewhere = hosted(settings)
        self.hosted = HostedPusher(elsewhere) if elsewhere is not None else None
        self.fanout = Fanout(self.board, self.views, self.hosted or self.hub, rooms.tenant_ids)
        there.put(Fanout, self.fanout)
        self.ringing = Ringing(self.board, self.views, there.get(WebPush), there.get(Notifications), journal, clock)
        self.feed = Feed(mongo, clock, rooms.changes, readers(there))

    def _follow(self, rooms: Rooms) -> None:
        """Who is told of what another has written."""
        rooms.applications.changed += (self.hub.application_changed, self.nodes.application_changed)
        rooms.applications.removed += (self.hub.application_removed, self.nodes.application_removed)
        rooms.persons.on_call = self.board.on_call
        rooms.caller_erasures.on_call = self.board.caller_on_call


async def erase_again(there: Provided, clock: Clock) -> None:
    """What is left of accounts, callers and people who were erased. Raises: Unavailable."""
    await there.get(Persons).erase_again(clock.now())
    await there.get(CallerErasures).carry_on(clock.now())
    await there.get(PersonErasures).carry_on(clock.now())
