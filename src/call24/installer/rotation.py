"""Gives an installation that runs new secrets. No call is cut: Asterisk reads its own anew, the server starts anew.

Not rotatable: the app key, since keys of recordings, of sealed passwords and of contacts follow from it, and the
authority's key, since devices trust it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import Callable

from call24.asterisk.cli import told_by
from call24.installer import asterisk_conf, asterisk_program, certificates, mongod
from call24.installer.child_processes import left_over_pid
from call24.installer.errors import StartError
from call24.kit.mongo import replica_set
from call24.kit.secrets import replace_secret
from call24.kit.settings import MONGODB_ADMIN, MONGODB_USER, Settings


def rotate(settings: Settings, names: list[str]) -> list[str]:
    """Each of these secrets; what was done, a line for each. Raises: StartError, Unavailable."""
    try:
        return [ROTATABLE[name](settings) for name in names]
    finally:  # also when one of them failed: the server must know those that were changed before it
        if set(names) - {"tls"}:
            _start_server_anew(settings)


def _tls(settings: Settings) -> str:
    if settings.tls_cert:
        return "tls: replace the files of --tls-cert and --tls-key yourself: they are read again within seconds"
    certificates.make(settings, anew=True)
    return "tls: the server has a new key and certificate, of the same authority"


def _ari(settings: Settings) -> str:
    if not settings.own_asterisk:
        return "ari: the Asterisk is an external one: change its password there"
    program = asterisk_program.find(settings.data / "asterisk")
    if program is None:
        raise StartError("the Asterisk that this version needs is not there yet: start it on this data folder first")
    replace_secret(settings.secrets / "ari", os.urandom(24).hex())
    asterisk_conf.render(settings, program)
    try:
        for command in ("module reload res_ari.so", "module reload manager"):
            asyncio.run(told_by(settings.asterisk_control, command))
    except OSError as error:
        raise StartError(f"Asterisk does not answer ({error}): it takes the new password when it starts") from None
    return "ari: Asterisk's REST and manager interfaces have a new password"


def _mongodb(settings: Settings) -> str:
    if not settings.own_mongodb:
        return "mongodb: it is an external one: change its password there"
    for user, name in ((MONGODB_USER, "mongodb"), (MONGODB_ADMIN, "mongodb_admin")):
        admin = (settings.secrets / "mongodb_admin").read_text().strip()
        password = os.urandom(24).hex()
        replica_set.change_password(mongod.member(settings), (MONGODB_ADMIN, admin), user, password)
        replace_secret(settings.secrets / name, password)
    return "mongodb: its user and its administrator have new passwords"


def _internal(settings: Settings) -> str:
    for name in ("doctor", "operator", "metrics"):
        replace_secret(settings.secrets / name, secrets.token_urlsafe(32))
    return "internal: doctor, operator and metrics have new secrets"


ROTATABLE: dict[str, Callable[[Settings], str]] = {
    "tls": _tls,
    "ari": _ari,
    "mongodb": _mongodb,
    "internal": _internal,
}


def _start_server_anew(settings: Settings) -> None:
    """Its parent does, at once; what it does not run starts with the new ones anyway."""
    if (pid := left_over_pid(settings.data, "server")) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
