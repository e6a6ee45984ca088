"""Serves the app over HTTPS while the parts run, until a signal or a broken part ends both."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from call24.call_records.rebuild import rebuild as rebuild_tenant
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.journal.journal import Journal
from call24.kit.certificate import CertificateWatch
from call24.kit.clock import Clock, SystemClock
from call24.kit.errors import Call24Error
from call24.kit.log_format import log_to_stderr
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.kit.tls import CIPHERS
from call24.people.store import PersonStore
from call24.realtime.socket import Socket
from call24.server.app import Call24
from call24.server.diagnostics import tell_on_signal
from call24.server.export_process import export_to
from call24.server.listener import Server, admission
from call24.server.uvicorn_protocol import Http
from call24.statistics.store import StatisticsStore
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

COLLECT_AFTER = (10_000, 20, 20)
KEPT_S = 20
"""An unused connection. Clients keep theirs for 5 s (httpx) or 15 s (aiohttp): a server that closes one in the same
moment loses the request that is under way, which a client must not send again by itself where it changes something."""
THREADS = 32
"""More than all that works in threads may take together (docs/shares.md): reading a file never waits for them."""


async def serve(settings: Settings, clock: Clock | None = None) -> None:
    """Until a signal, or a part that ends, ends it. ``clock``: another than the machine's."""
    log_to_stderr(settings.log_format)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "worker"))
    call24 = Call24(settings, clock)
    config = edge(settings, call24.app, call24.sockets)
    server = Server(config, admission(settings))
    tell_on_signal(settings.run / "insides.json", call24.parts())
    working = asyncio.create_task(call24.run(), name="call24")
    working.add_done_callback(lambda _: setattr(server, "should_exit", True))
    saying = asyncio.create_task(_say_when_started(call24), name="started")
    watching = asyncio.create_task(_certificate_watch(settings, config, call24).run(), name="certificate")
    try:
        await _restored(call24, working)
        await server.serve()
    finally:
        for task in (saying, watching, working):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await call24.stop()


async def _restored(call24: Call24, working: asyncio.Task[None]) -> None:
    """Or the work has ended, which serving then ends too. Without MongoDB there is nothing to serve meanwhile."""
    restored = asyncio.create_task(call24.restored.wait(), name="restored")
    try:
        await asyncio.wait({restored, working}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        restored.cancel()


def edge(settings: Settings, app: FastAPI, sockets: Callable[..., Socket]) -> uvicorn.Config:
    """How an app and its sockets are served."""
    certificate, key = settings.certificate
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        ssl_certfile=str(certificate),
        ssl_keyfile=str(key),
        log_level="warning",
        log_config=None,  # its lines are as ours
        access_log=False,
        server_header=False,
        ssl_ciphers=CIPHERS,
        proxy_headers=bool(settings.trusted_proxies),  # without a word it would believe everybody on this machine
        forwarded_allow_ips=list(settings.proxy_list()),
        http=Http,
        ws=sockets,  # type: ignore[arg-type]  # whatever makes a protocol of the event loop
        timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=2,
    )


def _certificate_watch(settings: Settings, config: uvicorn.Config, call24: Call24) -> CertificateWatch:
    """What the phones connect to (sip_edge) watches the same files; Asterisk, for carriers, has to be told."""
    config.load()
    assert config.ssl is not None

    def renew() -> None:
        from call24.installer import certificates  # here, since a server that was killed is to be back soon

        certificates.make(settings)

    return CertificateWatch(
        settings.certificate, config.ssl, call24.tell_certificate, renew=None if settings.tls_cert else renew
    )


def spare_collections() -> None:
    """What was made at start stays: the collector need not look at it again and again, nor come for every few calls."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def _say_when_started(call24: Call24) -> None:
    await call24.started.wait()
    spare_collections()
    told = {"pid": os.getpid(), "address": call24.settings.address, "started_s": round(time.process_time(), 3)}
    (call24.settings.run / "server.json").write_text(json.dumps(told))
    log.info("started")


async def rebuild(settings: Settings) -> None:
    """Make all call records again from the journal, and say how many there are."""
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        journal = Journal(mongo, settings.data / "spool" / "rebuild")
        count = changed = 0
        key = AppKey.load(settings.data)
        for tenant in await TenantService(mongo, SystemClock(), key).all():
            records, differed = await rebuild_tenant(mongo, journal, tenant.id)
            await StatisticsStore(mongo).forget_all(tenant.id)  # counted anew when it is asked for
            await ContactService(mongo, SystemClock(), key, Changes(mongo, SystemClock())).make_findable(tenant.id)
            await PersonStore(mongo).make_findable(tenant.id)
            count, changed = count + records, changed + differed
        print(f"{count} call records were made again from the journal; {changed} of them had differed")
    finally:
        await mongo.close()


async def export_calls(settings: Settings, organisation: str, first: str, last: str, format: str, out: str) -> int:
    """Into a file, with a line that says how far it is."""
    try:
        rows = await export_to(
            settings, organisation, (first, last), format, Path(out), lambda line: print(line, end="", flush=True)
        )
    except (Call24Error, OSError, ValueError) as error:
        print(f"\ncall24: {error}", file=sys.stderr)
        return 1
    print(f"\n{rows:,} calls were written")
    return 0
