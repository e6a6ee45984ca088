"""Frame by frame: sessions of Pusher's protocol on Call24, and on soketi where it is there, against what is recorded.

What differs between the two, and why, is in docs/reference/soketi.md, which is made of the recordings. CI holds Call24
to its recording; soketi is brought by hand (CALL24_SOKETI, see docs/rooms/realtime.md). CALL24_RECORD_FRAMES=1 records.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.api import Api
from tests.support.realtime.frame_scenes import SCENES, Scene
from tests.support.realtime.frames import Recorder, fence, quiet
from tests.support.realtime.pusher_clients import Peer
from tests.support.realtime.pusher_server import pusher_server
from tests.support.realtime.soketi import soketi

from call24.installer.paths import CHECKOUT

RECORDINGS = CHECKOUT / "docs" / "figures" / "frames"
RUN = "look at what changed; then CALL24_RECORD_FRAMES=1, and .venv/bin/python docs/build_frames.py"


async def played(scene: Scene, peer: Peer, settle: Callable[[Recorder], Awaitable[None]]) -> list[Any]:
    recorder = Recorder(peer, settle)
    try:
        await scene(recorder)
    finally:
        await recorder.end()
    return recorder.steps


def compared(name: str, found: dict[str, Any]) -> None:
    file = RECORDINGS / f"{name}.json"
    if os.environ.get("CALL24_RECORD_FRAMES"):
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(file.read_text()), RUN


async def test_call24_says_what_is_recorded_of_it(api: Api) -> None:
    async with pusher_server(api) as served:
        peer = await served.peer(client_events=True)
        compared("call24", {name: await played(scene, peer, fence) for name, scene in SCENES.items()})


@pytest.mark.skipif("CALL24_SOKETI" not in os.environ, reason="soketi is brought by hand")
async def test_soketi_says_what_is_recorded_of_it() -> None:
    found = {}
    for name, scene in SCENES.items():  # each with a fresh one: some of what is sent here ends it
        async with soketi(Path(os.environ["CALL24_SOKETI"])) as peer:
            found[name] = await played(scene, peer, quiet)
    compared("soketi", found)
