"""The one-machine stack with a real MongoDB and a real Asterisk; only the server is a stand-in (fakes/server.py)."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest
from pymongo.errors import OperationFailure
from tests.support.product.stack import CACHE, free_base_port, wait_for

from call24.installer import preflight, ready
from call24.installer.child_processes import started_at
from call24.installer.errors import StartError
from call24.installer.stack import Stack, ask_socket, http_status
from call24.installer.timing import Timing
from call24.kit.settings import Settings

UP = Path(__file__).parents[2] / "fakes" / "up.py"
STOP_S = 10.0


class Installation:
    """One data folder, and the parents that are started on it."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings.on_ports(data, free_base_port()).checked()
        self.parents: list[subprocess.Popen[str]] = []

    def up(self, data: Path | None = None, *more: str, **env: str) -> subprocess.Popen[str]:
        words = [sys.executable, str(UP), "--data", str(data or self.settings.data)]
        words += ["--base-port", str(self.settings.http_port)]
        env = {**os.environ, "CALL24_CACHE": str(CACHE), "PYTHONPATH": str(UP.parents[2]), **env}
        parent = subprocess.Popen([*words, *more], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.parents.append(parent)
        return parent

    def ready(self) -> tuple[subprocess.Popen[str], str]:
        """A parent whose installation is ready, and what it said until then."""
        parent, said = self.up(), ""
        assert parent.stdout
        for line in parent.stdout:
            said += line
            if line == "after ready\n":
                return parent, said
        raise AssertionError(f"{said}{parent.stderr.read() if parent.stderr else ''}")

    def pid(self, name: str) -> int:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.settings.run / f"{name}.pid").read_text())
        return 0

    def processes(self) -> list[int]:
        """Those that name our folder, found without the product's help: clean_up() ends them whatever is broken."""
        folder = os.fsencode(self.settings.data)
        assert folder.startswith(os.fsencode(tempfile.gettempdir()) + b"/c24-")
        found = []
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = place.read_bytes().split(b"\0")
                if any(word == folder or word.startswith(folder + b"/") for word in words):
                    found.append(int(place.parent.name))
        return found

    def clean_up(self) -> None:
        for parent in self.parents:
            parent.kill()
            parent.communicate()
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def made() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    found = Installation(folder / "data")
    try:
        yield found
    finally:
        found.clean_up()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def installation() -> Iterator[Installation]:
    with made() as found:
        yield found


