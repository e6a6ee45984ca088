"""The engine's ports, filled from the rooms that keep the configuration and the contacts. Memory only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from call24.agents.mobiles import AgentMobiles
from call24.agents.service import AgentService
from call24.calls.configuration import Plan
from call24.calls.model import CallRules, FlowRef, QueueRules
from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.contacts.call_names import CallNames
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.rules import kept_display_name
from call24.engine.numbers_under_test import NumbersUnderTest, NumberUnderTest
from call24.engine.ports import Caller, Route
from call24.flows.model import Announce, FlowVersion, Node, ToQueueNode, Voicemail
from call24.flows.service import FlowService
from call24.identity.model import Device
from call24.identity.service import IdentityService
from call24.kit.ids import CallId, ContactId, DeviceId, FlowId, HoursId, NumberId, QueueId, TenantId, TrunkId, UserId
from call24.kit.phone import parse_e164
from call24.kit.sent_numbers import own_plan, plain, read_sent
from call24.kit.sip_names import sip_name
from call24.people.unsure import UnsureCallers
from call24.queues.hours_service import HoursService
from call24.queues.model import Queue, Recording
from call24.queues.service import QueueService
from call24.routing.model import Member, Team
from call24.tenants.model import Number, Trunk
from call24.tenants.rules import comes_through
from call24.tenants.service import TenantService

LEAST_DIGITS = 4
"""Of the end of a number, so that it is the number that is meant."""
RECORDED_LEAST_FIRST: tuple[Recording, ...] = ("never", "on_demand", "always")


class Past(Protocol):
    """What is remembered of a customer's earlier calls (call_records/caller_history.py)."""

    def last_agent(
        self, tenant_id: TenantId, contact_id: ContactId, within: timedelta, now: datetime
    ) -> UserId | None: ...

    def lost_place(
        self, tenant_id: TenantId, contact_id: ContactId, queue_id: QueueId, within: timedelta, now: datetime
    ) -> datetime | None: ...


class NoPast:
    def last_agent(self, tenant_id: TenantId, contact_id: ContactId, within: timedelta, now: datetime) -> UserId | None:
        return None

    def lost_place(
        self, tenant_id: TenantId, contact_id: ContactId, queue_id: QueueId, within: timedelta, now: datetime
    ) -> datetime | None:
        return None


def e164_of(tenants: TenantService, dialled: str) -> Number | None:
    """The number that is dialled; carriers write E.164 with or without its plus."""
    for written in (dialled, f"+{dialled}"):
        e164 = parse_e164(written, None)
        if e164 is not None and (number := tenants.number_by_e164(e164)) is not None:
            return number
    return None


