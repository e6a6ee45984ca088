"""What a day would have been like with other settings of a queue, decision by decision. It changes nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import Field

from call24.agents.candidate import Candidate
from call24.agents.dependencies import AgentsDep
from call24.agents.service import AgentService
from call24.call_records.journal_range import lines_of
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.journal.dependencies import JournalDep
from call24.kit.errors import Invalid, TooMany
from call24.kit.fair import Fair
from call24.kit.ids import QueueId, TenantId, UserId
from call24.kit.instants import iso
from call24.queues.api.queues import Id, SkillNeedBody
from call24.queues.dependencies import QueuesDep
from call24.queues.model import Queue, Strategy
from call24.routing.rules import Member, Team
from call24.tenants.dependencies import TenantsDep
from call24.tenants.skills import SkillNeed
from call24.what_if.answers import (
    WhatIfAnswer,
    WhatIfChanges,
    WhatIfDecision,
    WhatIfEarlier,
    WhatIfReason,
    WhatIfResult,
)
from call24.what_if.what_if import LEAD_IN, NOT_MODELLED, Earlier, ReplayedOffer, WhatIf, what_if

router = Router(prefix="/v1/what-if", tags=["reports"])

SHOWN_MAX = 2_000
_at_work: set[TenantId] = set()
_room = Fair(2, 1)


class Changes(Body):
    """The settings to try. What is left out is as it is now."""

    strategy: Strategy = "longest_idle"
    members: list[Id] = Field([], max_length=1000)
    priority: int = 0
    skills: list[SkillNeedBody] = Field([], max_length=20)
    max_wait_s: int = 600
    max_waiting: int | None = None
    auto_pause_after: int = 3

    def settings(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "members": tuple(UserId(member) for member in self.members),
            "skills": tuple(SkillNeed(**need.model_dump()) for need in self.skills),
        }
        return {name: made.get(name, getattr(self, name)) for name in self.model_fields_set}


class Question(Body):
    """Which day, and what would be different. `day`: YYYY-MM-DD, in the organisation's time zone."""

    day: str = Field(max_length=10, examples=["2026-11-24"])
    queue_id: Id
    changes: Changes


@router.post("", operation_id="what_if_ask")
async def ask(
    body: Question,
    principal: Annotated[Principal, Depends(allowed("calls.read_all"))],
    tenants: TenantsDep,
    queue_service: QueuesDep,
    journal: JournalDep,
    agent_service: AgentsDep,
) -> WhatIfAnswer:
    """Replays a day with other settings of a queue: every offer, and whom it would have rung. Changes nothing.

    `not_modelled` says what the answer does not take into account. One question at a time per organisation: 429 while
    another is being answered.
    """
    tenant_id = principal.tenant_id
    tenant = await tenants.get(tenant_id)
    since, until = _bounds(body.day, tenant.timezone)
    queue = await queue_service.get(tenant_id, QueueId(body.queue_id))
    changed = await queue_service.would_be(queue, **body.changes.settings())
    if tenant_id in _at_work:
        raise TooMany("Another what-if is being computed: wait for it", retry_after_s=10)
    _at_work.add(tenant_id)
    try:
        entries = await lines_of(journal, tenant_id, since - LEAD_IN, until)
        teams = {one.id: _team(agent_service, one) for one in await queue_service.all(tenant_id)}
        async with _room.turn(tenant_id):
            result = await asyncio.to_thread(
                what_if,
                entries,
                queue=queue,
                changed=changed,
                teams=teams,
                changed_team=_team(agent_service, changed),
                since=since,
                until=until,
            )
    finally:
        _at_work.discard(tenant_id)
    changes = cast("WhatIfChanges", body.changes.model_dump(exclude_unset=True))
    return {"day": body.day, "queue_id": queue.id, "changes": changes, **view(result)}


def view(result: WhatIf) -> WhatIfResult:
    decisions, waits, missed = result.decisions, result.waits, result.missed
    shown = sorted(decisions, key=lambda one: not one.differs)[:SHOWN_MAX]
    sooner = [one.seconds for one in result.earlier if one.seconds is not None]
    return {
        "offers": len(decisions),
        "reproduced": sum(one.reproduced for one in decisions),
        "differ": sum(one.differs for one in decisions),
        "earlier": len(sooner),
        "earlier_s": round(sum(sooner) / len(sooner), 1) if sooner else None,
        "reached": len(result.earlier) - len(sooner),
        "calls": waits.calls,
        "max_wait": {"would_leave": waits.would_leave, "might_stay": waits.might_stay},
        "max_waiting": {"would_be_full": waits.would_be_full, "might_join": waits.might_join},
        "auto_pause": {"would_pause": missed.would_pause, "would_not": missed.would_not},
        "decisions": [_decision(one) for one in sorted(shown, key=lambda one: one.at)],
        "left_off": len(decisions) - len(shown),
        "offered_earlier": [_earlier(one) for one in result.earlier[:SHOWN_MAX]],
        "not_modelled": list(NOT_MODELLED),
    }


def _decision(one: ReplayedOffer) -> WhatIfDecision:
    return {
        "at": iso(one.at),
        "call_id": one.call_id,
        "queue_id": one.queue_id,
        "rung": list(one.rung),
        "as_now": list(one.as_now),
        "would_ring": list(one.would_ring),
        "hopeless": one.hopeless,
        "reasons": [_reason(candidate) for candidate in one.reasons],
        "instead": one.instead,
        "reproduced": one.reproduced,
        "differs": one.differs,
    }


def _earlier(one: Earlier) -> WhatIfEarlier:
    return {
        "at": iso(one.at),
        "call_id": one.call_id,
        "would_ring": list(one.would_ring),
        "seconds": one.seconds,
    }


def _reason(candidate: Candidate) -> WhatIfReason:
    """This answer has always called it `code`."""
    return {
        "agent_id": candidate.agent_id,
        "chosen": candidate.chosen,
        "code": candidate.reason,
        "idle_s": candidate.idle_s,
    }


def _bounds(day: str, timezone: str) -> tuple[datetime, datetime]:
    """The day's first instant and the next day's. Raises: Invalid."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on = date.min
    if not 2000 <= on.year <= 2200:
        raise Invalid(errors=[("day", "a date, such as 2026-11-24")])
    zone = ZoneInfo(timezone)
    first, last = (datetime.combine(x, time.min, zone).astimezone(UTC) for x in (on, on + timedelta(days=1)))
    return first, last


def _team(agent_service: AgentService, queue: Queue) -> Team:
    members = tuple(
        Member(agent_id=agent, skills=agent_service.known_skills(queue.tenant_id, agent)) for agent in queue.members
    )
    return Team(queue_id=queue.id, strategy=queue.strategy, members=members)
