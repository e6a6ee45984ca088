"""`backup`: makes a backup of an installation while it runs; `follow` copies what comes after it; `list`, `verify` and
`expire` look after them."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from call24.backup.bucket import BackupBucket
from call24.backup.carried import is_of_files_store
from call24.backup.errors import BackupError, writing_to
from call24.backup.folder import BackupFolder
from call24.backup.following import EVERY_S, follow
from call24.backup.keys import LEAST_CHARACTERS, BackupKey, Opener
from call24.backup.place import BackupPlace
from call24.backup.replaying import GoesOn, chosen
from call24.backup.restoring import verify
from call24.backup.s3_client import Bucket
from call24.backup.segments import reached
from call24.backup.store_file import FLAG, SCHEME, read
from call24.backup.taking import Pace, take
from call24.cli.flags import add_data
from call24.data_map import Place
from call24.installer import backup_note
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings
from call24.privacy.datamap_page import holdings
from call24.privacy.register_copies import copy

MB_PER_S = 40
NICE = 10
ENVIRONMENT = "CALL24_BACKUP_PASSPHRASE"


def add_flags(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    make = verbs.add_parser("make", help="make a backup of a running installation")
    add_data(make)
    add_store(make)
    add_opener(make)
    make.add_argument("--keep-days", type=int, help="days until it is deleted (default: --backup-days of `up`)")
    make.add_argument(
        "--mb-per-s", type=float, default=MB_PER_S, help=f"at most so many MB in a second; 0: all (default {MB_PER_S})"
    )
    after = verbs.add_parser(
        "follow", help="copy what comes after the last backup, every few seconds, until it is ended"
    )
    add_data(after)
    add_store(after)
    add_opener(after)
    after.add_argument(
        "--every-s",
        type=float,
        default=EVERY_S,
        help=f"how much is lost at most: 1 to 300 (default {EVERY_S:.0f})",
    )
    after.add_argument("--once", action="store_true", help="end when everything of now is copied, for a timer")
    after.add_argument(
        "--mb-per-s", type=float, default=MB_PER_S, help=f"at most so many MB in a second; 0: all (default {MB_PER_S})"
    )
    register = verbs.add_parser("register", help="copy the register of erasures alone; run it every minute")
    add_data(register)
    add_store(register)
    check = verbs.add_parser("verify", help="restore a backup into a folder that is deleted again, and compare")
    add_store(check)
    add_opener(check)
    check.add_argument(
        "--backup",
        metavar="NAME",
        help="which one, without what followed it (default: the one that reaches furthest, with it)",
    )
    check.add_argument(
        "--scratch", type=Path, default=Path(tempfile.gettempdir()), help="where there is room for it (default /tmp)"
    )
    add_store(verbs.add_parser("list", help="list the backups of a folder or bucket"))
    expire = verbs.add_parser("expire", help="delete the backups whose days are over")
    add_store(expire)
    expire.add_argument(
        "--confirm-time",
        metavar="YYYY-MM-DD",
        help="today's date from another source: delete by this machine's clock alone (of a folder)",
    )


def add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="PLACE",
        help="where the backups are: a folder on another disk, or s3://BUCKET/PREFIX of an S3-compatible store",
    )
    parser.add_argument("--to", "--from", dest="to", metavar="PLACE", help="the same, in place of PLACE")
    parser.add_argument(
        "--keys", type=Path, help="folder with the backups' sealed keys (default PLACE/keys; a bucket needs one)"
    )
    parser.add_argument(
        FLAG, type=Path, help="file that says where a bucket is, and the access key (docs/guides/backup.md)"
    )


def add_opener(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key-file", type=Path, help="file with at least 32 random bytes that seals the key")
    parser.add_argument(
        "--passphrase-file", type=Path, help=f"file with the passphrase (default: {ENVIRONMENT}, or you are asked)"
    )


def run(named: argparse.Namespace) -> int:
    clean_end()
    place = store(named)
    match named.act:
        case "make":
            return _make(named, place)
        case "follow":
            return _follow(named, place)
        case "register":
            return _register(named, place)
        case "verify":
            return _verify(named, place)
        case "expire":
            return _expire(place, getattr(named, "confirm_time", None))
        case _:
            place.see_own()
            lines = [*(_line(key) + _after(place, key) for key in place.whole()), *place.lacking().values()]
            print("\n".join(lines) or f"there is no whole backup in {place.at}")
    return 0


def _make(named: argparse.Namespace, place: BackupPlace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    days = settings.backup_days if named.keep_days is None else named.keep_days
    if not 1 <= days <= settings.backup_days:
        raise BackupError(
            f"--keep-days: give 1 to {settings.backup_days}: privacy policies say that no backup is kept for longer "
            "(--backup-days of `up`)"
        )
    pace = _pace(named)
    sealer = opener(named, new=True)
    os.nice(NICE)  # calls come first
    try:
        key = take(
            settings,
            declared(),
            place,
            sealer,
            keep=timedelta(days=days),
            say=Progress(),
            warn=warn,
            pace=pace,
        )
    except Unavailable as error:
        raise BackupError(str(error.detail)) from None
    with suppress(OSError):  # the backup is whole all the same
        backup_note.write(settings.data, key.instant, place.at, place.host)
    print(_line(key))
    return 0


def _pace(named: argparse.Namespace) -> Pace:
    """Raises: BackupError."""
    if named.mb_per_s < 0:
        raise BackupError("--mb-per-s: give a number of at least 0")
    return Pace(named.mb_per_s * 1e6)


def _follow(named: argparse.Namespace, place: BackupPlace) -> int:
    """Ended by SIGTERM or Ctrl-C it has done what it had to."""
    settings = Settings.load(named.data / "run" / "settings.json")
    if not 1 <= named.every_s <= 300:
        raise BackupError("--every-s: give 1 to 300")
    pace, opens = _pace(named), opener(named)
    os.nice(NICE)
    with suppress(KeyboardInterrupt):
        follow(
            settings,
            declared(),
            place,
            opens,
            every_s=named.every_s,
            once=named.once,
            say=Progress(),
            warn=warn,
            pace=pace,
        )
    for key in place.whole()[-1:]:
        print(_line(key) + _after(place, key))
    return 0


def _expire(place: BackupPlace, today: str | None) -> int:
    place.warn, now = warn, datetime.now(UTC)
    if today is not None:
        if not isinstance(place, BackupFolder):
            raise BackupError("--confirm-time is for a folder: a bucket's store has a clock, which is asked")
        if today != f"{now:%Y-%m-%d}":
            raise BackupError(f"--confirm-time: this machine's clock says {now:%Y-%m-%d} (UTC): correct it")
        place.time_confirmed = True
    with place.writing(), place.alone(), place.held():
        gone = place.expire(now)
    print("\n".join(f"{name}: deleted" for name in gone) or "none has expired")
    return 0


def _verify(named: argparse.Namespace, place: BackupPlace) -> int:
    key = chosen(place, named.backup, None)
    for line in place.lacking().values():
        warn(line)
    opened = key.open(opener(named))
    goes_on = None if named.backup else GoesOn(place, key, opened, None)
    scratch = named.scratch.absolute()
    done = verify(place, key, opened, declared(), scratch, goes_on=goes_on, say=Progress())
    documents = sum(count for count, _ in done.documents.values())
    for flag in done.not_here:
        why = "a restore does not take over" if is_of_files_store(flag) else "not in the backup, and not here"
        print(f"{why}: {flag}")
    print(f"{key.name} is whole: {documents:,} documents and {done.files:,} files were restored and compared")
    if done.since and done.since.at > key.instant:
        print(f"what follows it is whole up to {done.at:%Y-%m-%d %H:%M:%S} UTC: {done.since.changes:,} changes")
    return 0


def _register(named: argparse.Namespace, place: BackupPlace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    place.ready_for_register()
    with writing_to(place.register):
        added = copy(settings.erasure_register.parent, place.register, datetime.now(UTC))
    print(f"{added} more {'line' if added == 1 else 'lines'} of the register of erasures in {place.register}")
    return 0


def clean_end() -> None:
    """What is written is for this user alone, and SIGTERM ends as Ctrl-C does: nothing of it stays."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def store(named: argparse.Namespace) -> BackupPlace:
    """Raises: BackupError."""
    given = [str(one) for one in (named.folder, getattr(named, "to", None)) if one]
    if len(given) != 1:
        raise BackupError("where are the backups? Give one place: a folder, or s3://BUCKET/PREFIX")
    keys = named.keys.absolute() if named.keys else None
    if not given[0].startswith(SCHEME):
        return BackupFolder(Path(given[0]).absolute(), keys)
    bucket = Bucket(*read(given[0], named.store_file))
    if keys is None:
        raise BackupError(
            "--keys: a bucket needs a folder for the backups' sealed keys, on another disk or machine than the data "
            "folder: whoever runs the store may keep what is deleted there, and a key must end with its backup"
        )
    return BackupBucket(bucket, keys)


