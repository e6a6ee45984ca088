"""An installation with less room than its floor: calls go on, unrecorded, and everybody can see it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.stack import free_base_port
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.kit.settings import Settings

A_PETABYTE_MB = 10**9


@pytest.fixture
def crowded() -> Iterator[System]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    settings = Settings.on_ports(folder / "data", free_base_port(), recording_floor_mb=A_PETABYTE_MB)
    system = System(settings.checked())
    try:
        system.start()
        yield system
    finally:
        system.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long("unit/server/test_composition.py::test_without_room_no_recorder_is_started_and_everybody_is_told")
async def test_below_the_floor_a_call_goes_on_unrecorded_and_says_so(crowded: System) -> None:
    async with crowded.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        assert (await anna.live())["system"]["recordings"] == "full"
        talk = await acme.talk(anna)
        await talk.heard()
        talk.call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["recording"]["state"]) == ("answered", "refused")
        assert (await acme.http.get(f"/v1/recordings/{record['recording']['id']}/audio")).status_code == 404
        await wait_until(lambda: "no call is recorded until space is freed" in crowded.log("server"))
        assert list(crowded.settings.recording_spool.rglob("rec_*")) == []
