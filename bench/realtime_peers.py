"""Our realtime and soketi beside each other: the servers as processes, a crowd at one of them, and who publishes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import pusher

from bench.processes import cpu_s

SOKETI = Path(__file__).parent / "soketi"
WAIT_S = 60.0
ID, KEY, SECRET = "7001", "bench-key", "bench-secret"


@dataclass(frozen=True)
class Peer:
    name: str
    port: int
    pid: int
    key: str = KEY
    secret: str = SECRET
    tls: bool = False

    def publisher(self) -> pusher.Pusher:
        return pusher.Pusher(app_id=ID, key=self.key, secret=self.secret, host="127.0.0.1", port=self.port, ssl=False)

    def cpu_s(self) -> float:
        return cpu_s(self.pid)

    def rss_kb(self) -> int:
        """Resident, without what is shared with others or comes from files."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        return 0


class Crowd:
    """See bench/realtime_crowd.py."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None and child.stdout is not None
        self.pid = child.pid
        self._in: IO[str] = child.stdin
        self._out: IO[str] = child.stdout

    def will_hear(self, events: int) -> None:
        """In all, since its beginning."""
        self._in.write(f"{events}\n")
        self._in.flush()

    def has_heard(self) -> None:
        said = self._out.readline()
        assert said == "done\n", said


@contextlib.contextmanager
def crowd(peer: Peer, sockets: int, first: int = 0) -> Iterator[Crowd]:
    words = [sys.executable, "-m", "bench.realtime_crowd", str(peer.port), peer.key, peer.secret, str(sockets)]
    words += [str(first), *(["tls"] if peer.tls else [])]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None and child.stdout is not None
    try:
        said = child.stdout.readline()
        assert said == f"ready {sockets}\n", said
        yield Crowd(child)
    finally:
        child.stdin.close()
        child.terminate()
        child.wait(10)


@contextlib.contextmanager
def call24() -> Iterator[Peer]:
    """With a webhook whose deliveries are taken, by this process."""
    port = _free_port()
    with hooks_taken() as hooks:
        words = [sys.executable, "-m", "bench.realtime_server", str(port), ID, KEY, SECRET, hooks.url]
        with _served("call24", words, port, {}) as peer:
            yield peer
        assert hooks.taken > 0, "no webhook was told anything"


class Hooks:
    """`taken`: events that webhooks were told, in all."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.taken = 0


@contextlib.contextmanager
def hooks_taken() -> Iterator[Hooks]:
    class Taking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = json.loads(body)
            hooks.taken += len(told.get("events", (told,)))  # an application's webhook tells several at a time
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        hooks = Hooks(server.server_address[1])
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield hooks
        finally:
            server.shutdown()
            serving.join()


@contextlib.contextmanager
def soketi() -> Iterator[Peer]:
    port = _free_port()
    app = {"ID": ID, "KEY": KEY, "SECRET": SECRET, "ENABLE_CLIENT_MESSAGES": "true", "USER_AUTHENTICATION": "true"}
    env = {"SOKETI_HOST": "127.0.0.1", "SOKETI_PORT": str(port), "SOKETI_METRICS_HOST": "127.0.0.1"}
    env |= {f"SOKETI_DEFAULT_APP_{name}": value for name, value in app.items()}
    server = _soketi_modules() / "@soketi" / "soketi" / "bin" / "server.js"
    with _served("soketi", ["node", str(server), "start"], port, env) as peer:
        yield peer


def _soketi_modules() -> Path:
    """Brought once; from where CALL24_SOKETI says, if it does."""
    if (named := os.environ.get("CALL24_SOKETI")) is not None:
        return Path(named)
    place = Path(os.environ["CALL24_CACHE"]) / "soketi"
    if not (place / "node_modules" / "@soketi").exists():
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("bench: soketi is brought by npm, which is not on this machine: install Node")
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOKETI / "package.json", place)
        subprocess.run([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, check=True)
    return place / "node_modules"


@contextlib.contextmanager
def _served(name: str, words: list[str], port: int, env: dict[str, str]) -> Iterator[Peer]:
    child = subprocess.Popen(words, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, child)
        yield Peer(name, port, child.pid)
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        child.kill()
        child.wait()


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"bench: nobody listens on {port}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
