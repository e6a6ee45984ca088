"""Does the steps that are still to be done, in order, each once; refuses data that a newer version has changed.

The stamps are raised before the first step begins, so that an earlier version refuses what is changed only in part.
What a killed process left is gone on with at the next start.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.mongo.being_restored import MARK
from call24.kit.version import SCHEMA, VERSION
from call24.migrations import folder_stamp
from call24.migrations.folder_stamp import NewerData, RestoreCutOff
from call24.migrations.model import STAMP, SchemaStamp
from call24.migrations.step import DatabaseStep, FolderStep, Step
from call24.migrations.steps import STEPS

SAY_EVERY_S = 2.0
DATABASE = "the database"
Say = Callable[[str], None]


class Migrations:
    """Of one installation: its database and its data folder."""

    def __init__(self, mongo: Mongo, data: Path, clock: Clock, steps: Sequence[Step] = STEPS) -> None:
        self._stamps = mongo.platform(SchemaStamp, why="which form the data has, before it is used")
        self._stored = mongo.as_stored(why="data of earlier versions gets today's form")
        self._data = data
        self._clock = clock
        self._steps = steps

    async def stamp(self) -> SchemaStamp:
        """Of the database; of one without, schema 0. Raises: Unavailable, NewerData, RestoreCutOff."""
        if await self._stamps.find_one({"id": MARK}) is not None:
            raise RestoreCutOff
        stamp = await self._stamps.find_one({"id": STAMP}) or SchemaStamp()
        if stamp.schema > SCHEMA:
            raise NewerData(DATABASE, stamp.version, stamp.schema)
        return stamp

    async def run(self, say: Say) -> int:
        """All that is to be done; how many documents and lines were changed.

        Raises: NewerData, RestoreCutOff, DamagedStamp, Unavailable, OSError.
        """
        await asyncio.to_thread(folder_stamp.check, self._data)
        stamp = await self.stamp()
        of_folder = await asyncio.to_thread(folder_stamp.begin, self._data)
        if (stamp.schema, stamp.version) != (SCHEMA, VERSION):
            stamp = msgspec.structs.replace(stamp, schema=SCHEMA, version=VERSION, at=self._clock.now())
            await self._stamps.replace(stamp, upsert=True)
        done = {*stamp.done, *of_folder.done}
        pending = [step for step in self._steps if step.number not in done]
        count = sum([await self._step(step, say) for step in pending])
        await asyncio.to_thread(folder_stamp.note, self._data, finished=True)
        return count

    async def _step(self, step: Step, say: Say) -> int:
        began = time.monotonic()
        match step:
            case FolderStep():
                count = await asyncio.to_thread(step.change, self._data)
                await asyncio.to_thread(folder_stamp.note, self._data, done=(step.number,))
            case DatabaseStep():
                count = await self._batches(step, say)
                await self._finish(step)
        if count:
            say(f"data: {step.what}: {count:,} brought to schema {step.number} in {time.monotonic() - began:.1f} s")
        return count

    async def _batches(self, step: DatabaseStep, say: Say) -> int:
        name, count, said = str(step.number), 0, time.monotonic()
        after = (await self.stamp()).reached.get(name, "")
        if after:
            say(f"data: {step.what}: going on where an earlier start was ended")
        while True:
            done = await step.batch(self._stored, after)
            count += done.changed
            if done.last is None:
                return count
            after = done.last
            await self._reached(name, after)
            if time.monotonic() - said > SAY_EVERY_S:
                said = time.monotonic()
                say(f"data: {step.what}: {count:,} so far")

    async def _reached(self, name: str, after: str) -> None:
        await self._stamps.update_where({"id": STAMP}, {f"reached.{name}": after})

    async def _finish(self, step: DatabaseStep) -> None:
        stamp = await self.stamp()
        reached = {name: id for name, id in stamp.reached.items() if name != str(step.number)}
        done = tuple(sorted({*stamp.done, step.number}))
        await self._stamps.update_where({"id": STAMP}, {"done": done, "reached": reached})
