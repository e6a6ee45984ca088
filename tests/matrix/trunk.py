"""A carrier's side of one call in a process of its own, so that it can be killed and stopped.

`python -m tests.matrix.trunk HOST PORT OWN_ADDRESS NUMBER DIALLED`.
One line of JSON in, [method, arguments ...] of the `LocalLeg`; one line out, what it gave.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from tests.matrix.legs import LocalLeg
from tests.support.product.people import CALLER_HZ

from call24.testphones.customer import Customer
from call24.testphones.rtp import Tone


async def main(host: str, port: int, local: str, number: str, dialled: str) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with Customer((host, port), number, local_host=local) as customer:
        leg = LocalLeg(await customer.dial(dialled, Tone(CALLER_HZ)))
        _say(None)
        while line := await reader.readline():
            method, *words = json.loads(line)
            _say(await _tried(leg, method, words))


async def _tried(leg: LocalLeg, method: str, words: list[Any]) -> Any:
    try:
        return await getattr(leg, method)(*words)
    except (AssertionError, TimeoutError) as error:
        return {"failed": str(error)}


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]))
