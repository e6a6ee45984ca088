"""What rooms declare outside of MongoDB: each promise has something that carries it, and files are deleted by it."""

from __future__ import annotations

import argparse
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from call24.cli import export
from call24.data_map import (
    Browser,
    ByAge,
    Category,
    ChangedByRoom,
    Closing,
    Files,
    GivenTo,
    Place,
    Recipient,
    UntilSignOut,
    WithInstallation,
    WithParent,
    documents,
    of_caller,
    of_user,
)
from call24.data_map.places import Memory
from call24.kit.errors import Unavailable
from call24.kit.holdings import Holdings
from call24.kit.ids import TenantId
from call24.kit.settings import Settings
from call24.privacy.datamap_page import load_models
from call24.privacy.files import KeptFiles
from call24.privacy.gaps import place_gaps
from call24.server.rooms import HOLDINGS

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")
NUMBER = {"a number": of_caller(Category.PHONE, "a test")}
NAME = {"a name": of_user(Category.NAME, "a test")}
CHECKOUT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
STAYS = Closing.STAYS


def test_every_place_that_is_declared_has_something_that_carries_what_it_promises() -> None:
    load_models()
    assert place_gaps(HOLDINGS, documents()) == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (
            Place(where=Files("a/*"), what=NUMBER, kept=ByAge(timedelta(1), by="room"), closing=STAYS, why="a test"),
            "no keeper of tests has erase_due",
        ),
        (Place(where=Files("a/{tenant_id}/*"), what=NUMBER, kept=WithParent("exports")), "has erase_due"),
        (Place(where=Files("a/{tenant_id}/*"), what=NUMBER, kept=WithParent("nothing")), "which is no collection"),
        (Place(where=Files("a/{tenant_id}/*"), what=NUMBER, kept=WithInstallation()), "its rule never ends"),
        (Place(where=Files("a/{tenant_id}/*"), what=NUMBER, kept=UntilSignOut()), "nobody signs out of it"),
        (Place(where=Files("a/*"), what=NUMBER, kept=ByAge(timedelta(1)), closing=Closing.ROOM), "no keeper of tests"),
        (
            Place(
                where=Files("a/{tenant_id}/*"),
                what=NAME,
                kept=ByAge(timedelta(1)),
                account=ChangedByRoom("a test"),
                untold="a test",
            ),
            "no keeper of tests has forget_person",
        ),
        (Place(where=Memory(Path), what=NUMBER, kept=ByAge(timedelta(1)), closing=Closing.ROOM), "is no keeper"),
    ],
)
def test_a_place_whose_promise_nothing_carries_out_is_a_gap(place: Place, said: str) -> None:
    found = place_gaps([Holdings(room="tests", places=(place,))], documents())
    assert any(said in gap for gap in found), found


def test_a_recipient_of_a_field_without_a_place_that_says_what_it_is_given_is_a_gap() -> None:
    load_models()
    without = [
        Holdings(
            room=room.room,
            keepers=room.keepers,
            places=tuple(one for one in room.places if one.where != GivenTo(Recipient.CARRIER)),
        )
        for room in HOLDINGS
    ]
    assert place_gaps(without, documents()) == [
        "the organisation's carrier: is given something, and no room has a place for it"
    ]


def test_a_users_data_without_an_end_and_a_persons_that_stays_without_a_reason_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="what does deletion of the account"):
        Place(where=Files("a/{tenant_id}/*"), what=NAME, kept=ByAge(timedelta(1)))
    with pytest.raises(ValueError, match="what does closing one do"):
        Place(where=Files("a/*"), what=NUMBER, kept=ByAge(timedelta(1)))
    with pytest.raises(ValueError, match="a person's data stays"):
        Place(where=Files("a/*"), what=NUMBER, kept=ByAge(timedelta(1)), closing=STAYS)


def test_paths_and_keys_are_told_by_their_patterns() -> None:
    files = Files("exports/{tenant_id}/**")
    assert files.holds(PurePosixPath("exports/ten_01abc/.a.part/x.csv")) and files.apart == "exports/{tenant_id}"
    assert not files.holds(PurePosixPath("exports/other/x.csv")) and not files.holds(PurePosixPath("exports/ten_01abc"))
    assert Files("run/*.pid").holds(PurePosixPath("run/a.pid")) and not Files("run/*.pid").holds(
        PurePosixPath("run/a/b.pid")
    )
    assert Browser("cache", "shell-*").holds("cache", "shell-1") and not Browser("cache", "shell-*").holds("cache", "s")


def test_what_the_app_forgets_at_sign_out_is_what_the_map_says() -> None:
    listed = re.findall(r"\{ store: '(.+?)', key: '(.+?)' \}", (CHECKOUT / "web/src/links/kept.ts").read_text())
    said = [
        (place.where.store, place.where.key)
        for room in HOLDINGS
        for place in room.places
        if isinstance(place.where, Browser) and isinstance(place.kept, UntilSignOut)
    ]
    assert sorted(listed) == sorted(said) and len(said) > 8


def test_what_the_app_leaves_in_a_browser_at_sign_out_is_no_persons() -> None:
    stays = re.findall(
        r"\{ store: '(.+?)', key: '(.+?)', stays: true \}", (CHECKOUT / "web/src/links/kept.ts").read_text()
    )
    left = [
        place
        for room in HOLDINGS
        for place in room.places
        if isinstance(place.where, Browser)
        and place.where.store != "cookie"
        and not isinstance(place.kept, UntilSignOut)
    ]
    assert [(place.where.store, place.where.key) for place in left if isinstance(place.where, Browser)] == stays
    assert stays == [("localStorage", "call24.language")]
    assert [place.where for place in left if place.personal] == []


