"""Gives an installation that runs new keys and secrets. No call is cut: Asterisk reloads its own, and MongoDB, the
server and what leads to the PBX restart.

Each can be repeated, and carried on where it was killed. What there is, how old it is and what cannot be replaced:
keys.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator

from call24.asterisk.cli import told_by
from call24.installer import asterisk_conf, asterisk_program, certificates, mongodb_secrets, pbx_pairing
from call24.installer.api_client import Api, ApiAnswer
from call24.installer.child_processes import left_over_pid
from call24.installer.errors import StartError
from call24.installer.stack import PBX_LINK, listens
from call24.kit.key_ring import KEPT, KeyRing
from call24.kit.key_ring_file import change, replace_root
from call24.kit.package import COMMAND
from call24.kit.secrets import replace_secret
from call24.kit.settings import Settings

BACK_S = 40.0
SERVER_BACK_S = 10.0
RESEALED_S = 600.0
"""Without progress; the server goes on without who waits."""
LOOK_S = 0.2
UNOPENED = f"enter them again or delete them (the server's log says which), then {COMMAND} rotate app looks again"
ORGANISATIONS = "/v1/internal/organisations"
WITHOUT_SERVER = frozenset({"tls", "ca", "recordings", "files", "mongodb", "internal"})
"""What the server takes into use as it runs, and what restarts it itself."""
RETENTION = "retention"
"""The backstop, which the parent starts beside the server (stack.py)."""
RESTARTS_MAX = 4
"""For what is sealed with the earlier app key: one is the rule, more where it was stored again meanwhile."""
LISTENER, KEEPER = "pbx_listener", "recording_keeper"
"""Of a PBX's own host (pbx_stack.py)."""


def on_pbx_host(settings: Settings) -> bool:
    """Whether this data folder is a PBX's, on a host of its own."""
    return (settings.pbx_secrets / pbx_pairing.FILE).exists()


def rotate(settings: Settings, names: list[str]) -> Iterator[str]:
    """Each of these; a line when it is done. Raises: StartError, Unavailable."""
    ways = ON_PBX if on_pbx_host(settings) else ROTATABLE
    try:
        for name in names:
            yield f"{name}: {ways[name](settings)}"
    finally:  # also when one of them failed: the server must know those that were changed before it
        if set(names) - WITHOUT_SERVER and not on_pbx_host(settings):
            _end(settings, "server")
    if "app" in names:
        yield from _sealed_anew(settings)


def _tls(settings: Settings) -> str:
    if settings.tls_cert:
        return "replace the files of --tls-cert and --tls-key yourself: they are read again within seconds"
    certificates.make(settings, anew=True)
    return "the server has a new key and certificate, of the same authority"


def _ca(settings: Settings) -> str:
    if settings.tls_cert:
        return "your certificate is of another authority (--tls-cert)"
    for name in ("ca.key", "ca.pem"):
        (settings.tls / name).unlink(missing_ok=True)
    certificates.make(settings, anew=True)
    return "there is a new certificate authority: every phone and computer has to trust it (https://ADDRESS/trust)"


def _ari(settings: Settings) -> str:
    if settings.pbx is not None:
        return f"it is the PBX's: run {COMMAND} rotate ari on its host"
    if not settings.own_asterisk:
        return "the Asterisk is an external one: change its password there"
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
    return "Asterisk's REST and manager interfaces have a new password"


def _mongodb(settings: Settings) -> str:
    if not settings.own_mongodb:
        return "it is an external one: change its password there"
    try:
        mongodb_secrets.replace_passwords(settings)
    finally:  # before MongoDB restarts: the server connects by the new one
        _end(settings, "server")
    return "its user and its administrator have new passwords"


def _mongodb_key_file(settings: Settings) -> str:
    if not settings.own_mongodb:
        return "it is an external one: replace the key file of its members there, one after the other"
    mongodb_secrets.make_key_file(settings)
    if not _end(settings, "mongod"):
        return "it is taken into use when MongoDB starts"
    if not _wait(lambda: left_over_pid(settings.data, "mongod") is not None and listens(settings.mongodb_port), BACK_S):
        raise StartError(f"MongoDB did not come back within {BACK_S:.0f} s: see {settings.log / 'mongod.log'}")
    return "MongoDB started again with a new key file"


def _internal(settings: Settings) -> str:
    for name in ("doctor", "operator", "metrics"):
        replace_secret(settings.secrets / name, secrets.token_urlsafe(32))
    _end(settings, "server")  # else it lets no command in any more
    return "doctor, operator and metrics have new secrets"


def _app(settings: Settings) -> str:
    fresh = replace_root(settings.data)
    _end(settings, RETENTION)  # it runs beside the server, with the earlier one
    if not fresh:
        change(settings.data, lambda ring: ring.looked())
        return "the last rotation is not over: it is carried on"
    return (
        "there is a new app key. Realtime nodes on other machines (call24 node) need copies of secrets/app.key and "
        "secrets/app.keyring, and have to be restarted. If the earlier one was copied: also rotate recordings files "
        "web-push vcon, and sign everyone out (docs/security.md#secrets)"
    )


def give_up(settings: Settings) -> str:
    """Destroys the earlier app key although no key opens some secrets. Raises: StartError."""
    given = 0

    def destroyed(ring: KeyRing) -> KeyRing:
        nonlocal given
        given = ring.unopened
        return ring.looked(over=True) if given else ring

    change(settings.data, destroyed)
    if not given:
        raise StartError("there is no earlier app key that is kept for secrets which no key opens")
    return f"app: the earlier key was destroyed; {given} secrets stay that no key opens"


