"""After a (re)connect, and at each look: what a call has to be told, given what lives in Asterisk now. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from call24.agents import machine as agents
from call24.agents.model import AgentSession, AgentState
from call24.agents.transitions import PHONE_WAIT
from call24.calls import signals as s
from call24.calls.model import Call, Dial, Offer, OfferOutcome
from call24.calls.monitoring import snoop_leg
from call24.kit.ids import CallId, LegId, UserId

UNKNOWN = 0


def legs_of(call: Call) -> list[LegId]:
    """All legs that a call may have now."""
    legs: list[LegId | None] = [call.caller_leg, call.agent_leg, call.reattach.leg if call.reattach else None]
    legs.extend(leg for offer in call.offers for leg in offer.rung)
    legs.append(call.dial.leg if call.dial else None)
    if call.consult_party is not None:
        legs.append(call.consult_party.leg)
        legs.append(call.consult_party.dial.leg if call.consult_party.dial else None)
        legs.extend(each.leg for each in call.consult_party.offer.legs) if call.consult_party.offer else None
    for monitor in call.monitors:
        legs += [monitor.leg, *(each.leg for each in monitor.legs)]
        legs.append(snoop_leg(call, monitor))
    return [leg for leg in legs if leg is not None]


class Oddities(msgspec.Struct, frozen=True, kw_only=True):
    """What a look shows that should not be: legs whose arrival was not told, legs and bridges that no call has any
    more, legs that are up and whose answer was not told."""

    unknown: frozenset[str]
    unwanted: frozenset[str]
    untold: frozenset[str]
    bridges: frozenset[str]

    def all(self) -> frozenset[str]:
        return self.unknown | self.unwanted | self.untold | self.bridges


def oddities(seen: s.PbxSeen, live: Sequence[Call], known: Collection[LegId]) -> Oddities:
    """``live``: the calls that go on. ``known``: legs that are, or were lately, of some call."""
    wanted = {leg for call in live for leg in legs_of(call)}
    rung = {leg for call in live for leg in _ringing(call)}
    unknown = frozenset(x.leg for x in seen.legs if x.arrival is not None and x.leg not in known)
    return Oddities(
        unknown=unknown,
        unwanted=frozenset(x.leg for x in seen.legs if x.leg not in wanted) - unknown,
        untold=frozenset(x.leg for x in seen.legs if x.up and x.leg in rung),
        bridges=unwanted_bridges(seen.bridges, live),
    )


def unwanted_bridges(bridges: Iterable[str], live: Iterable[Call]) -> frozenset[str]:
    """Those that no call has now: neither for its parties nor for who listens."""
    wanted = {each for call in live for each in (call.bridge_id, *map(call.monitor_bridge, call.monitors))}
    return frozenset(bridges) - wanted


def reconcile(call: Call, back: s.PbxBack, now: datetime) -> list[s.Signal]:
    """Missing legs have ended, legs that are up have answered; then the call sees to what is missing (Recovered)."""
    there = {leg.leg: leg for leg in back.legs}
    party = call.consult_party.leg if call.consult_party else None
    if call.caller_leg is not None and call.caller_leg not in there:
        lost = _lost(call, back, (call.agent_leg, party))
        return [s.LegEnded(at=now, leg=call.caller_leg, cause=UNKNOWN, lost=lost)]
    signals: list[s.Signal] = []
    if call.caller_leg is None and call.agent_leg is not None and call.agent_leg not in there:
        # Told first: whom it called is rung no more, neither again nor over the next trunk.
        lost = _lost(call, back, (party, *(dial.leg for dial in _dials(call))))
        signals.append(s.LegEnded(at=now, leg=call.agent_leg, cause=UNKNOWN, lost=lost))
    unrung = tuple(leg for offer in _offers(call) for leg in _unrung(offer, there))
    for leg in _expected(call):
        if leg in unrung:
            continue
        if leg not in there:
            signals.append(s.LegEnded(at=now, leg=leg, cause=UNKNOWN))
        elif there[leg].up:
            signals.append(s.LegAnswered(at=now, leg=leg))
    talking = (call.agent_leg if call.caller_leg is not None else None, party)
    signals += [s.LegEnded(at=now, leg=leg, cause=UNKNOWN) for leg in talking if leg is not None and leg not in there]
    return [*signals, s.Recovered(at=now, unrung=unrung)]


def phones_awaited(back: s.PbxBack) -> datetime | None:
    """Until when calls wait for phones: an Asterisk that has just started knows none yet. None: they need not."""
    young = back.began_at is not None and back.at - back.began_at < PHONE_WAIT
    return back.at + PHONE_WAIT if young else None


def offers_over(
    sessions: Iterable[AgentSession], call_of: Callable[[CallId], Call | None], now: datetime
) -> Iterator[tuple[UserId, agents.OfferOver]]:
    """The ends of offers that only the agent's session has. The call decides whether an offer goes on.

    The desk journals that the agent is offered, then the call that it rings: a kill between the two leaves the first
    line alone. Only before anything moves: later the news may be on its way to the call.
    """
    for session in sessions:
        if session.state not in {AgentState.OFFERED, AgentState.ON_CALL} or session.offer_id is None:
            continue
        call = call_of(session.call_id) if session.call_id is not None else None
        if call is None or not call.holds(session.offer_id):
            talked = session.state is AgentState.ON_CALL
            outcome = OfferOutcome.TALKED if talked else OfferOutcome.WITHDRAWN
            yield session.agent_id, agents.OfferOver(at=now, offer_id=session.offer_id, outcome=outcome)


def _lost(call: Call, back: s.PbxBack, others: Iterable[LegId | None]) -> bool:
    """Whether a leg is gone together with the other side's, so that nobody knows who ended the call."""
    there = {leg.leg for leg in back.legs}
    other_side = [leg for leg in others if leg is not None]
    if other_side and all(leg not in there for leg in other_side):
        return True
    return back.began_at is not None and call.arrived_at < back.began_at


def _offers(call: Call) -> list[Offer]:
    consulted = (
        [call.consult_party.offer] if call.consult_party is not None and call.consult_party.offer is not None else []
    )
    return [*call.offers, *consulted]


def _unrung(offer: Offer, there: dict[LegId, s.LiveLeg]) -> list[LegId]:
    """What should ring and does not is rung now, also where it had rung: nobody knows what the agent did meanwhile.

    One that answers while we are away is there, and up.
    """
    return [each.leg for each in offer.legs if each.leg not in there]


def _expected(call: Call) -> list[LegId]:
    """Legs that ring, or did: each has answered, still rings, or has ended."""
    asked = [each.mobile.leg for each in call.offers if each.mobile is not None and each.mobile.answered]
    return [*_ringing(call), *asked, *(monitor.leg for monitor in call.monitors if monitor.leg is not None)]


def _ringing(call: Call) -> list[LegId]:
    """An agent's new leg first: what follows may hang on its being there."""
    legs = [call.reattach.leg] if call.reattach is not None else []
    legs += [each.leg for offer in _offers(call) for each in offer.legs]
    legs += [each.mobile.leg for each in call.offers if each.mobile is not None and not each.mobile.answered]
    legs += [dial.leg for dial in _dials(call)]
    for monitor in call.monitors:
        legs += [each.leg for each in monitor.legs]
    return legs


def _dials(call: Call) -> list[Dial]:
    return [dial for dial in (call.dial, call.consult_party.dial if call.consult_party else None) if dial is not None]
