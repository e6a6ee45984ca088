"""`node`: a further process that holds realtime sockets for an installation, on this machine or on another."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path

from call24.cli.flags import add_settings, settings_from
from call24.kit.python import MODULE
from call24.kit.settings import Settings, SettingsError

FLAGS = (
    "http_host",
    "http_port",
    "mongodb_uri_file",
    "tls_cert",
    "tls_key",
    "origins",
    "trusted_proxies",
    "connections_per_address",
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".call24"),
        help="the main instance's data folder; on another machine, a folder with copies of its secrets/app.key and, "
        "if there is one, secrets/app.keyring",
    )
    add_settings(parser, FLAGS)


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError."""
    settings = node_settings(named)
    file = settings.run / f"node-{settings.http_port}.json"
    settings.save(file)
    # It becomes the node: whoever started it can end it, and sees how it ended.
    os.execv(MODULE[0], (*MODULE, "call24.server.node", str(file)))


def node_settings(named: argparse.Namespace) -> Settings:
    """Those of the main instance, where they are there, and what is the node's own. Raises: SettingsError."""
    if named.http_port is None:
        raise SettingsError("--http-port", "a node needs its own port: give one")
    known = named.data / "run" / "settings.json"
    main = Settings.load(known) if known.exists() else Settings(data=named.data)
    settings = settings_from(named, **{one.name: getattr(main, one.name) for one in fields(Settings)})
    if not (settings.secrets / "app.key").exists():
        missing = settings.secrets / "app.key"
        told = f"{missing} is missing: copy it, and app.keyring if there is one, from the main instance (mode 0600)"
        raise SettingsError("--data", told)
    if not all(file.exists() for file in settings.certificate):
        raise SettingsError("--tls-cert", f"give this flag and --tls-key: there is no {settings.certificate[0]}")
    return settings
