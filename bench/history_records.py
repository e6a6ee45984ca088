"""Call records of realistic size and kind for `history-growth`: a queue, offers with candidates, an agent, wrap-up."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from call24.agents.candidate import Candidate
from call24.call_records.history_row import filed
from call24.call_records.model import AgentPart, CallRecord, LinePiece, OfferRecord, Outcome, QueueVisit
from call24.kit.ids import CallId, ContactId, DispositionId, NumberId, OfferId, QueueId, RecordingId, TenantId, UserId

TENANT = TenantId(f"ten_{'1' * 26}")
OTHERS = tuple(TenantId(f"ten_{n}{'2' * 25}") for n in range(4))
AGENTS = [UserId(f"usr_{n:026}") for n in range(60)]
QUEUES = [QueueId(f"que_{n:026}") for n in range(8)]
DISPOSITIONS = [DispositionId(f"dsp_{n:026}") for n in range(8)]


def template(dice: random.Random, n: int, at: datetime) -> CallRecord:
    """One in five is another organisation's, one in eight left before it was answered."""
    abandoned = dice.random() < 0.125
    wait, ring, talk, wrap = (round(dice.expovariate(1 / mean), 3) for mean in (15, 5, 180, 30))
    member = dice.randrange(len(AGENTS))
    agent, queue = AGENTS[member], QUEUES[(member + dice.randrange(2)) % len(QUEUES)]
    joined = at + timedelta(seconds=4)
    answered = joined + timedelta(milliseconds=round((wait + ring) * 1000))
    ended = answered + timedelta(milliseconds=0 if abandoned else round(talk * 1000))
    offer = _offer(dice, n, agent, joined + timedelta(milliseconds=round(wait * 1000)), ring, abandoned=abandoned)
    part = AgentPart(
        agent_id=agent,
        came="offer",
        answered_at=answered,
        left_at=ended,
        talk_s=talk,
        wrap_up_s=wrap,
        disposition_id=dice.choice(DISPOSITIONS),
    )
    visit = QueueVisit(
        queue_id=queue,
        joined_at=joined,
        left="abandoned" if abandoned else "answered",
        waited_s=round(wait + ring, 3),
        since=joined,
    )
    pieces = [("menu", 4.0), ("wait", wait), ("ring", ring), *([] if abandoned else [("talk", talk)])]
    return filed(
        CallRecord(
            id=CallId(f"call_{'9' * 26}"),
            tenant_id=TENANT if dice.random() < 0.8 else dice.choice(OTHERS),
            number_id=NumberId(f"num_{dice.randrange(6):026}"),
            queue_id=queue,
            contact_id=ContactId(f"ctc_{'9' * 26}"),
            agent_id=None if abandoned else agent,
            arrived_at=at,
            queued_at=joined,
            answered_at=None if abandoned else answered,
            ended_at=ended,
            outcome=Outcome.ABANDONED if abandoned else Outcome.ANSWERED,
            ended_by="caller",
            cause=16,
            found_missing=False,
            menu_s=4.0,
            wait_s=wait,
            ring_s=ring,
            talk_s=0.0 if abandoned else talk,
            hold_s=0.0,
            voicemail_s=0.0,
            wrap_up_s=0.0 if abandoned else wrap,
            line=tuple(LinePiece(kind=kind, s=s) for kind, s in pieces),
            offers=(offer,),
            queues=(visit,),
            agents=() if abandoned else (part,),
            recording_id=RecordingId(f"rec_{n:026}"),
            message_id=None,
            delete_at=at + timedelta(days=1000),
        )
    )


def _offer(dice: random.Random, n: int, agent: UserId, at: datetime, ring_s: float, *, abandoned: bool) -> OfferRecord:
    considered = tuple(
        Candidate(agent_id=other, chosen=other == agent, reason="idle_shorter", idle_s=round(dice.random() * 900, 3))
        for other in dice.sample(AGENTS, 8)
    )
    return OfferRecord(
        offer_id=OfferId(f"off_{n:026}"),
        agent_id=agent,
        at=at,
        outcome="withdrawn" if abandoned else "answered",
        ring_s=ring_s,
        candidates=considered,
    )
