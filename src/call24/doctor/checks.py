"""Checks of a running installation, each by itself: what is there, and what to do if it is not.

Changes nothing. Whether a call really works is not known before one is made: that is doctor_call.
"""

from __future__ import annotations

import asyncio
import platform
import re
import shutil
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from call24.doctor import (
    feed_check,
    files_store_check,
    keys_check,
    pbx_check,
    register_check,
    retention_check,
    self_audit_check,
    status_check,
    web_push_check,
)
from call24.doctor.probes import certificate_of, check_writable, sip_answers
from call24.doctor.report import CheckResult, DoctorReport, Failed
from call24.identity.model import Device
from call24.installer.api_client import Api, ApiAnswer, ask_now, basic_auth, trunk_host, trust
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.kit.settings import ARI_APP, DATABASE, Settings, SettingsError
from call24.kit.sip_names import own_id_of, sip_name
from call24.kit.time_service import synchronised
from call24.reconciliation.model import Reconciliation, Strays
from call24.sip_edge.state import state_of

LOW_BYTES = 500_000_000
SMALL_BYTES = 5_000_000_000
NEEDED_ASTERISK = (22, 10, 1)
NEEDED_MONGODB = (7, 0)
"""Of an own server: MongoDB supports no older series. Source: https://www.mongodb.com/legal/support-policy/lifecycles"""
NEEDED_MODULES = (
    "res_srtp.so", "res_pjsip.so", "res_pjsip_transport_websocket.so", "res_http_websocket.so", "res_stasis.so",
    "app_mixmonitor.so", "res_musiconhold.so", "codec_ulaw.so",
)  # fmt: skip
CHANNEL_LOG = "cel_custom.so"
SOON_DAYS = 30
BANS_SHOWN = 5
NIGHTS = 7
# What a check meets when the other side answers something else than it should.
TROUBLE = (OSError, LookupError, TypeError, ValueError, SettingsError, Call24Error)
RESTART = "restart Call24 on this data folder"

Check = Callable[[CheckResult], Awaitable[None]]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's day, in short."""

    day: str
    calls: int = 0
    found: int = 0


