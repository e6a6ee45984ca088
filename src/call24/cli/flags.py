"""Settings as flags: every setting is one, with its default and meaning.

What they mean together is kit.settings' duty.
"""

from __future__ import annotations

import argparse
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from call24.kit.settings import Settings, SettingsError, flag_of, parse_ports

NOT_FLAGS = ("seed_demo",)


def add_settings(parser: argparse.ArgumentParser, only: tuple[str, ...] = ()) -> None:
    """All of them, or `only` these."""
    for setting in fields(Settings):
        if setting.name in NOT_FLAGS or (only and setting.name not in only):
            continue
        default = "-".join(map(str, setting.default)) if isinstance(setting.default, tuple) else setting.default
        shown = f"{setting.metadata['help']}" + (f" (default {default})" if default is not None else "")
        if setting.type == "bool":
            parser.add_argument(flag_of(setting.name), action="store_true", default=None, help=setting.metadata["help"])
            continue
        metavar = _metavar(setting.name, str(setting.type))
        parser.add_argument(flag_of(setting.name), metavar=metavar, help=shown.replace("%", "%%"))


def settings_from(named: argparse.Namespace, **more: Any) -> Settings:
    """The checked settings. Raises: SettingsError."""
    values: dict[str, Any] = dict(more)
    for setting in fields(Settings):
        word = getattr(named, setting.name, None)
        if word is not None:
            values[setting.name] = _value(setting.name, str(setting.type), word)
    return Settings(**values).checked()


def add_data(parser: argparse.ArgumentParser) -> None:
    """For verbs that look at an installation that is there."""
    parser.add_argument(
        "--data", type=Path, default=Path(".call24"), help="the installation's data folder (default .call24)"
    )


def day(word: str) -> str:
    """A day as a flag takes it: YYYY-MM-DD. Raises: argparse.ArgumentTypeError."""
    try:
        if date.fromisoformat(word).isoformat() == word:
            return word
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{word!r} is not a day: write it as YYYY-MM-DD, for example 2026-11-30")


def _value(name: str, kind: str, word: str | bool) -> Any:
    if isinstance(word, bool):
        return word
    try:
        if kind == "int":
            return int(word)
        if kind.startswith("tuple"):
            return parse_ports(word)
    except ValueError:
        example = "a range such as 20000-20999" if kind.startswith("tuple") else "a number"
        raise SettingsError(flag_of(name), f"{word!r} is not {example}") from None
    return Path(word) if kind.startswith("Path") else word


def _metavar(name: str, kind: str) -> str:
    if name.endswith("_mb"):
        return "MB"
    if kind.startswith("Path"):
        return "PATH"
    if name.endswith("_port"):
        return "PORT"
    return {"int": "NUMBER", "tuple[int, int]": "A-B"}.get(kind, "TEXT")
