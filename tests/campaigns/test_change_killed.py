"""kill -9 at every step from a change to its webhook: nothing is lost, and nothing is told twice under two ids.

About a minute for each kind of change. Every command to MongoDB and every POST that a whole run makes is a place to be
killed at, before it goes out and after its answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.product.change_killed import Act
from tests.support.product.kills import kills


@pytest.mark.parametrize("act", ["task", "contact"])
async def test_killed_anywhere_a_change_is_told_once(act: Act, api: Api, mongod: RunningMongod, tmp_path: Path) -> None:
    async with kills(api, mongod) as run:
        points = await run.points(act, tmp_path)
        assert len(points) >= 20
        for point in points:
            await run.killed(act, point)
        print(f"{act}: killed at {len(points)} places")
