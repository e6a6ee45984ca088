"""The support bundle of an installation that people used: nothing that they put in is in it, even if a log has it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.product.system import AGENT_HZ, CALLER_HZ, System

from call24.testphones.rtp import Tone

NAME, NUMBER = "Zuleika Quimbyson", "+442079461738"
CALLER = "Hortensia Blatherwick"
COMPANY = "Vexillology Krummholz"
STRANGER = "ptarmigan.quux@nowhere.example"


async def test_nothing_that_people_put_in_is_in_the_bundle(system: System, tmp_path: Path) -> None:
    async with system.organisation(COMPANY) as org:
        agent = await org.agent(NAME)
        await agent.be("available")
        call = await org.customer(NUMBER, CALLER).dial(org.number, Tone(CALLER_HZ))
        await (await agent.rings()).answer(AGENT_HZ)
        await agent.becomes("on_call")
        call.hang_up()
        [record] = await org.ended()
        await org.http.post("/v1/auth/login", json={"email": STRANGER, "password": "wrong-horse-battery"})
        token = agent.http.headers["Authorization"].rpartition("|")[2]
        texts = [*NAME.split(), *CALLER.split(), *COMPANY.split(), STRANGER, "ptarmigan", agent.email, token]
        canaries = [*texts, NUMBER, NUMBER[3:], org.number, org.tenant_id, agent.user_id, record["id"]]
        with (
            faulty(system.settings.log / "server.log", canaries),
            faulty(system.settings.asterisk_var / "log" / "messages", canaries),
        ):
            bundle = await asyncio.to_thread(made, system, tmp_path / "bundle.zip")
    kept_out = [*canaries, str(system.settings.data), "127.0.0.1"]
    assert [(name, canary) for name, text in bundle.items() for canary in kept_out if canary in text] == []
    findings = {one["name"]: one for one in json.loads(bundle["doctor.json"])["findings"]}
    assert findings["asterisk"]["state"] == findings["database"]["state"] == "pass"
    assert "log/mongod.log" in bundle
    for log in ("log/server.log", "log/messages"):
        assert bundle[log].count("ERROR call24.server.app failed for <...> again") == len(canaries)


@contextmanager
def faulty(log: Path, texts: Iterable[str]) -> Iterator[None]:
    """With lines as a program would write them that logs what it must not; other tests look into the same log."""
    lines = [f"2026-11-28T09:58:15.123Z ERROR call24.server.app failed for {text} again\n" for text in texts]
    with log.open("a") as out:
        out.writelines(lines)
    try:
        yield
    finally:
        log.write_text(log.read_text(errors="replace").replace("".join(lines), ""))


def made(system: System, out: Path) -> dict[str, str]:
    words = ["support-bundle", "--data", str(system.settings.data), "--out", str(out), "--yes"]
    done = subprocess.run([sys.executable, "-m", "call24.cli", *words], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
