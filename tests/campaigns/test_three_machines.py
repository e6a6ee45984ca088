"""Server, PBX and database on three machines, set up by the guide's own commands; links are cut, processes killed.

`./call24 test --campaign three-machines`; about four minutes; only root may have networks of its own. A fourth network,
the test's own, has the carrier, the callers and the agents' phones.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.database.certificates import certificates
from tests.support.database.mongod import mongod_program
from tests.support.privacy.passing import Passing
from tests.support.product.linked_machines import End, Link, changed_files, names_are, network_of, outside
from tests.support.product.organisation import Organisation
from tests.support.product.own_machine import OwnMachine, own_machine
from tests.support.product.people import AGENT_HZ, CALLER_HZ, Agent, Talk
from tests.support.product.stack import CACHE, CHECKOUT, wait_for
from tests.support.product.system import System, loudest
from tests.support.wait import wait_until

from call24.installer import mongod
from call24.kit.pbx_pairing import Pairing
from call24.kit.settings import Settings
from call24.testphones.rtp import Tone

GUIDES = CHECKOUT / "docs" / "guides"
SERVER, PBX, DATABASE = "call24.example.net", "pbx.example.net", "db.example.net"
ADDRESSES = {SERVER: "45.45.1.1", PBX: "45.45.2.1", DATABASE: "45.45.4.2"}
PEOPLE_AT = "45.45.2.2"
PASSWORD = "only-for-this-campaign"
NAME, NOTE = "Canary Hopper", "canary-note-7719"
SPOOL_MB = 1200
PACKETS_PER_S = 50
CUT_S = 4.0
"""For what has no sign of its own that it is cut."""
SET_UP = f"""
import pymongo, time
secure = dict(tls=True, tlsCAFile="/srv/db/ca.pem", directConnection=True)
with pymongo.MongoClient("127.0.0.1", 27017, **secure) as client:
    client.admin.command("replSetInitiate", {{"_id": "rs0", "members": [{{"_id": 0, "host": "{DATABASE}:27017"}}]}})
    while not client.admin.command("hello").get("isWritablePrimary"):
        time.sleep(0.05)
    client.admin.command("createUser", "root", pwd="{PASSWORD}", roles=["root"])
with pymongo.MongoClient("{DATABASE}", 27017, username="root", password="{PASSWORD}", **secure) as client:
    roles = [{{"role": role, "db": "call24"}} for role in ("readWrite", "dbAdmin")]
    client.admin.command("createUser", "call24", pwd="{PASSWORD}", roles=roles)
"""


def commands(guide: str, begins: str) -> list[str]:
    """Those of a guide's blocks of shell that begin so."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (GUIDES / guide).read_text(), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith(begins)]


class Machine:
    """`data`: the data folder of Call24 there."""

    def __init__(self, own: OwnMachine, data: str) -> None:
        self.own, self.data = own, data
        own.write("/etc/hosts", "".join(f"{at} {name}\n" for name, at in ADDRESSES.items()).encode())
        own.run("mkdir", "-p", "/etc/call24", "/srv")
        script = f"export PYTHONPATH={CHECKOUT}/src CALL24_CACHE={CACHE}\nexec {sys.executable} -m call24.cli"
        own.write("/usr/local/bin/call24", f'#!/bin/sh\n{script} "$@"\n'.encode())
        own.run("chmod", "755", "/usr/local/bin/call24")
        self._log = own.root.parent / "up.log"

    @property
    def settings(self) -> Settings:
        """As far as it is where things are."""
        return Settings(data=outside(self.own, self.data))

    def start(self, command: str, ready: str) -> None:
        """Of a guide, as it stands there."""
        parent = self.own.start(self._log, "sh", "-c", f"cd /srv && exec {command}")
        wait_for(lambda: parent.poll() is not None or ready in self._log.read_text(), 120)
        assert parent.poll() is None, self._log.read_text()

    def run(self, command: str, timeout_s: float = 120) -> str:
        return self.own.run("sh", "-c", f"cd /srv && {command}", timeout=timeout_s)

    def pid(self, name: str) -> str:
        return (self.settings.run / f"{name}.pid").read_text().strip()

    def kill(self, name: str) -> str:
        killed = self.pid(name)
        self.own.run("kill", "-9", killed)
        return killed

    async def restarted(self, name: str, killed: str) -> None:
        def another() -> bool:
            with contextlib.suppress(FileNotFoundError):  # the successor writes it anew
                return self.pid(name) not in ("", killed)
            return False

        await wait_until(another, 20)

    def sound(self) -> list[Path]:
        """Files that are sound of a call, encrypted or not."""
        return [file for file in changed_files(self.own) if file.suffix in (".sln", ".wav", ".c24") or _is_sound(file)]


