"""What settings are made of and how one that cannot be used is named: its error, flags, ports, secrets in files.

Uses the standard library only, as settings.py does. Which settings there are is not known here.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from pathlib import Path
from typing import NamedTuple

ARI_ADVICE = (
    "needs a user and a password: set CALL24_ARI_USER and CALL24_ARI_PASSWORD, "
    "or give --asterisk-ari-credentials a file with USER:PASSWORD"
)
PASSWORD_ADVICE = (
    "must not carry a password (others on this machine could read it): put the whole URI into "
    "CALL24_MONGODB_URI or into a file given with --mongodb-uri-file"
)


TLS_ADVICE = (
    "would go to another machine in the clear, or to whoever pretends to be it: add tls=true to the URI and take away "
    "what switches checks off; the certificate's authority is named by tlsCAFile"
)
UNCHECKED_TLS = ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")


class SettingsError(Exception):
    """A setting that cannot be used; `flag` names it, the text says why and what to do."""

    def __init__(self, flag: str, text: str) -> None:
        super().__init__(f"{flag}: {text}")
        self.flag = flag
        self.text = text


class Credentials(NamedTuple):
    """A user name and its password; never printed."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r}, ...)"


class AndroidApp(NamedTuple):
    """An app that opens the server's links. `fingerprints`: SHA-256 of the keys that sign it, as AA:BB:..."""

    package: str
    fingerprints: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> AndroidApp:
        """From `org.example.app=AA:BB:...,CC:DD:...`. Raises: ValueError."""
        package, _, listed = text.partition("=")
        prints = tuple(listed.upper().split(","))
        if len(text) > 2_000 or not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", package, re.ASCII):
            raise ValueError(f"{text[:80]} does not start with the id of an app, such as org.example.app=")
        if wrong := [one for one in prints if not re.fullmatch("[0-9A-F]{2}(:[0-9A-F]{2}){31}", one)]:
            raise ValueError(f"{wrong[0][:100]!r} is no SHA-256 fingerprint of a key, such as AA:BB:... with 32 parts")
        return cls(package, prints)


def flag_of(name: str) -> str:
    return "--" + name.replace("_", "-")


PHONES_FROM = "127.24.24.24"
"""Where agents' phones come from in Asterisk's eyes (sip_edge): no trunk's address, since a trunk is believed by it."""


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def check_mongodb_uri(flag: str, uri: str) -> None:
    """Another machine's MongoDB is reached by TLS, with its certificate checked. Raises: SettingsError.

    Source: https://www.mongodb.com/docs/manual/reference/connection-string-options/
    """
    scheme, _, rest = uri.partition("://")
    if scheme not in ("mongodb", "mongodb+srv"):
        raise SettingsError(flag, "must begin with mongodb:// or mongodb+srv://")
    place, _, query = rest.partition("?")
    hosts = place.partition("/")[0].rpartition("@")[2].split(",")
    if scheme == "mongodb" and all(_is_here(host) for host in hosts):
        return
    options = {name.lower(): value.lower() for name, _, value in (word.partition("=") for word in query.split("&"))}
    # A name with +srv switches TLS on by itself.
    on = [options[name] for name in ("tls", "ssl") if name in options] or [
        "true" if scheme == "mongodb+srv" else "false"
    ]
    unchecked = any(options.get(name, "false") != "false" for name in UNCHECKED_TLS)
    if unchecked or any(word != "true" for word in on):
        raise SettingsError(flag, TLS_ADVICE)


def _is_here(host: str) -> bool:
    """Whether a host of a URI, with or without its port, is this machine: an address of its own loop or a socket."""
    name = urllib.parse.unquote(host)
    if name.startswith("/"):
        return True
    return is_loopback(name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0])


def parse_ports(text: str) -> tuple[int, int]:
    """`20000-20999` as (20000, 20999). Raises: ValueError."""
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError("give it as A-B, such as 20000-20999")
    return int(first), int(last)


def first_line(flag: str, path: Path) -> str:
    try:
        text = path.read_text().strip()
    except OSError as error:
        raise SettingsError(flag, f"{path} cannot be read ({error.strerror})") from None
    if not text:
        raise SettingsError(flag, f"{path} is empty")
    return text.splitlines()[0].strip()


HEADERS_MAX = 20
_HEADER = re.compile(r"([A-Za-z0-9-]{1,100}):[ \t]*([!-~][ -~]{0,4000})")
_OURS = ("content-type", "content-length", "content-encoding", "host", "connection", "transfer-encoding", "user-agent")


def headers_in(flag: str, path: Path) -> dict[str, str]:
    """Headers of requests, in a file with one on each line; empty lines are left out. Raises: SettingsError."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(flag, f"{path} cannot be read ({type(error).__name__})") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _HEADER.fullmatch(line)
        if match is None or match[1].lower() in _OURS or number > HEADERS_MAX:
            advice = f"give at most {HEADERS_MAX}, such as Authorization: Bearer TOKEN"
            raise SettingsError(flag, f"header {number} in {path} cannot be sent: {advice}")  # it may be a secret
        found[match[1]] = match[2]
    if not found:
        raise SettingsError(flag, f"{path} is empty")
    return found


def check_certificate(chain: Path, key: Path) -> None:
    """Raises: SettingsError where a TLS server could not show it."""
    import ssl  # few name a certificate, and the parent is lean

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password=lambda: "")
    except (ssl.SSLError, OSError, ValueError) as error:
        said = getattr(error, "reason", None) or error
        raise SettingsError("--tls-cert", f"{chain} and {key} are no certificate with its key: {said}") from None
