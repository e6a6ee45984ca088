"""The card of who calls, and what is known of earlier calls. Personal data is joined here, when somebody looks."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from call24.call_records.labels import Names, named
from call24.call_records.model import CallRecord, Outcome
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, TenantId, UserId
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.live.answers import CallerCard, LastCall
from call24.live.board import LiveCall

CARDS_KEPT = 500


class EarlierCall(msgspec.Struct, frozen=True):
    """What a card shows of an earlier call: the part of its record that is read."""

    arrived_at: datetime
    outcome: Outcome
    agent_id: UserId | None = None


class Cards:
    def __init__(self, clock: Clock, mongo: Mongo, callers: KnownCallers, name: Names) -> None:
        self._clock = clock
        self._mongo = mongo
        self._callers = callers
        self._name = name
        self._made: OrderedDict[CallId, CallerCard] = OrderedDict()

    async def contact(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        return await self._callers.get(tenant_id, contact_id)

    def unwritten(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        return self._callers.unwritten(tenant_id, contact_id)

    async def of_call(self, live: LiveCall) -> CallerCard:
        """Made once per call and shown with each of its changes."""
        call = live.call
        if (card := self._made.get(call.id)) is None:
            card = self._made[call.id] = await self._card(call.tenant_id, call.contact_id)
            while len(self._made) > CARDS_KEPT:
                self._made.popitem(last=False)
        return card

    async def _card(self, tenant_id: TenantId, contact_id: ContactId | None) -> CallerCard:
        contact = await self._callers.get(tenant_id, contact_id)
        if contact is None:
            return {
                "contact_id": contact_id,
                "name": None,
                "number": None,
                "location": None,
                "calls_this_week": 0,
                "last_call": None,
            }
        week = self._clock.now() - timedelta(days=7)
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        earlier: list[EarlierCall] = []
        if self._mongo.reachable:
            known = {"contact_id": contact.id, "ended_at": {"$ne": None}}
            earlier = await records.find_parts(EarlierCall, known, sort=[("arrived_at", -1)], limit=50)
        return {
            "contact_id": contact.id,
            "name": contact.shown_name,
            "number": contact.number,
            "location": contact.region,
            "calls_this_week": sum(1 for record in earlier if record.arrived_at >= week),
            "last_call": self._last_call(earlier[0]) if earlier else None,
        }

    def _last_call(self, record: EarlierCall) -> LastCall:
        agent = named(record.agent_id, self._name)
        return {"at": iso(record.arrived_at), "agent": agent, "outcome": record.outcome}