class Checks:
    """All checks of one installation, run one after the other by `run`."""

    def __init__(
        self, settings: Settings, report: DoctorReport, mongo: Mongo | None = None, *, names: bool = True
    ) -> None:
        """`mongo`: a connection that is there; else `database` opens one. `names`: whether it may name organisations,
        and quote errors, in which anything may stand."""
        self.settings = settings
        self.report = report
        self.api = Api(settings)
        self._mongo = mongo
        self._names = names
        self._parts: dict[str, str] = {}

    def every(self) -> dict[str, Check]:
        """In the order in which they are run."""
        return {
            "python": self.python, "disk": self.disk, "clock": self.clock, "recordings folder": self.folder,
            "server": self.server, "database": self.database, "asterisk": self.asterisk, "pbx": self.pbx,
            "asterisk modules": self.modules, "channel log": self.channel_log, "reconciliation": self.nights,
            "change feed": self.feed, "retention": self.retention, "register copy": self.register_copy,
            "self-audit": self.self_audit,
            "application": self.application, "lines": self.lines, "web push": self.web_push,
            "files store": self.files_store,
            "trunk port": self.trunk_port,
            "phones' websocket": self.websocket,
            "phones": self.phones, "banned addresses": self.bans, "certificate": self.certificate,
            "keys": self.keys,
            "status": self.status,
        }  # fmt: skip

    async def run(self, *, without: Collection[str] = ()) -> None:
        for name, check in self.every().items():
            if name in without:
                continue
            with self.report.step(name) as finding:
                try:
                    await check(finding)
                except TROUBLE as trouble:
                    told = f"{type(trouble).__name__}: {trouble}" if self._names else type(trouble).__name__
                    raise Failed(told, f"see {self.settings.log}") from trouble
        if self._mongo is not None:
            await self._mongo.close()

    async def python(self, found: CheckResult) -> None:
        found.seen = f"{platform.python_version()} on {platform.system()} {platform.machine()}"

    async def disk(self, found: CheckResult) -> None:
        free = shutil.disk_usage(self.settings.data).free
        found.seen = f"{free / 1e9:.1f} GB free for {self.settings.data}"
        if free < LOW_BYTES:
            raise Failed(found.seen, "free disk space now: a full disk stops MongoDB and cuts recordings short")
        if free < SMALL_BYTES:
            raise Failed(found.seen, "plan for more disk space: an hour of recorded calls takes about 115 MB", "warn")

    async def clock(self, found: CheckResult) -> None:
        found.seen = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        if synchronised() is False:
            advice = "run a time service (systemd-timesyncd, chrony): call records and tokens depend on the clock"
            raise Failed(f"{found.seen}, not synchronised, according to the kernel", advice, "warn")

    async def folder(self, found: CheckResult) -> None:
        if not self.settings.own_asterisk:
            found.seen = "on Asterisk's machine" + (", not checked" if self.settings.pbx is None else ": see pbx")
            return
        for folder in (self.settings.recording_spool, self.settings.recordings):
            if folder.exists():
                check_writable(folder)
        free = shutil.disk_usage(self.settings.recording_spool).free
        found.seen = f"{self.settings.recording_spool} is writable, {free / 1e9:.1f} GB free"

    async def server(self, found: CheckResult) -> None:
        ready = await self.api.get("/health/ready")
        if ready.status == 0:
            raise Failed(
                f"no answer at {self.api.base}: {ready.body}", f"start it: {COMMAND} up --data {self.settings.data}"
            )
        self._parts = ready.body.get("parts", {}) if isinstance(ready.body, dict) else {}
        found.seen = f"{self.api.base} " + ", ".join(f"{name} {state}" for name, state in self._parts.items())
        if not ready.ok:
            raise Failed(found.seen, f"see {self.settings.log} for the part that is unavailable")

    async def database(self, found: CheckResult) -> None:
        self._mongo = self._mongo or Mongo(self.settings.mongodb_uri(), DATABASE)
        if not await self._mongo.ping(3.0):
            advice = f"see {self.settings.log / 'mongod.log'}" if self.settings.own_mongodb else "check --mongodb"
            raise Failed("no server that accepts writes and Call24's user", advice)
        version = await self._mongo.version()
        found.seen = f"MongoDB {version}, authenticated, accepts writes"
        if version_of(version) >= NEEDED_MONGODB:
            return
        if not self.settings.own_mongodb:
            raise Failed(found.seen, "update MongoDB to 7.0 or newer: this series gets no security fixes", "warn")
        found.seen += "; embedded, for evaluation and for small teams behind a firewall"
        if not self.settings.loopback:
            advice = "in production use Atlas, or your own MongoDB 7.0 or newer with TLS (external-parts.md)"
            raise Failed(found.seen, advice, "warn")

    async def asterisk(self, found: CheckResult) -> None:
        info = await self._ari("/asterisk/info")
        if not info.ok:
            raise Failed(f"ARI at {self.settings.ari_url}: {info.trouble}", f"see {self.settings.log / 'asterisk.log'}")
        version = str(info.body["system"]["version"])
        found.seen = version
        if version_of(version) < NEEDED_ASTERISK:
            needed = ".".join(map(str, NEEDED_ASTERISK))
            raise Failed(version, f"update Asterisk to {needed} or newer: older ones have known vulnerabilities")

    async def pbx(self, found: CheckResult) -> None:
        await pbx_check.look(self.settings, found)

    async def modules(self, found: CheckResult) -> None:
        listed = await self._ari("/asterisk/modules")
        if not listed.ok:
            raise Failed(listed.trouble)
        running = {module["name"] for module in listed.body if module["status"] == "Running"}
        missing = [name for name in NEEDED_MODULES if name not in running]
        opus = any(name.startswith("codec_opus") for name in running)
        if missing:
            raise Failed(f"not loaded: {', '.join(missing)}", f"see {self.settings.log / 'asterisk.log'} for why")
        if not opus:
            raise Failed("no Opus codec: browsers' calls use G.711", "install codec_opus for better sound", "warn")
        found.seen = f"all {len(NEEDED_MODULES) + 1} required modules run"

    async def channel_log(self, found: CheckResult) -> None:
        if not self.settings.own_asterisk:
            found.seen = "on Asterisk's machine, not checked"
            return
        module = await self._ari(f"/asterisk/modules/{CHANNEL_LOG}")
        if not module.ok or module.body["status"] != "Running":
            advice = f"call records cannot be reconciled with it at night: see {self.settings.log / 'asterisk.log'}"
            raise Failed(f"Asterisk logs no channels: {CHANNEL_LOG} does not run", advice, "warn")
        files = list((self.settings.asterisk_var / "log" / "cel").glob("*.csv"))
        size = sum(file.stat().st_size for file in files)
        found.seen = f"kept (CEL), {size / 1e6:.1f} MB of the last days; call records are reconciled with it at night"

    async def nights(self, found: CheckResult) -> None:
        mongo = await self._database()
        since = (datetime.now(UTC) - timedelta(days=NIGHTS)).date().isoformat()
        compared = mongo.platform(Reconciliation, why="the doctor shows what nightly reconciliation found")
        days = await compared.find_parts(Compared, {"day": {"$gte": since}})
        strays = mongo.platform(Strays, why="of the platform: whose these calls were nobody knows")
        unknown = sum(one.found for one in await strays.find({"id": {"$gte": since}}))
        found.seen = (
            f"{sum(one.calls for one in days)} calls of the last {NIGHTS} days reconciled with Asterisk's own log"
        )
        if unknown:
            found.seen += f"; {unknown} have no call record (including test calls, and calls of deleted organisations)"
        if differing := sorted({one.day for one in days if one.found}):
            told = f"{sum(one.found for one in days)} differences from Asterisk's own log: {', '.join(differing)}"
            raise Failed(told, f"see them: {COMMAND} reconcile --data {self.settings.data} --day DAY", "warn")

    async def feed(self, found: CheckResult) -> None:
        await feed_check.look(await self._database(), found)

    async def retention(self, found: CheckResult) -> None:
        await retention_check.look(await self._database(), found)

    async def register_copy(self, found: CheckResult) -> None:
        register_check.look(self.settings, found)

    async def self_audit(self, found: CheckResult) -> None:
        await self_audit_check.look(await self._database(), self.settings, found)

    async def application(self, found: CheckResult) -> None:
        told = await self._ari(f"/applications/{ARI_APP}")
        if not told.ok:
            raise Failed(
                f"Call24 is not connected to Asterisk: {told.trouble}", f"see {self.settings.log / 'server.log'}"
            )
        # Asterisk remembers an application whose client is gone; only the server knows whether it listens.
        if self._parts.get("asterisk") != "ok":
            raise Failed("Call24 does not listen to Asterisk", f"see {self.settings.log / 'server.log'}")
        found.seen = f"{ARI_APP} is registered and listens"

    async def lines(self, found: CheckResult) -> None:
        secret = (self.settings.secrets / "operator").read_text().strip()
        told = await self.api.ask("GET", "/v1/internal/organisations", headers={"X-Call24-Operator": secret})
        if not told.ok:
            raise Failed(f"the server does not tell: {told.trouble}", RESTART)
        rows = told.body["items"]
        found.seen = f"{sum(row['calls'] for row in rows)} of {self.settings.most_calls} lines in use"
        if refused := [row for row in rows if row["refused"]]:
            of_each = [f"{row['name']}: {row['refused']}, limit {row['limit']}" for row in refused]
            in_all = f"{sum(row['refused'] for row in refused)}, of {len(refused)} organisations"
            shown = "; ".join(of_each) if self._names else in_all
            told_of = f"calls refused for want of lines since the server started: {shown}"
            raise Failed(told_of, f"raise a limit with {COMMAND} quota, or give more --rtp-ports", "warn")

    async def keys(self, found: CheckResult) -> None:
        keys_check.look(self.settings, found)

    async def web_push(self, found: CheckResult) -> None:
        await web_push_check.look(await self._database(), self.settings, found)

    async def files_store(self, found: CheckResult) -> None:
        await files_store_check.look(await self._database(), self.settings, found)

    async def trunk_port(self, found: CheckResult) -> None:
        host, port = await pbx_check.trunk_port(self.settings)
        took = await sip_answers(host, port, 2.0)
        if took is None:
            raise Failed(f"no SIP answer from {host}:{port} (UDP)", "check --sip-port and this machine's firewall")
        found.seen = f"{host}:{port} answers SIP in {took * 1000:.0f} ms"

    async def bans(self, found: CheckResult) -> None:
        secret = self.settings.secrets / "operator"
        headers = {"X-Call24-Operator": secret.read_text().strip()} if secret.exists() else {}
        answer = await self.api.ask("GET", "/v1/internal/sip-bans", headers=headers)
        if not answer.ok:
            raise Failed(answer.trouble, "see the server check above")
        rows = answer.body["items"]
        shown = ", ".join(
            f"{row['address']} {row['state']} until {row['until'][11:16]} UTC" for row in rows[:BANS_SHOWN]
        )
        found.seen = f"{len(rows)}: {shown}{', ...' if len(rows) > BANS_SHOWN else ''}" if rows else "none"
        if carriers := [row["address"] for row in rows if row["trunk_ids"]]:
            advice = f"if this is a carrier, lift the ban: {COMMAND} bans --lift {carriers[0]}"
            raise Failed(f"{found.seen}; in a trunk's range: {', '.join(carriers[:BANS_SHOWN])}", advice, "warn")
        if phones := [row["address"] for row in rows if row["state"] == "refused"]:
            advice = f"if agents work there, lift the ban: {COMMAND} bans --lift {phones[0].partition('/')[0]}"
            raise Failed(f"{found.seen}; refused by the phone port: {len(phones)}", advice, "warn")

    async def websocket(self, found: CheckResult) -> None:
        url = phones_url(self.settings)
        try:
            async with asyncio.timeout(5):
                link = await connect(url, subprotocols=[Subprotocol("sip")], ssl=trust(self.settings))
                await link.close()
        except (OSError, WebSocketException, TimeoutError) as error:
            raise Failed(
                f"{url}: {str(error) or 'no answer in time'}", "check --wss-port and the certificate"
            ) from error
        found.seen = f"{url} speaks SIP"
        if self.settings.own_phones_port:
            state = await state_of(self.settings.sip_edge_socket)
            found.seen += ": " + ", ".join(f"{count} {name}" for name, count in state.items())
            if state["waiting"] or state["banned"]:
                raise Failed(found.seen, "more connections than the limits allow: see docs/security.md", "warn")

    async def phones(self, found: CheckResult) -> None:
        mongo = await self._database()
        wanted, there = await self._devices(mongo)
        if wanted != set(there):  # somebody may just be signing in or out
            await asyncio.sleep(1)
            wanted, there = await self._devices(mongo)
        missing, stale = wanted - set(there), set(there) - wanted
        if missing or stale:
            raise Failed(
                f"{len(missing)} signed-in devices without a phone, {len(stale)} phones without a device", RESTART
            )
        online = sum(state == "online" for state in there.values())
        found.seen = f"{len(there)} devices signed in, {online} phones registered"

    async def _devices(self, mongo: Mongo) -> tuple[set[str], dict[str, str]]:
        """The phones of those that are signed in, and those that Asterisk has, with their state. Raises: Failed."""
        devices = await mongo.platform(Device, why="the doctor compares devices with phones").find()
        listed = await self._ari("/endpoints/PJSIP")
        if not listed.ok and listed.status != 404:  # 404: there is not one endpoint
            raise Failed(listed.trouble)
        rows = listed.body if listed.ok else []
        there = {row["resource"]: row["state"] for row in rows if own_id_of(row["resource"]).startswith("dev_")}
        return {sip_name(device.tenant_id, device.id) for device in devices}, there

    async def certificate(self, found: CheckResult) -> None:
        host = "127.0.0.1" if self.settings.loopback else self.settings.public_address
        left: list[int] = []
        places = [(host, self.settings.http_port), (host, self.settings.wss_port)]
        if self.settings.own_asterisk:
            places.append((trunk_host(self.settings), self.settings.sip_tls_port))
        for where, port in places:
            shown = await asyncio.to_thread(certificate_of, where, port)
            left.append((shown.not_valid_after_utc - datetime.now(UTC)).days)
        days = min(left)
        found.seen = f"valid for {days} more days"
        if days < 0:
            raise Failed(f"expired {-days} days ago", RESTART if not self.settings.tls_cert else "renew --tls-cert")
        if days <= SOON_DAYS:
            raise Failed(found.seen, RESTART if not self.settings.tls_cert else "renew --tls-cert", "warn")

    async def status(self, found: CheckResult) -> None:
        await status_check.look(self.api, self.settings, found)

    async def _database(self) -> Mongo:
        """Raises: Failed."""
        if self._mongo is None or not await self._mongo.ping(1.0):
            raise Failed("unknown while the database is unavailable")
        return self._mongo

    async def _ari(self, path: str) -> ApiAnswer:
        login = self.settings.ari_login()
        url = self.settings.ari_url + path
        return await asyncio.to_thread(ask_now, "GET", url, headers={"Authorization": basic_auth(*login)})


def version_of(text: str) -> tuple[int, ...]:
    """(22, 10, 1) of "22.10.1~dfsg+~cs6.15"; () when it does not begin with a number."""
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def phones_url(settings: Settings) -> str:
    host = "localhost" if settings.loopback else settings.public_address
    return f"wss://{host}:{settings.wss_port}/ws"