@contextlib.contextmanager
def few_descriptors() -> Iterator[None]:
    """As many shells allow."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Installation, int]]:
    """One that is ready, for tests that leave it so, and the process id of its parent; started from a shell that allows
    few descriptors. The last test of this file ends it."""
    with made() as found:
        with few_descriptors():
            parent, _ = found.ready()
        yield found, parent.pid


def healthy(installation: Installation) -> bool:
    return ready.health(installation.settings)[0] == 200


def asterisk_answers(installation: Installation) -> bool:
    login = installation.settings.ari_login()
    return http_status(installation.settings.ari_port, "/ari/asterisk/ping", *login) == 200


def phones_answered(installation: Installation) -> bool:
    return b'"registered": 0' in ask_socket(installation.settings.sip_edge_socket)


def mongodb_answers(installation: Installation) -> bool:
    uri = installation.settings.mongodb_uri()
    with (
        contextlib.suppress(pymongo.errors.PyMongoError),
        pymongo.MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=500) as client,
    ):
        return bool(client.admin.command("hello")["isWritablePrimary"])
    return False


def listeners(port: int) -> list[str]:
    """Addresses that something listens at on a TCP port. Source: proc_net(5)."""
    found = []
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state = row.split()[:4]
            address, number = local.split(":")
            if state == "0A" and int(number, 16) == port:
                packed = bytes.fromhex(address)
                found.append(".".join(map(str, reversed(packed))) if len(packed) == 4 else address)
    return found


def test_a_killed_child_is_back_at_once_and_has_more_descriptors_than_the_shell_allows(
    running: tuple[Installation, int],
) -> None:
    installation, _ = running
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for name in ("asterisk", "sip_edge"):
        limits = Path(f"/proc/{installation.pid(name)}/limits").read_text()
        assert re.findall(r"Max open files +(\d+)", limits) == [str(min(most, 65_536))]
    for name, answers in (
        ("server", healthy),
        ("asterisk", asterisk_answers),
        ("mongod", mongodb_answers),
        ("sip_edge", phones_answered),
    ):
        before = installation.pid(name)
        began = time.monotonic()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda name=name, before=before: installation.pid(name) not in (0, before))
        wait_for(lambda answers=answers: answers(installation))
        if name in ("server", "sip_edge"):
            assert time.monotonic() - began < 2.0


@pytest.mark.long("test_children_outlive_a_killed_parent_are_taken_over_and_ctrl_c_ends_everything")
def test_other_ports_after_a_killed_parent_replace_what_it_left(installation: Installation) -> None:
    parent, _ = installation.ready()
    before = installation.pid("mongod")
    parent.kill()
    parent.wait()
    data = installation.settings.data
    installation.settings = Settings.on_ports(data, installation.settings.http_port + 10).checked()
    installation.ready()
    assert installation.pid("mongod") != before
    assert mongodb_answers(installation)
    assert healthy(installation)


def test_one_folder_holds_one_instance(running: tuple[Installation, int]) -> None:
    installation, parent = running
    second = installation.up()
    _, said = second.communicate(timeout=20)
    assert second.returncode == 1
    assert said.startswith(f"call24: Call24 already runs on {installation.settings.data} (process {parent})")
    assert healthy(installation)


def test_a_taken_port_is_named_with_its_flag_and_its_owner(running: tuple[Installation, int]) -> None:
    installation, _ = running
    other = installation.settings.data.with_name("other")
    second = installation.up(other)
    _, said = second.communicate(timeout=20)
    assert second.returncode == 1
    assert len(said.splitlines()) == 1
    assert said.startswith(f"call24: --mongodb-port: port {installation.settings.mongodb_port} is taken") or (
        said.startswith("call24: --") and "is taken by" in said and "choose another one with --" in said
    )
    assert not (other / "mongodb").exists()


@pytest.mark.long(
    "unit/installer/test_ready.py::"
    "test_who_answers_as_ours_would_is_ours_only_where_the_data_folders_process_started_it"
)
def test_another_process_that_takes_the_port_meanwhile_is_not_taken_for_ours(installation: Installation) -> None:
    """It came after the ports were looked at, and answers as ours would."""
    s = installation.settings
    parent = installation.up()
    wait_for(lambda: (s.run / "settings.json").exists() and all(file.exists() for file in s.certificate))
    program = Path(__file__).parents[2] / "fakes" / "server.py"
    env = {**os.environ, "PYTHONPATH": str(UP.parents[2])}
    stranger = subprocess.Popen([sys.executable, str(program), "--data", str(s.data)], env=env, start_new_session=True)
    try:
        wait_for(lambda: healthy(installation))
        said, complaint = parent.communicate(timeout=60)
    finally:
        stranger.kill()
        stranger.wait()
    assert parent.returncode == 1
    assert "Call24 is ready" not in said
    assert f"port {s.http_port} is held by {Path(sys.executable).name[:15]} (process {stranger.pid})" in complaint


def test_a_port_that_another_has_where_browsers_find_localhost_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(("::1", 0))
        taken.listen()
        settings = Settings(data=tmp_path, http_port=taken.getsockname()[1])
        with pytest.raises(
            StartError, match=rf"port {settings.http_port} of ::1 is taken by .* \(process {os.getpid()}\)"
        ):
            preflight.check_ports(settings, ("http_port",))
    preflight.check_ports(settings, ("http_port",))


def test_a_stop_during_the_start_leaves_no_orphan(installation: Installation) -> None:
    parent = installation.up()
    wait_for(lambda: installation.pid("mongod"))
    parent.send_signal(signal.SIGINT)
    parent.communicate(timeout=STOP_S)
    assert installation.processes() == []


def test_a_pid_file_that_names_somebody_elses_process_harms_nobody(installation: Installation) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        installation.settings.run.mkdir(parents=True)
        (installation.settings.run / "mongod.pid").write_text(str(stranger.pid))
        (installation.settings.run / "mongod.mark").write_text(f"0 {started_at(stranger.pid)}")
        installation.ready()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_mongodb_asks_for_a_password_and_keeps_to_this_machine(running: tuple[Installation, int]) -> None:
    installation, _ = running
    port = installation.settings.mongodb_port
    with (
        pymongo.MongoClient[dict[str, object]]("127.0.0.1", port, directConnection=True) as client,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        client.call24.calls.find_one()
    with pymongo.MongoClient[dict[str, object]](installation.settings.mongodb_uri()) as client:
        client.call24.trial.insert_one({"_id": 1})
        with pytest.raises(OperationFailure, match="not authorized"):
            client.other.trial.insert_one({"_id": 1})
    assert listeners(port) == ["127.0.0.1"]


def test_external_ones_are_neither_fetched_nor_started(running: tuple[Installation, int]) -> None:
    theirs = running[0].settings
    other = Installation(theirs.data.with_name("other"))
    other.settings = Settings.on_ports(other.settings.data, theirs.http_port + 10).checked()
    login = theirs.ari_login()
    parent = other.up(
        None,
        f"--asterisk-ari={theirs.ari_url}",
        CALL24_MONGODB_URI=theirs.mongodb_uri(),
        CALL24_ARI_USER=login.user,
        CALL24_ARI_PASSWORD=login.password,
    )
    try:
        wait_for(lambda: other.pid("server"), 20)
        wait_for(lambda: healthy(other))
        assert [other.pid("mongod"), other.pid("asterisk")] == [0, 0]
        assert not (other.settings.data / "mongodb").exists()
        assert not (other.settings.data / "asterisk").exists()
        stored = (other.settings.run / "settings.json").read_text()
        assert login.password not in stored
        assert "mongodb://" not in stored
    finally:
        parent.send_signal(signal.SIGINT)
        parent.communicate(timeout=STOP_S)
        other.clean_up()


def test_a_folder_that_cannot_be_written_is_refused_in_one_line() -> None:
    with pytest.raises(StartError, match=r"--data: /dev/null/x cannot be written .*: choose another folder"):
        preflight.hold(Settings(data=Path("/dev/null/x")))


def test_a_path_too_long_for_asterisks_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="choose a shorter path"):
        preflight.hold(Settings(data=tmp_path / ("x" * 80)))


def test_too_little_room_is_refused_with_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 9 * 10**9, 10**9))
    preflight.check_room(Settings(data=tmp_path), first=False)
    with pytest.raises(StartError, match=r"1\.5 GB are needed, 1\.0 GB are free"):
        preflight.check_room(Settings(data=tmp_path), first=True)


def test_a_start_that_is_refused_leaves_no_folder_behind_and_touches_none_with_something_in_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for data in (tmp_path / "new", tmp_path / "kept"):
            if data.name == "kept":
                data.mkdir()
                (data / "note").write_text("mine")
            command = [sys.executable, "-m", "call24.cli", "up", "--data", str(data), "--http-port", str(port)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert (done.returncode, f"port {port} is taken" in done.stderr) == (1, True), done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "note").read_text() == "mine"


def test_an_asterisk_without_a_free_session_is_not_dead_while_its_control_socket_answers(
    installation: Installation,
) -> None:
    """Whoever holds all sessions of its HTTP server would else have it ended, with all calls."""
    settings = installation.settings
    settings.asterisk_control.parent.mkdir(parents=True)
    settings.secrets.mkdir(parents=True)
    (settings.secrets / "ari").write_text("secret")
    stack = Stack(settings, Timing())
    with socket.create_server(("127.0.0.1", settings.ari_port)) as full, socket.socket(socket.AF_UNIX) as control:
        control.bind(str(settings.asterisk_control))
        control.listen()
        assert not stack.asterisk_lives()  # it takes connections and says nothing

        def answer() -> None:
            connection, _ = control.accept()
            with connection:
                connection.sendall(b"host/1/22.10.1\n")
                assert connection.recv(100).endswith(b"core show version\0")
                connection.sendall(b"Asterisk 22.10.1 built by nobody\n")

        control.accept()[0].close()
        answering = threading.Thread(target=answer)
        answering.start()
        assert stack.asterisk_lives() and not stack.asterisk_answers()
        answering.join()
        full.close()


def test_children_outlive_a_killed_parent_are_taken_over_and_ctrl_c_ends_everything(
    running: tuple[Installation, int],
) -> None:
    installation, parent_pid = running
    secrets = {p.name: p.read_text() for p in installation.settings.secrets.iterdir()}
    authority = (installation.settings.tls / "ca.pem").read_text()
    before = {name: installation.pid(name) for name in ("mongod", "asterisk", "sip_edge", "server")}
    [parent] = [one for one in installation.parents if one.pid == parent_pid]
    parent.kill()
    parent.wait()
    assert asterisk_answers(installation)

    parent, _ = installation.ready()
    assert installation.pid("mongod") == before["mongod"]
    assert installation.pid("asterisk") == before["asterisk"]
    assert installation.pid("sip_edge") == before["sip_edge"]
    assert installation.pid("server") != before["server"]
    assert before["server"] not in installation.processes()
    # Those taken over are watched too.
    os.kill(before["asterisk"], signal.SIGKILL)
    wait_for(lambda: installation.pid("asterisk") not in (0, before["asterisk"]))
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(STOP_S) == 0
    assert installation.processes() == []

    # What is stopped in an orderly way is found again by the next start, and Ctrl-C ends that one.
    parent, said = installation.ready()  # how long it takes is in docs/benchmarks.md
    assert healthy(installation)
    assert "Fetching" not in said
    assert {p.name: p.read_text() for p in installation.settings.secrets.iterdir()} == secrets
    assert (installation.settings.tls / "ca.pem").read_text() == authority
    began = time.monotonic()
    parent.send_signal(signal.SIGINT)
    assert parent.wait(STOP_S) == 0
    assert time.monotonic() - began < STOP_S
    assert installation.processes() == []
    assert not list(installation.settings.run.glob("*.pid"))