def _web_push(settings: Settings) -> str:
    new = {name: secrets.token_hex(32) for name in KEPT if name.startswith("web push, ")}
    change(settings.data, lambda ring: ring.with_kept(new))
    return "there is a new key: browsers are notified again once the app was opened in them"


def _vcon(settings: Settings) -> str:
    (settings.secrets / "vcon.key").unlink(missing_ok=True)
    return "the next vCon is signed with a new key; those of before have their certificate in them"


def _of_organisations(kind: str) -> Callable[[Settings], str]:
    def ask(settings: Settings) -> str:
        listed = _asked(settings, "GET", ORGANISATIONS)
        if not listed.ok:
            raise StartError(f"the server makes no new keys now: {listed.trouble}")
        made, failed = 0, {}
        for tenant_id in (one["id"] for one in listed.body["items"]):
            answer = _asked(settings, "POST", f"{ORGANISATIONS}/{tenant_id}/keys/{kind}")
            made += answer.ok
            if not answer.ok and answer.status != 404:  # it was deleted meanwhile
                failed[tenant_id] = answer.trouble
        if failed:
            which = ", ".join(f"{tenant_id} ({trouble})" for tenant_id, trouble in failed.items())
            raise StartError(f"{made} organisations have a new key for {kind}. Whether these have is unknown: {which}")
        return f"{made} organisations have a new key for {kind}"

    return ask


def _asked(settings: Settings, method: str, path: str) -> ApiAnswer:
    """By the server, which may be starting. What may have been done is not asked for again, but for a GET."""
    secret = settings.secrets / "operator"
    headers = {"X-Call24-Operator": secret.read_text().strip()} if secret.exists() else {}
    answer = ApiAnswer(0, "", {})

    def answered() -> bool:
        nonlocal answer
        answer = Api(settings).ask_now(method, path, None if method == "GET" else {}, headers)
        again = answer.status in (0, *range(500, 600)) if method == "GET" else answer.refused or answer.status == 503
        return not again

    _wait(answered, SERVER_BACK_S)
    return answer


def _pbx_link(settings: Settings) -> str:
    if settings.pbx is None:
        return "Asterisk is not on a host of its own"
    settings.ari_login()  # says what is wrong with the file
    _end(settings, PBX_LINK)
    return "the pairing file is read again"


def _pbx_ari(settings: Settings) -> str:
    said = _ari(settings)
    return f"{said}; {_paired_anew(settings)}"


def _pbx(settings: Settings) -> str:
    for name in ("ca.key", "ca.pem"):
        (settings.pbx_secrets / name).unlink(missing_ok=True)
    return f"this host and its server have new certificates; {_paired_anew(settings)}"


def _paired_anew(settings: Settings) -> str:
    pbx_pairing.make(settings)
    for name in (KEEPER, LISTENER):
        _end(settings, name)
    file = settings.pbx_secrets / pbx_pairing.FILE
    return f"copy {file} to the server's host now, then run there: {COMMAND} rotate pbx (calls go on meanwhile)"


ROTATABLE: dict[str, Callable[[Settings], str]] = {
    "tls": _tls,
    "ari": _ari,
    "mongodb": _mongodb,
    "mongodb-keyfile": _mongodb_key_file,
    "internal": _internal,
    "vcon": _vcon,
    "recordings": _of_organisations("recordings"),
    "files": _of_organisations("files"),
    "app": _app,
    "web-push": _web_push,
    "ca": _ca,
    "pbx": _pbx_link,
}
ON_PBX: dict[str, Callable[[Settings], str]] = {"tls": _tls, "ari": _pbx_ari, "pbx": _pbx}
UNNOTICED = ("tls", "ari", "mongodb", "mongodb-keyfile", "internal", "vcon")
"""What `rotate` alone replaces: nobody has to do anything, and nothing is encrypted again."""


def _sealed_anew(settings: Settings) -> Iterator[str]:
    """Until the earlier app key is destroyed: the server seals again, and starts once more in between."""
    restarts = 0
    while (ring := KeyRing.load(settings.data)).earlier:
        if left_over_pid(settings.data, "server") is None and not _wait(lambda: _server_there(settings), SERVER_BACK_S):
            yield "app: what is sealed with the earlier key is sealed again at the next start"
            return
        if ring.unopened:
            raise StartError(
                f"no app key opens {ring.unopened} secrets, so the earlier one is kept: {UNOPENED}; "
                f"{COMMAND} rotate app --give-up destroys it all the same"
            )
        if ring.looked_through and restarts == RESTARTS_MAX:
            yield f"app: after {restarts} restarts something still seals with the earlier key: run it again later"
            return
        if ring.looked_through:
            restarts += 1
            yield f"app: {ring.resealed} secrets are sealed with the new key"
            change(settings.data, lambda now: now.looked())
            _end(settings, "server")
        if not _wait(lambda: _further(settings, ring), RESEALED_S):
            yield "app: sealing it again takes long and goes on; run it again to see how far it is"
            return
    yield "app: nothing is sealed with an earlier key any more, and it was destroyed"


def _further(settings: Settings, before: KeyRing) -> bool:
    now = KeyRing.load(settings.data)
    return now.looked_through or not now.earlier or now.resealed != before.resealed


def _server_there(settings: Settings) -> bool:
    return left_over_pid(settings.data, "server") is not None


def _end(settings: Settings, name: str) -> bool:
    """Its parent starts it again at once; what it does not run starts with the new ones anyway."""
    pid = left_over_pid(settings.data, name)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    return _wait(lambda: left_over_pid(settings.data, name) != pid, BACK_S)


def _wait(until: Callable[[], bool], most_s: float) -> bool:
    end = time.monotonic() + most_s
    while not (there := until()) and time.monotonic() < end:
        time.sleep(LOOK_S)
    return there
