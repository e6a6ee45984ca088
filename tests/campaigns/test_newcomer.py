"""A newcomer in an empty Debian 13: install the wheel, start, take calls, back up, lose the disk, restore.

`./call24 test --campaign newcomer`; about five minutes, and needs the package registries. The machine is a Debian with
its essential packages alone, made of the package mirror, in namespaces of its own; the kernel is this machine's, and
there is no systemd in it. `CALL24_NEWCOMER_OUT=docs/figures/newcomer.json` keeps the figures for docs/operate.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.documents import blocks
from tests.support.product import empty_debian
from tests.support.product.own_machine import OwnMachine, own_machine
from tests.support.product.stack import wait_for

from call24.cli import wheel as wheel_verb

GUIDE = "docs/guides/first-steps.md"
DATA, PROGRAMS, STORE, KEY = "/srv/call24", "/srv/programs", "/mnt/backups", "/etc/call24/backup-key"
FETCH = "call24 fetch --data /tmp/fetched && rm -r /tmp/fetched"
"""Apart from the start, since downloads alone have a way out of the machine."""
PACKAGES = "ca-certificates curl libcurl4t64 python3 python3-venv"
CHILDREN = ("server", "asterisk", "sip_edge", "mongod")
STEP_S = 600.0
CALL = """
import asyncio
from call24.testphones.customer import Customer

async def call():
    async with Customer(("127.0.0.1", 5060), "+442079460123") as customer:
        call = await customer.dial("+442079460100")
        await call.answered(10)
        call.hang_up()
        await call.ended(5)

