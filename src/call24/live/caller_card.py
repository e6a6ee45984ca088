"""The card of who calls, and what is known of earlier calls. Personal data is joined here, when somebody looks."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from typing_extensions import TypedDict

from call24.call_records.labels import Names, named
from call24.call_records.model import CallRecord, Outcome
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, TenantId, UserId
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.live.answers import CALLS_MAX, CallerCard, CardPerson, LastCall
from call24.live.board import LiveCall
from call24.live.within import within
from call24.people.matches import Match, Matches
from call24.people.unsure import Candidate, UnsureCallers

CARDS_KEPT = 500
CARD_S = 0.25
"""Nobody waits longer for what is known of earlier calls: that MongoDB is gone is known only seconds later."""


class CardSent(TypedDict):
    """What of a card says how the number came."""

    number: str | None
    sent_as: str | None
    read_as: Literal["without_plus", "national", "local"] | None


class EarlierCall(msgspec.Struct, frozen=True):
    """What a card shows of an earlier call: the part of its record that is read."""

    arrived_at: datetime
    outcome: Outcome
    agent_id: UserId | None = None


class Cards:
    """`matches`: who of the address book has a number, and `unsure`: who may have one that came in part; None where
    there is none (a test)."""

    def __init__(
        self,
        clock: Clock,
        mongo: Mongo,
        callers: KnownCallers,
        name: Names,
        matches: Matches | None = None,
        unsure: UnsureCallers | None = None,
    ) -> None:
        self._matches = matches
        self._unsure = unsure
        self._clock = clock
        self._mongo = mongo
        self._callers = callers
        self._name = name
        self._made: OrderedDict[CallId, CallerCard] = OrderedDict()
        self.restricted = callers.restricted

    async def contact(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        return await self._callers.get(tenant_id, contact_id)

    def unwritten(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        return self._callers.unwritten(tenant_id, contact_id)

    async def of_call(self, live: LiveCall) -> CallerCard:
        """Made once per call and shown with each of its changes."""
        call = live.call
        if self.restricted(call.tenant_id, call.contact_id):
            return _no_card(None, restricted=True)
        if (card := self._made.get(call.id)) is not None:
            return card
        card, whole = await self._card(call.tenant_id, call.contact_id)
        card = {**card, **self._sent(call.tenant_id, call.id, card)}
        if whole and call.contact_id is not None:
            self._made[call.id] = card
            while len(self._made) > CARDS_KEPT:
                self._made.popitem(last=False)
        return card

    def _sent(self, tenant_id: TenantId, call_id: CallId, card: CallerCard) -> CardSent:
        """How the number came. A card without a contact has it as its number."""
        sent = self._unsure.sent(tenant_id, call_id) if self._unsure is not None else None
        if sent is None:
            return {"number": card["number"], "sent_as": None, "read_as": None}
        form = sent.form
        read_as = None if form == "international" else form
        return {"number": card["number"] or sent.sent, "sent_as": sent.sent, "read_as": read_as}

    def people(
        self, tenant_id: TenantId, contact_id: ContactId | None, reader: UserId, call_id: CallId | None = None
    ) -> list[CardPerson]:
        """Who of the address book has the number, for this reader, from memory; of a caller whose number is not known,
        who may have it."""
        if contact_id is None and call_id is not None and self._unsure is not None:
            return [perhaps(one) for one in self._unsure.of(tenant_id, call_id, reader)]
        if self._matches is None or self.restricted(tenant_id, contact_id):
            return []
        return [shown(one) for one in self._matches.of(tenant_id, contact_id, reader)]

    async def last_calls(self, tenant_id: TenantId, contact_id: ContactId) -> list[LastCall]:
        """The newest first. Raises: Unavailable."""
        if self.restricted(tenant_id, contact_id):
            return []
        return [self._last_call(record) for record in await self._earlier(tenant_id, contact_id, CALLS_MAX)]

    async def _earlier(self, tenant_id: TenantId, contact_id: ContactId, limit: int) -> list[EarlierCall]:
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        known = {"contact_id": contact_id, "ended_at": {"$ne": None}}
        return await records.find_parts(EarlierCall, known, sort=[("arrived_at", -1)], limit=limit)

    async def _who(self, tenant_id: TenantId, contact_id: ContactId) -> Contact | None:
        """From memory where it is known that memory has what MongoDB has."""
        recent = self._callers.recent(tenant_id, contact_id)
        if self._matches is not None and recent is not None and self._matches.known(tenant_id, contact_id):
            return recent
        return await within(CARD_S, self._callers.get(tenant_id, contact_id)) or recent

    async def _card(self, tenant_id: TenantId, contact_id: ContactId | None) -> tuple[CallerCard, bool]:
        """And whether nothing is missing: else it is made again when the call is shown next."""
        contact = None if contact_id is None else await self._who(tenant_id, contact_id)
        if contact is None:
            return _no_card(contact_id), contact_id is None
        week = self._clock.now() - timedelta(days=7)
        found: list[EarlierCall] | None = None
        if self._mongo.reachable:
            found = await within(CARD_S, self._earlier(tenant_id, contact.id, 50))
        earlier = found or []
        card: CallerCard = {
            "contact_id": contact.id,
            "name": contact.shown_name,
            "number": contact.number,
            "location": contact.region,
            "sent_as": None,
            "read_as": None,
            "calls_this_week": sum(1 for record in earlier if record.arrived_at >= week),
            "last_call": self._last_call(earlier[0]) if earlier else None,
            "people": [],
            "restricted": False,
        }
        return card, found is not None

    def _last_call(self, record: EarlierCall) -> LastCall:
        agent = named(record.agent_id, self._name)
        return {"at": iso(record.arrived_at), "agent": agent, "outcome": record.outcome}


def _no_card(contact_id: ContactId | None, *, restricted: bool = False) -> CallerCard:
    return {
        "contact_id": contact_id,
        "name": None,
        "number": None,
        "location": None,
        "sent_as": None,
        "read_as": None,
        "calls_this_week": 0,
        "last_call": None,
        "people": [],
        "restricted": restricted,
    }


def shown(one: Match) -> CardPerson:
    return {
        "id": one.person_id,
        "name": one.name,
        "company": one.company,
        "label": one.label,
        "private": one.private_to is not None,
        "picture": one.picture,
        "why": "number",
        "number": one.number,
    }


def perhaps(one: Candidate) -> CardPerson:
    return {**shown(one.match), "why": one.why, "number": one.number}
