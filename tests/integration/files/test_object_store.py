"""Files in an S3-compatible store: sealed, read by ranges, and gone when deleted.

In every run the store is one that stands in for it; Debian's OpenStack Swift is in the campaign of long forms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pymongo
import pytest
from tests.integration.files.test_files import copied, documents, on_disk
from tests.integration.people.test_people import OWN, WORK, added
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Organisation, running_api
from tests.support.http.files import FILES, content_of, pdf, sent
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.object_stores import (
    BUCKET,
    KEY_ID,
    REGION,
    SECRET,
    Door,
    StandIn,
    client,
    door_to,
    make_bucket,
    running_stand_in,
    running_swift,
)
from tests.support.product import move_killed
from tests.support.product.change_killed import Point
from tests.support.product.killed_process import in_a_process
from tests.support.product.move_killed import Job

from call24.backup.folder import held
from call24.doctor import files_store_check
from call24.doctor.report import CheckResult, Failed
from call24.files import moving, object_store, remote_files, removals
from call24.files.model import FileRemoval, StoredFile
from call24.files.moving import FileMoves
from call24.files.object_store import MARK, ObjectStore, StoreTrouble
from call24.files.removals import FileRemovals
from call24.files.sealed_file import FRAME
from call24.files.service import Files
from call24.files.store import FileStore
from call24.kit.mongo import Mongo
from call24.recordings.audio import AudioFile

CANARY = b"CANARY-7f3a-Anna-Larsson"
ORPHAN = "0" * 32
FRAMES = 32
"""Of an object here: 2 MiB. An installation's have 128, in the first test."""
CONTENT = pdf(FRAMES * FRAME + 4321, CANARY)
"""Two objects in the store."""


@dataclass
class Stored:
    """`acme`: its files go into the store, through `door`; `beside`: the operator's own way there."""

    acme: Organisation
    door: Door
    beside: ObjectStore
    office: FrontOffice

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
        await self.acme.api.services.there.get(Files)._storage.drop_left(0)

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
async def in_swift(swift: int, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stored]:
    """On a bucket of its own."""
    async with stored_at(swift, mongo, tmp_path, monkeypatch) as stored:
        yield stored


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with running_stand_in() as store:
        yield store


@pytest.fixture
async def stored(
    stand_in: StandIn, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stored]:
    """In a store that stands in for one, and asks for no signature."""
    async with stored_at(stand_in.port, mongo, tmp_path, monkeypatch) as stored:
        yield stored


@asynccontextmanager
async def stored_at(port: int, mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stored]:
    monkeypatch.setattr(object_store, "PAUSES_S", (0.01, 0.02))
    monkeypatch.setattr(remote_files, "FRAMES", FRAMES)
    bucket = f"{BUCKET}-{tmp_path.name.replace('_', '-').lower()[-30:]}"
    beside = client(port, bucket=bucket)
    await make_bucket(beside)
    login = tmp_path / "login"
    login.write_text(f"{KEY_ID}\n{SECRET}\n")
    async with door_to(port) as door:
        store = {
            "files_store": f"s3://{bucket}",
            "files_store_endpoint": f"http://127.0.0.1:{door.port}",
            "files_store_region": REGION,
            "files_store_credentials_file": login,
        }
        async with running_api(mongo, tmp_path / "data", **store) as api, front_office(api) as office:
            api.client = office.http
            yield Stored(office.org, door, beside, office)
    await beside.close()


async def nothing() -> int:
    """No file is in a store yet."""
    return 0


