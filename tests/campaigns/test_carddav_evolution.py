"""Evolution's address book (evolution-data-server, unchanged, from Debian) and an organisation's are in step.

`./call24 test --campaign carddav-evolution`; seconds once it is there. It is installed by apt at first, as root: 102
packages of Debian 13, 62 MB to bring and 269 MB on the disk, which is too much for every run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.integration.people.test_people import HOME, OWN, PEOPLE, added, listed
from tests.support.http.api import Api, Organisation
from tests.support.http.phones import Phone, phone
from tests.support.http.serving import serving
from tests.support.wait import wait_until

CLIENT = Path(__file__).parents[1] / "support" / "carddav" / "evolution_client.py"
DAEMON = Path("/usr/libexec/evolution-addressbook-factory")
PACKAGES = ("evolution-data-server", "gir1.2-ebook-1.2", "python3-gi", "dbus")
WITHIN_S = 60.0
ANNA = """BEGIN:VCARD
VERSION:3.0
FN:Anna Petrova
N:Petrova;Anna;;;
TEL;TYPE=CELL:+442079460102
X-ACME-LEVEL:gold
END:VCARD
""".replace("\n", "\r\n")


@pytest.fixture(scope="module", autouse=True)
def evolution() -> None:
    """Installed, if it is not there."""
    if DAEMON.exists() and shutil.which("dbus-run-session") and not _without_bindings():
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "-q", *words], check=True, env=env, stdout=subprocess.DEVNULL)


def _without_bindings() -> int:
    return subprocess.run(["/usr/bin/python3", "-c", "import gi; gi.require_version('EBook', '1.2')"]).returncode


class Evolution:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, act: str, **words: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **words}).encode() + b"\n")
        async with asyncio.timeout(WITHIN_S):
            answer = json.loads(await self._process.stdout.readline())
        assert "error" not in answer, answer
        return answer["answer"]

    async def has(self, *names: str) -> dict[str, str]:
        """Ids by name, once it has just these: its refresh goes on in the background."""
        found = list[tuple[str, str]]()

        async def same() -> bool:
            found[:] = [(name, id) for name, id in await self.do("list")]
            return [name for name, _ in found] == sorted(names)

        try:
            await wait_until(same, WITHIN_S)
        except AssertionError:
            raise AssertionError(f"Evolution has {found}, not {names}") from None
        return dict(found)


@asynccontextmanager
async def running(mine: Phone, port: int, home: Path) -> AsyncIterator[Evolution]:
    """In a D-Bus session and a home of its own."""
    at = {"port": port, "user": mine.user, "secret": mine.secret, "path": mine.book()}
    run = home / "run"
    run.mkdir(parents=True, mode=0o700)
    env = {"HOME": str(home), "XDG_RUNTIME_DIR": str(run), "PATH": "/usr/bin:/bin", "GSETTINGS_BACKEND": "memory"}
    process = await asyncio.create_subprocess_exec(
        *("dbus-run-session", "--", "/usr/bin/python3", str(CLIENT), json.dumps(at)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
        env=env,
    )
    try:
        yield Evolution(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), WITHIN_S)


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def test_evolution_keeps_a_book_in_step_both_ways(acme: Organisation, tmp_path: Path) -> None:
    mine = await phone(acme)
    async with serving(acme.api.app) as port, running(mine, port, tmp_path / "home") as client:
        khulan = await added(acme, "Хулан", HOME, family="Бат")
        await client.do("add", card=ANNA)
        there = await client.has("Anna Petrova", "Хулан Бат")
        assert sorted(await listed(acme)) == ["Anna Petrova", "Хулан Бат"], "made on either side, each once"

        await acme.call("agent", "PATCH", f"{PEOPLE}/{khulan['id']}", json={"family": "Болд"})
        await client.do("change", id=there["Anna Petrova"], full_name="Anna Ivanova", family_name="Ivanova")
        there = await client.has("Anna Ivanova", "Хулан Болд")
        assert sorted(await listed(acme)) == ["Anna Ivanova", "Хулан Болд"], "changed on either side"
        assert "X-ACME-LEVEL:gold" in await client.do("card", id=there["Anna Ivanova"]), "what nobody knows stays"

        await acme.call("agent", "DELETE", f"{PEOPLE}/{khulan['id']}")
        await client.has("Anna Ivanova")
        await added(acme, "Ben", OWN)
        there = await client.has("Anna Ivanova", "Ben")
        await client.do("remove", id=there["Anna Ivanova"])
        await client.has("Ben")
        assert await listed(acme) == ["Ben"], "deleted on either side"


async def test_evolution_that_was_away_finds_what_changed_meanwhile(acme: Organisation, tmp_path: Path) -> None:
    mine = await phone(acme)
    home = tmp_path / "home"
    async with serving(acme.api.app) as port:
        anna = await added(acme, "Anna", HOME)
        async with running(mine, port, home) as client:
            await client.has("Anna")
        await acme.call("agent", "DELETE", f"{PEOPLE}/{anna['id']}")
        await added(acme, "Ben", OWN)
        shutil.rmtree(home / "run")
        async with running(mine, port, home) as client:
            await client.has("Ben")
            assert await listed(acme) == ["Ben"], "who is gone is not brought back, who is new is there once"
