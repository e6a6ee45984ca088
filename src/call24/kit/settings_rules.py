"""What an installation's settings must be to be used, each by itself and together. Standard library only.

It reads files that settings name, and looks at nothing else of the machine (installer/ does).
"""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import urllib.parse
from typing import TYPE_CHECKING

from call24.kit.pbx_pairing import place
from call24.kit.proxies import Proxies
from call24.kit.settings_types import (
    ARI_ADVICE,
    PASSWORD_ADVICE,
    AndroidApp,
    SettingsError,
    check_certificate,
    check_mongodb_uri,
    flag_of,
    is_loopback,
)

if TYPE_CHECKING:
    from call24.kit.settings import Settings

MIN_RTP_PORTS = 40


def check(settings: Settings) -> None:
    """Raises: SettingsError at the first that cannot be used."""
    _check_hosts(settings)
    _check_ports(settings)
    _check_countries(settings)
    _check_files(settings)
    _check_external(settings)
    _check_mail(settings)
    _check_mail_in(settings)
    _check_sentry(settings)
    _check_otlp(settings)
    _check_files_store(settings)
    _check_clamd(settings)
    _check_apps(settings)
    if settings.log_format not in ("text", "json"):
        raise SettingsError("--log-format", f"is text or json, not {settings.log_format!r}")
    if not 1 <= settings.backup_days <= 365:
        raise SettingsError("--backup-days", "must be from 1 to 365")
    if settings.register_copy and settings.register_copy.is_relative_to(settings.data):
        raise SettingsError("--register-copy", "is in the data folder, and would be lost with it; give another disk's")


def _check_mail_in(settings: Settings) -> None:
    name = settings.mail_in_domain
    if name is not None and (
        len(name) > 200 or not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)+", name)
    ):
        raise SettingsError("--mail-in-domain", f"{name} is no domain in small letters, such as tasks.example.org")


def _check_clamd(settings: Settings) -> None:
    """Files go to it in the clear, so it is on this machine."""
    if settings.clamd is None:
        return
    kind, _, where = settings.clamd.partition(":")
    host, _, port = where.rpartition(":")
    unix = kind == "unix" and where.startswith("/")
    tcp = kind == "tcp" and is_loopback(host.strip("[]")) and port.isdigit() and 1 <= int(port) <= 65535
    if not (unix or tcp):
        raise SettingsError(
            "--clamd", f"{settings.clamd} is no socket of this machine; give unix:/path or tcp:127.0.0.1:PORT"
        )


def _check_apps(settings: Settings) -> None:
    if settings.android_app is not None:
        try:
            AndroidApp.read(settings.android_app)
        except ValueError as error:
            raise SettingsError("--android-app", str(error)) from None
    if settings.apple_app and not re.fullmatch(r"[A-Z0-9]{10}(\.[A-Za-z0-9-]+){2,10}", settings.apple_app):
        raise SettingsError(
            "--apple-app", f"{settings.apple_app[:80]} is no app id, such as ABCDE12345.org.example.app"
        )