async def test_a_file_goes_sealed_into_the_store_and_its_ranges_come_from_there(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    await goes_sealed(stored, monkeypatch)


@pytest.mark.long("test_a_file_goes_sealed_into_the_store_and_its_ranges_come_from_there")
async def test_a_file_goes_sealed_into_swift_and_its_ranges_come_from_there(
    in_swift: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    await goes_sealed(in_swift, monkeypatch)


async def goes_sealed(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "FRAMES", 128)
    acme, content = stored.acme, pdf(9 * 1024 * 1024 + 4321, CANARY)
    file = await stored.file("letter.pdf", content)
    assert len(on_disk(acme)) == 1
    await stored.moved()
    assert on_disk(acme) == []
    [document] = await documents(acme).find()
    assert await stored.objects() == [f"{document.object}/00000", f"{document.object}/00001"]
    for text in (document.id, acme.tenant.id, document.salt):
        assert text not in document.object

    there = [await stored.beside.read(acme.tenant.id, key, 0, 1 << 24) for key in await stored.objects()]
    assert sum(map(len, there)) > len(content)
    assert not any(CANARY in each or b"letter" in each or b"%PDF" in each for each in there)

    whole = await content_of(acme, file)
    assert (whole.status_code, whole.headers["Content-Type"], whole.content) == (200, "application/pdf", content)
    for first, last in (
        (0, 0),
        (FRAME - 1, FRAME),
        (8 * 1024 * 1024 - 5, 8 * 1024 * 1024 + 5),
        (len(content) - 3, len(content) - 1),
    ):
        part = await content_of(acme, file, Range=f"bytes={first}-{last}")
        assert (part.status_code, part.content) == (206, content[first : last + 1])


async def test_a_range_reads_its_frames_alone(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await stored.file("letter.pdf")
    await stored.moved()
    asked: list[tuple[int, int]] = []
    read = ObjectStore.read

    async def noted(self: ObjectStore, whose: Any, key: str, first: int, last: int, **more: Any) -> bytes:
        found = await read(self, whose, key, first, last, **more)
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
    await goes_once_it_is_back(stored)


@pytest.mark.long("test_what_is_deleted_goes_from_the_store_also_once_it_is_back")
async def test_what_is_deleted_goes_from_swift_also_once_it_is_back(in_swift: Stored) -> None:
    await goes_once_it_is_back(in_swift)


async def goes_once_it_is_back(stored: Stored) -> None:
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


async def test_files_of_before_move_too_and_are_read_from_where_they_are(stored: Stored, mongod: RunningMongod) -> None:
    """As an earlier version wrote them: without the two fields."""
    acme = stored.acme
    file = await stored.file("letter.pdf", pdf(1000))
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as mongo:
        mongo[NAME]["files"].update_many({}, {"$unset": {"object": 1, "moved_at": 1}})
    stored.door.set("shut")
    assert await stored.moves.look() is False
    assert (await content_of(acme, file)).content == pdf(1000), "the store is away, and the file is here"
    stored.door.set("open")
    await stored.moved()
    assert on_disk(acme) == [] and len(await stored.objects()) == 1
    assert (await content_of(acme, file)).content == pdf(1000)


@pytest.mark.parametrize(
    ("put", "kill", "left"),
    [
        (2, None, 1),
        (None, Point("update files", 2, after=True), 2),  # it has moved, and is on disk still
        *(
            pytest.param(
                *one, marks=pytest.mark.long("test_a_kill_in_the_middle_of_a_move_loses_nothing_and_leaves_nothing")
            )
            for one in (
                (1, None, 0),  # its name is noted, and nothing is there
                (
                    None,
                    Point("update files", 2, after=False),
                    2,
                ),  # all is there, and the document says that it is on disk
            )
        ),
    ],
)
async def test_a_kill_in_the_middle_of_a_move_loses_nothing_and_leaves_nothing(
    put: int | None, kill: Point | None, left: int, stored: Stored, mongod: RunningMongod
) -> None:
    acme = stored.acme
    file = await stored.file("letter.pdf")
    settings = {name: value for name, value in asdict(acme.api.settings).items() if name.startswith("files_store")}
    job = Job(
        uri=mongod.uri,
        database=NAME,
        data=str(acme.api.data),
        settings={**settings, "files_store_credentials_file": str(settings["files_store_credentials_file"])},
        now=acme.api.clock.now(),
        frames=FRAMES,
        put=put,
        kill=kill,
    )
    assert await in_a_process(move_killed.run, job, within_s=60) == -9
    assert len(await stored.objects()) == left
    assert (await content_of(acme, file)).content == CONTENT

    await acme.api.services.there.get(Files).after_restart()
    await stored.moved()
    assert on_disk(acme) == [] and len(await stored.objects()) == 2
    assert (await content_of(acme, file)).content == CONTENT


async def test_what_is_deleted_in_the_middle_of_a_move_is_not_left_in_the_store(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, put = stored.acme, ObjectStore.put
    file = await stored.file("letter.pdf")

    async def deleted_first(self: ObjectStore, whose: Any, key: str, body: Callable[[], bytes]) -> None:
        sealed = body()
        if key.endswith("/00001"):
            gone = await acme.call("agent", "DELETE", f"{FILES}/{file['id']}?for_good=true")
            assert gone.status_code == 204
            await stored.removals.look()
        await put(self, whose, key, lambda: sealed)

    monkeypatch.setattr(ObjectStore, "put", deleted_first)
    await stored.moves.look()
    assert await stored.objects() != []
    await stored.removals.look()
    assert await stored.objects() == [] and on_disk(acme) == []


async def test_a_store_that_is_silent_holds_up_nobody_for_long(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = stored.acme
    file = await stored.file("letter.pdf", pdf(1000))
    await stored.moved()
    monkeypatch.setattr(object_store, "READ_S", 0.5)
    stored.door.set("silent")
    began = time.monotonic()
    answers = await asyncio.gather(*(content_of(acme, file) for _ in range(40)))
    assert time.monotonic() - began < 15
    assert {one.status_code for one in answers} == {503, 429}, "four wait for the store, eight for them"
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers)
    assert not any(f"{BUCKET}-" in one.text or "127.0.0.1" in one.text for one in answers)
    assert stored.door.most <= 4 + 2, "and no more connections of this organisation"
    assert (await acme.call("agent", "GET", f"{FILES}/{file['id']}")).status_code == 200
    later = await stored.file("second.pdf", pdf(2000))
    assert (await content_of(acme, later)).content == pdf(2000), "uploads go on"
    stored.door.set("open")
    assert (await content_of(acme, file)).content == pdf(1000)


async def test_another_organisation_and_another_installation_get_nothing(stored: Stored) -> None:
    acme = stored.acme
    file = await stored.file("letter.pdf", pdf(1000))
    other = await acme.api.organisation("Other")
    await stored.beside.put(acme.tenant.id, MARK, lambda: b"another installation")
    assert await stored.moves.look() is False and await stored.objects() == []
    assert (await content_of(acme, file)).content == pdf(1000)
    await stored.beside.remove("", MARK)
    await stored.moved()
    theirs = await content_of(other, file)
    nobodys = await content_of(other, {"id": "fil_00000000000000000000"})
    assert (theirs.status_code, theirs.json()["detail"]) == (404, nobodys.json()["detail"])


@pytest.mark.long("unit/files/test_object_store.py::test_what_a_store_refuses_is_said_with_what_to_do")
@pytest.mark.parametrize(
    ("wrong", "why", "advice"),
    [
        ({"secret": "wrong"}, "the secret key is wrong", "--files-store-credentials-file"),
        ({"bucket": "there-is-none"}, "the bucket is not there", "--files-store"),
        ({"region": "elsewhere"}, "the bucket is in another region, test-1", "--files-store-region test-1"),
    ],
)
async def test_what_is_wrong_with_a_store_is_said_with_what_to_do(
    wrong: dict[str, str], why: str, advice: str, swift: int
) -> None:
    store = client(swift, **wrong)
    try:
        with pytest.raises(StoreTrouble) as trouble:
            await store.check(nothing)
    finally:
        await store.close()
    assert trouble.value.why == why and advice in trouble.value.advice
    assert SECRET not in f"{trouble.value} {trouble.value.why} {trouble.value.advice}"


@pytest.mark.long("unit/files/test_object_store.py::test_what_a_store_refuses_is_said_with_what_to_do")
async def test_a_clock_that_is_off_is_said(swift: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Early(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=1)

    monkeypatch.setattr(object_store, "datetime", Early)
    store = client(swift)
    with pytest.raises(StoreTrouble) as trouble:
        await store.check(nothing)
    await store.close()
    assert trouble.value.why == "this machine's clock differs from the store's"


async def test_the_doctor_says_how_the_store_is(stored: Stored, stand_in: StandIn) -> None:
    mongo, settings = stored.acme.api.mongo, stored.acme.api.settings
    await stored.file("letter.pdf", pdf(1000))
    found = CheckResult("files store")
    await files_store_check.look(mongo, settings, found)
    assert "1 files wait to be moved, 0 removals wait" in found.seen and "region test-1" in found.seen
    stand_in.refuses = lambda method, path: "SignatureDoesNotMatch"
    with pytest.raises(Failed) as failed:
        await files_store_check.look(mongo, settings, CheckResult("files store"))
    assert "the secret key is wrong" in failed.value.seen
    stand_in.refuses = lambda method, path: None
    await stored.moved()
    with pytest.raises(Failed) as missing:
        await files_store_check.look(mongo, replace(settings, files_store=None), CheckResult("files store"))
    assert "1 files" in missing.value.seen
    mistyped = replace(settings, files_store=f"{settings.files_store}/typo")
    stand_in.objects.pop(next(name for name in stand_in.objects if name.endswith(f"/{MARK}")))
    with pytest.raises(Failed) as empty:
        await files_store_check.look(mongo, mistyped, CheckResult("files store"))
    assert "this place is empty, and 1 files are in a store" in empty.value.seen


async def test_an_organisation_that_is_closed_leaves_nothing_in_the_store(stored: Stored) -> None:
    acme = stored.acme
    await stored.file("letter.pdf")
    await stored.moved()
    stored.door.set("shut")
    await acme.api.held.forget_organisation(acme.tenant.id)
    assert await documents(acme).find() == []
    await stored.removals.look()
    stored.door.set("open")
    await stored.removals.look()
    assert await stored.objects() == []


async def test_what_belongs_to_no_file_goes_after_two_days_unless_it_is_much(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = stored.acme
    await stored.file("letter.pdf", pdf(1000))
    await stored.moved()
    [kept] = await stored.objects()
    await stored.beside.put(acme.tenant.id, f"{ORPHAN}/00000", lambda: b"left over")
    await stored.removals.look()
    assert len(await stored.objects()) == 2, "it may be new"
    acme.api.clock.advance(days=3)
    monkeypatch.setattr(removals, "FEW_ORPHANS", 0)
    await stored.removals.look()
    assert len(await stored.objects()) == 2, "half of all: that is another database"
    monkeypatch.setattr(removals, "FEW_ORPHANS", 1)
    acme.api.clock.advance(days=1)
    await stored.removals.look()
    assert await stored.objects() == [kept]


async def test_a_removal_waits_as_long_as_its_file_is_there(stored: Stored) -> None:
    """As when the server is killed between the note and the deletion, or the deletion came to nothing."""
    acme = stored.acme
    await stored.file("letter.pdf", pdf(1000))
    await stored.moved()
    await stored.removals.ask(await documents(acme).find())
    await stored.removals.look()
    acme.api.clock.advance(minutes=2)
    await stored.removals.look()
    assert len(await stored.objects()) == 1 and await stored.removals.waiting() == 1
    acme.api.clock.advance(days=1)
    await stored.removals.look()
    assert await stored.removals.waiting() == 0 and len(await stored.objects()) == 1


async def test_files_stay_here_where_the_transfer_register_does_not_cover_the_store(stored: Stored) -> None:
    acme = stored.acme
    answer = await acme.call("owner", "PATCH", "/v1/organisation/policy", json={"data_region": "DE"})
    assert answer.status_code == 200, answer.text
    await stored.file("letter.pdf", pdf(1000))
    assert await stored.moves.look() is False
    assert len(on_disk(acme)) == 1 and await stored.objects() == []
    said = (await acme.call("owner", "GET", "/v1/data-transfers/endpoints")).json()
    assert "file_store" in {one["kind"] for one in said["items"]}


async def test_a_callers_copy_has_what_is_in_the_store(stored: Stored) -> None:
    acme, office = stored.acme, stored.office
    told = office.call("one").arrives(await office.contact(WORK)).joins(office.sales).after(60).ends()
    await office.read(told)
    file = await sent(acme, "call.pdf", pdf(200_000), "owner", call_id=told.id)
    await stored.moved()
    packed = await copied(acme, await office.contact(WORK))
    assert packed.read(f"files/{file['id']}.pdf") == pdf(200_000)


async def test_many_files_move_in_bounded_memory(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store takes and forgets them."""
    monkeypatch.setattr(moving, "OF_EACH", 20)
    acme = stored.acme
    file = await stored.file("letter.pdf", pdf(1000))
    [first] = await documents(acme).find()
    folder = acme.api.data / "files" / acme.tenant.id
    rows = [msgspec.structs.replace(first, id=f"fil_{place:020}") for place in range(199)]
    for row in rows:
        (folder / f"{row.id}.c24").write_bytes((folder / f"{file['id']}.c24").read_bytes())
    await documents(acme).insert_many(rows)
    taken: list[str] = []
    at_once = most = 0

    async def take(self: ObjectStore, whose: Any, key: str, body: Callable[[], bytes]) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        taken.append(key)
        at_once -= 1

    batches: list[int] = []
    unmoved = FileStore.unmoved

    async def counted(self: FileStore, whose: Any, but: Any, limit: int) -> list[StoredFile]:
        found = await unmoved(self, whose, but, limit)
        batches.append(len(found))
        return found

    monkeypatch.setattr(ObjectStore, "put", take)
    monkeypatch.setattr(FileStore, "unmoved", counted)
    await stored.moved()
    assert len(set(taken)) == 200 and on_disk(acme) == []
    assert most == 1 and batches == [20] * 10, "one of this organisation at a time"


async def test_what_is_no_object_of_ours_is_never_swept(stored: Stored, stand_in: StandIn) -> None:
    """Objects of others in the same bucket, and another installation's place in it."""
    acme = stored.acme
    await stored.file("letter.pdf", pdf(1000))
    await stored.moved()
    bucket = next(name for name in stand_in.objects if name.endswith(f"/{MARK}")).partition("/")[0]
    foreign = ("photos/2024/1.jpg", f"other/{ORPHAN}/00000", f"{ORPHAN}/00000.bak", f"{ORPHAN}x/00000", "a&b <c>.txt")
    stand_in.objects |= {f"{bucket}/{key}": b"somebody else's" for key in foreign}
    stand_in.objects[f"{bucket}/{ORPHAN}/00000"] = b"left over"
    acme.api.clock.advance(days=3)
    await stored.removals.look()
    assert f"{bucket}/{ORPHAN}/00000" not in stand_in.objects
    assert {f"{bucket}/{key}" for key in foreign} <= stand_in.objects.keys()

    stand_in.objects |= {f"{bucket}/b/{MARK}": b"another", f"{bucket}/{ORPHAN}/00000": b"left over"}
    acme.api.clock.advance(days=2)
    await stored.removals.look()
    assert f"{bucket}/{ORPHAN}/00000" in stand_in.objects, "another installation is below: a person has to look"


async def test_a_mistyped_place_is_no_place_of_files(stored: Stored, stand_in: StandIn) -> None:
    """As after a restart with a --files-store that is another by a letter: its place is empty."""
    acme = stored.acme
    file, gone = await stored.file("letter.pdf", pdf(1000)), await stored.file("gone.pdf", pdf(1000))
    await stored.moved()
    deleted = await acme.call("agent", "DELETE", f"{FILES}/{gone['id']}?for_good=true")
    assert deleted.status_code == 204
    there = dict(stand_in.objects)
    stand_in.objects.clear()
    restarted(stored)
    await stored.file("new.pdf", pdf(1000))
    assert await stored.moves.look() is False and await stored.removals.look() is False
    assert stand_in.objects == {} and await stored.removals.waiting() == 1, "and no receipt of what was not removed"
    answer = await content_of(acme, file)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")

    stand_in.objects |= there
    assert await stored.removals.look() is True and await stored.removals.waiting() == 0
    assert (await content_of(acme, file)).content == pdf(1000)


def restarted(stored: Stored) -> None:
    remote = stored.moves._remote
    assert remote is not None
    remote._checked = False


async def test_a_removal_that_is_always_refused_holds_up_no_other(stored: Stored, stand_in: StandIn) -> None:
    acme = stored.acme
    files = [await stored.file(f"{name}.pdf", pdf(1000)) for name in ("one", "two", "three")]
    await stored.moved()
    first = next(one.object for one in await documents(acme).find() if one.id == files[0]["id"])
    for file in files:
        await acme.call("agent", "DELETE", f"{FILES}/{file['id']}?for_good=true")
    stand_in.refuses = lambda method, path: "AccessDenied" if method == "DELETE" and first in path else None
    assert await stored.removals.look() is True
    assert [key.partition("/")[0] for key in await stored.objects()] == [first]
    rule = {"removed_at": None}
    for minutes in (1, 1, 2, 4):  # it waits as long again as it has waited
        now, [kept] = acme.api.clock.now(), await acme.api.mongo.platform(FileRemoval, why="a test").find(rule)
        assert kept.try_at - now == timedelta(minutes=minutes)
        acme.api.clock.advance(minutes=minutes)
        await stored.removals.look()
    stand_in.refuses = lambda method, path: None
    acme.api.clock.advance(days=1)
    await stored.removals.look()
    assert await stored.objects() == []


async def test_files_that_are_missing_on_disk_hold_up_no_other(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "OF_EACH", 2)
    acme = stored.acme
    for name in ("one", "two", "three"):
        await stored.file(f"{name}.pdf", pdf(1000))
        acme.api.clock.advance(seconds=1)
    for one in sorted(await documents(acme).find(), key=lambda one: one.created_at)[:2]:
        (acme.api.data / "files" / acme.tenant.id / f"{one.id}.c24").unlink()
    assert await stored.moves.look() is False, "the two oldest are not there"
    assert await stored.moves.look() is True and len(await stored.objects()) == 1


async def test_an_organisation_whose_files_are_slow_holds_up_no_other(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "LOOK_S", 0.2)
    acme, put, go_on = stored.acme, ObjectStore.put, asyncio.Event()
    await stored.file("letter.pdf", pdf(1000))
    other = await acme.api.organisation("Other")

    async def slow(self: ObjectStore, whose: Any, key: str, body: Callable[[], bytes]) -> None:
        if whose == acme.tenant.id:
            await go_on.wait()
        await put(self, whose, key, body)

    monkeypatch.setattr(ObjectStore, "put", slow)
    assert await stored.moves.look() is False
    person = await added(other, "Bert", OWN)
    await sent(other, "letter.pdf", pdf(1000), person_id=person["id"])
    assert await stored.moves.look() is True and len(await stored.objects()) == 1
    go_on.set()
    assert await stored.moves.look() is True and len(await stored.objects()) == 2


async def test_what_has_moved_stays_on_disk_while_a_backup_is_made(stored: Stored) -> None:
    """Its documents may be of before the move; the files are copied afterwards."""
    acme, files = stored.acme, stored.acme.api.services.there.get(Files)
    await stored.file("letter.pdf", pdf(1000))
    with held(acme.api.data, "busy"):
        await stored.moved()
        await files.after_restart()
        await stored.moved()
        assert len(on_disk(acme)) == 1
    await stored.moved()
    assert on_disk(acme) == []


async def test_a_file_of_a_backup_that_had_moved_meanwhile_is_found_in_the_store(
    stored: Stored, mongod: RunningMongod
) -> None:
    """The backup's document has the name in the store, and neither that it is there nor the file."""
    acme = stored.acme
    file = await stored.file("letter.pdf")
    await stored.moved()
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as mongo:
        mongo[NAME]["files"].update_many({}, {"$set": {"moved_at": None}})
    assert (await content_of(acme, file)).status_code == 404
    await stored.moved()
    assert (await content_of(acme, file)).content == CONTENT


async def test_a_download_that_has_begun_is_not_turned_away(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ObjectStore._asked
    await stored.file("letter.pdf")
    await stored.moved()
    whole = StoredRemote(stored, (await documents(stored.acme).find())[0])
    readers = [await whole.opened() for _ in range(13)]
    firsts = [[chunk async for chunk in one.chunks(0, 0)] for one in readers]  # each by itself is let in
    assert all(firsts)

    async def slow(self: ObjectStore, method: str, *what: Any, **more: Any) -> Any:
        await asyncio.sleep(0.01)
        return await asked(self, method, *what, **more)

    monkeypatch.setattr(ObjectStore, "_asked", slow)
    assert set(await asyncio.gather(*(whole.read(one) for one in readers))) == {len(CONTENT)}


class StoredRemote:
    """A file of the store as a download has it."""

    def __init__(self, stored: Stored, file: StoredFile) -> None:
        self._files = stored.acme.api.services.there.get(Files)
        self._file = file

    async def opened(self) -> AudioFile:
        return await self._files.open(self._file)

    @staticmethod
    async def read(one: AudioFile) -> int:
        return sum([len(chunk) async for chunk in one.chunks()])
