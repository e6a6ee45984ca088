"""Agents' phones and trunks as PJSIP objects that live in Asterisk's memory, pushed over ARI.

What should be there is remembered here, so that after a restart of Asterisk all of it is pushed again without asking
the database. Who may have a phone, and its credentials, are decided in identity/.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
from collections.abc import Iterable, Mapping
from weakref import WeakValueDictionary

import msgspec

from call24.asterisk import trunks as lines
from call24.asterisk.carrier_networks import CarrierNetworks
from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.sound_sources import SoundSources
from call24.asterisk.trunks import CARRIERS, SRTP, SYMMETRIC, SYMMETRIC_SRTP, TrunkLine
from call24.kit.ids import DeviceId, TenantId, TrunkId
from call24.kit.sip_names import own_id_of, owner_of, sip_name
from call24.kit.tls import CIPHERS

log = logging.getLogger(__name__)

CONFIG = "/asterisk/config/dynamic/res_pjsip"
AT_ONCE = 8
SIGNING_OFF_S = 5.0

Fields = Mapping[str, str]


class PhoneEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in device's phone. Its ``name`` is the SIP address's user part and what it signs in with."""

    tenant_id: TenantId
    device_id: DeviceId
    password: str

    def __repr__(self) -> str:
        return f"Device({self.name!r})"

    @property
    def name(self) -> str:
        return sip_name(self.tenant_id, self.device_id)


