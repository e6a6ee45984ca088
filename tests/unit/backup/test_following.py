"""Where a segment ends: nothing is lost between two, no transaction is in both, and each says what it has."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from tests.support.product.segments import BEGINS, OPENER, Followed, after, inserted

from call24.backup import following
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.backup.following import follow
from call24.backup.keys import BackupKey
from call24.backup.records import Kind
from call24.backup.taking import Pace, mark_of_keys
from call24.kit.errors import Unavailable
from call24.kit.mongo.history import HistoryEnds, Position, position_of
from call24.kit.mongo.whole import split
from call24.kit.settings import Settings

Told = RawBSONDocument | None


class Script:
    """A MongoDB that tells these changes, None where it has none yet, and then fails or has told all."""

    identity = "of this database"

    def __init__(self, told: list[Told], end: Exception | None = None) -> None:
        self._told = told
        self._end = end
        self._at = 0
        self.begun: list[tuple[Position, bytes | None]] = []

    @contextmanager
    def history(self, uri: str, database: str, out: object, after: Position, token: bytes | None) -> Iterator[Script]:
        self.begun.append((after, token))
        self._at = int(token.decode()) if token else 0
        yield self

    def next(self) -> Told:
        if self._at >= len(self._told):
            if self._end:
                raise self._end
            return None
        self._at += 1
        return self._told[self._at - 1]

    @property
    def token(self) -> bytes:
        return str(self._at).encode()

    @property
    def seen(self) -> Position:
        """A token of the change that was told last says so too, as MongoDB's does."""
        return max((position_of(one) for one in self._told[: self._at] if one), default=BEGINS)

    @property
    def goal(self) -> Position:
        return max((position_of(one) for one in self._told if one), default=BEGINS)


class World:
    def __init__(self, place: Path) -> None:
        self.settings = Settings(data=place / "data", mongodb="mongodb://db.example/call24")
        self.settings.data.mkdir()
        self.folder = BackupFolder(place / "store")
        self.warned: list[str] = []
        self.backup = self.backs_up()

    def backs_up(self, made_at: str = "1", position: Position = BEGINS) -> Followed:
        made = Followed(self.folder)
        about = {
            "position": list(position),
            "database": Script.identity,
            "schema": 0,
            "keys": mark_of_keys(self.settings.data),
            "made_at": made_at,
        }
        key = BackupKey(name=made.key.name, instant=made.key.instant, expires_at=made.key.expires_at, about=about)
        made.key = key.seal(made.opened, OPENER)
        (self.folder.keys / f"{key.name}.json").write_bytes(made.key.encode())
        return made

    def follows(self, *, once: bool = True) -> None:
        follow(
            self.settings,
            [],
            self.folder,
            OPENER,
            every_s=0,
            once=once,
            say=lambda line: None,
            warn=self.warned.append,
            pace=Pace(0),
        )

    def segments(self, of: Followed | None = None) -> list[tuple[Position, list[Position]]]:
        """Up to where each is whole, and of when its changes are."""
        of = of or self.backup
        found = []
        for one in of.reader.chain().segments:
            contents = [content for kind, content in of.reader.content(one.name) if kind is Kind.CHANGES]
            found.append((one.to, [position_of(change) for content in contents for change in split(content)]))
        return found


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(following, "listed_files", lambda *_: iter(()))
    monkeypatch.setattr(Settings, "mongodb_uri", lambda settings: str(settings.mongodb))
    monkeypatch.setattr(following, "AGAIN_S", 0)
    monkeypatch.setattr(following, "QUIET_S", 0)
    return World(tmp_path)


def tells(monkeypatch: pytest.MonkeyPatch, told: list[Told], end: Exception | None = None) -> Script:
    script = Script(told, end)
    monkeypatch.setattr(following, "history", script.history)
    monkeypatch.setattr(following, "now", lambda *_: script.goal)
    return script


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_when_each_change_is_in_one_segment_and_no_transaction_in_two(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance, told, number = random.Random(seed), list[Told](), 0
    for second in range(1, 12):
        if chance.random() < 0.4:
            told.append(None)
        for _ in range(chance.choice([1, 1, 1, 4])):
            told.append(inserted(after(second), number := number + 1))
    tells(monkeypatch, told)
    world.follows()
    found = world.segments()
    assert [at for _, changes in found for at in changes] == [position_of(one) for one in told if one]
    whole = BEGINS
    for to, changes in found:
        assert all(whole < at <= to for at in changes), "what is said to be whole has all of it"
        whole = to
    assert len(found) > 3 and found[-1][0] == after(11)


def test_it_goes_on_where_the_last_segment_ended_after_mongodb_was_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[Told] = [inserted(after(1), 1), inserted(after(2), 2), None, inserted(after(3), 3)]
    away = tells(monkeypatch, first, Unavailable("MongoDB does not answer"))
    clock = SimpleNamespace(
        monotonic=time.monotonic, sleep=lambda seconds: setattr(away, "_end", HistoryEnds("it forgot"))
    )
    monkeypatch.setattr(following, "time", clock)  # the module's own: other threads sleep too
    with pytest.raises(BackupError, match=r"it forgot. What follows .* ends at 2026-11-30 06:55:02 UTC: make another"):
        world.follows(once=False)
    assert away.begun == [(BEGINS, None), (after(2), b"3")], "the third change is in no segment yet"
    assert world.warned[1:] == ["MongoDB does not answer: it is tried again"]
    tells(monkeypatch, [*first, None])
    world.follows()
    assert [changes for _, changes in world.segments() if changes] == [[after(1)], [after(2)], [after(3)]]


def test_a_newer_backup_is_followed_though_the_history_of_the_older_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(monkeypatch, [inserted(after(1), 1), None])
    world.follows()
    newer = world.backs_up("2", after(9))
    script = tells(monkeypatch, [], HistoryEnds("MongoDB does not know any more what came then"))
    with pytest.raises(BackupError, match="make another backup"):
        world.follows()
    assert [begins for begins, _ in script.begun] == [after(1), after(9)]
    assert f"{newer.key.name} is followed from now on" in world.warned[-1]


def test_what_came_before_the_database_was_dropped_is_there_and_it_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = bson.encode({**bson.decode(inserted(after(2), 2).raw), "operationType": "dropDatabase"})
    tells(monkeypatch, [inserted(after(1), 1), RawBSONDocument(dropped)])
    with pytest.raises(BackupError, match="the database was dropped"):
        world.follows(once=False)
    assert world.segments() == [(after(1), [after(1)])]


@pytest.mark.parametrize(("identity", "is_another"), [("", False), ("of this database", False), ("another", True)])
def test_another_database_than_the_one_that_was_backed_up_is_not_followed(
    world: World, monkeypatch: pytest.MonkeyPatch, identity: str, is_another: bool
) -> None:
    tells(monkeypatch, [inserted(after(1), 1), None])
    monkeypatch.setattr(Script, "identity", identity)
    with pytest.raises(BackupError, match="another database") if is_another else nullcontext():
        world.follows()
    assert len(world.segments()) == (not is_another)


def test_of_two_backups_of_one_position_the_later_is_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(monkeypatch, [None])
    world.follows()
    later = world.backs_up("2")
    tells(monkeypatch, [None, inserted(after(1), 1), None])
    world.follows()
    assert world.segments(later)[-1] == (after(1), [after(1)])
