"""kill -9 between a change and its webhook, in short: the worst places. The campaign change-killed tries every one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.product.change_killed import Act, Point
from tests.support.product.kills import kills


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    ("act", "point"),
    [
        ("task", Point("commitTransaction", 1, after=True)),
        *(
            pytest.param(*one, marks=pytest.mark.long("test_a_change_whose_process_is_killed_is_told_once"))
            for one in (
                ("task", Point("POST", 1, after=True)),
                ("task", Point("commitTransaction", 1, after=False)),
                ("task", Point("insert webhook_deliveries", 1, after=True)),
                ("contact", Point("commitTransaction", 1, after=True)),
            )
        ),
    ],
)
async def test_a_change_whose_process_is_killed_is_told_once(
    act: Act, point: Point, api: Api, mongod: RunningMongod
) -> None:
    async with kills(api, mongod) as run:
        await run.killed(act, point)


@pytest.mark.long("test_a_change_whose_process_is_killed_is_told_once")
async def test_the_places_that_are_tried_are_there(api: Api, mongod: RunningMongod, tmp_path: Path) -> None:
    async with kills(api, mongod) as run:
        for act in ("task", "contact"):
            there = {point.what for point in await run.points(act, tmp_path)}  # type: ignore[arg-type]
            assert there >= {"commitTransaction", "insert changes", "insert webhook_deliveries", "POST"}
