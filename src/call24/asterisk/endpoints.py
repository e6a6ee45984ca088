"""Agents' phones and trunks as PJSIP objects that live in Asterisk's memory, pushed over ARI.

What should be there is remembered here, so that after a restart of Asterisk all of it is pushed again without asking
the database. Who may have a phone, and its credentials, are decided in identity/.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterable, Mapping

import msgspec

from call24.asterisk import trunks as lines
from call24.asterisk.client import AriClient, Reply
from call24.asterisk.trunks import CARRIERS, TrunkLine
from call24.kit.tls import CIPHERS

log = logging.getLogger(__name__)

CONFIG = "/asterisk/config/dynamic/res_pjsip"
AT_ONCE = 8
SIGNING_OFF_S = 5.0

Fields = Mapping[str, str]


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in device's phone. ``device_id`` is also the SIP address's user part."""

    device_id: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"Device({self.device_id!r})"


class Endpoints:
    """``loopback``: phones and trunks are on this machine only, so media stays on 127.0.0.1.

    An endpoint is never changed in place: with 22.10.1 every second change makes its calls arrive without a caller id.
    """

    def __init__(self, ari: AriClient, *, loopback: bool) -> None:
        self._ari = ari
        self._loopback = loopback
        self._devices: dict[str, Device] = {}
        self._trunks: dict[str, TrunkLine] = {}
        self._stale: set[str] = set()
        """Trunks that changed while Asterisk was away: what it knows of them may be old."""
        self._forgetting: set[asyncio.Task[None]] = set()
        self._is_complete = False

    async def put_device(self, device_id: str, username: str, password: str) -> bool:
        """Make the phone known; False if Asterisk is away now (it is pushed when Asterisk is back)."""
        device = Device(device_id=device_id, username=username, password=password)
        self._devices[device_id] = device
        await self._delete(device_id, "endpoint")
        return await self._push_device(device)

    async def remove_device(self, device_id: str) -> None:
        """The phone can neither register nor be rung any more; its live calls go on."""
        self._devices.pop(device_id, None)
        await self._delete(device_id, "endpoint", "auth", "aor")

    async def put_trunk(self, trunk: TrunkLine) -> bool:
        """Let its calls in and give it its way out; what it was before goes. False if Asterisk is away now.

        Raises: Invalid for an address that is no IP address or network.
        """
        before, kept = self._trunks.get(trunk.trunk_id), self._networks()
        wanted = trunk.networks
        self._trunks[trunk.trunk_id] = trunk
        leads_elsewhere = before is None or msgspec.structs.replace(before, addresses=trunk.addresses) != trunk
        if leads_elsewhere and before is not None and before.goes_out:
            await self._close(trunk.trunk_id)
        await self._forget(kept - self._networks())
        there = await self._let_in(wanted)
        if leads_elsewhere:  # else its registration would go for nothing
            there = await self._push_trunk(trunk.trunk_id) and there
        if not there:
            self._stale.add(trunk.trunk_id)
        return there

    async def remove_trunk(self, trunk_id: str) -> None:
        """No new call comes in or goes out; its live calls go on."""
        kept = self._networks()
        if (trunk := self._trunks.pop(trunk_id, None)) is None:
            return
        if trunk.goes_out:
            await self._close(trunk_id)
        await self._forget(kept - self._networks())

    async def push_all(self, devices: Iterable[Device], trunks: Iterable[TrunkLine]) -> None:
        """All that there is to be, as read from the database at start: whatever else is in Asterisk goes."""
        self._devices = {device.device_id: device for device in devices}
        self._trunks = {trunk.trunk_id: trunk for trunk in trunks}
        self._is_complete = True
        await self.push_again()

    async def push_again(self) -> None:
        """After each connect: Asterisk may have been restarted and know nothing."""
        listing = await self._ari.request("GET", "/endpoints/PJSIP")
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

        if lines.NOBODY not in there:
            for kind, fields in lines.nobody(secrets.token_urlsafe(32)):  # a password that nobody knows
                await self._put(kind, lines.NOBODY, fields)
        if CARRIERS not in there:
            await self._put("endpoint", CARRIERS, {**_CARRIERS, **self._media()})
        await self._let_in(self._networks())
        for name in self._stale & there & self._trunks.keys():
            await self._close(name)
        for name in (self._trunks.keys() - there) | (self._stale & self._trunks.keys()):
            await self._push_trunk(name)
        self._stale.clear()
        await asyncio.gather(*(pushed(name) for name in self._devices.keys() - there))

    async def _remove_strangers(self, there: set[str]) -> None:
        """Phones that were signed out, and trunks that were removed, while nobody could tell Asterisk."""
        for name in there - self._devices.keys() - self._trunks.keys():
            if name.startswith(lines.DEVICE):
                await self._delete(name, "endpoint", "auth", "aor")
            elif name.startswith("trk_"):
                await self._close(name)

    async def _push_device(self, device: Device) -> bool:
        name = device.device_id
        login = {"auth_type": "digest", "username": device.username, "password": device.password}
        return (
            await self._put("auth", name, login)
            and await self._put("aor", name, _AOR)
            and await self._put("endpoint", name, {**_AGENT, "auth": name, "aors": name, **self._media()})
        )

    async def _push_trunk(self, trunk_id: str) -> bool:
        trunk = self._trunks.get(trunk_id)
        if trunk is None:  # removed meanwhile
            return False
        for kind, fields in lines.objects(trunk, {**_CARRIERS, **_OUT, **self._media()}):
            if not await self._put(kind, trunk_id, fields):
                return False
        return True

    async def _close(self, trunk_id: str) -> None:
        """A trunk's way out. It signs off at its carrier, which asks for the login again: that goes a little later."""
        await self._delete(trunk_id, "registration", "endpoint", "aor")
        task = asyncio.create_task(self._forget_login(trunk_id), name=f"login of {trunk_id}")
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    async def _forget_login(self, trunk_id: str) -> None:
        await asyncio.sleep(SIGNING_OFF_S)
        trunk = self._trunks.get(trunk_id)
        if trunk is None or not trunk.username:
            await self._delete(trunk_id, "auth")

    async def _let_in(self, networks: Iterable[str]) -> bool:
        if not (await self._ari.request("GET", f"{CONFIG}/endpoint/{CARRIERS}")).ok:
            await self._put("endpoint", CARRIERS, {**_CARRIERS, **self._media()})
        there = True
        for network in sorted(networks):
            name = lines.identify_name(network)
            if not (await self._ari.request("GET", f"{CONFIG}/identify/{name}")).ok:
                there = await self._put("identify", name, lines.identify_fields(network)) and there
        return there

    async def _forget(self, networks: Iterable[str]) -> None:
        for network in networks:
            await self._delete(lines.identify_name(network), "identify")

    def _networks(self) -> frozenset[str]:
        return lines.networks_of(self._trunks.values())

    def _media(self) -> Fields:
        return {"media_address": "127.0.0.1", "bind_rtp_to_media_address": "yes"} if self._loopback else {}

    async def _put(self, kind: str, name: str, fields: Fields) -> bool:
        body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
        reply = await self._ari.request("PUT", f"{CONFIG}/{kind}/{name}", body=body)
        return _told("push", kind, name, reply)

    async def _delete(self, name: str, *kinds: str) -> None:
        for kind in kinds:
            reply = await self._ari.request("DELETE", f"{CONFIG}/{kind}/{name}")
            if not reply.gone:
                _told("remove", kind, name, reply)


_AOR = {"max_contacts": "1", "remove_existing": "yes", "maximum_expiration": "600"}

_COMMON = {
    "disallow": "all",
    "direct_media": "no",
    # No phone and no carrier moves a call by itself, or watches others.
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "contact_user": "call24",
    "sdp_session": "Call24",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    # A call whose sound stopped arriving is over; on hold it may be silent for longer (seconds).
    "rtp_timeout": "60",
    "rtp_timeout_hold": "600",
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
}

_CARRIERS = {
    **_COMMON,
    "allow": "ulaw,alaw",
    "context": "call24-trunk",
    "identify_by": "ip",
    "send_connected_line": "no",
}


_OUT = {"send_pai": "yes", "trust_id_outbound": "yes"}
_TRUNK_KINDS = ("registration", "endpoint", "aor", "auth")


def _told(verb: str, kind: str, name: str, reply: Reply) -> bool:
    if not reply.ok:
        log.log(logging.INFO if reply.away else logging.ERROR, "could not %s %s %s: %s", verb, kind, name, reply.body)
    return reply.ok
