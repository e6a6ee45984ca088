"""The day of a recording: its record's, or sooner or later as the organisation or a queue says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from call24.kit.ids import QueueId
from call24.recordings.retention import RecordingDays, day_of

BEGUN = datetime(2026, 3, 1, 9, tzinfo=UTC)
SALES, HELP = QueueId("que_sales"), QueueId("que_help")
DAYS = RecordingDays(organisation=20, queues={SALES: 7, HELP: 400})


@pytest.mark.parametrize(
    ("queues", "days", "expected"),
    [
        ([], RecordingDays(), 90),
        ([SALES], RecordingDays(), 90),
        ([], DAYS, 20),
        ([QueueId("que_other")], DAYS, 20),
        ([SALES], DAYS, 7),
        ([HELP], DAYS, 90),
        ([HELP, SALES], DAYS, 7),
        ([HELP, QueueId("que_other")], DAYS, 20),
    ],
)
def test_the_fewest_days_of_its_queues_count_and_never_more_than_the_records(
    queues: list[QueueId], days: RecordingDays, expected: int
) -> None:
    assert day_of(BEGUN, BEGUN + timedelta(days=90), queues, days) == BEGUN + timedelta(days=expected)


LONGER = RecordingDays(organisation=200, queues={SALES: 7, HELP: 400}, longer=frozenset({HELP, None}))


@pytest.mark.parametrize(
    ("queues", "days", "expected"),
    [
        ([], LONGER, 200),
        ([QueueId("que_other")], LONGER, 200),
        ([HELP], LONGER, 400),
        ([HELP, QueueId("que_other")], LONGER, 200),
        ([HELP, SALES], LONGER, 7),
        ([HELP], RecordingDays(queues={HELP: 400}, longer=frozenset({None})), 90),
        ([], RecordingDays(organisation=200, longer=frozenset({HELP})), 90),
        ([HELP, QueueId("que_other")], RecordingDays(queues={HELP: 400}, longer=frozenset({HELP})), 90),
    ],
)
def test_days_past_the_records_count_where_a_legal_reason_was_stated_and_nowhere_else(
    queues: list[QueueId], days: RecordingDays, expected: int
) -> None:
    assert day_of(BEGUN, BEGUN + timedelta(days=90), queues, days) == BEGUN + timedelta(days=expected)
