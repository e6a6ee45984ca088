"""Requests to an S3-compatible store: their signature, what settings may say, and who can reach the client at all."""

from __future__ import annotations

import ast
import asyncio
import functools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.object_stores import SECRET, StandIn, client, running_stand_in

import call24
from call24.files.object_store import MARK, StoreTrouble
from call24.files.remote_files import OURS, key_of, new_object, object_of, objects_of
from call24.files.s3_signing import StoreLogin, StoreRequest, signed
from call24.kit.ids import TenantId
from call24.kit.settings import Settings, SettingsError

AT = datetime(2013, 5, 24, tzinfo=UTC)
LOGIN = StoreLogin(key_id="AKIAIOSFODNN7EXAMPLE", secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region="us-east-1")
HOST = "examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        (
            StoreRequest(method="GET", host=HOST, path="/test.txt", headers={"range": "bytes=0-9"}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            StoreRequest(
                method="PUT",
                host=HOST,
                path="/test%24file.text",
                headers={"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
                body=b"Welcome to Amazon S3.",
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            StoreRequest(method="GET", host=HOST, path="/", query={"max-keys": "2", "prefix": "J"}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_signatures_are_those_of_amazons_published_examples(request_: StoreRequest, signature: str) -> None:
    """Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
    assert signed(request_, LOGIN, AT)["Authorization"].rpartition("Signature=")[2] == signature


def test_a_secret_is_in_no_text_of_a_login() -> None:
    assert LOGIN.secret not in repr(LOGIN)


def test_a_file_is_objects_of_8_mib_under_a_name_of_its_own() -> None:
    assert [objects_of(size) for size in (1, 8 << 20, (8 << 20) + 1, 1 << 30)] == [1, 1, 2, 128]
    name = new_object()
    assert len(name) == 32 and name != new_object()
    assert OURS.fullmatch(key_of(name, 127))
    assert object_of(key_of(name, 7)) == name and key_of(name, 7).endswith("/00007")


@pytest.fixture
async def store() -> AsyncIterator[StandIn]:
    async with running_stand_in() as running:
        yield running


async def checked(store: StandIn, prefix: str, needed: int = 0) -> str:
    """As an installation whose mark is `ours`; what is wrong with the place, empty where nothing is."""

    async def files() -> int:
        return needed

    ours = client(store.port, prefix=prefix, mark="ours")
    try:
        await ours.check(files)
    except StoreTrouble as trouble:
        return trouble.why
    finally:
        await ours.close()
    return ""


async def test_an_empty_place_is_taken_and_known_again(store: StandIn) -> None:
    assert await checked(store, "a/b") == ""
    assert store.objects == {f"files/a/b/{MARK}": b"ours"}
    assert await checked(store, "a/b", needed=7) == ""


async def test_an_empty_place_is_not_taken_where_files_are_in_a_store(store: StandIn) -> None:
    assert await checked(store, "tpyo", needed=7) == "this place is empty, and 7 files are in a store"
    assert store.objects == {}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("", "a"), ("", "a/b/c"), ("a", "a/b"), ("a/b", "a"), ("a/b", ""), ("a/b/c", "a")],
)
async def test_a_place_in_anothers_or_around_it_is_refused(theirs: str, ours: str, store: StandIn) -> None:
    before = {f"files/{theirs}/{MARK}".replace("//", "/"): b"theirs", "files/<&>": b"", "files/zz": b""}
    store.objects |= before
    assert "neither place may be in the other" in await checked(store, ours)
    assert store.objects == before


async def test_places_beside_each_other_are_none_of_each_others_matter(store: StandIn) -> None:
    store.objects |= {f"files/a/{MARK}": b"theirs", f"files/ab/{MARK}": b"theirs"}
    assert await checked(store, "b") == ""


async def test_what_the_key_may_not_see_above_the_place_is_passed_over(store: StandIn) -> None:
    store.refuses = lambda method, path: None if path.startswith("files/a/") or path == "files" else "AccessDenied"
    assert await checked(store, "a") == ""


@pytest.mark.parametrize(
    ("code", "more", "why", "advice"),
    [
        ("SignatureDoesNotMatch", "", "the secret key is wrong", "--files-store-credentials-file"),
        ("NoSuchBucket", "", "the bucket is not there", "--files-store"),
        ("RequestTimeTooSkewed", "", "this machine's clock differs from the store's", "time service"),
        (
            "AuthorizationHeaderMalformed",
            "<Region>test-2</Region>",
            "the bucket is in another region, test-2",
            "--files-store-region test-2",
        ),
    ],
)
async def test_what_a_store_refuses_is_said_with_what_to_do(
    code: str, more: str, why: str, advice: str, store: StandIn
) -> None:
    """With the answers of OpenStack Swift, which the campaign of long forms asks itself."""
    store.refuses, store.says = lambda method, path: code, more
    ours = client(store.port)
    with pytest.raises(StoreTrouble) as trouble:
        await ours.listed("")
    await ours.close()
    assert (trouble.value.why, trouble.value.code_said) == (why, code) and advice in trouble.value.advice
    assert SECRET not in f"{trouble.value} {trouble.value.why} {trouble.value.advice}"


async def test_a_part_is_read_once_it_is_its_turn(store: StandIn) -> None:
    """However many wait, four are in memory."""
    ours = client(store.port)
    inside, most, full, go_on = 0, 0, asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    asked = ours._asked

    async def waits(*what: Any, **more: Any) -> Any:
        nonlocal inside
        await go_on.wait()
        found = await asked(*what, **more)
        inside -= 1
        return found

    def part() -> bytes:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 4:
            loop.call_soon_threadsafe(full.set)
        return b"part"

    ours._asked = waits  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(ours.put(TenantId(f"ten_{number}"), f"{number}", part))
        await full.wait()
        go_on.set()
    await ours.close()
    assert most == 4 and len(store.objects) == 20


def stored(tmp_path: Path, login: str = "id\nsecret\n", **more: Any) -> Settings:
    file = tmp_path / "login"
    file.write_text(login)
    given = {"files_store": "s3://bucket/call24", "files_store_credentials_file": file, **more}
    return Settings(data=tmp_path, **given).checked()


def test_settings_of_a_store_are_taken(tmp_path: Path) -> None:
    settings = stored(tmp_path, files_store_region="eu-central-1", files_store_country="DE")
    assert settings.files_store_address == "https://s3.eu-central-1.amazonaws.com"
    assert settings.files_store_said == (
        "the S3-compatible store for files s3.eu-central-1.amazonaws.com, region eu-central-1, DE; "
        "it gets encrypted files alone"
    )
    assert (
        stored(tmp_path, files_store_endpoint="http://127.0.0.1:9000/").files_store_address == "http://127.0.0.1:9000"
    )
    assert Settings(data=tmp_path).files_store_said == ""


@pytest.mark.parametrize(
    ("flag", "more"),
    [
        ("--files-store", {"files_store": "https://bucket"}),
        ("--files-store", {"files_store": "s3://key:secret@bucket"}),
        ("--files-store", {"files_store": "s3://bucket/../other"}),
        ("--files-store-endpoint", {"files_store_endpoint": "http://s3.example.com"}),
        ("--files-store-endpoint", {"files_store_endpoint": "https://id:secret@s3.example.com"}),
        ("--files-store-endpoint", {"files_store_endpoint": "https://s3.example.com/bucket"}),
        ("--files-store-endpoint", {"files_store": None, "files_store_endpoint": "https://s3.example.com"}),
        ("--files-store-region", {"files_store_region": "eu/1"}),
        ("--files-store-country", {"files_store_country": "Germany"}),
        ("--files-store-credentials-file", {"files_store_credentials_file": None}),
        ("--files-store-credentials-file", {"login": "id:secret"}),
        ("--files-store-credentials-file", {"login": "id\nsecret\nmore"}),
    ],
)
def test_settings_of_a_store_that_cannot_be_used_are_refused(flag: str, more: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        stored(tmp_path, **more)
    assert refused.value.flag == flag and "secret@" not in str(refused.value)


def test_recordings_cannot_reach_the_store() -> None:
    """Nothing that the rooms of recordings and of Asterisk import, however far, is the client or what leads to it."""
    reached: set[str] = set()
    waiting = [name for name in modules() if name.startswith(("call24.recordings.", "call24.asterisk.")) if plain(name)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += imported_by(name)
    assert "call24.recordings.storage" in reached and "call24.kit.errors" in reached
    client = {"call24.files.object_store", "call24.files.remote_files", "call24.files.moving", "call24.files.storage"}
    assert client <= set(modules()) and not reached & client


ROOT = Path(call24.__file__).parent


def plain(name: str) -> bool:
    """What plugs a room in may import any other."""
    return not ({"api", "room", "dependencies", "readers"} & set(name.split(".")))


@functools.cache
def modules() -> dict[str, Path]:
    return {
        ".".join(("call24", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in ROOT.rglob("*.py")
    }


def imported_by(name: str) -> list[str]:
    known = modules()
    found = []
    for node in ast.walk(ast.parse(known[name].read_text())):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return [one for one in found if one in known]