asyncio.run(call())
"""
SIGN_IN = """TOKEN=$(call24 /v1/auth/login --data '{"email":"olga@example.org","password":"correct horse battery",\
"device_name":"test"}' | field token)"""


class Newcomer:
    """At the machine's terminal, as root or as the user call24."""

    def __init__(self, machine: OwnMachine, system: Path) -> None:
        self.machine, self.system = machine, system
        self.steps: list[dict[str, str | float]] = []
        self.log = machine.root.parent / "up.log"
        self.log.touch()
        self.up: subprocess.Popen[bytes] | None = None

    def types(self, line: str, *, network: bool = False, user: str = "root") -> str:
        """Gives what was said. `network`: with a way out of the machine."""
        words = [*self._as(user), "bash", "-eo", "pipefail", "-c", line]
        done = subprocess.run(
            self.machine.words(*words, network=network), capture_output=True, text=True, timeout=STEP_S
        )
        assert done.returncode == 0, (line, done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout

    def step(self, what: str, line: str, *, network: bool = False, user: str = "call24", shown: str = "") -> str:
        began = time.monotonic()
        said = self.types(line, network=network, user=user)
        self._took(what, shown or line, began)
        return said

    def starts(self, what: str) -> None:
        before, began = self.printed.count("is ready after"), time.monotonic()
        line = f"call24 up --data {DATA}"
        with self.log.open("ab") as said:
            words = self.machine.words(*self._as("call24"), *shlex.split(line))
            self.up = subprocess.Popen(words, stdout=said, stderr=said)
        up = self.up
        wait_for(lambda: self.printed.count("is ready after") > before or up.poll() is not None, STEP_S)
        assert up.poll() is None, self.printed[-2000:]
        self._took(what, line, began)

    def loses_the_disk(self) -> None:
        """All at once, as when the power fails: the parent first, which would start the others again."""
        assert self.up is not None
        files = [f"{DATA}/run/{name}" for name in ("up.lock", *(f"{child}.pid" for child in CHILDREN))]
        pids = [self.types(f"cat {file}").strip() for file in files]
        self.types(f"kill -9 {' '.join(pids)}")
        self.up.wait(10)
        wait_for(lambda: not any(self._works(pid) for pid in pids), 10)
        self.types(f"rm -rf {DATA} {PROGRAMS}")

    def _works(self, pid: str) -> bool:
        """Dead ones stay in the list, since nobody waits for them there."""
        return bool(self.types(f"grep -s ^State: /proc/{pid}/status | grep -v Z || true"))

    def ends(self) -> None:
        if self.up is not None and self.up.poll() is None:
            self.types(f"kill -INT $(cat {DATA}/run/up.lock)")
            self.up.wait(60)

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def _as(self, user: str) -> list[str]:
        home = "/root" if user == "root" else "/home/call24"
        told = [f"{name}={value}" for name, value in empty_debian.environment(home).items()]
        told.append(f"CALL24_CACHE={PROGRAMS}")
        became = [] if user == "root" else ["runuser", "-u", user, "--"]
        return ["env", "-i", "-C", "/" if user == "root" else home, *told, *became]

    def _took(self, what: str, line: str, began: float) -> None:
        self.steps.append({"what": what, "command": line, "took_s": round(time.monotonic() - began, 1)})


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    if os.geteuid():
        pytest.skip("only root may make a machine")
    system = empty_debian.make(tmp_path_factory.mktemp("debian"))
    with own_machine(tmp_path_factory.mktemp("machine"), system=system) as made:
        there = Newcomer(made, system)
        try:
            yield there
        finally:
            there.ends()


def test_a_newcomer_takes_calls_and_has_them_again_after_the_loss_of_the_disk(
    newcomer: Newcomer, tmp_path: Path
) -> None:
    packages = len(newcomer.types("dpkg-query -f '.\\n' -W").split())
    assert newcomer.types("command -v python3 curl || true") == "", "the machine is empty"
    [wheel, _] = wheel_verb.build(tmp_path)
    _installs(newcomer, wheel)
    newcomer.starts("first start")
    newcomer.step("test call through every part", f"call24 doctor --call --data {DATA}")
    functions, *made = (shown.replace(".call24/", f"{DATA}/") for shown in blocks(GUIDE)[1:3])
    steps = "\n".join([functions, *made])
    newcomer.step("an organisation, a queue, a trunk, a number", steps, shown="as in first steps")
    _takes_a_call(newcomer)
    wait_for(lambda: len(_calls(newcomer, functions)) == 1, 20)
    before = _calls(newcomer, functions)
    newcomer.step("backup", f"call24 backup make {STORE} --key-file {KEY} --data {DATA}")

    newcomer.loses_the_disk()
    newcomer.step("downloads again", FETCH, network=True)
    newcomer.step("restore", f"call24 restore {STORE} --key-file {KEY} --data {DATA}")
    newcomer.starts("start")
    newcomer.step("test call through every part", f"call24 doctor --call --data {DATA}")
    assert _calls(newcomer, functions) == before
    _takes_a_call(newcomer, record=False)
    wait_for(lambda: len(_calls(newcomer, functions)) == 2, 20)
    _keep(newcomer, packages)


def _installs(newcomer: Newcomer, wheel: Path) -> None:
    install = f"apt-get update && apt-get install --yes --no-install-recommends {PACKAGES}"
    newcomer.step("packages of Debian", install, network=True, user="root")
    empty_debian.lend_authorities(newcomer.system)
    newcomer.machine.write(f"/root/{wheel.name}", wheel.read_bytes())
    made = f"python3 -m venv /opt/call24 && /opt/call24/bin/pip install --quiet /root/{wheel.name}"
    newcomer.step("the wheel", made, network=True, user="root")
    users = "useradd --system --create-home --home-dir /home/call24 call24 && chown call24 /srv && "
    users += f"install -d -o call24 -m 700 {STORE} /etc/call24 && ln -s /opt/call24/bin/call24 /usr/local/bin/"
    newcomer.step("a user, its folders", users, user="root")
    newcomer.step("a key for backups", f"umask 077 && head -c 32 /dev/urandom | base64 > {KEY}")
    newcomer.step("downloads of Asterisk and MongoDB", FETCH, network=True)


def _takes_a_call(newcomer: Newcomer, *, record: bool = True) -> None:
    line = f"/opt/call24/bin/python -c {shlex.quote(CALL)}"
    if record:
        newcomer.step("a caller is answered", line, shown="a call to +442079460100")
    else:
        newcomer.types(line, user="call24")


def _calls(newcomer: Newcomer, functions: str) -> list[str]:
    """Ids of the calls that the owner sees, signed in anew."""
    line = "\n".join([functions.split("TOKEN=$(")[0], SIGN_IN, "call24 /v1/calls"])
    return [call["id"] for call in json.loads(newcomer.types(line, user="call24"))["items"]]


def _keep(newcomer: Newcomer, packages: int) -> None:
    version = newcomer.types(". /etc/os-release && echo $PRETTY_NAME").strip()
    python = newcomer.types("python3 --version").split()[-1]
    machine = {"cores": os.cpu_count(), "kernel": platform.release(), "load_average": os.getloadavg()}
    kept = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": {"name": version, "packages": packages, "python": python},
        "machine": machine,
        "steps": newcomer.steps,
    }
    text = re.sub(r"/root/call24-\S+\.whl", "call24-*.whl", json.dumps(kept, indent=1)) + "\n"
    print(text)
    if place := os.environ.get("CALL24_NEWCOMER_OUT"):
        Path(place).write_text(text)
