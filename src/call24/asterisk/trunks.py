"""Trunks as PJSIP objects: who may send us calls, and how calls go out, each trunk by its own way.

Calls come in through one endpoint for all (`carriers`), found by the sender's address; the number decides whose they
are, and tenants/rules whether that number's trunk has this address. A trunk that registers gets its calls through an
endpoint of its own, found by the `line` in the address that it registered. Out they go by the trunk's own endpoint.
Source: Asterisk 22, res_pjsip_endpoint_identifier_ip, res_pjsip_outbound_registration (line, endpoint).
"""

from __future__ import annotations

import bisect
import ipaddress
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec

from call24.kit.errors import Invalid
from call24.kit.ids import TenantId, TrunkId
from call24.kit.sip_names import BEGINNINGS, sip_name

CARRIERS = "carriers"
SYMMETRIC = "carriers_symmetric"
"""The same for networks all of whose trunks ask for symmetric RTP."""
SRTP, SYMMETRIC_SRTP = "carriers_srtp", "carriers_symmetric_srtp"
"""The same for networks that a trunk with encrypted sound names: there it is taken, and asked for by Call24."""
OF_CARRIERS = frozenset({CARRIERS, SYMMETRIC, SRTP, SYMMETRIC_SRTP})
NOBODY = "nobody"
"""Who says to be a phone that there is not: asked for a password as a phone is, from a carrier's address too."""
CONTACT_USER = "call24"
"""What we register as; the number is then in the To header (ops/asterisk/extensions.conf)."""
QUALIFY_S = 20

Fields = Mapping[str, str]


class TrunkLine(msgspec.Struct, frozen=True, kw_only=True):
    """One trunk as Asterisk needs it. `host` empty: no way out; `unusable` says why, where one is wished. `via`: the
    address and port that its host was found at, where that is not left to Asterisk; by TLS its name and that port,
    since the certificate is for the name (carrier_names.py). `addresses`: from where its calls come; `resolved`: those
    that its host has, from where they come too. `registers`: sign in at `host`, which needs a login.
    `send_as_account`: the account in From, and the shown number in P-Asserted-Identity. `srtp`, `symmetric_rtp`: see
    tenants/model.py."""

    tenant_id: TenantId
    trunk_id: TrunkId
    addresses: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    host: str = ""
    port: int | None = None
    via: str = ""
    transport: str = "udp"
    username: str = ""
    password: str = ""
    registers: bool = False
    send_as_account: bool = False
    srtp: bool = False
    symmetric_rtp: bool = False
    unusable: Literal["", "forbidden", "unreachable"] = ""

    def __repr__(self) -> str:
        return f"TrunkLine({self.name!r})"

    @property
    def name(self) -> str:
        return sip_name(self.tenant_id, self.trunk_id)

    @property
    def goes_out(self) -> bool:
        return bool(self.host)

    @property
    def named(self) -> frozenset[str]:
        """Without what its host's name leads to. Raises: Invalid for an address that is no IP address or network."""
        return _networks(self.addresses)

    @property
    def networks(self) -> frozenset[str]:
        """Raises: Invalid."""
        return self.named | _networks(self.resolved)


def networks_of(trunks: Iterable[TrunkLine]) -> frozenset[str]:
    return frozenset[str]().union(*(trunk.networks for trunk in trunks))


def symmetric_networks(trunks: Collection[TrunkLine]) -> frozenset[str]:
    """Those that only trunks with symmetric RTP name: no organisation opens another one's calls to anybody's sound.

    What a host's name leads to, which may be anywhere, takes nothing from what another trunk names."""
    symmetric = [trunk for trunk in trunks if trunk.symmetric_rtp]
    strict = [trunk for trunk in trunks if not trunk.symmetric_rtp]
    named = frozenset[str]().union(*(trunk.named for trunk in symmetric))
    against = frozenset[str]().union(*(trunk.named for trunk in strict))
    loose = {one for one in named if not _overlap(one, against)}
    found = networks_of(symmetric) - named
    return frozenset(loose | {one for one in found if not _overlap(one, networks_of(strict))})


def strict_networks(trunks: Collection[TrunkLine]) -> frozenset[str]:
    """All the others. An address is in one kind only, since Asterisk asks its objects in an order of its own."""
    loose = symmetric_networks(trunks)
    return frozenset(one for one in networks_of(trunks) - loose if not _overlap(one, loose))


def _networks(texts: Iterable[str]) -> frozenset[str]:
    try:
        return frozenset(str(ipaddress.ip_network(text.strip(), strict=False)) for text in texts)
    except ValueError as error:
        raise Invalid(f"A trunk's address must be an IP address or a network: {error}") from None


def _overlap(network: str, others: Iterable[str]) -> bool:
    one = ipaddress.ip_network(network)
    wide = (ipaddress.ip_network(each) for each in others)
    return any(each.version == one.version and each.overlaps(one) for each in wide)


