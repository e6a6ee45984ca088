"""A call's legs, of the call record: each party's part in the call, from its beginning to its end.

A leg is there as long as the call's state names it, so that every leg has exactly one end, the call's at the latest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from call24.call_records.model import CallLeg
from call24.call_records.replay import Turn
from call24.calls import events as e
from call24.calls.model import MOBILE, Call, Dial, Direction, EndedBy
from call24.kit.ids import ContactId, DeviceId, LegId, UserId

_replace = msgspec.structs.replace
_ENDED_BY = {
    EndedBy.CALLER: ("customer",),
    EndedBy.CALLED: ("customer",),
    EndedBy.AGENT: ("agent",),
    EndedBy.CONSULT_PARTY: ("colleague", "outside"),
    EndedBy.SYSTEM: (),
}


class _Here(msgspec.Struct, frozen=True, kw_only=True):
    """One leg that the call's state names. ``is_up``: it was answered."""

    leg: LegId
    party: str
    user_id: UserId | None = None
    device_id: DeviceId | None = None
    contact_id: ContactId | None = None
    is_up: bool = False


def legs_of(turns: Sequence[Turn]) -> tuple[CallLeg, ...]:
    """In the order in which they began. A leg keeps the party that it began as."""
    made: dict[LegId, CallLeg] = {}
    for turn in turns:
        here = {one.leg: one for one in _here(turn.call)}
        for leg, known in made.items():
            if known.ended_at is None and leg not in here:
                made[leg] = _replace(known, ended_at=turn.at, cause=_cause(turn, known))
        for leg, one in here.items():
            known = made.get(leg) or _begun(one, turn)
            if known.ended_at is not None:  # a reattached device's old leg may be named once more
                continue
            made[leg] = _replace(known, answered_at=turn.at) if one.is_up and known.answered_at is None else known
    return tuple(made.values())


def _begun(one: _Here, turn: Turn) -> CallLeg:
    came_in = turn.before is None and turn.call.direction is Direction.INBOUND
    return CallLeg(
        leg=one.leg,
        party=one.party,
        direction="in" if came_in else "out",
        user_id=one.user_id,
        device_id=one.device_id,
        contact_id=one.contact_id,
        began_at=turn.at,
    )


def _here(call: Call) -> Iterator[_Here]:
    if call.ended:
        return
    if call.caller_leg is not None:
        yield _Here(leg=call.caller_leg, party="customer", contact_id=call.contact_id, is_up=True)
    if call.agent_leg is not None:
        yield _agents(call, call.agent_leg, call.device_id, is_up=True)
    for offer in call.offers:
        for rung in offer.legs:
            yield _Here(leg=rung.leg, party="agent", user_id=offer.agent_id, device_id=rung.device_id)
        if (mobile := offer.mobile) is not None:
            who, up = offer.agent_id, mobile.answered
            yield _Here(leg=mobile.leg, party="agent", user_id=who, device_id=MOBILE, is_up=up)
    if call.reattach is not None:
        yield _agents(call, call.reattach.leg, call.reattach.device_id, is_up=False)
    if call.dial is not None:
        yield _dialled(call.dial, call)
    yield from _of_consult_party(call)
    for monitor in call.monitors:
        for rung in monitor.legs:
            yield _Here(leg=rung.leg, party="supervisor", user_id=monitor.user_id, device_id=rung.device_id)
        if monitor.leg is not None:
            device_id = monitor.device_id
            yield _Here(leg=monitor.leg, party="supervisor", user_id=monitor.user_id, device_id=device_id, is_up=True)


def _agents(call: Call, leg: LegId, device_id: DeviceId | None, *, is_up: bool) -> _Here:
    return _Here(leg=leg, party="agent", user_id=call.agent_id, device_id=device_id, is_up=is_up)


def _dialled(dial: Dial, call: Call) -> _Here:
    """The customer's, when it is rung for an agent or a callback; else an outside party's."""
    is_customer = call.caller_leg is None and call.direction in {Direction.OUTBOUND, Direction.CALLBACK}
    return _Here(leg=dial.leg, party="customer" if is_customer else "outside", contact_id=dial.contact_id)


def _of_consult_party(call: Call) -> Iterator[_Here]:
    consult_party = call.consult_party
    if consult_party is None:
        return
    party = "colleague" if consult_party.agent_id is not None else "outside"
    for rung in consult_party.offer.legs if consult_party.offer is not None else ():
        yield _Here(leg=rung.leg, party="colleague", user_id=consult_party.agent_id, device_id=rung.device_id)
    if consult_party.dial is not None:
        yield _Here(leg=consult_party.dial.leg, party="outside", contact_id=consult_party.dial.contact_id)
    if consult_party.leg is not None:
        yield _Here(
            leg=consult_party.leg,
            party=party,
            user_id=consult_party.agent_id,
            device_id=consult_party.device_id,
            contact_id=consult_party.contact_id,
            is_up=True,
        )


def _cause(turn: Turn, leg: CallLeg) -> int | None:
    """Q.850, where the network said it of this leg; None where we ended it."""
    match turn.event:
        case e.OutsideFailed(leg=failed, cause=cause) if failed == leg.leg:
            return cause
        case e.CallEnded(ended_by=by, cause=cause) if leg.answered_at is not None and leg.party in _ENDED_BY[by]:
            return cause
    return None