def _is_sound(file: Path) -> bool:
    with contextlib.suppress(OSError), file.open("rb") as content:
        return content.read(6) in (b"C24REC", b"RIFF")
    return False


class Database(Machine):
    def begin(self) -> None:
        authority, server = certificates(DATABASE)
        self.own.run("mkdir", "-p", "/srv/db/data")
        for name, content in (("ca.pem", authority), ("server.pem", server), ("keyfile", b"a" * 64)):
            self.own.write(f"/srv/db/{name}", content)
        self.own.run("chmod", "600", "/srv/db/keyfile", "/srv/db/server.pem")
        self.start_mongod()
        self.own.run(sys.executable, "-c", SET_UP, timeout=60)

    def start_mongod(self) -> None:
        """By the guide's command, with certificates and a key file."""
        [words] = map(shlex.split, commands("external-parts.md", "mongod "))
        program = mongod_program()
        words += ["--keyFile", "/srv/db/keyfile", "--dbpath", "/srv/db/data", "--bind_ip", "0.0.0.0"]
        words += [
            "--nounixsocket",
            "--wiredTigerCacheSizeGB",
            "0.25",
            "--oplogSize",
            "64",
            "--pidfilepath",
            "/srv/db/pid",
        ]
        words += ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", "/srv/db/server.pem"]
        words += ["--tlsCAFile", "/srv/db/ca.pem", "--tlsAllowConnectionsWithoutCertificates"]
        log = self.own.root.parent / "mongod.log"
        self.own.start(log, str(program), *words[1:], **mongod.environment(program))


