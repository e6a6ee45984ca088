"""Does the migrations in batches of ten: `stored` for each, after which it waits for a line. `URI DATA`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo, StoredDocuments
from call24.migrations import step_0001_task_words
from call24.migrations.run import Migrations

NAME = "call24_test"


async def main() -> None:
    step_0001_task_words.AT_ONCE = 10
    stored = StoredDocuments.set_each

    async def told(
        self: StoredDocuments, collection: str, changes: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
    ) -> int:
        count = await stored(self, collection, changes)
        sys.stdout.write("stored\n")
        sys.stdout.flush()
        sys.stdin.readline()
        return count

    StoredDocuments.set_each = told  # type: ignore[method-assign]
    mongo = Mongo(sys.argv[1], NAME)
    await Migrations(mongo, Path(sys.argv[2]), SystemClock()).run(lambda line: None)
    await mongo.close()


asyncio.run(main())
