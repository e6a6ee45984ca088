"""Many subscribers in a process of their own: `python realtime_crowd.py PORT KEY SOCKETS MESSAGES`.

Says `ready` when all are subscribed, then waits until each has heard `n` = 0 .. MESSAGES - 1 in order, and says `done`.
"""

from __future__ import annotations

import asyncio
import json
import sys

import websockets


async def main(port: int, key: str, sockets: int, messages: int) -> None:
    here = asyncio.Barrier(sockets)
    async with asyncio.TaskGroup() as group:
        for _ in range(sockets):
            group.create_task(subscriber(port, key, messages, here))
    say("done")


async def subscriber(port: int, key: str, messages: int, here: asyncio.Barrier) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{port}/app/{key}?protocol=7", compression=None) as socket:
        socket_id = json.loads(json.loads(await socket.recv())["data"])["socket_id"]
        channel, auth = await authorisation(port, socket_id)
        await socket.send(json.dumps({"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}}))
        assert json.loads(await socket.recv())["event"] == "pusher_internal:subscription_succeeded"
        if await here.wait() == 0:
            say("ready")
        for number in range(messages):
            frame = json.loads(await socket.recv(decode=True))
            assert json.loads(frame["data"])["n"] == number, (frame, number)


async def authorisation(port: int, socket_id: str) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /sign/{socket_id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    words: list[str] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return words


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
