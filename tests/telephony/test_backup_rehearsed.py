"""The rehearsal: back up with a call going on, `kill -9` of everything, lose the disk, restore, `doctor --call`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.backups import Operator
from tests.support.product.people import sign_in
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

CHILDREN = ("server", "asterisk", "sip_edge", "mongod")
NUMBER = "+442079468195"


@pytest.mark.long("telephony/test_backup.py::test_what_was_backed_up_is_there_again_and_who_was_erased_since_is_not")
async def test_an_installation_whose_disk_is_lost_in_a_call_takes_calls_again_from_its_backup(tmp_path: Path) -> None:
    operator = Operator(tmp_path / "disk", passphrase=True)
    with running_system(from_nothing=True) as system:
        async with system.organisation("Rehearsal", record="always") as acme:
            [anna] = await acme.crew("Anna")
            call = await acme.customer(NUMBER, "Bert").dial(acme.number, Tone(1000))
            await (await anna.rings()).answer()
            [going_on] = await wait_until(lambda: live(acme.http), 10)
            said = await asyncio.to_thread(operator.backs_up, system.settings)
            assert await live(acme.http) == [going_on], "the call goes on"
            assert (await asyncio.to_thread(operator.backs_up, system.settings)) != said, (
                "a second one, of only what is new"
            )
            listed = operator.did("backup", "list", str(operator.store)).splitlines()
            assert len(listed) == 2
            kill_all(system)
            call.hang_up()
        shutil.rmtree(system.settings.data)

        told = await asyncio.to_thread(operator.restores, system.settings)
        assert "There is no register" not in told and "has 0 of after the backup" in told, told
        await asyncio.to_thread(system.start)
        async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {await sign_in(http, anna.email)}"
            [record] = await wait_until(lambda: calls(http), 15)
            assert (record["id"], record["number"]) == (going_on, NUMBER)
            assert record["ended_at"] is not None, "as after a power failure"
        words = [sys.executable, "-m", "call24.cli", "doctor", "--data", str(system.settings.data), "--call"]
        well = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, timeout=90)
        assert well.returncode == 0, well.stdout + well.stderr
        audit = operator.tried("audit", "verify", "--data", str(system.settings.data))
        assert audit.returncode == 0, audit.stdout + audit.stderr


async def live(http: httpx.AsyncClient) -> list[str]:
    return [str(call["id"]) for call in (await http.get("/v1/live")).json()["calls"]]


async def calls(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await http.get("/v1/calls")).json()["items"]
    return items


def kill_all(system: System) -> None:
    """As when the power fails: the parent first, which would start the others again."""
    pids = [system.pid(name) for name in CHILDREN]
    parent = system._parent
    assert parent is not None
    parent.kill()
    parent.wait()
    system._parent = None
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
