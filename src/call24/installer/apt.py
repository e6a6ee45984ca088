"""Debian packages without root: private apt folders, downloads checked by apt's signatures, unpacked into a prefix.

The mirror and everything else about reaching it come from the machine's own apt configuration. Nothing of the
machine's apt or dpkg is changed. Source: apt.conf(5), sources.list(5).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from call24.installer.errors import StartError

KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg")
APT_GET = ("apt-get", "-q")
SOURCES_LIST = Path("/etc/apt/sources.list")
SOURCES_PARTS = Path("/etc/apt/sources.list.d")
LISTS_MAX_AGE = "CALL24_LISTS_MAX_AGE_DAYS"
LISTS_MAX_AGE_DAYS = 180
Report = Callable[[float, float], None]


class PrivateApt:
    """An apt of its own under `home`. `suite` None means the machine's own sources."""

    def __init__(self, home: Path, suite: str | None = None) -> None:
        check_tools()
        self.home = home
        self.suite = suite
        self.archives = home / "cache" / "archives"

    def update(self) -> None:
        """Fetch the package lists. Raises: StartError."""
        for part in ("lists/partial", "cache/archives/partial", "etc/trusted", "log"):
            (self.home / part).mkdir(parents=True, exist_ok=True)
        (self.home / "status").touch()
        (self.home / "apt.conf").write_text(self._configuration())
        self._run("update", "-o", "APT::Update::Error-Mode=any", *(self.bounded_age() if self.suite else ()))

    @staticmethod
    def bounded_age() -> tuple[str, ...]:
        """Lists are good for longer than their own week, since mirrors may be snapshots, and not for ever.

        Who replays old ones would hand out old programs. On the command line, which wins over the machine's files.
        Source: apt.conf(5), Acquire::Min-ValidTime. Raises: StartError.
        """
        age_s = lists_max_age_days() * 86_400
        wanted = ("Check-Date=true", "Check-Valid-Until=true", f"Min-ValidTime={age_s}")
        return tuple(word for option in wanted for word in ("-o", f"Acquire::{option}"))

    def download(self, packages: list[str], report: Report = lambda done, total: None) -> list[Path]:
        """Fetch the packages and all they depend on. Raises: StartError."""
        uris = self._run("install", "-y", "--print-uris", *packages)
        total = sum(int(size) for size in re.findall(r"^'\S+' \S+ (\d+)", uris, re.MULTILINE))
        free = shutil.disk_usage(self.home).free
        if free < total * 5:
            raise StartError(
                f"too little room in {self.home}: {total * 5 // 10**6} MB are needed, {free // 10**6} MB are free"
            )
        said = self.home / "log" / "output"
        # A file and not a pipe: nobody reads while apt works, and a full pipe would stop it.
        with said.open("w") as out:
            process = subprocess.Popen(
                [*APT_GET, "install", "-y", "-d", *packages], env=self._env(), stdout=out, stderr=out
            )
            while process.poll() is None:
                report(_bytes_in(self.archives), total)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.2)
        self._check(process.returncode, said.read_text())
        return sorted(self.archives.glob("*.deb"))

    def download_one(self, package: str, into: Path) -> Path:
        """Fetch one package without what it depends on. Raises: StartError."""
        self._run("download", package, cwd=into)
        return next(into.glob(f"{package}_*.deb"))

    def _configuration(self) -> str:
        home = self.home
        arch = subprocess.run(
            ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
        ).stdout.strip()
        lines = [
            f'Dir::State "{home}";',
            f'Dir::State::Lists "{home}/lists";',
            f'Dir::State::status "{home}/status";',
            f'Dir::Cache "{home}/cache";',
            f'Dir::Log "{home}/log";',
            f'APT::Architecture "{arch}";',
            f'APT::Architectures {{ "{arch}"; }};',
            'APT::Sandbox::User "";',
            'APT::Install-Recommends "false";',
            'Acquire::Languages "none";',
            'Acquire::Retries "3";',
            'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";',
            'Debug::NoLocking "true";',
            'DPkg::Pre-Install-Pkgs "";',
            'APT::Update::Post-Invoke "";',
            'APT::Update::Post-Invoke-Success "";',
        ]
        if self.suite:
            listed = home / "etc" / "sources.list"
            listed.write_text(f"deb [arch={arch} signed-by={keyring()}] {mirror()} {self.suite} main\n")
            lines += [
                f'Dir::Etc::sourcelist "{listed}";',
                'Dir::Etc::sourceparts "-";',
                'Dir::Etc::preferences "-";',
                'Dir::Etc::preferencesparts "-";',
                'Dir::Etc::trusted "-";',
                f'Dir::Etc::trustedparts "{home}/etc/trusted";',
            ]
        if inherited := os.environ.get("APT_CONFIG"):
            lines.insert(0, Path(inherited).read_text())
        return "\n".join(lines) + "\n"

    def _env(self) -> dict[str, str]:
        return {
            **os.environ,
            "APT_CONFIG": str(self.home / "apt.conf"),
            "LC_ALL": "C",
            "DEBIAN_FRONTEND": "noninteractive",
        }

    def _run(self, *words: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [*APT_GET, *words], env=self._env(), cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._check(done.returncode, done.stdout)
        return done.stdout

    def _check(self, status: int, output: str) -> None:
        if status:
            said = next((line for line in output.splitlines() if line.startswith("E:")), f"status {status}")
            where = self.suite or "this machine’s sources"
            if "is expired" in output:
                raise StartError(
                    f"the package lists of {where} are older than {lists_max_age_days()} days: check this machine's "
                    f"clock and its mirror, or set {LISTS_MAX_AGE} if the mirror is a snapshot that you trust"
                )
            raise StartError(f"apt could not fetch from {where} ({said}); check the network, then try again")


def unpack(packages: list[Path], root: Path, report: Report = lambda done, total: None) -> None:
    """Unpack packages into `root`, without their install scripts."""
    root.mkdir(parents=True, exist_ok=True)
    for number, package in enumerate(packages):
        report(number, len(packages))
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True, capture_output=True)


