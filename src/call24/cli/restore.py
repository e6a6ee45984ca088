"""`restore`: an installation made of a backup, in an empty data folder. `up` then starts it."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from call24.backup.carried import carried, is_of_files_store
from call24.backup.replaying import GoesOn, instant_given
from call24.backup.replaying import chosen as chosen_backup
from call24.backup.restoring import Restored, restore
from call24.cli.backup import Progress, add_opener, add_store, clean_end, declared, opener, store
from call24.cli.flags import NOT_FLAGS, add_settings, settings_from
from call24.kit.package import COMMAND
from call24.kit.settings import Settings, flag_of

_NAMED = 10
"""Damaged files that are named; how many there are is said too."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_store(parser)
    parser.add_argument(
        "--backup",
        metavar="NAME",
        help="which one, without what followed it (default: the one that reaches furthest, with it)",
    )
    parser.add_argument(
        "--until",
        metavar="TIME",
        help="as it was then, such as 2026-12-01T14:03:00Z, to the second: where `backup follow` ran (default: the "
        "last that is there)",
    )
    parser.add_argument(
        "--register",
        type=Path,
        action="append",
        default=[],
        help="a copy of the folder `register` that is newer than the one beside the backups; may be repeated",
    )
    add_opener(parser)
    add_settings(parser)


def run(named: argparse.Namespace) -> int:
    clean_end()
    place = store(named)
    until = instant_given(named.until, datetime.now(UTC)) if named.until is not None else None
    key = chosen_backup(place, named.backup, until)
    given = settings_from(named)

    def chosen(before: Settings) -> tuple[Settings, list[str]]:
        """What the backup had, but for what is not here and the flags of now."""
        now: dict[str, Any] = {
            one.name: getattr(given, one.name)
            for one in fields(Settings)
            if one.name != "data" and getattr(named, one.name, None) is not None
        }
        there, not_here = carried(before, now)
        return replace(there, **now).checked(), not_here

    opened = key.open(opener(named))
    done = restore(
        place,
        key,
        opened,
        declared(),
        given.data,
        chosen=chosen,
        more_registers=[folder.absolute() for folder in named.register],
        goes_on=GoesOn(place, key, opened, until) if until or not named.backup else None,
        say=Progress(),
    )
    print("\n".join(told(done)))
    return 0


def told(done: Restored) -> list[str]:
    """What is there now, and what is not."""
    at = f"{done.at:%Y-%m-%d %H:%M:%S} UTC"
    last = f"{done.last_call_at:%Y-%m-%d %H:%M:%S} UTC" if done.last_call_at else "none"
    then = "this time" if done.since and done.since.at > done.key.instant else "the backup"
    register = (
        f"The register of erasures is of {done.register_of:%Y-%m-%d %H:%M:%S} UTC and has {done.erased_since} "
        f"of after {then}. They are carried out again before a port opens. Who was erased later than that is there "
        "again: erase them once more."
        if done.register_of
        else f"There is no register of erasures beside the backups: whoever was erased after {then} is there again. "
        "Erase them once more, or restore with --register."
    )
    return [
        f"{done.settings.data} is the installation of {at}: {sum(n for n, _ in done.documents.values()):,} documents, "
        f"{done.files:,} files. The newest call that is over ended: {last}.",
        *since(done),
        f"What happened after {at} is not there: calls, changes, consents and legal holds. Set such holds again.",
        register,
        "All sessions, API tokens, app passwords, invitations and links of e-mails are gone: users sign in again, and "
        "programs need new tokens.",
        f"Nobody operates the installation in the app: name its operators again ({COMMAND} operator add).",
        *missing(done),
        f"Start it: {up_command(done.settings)}",
    ]


def since(done: Restored) -> list[str]:
    """What followed the backup, and what of it was left out."""
    if not (after := done.since) or (after.at <= done.key.instant and not after.later):
        return []
    later = f" What is there of later, up to {after.later:%Y-%m-%d %H:%M:%S} UTC, was left out." if after.later else ""
    said = [
        f"It is the backup {done.key.name}, of {done.key.instant:%Y-%m-%d %H:%M:%S} UTC, with {after.changes:,} "
        f"changes that followed it.{later}"
    ]
    if after.misfits:
        said.append(f"{after.misfits:,} of these changes did not fit to what was there: look whether data is missing.")
    return said


def missing(done: Restored) -> list[str]:
    """What the new installation lacks."""
    flags = [
        f"not in the backup, and not here: {flag}. Give it to `up` if it is needed"
        for flag in done.not_here
        if not is_of_files_store(flag)
    ]
    if store := [flag for flag in done.not_here if is_of_files_store(flag)]:
        flags.append(
            f"not taken over: {' '.join(store)}. Files in that store cannot be downloaded here. Two installations in "
            "one place remove each other's files: give these to `up` only if the installation of the backup never runs "
            "again; for a drill, give the place of a copy of the bucket"
        )
    if not done.damaged:
        return flags
    some = ", ".join(done.damaged[:_NAMED]) + (" ..." if len(done.damaged) > _NAMED else "")
    return [*flags, f"{len(done.damaged)} recordings and files are damaged in the backup and not here: {some}"]


def up_command(settings: Settings) -> str:
    """`up` with the settings that are not the default ones."""
    usual = Settings()
    words = [COMMAND, "up"]
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name in NOT_FLAGS or value == getattr(usual, one.name):
            continue
        words.append(flag_of(one.name))
        if value is not True:
            words.append("-".join(map(str, value)) if isinstance(value, tuple) else str(value))
    return shlex.join(words)