def _check_hosts(settings: Settings) -> None:
    for name in ("http_host", "sip_host", "mail_in_host"):
        try:
            ipaddress.ip_address(getattr(settings, name))
        except ValueError:
            raise SettingsError(flag_of(name), "must be an IP address, such as 127.0.0.1 or 0.0.0.0") from None
    name = settings.public_address
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?", name):
        raise SettingsError("--public-address", "must be an IP address or a host name")
    if name in ("0.0.0.0", "::"):
        raise SettingsError("--public-address", "must be an address others can reach, not a wildcard")
    if not all(re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?", each) for each in settings.origin_list()):
        raise SettingsError("--origins", "must be such as https://a.example,https://b.example:8443")
    if settings.connections_per_address < 10:
        raise SettingsError("--connections-per-address", "an app alone opens several; give at least 10")
    try:
        proxies = Proxies(settings.proxy_list())
    except ValueError as error:
        raise SettingsError("--trusted-proxies", f"must be such as 127.0.0.1,10.0.0.0/24: {error}") from None
    if wide := [each for each in proxies.networks if each.prefixlen < (8 if each.version == 4 else 16)]:
        raise SettingsError("--trusted-proxies", f"{wide[0]} would believe nearly everybody; name the proxies alone")


def _check_ports(settings: Settings) -> None:
    seen: dict[int, str] = {}
    used = ["http_port", "sip_port", "sip_tls_port", "wss_port", "ari_port", "mongodb_port"]
    for name in (*used, *(["mail_in_port"] if settings.mail_in_domain is not None else [])):
        port, flag = getattr(settings, name), flag_of(name)
        if not 1 <= port <= 65535:
            raise SettingsError(flag, f"{port} is not a port; give one from 1 to 65535")
        if port in seen:
            raise SettingsError(flag, f"{port} is also {seen[port]}; give each its own port")
        seen[port] = flag
    for name, least, most in (
        ("trunk_widest_ipv4", 8, 32),
        ("trunk_widest_ipv6", 16, 128),
        ("recording_floor_mb", 1, 10**10),
        ("mongodb_cache_mb", 0, 10**6),
        ("file_max_mb", 1, 1024),
        ("file_quota_mb", 1, 10**9),
        ("mail_in_max_mb", 1, 100),
        ("reconcile_hour", 0, 23),
        ("closing_days", 4, 90),
        ("minimum_age", 13, 18),
        ("trunk_networks", 1, 7680),
        ("trunk_networks_each", 1, 7680),
    ):
        if not least <= getattr(settings, name) <= most:
            raise SettingsError(flag_of(name), f"must be from {least} to {most}")
    first, last = settings.rtp_ports
    if not 1024 <= first < last <= 65535:
        raise SettingsError("--rtp-ports", f"{first}-{last} is no range within 1024-65535")
    if last - first + 1 < MIN_RTP_PORTS:
        raise SettingsError("--rtp-ports", f"a call uses 4 ports; give at least {MIN_RTP_PORTS}")
    if first <= settings.sip_port <= last:
        raise SettingsError("--rtp-ports", f"{first}-{last} must not include --sip-port {settings.sip_port}")


def _check_countries(settings: Settings) -> None:
    for name in (field.name for field in dataclasses.fields(settings) if field.name.endswith("_country")):
        if (code := getattr(settings, name)) and not (len(code) == 2 and code.isascii() and code.isupper()):
            raise SettingsError(flag_of(name), f"{code} is no country code; give two capital letters, such as DE")


def _check_files(settings: Settings) -> None:
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise SettingsError("--tls-cert", "and --tls-key belong together; give both or neither")
    files = (
        "tls_cert",
        "tls_key",
        "trunk_cas",
        "mongodb_uri_file",
        "asterisk_ari_credentials",
        "pbx_pairing",
        "smtp_password_file",
        "pusher_url_file",
        "otlp_headers_file",
        "files_store_credentials_file",
    )
    for name in files:
        path = getattr(settings, name)
        if path and not os.access(path, os.R_OK):
            raise SettingsError(flag_of(name), f"{path} cannot be read")
    if settings.tls_cert and settings.tls_key:
        check_certificate(settings.tls_cert, settings.tls_key)
    if settings.espeak and not (settings.espeak.is_file() and os.access(settings.espeak, os.X_OK)):
        raise SettingsError("--espeak", f"{settings.espeak} is no program; name espeak-ng itself")


def _check_mail(settings: Settings) -> None:
    if settings.smtp is not None:
        parts = urllib.parse.urlsplit(settings.smtp)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError("--smtp", "must be such as smtp://user@mail.example.com:587")
        if parts.password:
            raise SettingsError("--smtp", "must not carry a password: put it into a file for --smtp-password-file")
    if not re.fullmatch(r"[^\r\n<>]*<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+", settings.mail_from):
        raise SettingsError("--mail-from", "must be such as Call24 <call24@example.com>")


def _check_sentry(settings: Settings) -> None:
    """Another machine's is reached by TLS."""
    if settings.sentry_dsn is None:
        return
    parts = urllib.parse.urlsplit(settings.sentry_dsn)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    project = parts.path.rpartition("/")[2]
    if not (secure and parts.username and parts.hostname and project.isdecimal()) or parts.password or parts.query:
        raise SettingsError("--sentry-dsn", "must be such as https://KEY@errors.example.com/1")


def _check_otlp(settings: Settings) -> None:
    """Another machine's is reached by TLS."""
    if settings.otlp_endpoint is None:
        if settings.otlp_headers_file:
            raise SettingsError("--otlp-headers-file", "is only of use together with --otlp-endpoint")
        return
    try:
        parts = urllib.parse.urlsplit(settings.otlp_endpoint)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        usable = secure and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        text = "must be such as https://traces.example.com:4318; http:// leads to this machine alone"
        raise SettingsError("--otlp-endpoint", f"{text}, and tokens stand in --otlp-headers-file")
    settings.otlp_headers()


def _check_files_store(settings: Settings) -> None:
    """Another machine's is reached by TLS."""
    if settings.files_store is None:
        for name in ("files_store_endpoint", "files_store_credentials_file"):
            if getattr(settings, name) is not None:
                raise SettingsError(flag_of(name), "is only of use together with --files-store")
        return
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-]{1,60}){0,5}/?", settings.files_store):
        raise SettingsError("--files-store", "must be such as s3://bucket/prefix; keys stand in a file")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", settings.files_store_region):
        raise SettingsError("--files-store-region", "must be such as eu-central-1")
    try:
        parts = urllib.parse.urlsplit(settings.files_store_endpoint or "https://amazonaws.com")
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        usable = secure and parts.hostname and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        text = "must be such as https://s3.example.com; http:// leads to this machine alone"
        raise SettingsError("--files-store-endpoint", f"{text}, and keys stand in --files-store-credentials-file")
    settings.files_store_login()


