"""Which settings of a backup hold on another machine: a backup has no certificate, password file or other database.

A store of files is never taken over: two installations in one place would remove each other's files.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from call24.kit.settings import Settings, flag_of

_ELSEWHERE = ("mongodb", "mongodb_uri_file")
"""A restore fills the embedded MongoDB."""
FILES_STORE = tuple(one.name for one in fields(Settings) if one.name.startswith("files_store"))
_TOGETHER = ({"tls_cert", "tls_key"}, {"asterisk_ari", "asterisk_ari_credentials"}, {"pbx", "pbx_pairing"})
"""None of them is of use without the other."""


def carried(before: Settings, given: Collection[str] = ()) -> tuple[Settings, list[str]]:
    """`before` without what is not here, and a line for each such flag. `given`: names of settings given now."""
    gone = {name for name in _ELSEWHERE if getattr(before, name)}
    gone |= {one.name for one in fields(Settings) if one.name != "data" and _is_away(getattr(before, one.name))}
    usual = Settings()
    gone |= {name for name in FILES_STORE if getattr(before, name) != getattr(usual, name)}
    gone -= set(given)
    for pair in _TOGETHER:
        if gone & pair:
            gone |= {name for name in pair - set(given) if getattr(before, name)}
    told = [f"{flag_of(name)} {getattr(before, name)}" for name in sorted(gone)]
    nothing: dict[str, Any] = {name: getattr(usual, name) if name in FILES_STORE else None for name in gone}
    return replace(before, **nothing), told


def is_of_files_store(told: str) -> bool:
    """Whether a line that `carried` told is of what it never takes over."""
    return told.partition(" ")[0] in {flag_of(name) for name in FILES_STORE}


def _is_away(value: object) -> bool:
    return isinstance(value, Path) and not os.access(value, os.R_OK)