class Distant(Organisation):
    """Its callers reach the PBX, and its agents the server."""

    @property
    def sip_address(self) -> tuple[str, int]:
        return ADDRESSES[PBX], 5060

    async def as_operator(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """On the server's machine, where alone an operator is believed."""
        secret = (self.system.settings.secrets / "operator").read_text().strip()
        assert isinstance(self.system, Apart)
        pid = self.system.server.own.pid

        def asked() -> httpx.Response:
            with network_of(pid), httpx.Client(base_url="https://127.0.0.1:8024", verify=False, timeout=20) as http:
                return http.post(path, json=body, headers={"X-Call24-Operator": secret})

        return await asyncio.to_thread(asked)


class Apart(System):
    """The whole, as its agents and callers reach it."""

    made_as = Distant

    def __init__(self, server: Machine) -> None:
        super().__init__(server.settings)
        self.server = server
        self.output = server.own.root.parent / "up.log"

    @property
    def base_url(self) -> str:
        return f"https://{SERVER}:8024"


@dataclass
class Three:
    server: Machine
    pbx: Machine
    database: Database
    links: dict[str, Link]
    wires: tuple[Passing, ...]

    def pair(self) -> None:
        """Copies the pairing file, as the guide says."""
        self.server.own.write(
            "/etc/call24/pairing.json", self.pbx.own.run("cat", "/srv/call24/secrets/pbx/pairing.json").encode()
        )
        self.server.own.run("chmod", "600", "/etc/call24/pairing.json")

    @property
    def ari_password(self) -> str:
        return Pairing.load(self.pbx.settings.pbx_secrets / "pairing.json").ari_password

    def passed(self, *machines: str) -> dict[Any, bytes]:
        """What passed between two machines: by flow."""
        found: dict[Any, bytes] = {}
        for wire in self.wires:
            for flow, content in [*wire.bytes.items(), *((flow, rtp) for (flow, _), rtp in wire.rtp.items())]:
                if {_machine(flow.source), _machine(flow.target)} == set(machines):
                    found[flow] = found.get(flow, b"") + bytes(content)
        return found


def _machine(address: str) -> str:
    """Whose address it is."""
    of = {"45.45.1.1": "server", "45.45.3.1": "server", "45.45.4.1": "server", "45.45.2.1": "pbx", "45.45.3.2": "pbx"}
    return of.get(address) or ("database" if address == ADDRESSES[DATABASE] else "people")


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    if os.geteuid():
        pytest.skip("only root may have networks of its own")
    names_are(monkeypatch, ADDRESSES)
    with contextlib.ExitStack() as ends:
        ends.enter_context(network_of(None))
        for name in ("server", "pbx", "database"):
            (tmp_path / name).mkdir()
        server, pbx, database = (
            ends.enter_context(own_machine(tmp_path / name, 900)) for name in ("server", "pbx", "database")
        )
        for machine in (server, pbx, database):
            End(machine, "").ip("address", "del", "192.168.24.1/32", "dev", "lo")  # all have it, and ICE would offer it
        links = {
            "people": Link("people", End(server, "45.45.1.1"), End(None, "45.45.1.2")),
            "carrier": Link("carrier", End(pbx, ADDRESSES[PBX]), End(None, PEOPLE_AT)),
            "pbx": Link("pbx", End(server, "45.45.3.1"), End(pbx, "45.45.3.2")),
            "database": Link("database", End(server, "45.45.4.1"), End(database, ADDRESSES[DATABASE])),
        }
        End(server, "").ip("route", "add", ADDRESSES[PBX], "via", "45.45.3.2")
        wires = []
        for machine in (server, pbx, database):
            with network_of(machine.pid):
                wires.append(ends.enter_context(Passing().recording()))
        made = Three(
            Machine(server, "/srv/.call24"), Machine(pbx, "/srv/call24"), Database(database, ""), links, tuple(wires)
        )
        set_up(made)
        yield made


def set_up(three: Three) -> None:
    """By the commands of the guides, as they stand."""
    three.database.begin()
    uri = f"mongodb://call24:{PASSWORD}@{DATABASE}:27017/?replicaSet=rs0&tls=true&tlsCAFile=/etc/call24/db-ca.pem&authSource=admin"
    three.server.own.write("/etc/call24/mongodb-uri", uri.encode())
    three.server.own.run("chmod", "600", "/etc/call24/mongodb-uri")
    three.server.own.write("/etc/call24/db-ca.pem", outside(three.database.own, "/srv/db/ca.pem").read_bytes())
    spool = "/srv/call24/asterisk/var/spool/recording"
    three.pbx.run(f"mkdir -p {spool} && mount -t tmpfs -o size={SPOOL_MB}m,mode=700 none {spool}")
    on_pbx, on_server = commands("three-machines.md", "call24 ")
    three.pbx.start(on_pbx, "is ready")
    three.pair()
    three.server.start(on_server, "Ctrl-C stops it")


class Day:
    """One organisation's calls, and what became of them."""

    def __init__(self, three: Three, acme: Organisation, anna: Agent) -> None:
        self.three, self.acme, self.anna = three, acme, anna
        self.kept: list[str] = []
        self.secrets: list[str] = []
        """Passwords that were replaced."""
        self.sample = b""
        """Of a recording's sound."""
        self._calls = 0

    async def part(self, name: str, state: str) -> None:
        """Waits until the server says so of `asterisk` or `mongodb`."""

        async def said() -> bool:
            return bool((await self.acme.http.get("/health/ready")).json()["parts"][name] == state)

        await wait_until(said, 30)

    async def whole(self) -> None:
        await self.acme.system.whole(60)

    @contextlib.asynccontextmanager
    async def talk(self, what: str, *, lives: bool = True, loses: bool = False) -> AsyncIterator[Talk]:
        """A call that talks while something happens, and is hung up; then it is looked at. `lives`: whether it goes on;
        `loses`: whether it is not recorded, or not wholly, which is said."""
        assert self.anna.phone is not None
        if self.anna.phone.link_lost.is_set():
            await self.anna.register()
        await self.anna.be("available")
        call = await self.acme.customer(name=NAME).dial(self.acme.number, Tone(CALLER_HZ))
        offer = await self.anna.rings()
        await offer.answer(AGENT_HZ)
        talk = Talk(call, offer, self.anna)
        await talk.heard()
        before, began = call.stream.sent, time.monotonic()
        yield talk
        if lives:
            await talk.heard()
        sent_s = (call.stream.sent - before) / PACKETS_PER_S
        if lives:
            talk.call.hang_up()
        self._calls += 1
        record = (await self.acme.ended(self._calls, 90))[-1]
        assert (record["outcome"], record["agent"]["id"]) == ("answered", self.anna.user_id)
        if loses:
            await wait_until(lambda: self._said(record["id"], ("refused", "short", "empty")), 20)
        kept = (await self.acme.detail(record["id"]))["recording"]
        print(f"{what}: {time.monotonic() - began:.0f} s, {sent_s:.1f} s of sound, recording {kept['state']}")
        if kept["state"] not in ("refused", "empty"):
            self.kept.append(kept["id"])
            await self._heard_again(kept["id"], sent_s, whole=lives and not loses)

    async def _said(self, call_id: str, states: tuple[str, ...]) -> bool:
        return (await self.acme.detail(call_id))["recording"]["state"] in states

    async def _heard_again(self, recording_id: str, sent_s: float, *, whole: bool) -> None:
        """All that was sent, however much a busy machine has held back, to its end."""
        sound = await self.acme.sound(recording_id)
        recorded_s = sound.shape[1] / 8000
        if whole:
            assert recorded_s > 0.9 * sent_s - 1.5, (recorded_s, sent_s)
            for side, hz in zip(sound, (CALLER_HZ, AGENT_HZ), strict=True):
                assert abs(loudest(side[-8000:]) - hz) < 5
            content = sound.astype("<i2").T.tobytes()
            self.sample = content[len(content) // 2 :][:64]


async def test_three_machines_by_the_guide_with_cut_links_killed_processes_and_a_full_disk(three: Three) -> None:
    system = Apart(three.server)
    async with system.organisation("Acme", address=PEOPLE_AT) as acme:
        day = Day(three, acme, await acme.agent("Anna"))
        await day.whole()
        await cut_links(day)
        await killed_processes(day)
        await paired_anew(day)
        await full_disk(day)
        passed = nothing_readable(day)
        assert three.server.sound() == three.database.sound() == []
        kept, waits = three.pbx.settings.recordings, three.pbx.settings.recording_spool
        assert sorted(file.name for file in kept.rglob("*.*")) == sorted(f"{one}.c24" for one in day.kept)
        assert [file for file in waits.rglob("*") if file.is_file()] == []
    assert "all passed" in three.server.run("call24 doctor --call"), passed
    assert three.server.run("call24 rebuild").endswith("; 0 of them had differed\n")


async def cut_links(day: Day) -> None:
    for name, part in (("pbx", "asterisk"), ("database", "mongodb")):
        async with day.talk(f"the link to the {name} is cut") as talk:
            noted = await day.anna.http.put(f"/v1/calls/{talk.call_id}/note", json={"text": NOTE})
            assert noted.status_code == 200, noted.text
            day.three.links[name].cut()
            await day.part(part, "away")
            await talk.heard()
            assert day.three.server.sound() == []
            day.three.links[name].heal()
            await day.whole()
    for name in ("people", "carrier"):
        async with day.talk(f"the link of the {name} is cut", loses=name == "carrier"):
            day.three.links[name].cut()
            await asyncio.sleep(CUT_S)
            day.three.links[name].heal()
            await day.whole()


async def killed_processes(day: Day) -> None:
    three = day.three
    for machine, name in ((three.server, "server"), (three.pbx, "recording_keeper"), (three.pbx, "pbx_listener")):
        async with day.talk(f"{name} is killed") as talk:
            await machine.restarted(name, machine.kill(name))
            await talk.heard()
            await day.whole()
    async with day.talk("mongod is killed") as talk:
        three.database.run("kill -9 $(cat /srv/db/pid)")
        await day.part("mongodb", "away")
        await talk.heard()
        three.database.start_mongod()
        await day.whole()
    async with day.talk("asterisk is killed", lives=False):
        await asyncio.sleep(CUT_S)  # of a call that has just begun nothing is on the disk yet
        await three.pbx.restarted("asterisk", three.pbx.kill("asterisk"))
        await day.whole()
    await day.anna.register()


async def paired_anew(day: Day) -> None:
    """By the commands that the guide names."""
    guide = (GUIDES / "three-machines.md").read_text()
    on_pbx, on_server = re.findall(r"`(call24 rotate [^`]+)`", guide)
    async with day.talk("a new pairing") as talk:
        before = day.three.ari_password
        await asyncio.to_thread(day.three.pbx.run, on_pbx)
        day.three.pair()
        await asyncio.to_thread(day.three.server.run, on_server)
        assert day.three.ari_password != before
        day.secrets.append(before)
        await talk.heard()
        await day.whole()


async def full_disk(day: Day) -> None:
    spool, anna = "/srv/call24/asterisk/var/spool/recording", day.anna

    async def is_said(state: str) -> None:
        async def said() -> bool:
            return bool((await anna.live())["system"]["recordings"] == state)

        await wait_until(said, 20)

    async with day.talk("the disk becomes full", loses=True) as talk:
        await asyncio.sleep(CUT_S)
        await asyncio.to_thread(day.three.pbx.run, f"cat /dev/zero >{spool}/filler || true")
        await is_said("full")
        await talk.heard()
        await asyncio.sleep(CUT_S)
    async with day.talk("the disk is full", loses=True) as talk:
        await talk.heard()
    assert "no call is recorded until space is freed" in (day.three.server.settings.log / "server.log").read_text()
    day.three.pbx.run(f"rm {spool}/filler")
    await is_said("ok")
    async with day.talk("the disk has room again"):
        pass


def nothing_readable(day: Day) -> dict[str, int]:
    """Neither between server and PBX nor between server and database; bytes that passed between them."""
    three = day.three
    number = day.acme.customers[0].number
    clear = b"".join(three.passed("pbx", "people").values())
    assert number.encode() in clear and NAME.encode() in clear, "what is not encrypted would be seen"
    words = [number.encode(), number[1:].encode(), NAME.encode(), NOTE.encode(), day.acme.number[1:].encode()]
    assert len(day.sample) == 64
    words += [PASSWORD.encode(), day.sample, *(one.encode() for one in (three.ari_password, *day.secrets))]
    for other, port in (("pbx", 8424), ("database", 27017)):
        flows = three.passed("server", other)
        assert {(flow.kind, port in flow.ports) for flow in flows} == {("tcp", True)}, set(flows)
        content = b"".join(flows.values())
        assert len(content) > 100_000
        assert [word for word in words if word in content] == []
    assert sum(wire.lost for wire in three.wires) == 0
    return {other: sum(map(len, three.passed("server", other).values())) for other in ("pbx", "database")}
