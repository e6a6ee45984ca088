"""`deb`: builds a Debian package of this checkout, with all Python packages inside.

It needs the package registries once, for what requirements.lock names, and publishes nothing (docs/guides/debian.md).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from call24.cli import systemd_unit, wheel
from call24.installer import venv, web
from call24.installer.errors import StartError
from call24.installer.paths import CHECKOUT
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing
from call24.kit.version import VERSION

PARTS = CHECKOUT / "ops" / "debian"
HOME, DATA = Path("usr/lib/call24"), "/var/lib/call24"
SCRIPTS = ("postinst", "prerm", "postrm")
USER = "call24"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=CHECKOUT / "dist", help="folder for the package (default: dist)")
    parser.add_argument(
        "--maintainer",
        default="Call24 <root@localhost>",
        help="whom the package names as its maintainer, as `Name <address>`",
    )


def run(named: argparse.Namespace) -> int:
    """Raises: StartError."""
    with ProgressBoard() as board, tempfile.TemporaryDirectory() as folder:
        venv.make(board, (venv.LOCK, venv.DEV_LOCK))
        if not web.current():
            with board.task("App") as task:
                web.build(task, Timing(), CHECKOUT / ".call24" / "tools")
        with board.task("Package") as task:
            task.step("downloading Python packages")
            packages = Path(folder) / "packages"
            download(packages)
            task.step("packing")
            made = build(named.out.absolute(), packages, named.maintainer)
            task.step("ready")
    print(made)
    return 0


def download(folder: Path) -> None:
    """The wheels that requirements.lock names, for this Python and machine. Raises: StartError."""
    words = ("download", *venv.QUIET[:2], "--quiet", "--only-binary", ":all:", "--require-hashes", "--no-deps")
    command = (str(venv.PYTHON), "-P", "-m", "pip", *words, "-r", str(venv.LOCK), "-d", str(folder))
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise StartError(
            f"the packages of {venv.LOCK.name} could not be downloaded "
            f"({(done.stderr.strip().splitlines() or ['pip failed'])[-1]}); check the network, then try again"
        )


def build(out: Path, packages: Path, maintainer: str, version: str = VERSION) -> Path:
    """The package, of an app that is built and of the wheels in the folder `packages`. Raises: StartError."""
    if "\n" in maintainer or not maintainer.strip():
        raise StartError("--maintainer is one line: Name <address>")
    if shutil.which("dpkg-deb") is None:
        raise StartError("dpkg-deb is missing: build the package on Debian")
    architecture = _output("dpkg", "--print-architecture")
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        stage(tree, wheel.build(Path(folder) / "wheel"), packages, maintainer, version, architecture)
        out.mkdir(parents=True, exist_ok=True)
        made = out / f"call24_{version}_{architecture}.deb"
        _output("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(made))
        return made


def stage(
    tree: Path, built: tuple[Path, Path], packages: Path, maintainer: str, version: str, architecture: str
) -> None:
    """Lay out in `tree` what the package is made of. `built`: Call24's own wheel and lock file."""
    ours, lock = built
    name = f"{version}-{hashlib.sha256(ours.read_bytes()).hexdigest()[:8]}"
    inside = tree / HOME / "packages" / name
    shutil.copytree(packages, inside)
    shutil.copyfile(ours, inside / ours.name)
    shutil.copyfile(lock, inside / "requirements.lock")
    for path, text in {
        "etc/default/call24": _part("default"),
        "usr/lib/systemd/system/call24.service": unit(),
        "usr/share/doc/call24/copyright": _part("copyright"),
    }.items():
        _write(tree / path, text)
    _write(tree / "usr/sbin/call24-switch", _part("call24-switch"), 0o755)
    (tree / "usr/share/doc/call24/changelog.gz").write_bytes(
        gzip.compress((CHECKOUT / "CHANGELOG.md").read_bytes(), 9, mtime=0)
    )
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/call24").symlink_to("../lib/call24/current/bin/call24")
    for script in SCRIPTS:
        _write(tree / "DEBIAN" / script, _part(script).replace("{name}", name).replace("{version}", version), 0o755)
    _write(tree / "DEBIAN/conffiles", "/etc/default/call24\n")
    major, minor = sys.version_info[:2]
    size = sum(file.lstat().st_size for file in tree.rglob("*") if file.is_file())
    control = _part("control")
    for field, value in {
        "{version}": version,
        "{architecture}": architecture,
        "{installed_kb}": str(size // 1024),
        "{python}": f"{major}.{minor}",
        "{python_after}": f"{major}.{minor + 1}",
        "{maintainer}": maintainer,
    }.items():
        control = control.replace(field, value)
    _write(tree / "DEBIAN/control", control)
    for place in (tree, *tree.rglob("*")):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() else place.stat().st_mode & 0o111 | 0o644)


def unit() -> str:
    """Of systemd: what `current` leads to, with the flags of /etc/default/call24."""
    text = systemd_unit.text(
        made_by="./call24 deb",
        advice="set flags in /etc/default/call24 rather than here",
        user=USER,
        folder=DATA,
        command=f"/{HOME}/current/bin/call24 up --data {DATA} $DAEMON_OPTS",
        home="tmpfs",
        writable=DATA,
    )
    return text.replace("Type=exec\n", "Type=exec\nEnvironmentFile=-/etc/default/call24\n")


def _part(name: str) -> str:
    return (PARTS / name).read_text()


def _write(file: Path, text: str, mode: int = 0o644) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def _output(*command: str) -> str:
    """Raises: StartError."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise StartError(f"{command[0]} failed: {(done.stderr.strip() or 'it gave no reason')[-300:]}")
    return done.stdout.strip()
