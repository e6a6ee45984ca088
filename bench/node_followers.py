"""Followers in a process of their own: `python -m bench.node_followers`.

Reads one line of JSON: the application (`peer`), and for each follower its `channels`, its `places` and whether it is
`faithful`. Says `ready` when all hear; after the next line it waits until all have heard the end of their channels,
30 s at most, and says as one line of JSON what they lost and how it went.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

import uvloop
from tests.support.realtime.followers import Follower, faults_of, told
from tests.support.realtime.pusher_clients import Peer
from tests.support.wait import wait_until

from bench.realtime_crowd import say

BEGIN_S, END_S = 60, 30
AT_ONCE = 8


async def main() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    wish = json.loads(await reader.readline())
    peer = Peer(**wish["peer"])
    followers = [Follower(peer, one["channels"], one["places"], faithful=one["faithful"]) for one in wish["followers"]]
    async with asyncio.TaskGroup() as group:
        tasks = []
        for first in range(0, len(followers), AT_ONCE):
            some = followers[first : first + AT_ONCE]
            tasks += [group.create_task(one.run()) for one in some]
            await asyncio.wait_for(asyncio.gather(*(one.ready.wait() for one in some)), BEGIN_S)
        say("ready")
        await reader.readline()
        with contextlib.suppress(AssertionError):  # what is missing is counted
            await wait_until(lambda: all(one.ended for one in followers), END_S)
        for task in tasks:
            task.cancel()
    say(json.dumps(_heard(followers)))


def _heard(followers: list[Follower]) -> dict[str, Any]:
    """`order`: the data on each channel by its numbers; `differing`: numbers that do not mean the same to all."""
    channels = {name for one in followers for name in one.followed}
    by_number = {name: told(followers, name) for name in channels}
    finals = {name: max(numbers, default=0) for name, numbers in by_number.items()}
    return {
        "order": {name: [min(numbers[seq]) for seq in sorted(numbers)] for name, numbers in by_number.items()},
        "differing": sum(len(data) > 1 for numbers in by_number.values() for data in numbers.values()),
        "faults": faults_of(followers, finals),
        "unended": sum(not one.ended for one in followers),
        "deliveries": sum(len(channel.heard) for one in followers for channel in one.followed.values()),
        "reloads": sum(one.reloads for one in followers),
        "turned_away": sum(one.turned_away for one in followers),
        "away_s": [round(each, 3) for one in followers for each in one.away_s],
    }


if __name__ == "__main__":
    uvloop.run(main())
