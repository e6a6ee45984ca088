"""Reading back what was restored may take longer than MongoDB usually keeps the past, and its ends are said."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.backup import restoring
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.backup.keys import BackupKey
from call24.backup.restoring import Restored, verify
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
KEY = BackupKey(name="2026-11-30T06-55-00Z-ab12", instant=AT, expires_at=AT + timedelta(30), about={})
ADMIN = "mongodb://admin@127.0.0.1/"


def verifies(place: Path) -> Restored:
    return verify(BackupFolder(place / "store"), KEY, b"", [], place, say=lambda line: None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Who tells MongoDB to keep the past for longer."""
    asked: list[str | None] = []

    @contextmanager
    def one_instant(uri: str, database: str, admin: str | None) -> Iterator[None]:
        asked.append(admin)
        raise Unavailable("the past is gone")
        yield

    monkeypatch.setattr(restoring, "one_instant", one_instant)
    monkeypatch.setattr(Settings, "mongodb_admin_uri", lambda settings: ADMIN)
    monkeypatch.setattr(
        restoring._Restoring, "_content", lambda work: work._compare(Restored(KEY, Settings(data=work._data)))
    )
    return asked


def test_mongodb_is_told_to_keep_the_past_while_it_is_read_back_and_a_failure_is_one_line(
    asked: list[str | None],
) -> None:
    with tempfile.TemporaryDirectory() as short:
        with pytest.raises(BackupError, match="the past is gone"):
            verifies(Path(short))
        assert asked == [ADMIN] and list(Path(short).iterdir()) == []


def test_the_place_is_told_of_objects_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    place = BackupFolder(tmp_path)
    monkeypatch.setattr(place, "soon", told.append)
    work = restoring._Restoring(place, KEY, b"", [], tmp_path, lambda before: (before, []), None, lambda line: None)
    ids = [f"{number:032x}" for number in range(10)]
    reading = work._ahead({"object": id} for id in ids)
    assert next(reading)["object"] == ids[0] and len(told) == 8
    assert [about["object"] for about in reading] == ids[1:] and told == [place.path_of_object(id) for id in ids]
