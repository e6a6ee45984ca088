"""The live screen's snapshot. What changes afterwards comes as realtime events with a higher `seq`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Query

from call24.call_records.labels import named
from call24.calls.model import Call, Direction
from call24.consents.dependencies import ConsentsDep
from call24.consents.purposes import of as purposes_of
from call24.http.access import allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.ids import ContactId, QueueId
from call24.kit.instants import iso
from call24.live.answers import TASKS_MAX, CallerDetails, CardPerson, CardTask, LastCall, LiveSnapshot, QueueAlertPage
from call24.live.caller_card import perhaps, shown
from call24.live.dependencies import AlertsDep, BoardDep, SystemPartsDep, ViewsDep
from call24.live.views import Views
from call24.live.within import within
from call24.people.dependencies import MatchesDep, UnsureCallersDep
from call24.people.matches import Matches
from call24.people.unsure import UnsureCallers
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.tasks.dependencies import TasksDep
from call24.tasks.service import TaskService
from call24.tasks.store import TaskFilter

router = Router(prefix="/v1", tags=["live"])

Reader = Annotated[Principal, Depends(allowed("live.read"))]
DETAILS_S = 1.5
"""Nobody waits longer for what stands beside a call."""


@router.get("/live", operation_id="live_read")
async def live(
    principal: Reader,
    board: BoardDep,
    system_parts: SystemPartsDep,
    clock: ClockDep,
    views: ViewsDep,
) -> LiveSnapshot:
    """Returns everything that the live screen shows: your session and call, queues and agents.

    `calls` (all calls that go on) and `with` (whom each agent talks to) need the permission `calls.read_all`.
    Afterwards, apply the realtime events with a higher `seq`: an event may repeat what the snapshot has, and none is
    missed.
    """
    tenant_id, user_id = principal.tenant_id, principal.user_id
    seq = board.seq(tenant_id)
    mine = board.call_of(tenant_id, user_id)
    snapshot: LiveSnapshot = {
        "seq": seq,
        "at": iso(clock.now()),
        "system": system_parts.system(),
        "session": await views.session(tenant_id, user_id),
        "call": await views.live_call(mine, user_id) if mine is not None else None,
        "queues": await views.queues(tenant_id),
        "agents": await views.agents(tenant_id, with_callers=permits(principal, "calls.read_all")),
        "today": await views.today(tenant_id, user_id),
    }
    if permits(principal, "calls.read_all"):
        snapshot["calls"] = await views.calls(tenant_id)
    return snapshot


@router.get("/queue-alerts", operation_id="live_list_queue_alerts")
async def list_queue_alerts(
    principal: Reader,
    alerts: AlertsDep,
    views: ViewsDep,
    queue_id: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> QueueAlertPage:
    """Lists the alerts of queues, or of one, the newest first.

    An alert is raised when a queue's callers wait for longer, or more of them, than its `alert_wait_s` and
    `alert_waiting` say. It ends once both are kept for a minute. Those that last stand in the queue's row of `GET
    /v1/live` too.
    """
    queue = None if queue_id is None else QueueId(queue_id)
    found, more = await alerts.page(principal.tenant_id, queue, limit=limit, cursor=cursor)
    return {
        "items": [
            {
                "id": one.id,
                "queue": {"id": one.queue_id, "name": views.queue_name(one.queue_id)},
                "rule": one.rule,
                "limit": one.limit,
                "worst": one.worst,
                "raised_at": iso(one.raised_at),
                "ended_at": None if one.ended_at is None else iso(one.ended_at),
            }
            for one in found
        ],
        "next": more,
    }


@router.get("/live/caller", operation_id="live_read_caller")
async def caller(
    principal: Reader,
    board: BoardDep,
    views: ViewsDep,
    matches: MatchesDep,
    unsure: UnsureCallersDep,
    tasks: TasksDep,
    consents: ConsentsDep,
    queues: QueuesDep,
) -> CallerDetails:
    """Returns what stands beside the card of the caller whom you talk to, or who rings you: who has the number, or may
    have it, the last calls, open tasks, and what the caller said no to.

    People need the permission `people.read` and tasks `tasks.read`; without, the list is empty. What the database does
    not give within 1.5 seconds is null: ask again. No call waits for it.
    """
    live = board.call_of(principal.tenant_id, principal.user_id)
    contact_id = None if live is None or live.call.direction is Direction.INTERNAL else live.call.contact_id
    if live is None or contact_id is None:
        return {
            "call_id": None if live is None else live.call.id,
            "contact_id": None,
            "people": [] if live is None else await _candidates(principal, live.call, unsure),
            "calls": [],
            "tasks": [],
            "refused": [],
            "restricted": False,
        }
    if views.restricted(principal.tenant_id, contact_id):
        return {
            "call_id": live.call.id,
            "contact_id": None,
            "people": [],
            "calls": [],
            "tasks": [],
            "refused": [],
            "restricted": True,
        }
    people, calls, open_tasks = await asyncio.gather(
        _people(principal, contact_id, matches),
        _calls(principal, contact_id, views),
        _tasks(principal, contact_id, tasks, queues, views),
    )
    return {
        "call_id": live.call.id,
        "contact_id": contact_id,
        "people": people,
        "calls": calls,
        "tasks": open_tasks,
        "refused": [
            {"purpose": one.purpose, "title": one.title}
            for one in purposes_of("caller")
            if consents.why_not(one.purpose, principal.tenant_id, contact_id) in ("objected", "withdrawn")
        ],
        "restricted": False,
    }


async def _people(principal: Principal, contact_id: ContactId, matches: Matches) -> list[CardPerson] | None:
    """As MongoDB has them; else as they are remembered."""
    if not permits(principal, "people.read"):
        return []
    await within(DETAILS_S, matches.look(principal.tenant_id, contact_id))
    if not matches.known(principal.tenant_id, contact_id):
        return None
    return [shown(one) for one in matches.of(principal.tenant_id, contact_id, principal.user_id)]


async def _candidates(principal: Principal, call: Call, unsure: UnsureCallers) -> list[CardPerson]:
    """Who may be calling, where nobody is known to be."""
    if not permits(principal, "people.read") or call.direction is Direction.INTERNAL:
        return []
    await within(DETAILS_S, unsure.look(call.id))
    return [perhaps(one) for one in unsure.of(principal.tenant_id, call.id, principal.user_id)]


async def _calls(principal: Principal, contact_id: ContactId, views: Views) -> list[LastCall] | None:
    return await within(DETAILS_S, views.last_calls(principal.tenant_id, contact_id))


async def _tasks(
    principal: Principal, contact_id: ContactId, tasks: TaskService, queues: QueueService, views: Views
) -> list[CardTask] | None:
    if not permits(principal, "tasks.read"):
        return []
    wanted = TaskFilter(
        queues=visible_queues(principal, queues), user_id=principal.user_id, contact_id=contact_id, closed=False
    )
    page = await within(DETAILS_S, tasks.page(principal.tenant_id, wanted, limit=TASKS_MAX, cursor=None))
    if page is None:
        return None
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "title": one.title,
            "assignee": named(one.assignee, views.name),
            "created_at": iso(one.created_at),
        }
        for one in page.tasks
    ]
