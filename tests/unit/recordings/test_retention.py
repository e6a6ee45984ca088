"""The day of a recording: its record's, or sooner as the organisation or a queue says."""

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
