"""Segments after a backup: one that is missing, changed, exchanged or foreign is noticed, and so is what is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.product.segments import AT, BEGINS, OPENER, Followed, after

from call24.backup.clocks import Clocks
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.backup.keys import BackupKey
from call24.backup.replaying import GoesOn, chosen, instant_given
from call24.backup.segments import ChainReader, Files, reached

NOW = datetime(2026, 12, 1, 14, 3, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    made = BackupFolder(tmp_path / "store")
    made.clocks = lambda: Clocks(AT + timedelta(days=1000), vouched=True)
    return made


@pytest.fixture
def followed(folder: BackupFolder) -> Followed:
    """Four segments, which end 10, 20, 30 and 40 seconds after the backup."""
    made = Followed(folder)
    for number in range(1, 5):
        made.adds(after(10 * number - 5), after(10 * number - 5), to=after(10 * number))
    return made


def below(followed: Followed) -> Path:
    return Path(followed.place.path_of_segment(followed.key.name, ""))


def names(followed: Followed) -> list[Path]:
    return sorted(below(followed).iterdir())


def goes_on(followed: Followed, until: datetime | None) -> GoesOn:
    return GoesOn(followed.place, followed.key, followed.opened, until)


def test_segments_follow_each_other_from_the_backup_on(followed: Followed) -> None:
    chain = followed.reader.chain()
    assert (len(chain.segments), chain.reaches, chain.changes, chain.broken) == (4, after(40), 8, "")
    assert followed.reader.chain(after(11, 0)).reaches == after(20), "what comes later is not read"
    assert followed.reader.chain((BEGINS[0], 0)).segments == []
    assert reached(names(followed)[-1].name) == AT + timedelta(seconds=40)


def cut_off(third: Path) -> None:
    third.write_bytes(third.read_bytes()[:-30])


def change(third: Path) -> None:
    content = bytearray(third.read_bytes())
    content[len(content) // 2] ^= 1
    third.write_bytes(content)


def exchange(third: Path) -> None:
    second = sorted(third.parent.iterdir())[1]
    content = second.read_bytes()
    second.write_bytes(third.read_bytes())
    third.write_bytes(content)


def double(third: Path) -> None:
    second = sorted(third.parent.iterdir())[1]
    shutil.copy(second, second.with_name(f"{second.name[:-16]}{'f' * 16}"))


def rename(third: Path) -> None:
    third.rename(third.with_name(f"{third.name[:-1]}{'0' if third.name[-1] != '0' else '1'}"))


@pytest.mark.parametrize(
    ("break_it", "whole_to", "said"),
    [
        (Path.unlink, 20, "segment 3 of .* is missing"),
        (cut_off, 20, "cut off"),
        (change, 20, "was changed, moved or cut off"),
        (rename, 20, "was changed, moved or cut off"),
        (exchange, 10, "was changed, moved or cut off"),
        (double, 20, "is missing or there twice, before 00000002"),
    ],
)
def test_a_segment_that_is_not_what_was_written_ends_what_can_be_restored(
    followed: Followed, break_it: Callable[[Path], None], whole_to: int, said: str
) -> None:
    break_it(names(followed)[2])
    last = AT + timedelta(seconds=whole_to)
    for until in (None, AT + timedelta(seconds=25)):
        with pytest.raises(BackupError, match=f"{said}.*restore it with --until {last:%Y-%m-%dT%H:%M:%SZ}"):
            goes_on(followed, until)
    goes_on(followed, last)
    goes_on(followed, AT + timedelta(seconds=1))


def test_a_segment_of_another_run_that_follows_something_else_is_not_taken(followed: Followed) -> None:
    chain = followed.reader.chain(after(20))
    third, fourth = names(followed)[2:]
    third.unlink()
    fourth.unlink()
    fresh = followed.adds(to=after(30), chain=chain)
    assert followed.reader.chain().broken == ""
    (below(followed) / fresh).unlink()
    chain.segments.pop()
    followed.adds(to=after(30), chain=chain)
    assert "does not follow the one before it" in followed.reader.chain().broken


def test_a_segment_is_opened_by_the_key_of_its_backup_alone(followed: Followed) -> None:
    other = ChainReader(followed.place, followed.key, bytes(32))
    assert "was changed, moved or cut off" in other.chain().broken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "'yesterday' is no time: give one such as 2026-12-01T14:03:00Z"),
        ("", "is no time"),
        ("2026-12-01T13:00:00", "has no time zone: end it with Z"),
        ("2026-12-01", "has no time zone"),
        ("2026-12-01T14:03:01Z", "2026-12-01T14:03:01Z is in the future: it is 2026-12-01T14:03:00Z now"),
        ("9999-12-31T23:59:59-12:00", "is no time"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(BackupError, match=said):
        instant_given(text, NOW)


def test_a_time_may_have_any_zone_and_counts_to_the_second() -> None:
    assert instant_given("2026-12-01T22:02:59.700+08:00", NOW) == NOW - timedelta(seconds=1)


def test_the_newest_backup_that_is_not_later_is_chosen(
    followed: Followed, folder: BackupFolder, tmp_path: Path
) -> None:
    second = Followed(folder, AT + timedelta(seconds=30))
    seconds = [(chosen(folder, None, AT + timedelta(seconds=n)).name == second.key.name) for n in (0, 29, 30)]
    assert seconds == [False, False, True]
    with pytest.raises(BackupError, match="is before the oldest backup, which is of 2026-11-30T06:55:00Z"):
        chosen(folder, None, AT - timedelta(seconds=1))
    with pytest.raises(BackupError, match=f"is before {second.key.name}, which is of"):
        chosen(folder, second.key.name, AT)
    with pytest.raises(BackupError, match="there is no whole backup"):
        chosen(BackupFolder(tmp_path / "other"), None, AT)


def test_without_a_time_the_backup_is_chosen_that_was_followed_furthest(
    followed: Followed, folder: BackupFolder
) -> None:
    newer = Followed(folder, AT + timedelta(seconds=5))
    assert chosen(folder, None, None).name == followed.key.name
    assert chosen(folder, newer.key.name, None).name == newer.key.name
    shutil.rmtree(names(followed)[0].parent)
    assert chosen(folder, None, None).name == newer.key.name


@pytest.mark.parametrize("later", [False, True], ids=["alone", "followed"])
def test_a_newer_backup_is_named_where_what_followed_the_chosen_one_breaks_before_it(
    followed: Followed, folder: BackupFolder, later: bool
) -> None:
    newer = Followed(folder, AT + timedelta(seconds=25))
    if later:
        newer.adds(to=after(30))
    names(followed)[2].unlink()
    assert chosen(folder, None, None).name == followed.key.name
    how = f"--backup {newer.key.name}" + (" --until 2026-11-30T06:55:30Z" if later else "")
    with pytest.raises(BackupError, match=rf"whole up to 2026-11-30T06:55:20Z\. The newest .*: restore it with {how}$"):
        goes_on(followed, None)
    GoesOn(folder, newer.key, newer.opened, AT + timedelta(seconds=30) if later else None)


def test_a_name_with_a_day_that_never_was_is_no_segment(followed: Followed, folder: BackupFolder) -> None:
    real = names(followed)[-1]
    for day in ("2026-02-30T06-55-00Z", "2026-13-01T06-55-00Z", "2026-11-30T25-00-00Z"):
        shutil.copy(real, real.with_name(f"00000009-{day}-{'a' * 16}"))
    assert len(folder.segments(followed.key.name)) == 4
    assert chosen(folder, None, None).name == followed.key.name
    goes_on(followed, None)


def test_what_reaches_to_an_earlier_time_is_said(followed: Followed) -> None:
    with pytest.raises(BackupError, match=r"ends at 2026-11-30T06:55:40Z: give this or an earlier time"):
        goes_on(followed, AT + timedelta(seconds=41))
    shutil.rmtree(below(followed))
    with pytest.raises(BackupError, match=r"nothing followed .*: restore it with --until 2026-11-30T06:55:00Z"):
        goes_on(followed, AT + timedelta(seconds=1))
    goes_on(followed, AT)
    goes_on(followed, None)


def test_a_backup_of_an_earlier_version_is_restored_to_its_own_instant_alone(tmp_path: Path) -> None:
    made = Followed(BackupFolder(tmp_path / "store"))
    key = BackupKey(name=made.key.name, instant=AT, expires_at=AT, about={})
    for until in (None, AT):
        GoesOn(made.place, key, made.opened, until)
    with pytest.raises(BackupError, match="was made by a version that followed no changes"):
        GoesOn(made.place, key, made.opened, AT + timedelta(seconds=1))


def test_files_that_came_and_went_are_told(followed: Followed) -> None:
    one, other = ({"path": f"recordings/ten_1/rec_{n}.c24", "object": n * 32} for n in "ab")
    followed.adds(to=after(50), kept=(one, other))
    followed.adds(to=after(60), gone=(str(one["path"]), "recordings/ten_1/rec_0.c24"))
    files = Files()
    followed.reader.chain(see=[files])
    assert files.kept == {other["path"]: other}
    assert files.gone == {one["path"], "recordings/ten_1/rec_0.c24"}


def test_segments_go_with_their_backup_and_objects_with_the_last_that_needs_them(
    followed: Followed, folder: BackupFolder
) -> None:
    later = Followed(folder, AT + timedelta(days=1))
    ids = ["a" * 32, "b" * 32, "c" * 32]
    followed.adds(to=after(50), needed=(ids[0],))
    later.adds(to=(after(1)[0] + 86_400, 1), needed=(ids[1],))
    for id in ids:
        path = folder.object(id)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    folder.clean()
    assert {path.name for path in folder.objects.glob("??/*")} == set(ids[:2])
    assert folder.expire(followed.key.expires_at) == [followed.key.name]
    assert [path.name for path in folder.after.iterdir()] == [later.key.name]
    assert {path.name for path in folder.objects.glob("??/*")} == {ids[1]}
    with pytest.raises(BackupError, match=r"is not in .* any more"):
        followed.adds(to=after(60), chain=later.reader.chain())


def test_what_a_follower_that_was_killed_has_left_is_gone_and_only_one_follows(
    followed: Followed, folder: BackupFolder
) -> None:
    there = below(followed)
    for name in ("00000005-2026-11-30T06-55-50Z-0123456789abcdef.part", f"{'0' * 8}.objects"):
        (there / name).touch()
    assert len(folder.segments(followed.key.name)) == 4
    with folder.following():
        assert len(list(there.iterdir())) == 4
        with pytest.raises(BackupError, match=r"writes to .* already"), BackupFolder(folder.root).following():
            pass


def test_the_key_that_opens_it_is_the_backups(followed: Followed) -> None:
    assert followed.place.key(followed.key.name).open(OPENER) == followed.opened
    assert b"contacts" not in b"".join(path.read_bytes() for path in names(followed))