class Endpoints:
    """``loopback``: phones and trunks are on this machine only, so media stays on 127.0.0.1.

    An endpoint is never changed in place: with 22.10.1 every second change makes its calls arrive without a caller id.
    """

    def __init__(self, ari: AriClient, *, loopback: bool, sources: SoundSources | None = None) -> None:
        self._ari = ari
        self._sources = sources
        self._loopback = loopback
        self._devices: dict[str, PhoneEndpoint] = {}
        self._trunks: dict[str, TrunkLine] = {}
        """Both by name."""
        self._stale: set[str] = set()
        """Trunks that changed while Asterisk was away: what it knows of them may be old, until the next connect."""
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of each trunk: its way out is taken away and made by one at a time."""
        ways = (self._put, self._delete, self._has)
        self._carriers = {
            name: CarrierNetworks(name, functools.partial(self._networks, name), *ways, prefix=prefix)
            for name, prefix in _WAYS_IN.items()
        }
        self._forgetting: set[asyncio.Task[None]] = set()
        self._is_complete = False

    async def put_device(self, device: PhoneEndpoint) -> bool:
        """Make the phone known; False if Asterisk is away now (it is pushed when Asterisk is back)."""
        self._devices[device.name] = device
        await self._delete(device.name, "endpoint")
        return await self._push_device(device)

    async def remove_device(self, tenant_id: TenantId, device_id: DeviceId) -> None:
        """The phone can neither register nor be rung any more; its live calls go on."""
        name = sip_name(tenant_id, device_id)
        self._devices.pop(name, None)
        await self._delete(name, "endpoint", "auth", "aor")

    async def put_trunk(self, trunk: TrunkLine) -> bool:
        """Let its calls in and give it its way out; what it was before goes. False if Asterisk is away now.

        Raises: Invalid for an address that is no IP address or network.
        """
        before = self._trunks.get(trunk.name)
        _ = trunk.networks  # refused before it is kept
        self._trunks[trunk.name] = trunk
        if not _leads_elsewhere(before, trunk):  # its registration would go for nothing
            there = await self._let_in()
        else:
            async with self._turn(trunk.name):
                if trunk.name in self._stale or (before is not None and before.goes_out):
                    await self._close(trunk.name)
                there = await self._let_in()
                there = await self._push_trunk(trunk.name) and there
        if not there:
            self._stale.add(trunk.name)
        return there

    async def remove_trunk(self, tenant_id: TenantId, trunk_id: TrunkId) -> None:
        """No new call comes in or goes out; its live calls go on."""
        if (trunk := self._trunks.pop(sip_name(tenant_id, trunk_id), None)) is None:
            return
        if trunk.goes_out or trunk.name in self._stale:
            async with self._turn(trunk.name):
                await self._close(trunk.name)
        await self._tell_networks()

    async def exclude(self, addresses: Iterable[str]) -> None:
        """These are treated as unknown now, although a trunk's range has them; nobody else is."""
        for each in self._carriers.values():
            each.excluded = frozenset(addresses)
        await self._tell_networks()

    async def push_all(self, devices: Iterable[PhoneEndpoint], trunks: Iterable[TrunkLine]) -> None:
        """All that there is to be, as read from the database at start: whatever else is in Asterisk goes."""
        self._devices = {device.name: device for device in devices}
        self._trunks = {trunk.name: trunk for trunk in trunks}
        self._is_complete = True
        await self.push_again()

    async def push_again(self) -> bool:
        """After each connect: Asterisk may have been restarted and know nothing. False if it is away again."""
        listing = await self._ari.request("GET", "/endpoints/PJSIP")
        if listing.away:
            return False
        there = {row["resource"] for row in listing.body} if listing.ok else set()
        if self._is_complete:
            await self._remove_strangers(there)
        gate = asyncio.Semaphore(AT_ONCE)

        async def pushed(name: str) -> None:
            async with gate:
                if (device := self._devices.get(name)) is not None:
                    await self._push_device(device)
                if name not in self._devices:  # signed out meanwhile
                    await self._delete(name, "endpoint", "auth", "aor")

        for kind, fields in lines.nobody(secrets.token_urlsafe(32)):  # a password that nobody knows
            if lines.NOBODY not in there or kind == "identify":  # an earlier version's looked for other names
                await self._put(kind, lines.NOBODY, fields)
        for each in self._carriers.values():
            await each.look()
        await self._let_in()
        for name in (self._trunks.keys() - there) | self._stale:
            await self._make_again(name)
        await asyncio.gather(*(pushed(name) for name in self._devices.keys() - there))
        return True

    async def _remove_strangers(self, there: set[str]) -> None:
        """Phones that were signed out, and trunks that were removed, while nobody could tell Asterisk; and who has the
        id of one of ours under another organisation, or under none as an earlier version named it."""
        whose = {own_id_of(name): owner_of(name) for name in (*self._devices, *self._trunks)}
        for name in there - self._devices.keys() - self._trunks.keys():
            own_id = own_id_of(name)
            if own_id in whose:
                log.warning("%s is removed from Asterisk: that id belongs to %s", name, whose[own_id])
            if own_id.startswith("dev_"):
                await self._delete(name, "endpoint", "auth", "aor")
            elif own_id.startswith("trk_"):
                async with self._turn(name):
                    if name not in self._trunks:  # put there meanwhile
                        await self._close(name)

    async def _push_device(self, device: PhoneEndpoint) -> bool:
        name = device.name
        login = {"auth_type": "digest", "username": name, "password": device.password}
        return (
            await self._put("auth", name, login)
            and await self._put("aor", name, _AOR)
            and await self._put("endpoint", name, {**_AGENT, "auth": name, "aors": name, **self._media()})
        )

    async def _make_again(self, name: str) -> None:
        """A trunk's way out; what fails is done at the next connect."""
        async with self._turn(name):
            was_closed = name not in self._stale or await self._close(name)
            if name not in self._trunks or await self._push_trunk(name):
                if was_closed:
                    self._stale.discard(name)
            else:
                self._stale.add(name)

    async def _push_trunk(self, name: str) -> bool:
        trunk = self._trunks.get(name)
        if trunk is None:  # removed meanwhile
            return False
        for kind, fields in lines.objects(trunk, {**_CARRIERS, **_OUT, **self._media()}):
            if _leads_elsewhere(self._trunks.get(name), trunk):  # since then: who changed it pushes what it is now
                break
            if not await self._put(kind, name, fields):
                return False
        return True

    def _turn(self, name: str) -> asyncio.Lock:
        return self._turns.setdefault(name, asyncio.Lock())

    async def _close(self, name: str) -> bool:
        """A trunk's way out. It signs off at its carrier, which asks for the login again: that goes a little later.
        False if some of it may be there still: it is stale then."""
        is_gone = await self._delete(name, "registration", "endpoint", "aor")
        if not is_gone:
            self._stale.add(name)
        task = asyncio.create_task(self._forget_login(name), name=f"login of {name}")
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)
        return is_gone

    async def _forget_login(self, name: str) -> None:
        await asyncio.sleep(SIGNING_OFF_S)
        async with self._turn(name):
            trunk = self._trunks.get(name)
            if trunk is None or not trunk.username:
                await self._delete(name, "auth")

    async def _let_in(self) -> bool:
        await self._open(CARRIERS)
        return await self._tell_networks()

    async def _tell_networks(self) -> bool:
        if self._sources is not None:
            await self._sources.learn(any(trunk.symmetric_rtp for trunk in self._trunks.values()))
        there = True
        for name, networks in self._carriers.items():
            if name != CARRIERS and self._networks(name):
                await self._open(name)
            there = await networks.tell() and there
        return there

    async def _open(self, name: str) -> None:
        """One of the endpoints through which carriers' calls come in."""
        if not await self._has("endpoint", name):
            more = {**(_LOOSE if name in (SYMMETRIC, SYMMETRIC_SRTP) else {})}
            more |= _SEALED if name in (SRTP, SYMMETRIC_SRTP) else {}
            await self._put("endpoint", name, {**_CARRIERS, **_IN, **more, **self._media()})

    async def _has(self, kind: str, name: str) -> bool:
        return (await self._ari.request("GET", f"{CONFIG}/{kind}/{name}")).ok

    def _networks(self, endpoint: str) -> frozenset[str]:
        return lines.networks_by_endpoint(self._trunks.values())[endpoint]

    def _media(self) -> Fields:
        return {"media_address": "127.0.0.1", "bind_rtp_to_media_address": "yes"} if self._loopback else {}

    async def _put(self, kind: str, name: str, fields: Fields) -> bool:
        body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
        reply = await self._ari.request("PUT", f"{CONFIG}/{kind}/{name}", body=body)
        return _told("push", kind, name, reply)

    async def _delete(self, name: str, *kinds: str) -> bool:
        """False if one of them may be there still."""
        is_gone = True
        for kind in kinds:
            reply = await self._ari.request("DELETE", f"{CONFIG}/{kind}/{name}")
            is_gone = (reply.gone or _told("remove", kind, name, reply)) and is_gone
        return is_gone