def _check_external(settings: Settings) -> None:
    uri = settings.mongodb
    if uri is not None:
        check_mongodb_uri("--mongodb", uri)
        user, at, _ = uri.split("://", 1)[1].split("/", 1)[0].rpartition("@")
        if at and ":" in user:
            raise SettingsError("--mongodb", PASSWORD_ADVICE)
    if not settings.own_mongodb:
        settings.mongodb_uri()
    _check_pbx(settings)
    if settings.asterisk_ari is not None:
        parts = urllib.parse.urlsplit(settings.asterisk_ari)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError("--asterisk-ari", "must be a URL, such as https://pbx:8089/ari")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise SettingsError("--asterisk-ari", "would send passwords in the clear: use https:// for another machine")
        if parts.username or parts.password or "api_key" in parts.query:
            raise SettingsError("--asterisk-ari", "must not carry credentials; it " + ARI_ADVICE)
        settings.ari_login()
    elif settings.asterisk_ari_credentials:
        raise SettingsError("--asterisk-ari-credentials", "is only of use together with --asterisk-ari")


def check_recordings(settings: Settings) -> None:
    """Raises: SettingsError where recordings are to be kept on the PBX's host, and earlier ones are on this one."""
    folders = (settings.recordings, settings.recording_spool) if settings.pbx is not None else ()
    if (found := next((path for folder in folders for path in folder.glob("ten_*/*")), None)) is not None:
        raise SettingsError(
            "--pbx",
            f"earlier recordings are on this machine ({found}), where they would be neither played nor erased: move "
            "them to the PBX as docs/guides/three-machines.md says, or start without --pbx until they are deleted",
        )


def _check_pbx(settings: Settings) -> None:
    if (settings.pbx is None) != (settings.pbx_pairing is None):
        raise SettingsError("--pbx", "and --pbx-pairing belong together; give both or neither")
    if settings.pbx is None:
        return
    if settings.asterisk_ari is not None:
        raise SettingsError("--pbx", "and --asterisk-ari name two PBXs; give one of them")
    place("--pbx", settings.pbx)
    settings.ari_login()
