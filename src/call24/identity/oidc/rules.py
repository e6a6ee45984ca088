"""What an organisation may set of its sign-in, and which accounts it is believed for. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from call24.identity.model import User
from call24.identity.oidc.model import Provider
from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId

DOMAINS_MAX = 20
_SHORT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_CLIENT = re.compile(r"[\x21-\x7e]{1,200}")


def checked(provider: Provider, *, private: bool) -> Provider:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = []
    if not _SHORT.fullmatch(provider.short_name):
        errors.append(("short_name", "2 to 40 small letters, digits and dashes"))
    if not is_endpoint(provider.issuer, private=private) or urlsplit(provider.issuer).query:
        errors.append(("issuer", "an https:// address without a question mark, as the provider writes it"))
    if not _CLIENT.fullmatch(provider.client_id):
        errors.append(("client_id", "1 to 200 letters, digits and signs"))
    if len(provider.domains) > DOMAINS_MAX or not all(_DOMAIN.fullmatch(domain) for domain in provider.domains):
        errors.append(("domains", f"at most {DOMAINS_MAX} domains, such as example.com"))
    if errors:
        raise Invalid(errors=errors)
    check_country(provider.country)
    return provider


def endpoint_of(provider: Provider) -> Endpoint:
    """Where who signs in is sent to."""
    host = urlsplit(provider.issuer).hostname or ""
    return Endpoint(kind="identity_provider", id=provider.id, country=provider.country, hosts=(host,))


def check_secret(secret: str) -> None:
    """Raises: Invalid."""
    if not 1 <= len(secret) <= 500 or not secret.isprintable():
        raise Invalid(errors=[("client_secret", "1 to 500 printable characters")])


def is_endpoint(url: str, *, private: bool) -> bool:
    """Whether we go there, or send a browser there: over TLS, or for `private` without it on this machine itself."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.fragment and port != 0
    if not plain or not parts.hostname or len(url) > 500 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (private and parts.scheme == "http" and _here(parts.hostname))


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def normal_domains(domains: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(domain.strip().casefold().removeprefix("@") for domain in domains))


def asked_name(text: str) -> str:
    """What to look for: a short name, or the domain of an address."""
    return text.strip().casefold().rpartition("@")[2]


def domain_of(email_key: str) -> str:
    return email_key.rpartition("@")[2]


def findable(domains: Iterable[str], users: Iterable[User]) -> tuple[str, ...]:
    """Domains in which somebody of the organisation is known to read letters: others may be anybody's."""
    proven = {domain_of(user.email_key) for user in users if user.email_verified_at is not None}
    return tuple(domain for domain in domains if domain in proven)


def session_id(tenant_id: TenantId, issuer: str, session: str) -> str:
    """What we keep of the provider's name for a session there; empty for one without."""
    return hashlib.sha256(f"session\n{tenant_id}\n{issuer}\n{session}".encode()).hexdigest() if session else ""


def account_id(tenant_id: TenantId, issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{tenant_id}\n{issuer}\n{subject}".encode()).hexdigest()