_AOR = {"max_contacts": "1", "remove_existing": "yes", "maximum_expiration": "600"}

_COMMON = {
    "disallow": "all",
    "direct_media": "no",
    # No phone and no carrier moves a call by itself, or watches others.
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "contact_user": "call24",
    "sdp_session": "Call24",
    "force_rport": "yes",
    "rewrite_contact": "yes",
}

_AGENT = {
    **_COMMON,
    "allow": "opus,ulaw",
    "context": "call24-nothing",
    "identify_by": "username",
    "webrtc": "yes",
    "dtls_auto_generate_cert": "yes",
    "dtls_cipher": CIPHERS,
    "send_connected_line": "no",
    # A phone always sends: one whose sound stopped arriving is gone; on hold it may be silent for longer (seconds).
    "rtp_timeout": "60",
    "rtp_timeout_hold": "600",
}

_CARRIERS = {
    **_COMMON,
    "allow": "ulaw,alaw",
    "context": "call24-trunk",
    "identify_by": "ip",
    "send_connected_line": "no",
    # Sound goes to the address in the SDP, wherever some comes from.
    "rtp_symmetric": "no",
    # A customer may be silent, and its carrier send nothing meanwhile. That the call lives is asked by SIP: a refresh
    # of the session after half this time (seconds), also where the other side does not ask for it (RFC 4028).
    "rtp_timeout": "0",
    "timers": "always",
    "timers_sess_expires": "180",
}


_IN = {
    # A call that offers none of ours is taken into the dialplan, which refuses it: else Asterisk does by itself, and
    # nobody hears of it. One codec is answered, ours before all others.
    "allow": "ulaw,alaw,g722,g729,g723,g726,gsm,ilbc,speex,opus,slin,amr,amrwb,siren7",
    "preferred_codec_only": "yes",
}
_LOOSE = {"rtp_symmetric": "yes"}
# Encrypted sound is taken where it is offered. Whether it must be is the trunk's to say: Call24 refuses the rest, and
# notes it as Asterisk would not.
_SEALED = {"media_encryption": "sdes", "media_encryption_optimistic": "yes"}
_WAYS_IN = {
    CARRIERS: "from",
    SYMMETRIC: "symmetric_from",
    SRTP: "srtp_from",
    SYMMETRIC_SRTP: "symmetric_srtp_from",
}
_OUT = {"send_pai": "yes", "trust_id_outbound": "yes"}
_TRUNK_KINDS = ("registration", "endpoint", "aor", "auth")


def _leads_elsewhere(before: TrunkLine | None, trunk: TrunkLine) -> bool:
    return before is None or msgspec.structs.replace(before, addresses=trunk.addresses) != trunk


def _told(verb: str, kind: str, name: str, reply: AriReply) -> bool:
    if not reply.ok:
        log.log(logging.INFO if reply.away else logging.ERROR, "could not %s %s %s: %s", verb, kind, name, reply.body)
    return reply.ok
