"""Which keys and secrets an installation has: what each is for, how old it is, what replacing it means, and which
cannot be replaced. It replaces none: rotation.py does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from call24.installer.rotation import ON_PBX, ROTATABLE, UNOPENED, on_pbx_host
from call24.kit.key_ring import KEPT, KeyRing, root_of
from call24.kit.package import COMMAND
from call24.kit.settings import Settings

OLD = timedelta(days=730)
"""A key that encrypts is replaced after two years. Source: NIST SP 800-57 part 1 rev. 5, table 1."""


@dataclass(frozen=True, kw_only=True)
class RotatableKey:
    """`files`: whose time says how old it is, empty: it is in MongoDB, one of each organisation. `means`: what
    replacing it means; `ages`: whether it is to be replaced when it is old."""

    name: str
    what: str
    means: str
    files: Callable[[Settings], Sequence[Path]] = lambda settings: ()
    ages: bool = True


def _secret(*names: str) -> Callable[[Settings], Sequence[Path]]:
    return lambda settings: [settings.secrets / name for name in names]


_KEYS = (
    RotatableKey(
        name="tls",
        what="key and certificate of HTTPS, of phones' websocket and of SIP over TLS",
        means="used for new connections within seconds; renewed by itself each year",
        files=lambda settings: [settings.certificate[1]],
        ages=False,
    ),
    RotatableKey(
        name="ari",
        what="password of Asterisk's REST and manager interfaces",
        means="Asterisk reloads it, the server restarts; of a PBX on a host of its own: the pairing file is new",
        files=_secret("ari"),
    ),
    RotatableKey(
        name="mongodb",
        what="passwords of MongoDB's user and administrator",
        means="changed in MongoDB, the server restarts",
        files=_secret("mongodb", "mongodb_admin"),
    ),
    RotatableKey(
        name="mongodb-keyfile",
        what="key file by which MongoDB's members know each other",
        means="MongoDB restarts; events wait on this machine's disk meanwhile",
        files=_secret("mongodb_keyfile"),
    ),
    RotatableKey(
        name="internal",
        what="secrets of doctor, operator and metrics",
        means="the server restarts; Prometheus needs the new secrets/metrics",
        files=_secret("doctor", "operator", "metrics"),
    ),
    RotatableKey(
        name="vcon",
        what="key that signs vCons",
        means="new vCons are signed with a new one; the certificate of the earlier one stays valid, also for a thief",
        files=_secret("vcon.key"),
    ),
    RotatableKey(
        name="recordings",
        what="keys of recordings, one of each organisation",
        means="new recordings have a new one, earlier ones are encrypted again, then the earlier key is destroyed",
    ),
    RotatableKey(
        name="files",
        what="keys of attachments, one of each organisation",
        means="new files have a new one; earlier files keep theirs until they are deleted",
    ),
    RotatableKey(
        name="app",
        what="app key: what is sealed in MongoDB, and keys that are derived from it",
        means="the server restarts twice; what is sealed is sealed again, then the earlier key is destroyed. If it was "
        "copied: also rotate recordings files web-push vcon, and sign everyone out",
        files=lambda settings: [root_of(settings.data)],
    ),
    RotatableKey(
        name="web-push",
        what="key by which push services know this installation (VAPID)",
        means="a browser gets no notifications until the app was opened in it",
        ages=False,
    ),
    RotatableKey(
        name="ca",
        what="this installation's own certificate authority",
        means="every phone and computer has to trust the new one before it connects again",
        files=lambda settings: [settings.tls / "ca.key"],
        ages=False,
    ),
    RotatableKey(
        name="pbx",
        what="certificates by which a PBX on a host of its own and its server know each other",
        means="on the PBX's host: new ones are made; on the server's: the pairing file that was copied is read again",
        files=lambda settings: [
            *([settings.pbx_pairing] if settings.pbx_pairing is not None else []),
            settings.pbx_secrets / "ca.key",
        ],
    ),
)

ELSEWHERE = (
    ("secrets of webhooks, Pusher applications and processors", "in the app, by their organisation"),
    ("credentials of CRMs, identity providers and trunks", "in the app, by their organisation"),
    ("phones' SIP passwords", "one of each sign-in: signing out ends it"),
    ("sessions and API tokens", "stored as SHA-256 without a key: revoke them in the app"),
    ("keys of backups", "one of each backup, sealed with your passphrase or key file: the next one takes the new one"),
    ("files that you name by a flag (--smtp-password-file and others)", "replace the file, then restart"),
    ("keys of media (DTLS-SRTP), and of SIP traces", "made for each call, and for each trace"),
)
"""What has no name here, and how it is replaced."""


def there(settings: Settings) -> list[RotatableKey]:
    """Those of this data folder."""
    names = ON_PBX if on_pbx_host(settings) else ROTATABLE
    return [key for key in _KEYS if key.name in names and (key.name != "pbx" or _has_pbx(settings))]


def since(key: RotatableKey, settings: Settings) -> datetime | None:
    """When the oldest of it was made, by its file's time; None: that is not known here, or there is none yet."""
    times = [file.stat().st_mtime for file in key.files(settings) if file.exists()]
    return datetime.fromtimestamp(min(times), UTC) if times else None


def old(settings: Settings, now: datetime) -> list[tuple[RotatableKey, int]]:
    """Those that are to be replaced, and their age in days."""
    ages = [(key, now - made) for key in there(settings) if key.ages and (made := since(key, settings)) is not None]
    return [(key, age.days) for key, age in ages if age > OLD]


def told(settings: Settings, now: datetime) -> Iterator[str]:
    """A line for each, what it is and what replacing it means; then what is replaced elsewhere, and what is not."""
    for key in there(settings):
        made = since(key, settings)
        age = f"{(now - made).days} days" if made is not None else "-"
        yield f"{key.name:<16}{age:>10}  {key.what}"
        yield f"{'':<28}{key.means}"
    ring = KeyRing.load(settings.data)
    if ring.earlier and ring.unopened:
        yield f"\nNo key opens {ring.unopened} secrets, so the earlier app key is kept: {UNOPENED}"
    elif ring.earlier:
        yield f"\nThe last rotation of app goes on ({ring.resealed} sealed again): {COMMAND} rotate app carries it on"
    if on_pbx_host(settings):
        return
    yield "\nReplaced elsewhere:"
    yield from (f"  {what}: {how}" for what, how in ELSEWHERE)
    yield "\nDerived from the app key, and kept when that is replaced:"
    yield from (f"  {purpose}: {why}" for purpose, why in KEPT.items())


def _has_pbx(settings: Settings) -> bool:
    return settings.pbx is not None or on_pbx_host(settings)
