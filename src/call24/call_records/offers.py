"""Whom a call rang, of the call record: each offer with its end and its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from call24.call_records.model import OfferRecord
from call24.call_records.replay import Turn
from call24.calls import events as e
from call24.calls.model import Call, Direction, Offer
from call24.kit.ids import OfferId


def seconds(length: timedelta) -> float:
    """Whole milliseconds as seconds."""
    return round(length / timedelta(milliseconds=1)) / 1000


def offers_of(turns: Sequence[Turn]) -> tuple[OfferRecord, ...]:
    """Whoever stopped ringing without a word of its own was not needed any more."""
    made: dict[OfferId, OfferRecord] = {}
    for turn in turns:
        ringing = _ringing(turn.call)
        for offer_id, offer in made.items():
            if offer.outcome is None and offer_id not in ringing:
                outcome = _outcome(turn, offer_id)
                made[offer_id] = msgspec.structs.replace(offer, outcome=outcome, ring_s=seconds(turn.at - offer.at))
        for offer_id, rung in ringing.items():
            if offer_id not in made:
                made[offer_id] = _made(rung, turn)
    return tuple(made.values())


def _ringing(call: Call) -> dict[OfferId, Offer]:
    found = {offer.offer_id: offer for offer in call.offers}
    if not call.ended and call.consult_party is not None and call.consult_party.offer is not None:
        found[call.consult_party.offer.offer_id] = call.consult_party.offer
    return found


def _made(rung: Offer, turn: Turn) -> OfferRecord:
    offered = turn.event if isinstance(turn.event, e.CallOffered) else None
    candidates = offered.candidates if offered is not None else ()
    return OfferRecord(
        offer_id=rung.offer_id,
        agent_id=rung.agent_id,
        at=turn.at,
        outcome=None,
        ring_s=0.0,
        candidates=candidates,
        purpose=_purpose(turn),
        others=dict(offered.others) if offered is not None else {},
    )


def _purpose(turn: Turn) -> str:
    if not isinstance(turn.event, e.CallOffered):
        return "consult"
    placed = turn.call.direction in {Direction.OUTBOUND, Direction.INTERNAL}
    return "own_call" if placed and turn.call.caller_leg is None else "offer"


def _outcome(turn: Turn, offer_id: OfferId) -> str:
    call, party = turn.call, turn.call.consult_party
    match turn.event:
        case e.OfferEnded(offer_id=ended, outcome=outcome) if ended == offer_id:
            return outcome.value
        case e.ConsultEnded(reason=reason):
            return reason
    if offer_id == call.offer_id or (party is not None and offer_id == party.offer_id):
        return "answered"
    return "withdrawn"
