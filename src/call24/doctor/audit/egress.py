"""Whether the connections that the installation has open now lead only to recipients that the data map names.

Each recipient of the data map is found by its settings; one without a line here fails a test. A name is looked up now:
where it led to another address before, an open connection is called undeclared, and somebody looks.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from call24.crm.model import CrmConnection
from call24.data_map import Recipient
from call24.doctor.audit.connections import Connection, opened_by, processes
from call24.doctor.audit.outcome import Found, Unverified, in_thread
from call24.doctor.report import CheckResult
from call24.identity.oidc.model import Provider
from call24.installer import backup_note
from call24.kit.mongo import Mongo
from call24.kit.own_addresses import own_addresses
from call24.kit.settings import Settings
from call24.processors.model import Processor
from call24.tenants.model import Trunk
from call24.web_push.model import PushSubscription
from call24.webhooks.model import Webhook

_WHY = "the self-audit compares open connections with declared recipients"
PARTS = "the installation's own parts"
"""MongoDB and Asterisk where they are on other machines, and the machine's name servers."""
BACKUPS = "the S3-compatible store for backups"
"""Where the last one went. It gets sealed bytes alone, from a command of the operator's (ADR 173)."""
SHOWN = 10

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


async def _carriers(settings: Settings, mongo: Mongo) -> list[str]:
    trunks = await mongo.platform(Trunk, why=_WHY).find()
    return [place for trunk in trunks for place in (*trunk.addresses, trunk.host or "") if place]


async def _webhooks(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(one.url) for one in await mongo.platform(Webhook, why=_WHY).find()]


async def _providers(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(one.issuer) for one in await mongo.platform(Provider, why=_WHY).find()]


async def _mail(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(settings.smtp)] if settings.smtp else []


async def _pusher(settings: Settings, mongo: Mongo) -> list[str]:
    url = settings.pusher_url()
    return [_host(url)] if url else []


async def _processors(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(one.url) for one in await mongo.platform(Processor, why=_WHY).find()]


async def _crms(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(one.url) for one in await mongo.platform(CrmConnection, why=_WHY).find()]


async def _push_services(settings: Settings, mongo: Mongo) -> list[str]:
    return sorted({one.host for one in await mongo.platform(PushSubscription, why=_WHY).find()})


async def _error_service(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(settings.sentry_dsn)] if settings.sentry_dsn else []


async def _trace_collector(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(settings.otlp_endpoint)] if settings.otlp_endpoint else []


async def _file_store(settings: Settings, mongo: Mongo) -> list[str]:
    return [_host(settings.files_store_address)] if settings.files_store else []


async def _nobody(settings: Settings, mongo: Mongo) -> list[str]:
    return []


DECLARED: dict[Recipient, Callable[[Settings, Mongo], Awaitable[list[str]]]] = {
    Recipient.CARRIER: _carriers,
    Recipient.MAIL_SERVER: _mail,
    Recipient.OWN_SERVER: _webhooks,
    Recipient.IDENTITY_PROVIDER: _providers,
    Recipient.HOSTED_PUSHER: _pusher,
    Recipient.ERROR_SERVICE: _error_service,
    Recipient.TRACE_COLLECTOR: _trace_collector,
    Recipient.FILE_STORE: _file_store,
    Recipient.PROCESSOR: _processors,
    Recipient.CRM: _crms,
    Recipient.PUSH_SERVICE: _push_services,
    Recipient.DOWNLOAD: _nobody,  # whoever downloads connects to us
}
"""Names, addresses and networks to which connections may be open, of each recipient of the data map."""


async def examine(settings: Settings, mongo: Mongo, found: CheckResult) -> None:
    """Raises: Found, Unverified, Unavailable."""
    pids = await in_thread(lambda: processes(settings.data))
    if not pids:
        raise Unverified("no process of the installation was found", "start Call24, then run the audit again")
    there = await in_thread(lambda: opened_by(pids))
    named = {str(whom): await names(settings, mongo) for whom, names in DECLARED.items()}
    named[PARTS] = _parts(settings, mongo)
    named[BACKUPS] = await in_thread(lambda: _store_of_backups(settings.data))
    allowed = await in_thread(lambda: [net for places in named.values() for place in places for net in networks(place)])
    away = leaving(there, own_addresses())
    found.seen = judged(away, allowed, len(pids))


def judged(away: Sequence[Connection], allowed: Iterable[Network], processes: int) -> str:
    """What is seen where all is well. Raises: Found."""
    nets = list(allowed)
    undeclared = [one for one in away if not any(ipaddress.ip_address(one.address) in net for net in nets)]
    if undeclared:
        raise Found(
            f"{len(undeclared)} of {len(away)} open connections lead to nobody whom the data map or the settings name",
            "find out what opened them; then declare the recipient, or end it",
            [f"{one.process} -> {one.address} port {one.port}" for one in undeclared[:SHOWN]],
        )
    return f"{len(away)} connections of {processes} processes leave the machine now, all to declared recipients"


def leaving(there: Iterable[Connection], own: Iterable[str]) -> list[Connection]:
    """Those that lead to another machine."""
    here = set(own)
    return [one for one in there if one.address not in here and not ipaddress.ip_address(one.address).is_loopback]


def networks(place: str) -> Iterator[Network]:
    """Of an address, a network, or a name, which is looked up. A name that leads nowhere allows nothing."""
    try:
        yield ipaddress.ip_network(place, strict=False)
        return
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(place, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    yield from {ipaddress.ip_network(str(one[4][0]).partition("%")[0]) for one in found}


def _parts(settings: Settings, mongo: Mongo) -> list[str]:
    """MongoDB's servers are those that the driver knows: a URI may name just one, or none (+srv)."""
    places = [_host(settings.ari_url), *([] if settings.own_mongodb else mongo.servers)]
    places += [_host(f"//{settings.pbx}")] if settings.pbx else []
    return [place for place in [*places, *_name_servers()] if place]


def _store_of_backups(data: Path) -> list[str]:
    note = backup_note.read(data)
    return [_host(f"//{note.host}")] if note and note.host else []


def _name_servers() -> list[str]:
    try:
        lines = Path("/etc/resolv.conf").read_text().splitlines()
    except OSError:
        return []
    return [words[1].partition("%")[0] for line in lines if len(words := line.split()) > 1 and words[0] == "nameserver"]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