def networks_by_endpoint(trunks: Collection[TrunkLine]) -> dict[str, frozenset[str]]:
    """Through which of OF_CARRIERS each network's calls come in. What overlaps with a network that asks for encrypted
    sound is taken for one: it takes plain sound too, so that nobody is refused for it but by the number's own trunk."""
    sealed = _Ranges(networks_of(trunk for trunk in trunks if trunk.srtp))
    found: dict[str, frozenset[str]] = {}
    for plain, secured, networks in (
        (CARRIERS, SRTP, strict_networks(trunks)),
        (SYMMETRIC, SYMMETRIC_SRTP, symmetric_networks(trunks)),
    ):
        found[secured] = frozenset(network for network in networks if sealed.meet(network))
        found[plain] = networks - found[secured]
    return found


class _Ranges:
    """Whether a network meets one of many, however many they are."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._lasts: dict[int, list[int]] = {4: [], 6: []}
        self._firsts: dict[int, list[int]] = {4: [], 6: []}
        for version, first, last in sorted(map(_range, networks), key=lambda each: (*each[:2], -each[2])):
            lasts = self._lasts[version]
            if lasts and first <= lasts[-1]:  # of two networks that meet, the second lies in the first
                continue
            self._firsts[version].append(first)
            lasts.append(last)

    def meet(self, network: str) -> bool:
        version, first, last = _range(network)
        at = bisect.bisect_left(self._lasts[version], first)
        return at < len(self._firsts[version]) and self._firsts[version][at] <= last


def _range(network: str) -> tuple[int, int, int]:
    parsed = ipaddress.ip_network(network)
    return parsed.version, int(parsed.network_address), int(parsed.broadcast_address)


def nobody(password: str) -> list[tuple[str, Fields]]:
    """(kind, fields) in the order in which they are made. Found by what such names begin with, after phones by name.

    Without it, the name of a phone that there is not would be a carrier's from a carrier's address: no password asked.
    """
    login = {"auth_type": "digest", "username": NOBODY, "password": password}
    endpoint = {
        "auth": NOBODY,
        "context": "call24-nothing",
        "disallow": "all",
        "allow": "ulaw",
        "identify_by": "header",
    }
    return [
        ("auth", login),
        ("endpoint", {**endpoint, "allow_subscribe": "no", "allow_transfer": "no"}),
        ("identify", {"endpoint": NOBODY, "match_header": f"From: /sips?:{BEGINNINGS}/"}),
    ]


def objects(trunk: TrunkLine, common: Fields) -> list[tuple[str, Fields]]:
    """(kind, fields) in the order in which they are made; all bear the trunk's name. Empty without a way out."""
    if not trunk.goes_out:
        return []
    made: list[tuple[str, Fields]] = []
    if trunk.srtp:
        common = {**common, "media_encryption": "sdes"}
    endpoint = {**common, "aors": trunk.name, "from_domain": _bare(trunk.host), **_way(trunk)}
    if trunk.symmetric_rtp:
        endpoint["rtp_symmetric"] = "yes"
    if trunk.username:
        made.append(("auth", _login(trunk)))
        endpoint["outbound_auth"] = trunk.name
        if trunk.send_as_account:
            endpoint["from_user"] = trunk.username
    knock = {"qualify_frequency": str(QUALIFY_S), "qualify_timeout": "3.0"}
    made.append(("aor", {"contact": _uri(trunk), **knock, **_way(trunk)}))
    made.append(("endpoint", endpoint))
    if trunk.registers:
        made.append(("registration", _registration(trunk)))
    return made


def _login(trunk: TrunkLine) -> Fields:
    return {"auth_type": "digest", "username": trunk.username, "password": trunk.password}


def _way(trunk: TrunkLine) -> Fields:
    """Sent to that address, while the request names the host as carriers want it. `hide`: no Route header goes out."""
    transport = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
    return {"outbound_proxy": f"sip:{trunk.via}{transport};lr;hide"} if trunk.via else {}


def _registration(trunk: TrunkLine) -> Fields:
    return {
        **_way(trunk),
        "server_uri": _uri(trunk),
        "client_uri": f"sip:{trunk.username}@{_bracketed(trunk.host)}",
        "contact_user": CONTACT_USER,
        "outbound_auth": trunk.name,
        "line": "yes",
        "endpoint": trunk.name,
        "expiration": "300",
        "max_random_initial_delay": "0",
        "retry_interval": "20",
        # A carrier may mend what it refused, and so may the owner: it is tried again for ever.
        "max_retries": "1000000",
        "forbidden_retry_interval": "60",
        "fatal_retry_interval": "60",
        "auth_rejection_permanent": "no",
    }


def _uri(trunk: TrunkLine) -> str:
    port = f":{trunk.port}" if trunk.port else ""
    transport = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
    return f"sip:{_bracketed(trunk.host)}{port}{transport}"


def _bare(host: str) -> str:
    return host.strip("[]")


def _bracketed(host: str) -> str:
    return f"[{_bare(host)}]" if ":" in host else host