def lists_max_age_days() -> int:
    """How old package lists may be, in days (CALL24_LISTS_MAX_AGE_DAYS). Raises: StartError."""
    named = os.environ.get(LISTS_MAX_AGE, "")
    if named and not (named.isdecimal() and 0 < int(named) < 10_000):
        raise StartError(f"{LISTS_MAX_AGE}: {named!r} is not a number of days from 1 to 9999")
    return int(named or LISTS_MAX_AGE_DAYS)


def check_tools() -> None:
    """Raises: StartError when this is no Debian."""
    for tool in ("apt-get", "dpkg-deb", "dpkg"):
        if not shutil.which(tool):
            raise StartError(
                f"{tool} is missing, and Call24 fetches what it needs from Debian's packages: run it on Debian 13"
            )


def keyring() -> str:
    for path in KEYRINGS:
        if Path(path).exists():
            return path
    raise StartError("Debian's archive keyring is missing: install debian-archive-keyring")


def mirror() -> str:
    """The package mirror of this machine's own apt sources. Raises: StartError."""
    for uri, suite in _sources():
        if uri.startswith(("http://", "https://")) and "security" not in uri + suite:
            return uri
    raise StartError("no Debian package mirror is set up in /etc/apt: add one, or install Asterisk yourself")


def _sources() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCES_PARTS.glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            words = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
            if "deb" in words.get("Types", "").split() and words.get("Enabled", "yes") != "no":
                for uri in words.get("URIs", "").split():
                    yield uri, words.get("Suites", "")
    for path in [SOURCES_LIST, *sorted(SOURCES_PARTS.glob("*.list"))]:
        if path.exists():
            for found in re.finditer(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", path.read_text(), re.MULTILINE):
                yield found[1], found[2]


def _bytes_in(folder: Path) -> int:
    total = 0
    for where in (folder, folder / "partial"):
        for entry in os.scandir(where):
            try:
                total += entry.stat().st_size if entry.is_file() else 0
            except FileNotFoundError:
                continue
    return total
