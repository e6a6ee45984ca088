"""The Debian package installed by dpkg, started as its user, exchanged while it runs, taken away and purged.

`./call24 test --campaign debian-package`; about four minutes, and needs the package registries. The machine that it is
installed on is a copy-on-write view of this one, in namespaces of its own: nothing is installed here. There is no
systemd in it, so what the unit's ExecStart says is run by the test.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.own_machine import OwnMachine, own_machine
from tests.support.product.stack import wait_for

from call24.cli import deb
from call24.kit.version import VERSION

DATA, HOME = "/var/lib/call24", "/usr/lib/call24"
FIRST, SECOND, BROKEN = f"{VERSION}~first", f"{VERSION}~second", f"{VERSION}~third"


class Machine(OwnMachine):
    """Where packages are installed."""

    def install(self, package: Path) -> str:
        self.write(f"/tmp/{package.name}", package.read_bytes())
        return self.run("dpkg", "-i", f"/tmp/{package.name}")

    def current(self) -> str:
        return self.run("readlink", f"{HOME}/current").strip().removeprefix("versions/")

    def server(self) -> tuple[str, str]:
        """The server's process and the program that it runs from."""
        pid = self.read(f"{DATA}/run/server.pid").strip()
        return pid, self.read(f"/proc/{pid}/cmdline").split("\0")[0]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if os.geteuid():
        pytest.skip("only root may install a package")
    with own_machine(tmp_path_factory.mktemp("machine")) as made:
        yield Machine(made.pid, made.root)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three versions. The last has a server that cannot be loaded."""
    out, wheels = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("wheels")
    deb.download(wheels)
    return [deb.build(out, wheels, "Call24 <root@localhost>", version) for version in (FIRST, SECOND, BROKEN)]


def test_a_package_is_installed_runs_is_exchanged_and_taken_away(machine: Machine, packages: list[Path]) -> None:
    first, second, third = packages
    said = machine.install(first)
    assert "set its flags in /etc/default/call24, then: systemctl enable --now call24" in said
    assert machine.run("call24", "--version").startswith("call24 ")
    assert machine.run("stat", "-c", "%U %G %a", DATA).strip() == "call24 call24 700"
    assert machine.current().startswith(f"{FIRST}-")
    assert not machine.run("systemd-analyze", "verify", "/usr/lib/systemd/system/call24.service")

    as_user = ("runuser", "-u", "call24", "--")
    machine.run(*as_user, "call24", "fetch", "--data", DATA, network=True, timeout=300)
    [start] = re.findall(r"^ExecStart=(.*)$", machine.read("/usr/lib/systemd/system/call24.service"), re.MULTILINE)
    words = start.replace("$DAEMON_OPTS", "").split()
    log = machine.root.parent / "up.log"
    parent = machine.start(log, "sh", "-c", f"cd {DATA} && exec {' '.join((*as_user, *words))}")
    try:
        wait_for(lambda: parent.poll() is not None or "Ctrl-C stops it" in log.read_text(), 120)
        assert parent.poll() is None, log.read_text()
        assert _healthy(machine)
        before, program = machine.server()
        assert program.startswith(f"{HOME}/versions/{FIRST}-"), program

        said = machine.install(second)
        assert "calls went on" in said, said
        after, program = machine.server()
        assert after != before and program.startswith(f"{HOME}/versions/{SECOND}-"), program
        assert machine.current().startswith(f"{SECOND}-") and _healthy(machine)

        _break(machine, third)
        said = machine.run("call24-switch", fails=True)
        assert f"version {BROKEN} is installed and does not run yet" in said
        assert machine.current().startswith(f"{SECOND}-"), "what is started at boot"
        assert machine.server() == (after, program) and _healthy(machine)

        machine.install(first)
        kept = machine.run("ls", f"{HOME}/versions").split()
        assert [name.split("-")[0] for name in kept] == [FIRST, SECOND], "and the broken one is gone"
        assert machine.current().startswith(f"{FIRST}-") and _healthy(machine)
    finally:
        pid = machine.read(f"{DATA}/run/up.lock").strip()
        machine.run("kill", f"-{signal.SIGINT.value}", pid)
        parent.wait(30)

    assert machine.run("ls", f"{DATA}/secrets"), "there is something to lose"
    machine.run("dpkg", "--remove", "call24")
    assert "No such file" in machine.run("ls", HOME, "/usr/bin/call24", fails=True)
    assert f"the data stays in {DATA}" in machine.run("dpkg", "--purge", "call24")
    assert machine.run("ls", f"{DATA}/secrets")


def _break(machine: Machine, package: Path) -> None:
    """Install a version, and spoil its server before it is asked to run: dpkg says no, and the package is there."""
    packed = f"/tmp/{package.name}"
    machine.write(packed, package.read_bytes())
    machine.run("mv", "/usr/sbin/call24-switch", "/usr/sbin/call24-switch.kept")
    machine.run("dpkg", "--unpack", packed)
    machine.run("sh", "-c", "printf '#!/bin/sh\\n' > /usr/sbin/call24-switch")
    machine.run("dpkg", "--configure", "call24")
    machine.run("mv", "/usr/sbin/call24-switch.kept", "/usr/sbin/call24-switch")
    newest = machine.read(f"{HOME}/newest").strip()
    [server] = machine.run(
        "sh", "-c", f"ls {HOME}/versions/{newest}/lib/python3*/site-packages/call24/server/__init__.py"
    ).split()
    machine.run("sh", "-c", f"echo 'raise RuntimeError(\"spoilt\")' >> {server}")


def _healthy(machine: Machine) -> bool:
    said = machine.run(
        "/usr/bin/python3",
        "-c",
        "import ssl,urllib.request as r;"
        "print(r.urlopen('https://localhost:8024/health/ready',context=ssl._create_unverified_context()).read().decode())",
    )
    return bool(json.loads(said)["parts"]["mongodb"] == "ok")
