"""Finds an Asterisk of the needed version: this machine's own, else one unpacked into the data folder without root.

The unpacked one runs through its own dynamic loader and libraries, so that nothing of the machine has to fit it. It
does not write Asterisk's configuration (asterisk_conf) or start it (stack). espeak-ng comes along (espeak_program).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from call24.installer import apt
from call24.installer.errors import StartError
from call24.installer.file_lock import alone
from call24.installer.progress import ProgressTask, megabytes
from call24.installer.timing import Timing

# 22.10.1 brought 19 security fixes, two of them in ARI.
NEEDED = (22, 10, 1)
SUITE = "testing"
PACKAGES = ["asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav", "ca-certificates", "espeak-ng"]
UNUSED = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/icons",
    "usr/share/fonts",
    "usr/share/lintian",
)
CACHE = "CALL24_CACHE"


@dataclass(frozen=True)
class Asterisk:
    """An Asterisk that can be run: the words that start it, its environment, modules and shared files."""

    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    modules: Path
    share: Path
    etc: Path
    version: str

    def output(self, *words: str) -> str:
        done = subprocess.run(
            [*self.command, *words], env={**os.environ, **dict(self.env)}, capture_output=True, text=True
        )
        return done.stdout + done.stderr


def find(folder: Path) -> Asterisk | None:
    """The Asterisk to use, if there is one already: the machine's own, else one unpacked into `folder`."""
    return _installed() or _fitting(folder / "root")


def find_cached() -> Asterisk | None:
    """The one that other starts fetched before, where they share it (CALL24_CACHE)."""
    cache = os.environ.get(CACHE)
    return _fitting(_cached_root(Path(cache))) if cache else None


def check_machine() -> None:
    """Whether Asterisk can be fetched here. Raises: StartError, with the way out."""
    try:
        apt.check_tools()
        apt.keyring()
        apt.mirror()
    except StartError as error:
        raise StartError(
            f"Asterisk is not installed and cannot be fetched: {error}; or give --asterisk-ari an external one"
        ) from None


def fetch(folder: Path, task: ProgressTask, timing: Timing) -> Asterisk:
    """Unpack Asterisk from Debian's testing suite into `folder`, beside one of another version. Raises: StartError."""
    if (found := _fitting(folder / "root")) is not None:
        return found
    root = _vacant(folder / "root")
    cache = os.environ.get(CACHE)
    if not cache:
        return _fetch_into(root, task, timing)
    kept = _cached_root(Path(cache))
    kept.parent.mkdir(parents=True, exist_ok=True)
    with alone(kept.parent, lambda: task.step("waiting for another start that fetches it")):
        shared = _fitting(kept) or _fetch_into(_vacant(kept), task, timing)
    root.parent.mkdir(parents=True, exist_ok=True)
    _clear(root)
    root.symlink_to(shared.etc.parents[1])
    return _checked(_unpacked(root))


def roots(root: Path) -> list[Path]:
    """Where Asterisk may have been unpacked: `root`, and beside it with a version behind the name."""
    return [root, *sorted(root.parent.glob(f"{root.name}-*"))]


def _fitting(root: Path) -> Asterisk | None:
    """The oldest unpacked one that is new enough: what another version of Call24 puts there changes nothing."""
    there = [one for place in roots(root) if (one := _unpacked(place)) and _number(one.version) >= NEEDED]
    return min(there, key=lambda one: _number(one.version), default=None)


def _vacant(root: Path) -> Path:
    """Where to unpack: an Asterisk of another version may run in `root`, with its modules and sounds."""
    return root.with_name(f"{root.name}-{_text(NEEDED)}") if root.exists() else root


def _clear(root: Path) -> None:
    if root.is_symlink():  # of a start that had a cache
        root.unlink()
    shutil.rmtree(root, ignore_errors=True)


def _cached_root(cache: Path) -> Path:
    """Named by what is in it: a version that wants other packages leaves alone what another one runs."""
    return cache / "asterisk" / f"root-{zlib.crc32(' '.join([SUITE, *PACKAGES]).encode()):08x}"