class KnownDirectory:
    def __init__(
        self,
        *,
        tenants: TenantService,
        identity: IdentityService,
        agents: AgentService,
        mobiles: AgentMobiles,
        queues: QueueService,
        hours: HoursService,
        flows: FlowService,
        consents: Consents,
        past: Past,
        test_numbers: NumbersUnderTest | None = None,
    ) -> None:
        self.test_numbers = test_numbers or NumbersUnderTest()
        self.tenants = tenants
        self.queues = queues
        self.hours = hours
        self.flows = flows
        self.consents = consents
        self.past = past
        self._identity = identity
        self._agents = agents
        self._mobiles = mobiles
        self._plans: dict[TenantId, KnownPlan] = {}
        self._teams: dict[TenantId, tuple[tuple[int, int], Mapping[QueueId, Team]]] = {}

    def route(self, dialled: str, trunk: str) -> Route | None:
        if (tested := self.test_numbers.meant(dialled, trunk)) is not None:
            return self._tested(tested)
        route = self._route(dialled, trunk)
        for told in self.tenants.events.call_came:
            told(trunk, route is not None)
        return route

    def _route(self, dialled: str, trunk: str) -> Route | None:
        # A carrier may name the account that registered instead of the number: that is clear where there is one.
        number = self._meant(dialled, trunk) or self._own(self.tenants.only_number(trunk), trunk)
        tenant = self.tenants.known(number.tenant_id) if number else None
        if number is None or tenant is None:
            return None
        through = self.tenants.known_trunk(number.trunk_id)
        return Route(
            tenant_id=tenant.id,
            number_id=number.id,
            number=number.e164,
            flow=self.plan(tenant.id).of_number(number),
            rules=self.rules(tenant.id),
            trusts_identity=through is not None and through.trust_identity,
            tls=through is not None and through.transport == "tls",
            # What comes by a trunk's own endpoint was refused by Asterisk if its sound is plain.
            srtp=through is not None and through.srtp and trunk != sip_name(through.tenant_id, through.id),
        )

    def _tested(self, tested: NumberUnderTest) -> Route | None:
        """As a call to the number, by whatever trunk: nothing of it is kept."""
        numbers = self.tenants.known_numbers(tested.tenant_id)
        number = next((one for one in numbers if one.id == tested.number_id), None)
        if number is None:
            return None
        return Route(
            tenant_id=number.tenant_id,
            number_id=number.id,
            number=number.e164,
            flow=self.plan(number.tenant_id).of_number(number),
            rules=msgspec.structs.replace(self.rules(number.tenant_id), keep_days=0, test=True),
        )

    def _own(self, number: Number | None, way: str) -> Number | None:
        """A number answers only on its own carrier's trunk: nobody reaches it through another organisation's."""
        trunk = self.tenants.known_trunk(number.trunk_id) if number else None
        if trunk is None or not comes_through(trunk, way, self.tenants.resolved(trunk.id)):
            return None
        return number

    def _meant(self, dialled: str, way: str) -> Number | None:
        """The number that its carrier means. International with its prefix it is one number; written otherwise it may
        be several, and of several organisations' it is nobody's: none gets a call that may be another's."""
        if (e164 := parse_e164(dialled, None)) is not None:
            return self._own(self.tenants.number_by_e164(e164), way)
        trunks = self.tenants.trunks_by(way)
        readings = {number.id: number for number in self._readings(dialled, way, trunks)}
        alone = len({trunk.tenant_id for trunk in trunks}) <= 1
        return next(iter(readings.values()), None) if alone or len(readings) == 1 else None

    def _readings(self, dialled: str, way: str, trunks: list[Trunk]) -> Iterator[Number]:
        """The likeliest first: E.164 without its plus; national, by the country of the number's organisation, then by
        the number's own; the last digits of a number on a trunk that the call came by, where each organisation has one
        such."""
        regions = {each.id: each.region for one in trunks if (each := self.tenants.known(one.tenant_id))}
        written: list[tuple[str | None, TenantId | None]] = [(parse_e164(f"+{dialled}", None), None)]
        written += [(parse_e164(dialled, region), tenant_id) for tenant_id, region in regions.items()]
        for e164, whose in written:
            number = self._own(self.tenants.number_by_e164(e164), way) if e164 is not None else None
            if number is not None and whose in (None, number.tenant_id):
                yield number
        last = plain(dialled)[-4:]
        ours = {number.e164: number for number in self.tenants.numbers_on(trunks) if number.e164[-4:] == last}
        yield from (ours[one] for one in own_plan(dialled, ours) if self._own(ours[one], way) is not None)
        if len(dialled) >= LEAST_DIGITS and dialled.isdigit():
            ending = [number for number in self.tenants.numbers_on(trunks) if number.e164.endswith(dialled)]
            theirs = Counter(number.tenant_id for number in ending)
            yield from (one for one in ending if theirs[one.tenant_id] == 1 and self._own(one, way) is not None)

    def plan(self, tenant_id: TenantId) -> KnownPlan:
        plan = self._plans.get(tenant_id)
        if plan is None:
            plan = self._plans[tenant_id] = KnownPlan(tenant_id, self)
        return plan

    def rules(self, tenant_id: TenantId) -> CallRules:
        tenant = self.tenants.known(tenant_id)
        if tenant is None:
            return CallRules()
        return CallRules(
            keep_days=tenant.record_days,
            stop_key=tenant.recording_stop_key,
            stopped_recording=tenant.stopped_recording,
        )

    def teams(self, tenant_id: TenantId) -> Mapping[QueueId, Team]:
        """The same mapping as before while no queue and no skill was changed: asked for each call."""
        as_of = self.queues.changes, self._agents.changes
        known = self._teams.get(tenant_id)
        if known is None or known[0] != as_of:
            made = {queue.id: self._team(queue) for queue in self.queues.known_queues(tenant_id)}
            known = self._teams[tenant_id] = as_of, made
        return known[1]

    def _team(self, queue: Queue) -> Team:
        members = tuple(
            Member(agent_id=agent_id, skills=self._agents.known_skills(queue.tenant_id, agent_id))
            for agent_id in queue.members
        )
        return Team(queue_id=queue.id, strategy=queue.strategy, members=members)

    def most_waiting(self, queue_id: QueueId) -> int | None:
        queue = self.queues.known(queue_id)
        return queue.max_waiting if queue is not None else None

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        user = self._identity.known_user(agent_id)
        if user is None or not self._identity.permits(user, "phone.use"):
            return ()
        theirs = [device for device in self._identity.known_devices(agent_id) if device.tenant_id == tenant_id]
        return tuple(device.id for device in sorted(theirs, key=_last_seen, reverse=True))

    def mobile(self, tenant_id: TenantId, agent_id: UserId) -> str | None:
        user = self._identity.known_user(agent_id)
        may_work = user is not None and self._identity.lets_in(user) and self._identity.permits(user, "phone.use")
        return self._mobiles.known(tenant_id, agent_id) if may_work else None

    def name(self, tenant_id: TenantId, user_id: UserId) -> str | None:
        user = self._identity.known_user(user_id)
        return user.name if user is not None and user.tenant_id == tenant_id else None

    def arrived(self, route: Route, at: datetime) -> None:
        self.tenants.prove(route.number_id, at)

    def shown(self, tenant_id: TenantId, number_id: str | None) -> str | None:
        return self.tenants.shown_number(tenant_id, number_id)

    def owns(self, tenant_id: TenantId, number: str) -> bool:
        return any(own.e164 == number for own in self.tenants.known_numbers(tenant_id))

    def queue_of_number(self, tenant_id: TenantId, number_id: NumberId) -> QueueId | None:
        numbers = self.tenants.known_numbers(tenant_id)
        return next((number.queue_id for number in numbers if number.id == number_id), None)


