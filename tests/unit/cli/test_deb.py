"""What the Debian package is made of, and its scripts, which dpkg runs in `./call24 test --campaign debian-package`."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from call24.cli import deb
from call24.installer.errors import StartError

NAME = "0.2.0-1a2b3c4d"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deb")
    ours, lock = folder / "call24-0.2.0-py3-none-any.whl", folder / "call24-0.2.0-py3-none-any.lock"
    ours.write_bytes(b"ours")
    lock.write_text("aiohttp==3.14.0\n")
    packages = folder / "packages"
    packages.mkdir()
    (packages / "aiohttp-3.14.0-py3-none-any.whl").write_bytes(b"theirs")
    deb.stage(folder / "tree", (ours, lock), packages, "Daria <daria@acme.example>", "0.2.0", "amd64")
    return folder / "tree"


def test_it_has_every_wheel_the_unit_and_nothing_that_is_made_on_the_machine(tree: Path) -> None:
    [name] = [path.name for path in (tree / "usr/lib/call24/packages").iterdir()]
    assert name.startswith("0.2.0-") and len(name) == len(NAME)
    files = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file() or path.is_symlink()}
    assert files == {
        *(f"DEBIAN/{part}" for part in ("control", "conffiles", "postinst", "prerm", "postrm")),
        "etc/default/call24",
        f"usr/lib/call24/packages/{name}/aiohttp-3.14.0-py3-none-any.whl",
        f"usr/lib/call24/packages/{name}/call24-0.2.0-py3-none-any.whl",
        f"usr/lib/call24/packages/{name}/requirements.lock",
        "usr/bin/call24",
        "usr/lib/systemd/system/call24.service",
        "usr/sbin/call24-switch",
        "usr/share/doc/call24/changelog.gz",
        "usr/share/doc/call24/copyright",
    }
    assert f"name={name}\n" in (tree / "DEBIAN/postinst").read_text()
    executable = {path.name for path in tree.rglob("*") if path.is_file() and path.stat().st_mode & 0o111}
    assert executable == {"postinst", "prerm", "postrm", "call24-switch"}


def test_dpkg_takes_it_and_knows_what_it_needs(tree: Path, tmp_path: Path) -> None:
    made = tmp_path / "call24.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(made)], check=True)
    fields = ("Package", "Version", "Architecture", "Maintainer")
    said = subprocess.run(["dpkg-deb", "--field", str(made), *fields], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        "Package: call24",
        "Version: 0.2.0",
        "Architecture: amd64",
        "Maintainer: Daria <daria@acme.example>",
    ]
    contents = subprocess.run(["dpkg-deb", "--contents", str(made)], capture_output=True, text=True, check=True).stdout
    assert not [line for line in contents.splitlines() if " root/root " not in line]


def test_the_unit_starts_the_current_version_with_the_flags_of_the_package() -> None:
    lines = deb.unit().splitlines()
    assert lines[0] == "# Made by `./call24 deb`: set flags in /etc/default/call24 rather than here."
    assert "EnvironmentFile=-/etc/default/call24" in lines
    assert "ExecStart=/usr/lib/call24/current/bin/call24 up --data /var/lib/call24 $DAEMON_OPTS" in lines
    assert {"User=call24", "ReadWritePaths=/var/lib/call24", "NoNewPrivileges=yes"} <= set(lines)


@pytest.mark.parametrize("name", [*deb.SCRIPTS, "call24-switch"])
def test_each_script_can_be_read_by_a_shell(name: str) -> None:
    subprocess.run(["sh", "-n", str(deb.PARTS / name)], check=True)


@pytest.mark.parametrize("named", ["", "Daria\nDepends: evil"])
def test_a_maintainer_is_one_line(named: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="--maintainer is one line"):
        deb.build(tmp_path, tmp_path, named)


class Installed:
    """A machine with a version that runs and a newer one; `upgrade` of the newer one ends as it is told."""

    def __init__(self, folder: Path) -> None:
        self.home, self.data, self.programs = folder / "lib", folder / "data", folder / "bin"
        for made in (self.home / "versions", self.data / "run", self.programs):
            made.mkdir(parents=True)
        for version in ("old", "new"):
            (self.home / "versions" / version).mkdir()
            (self.home / "versions" / version / "version").write_text(f"{version}\n")
        (self.home / "newest").write_text("new\n")
        (self.home / "current").symlink_to("versions/old")
        script = (deb.PARTS / "call24-switch").read_text()
        script = script.replace("home=/usr/lib/call24", f"home={self.home}")
        self.script = script.replace("data=/var/lib/call24", f"data={self.data}")

    def upgrade_ends(self, status: int, *, runs: bool = True) -> None:
        lock = self.data / "run" / "up.lock"
        lock.write_text(str(os.getpid()))
        if runs:
            self.held = lock.open()
            fcntl.flock(self.held, fcntl.LOCK_EX)
        program = self.programs / "runuser"
        program.write_text(f'#!/bin/sh\necho "$@" > {self.programs}/asked\nexit {status}\n')
        program.chmod(0o755)

    def switch(self, *words: str) -> tuple[int, str]:
        env = {**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", "-c", self.script, "sh", *words], capture_output=True, text=True, env=env)
        return done.returncode, done.stderr

    @property
    def current(self) -> str:
        return str((self.home / "current").readlink())

    @property
    def versions(self) -> list[str]:
        return sorted(path.name for path in (self.home / "versions").iterdir())


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_what_runs_becomes_the_newest_version_and_is_then_what_starts_at_boot(installed: Installed) -> None:
    installed.upgrade_ends(0)
    assert installed.switch("--end-calls") == (0, "")
    asked = (installed.programs / "asked").read_text().split()
    assert asked == [
        *("-u", "call24", "--", f"{installed.home}/versions/new/bin/call24", "upgrade"),
        *("--data", str(installed.data), "--end-calls"),
    ]
    assert installed.current == "versions/new"


def test_a_version_that_does_not_run_is_not_started_at_boot_either(installed: Installed) -> None:
    installed.upgrade_ends(1)
    status, said = installed.switch()
    assert (status, installed.current, installed.versions) == (1, "versions/old", ["new", "old"])
    assert "version new is installed and does not run yet" in said


def test_nothing_is_asked_where_nothing_runs(installed: Installed) -> None:
    """The lock names a process of somebody else, as after a reboot."""
    installed.upgrade_ends(1, runs=False)
    assert installed.switch() == (0, "")
    assert installed.current == "versions/new" and not (installed.programs / "asked").exists()


def test_the_version_before_is_kept_to_go_back_to_and_older_ones_are_deleted(installed: Installed) -> None:
    (installed.home / "versions" / "oldest").mkdir()
    installed.switch()
    assert installed.versions == ["new", "old"]
    installed.switch()
    assert installed.versions == ["new", "old"], "again, by a package that is installed twice"


@pytest.mark.parametrize(("held", "status"), [(True, 1), (False, 0)])
def test_a_package_is_not_removed_from_under_a_server_that_runs(held: bool, status: int, tmp_path: Path) -> None:
    place = tmp_path / "up.lock"
    place.write_text("4711")
    script = (deb.PARTS / "prerm").read_text().replace("/var/lib/call24/run/up.lock", str(place))
    script = script.replace("/run/systemd/system", "/nowhere")
    with place.open() as lock:
        if held:
            fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["sh", "-c", script, "prerm", "remove"], capture_output=True, text=True)
    assert done.returncode == status
    assert ("Call24 runs, as process 4711: end it" in done.stderr) is held
