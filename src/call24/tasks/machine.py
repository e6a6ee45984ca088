"""Which state may follow which, and what a task is then. Pure.

A task that is active may become anything. Of a closed one only work that is taken up again follows: what was done is
not dropped afterwards, nor what was dropped done, without somebody having taken it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from call24.kit.errors import Conflict
from call24.kit.ids import CallId, UserId
from call24.tasks.model import ACTIVE, CLOSED, State, Task

FOLLOWS: Mapping[State, frozenset[State]] = {
    "open": frozenset({"in_progress", "waiting", "done", "dropped"}),
    "in_progress": frozenset({"open", "waiting", "done", "dropped"}),
    "waiting": frozenset({"open", "in_progress", "done", "dropped"}),
    "done": frozenset({"open", "in_progress"}),
    "dropped": frozenset({"open", "in_progress"}),
}
"""By the state it is in."""


def moved(task: Task, to: State, by: UserId | None, at: datetime, *, call_id: CallId | None = None) -> Task:
    """The task in state ``to``; the same where it is in it. ``by``: who moved it; ``call_id``: the call that did.

    Raises: Conflict (code task_transition).
    """
    if to == task.state:
        return task
    if to not in FOLLOWS[task.state]:
        allowed = " or ".join(sorted(FOLLOWS[task.state]))
        raise Conflict(
            f"A task that is {task.state} cannot become {to}: make it {allowed} first", code="task_transition"
        )
    if to in CLOSED:
        return msgspec.structs.replace(task, state=to, done_at=at, done_by=by, done_call_id=call_id)
    if task.state in ACTIVE:
        return msgspec.structs.replace(task, state=to)
    return msgspec.structs.replace(task, state=to, done_at=None, done_by=None, done_call_id=None)