def test_nothing_of_the_app_keeps_anything_past_that_list() -> None:
    way = re.compile(r"localStorage\.(setItem|getItem)|sessionStorage\.|indexedDB|caches\.open|document\.cookie")
    sources = [path for path in (CHECKOUT / "web/src").rglob("*") if path.suffix in (".ts", ".svelte", ".js")]
    assert {path.name for path in sources if way.search(path.read_text())} == {"store.ts", "kept.ts", "sw.js"}


# --- carried out ---


def made(path: Path, at: datetime = NOW) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


OF_EACH = Place(where=Files("sound/{tenant_id}/*"), what=NUMBER, kept=WithParent("recordings"))
UNREADABLE = Place(where=Files("aside/damaged-*"), what=NUMBER, kept=ByAge(timedelta(30)), closing=Closing.ALL)


PROGRAM = Files("asterisk/root*")  # a link, where another place has all that is below it
DECLARED = [
    place for room in HOLDINGS for place in room.places if isinstance(place.where, Files) and place.where != PROGRAM
]


def lying_in(data: Path, place: Place, whose: TenantId, at: datetime = NOW) -> Path:
    """A file as it may lie in that place."""
    path = str(place.where).replace("{tenant_id}", whose).replace("**", "a/b").replace("*", "a")
    return made(data / path, at)


async def test_each_declared_folder_of_an_organisation_goes_with_it_and_others_stay(tmp_path: Path) -> None:
    apart = [place for place in DECLARED if place.closing is Closing.FOLDER]
    all_of_it = [place for place in DECLARED if place.closing is Closing.ALL]
    assert len(apart) >= 4 and len(all_of_it) >= 1
    gone = [lying_in(tmp_path, place, ACME) for place in (*apart, *all_of_it)]
    stay = [lying_in(tmp_path, place, OTHER) for place in apart]
    stay += [lying_in(tmp_path, place, OTHER) for place in DECLARED if place.closing in (Closing.STAYS, Closing.ROOM)]
    await KeptFiles(tmp_path, DECLARED).erase_organisation(ACME)
    assert [path for path in gone if path.exists()] == []
    assert [path for path in stay if not path.exists()] == []


async def test_of_the_declared_files_those_go_by_their_age_that_say_so_and_no_others(tmp_path: Path) -> None:
    old = {lying_in(tmp_path, place, ACME, NOW - timedelta(days=400)): place for place in DECLARED}
    await KeptFiles(tmp_path, DECLARED).erase_due(NOW)
    gone = {str(place.where) for path, place in old.items() if not path.exists()}
    assert gone == {"run/export-*/*", "asterisk/var/spool/prompts/incoming/*", "spool/journal/damaged-*"}


async def test_what_a_killed_export_on_the_command_line_left_goes_within_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    written: list[Path] = []

    def write(_: argparse.Namespace, file: Path, **__: object) -> int:
        file.write_bytes(b"+447700900100")
        written.append(file)
        return 0

    monkeypatch.setattr(export, "_write", write)
    Settings(data=tmp_path).save(tmp_path / "run" / "settings.json")
    days = {"first": "2026-11-01", "last": "2026-11-02", "format": "csv"}
    assert export.run(argparse.Namespace(data=tmp_path, out=Path("-"), organisation="Acme", **days)) == 0
    assert capsysbinary.readouterr().out == b"+447700900100"
    [left] = written
    kept = KeptFiles(tmp_path, DECLARED)
    for at, there in ((NOW - timedelta(minutes=59), True), (NOW - timedelta(minutes=61), False)):
        made(left, at)
        await kept.erase_due(NOW)
        assert left.exists() == there


async def test_closing_takes_an_organisations_folders_and_what_nobody_can_tell_apart(tmp_path: Path) -> None:
    gone = [made(tmp_path / "sound" / ACME / "a.wav"), made(tmp_path / "aside" / "damaged-1")]
    stay = [made(tmp_path / "sound" / OTHER / "a.wav"), made(tmp_path / "aside" / "whole")]
    await KeptFiles(tmp_path, [OF_EACH, UNREADABLE]).erase_organisation(ACME)
    assert not any(path.exists() for path in (*gone, gone[0].parent)) and all(path.exists() for path in stay)


@pytest.mark.parametrize("tenant_id", ["", "..", "a/b"])
async def test_what_is_no_organisations_id_deletes_nothing(tmp_path: Path, tenant_id: str) -> None:
    kept = made(tmp_path / "sound" / ACME / "a.wav")
    with pytest.raises(ValueError, match="no id"):
        await KeptFiles(tmp_path, [OF_EACH]).erase_organisation(TenantId(tenant_id))
    assert kept.exists()


async def test_an_organisation_whose_files_cannot_be_deleted_is_not_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "sound" / ACME / "a.wav")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("a test")

    monkeypatch.setattr("call24.privacy.files.shutil.rmtree", refuse)
    with pytest.raises(Unavailable):
        await KeptFiles(tmp_path, [OF_EACH]).erase_organisation(ACME)


async def test_files_go_by_their_age_and_not_a_second_before(tmp_path: Path) -> None:
    old = made(tmp_path / "aside" / "damaged-1", NOW - timedelta(days=30, seconds=1))
    young = made(tmp_path / "aside" / "damaged-2", NOW - timedelta(days=30) + timedelta(seconds=1))
    sound = made(tmp_path / "sound" / ACME / "a.wav", NOW - timedelta(days=400))
    assert await KeptFiles(tmp_path, [OF_EACH, UNREADABLE]).erase_due(NOW) == 1
    assert not old.exists() and young.exists() and sound.exists()
