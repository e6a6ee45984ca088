"""Every setting of one Call24 installation: its name, default and meaning. What may be set is settings_rules.py's.

Uses the standard library only, so that the lean parent process can import it. It does not read the command line (cli/
does), start anything or look at the machine (installer/ does).
"""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from call24.kit.pbx_pairing import Pairing
from call24.kit.settings_places import DataPaths
from call24.kit.settings_rules import check
from call24.kit.settings_types import ARI_ADVICE, Credentials, check_mongodb_uri, first_line, headers_in
from call24.kit.settings_types import SettingsError as SettingsError
from call24.kit.settings_types import check_certificate as check_certificate
from call24.kit.settings_types import flag_of as flag_of
from call24.kit.settings_types import is_loopback as is_loopback
from call24.kit.settings_types import parse_ports as parse_ports

DATABASE = "call24"
MONGODB_USER = "call24"
MONGODB_ADMIN = "admin"
REPLICA_SET = "call24"
ARI_APP = "call24"
ARI_USER = "call24"
SYSTEM_NAME = "call24"
FAR_PROMPTS = "prompts"
"""The folder of organisations' prompts, in Asterisk's own folder of sounds."""


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class Settings(DataPaths):
    """One installation's settings; each is a flag of `./call24 up` too (`http_port` is `--http-port`)."""

    data: Path = _setting(Path(".call24"), "data folder: everything that Call24 stores")
    http_host: str = _setting("127.0.0.1", "address on which the app, the API and the agents' phones are served")
    http_port: int = _setting(8024, "port of the app and the API (HTTPS)")
    sip_host: str = _setting("127.0.0.1", "address on which Asterisk listens for trunks")
    sip_port: int = _setting(5060, "port for SIP trunks (UDP and TCP)")
    sip_tls_port: int = _setting(5061, "port for SIP trunks over TLS")
    trunk_cas: Path | None = _setting(
        None, "PEM file of further certificate authorities for carriers' certificates, besides the system's"
    )
    wss_port: int = _setting(8089, "port for the agents' phones (SIP over secure WebSocket)")
    ari_port: int = _setting(8088, "port of Asterisk's control interface (this machine only)")
    mongodb_port: int = _setting(27024, "port of the embedded MongoDB (this machine only)")
    rtp_ports: tuple[int, int] = _setting((20000, 20999), "ports for RTP audio, as A-B")
    public_address: str = _setting("127.0.0.1", "name or address by which phones and trunks reach this machine")
    mongodb: str | None = _setting(None, "URI of an external MongoDB, without a password")
    mongodb_uri_file: Path | None = _setting(None, "file with the URI of an external MongoDB, password included")
    asterisk_ari: str | None = _setting(None, "URL of an external Asterisk's ARI, such as https://pbx:8089/ari")
    asterisk_ari_credentials: Path | None = _setting(None, "file with the external ARI's USER:PASSWORD")
    pbx: str | None = _setting(
        None, "a PBX on a host of its own, where the command pbx runs, as HOST:PORT; recordings stay there"
    )
    pbx_pairing: Path | None = _setting(None, "pairing file that the command pbx made there, for --pbx")
    tls_cert: Path | None = _setting(
        None, "certificate chain for HTTPS (default: one issued by the installation's own CA)"
    )
    tls_key: Path | None = _setting(None, "private key of --tls-cert")
    espeak: Path | None = _setting(
        None, "path of espeak-ng, which speaks prompts (default: the one that comes with Asterisk)"
    )
    recording_floor_mb: int = _setting(
        500, "free disk space in MB below which calls are not recorded; a warning is logged at twice that"
    )
    mongodb_cache_mb: int = _setting(
        0,
        "memory in MB that the embedded MongoDB may take for its cache, at least 256 (default 0: an eighth of the "
        "machine's memory, 256 to 4096); large address books and histories are searched faster with more",
    )
    file_max_mb: int = _setting(100, "largest file in MB that may be attached to a person, task or call, 1 to 1024")
    file_quota_mb: int = _setting(10_240, "disk space in MB for all files of one organisation")
    files_store: str | None = _setting(
        None,
        "bucket of an S3-compatible store for attached files, as s3://BUCKET or s3://BUCKET/PREFIX (default: they stay "
        "in the data folder)",
    )
    files_store_endpoint: str | None = _setting(
        None, "address of --files-store, as https://HOST[:PORT] (default: Amazon S3 of --files-store-region)"
    )
    files_store_region: str = _setting("us-east-1", "region of --files-store's bucket, as the store calls it")
    files_store_credentials_file: Path | None = _setting(
        None, "file with two lines, the id of the access key for --files-store and its secret"
    )
    files_store_country: str = _setting("", "country of --files-store, as a code such as DE")
    clamd: str | None = _setting(
        None,
        "ClamAV's daemon on this machine, as unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310: files can be downloaded "
        "once it has looked at them (default: files are not scanned)",
    )
    reconcile_hour: int = _setting(
        3, "hour, in each organisation's time zone, after which the previous day is reconciled"
    )
    minimum_age: int = _setting(13, "years that somebody must be old to accept an invitation, 13 to 18")
    database_country: str = _setting(
        "",
        "country of this machine and its MongoDB, as a code such as DE; transfer registers are held against it",
    )
    mail_country: str = _setting("", "country of the mail server, as a code such as DE")
    sentry_dsn: str | None = _setting(
        None,
        "where crash reports are passed on to by Sentry's protocol, as https://KEY@HOST/PROJECT (default: nowhere)",
    )
    sentry_country: str = _setting("", "country of --sentry-dsn's service, as a code such as DE")
    otlp_endpoint: str | None = _setting(
        None,
        "OpenTelemetry collector to which traces of calls and requests are sent by OTLP (http/protobuf), as "
        "https://HOST:4318; /v1/traces is added (default: nothing is traced)",
    )
    otlp_headers_file: Path | None = _setting(
        None, "file with headers for --otlp-endpoint, such as a token, each on a line as NAME: VALUE"
    )
    otlp_country: str = _setting("", "country of --otlp-endpoint's collector, as a code such as DE")
    backup_days: int = _setting(
        30, "days after which backups are deleted at the latest, 1 to 365; privacy policies name it"
    )
    register_copy: Path | None = _setting(
        None,
        "folder on another disk to which the register of erasures is copied within seconds, such as register in the "
        "folder of backups; it must be there",
    )
    closing_days: int = _setting(14, "days from closing an organisation until everything of it is deleted, 4 to 90")
    smtp: str | None = _setting(
        None,
        "mail server, as smtp://USER@HOST:587 or smtps://; without one, the app shows links instead of sending them",
    )
    smtp_password_file: Path | None = _setting(None, "file with the password for --smtp")
    mail_from: str = _setting("Call24 <call24@localhost>", "sender of e-mails to users")
    mail_in_domain: str | None = _setting(
        None,
        "domain of the addresses whose e-mails become tasks, such as tasks.example.org (default: none is received)",
    )
    mail_in_host: str = _setting("127.0.0.1", "address on which e-mails for tasks are received, by SMTP")
    mail_in_port: int = _setting(8025, "port on which e-mails for tasks are received, by SMTP")
    mail_in_max_mb: int = _setting(25, "largest e-mail in MB that becomes a task, 1 to 100")
    pusher_url_file: Path | None = _setting(
        None, "file with the URL of hosted Pusher, https://KEY:SECRET@HOST/apps/ID, which then delivers realtime events"
    )
    pusher_country: str = _setting("", "country of the hosted Pusher of --pusher-url-file, as a code such as US")
    webhooks_private: bool = _setting(
        False, "allow webhooks and erasure notices to this machine and to private networks"
    )
    sign_in_private: bool = _setting(False, "allow identity providers on this machine and in private networks")
    trunks_private: bool = _setting(
        False, "allow trunks to this machine and to private networks (never to Call24's own ports)"
    )
    trunk_widest_ipv4: int = _setting(24, "shortest IPv4 prefix that a trunk's address range may have")
    trunk_widest_ipv6: int = _setting(64, "shortest IPv6 prefix that a trunk's address range may have")
    trunk_networks: int = _setting(
        4096, "maximum number of addresses and ranges in the trunks of all organisations together"
    )
    trunk_networks_each: int = _setting(256, "maximum number of addresses and ranges in the trunks of one organisation")
    origins: str | None = _setting(
        None, "further web origins that may use the API and open realtime connections, as https://HOST,..."
    )
    trusted_proxies: str | None = _setting(
        None,
        "reverse proxies whose X-Forwarded-For and X-Forwarded-Proto headers are trusted, as 127.0.0.1,10.0.0.0/24",
    )
    connections_per_address: int = _setting(
        1000,
        "maximum number of unauthenticated connections from one address (IPv6: one /64); one more closes the oldest",
    )
    android_app: str | None = _setting(
        None, "your Android app, which opens this server's links, as org.example.app=SHA-256-FINGERPRINT,..."
    )
    apple_app: str = _setting("", "your iOS app, which opens this server's links, as TEAMID.org.example.app")
    log_format: str = _setting(
        "text", "how Call24's own processes write their log files: text, or json with an object in each line"
    )
    seed_demo: bool = _setting(False, "create the demo organisation")

    @classmethod
    def on_ports(cls, data: Path, base: int, **more: Any) -> Settings:
        """An installation whose ports all lie in base .. base + 899 (for tests and a second instance)."""
        numbered: dict[str, Any] = {
            "http_port": base,
            "wss_port": base + 1,
            "ari_port": base + 2,
            "sip_port": base + 3,
            "mongodb_port": base + 4,
            "sip_tls_port": base + 5,
            "mail_in_port": base + 6,
            "rtp_ports": (base + 100, base + 899),
        }
        return cls(data=data, **{**numbered, **more})

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Raises: SettingsError when the file is missing, is not JSON or names an unknown setting."""
        try:
            stored = json.loads(path.read_text())
        except FileNotFoundError:
            raise SettingsError("--data", f"{path} does not exist; is Call24 running on this data folder?") from None
        except ValueError:
            raise SettingsError("--data", f"{path} is damaged; start Call24 again, which writes a new one") from None
        return cls.of(stored)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from JSON-like values, each made its own type."""
        known = {f.name: f for f in fields(cls)}
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise SettingsError(flag_of(unknown[0]), "there is no such setting")
        return cls(**{name: _typed(str(known[name].type), value) for name, value in values.items()})

    def save(self, path: Path) -> None:
        """Write as JSON, whole or not at all; readable by this user only."""
        path.parent.mkdir(parents=True, exist_ok=True)
        values = {k: str(v) if isinstance(v, Path) else v for k, v in asdict(self).items()}
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(values, out, indent=1)
        part.replace(path)

    def checked(self) -> Settings:
        """These settings with absolute paths. Raises: SettingsError at the first that cannot be used."""
        paths = ((f.name, getattr(self, f.name)) for f in fields(self))
        absolute: dict[str, Any] = {name: value.absolute() for name, value in paths if isinstance(value, Path)}
        whole = replace(self, **absolute)
        check(whole)
        return whole

    # What they mean together.
    @property
    def certificate(self) -> tuple[Path, Path]:
        """Certificate chain and private key that HTTPS and the agents' websocket use."""
        if self.tls_cert and self.tls_key:
            return self.tls_cert, self.tls_key
        return self.tls / "server.pem", self.tls / "server.key"

    @property
    def loopback(self) -> bool:
        """Whether phones and trunks are on this machine only."""
        return is_loopback(self.public_address)

    @property
    def own_ports(self) -> frozenset[int]:
        """What listens on this machine for Call24, and where sound arrives: no trunk leads there."""
        first, last = self.rtp_ports
        named = (
            self.http_port,
            self.sip_port,
            self.sip_tls_port,
            self.wss_port,
            self.ari_port,
            self.mongodb_port,
            self.mail_in_port,
        )
        return frozenset((*named, *range(first, last + 1)))

    @property
    def own_mongodb(self) -> bool:
        return not (self.mongodb or self.mongodb_uri_file or os.environ.get("CALL24_MONGODB_URI"))

    @property
    def most_calls(self) -> int:
        """How many calls there is room for: four ports each, and a fifth of the ports is left for those who ring, each
        of whom has two until it is refused."""
        first, last = self.rtp_ports
        return (last - first + 1) // 5

    @property
    def demo_carrier_port(self) -> int:
        """Where the demo's customers can be rung (SIP over UDP, this machine only)."""
        return self.rtp_ports[1] + 1

    @property
    def own_asterisk(self) -> bool:
        """Whether Asterisk runs on this machine, under this parent."""
        return self.asterisk_ari is None and self.pbx is None

    @property
    def own_phones_port(self) -> bool:
        """Whether this machine has the port that phones connect to."""
        return self.asterisk_ari is None

    @property
    def address(self) -> str:
        """Where a browser finds the app."""
        host = "localhost" if self.loopback else self.public_address
        return f"https://{host}:{self.http_port}"

    @property
    def ari_url(self) -> str:
        return (self.asterisk_ari or f"http://127.0.0.1:{self.ari_port}/ari").rstrip("/")

    def mongodb_uri(self) -> str:
        """The whole URI, its password included: environment, then file, then setting, then the embedded one.

        Raises: SettingsError when another machine's would be reached without TLS.
        """
        if flag_and_uri := self._external_uri():
            check_mongodb_uri(*flag_and_uri)
            return flag_and_uri[1]
        return self._embedded_uri(MONGODB_USER, "mongodb")

    def _external_uri(self) -> tuple[str, str] | None:
        """Where an external MongoDB's URI stands, and the URI."""
        if uri := os.environ.get("CALL24_MONGODB_URI"):
            return "CALL24_MONGODB_URI", uri
        if self.mongodb_uri_file:
            return "--mongodb-uri-file", first_line("--mongodb-uri-file", self.mongodb_uri_file)
        return ("--mongodb", self.mongodb) if self.mongodb else None

    def mongodb_admin_uri(self) -> str:
        """The embedded MongoDB's administrator, for setting it up and for tests that need other databases."""
        return self._embedded_uri(MONGODB_ADMIN, "mongodb_admin")

    def origin_list(self) -> tuple[str, ...]:
        return tuple(self.origins.split(",")) if self.origins else ()

    def proxy_list(self) -> tuple[str, ...]:
        return tuple(each.strip() for each in (self.trusted_proxies or "").split(",") if each.strip())

    def pusher_url(self) -> str | None:
        """Hosted Pusher's, its secret included; None: our own sockets. Raises: SettingsError when it cannot be read."""
        return first_line("--pusher-url-file", self.pusher_url_file) if self.pusher_url_file else None

    @property
    def files_store_address(self) -> str:
        return (self.files_store_endpoint or f"https://s3.{self.files_store_region}.amazonaws.com").rstrip("/")

    @property
    def files_store_said(self) -> str:
        """As a policy names it; empty: none is set."""
        if self.files_store is None:
            return ""
        host = urllib.parse.urlsplit(self.files_store_address).hostname
        where = f"{self.files_store_region}, {self.files_store_country}".rstrip(", ")
        return f"the S3-compatible store for files {host}, region {where}; it gets encrypted files alone"

    def files_store_login(self) -> Credentials:
        """Raises: SettingsError when it cannot be read."""
        flag, path = "--files-store-credentials-file", self.files_store_credentials_file
        if path is None:
            raise SettingsError(flag, "is needed with --files-store: a file with the key's id and its secret")
        first_line(flag, path)
        lines = path.read_text().split()
        if len(lines) != 2 or not all(re.fullmatch(r"[!-~]{1,2048}", each) for each in lines):
            raise SettingsError(flag, f"{path} must have two lines: the id of the access key, and its secret")
        return Credentials(*lines)

    def otlp_headers(self) -> dict[str, str]:
        """Raises: SettingsError when they cannot be read."""
        return headers_in("--otlp-headers-file", self.otlp_headers_file) if self.otlp_headers_file else {}

    def ari_login(self) -> Credentials:
        """Who Call24 is to Asterisk. Raises: SettingsError when an external Asterisk's credentials are missing."""
        if self.own_asterisk:
            return Credentials(ARI_USER, (self.secrets / "ari").read_text().strip())
        if self.pbx is not None and self.pbx_pairing is not None:
            return Credentials(ARI_USER, Pairing.load(self.pbx_pairing).ari_password)
        if self.asterisk_ari_credentials:
            text = first_line("--asterisk-ari-credentials", self.asterisk_ari_credentials)
            user, _, password = text.partition(":")
        else:
            user, password = os.environ.get("CALL24_ARI_USER", ""), os.environ.get("CALL24_ARI_PASSWORD", "")
        if not (user and password):
            raise SettingsError("--asterisk-ari", ARI_ADVICE)
        return Credentials(user, password)

    def smtp_password(self) -> str | None:
        """Raises: SettingsError."""
        return first_line("--smtp-password-file", self.smtp_password_file) if self.smtp_password_file else None

    def _embedded_uri(self, user: str, secret: str) -> str:
        try:
            password = (self.secrets / secret).read_text().strip()
        except FileNotFoundError:
            raise SettingsError("--mongodb", "is an external one here: set CALL24_MONGODB_URI as for `up`") from None
        where = f"127.0.0.1:{self.mongodb_port}/{DATABASE}"
        return f"mongodb://{user}:{password}@{where}?authSource=admin&directConnection=true"


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind.startswith("Path"):
        return Path(value)
    return (int(value[0]), int(value[1])) if kind.startswith("tuple") else value
