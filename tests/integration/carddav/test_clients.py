"""Clients that people really use, unchanged, over HTTP: what one of them writes is in the address book, and back."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.integration.people.test_people import HOME, OWN, PEOPLE, added, listed
from tests.support.http.api import Api, Organisation
from tests.support.http.phones import Phone, phone
from tests.support.http.serving import serving
from tests.support.realtime.pusher_clients import CLIENTS

from call24.installer import web

VDIRSYNCER = Path(sys.prefix) / "bin" / "vdirsyncer"
WITHIN_S = 60.0
ANNA = """BEGIN:VCARD
VERSION:3.0
UID:5d0c1b1e-9b0a-4c6f-9f57-0e6a4e7c1a11
FN:Anna Petrova
N:Petrova;Anna;;;
TEL;TYPE=CELL:+442079460102
X-ACME-LEVEL:gold
END:VCARD
"""


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


# --- vdirsyncer ---


@dataclass
class Folder:
    """A folder of cards that vdirsyncer keeps in step with the organisation's book."""

    path: Path
    config: Path

    async def run(self, *words: str, status: int = 0) -> str:
        environment = {"VDIRSYNCER_CONFIG": str(self.config), "PATH": "/usr/bin:/bin", "HOME": str(self.path.parent)}
        process = await asyncio.create_subprocess_exec(
            str(VDIRSYNCER),
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
        )
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate(b"y\n" * 10)
        assert process.returncode == status, said.decode()
        return said.decode()

    async def sync(self) -> None:
        await self.run("sync")

    @property
    def cards(self) -> dict[str, str]:
        """The formatted names of the cards, and the files that they are in."""
        found = {}
        for file in sorted(self.path.glob("*.vcf")):
            [name] = [line[3:] for line in file.read_text().splitlines() if line.startswith("FN:")]
            found[name] = file.name
        return found


async def folder(at: Path, mine: Phone, port: int, wins: str = "there wins") -> Folder:
    cards = at / "cards" / "organisation"
    cards.mkdir(parents=True)
    config = at / "config"
    config.write_text(
        f"""[general]
status_path = "{at}/status"
[pair book]
a = "here"
b = "there"
collections = ["organisation"]
conflict_resolution = "{wins.replace("there", "b").replace("here", "a")}"
[storage here]
type = "filesystem"
path = "{cards.parent}"
fileext = ".vcf"
[storage there]
type = "carddav"
url = "http://127.0.0.1:{port}/"
username = "{mine.user}"
password = "{mine.secret}"
"""
    )
    made = Folder(cards, config)
    await made.run("discover")
    return made


@pytest.mark.long("test_tsdav_finds_the_books_and_writes_reads_changes_and_deletes")
async def test_vdirsyncer_keeps_a_folder_in_step_both_ways(acme: Organisation, tmp_path: Path) -> None:
    mine = await phone(acme)
    async with serving(acme.api.app) as port:
        kept = await folder(tmp_path, mine, port)
        khulan = await added(acme, "Хулан", HOME, family="Бат")
        (kept.path / "anna.vcf").write_text(ANNA)
        await kept.sync()
        await kept.sync()  # it reads again what it has written
        assert set(kept.cards) == {"Anna Petrova", "Хулан Бат"}
        assert sorted(await listed(acme)) == ["Anna Petrova", "Хулан Бат"]

        await acme.call("agent", "PATCH", f"{PEOPLE}/{khulan['id']}", json={"family": "Болд"})
        anna = kept.path / kept.cards["Anna Petrova"]
        anna.write_text(anna.read_text().replace("Petrova", "Ivanova"))
        await kept.sync()
        assert set(kept.cards) == {"Anna Ivanova", "Хулан Болд"}
        assert sorted(await listed(acme)) == ["Anna Ivanova", "Хулан Болд"]

        await acme.call("agent", "DELETE", f"{PEOPLE}/{khulan['id']}")
        await kept.sync()
        assert set(kept.cards) == {"Anna Ivanova"}
        await added(acme, "Ben", OWN)
        await kept.sync()
        (kept.path / kept.cards["Anna Ivanova"]).unlink()
        await kept.sync()
        assert set(kept.cards) == {"Ben"}
        assert await listed(acme) == ["Ben"]
        before = {file.name: file.read_text() for file in kept.path.glob("*.vcf")}
        await kept.sync()
        assert {file.name: file.read_text() for file in kept.path.glob("*.vcf")} == before


@pytest.mark.long("test_tsdav_finds_the_books_and_writes_reads_changes_and_deletes")
async def test_vdirsyncer_sees_a_conflict_and_loses_nothing_that_nobody_knows(
    acme: Organisation, tmp_path: Path
) -> None:
    mine = await phone(acme)
    async with serving(acme.api.app) as port:
        kept = await folder(tmp_path, mine, port)
        (kept.path / "anna.vcf").write_text(ANNA)
        await kept.sync()
        [person] = (await acme.call("agent", "GET", PEOPLE)).json()["items"]
        await acme.call("agent", "PATCH", f"{PEOPLE}/{person['id']}", json={"company": "Northern Lights"})
        file = kept.path / kept.cards["Anna Petrova"]
        file.write_text(file.read_text().replace("FN:Anna Petrova", "FN:Anna Other"))
        await kept.sync()
        assert set(kept.cards) == {"Anna Petrova"}  # the server's wins, as vdirsyncer was told
        text = (kept.path / kept.cards["Anna Petrova"]).read_text()
        assert "ORG:Northern Lights" in text
        assert "X-ACME-LEVEL:gold" in text


