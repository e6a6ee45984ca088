"""A main process and realtime nodes as processes of their own, on the tests' MongoDB; there is no Asterisk."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pymongo
from tests.support.database.mongod import RunningMongod, free_port
from tests.support.product.killed_process import ForkedModule
from tests.support.product.people import PASSWORD, sign_in
from tests.support.realtime.pusher_clients import Peer
from tests.support.stopped_process import stop
from tests.support.wait import wait_until

from call24.cli import node
from call24.installer import certificates
from call24.kit.settings import DATABASE, Settings

_READY_S = 60.0


Started = subprocess.Popen[bytes] | ForkedModule


class Processes:
    """`nodes`: by their ports."""

    def __init__(self, folder: Path, mongod: RunningMongod, connections_per_address: int, forked: bool = False) -> None:
        self._forked = forked
        (folder / "mongodb").write_text(mongod.uri.replace("/?", f"/{DATABASE}?"))
        self.settings = Settings(data=folder, http_port=free_port(), mongodb_uri_file=folder / "mongodb")
        self.settings = replace(self.settings, connections_per_address=connections_per_address)
        self.settings.save(self.settings.run / "settings.json")
        self.settings.secrets.mkdir()
        (self.settings.secrets / "ari").write_text("secret")
        certificates.make(self.settings)
        self.authority = str(self.settings.tls / "ca.pem")
        self.main: Started | None = None
        self.nodes: dict[int, Started] = {}

    async def start_main(self) -> None:
        self.main = self._started("call24.server", "--data", str(self.settings.data))
        await wait_until(lambda: self._part(self.settings.http_port, "mongodb"), _READY_S)

    async def start_node(self, port: int = 0) -> int:
        """At a port that is given back."""
        port = port or free_port()
        words = ("--data", str(self.settings.data), "--http-port", str(port))
        self.nodes[port] = self._forked_node(words) if self._forked else self._started("call24.cli", "node", *words)
        await wait_until(lambda: self._part(port, "main"), _READY_S)
        return port

    def hold_node(self, port: int) -> None:
        """It keeps its connections and answers nothing, until it is killed."""
        stop(self.nodes[port].pid)

    def kill_node(self, port: int) -> None:
        self.nodes[port].kill()
        self.nodes[port].wait()

    def _forked_node(self, words: tuple[str, ...]) -> Started:
        """As `call24 node` becomes it."""
        parser = argparse.ArgumentParser()
        node.add_flags(parser)
        with patch.object(os, "execv") as becomes:
            node.run(parser.parse_args(words))
        program = becomes.call_args.args[1]
        return self._started(program[-2], program[-1])

    def _started(self, module: str, *words: str) -> Started:
        if self._forked:
            return ForkedModule(module, words, self.settings.data / "processes.log")
        with (self.settings.data / "processes.log").open("ab") as log:
            return subprocess.Popen((sys.executable, "-m", module, *words), stdout=log, stderr=log, env=os.environ)

    async def _part(self, port: int, part: str) -> bool:
        """Whether it is there, as /health/ready says."""
        try:
            async with self.http(port) as http:
                return bool((await http.get("/health/ready")).json()["parts"][part] == "ok")
        except httpx.HTTPError:
            return False

    def http(self, port: int, bearer: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=False, timeout=10, headers=headers)

    async def owner(self) -> str:
        """A new organisation's, by the bearer of a session."""
        wish = {"organisation": "Acme", "name": "Olga", "email": "olga@example.test", "password": PASSWORD}
        operator = {"X-Call24-Operator": (self.settings.secrets / "operator").read_text().strip()}
        async with self.http(self.settings.http_port) as http:
            made = await http.post("/v1/internal/organisations", json=wish, headers=operator)
            assert made.status_code == 201, made.text
            return await sign_in(http, wish["email"])

    async def peer(self, bearer: str, port: int, **settings: Any) -> Peer:
        """An application of the organisation, reached at `port`."""
        async with self.http(self.settings.http_port, bearer) as http:
            made = (await http.post("/v1/applications", json={"name": "Shop", **settings})).json()
        return Peer("call24", port, made["app_id"], made["key"], made["secret"], authority=self.authority)

    def log(self) -> str:
        return (self.settings.data / "processes.log").read_text()

    def stop(self) -> None:
        for process in (*self.nodes.values(), *([self.main] if self.main else [])):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
            if process.poll() is None:
                process.kill()
                process.wait()


@contextlib.contextmanager
def processes(
    folder: Path, mongod: RunningMongod, connections_per_address: int = 1_000, *, forked: bool = False
) -> Iterator[Processes]:
    """On an empty database. `forked`: each from a process that has imported what they need, which takes two seconds."""
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client.drop_database(DATABASE)
    here = Processes(folder, mongod, connections_per_address, forked)
    try:
        yield here
    finally:
        here.stop()
