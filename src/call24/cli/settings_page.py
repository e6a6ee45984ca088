"""Writes docs/reference/settings.md from the settings: `python -m call24.cli.settings_page [FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from call24.cli.flags import NOT_FLAGS
from call24.kit.settings import Settings, flag_of

PAGE = Path("docs/reference/settings.md")
_HEAD = """# Settings of an installation

Each is a flag of `./call24 up` and `./call24 demo`; a flag without a value is off unless it is given. Settings of
organisations, queues and users are changed in the app and over the API ([operations](operations.md)); their defaults
are in `tenants/model.py`, `queues/model.py` and the OpenAPI document. Declared in `src/call24/kit/settings.py`, read
in `src/call24/cli/flags.py`. Written by `python -m call24.cli.settings_page`.

| flag | default | meaning |
| --- | --- | --- |
"""
_ENVIRONMENT = """
Passwords are never flags, since every user of a machine sees those. Besides the files above, these variables of the
environment are read:

| variable | meaning |
| --- | --- |
| `CALL24_MONGODB_URI` | URI of an external MongoDB, with its password; it goes before the flags |
| `CALL24_ARI_USER`, `CALL24_ARI_PASSWORD` | for `--asterisk-ari`, where there is no `--asterisk-ari-credentials` |
| `CALL24_BACKUP_PASSPHRASE` | the passphrase of backups, where no file of it is given |
| `CALL24_CACHE` | folder of downloaded programs for several installations (default: the data folder of each) |
| `CALL24_LISTS_MAX_AGE_DAYS` | maximum age of a mirror's package lists in days (default 180) |
"""


def page() -> str:
    return _HEAD + "".join(_rows()) + _ENVIRONMENT


def _rows() -> Iterator[str]:
    for setting in fields(Settings):
        if setting.name not in NOT_FLAGS:
            yield f"| `{flag_of(setting.name)}` | {_default(setting)} | {setting.metadata['help']} |\n"


def _default(setting: Field[Any]) -> str:
    """Nothing for those that are off, or have no value."""
    value = setting.default
    if value is None or value is False:
        return ""
    return f"`{'-'.join(map(str, value)) if isinstance(value, tuple) else value}`"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page())
