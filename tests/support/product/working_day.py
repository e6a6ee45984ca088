"""A working day in short, in a network of its own (alone.py); prints as JSON whom the installation tried to reach.

Sign-in, a webhook, an invitation by e-mail, a call through a trunk with its recording, a call out, an export, a
self-audit, a browser with notifications, an identity provider, an erasure that a processor is asked for, an error of
the server, traces; realtime events go to hosted Pusher. The carrier answers; where all else goes nobody does: who is
tried is what is asked here.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymongo
from tests.support.product import up_with
from tests.support.product.alone import Watch, name_server
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import Organisation, System, running_system
from tests.support.push_service import PushService
from tests.support.wait import wait_until

from call24.doctor.audit.egress import DECLARED
from call24.kit.mongo import Mongo
from call24.kit.settings import DATABASE, Settings

HOOKS, MAIL, ERRORS = "hooks.customer.example", "mail.provider.example", "errors.provider.example"
TRACES = "traces.provider.example"
BROWSER = "web.push.apple.com"
PUSHER, LOGIN, PROCESSOR = "push.provider.example", "login.customer.example", "erasures.processor.example"
CARRIER_AT = "45.45.45.30"
NAMES = {
    HOOKS: "45.45.45.10",
    MAIL: "45.45.45.20",
    ERRORS: "45.45.45.40",
    PUSHER: "45.45.45.50",
    LOGIN: "45.45.45.60",
    PROCESSOR: "45.45.45.70",
    BROWSER: "45.45.45.80",
    TRACES: "45.45.45.90",
}
SMTP_URL = f"smtps://{MAIL}:465"
DSN = f"https://public@{ERRORS}/4"
COLLECTOR = f"https://{TRACES}:4318"
PUSHER_URL = f"https://key:secret@{PUSHER}/apps/4"
LINE_HZ = 1750


async def day(system: System, watch: Watch) -> None:
    async with system.organisation("Acme", address=CARRIER_AT, record="always") as acme:
        hook = {"url": f"https://{HOOKS}/calls", "kinds": ["call.ended", "recording.ready"]}
        await acme.post("/v1/webhooks", hook)
        await acme.post("/v1/invitations", {"email": "ina@customer.example", "name": "Ina", "role": "agent"})
        [anna] = await acme.crew("Anna")
        service = PushService(f"https://{BROWSER}")
        for http in (anna.http, acme.http):  # the agent's goes when she signs out at the end of the day
            browser = service.browser("").subscription()
            assert (await http.put("/v1/me/device/push-subscription", json=browser)).status_code == 200
        (await acme.talk(anna)).call.hang_up()
        [call] = await acme.ended(timeout_s=30)
        assert call["recording"]["state"] == "stored", call
        line = await acme.line()
        anna.answers_by_itself(850)
        await anna.becomes("available")
        await anna.place(line.number)
        outside = await line.rings()
        outside.answer(LINE_HZ)
        await anna.call_is("connected")
        outside.hang_up()
        today = call["at"][:10]
        wish = {"kind": "calls", "format": "csv", "from": today, "to": today}
        assert (await acme.http.post("/v1/exports", json=wish)).status_code == 202
        words = [sys.executable, "-m", "call24.cli", "audit", "run", "--json", "--data", str(system.settings.data)]
        await asyncio.to_thread(subprocess.run, words, cwd=CHECKOUT, capture_output=True, timeout=120)
        await signs_in_elsewhere(acme)
        await passes_on(acme, call["contact_id"])
        await fails(system, acme)
        for name in NAMES:
            await wait_until(lambda: NAMES[name] in {one.address for one in watch.attempts}, 30)  # noqa: B023


async def signs_in_elsewhere(acme: Organisation) -> None:
    """As far as one comes with an identity provider that does not answer."""
    provider = {"short_name": "acme-day", "issuer": f"https://{LOGIN}", "client_id": "call24", "client_secret": "4"}
    made = await acme.http.put("/v1/organisation/provider", json=provider)
    assert made.status_code == 200, made.text
    begun = await acme.http.post("/v1/auth/provider/begin", json={"organisation": "acme-day"})
    assert begun.status_code >= 400, begun.text


async def passes_on(acme: Organisation, contact_id: str) -> None:
    """The caller is erased, and a processor is asked to do the same."""
    told = {"data": "numbers of callers", "contact": "privacy@processor.example"}
    await acme.post("/v1/processors", {"name": "Crmly", "url": f"https://{PROCESSOR}/", "gets": ["caller"], **told})
    erased = await acme.http.post(f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text


async def fails(system: System, acme: Organisation) -> None:
    """An error of the server that nothing handles, for a document that is not as it should be."""
    damaged = {"_id": "sau_damaged", "at": datetime.now(UTC), "took_ms": "long", "passed": True, "checks": {}}
    with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
        kept = client[DATABASE]["self_audits"]
        kept.insert_one(damaged)
        assert (await acme.http.get("/v1/self-audits")).status_code == 500
        kept.delete_one({"_id": "sau_damaged"})


async def declared(settings: Settings, pusher: Path) -> dict[str, list[str]]:
    """Places of each recipient of the register, by the settings that this installation has now."""
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        told = replace(settings, smtp=SMTP_URL, sentry_dsn=DSN, otlp_endpoint=COLLECTOR, pusher_url_file=pusher)
        return {str(whom): await places(told, mongo) for whom, places in DECLARED.items()}
    finally:
        await mongo.close()


def somebody_else() -> None:
    """A connection, and a look-up, of which nobody was told."""
    with suppress(OSError):
        socket.getaddrinfo("tracker.example", 443)
    with suppress(OSError):
        socket.create_connection(("46.46.46.46", 443), 2).close()


def seen(watch: Watch) -> dict[str, Any]:
    return {"attempts": sorted(watch.attempts), "names": sorted(watch.names)}


async def main() -> dict[str, Any]:
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder, name_server(NAMES), watch.watching():
        pusher = Path(folder) / "pusher-url"
        pusher.write_text(PUSHER_URL)
        words = [
            "--smtp",
            SMTP_URL,
            "--sentry-dsn",
            DSN,
            "--otlp-endpoint",
            COLLECTOR,
            "--pusher-url-file",
            str(pusher),
        ]
        os.environ["CALL24_TEST_WORDS"] = json.dumps(words)
        with running_system(program=up_with.__name__) as system:
            await day(system, watch)
            names = await declared(system.settings, pusher)
        found = {**seen(watch), "declared": names}
        somebody_else()
        await wait_until(lambda: "46.46.46.46" in {one.address for one in watch.attempts}, 5)
        return {**found, "seeded": seen(watch)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main())) + "\n")
