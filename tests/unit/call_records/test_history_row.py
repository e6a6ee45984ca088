"""What pages of history have of a call is what its record says, and is found by exactly those who may see it."""

from __future__ import annotations

from hypothesis import given
from tests.support.calls.told import AGENTS, HELP, SALES, SUE, Told, ended, told_calls
from tests.support.properties import thorough

from call24.call_records.call_record import fold
from call24.call_records.history import visible
from call24.call_records.history_filter import EVERY, lists_of
from call24.call_records.history_row import ALL, FiledRow, row_of, unpacked


@thorough
@given(told_calls())
def test_a_row_has_what_the_record_says(told: Told) -> None:
    record = fold(ended(told).entries)
    assert record.row is not None
    assert unpacked(FiledRow(id=record.id, arrived_at=record.arrived_at, row=record.row)) == row_of(record)
    assert len(record.row) < 4000


@thorough
@given(told_calls())
def test_a_call_is_in_the_lists_of_who_may_see_it_and_in_no_other(told: Told) -> None:
    record = fold(ended(told).entries)
    assert len(set(record.found_in)) == len(record.found_in) and ALL in record.found_in
    for queue in (HELP, SALES):
        assert (queue in record.found_in) == any(visit.queue_id == queue for visit in record.queues)
        for agent in (*AGENTS, SUE):
            assert (agent in record.found_in) == any(part.agent_id == agent for part in record.agents)
            for queues in ([], [queue]):
                [theirs] = lists_of(EVERY, queues, agent)
                seen = bool(set(theirs) & set(record.found_in))
                assert seen == visible(record, queues, agent)


def test_a_call_that_goes_on_is_in_no_list() -> None:
    record = fold(Told().talks().entries)
    assert (record.found_in, record.row) == ((), None)
