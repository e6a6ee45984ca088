"""Every key that an installation has is replaced while people talk, and all that was made before still works."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import ssl
import sys
from pathlib import Path

import httpx
import pytest
from tests.support.http.files import attached, pdf
from tests.support.processor import stand_in
from tests.support.product.system import System, loudest
from tests.support.wait import wait_until

from call24.kit.key_ring import KeyRing

EVERY = "tls ari mongodb mongodb-keyfile internal vcon recordings files app web-push"
STAYS = {"ca.key", "ca.pem", "fingerprint", "setup_token", "demo_password"}


async def rotate(system: System, *words: str) -> tuple[int | None, str]:
    command = ("-m", "call24.cli", "rotate", "--data", str(system.settings.data), *words)
    pipe = asyncio.subprocess.PIPE
    done = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    out, _ = await asyncio.wait_for(done.communicate(), 120)
    return done.returncode, out.decode()


@pytest.mark.parametrize(
    "killed",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.long(
                "unit/kit/test_key_ring.py::test_a_rotation_that_was_killed_between_its_two_files_changed_nothing_and_is_carried_on"
            ),
        ),
    ],
)
async def test_every_key_is_replaced_while_people_talk_and_what_was_made_before_still_works(
    doomed: System, killed: bool
) -> None:
    """`killed`: then once more, by a command and a server that are killed meanwhile."""
    settings = doomed.settings
    files = [file for folder in (settings.secrets, settings.tls) for file in folder.iterdir() if file.is_file()]
    before = {file.name: file.read_text() for file in files}
    assert {oct(file.stat().st_mode & 0o777) for file in files if secret(file)} == {"0o600"}
    async with stand_in(("204 No Content", b"")) as hooks, doomed.organisation("Acme") as acme:
        hook = await acme.post("/v1/webhooks", {"url": f"http://127.0.0.1:{hooks.port}/", "kinds": ["call.ended"]})
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        talk.call.hang_up()
        [record] = await acme.ended()
        person = await acme.post("/v1/people", {"given": "Ann"})
        file = await attached(acme.http, "a.pdf", pdf(900), person_id=person["id"])
        sent = len(hooks.asked)

        talk = await acme.talk(anna)
        ports = (settings.http_port, settings.wss_port, settings.sip_tls_port)
        shown = [ssl.get_server_certificate(("127.0.0.1", port)) for port in ports]
        login, asterisk, mongod = settings.ari_login(), doomed.pid("asterisk"), doomed.pid("mongod")
        status, said = await rotate(doomed, *EVERY.split())
        assert status == 0, said
        await doomed.whole(30)
        await talk.heard()
        assert "earlier key any more, and it was destroyed" in said
        assert KeyRing.load(settings.data).earlier == ()
        after = {file.name: file.read_text() for file in files if file.exists()}
        assert {name for name in after if after[name] == before[name]} <= STAYS
        assert {oct(file.stat().st_mode & 0o777) for file in files if file.exists() and secret(file)} == {"0o600"}
        assert doomed.pid("asterisk") == asterisk and doomed.pid("mongod") != mongod
        if doomed.watch is not None:
            await asyncio.to_thread(doomed.watch.begin)

        def another_is_shown() -> bool:
            now = [ssl.get_server_certificate(("127.0.0.1", port)) for port in ports]
            return all(one != old for one, old in zip(now, shown, strict=True))

        await wait_until(another_is_shown, 20)
        async with httpx.AsyncClient() as http:
            old = await http.get(f"{settings.ari_url}/asterisk/ping", auth=(login.user, login.password))
        assert old.status_code == 401
        await talk.heard()
        talk.call.hang_up()

        records = await acme.ended(2)
        for one in (record, records[1]):
            left, _ = await acme.sound(one["recording"]["id"])
            assert abs(loudest(left[-8000:]) - talk.hz) < 5
        content = await acme.http.get(f"/v1/files/{file['id']}/content")
        assert content.content == pdf(900)
        await wait_until(lambda: len(hooks.asked) > sent, 20)
        assert all(one.signed_with(hook["secret"]) for one in hooks.asked)
        assert anna.phone is not None
        assert (await anna.http.get("/v1/phone")).json()["password"] == anna.phone._password
        await acme.nothing_left()
        again = await acme.talk(anna)  # by the phone that signed in before
        again.call.hang_up()
        await acme.nothing_left()
        bert = await acme.agent("Bert")
        await anna.be("offline")
        await bert.be("available")
        new = await acme.talk(bert)  # and by one that signed in afterwards
        new.call.hang_up()
        await acme.nothing_left()
    status, listed = await rotate(doomed, "--list")
    assert status == 0 and re.search(r"^app +0 days ", listed, re.MULTILINE), listed
    if killed:
        await carried_on_where_it_was_killed(doomed)


async def carried_on_where_it_was_killed(system: System) -> None:
    """The command, and the server that seals anew: a second command goes on with the same key."""
    command = ("-m", "call24.cli", "rotate", "--data", str(system.settings.data), "app")
    begun = KeyRing.load(system.settings.data).generation
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.DEVNULL)
    await wait_until(lambda: KeyRing.load(system.settings.data).generation > begun, 20)
    process.send_signal(signal.SIGKILL)
    os.kill(system.pid("server"), signal.SIGKILL)
    await process.wait()
    root = system.settings.secrets / "app.key"
    status, said = await rotate(system, "app")
    assert status == 0 and "was destroyed" in said, said
    assert KeyRing.load(system.settings.data).generation == begun + 1
    assert "earlier" in said and root.exists()
    await system.whole(30)


def secret(file: Path) -> bool:
    return file.parent.name == "secrets" or file.suffix == ".key"
