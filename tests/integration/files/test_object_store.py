"""Files in an S3-compatible store, here Debian's OpenStack Swift: sealed, read by ranges, and gone when deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.integration.files.test_files import documents, on_disk
from tests.integration.people.test_people import OWN, added
from tests.support.http.api import Organisation, running_api
from tests.support.http.files import FILES, content_of, pdf, sent
from tests.support.http.front_office import front_office
from tests.support.object_stores import (
    BUCKET,
    KEY_ID,
    REGION,
    SECRET,
    Door,
    client,
    door_to,
    make_bucket,
    running_swift,
)

from call24.files import object_store
from call24.files.model import FileRemoval
from call24.files.moving import FileMoves
from call24.files.object_store import MARK, ObjectStore
from call24.files.removals import FileRemovals
from call24.files.sealed_file import FRAME
from call24.kit.mongo import Mongo

CANARY = b"CANARY-7f3a-Anna-Larsson"
CONTENT = pdf(9 * 1024 * 1024 + 4321, CANARY)
"""Two objects in the store."""


@dataclass
class Stored:
    """`acme`: its files go into the store, through `door`; `beside`: the operator's own way there."""

    acme: Organisation
    door: Door
    beside: ObjectStore

    @property
    def moves(self) -> FileMoves:
        return self.acme.api.services.there.get(FileMoves)

    @property
    def removals(self) -> FileRemovals:
        return self.acme.api.services.there.get(FileRemovals)

    async def moved(self) -> None:
        """All that waits, and nothing stays on disk."""
        while await self.moves.look():
            pass
        await self.moves._drop_moved(0)

    async def objects(self) -> list[str]:
        return [one.key for one in await self.beside.listed("") if not one.key.startswith(MARK)]

    async def file(self, name: str, content: bytes = CONTENT) -> Any:
        person = await added(self.acme, "Anna", OWN)
        return await sent(self.acme, name, content, person_id=person["id"])


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running_swift(tmp_path_factory.mktemp("swift")) as port:
        yield port


@pytest.fixture
async def stored(swift: int, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stored]:
    """On a bucket of its own."""
    monkeypatch.setattr(object_store, "PAUSES_S", (0.01, 0.02))
    bucket = f"{BUCKET}-{tmp_path.name.replace('_', '-').lower()[-30:]}"
    beside = client(swift, bucket=bucket)
    await make_bucket(beside)
    login = tmp_path / "login"
    login.write_text(f"{KEY_ID}\n{SECRET}\n")
    async with door_to(swift) as door:
        store = {
            "files_store": f"s3://{bucket}",
            "files_store_endpoint": f"http://127.0.0.1:{door.port}",
            "files_store_region": REGION,
            "files_store_credentials_file": login,
        }
        async with running_api(mongo, tmp_path / "data", **store) as api, front_office(api) as office:
            api.client = office.http
            yield Stored(office.org, door, beside)
    await beside.close()


async def test_a_file_goes_sealed_into_the_store_and_its_ranges_come_from_there(stored: Stored) -> None:
    acme = stored.acme
    file = await stored.file("letter.pdf")
    assert len(on_disk(acme)) == 1
    await stored.moved()
    assert on_disk(acme) == []
    [document] = await documents(acme).find()
    assert await stored.objects() == [f"{document.object}/00000", f"{document.object}/00001"]
    for text in (document.id, acme.tenant.id, document.salt):
        assert text not in document.object

    there = [await stored.beside.read(acme.tenant.id, key, 0, 1 << 24) for key in await stored.objects()]
    assert sum(map(len, there)) > len(CONTENT)
    assert not any(CANARY in each or b"letter" in each or b"%PDF" in each for each in there)

    whole = await content_of(acme, file)
    assert (whole.status_code, whole.headers["Content-Type"], whole.content) == (200, "application/pdf", CONTENT)
    for first, last in (
        (0, 0),
        (FRAME - 1, FRAME),
        (8 * 1024 * 1024 - 5, 8 * 1024 * 1024 + 5),
        (len(CONTENT) - 3, len(CONTENT) - 1),
    ):
        part = await content_of(acme, file, Range=f"bytes={first}-{last}")
        assert (part.status_code, part.content) == (206, CONTENT[first : last + 1])


async def test_a_range_reads_its_frames_alone(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await stored.file("letter.pdf")
    await stored.moved()
    asked: list[tuple[int, int]] = []
    read = ObjectStore.read

    async def noted(self: ObjectStore, whose: Any, key: str, first: int, last: int) -> bytes:
        found = await read(self, whose, key, first, last)
        asked.append((first, len(found)))
        return found

    monkeypatch.setattr(ObjectStore, "read", noted)
    part = await content_of(stored.acme, file, Range=f"bytes={3 * FRAME + 7}-{3 * FRAME + 9}")
    assert part.content == CONTENT[3 * FRAME + 7 : 3 * FRAME + 10]
    assert asked == [(3 * (FRAME + 28), FRAME + 28)]
    asked.clear()
    assert (await content_of(stored.acme, file)).content == CONTENT
    assert max(size for _, size in asked) == 16 * (FRAME + 28), "at most a megabyte is in memory"


async def test_what_is_deleted_goes_from_the_store_also_once_it_is_back(stored: Stored) -> None:
    acme = stored.acme
    file = await stored.file("letter.pdf")
    await stored.moved()
    [document] = await documents(acme).find()
    stored.door.set("shut")
    gone = await acme.call("agent", "DELETE", f"{FILES}/{file['id']}?for_good=true")
    assert gone.status_code == 204, gone.text
    assert await documents(acme).find() == []
    assert await stored.removals.look() is False and await stored.removals.waiting() == 1
    assert len(await stored.objects()) == 2, "the store is away"

    stored.door.set("open")
    assert await stored.removals.look() is True and await stored.removals.waiting() == 0
    assert await stored.objects() == []
    [receipt] = await acme.api.mongo.platform(FileRemoval, why="a test").find()
    assert (receipt.id, receipt.objects, receipt.removed_at) == (document.object, 2, acme.api.clock.now())
