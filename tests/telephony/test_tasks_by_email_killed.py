"""kill -9 between the task of a mail and the answer to its sender: the mail that comes again makes no second task.

The whole system as `./call24 up` runs it: its parent starts the server again. TLS is offered to mail servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from typing import Any

import aiosmtplib
import pytest
from pymongo import MongoClient
from tests.support.product.mails import Sender, letter
from tests.support.product.organisation import Organisation
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE

FILES = 12
HANDSHAKES = 20


async def everything(acme: Organisation) -> tuple[list[dict[str, Any]], list[tuple[str, int, str]]]:
    """The tasks, and name, size and state of all files."""
    tasks = (await acme.http.get("/v1/tasks")).json()["items"]
    files = []
    for task in tasks:
        found = (await acme.http.get("/v1/files", params={"task_id": task["id"]})).json()["items"]
        files += [(one["name"], one["size"], one["state"]) for one in found]
    return tasks, sorted(files)


async def test_a_mail_whose_server_was_killed_before_it_answered_is_one_task_when_it_comes_again(
    doomed: System,
) -> None:
    async with doomed.organisation("Killed") as acme:
        made = await acme.post("/v1/task-addresses", {})
        mail, sender = letter("Smoke"), Sender(doomed.settings.mail_in_port)
        content = b"%PDF-1.4\n" + os.urandom(1_200_000)
        for number in range(FILES):
            name = f"page-{number:02}.pdf"
            mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        stored = MongoClient[dict[str, Any]](doomed.settings.mongodb_uri())[DATABASE]
        sending = asyncio.create_task(sender.send(made["address"], mail))
        await wait_until(lambda: stored["files"].count_documents({"tenant_id": acme.tenant_id}) >= 2, 30)
        killed = doomed.kill("server")
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await sending
        assert stored["tasks"].count_documents({"tenant_id": acme.tenant_id}) == 1
        assert stored["files"].count_documents({"tenant_id": acme.tenant_id}) < FILES, "killed on its way"
        await doomed.restarted("server", killed)

        async def answered() -> bool:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                return (await sender.send(made["address"], mail))[0] == 250
            return False

        await wait_until(answered, 30)
        expected = [(f"page-{number:02}.pdf", len(content), "ready") for number in range(FILES)]
        [task], files = await everything(acme)
        assert (task["title"], files) == ("Smoke", expected)
        assert await answered()
        assert await everything(acme) == ([task], expected)


async def test_mail_servers_are_offered_tls_with_the_installations_certificate(doomed: System) -> None:
    async with doomed.organisation("Sealed") as acme:
        made = await acme.post("/v1/task-addresses", {})
        trust = ssl.create_default_context(cafile=doomed.settings.tls / "ca.pem")
        sender = Sender(doomed.settings.mail_in_port)
        for _ in range(HANDSHAKES):  # the first bytes of TLS come while the server gets ready for them
            there = {"hostname": "127.0.0.1", "port": doomed.settings.mail_in_port}
            async with aiosmtplib.SMTP(**there, start_tls=True, tls_context=trust, timeout=10) as smtp:
                await smtp.noop()
        answer = await sender.send(made["address"], letter("Sealed"), start_tls=True, tls_context=trust)
        assert answer[0] == 250
        assert [one["title"] for one in (await everything(acme))[0]] == ["Sealed"]


@pytest.mark.long(
    "telephony/test_tasks_by_email.py::"
    "test_while_the_database_is_away_or_too_much_comes_a_mail_is_put_off_and_taken_when_it_comes_again"
)
async def test_while_mongodb_stands_still_the_sender_is_asked_to_come_again_and_nothing_is_lost_or_doubled(
    doomed: System,
) -> None:
    async with doomed.organisation("Away") as acme:
        made = await acme.post("/v1/task-addresses", {})
        sender = Sender(doomed.settings.mail_in_port)
        with doomed.stopped("mongod"):
            code, said = await sender.send(made["address"], letter("Away"))
            assert (code, said) == (451, "4.3.0 The database cannot be reached: try again later")

        async def answered() -> bool:
            return (await sender.send(made["address"], letter("Away")))[0] == 250

        await wait_until(answered, 30)
        assert [one["title"] for one in (await everything(acme))[0]] == ["Away"]
