"""Where signs of life and messages are kept: MongoDB deletes what is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.follow import Following
from call24.realtime.cluster.model import MAIN, NodeMessage, Sign

KEPT_S = 120
INDEXES = (
    Index(NodeMessage, ("created_at",), across=True, expires_s=KEPT_S),
    Index(Sign, ("at",), expires_s=3600),
)


class NodeStore:
    def __init__(self, mongo: Mongo) -> None:
        self._messages = mongo.platform(
            NodeMessage, why="one writer, many organisations in a batch; what is for a process"
        )
        self._signs = mongo.platform(Sign, why="of the platform: its processes")

    async def send(self, messages: Sequence[NodeMessage]) -> None:
        """In their order; repeating it is harmless. Raises: Unavailable."""
        await self._messages.insert_in_order(messages)

    def follow(self, run: str) -> Following[NodeMessage]:
        """What is sent to one life."""
        return self._messages.follow({"to": run})

    async def signs(self) -> list[Sign]:
        """Of all nodes. Raises: Unavailable."""
        return await self._signs.find({"id": {"$ne": MAIN}})

    async def main(self) -> Sign | None:
        """Raises: Unavailable."""
        return await self._signs.find_one({"id": MAIN})

    async def put_up(self, sign: Sign) -> None:
        """Raises: Unavailable."""
        await self._signs.replace(sign, upsert=True)

    async def beat(self, run: str, beat: int, at: datetime) -> bool:
        """False when the main process took a node's sign down. Raises: Unavailable."""
        return await self._signs.update(run, {"beat": beat, "at": at})

    async def take_down(self, id: str) -> None:
        """Raises: Unavailable."""
        await self._signs.delete(id)
