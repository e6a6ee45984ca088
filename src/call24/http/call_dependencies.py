"""What the routers of the working day need: the engine and what reads its journal. Built by main."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from call24.call_records.history import History
from call24.contacts.service import ContactService
from call24.engine.engine import Engine
from call24.engine.requests import Requests
from call24.exports.service import Exports
from call24.http.access import require
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.ids import QueueId
from call24.live.board import Board
from call24.live.views import Views
from call24.queues.service import QueueService
from call24.reconciliation.service import Reconciler
from call24.recordings.playbacks import Listenings
from call24.recordings.service import Recordings
from call24.statistics.service import Reports
from call24.tasks.service import TaskService


@dataclass(frozen=True, kw_only=True)
class Work:
    """`system`: part -> ok or away."""

    clock: Clock
    engine: Engine
    requests: Requests
    journal: Journal
    board: Board
    views: Views
    history: History
    reports: Reports
    exports: Exports
    reconciler: Reconciler
    tasks: TaskService
    contacts: ContactService
    queues: QueueService
    recordings: Recordings
    listenings: Listenings
    system: Callable[[], dict[str, str]]

    def queues_of(self, principal: Principal) -> list[QueueId] | None:
        """The queues whose calls a user may see; None: all. Raises: Refused."""
        if permits(principal, "calls.read_all"):
            return None
        require(principal, "calls.read_own")
        known = self.queues.known_queues(principal.tenant_id)
        return [queue.id for queue in known if principal.user_id in queue.members]


async def work(request: Request) -> Work:
    found = request.app.state.work
    assert isinstance(found, Work)
    return found


WorkDep = Annotated[Work, Depends(work)]