class KnownPlan(Plan):
    """One organisation's settings, as they are whenever they are asked for."""

    def __init__(self, tenant_id: TenantId, directory: KnownDirectory) -> None:
        self._tenant_id = tenant_id
        self._known = directory

    def of_number(self, number: Number) -> FlowRef:
        """The number's published flow; for one without, a made-up flow that bears the number's id."""
        published = self.published(number.flow_id) if number.flow_id is not None else None
        return published or FlowRef(flow_id=FlowId(number.id), version=0)

    def flow(self, ref: FlowRef) -> FlowVersion | None:
        if ref.version == 0:
            numbers = self._known.tenants.known_numbers(self._tenant_id)
            return next((_made_up(number) for number in numbers if str(number.id) == ref.flow_id), None)
        return self._known.flows.known_version(self._tenant_id, ref.flow_id, ref.version)

    def published(self, flow_id: FlowId) -> FlowRef | None:
        version = self._known.flows.known(self._tenant_id, flow_id)
        return FlowRef(flow_id=flow_id, version=version.version) if version is not None else None

    def queue(self, queue_id: QueueId) -> QueueRules | None:
        queue = self._queue(queue_id)
        tenant = self._known.tenants.known(self._tenant_id)
        if queue is None or tenant is None:
            return None
        return _rules_of(queue, min(queue.record, tenant.recording, key=RECORDED_LEAST_FIRST.index))

    def _queue(self, queue_id: QueueId) -> Queue | None:
        queue = self._known.queues.known(queue_id)
        return queue if queue is not None and queue.tenant_id == self._tenant_id else None

    def is_open(self, hours_id: HoursId, at: datetime) -> bool:
        return self._known.hours.is_open(self._tenant_id, hours_id, at)

    def next_open(self, hours_id: HoursId, at: datetime) -> datetime | None:
        return self._known.hours.next_open(self._tenant_id, hours_id, at)

    def not_recorded(self, contact_ids: Collection[ContactId]) -> str | None:
        asked = self._known.consents.why_not
        found = (asked(Purpose.RECORDING, self._tenant_id, one) for one in contact_ids)
        return next((why for why in found if why is not None), None)

    def objects_to_monitoring(self, agent_id: UserId) -> bool:
        return not self._known.consents.may(Purpose.MONITORING, self._tenant_id, agent_id)

    def _restricted(self, contact_id: ContactId) -> bool:
        return self._known.consents.restricted(self._tenant_id, contact_id)

    def trunks(self) -> tuple[TrunkId, ...]:
        return tuple(trunk.id for trunk in self._known.tenants.known_ways_out(self._tenant_id))

    def regular(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> UserId | None:
        queue = self._queue(queue_id)
        if queue is None or not queue.sticky_days or self._restricted(contact_id):
            return None
        return self._known.past.last_agent(self._tenant_id, contact_id, timedelta(days=queue.sticky_days), at)

    def kept_place(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> datetime | None:
        queue = self._queue(queue_id)
        if queue is None or not queue.keep_place_s or self._restricted(contact_id):
            return None
        within = timedelta(seconds=queue.keep_place_s)
        return self._known.past.lost_place(self._tenant_id, contact_id, queue_id, within, at)


def _last_seen(device: Device) -> tuple[datetime, datetime]:
    return device.last_seen_at or device.created_at, device.created_at


def _made_up(number: Number) -> FlowVersion:
    """What a number does that runs no flow: its greeting, then its queue."""
    last: Node = ToQueueNode(queue_id=number.queue_id) if number.queue_id is not None else Voicemail()
    nodes: dict[str, Node] = {"queue": last}
    if number.greeting is not None:
        nodes["greeting"] = Announce(prompt=number.greeting, next="queue")
    start = "greeting" if number.greeting is not None else "queue"
    return FlowVersion(flow_id=FlowId(number.id), version=0, start=start, nodes=nodes)


def _rules_of(queue: Queue, record: Recording) -> QueueRules:
    return QueueRules(
        queue_id=queue.id,
        offer_s=queue.offer_s,
        max_wait_s=queue.max_wait_s,
        wrap_up_s=queue.wrap_up_s,
        priority=queue.priority,
        skills=queue.skills,
        music=queue.music,
        record=record,
        record_announcement=queue.record_announcement,
        ring_during_greeting=queue.ring_during_greeting,
        auto_resume_s=queue.auto_resume_s,
        auto_pause_after=queue.auto_pause_after,
        sticky_wait_s=queue.sticky_wait_s,
        announce_position=queue.announce_position,
        announce_wait=queue.announce_wait,
        announce_every_s=queue.announce_every_s,
        hours_id=queue.hours_id,
        exits=queue.exits,
        disposition=queue.disposition,
        callback=queue.callback,
        callback_expires_s=queue.callback_expires_s,
        callback_attempts=queue.callback_attempts,
        callback_retry_s=queue.callback_retry_s,
        callback_ring_s=queue.callback_ring_s,
    )


class ContactCallers:
    def __init__(self, callers: KnownCallers, tenants: TenantService, names: CallNames, unsure: UnsureCallers) -> None:
        self._callers = callers
        self._names = names
        self._tenants = tenants
        self._unsure = unsure

    def identify(
        self, tenant_id: TenantId, caller: str, name: str, *, dialled: str = "", dialled_as: str = ""
    ) -> Caller:
        """An anonymous or impossible number makes no contact, and neither does one that may mean several."""
        tenant = self._tenants.known(tenant_id)
        sent = read_sent(caller, tenant.region if tenant else None, dialled or None, dialled_as)
        if (number := sent.number) is None:
            return Caller(contact_id=None, number="", name="", sent=sent)
        known = self._caller(self._callers.note(tenant_id, number, name))
        return msgspec.structs.replace(known, said=kept_display_name(name, number), sent=sent)

    def opened(self, tenant_id: TenantId, call_id: CallId, caller: Caller) -> None:
        if caller.sent is not None:
            self._unsure.note(tenant_id, call_id, caller.sent)
        if caller.contact_id is not None:
            said = (caller.said,) if caller.said is not None else self._callers.said_last(caller.contact_id)
            name = said[0] if said else None
            self._names.note(tenant_id, call_id, caller.contact_id, name, known=bool(said))

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        contact = await self._callers.stored(tenant_id, contact_id)  # also whom a callback was promised
        return Caller(contact_id=contact_id, number="", name="") if contact is None else self._caller(contact)

    def _caller(self, contact: Contact) -> Caller:
        return Caller(
            contact_id=contact.id,
            number=contact.number,
            name=contact.shown_name or "",
            restricted=self._callers.restricted(contact.tenant_id, contact.id),
        )