def _fetch_into(root: Path, task: ProgressTask, timing: Timing) -> Asterisk:
    private = apt.PrivateApt(root.parent / "apt", SUITE)
    raw = root.with_name("root.part")
    for left_over in (private.home, raw, root):
        _clear(left_over)
    began = time.monotonic()
    task.step("reading Debian's package lists")
    private.home.mkdir(parents=True)
    private.update()
    packages = private.download(
        PACKAGES, lambda done, total: task.step("downloading", done, total, f"of {megabytes(total)}")
    )
    timing.download("asterisk", time.monotonic() - began)
    began = time.monotonic()
    apt.unpack(packages, raw, lambda done, total: task.step("unpacking", done, total, f"{done} of {total} packages"))
    shutil.rmtree(private.home, ignore_errors=True)
    for unused in UNUSED:
        shutil.rmtree(raw / unused, ignore_errors=True)
    _checked(_unpacked(raw))
    raw.rename(root)
    timing.own("asterisk unpack", time.monotonic() - began)
    return _checked(_unpacked(root))


def _checked(asterisk: Asterisk | None) -> Asterisk:
    needed = _text(NEEDED)
    if asterisk is None:
        raise StartError(
            f"Debian {SUITE} did not bring an Asterisk that runs here: "
            f"install Asterisk >= {needed} yourself, then start again"
        )
    if _number(asterisk.version) < NEEDED:
        raise StartError(
            f"Debian {SUITE} brought Asterisk {asterisk.version}, but {needed} or newer is needed: "
            "try again with another mirror, or install it yourself"
        )
    return asterisk


def _installed() -> Asterisk | None:
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not program:
        return None
    modules = [*Path("/usr/lib").glob("*/asterisk/modules"), Path("/usr/lib/asterisk/modules")]
    folder = next((m for m in modules if m.is_dir()), None)
    share = next((s for s in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if s.is_dir()), None)
    version = _version((program,), {})
    if not (folder and share and version and _number(version) >= NEEDED):
        return None
    return Asterisk((program,), _malloc(), folder, share, Path("/etc/asterisk"), version)


def unpacked(root: Path, program: str) -> tuple[tuple[str, ...], Path] | None:
    """The words that run a program of the unpacked packages by their own loader, and its libraries; None: not there."""
    libraries = next((p.parent for p in (root / "usr/lib").glob("*-linux-gnu/libc.so.6")), None)
    loader = next(libraries.glob("ld-linux-*.so.*"), None) if libraries else None
    if not ((root / program).exists() and libraries and loader):
        return None
    path = ":".join(str(libraries / part) for part in ("", "pulseaudio", "blas", "lapack")).replace("/:", ":")
    name = Path(program).name
    words = (str(loader), "--inhibit-cache", "--argv0", name, "--library-path", path, str(root / program))
    return words, libraries


def _unpacked(root: Path) -> Asterisk | None:
    found = unpacked(root, "usr/sbin/asterisk")
    if found is None:
        return None
    command, libraries = found
    env = {
        "LC_ALL": "C.UTF-8",
        "GCONV_PATH": f"{libraries}/gconv",
        "OPENSSL_MODULES": f"{libraries}/ossl-modules",
    }
    version = _version(command, env)
    if not version:
        return None
    return Asterisk(
        command,
        (*env.items(), *_malloc()),
        libraries / "asterisk/modules",
        root / "usr/share/asterisk",
        root / "etc/asterisk",
        version,
    )


def _malloc() -> tuple[tuple[str, str], ...]:
    # Without these, storms of calls leave the heap fragmented: 3.6 GB were seen.
    return (("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "131072"))


def _version(command: tuple[str, ...], env: dict[str, str]) -> str | None:
    try:
        said = subprocess.run(
            [*command, "-V"], env={**os.environ, **env}, capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Asterisk (?:certified/)?(\d+\.\d+\.\d+)", said)
    return found[1] if found else None


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _text(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))
