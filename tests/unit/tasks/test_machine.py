"""Which state of a task may follow which: the whole table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from call24.kit.errors import Conflict
from call24.kit.ids import CallId, TaskId, TenantId, UserId
from call24.tasks.machine import moved
from call24.tasks.model import ACTIVE, CLOSED, State, Task

AT, ANN = datetime(2026, 11, 30, 9, tzinfo=UTC), UserId("usr_ann")

# From the state in front of the line to that above the column: may it?
TABLE = """
             open  in_progress  waiting  done  dropped
open         same  yes          yes      yes   yes
in_progress  yes   same         yes      yes   yes
waiting      yes   yes          same     yes   yes
done         yes   yes          no       same  no
dropped      yes   yes          no       no    same
"""
NAMES, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(line[0], to, may) for line in LINES for to, may in zip(NAMES, line[1:], strict=True)]


def task(state: State) -> Task:
    closed = {"done_at": datetime(2026, 11, 29, tzinfo=UTC), "done_by": UserId("usr_bob"), "done_call_id": CallId("c")}
    return Task(
        id=TaskId("tsk_1"),
        tenant_id=TenantId("ten_acme"),
        kind="manual",
        created_at=AT,
        state=state,
        **(closed if state in CLOSED else {}),  # type: ignore[arg-type]
    )


def test_the_table_has_every_state() -> None:
    states = set(get_args(State))
    assert set(NAMES) == states == {line[0] for line in LINES} == {*ACTIVE, *CLOSED}


@pytest.mark.parametrize(("start", "to", "may"), CELLS, ids=lambda cell: cell)
def test_each_transition(start: State, to: State, may: str) -> None:
    before = task(start)
    if may == "no":
        with pytest.raises(Conflict) as refused:
            moved(before, to, ANN, AT)
        assert refused.value.code == "task_transition"
        return
    after = moved(before, to, ANN, AT)
    if may == "same":
        assert after == before
    elif to in ("done", "dropped"):
        assert (after.state, after.done_at, after.done_by, after.done_call_id) == (to, AT, ANN, None)
    else:
        assert (after.state, after.done_at, after.done_by, after.done_call_id) == (to, None, None, None)


def test_a_call_that_settles_a_task_is_named() -> None:
    assert moved(task("waiting"), "done", ANN, AT, call_id=CallId("call_2")).done_call_id == "call_2"