# --- tsdav and dav, in Node ---


class NodeClient:
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


@asynccontextmanager
async def node_client(script: str, mine: Phone, port: int, path: str = "") -> AsyncIterator[NodeClient]:
    assert web.packages_there(CLIENTS), "Node's packages are missing: `./call24 test` brings them"
    at = {"url": f"http://127.0.0.1:{port}/{path}", "user": mine.user, "secret": mine.secret}
    process = await asyncio.create_subprocess_exec(
        str(web.node()),
        str(CLIENTS / script),
        json.dumps(at),
        env=web.node_env(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        yield NodeClient(process)
    finally:
        process.kill()
        await process.wait()


async def test_tsdav_finds_the_books_and_writes_reads_changes_and_deletes(acme: Organisation) -> None:
    mine = await phone(acme)
    async with serving(acme.api.app) as port, node_client("tsdav.mjs", mine, port) as client:
        books = await client.do("books")
        assert [one["displayName"] for one in books] == ["Organisation", "Private"]
        assert all("syncCollection" in one["reports"] for one in books)
        made = await client.do("create", book="Organisation", name="anna.vcf", data=ANNA.replace("\n", "\r\n"))
        assert made["status"] == 201
        assert (await client.do("create", book="Organisation", name="anna.vcf", data=ANNA))["status"] in (204, 412)
        assert await listed(acme) == ["Anna Petrova"]
        [card] = await client.do("cards", book="Organisation")
        assert "X-ACME-LEVEL:gold" in card["data"]
        changed = {**card, "data": card["data"].replace("Petrova", "Ivanova")}
        assert (await client.do("change", card=changed))["status"] == 204
        assert await listed(acme) == ["Anna Ivanova"]
        assert (await client.do("change", card=changed))["status"] in (204, 412)
        stale = {**card, "data": card["data"].replace("Petrova", "Third")}
        assert (await client.do("change", card=stale))["status"] == 412
        [card] = await client.do("cards", book="Organisation")
        assert (await client.do("remove", card=card))["status"] == 204
        assert await listed(acme) == []


@pytest.mark.long("test_tsdav_finds_the_books_and_writes_reads_changes_and_deletes")
async def test_tsdav_is_told_by_sync_what_was_changed_elsewhere(acme: Organisation) -> None:
    mine = await phone(acme)
    one = await added(acme, "Anna", HOME)
    async with serving(acme.api.app) as port, node_client("tsdav.mjs", mine, port) as client:
        await client.do("books")
        first = await client.do("sync", book="Organisation")
        assert ["FN:Anna" in each["data"] for each in first["created"]] in ([True], [])
        two = await added(acme, "Ben", OWN)
        then = await client.do("sync", book="Organisation")
        assert any("FN:Ben" in each["data"] for each in then["created"])
        await acme.call("agent", "PATCH", f"{PEOPLE}/{two['id']}", json={"company": "Northern Lights"})
        await acme.call("agent", "DELETE", f"{PEOPLE}/{one['id']}")
        last = await client.do("sync", book="Organisation")
        assert any("ORG:Northern Lights" in each["data"] for each in last["updated"])


@pytest.mark.long("test_tsdav_finds_the_books_and_writes_reads_changes_and_deletes")
async def test_dav_finds_the_books_and_keeps_one_in_step_both_ways(acme: Organisation) -> None:
    """Given the address itself: below it Node's `xmlhttprequest` follows no redirect to an address without a host."""
    mine = await phone(acme)
    await added(acme, "Хулан", HOME, family="Бат")
    async with serving(acme.api.app) as port, node_client("dav.mjs", mine, port, "carddav/") as client:
        books = await client.do("books")
        assert [one["displayName"] for one in books] == ["Organisation", "Private"]
        await client.do("create", book="Organisation", name="anna.vcf", data=ANNA.replace("\n", "\r\n"))
        assert sorted(await listed(acme)) == ["Anna Petrova", "Хулан Бат"]
        cards = await client.do("sync", book="Organisation", how="basic")  # by a query
        [anna] = [one for one in cards if "X-ACME-LEVEL:gold" in one["data"]]
        assert any("N:Бат;Хулан" in one["data"] for one in cards)

        changed = anna["data"].replace("Petrova", "Ivanova")
        await client.do("change", book="Organisation", url=anna["url"], data=changed)
        assert sorted(await listed(acme)) == ["Anna Ivanova", "Хулан Бат"]
        [stale] = [one for one in cards if one["url"] == anna["url"]]
        await acme.call("agent", "PATCH", f"{PEOPLE}/{(await person(acme, 'Хулан'))['id']}", json={"family": "Болд"})
        cards = await client.do("sync", book="Organisation", how="webdav")  # by a sync-token, of what it knows
        assert any("N:Болд;Хулан" in one["data"] for one in cards)
        assert [one["etag"] for one in cards if one["url"] == anna["url"]] != [stale["etag"]]

        await client.do("remove", book="Organisation", url=anna["url"])
        assert await listed(acme) == ["Хулан Болд"]


async def person(of: Organisation, given: str) -> dict[str, Any]:
    [found] = [one for one in (await of.call("agent", "GET", PEOPLE)).json()["items"] if one["given"] == given]
    read: dict[str, Any] = found
    return read