def declared() -> list[Place]:
    return [place for room in holdings() for place in room.places]


def opener(named: argparse.Namespace, *, new: bool = False) -> Opener:
    """`new`: something is sealed with it, so it is asked twice. Raises: BackupError."""
    if named.key_file:
        return Opener.key_file(named.key_file)
    if named.passphrase_file:
        try:
            words = named.passphrase_file.read_text().strip()
        except OSError as error:
            raise BackupError(f"--passphrase-file: {named.passphrase_file} cannot be read ({error.strerror})") from None
    else:
        words = os.environ.get(ENVIRONMENT, "").strip() or _asked(twice=new)
    if len(words) < LEAST_CHARACTERS:
        raise BackupError(
            f"a passphrase has at least {LEAST_CHARACTERS} characters: five words by chance are a good one"
        )
    return Opener.passphrase(words)


def _asked(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise BackupError(f"a backup needs --key-file, --passphrase-file or {ENVIRONMENT}")
    import getpass

    words = getpass.getpass("Passphrase of the backup: ").strip()
    if twice and words != getpass.getpass("The same again: ").strip():
        raise BackupError("the two passphrases differ, and nobody could open the backup: try again")
    return words


class Progress:
    """One line that is drawn again on a terminal; elsewhere one every ten seconds."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._every = timedelta(seconds=0.2 if self._live else 10)
        self._last = datetime.now(UTC)

    def __call__(self, line: str) -> None:
        now = datetime.now(UTC)
        if now - self._last < self._every:
            return
        self._last = now
        print(f"\r\x1b[2K{line}" if self._live else line, end="" if self._live else "\n", file=sys.stderr, flush=True)


def warn(line: str) -> None:
    print(f"\r\x1b[2K{line}" if sys.stderr.isatty() else line, file=sys.stderr, flush=True)


def _after(place: BackupPlace, key: BackupKey) -> str:
    if not (segments := place.segments(key.name)):
        return ""
    return f"; followed to {max(map(reached, segments)):%Y-%m-%d %H:%M:%S} UTC ({len(segments):,} segments)"


def _line(key: BackupKey) -> str:
    about = key.about
    return (
        f"{key.name}: {about.get('documents', 0):,} documents, {about.get('files', 0):,} files, "
        f"{about.get('bytes', 0) / 1e6:.1f} MB ({about.get('bytes_written', 0) / 1e6:.1f} MB of it new), "
        f"of {key.instant:%Y-%m-%d %H:%M:%S} UTC, until {key.expires_at:%Y-%m-%d %H:%M} UTC"
    )
