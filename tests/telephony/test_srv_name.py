"""MongoDB as Atlas gives it: by a name with +srv, over TLS, for a user without any of the administrator's commands.

MongoDB is the one of the tests, and the names are those of a name server of the test's own, on a machine of its own.
What only Atlas has (its load balancers, its limits of commands on small clusters, its backups) is not here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.database.certificates import certificates
from tests.support.database.mongod import mongod_program
from tests.support.product.own_machine import OwnMachine, own_machine
from tests.support.product.stack import CACHE, wait_for

from call24.installer import mongod

CHECKOUT = Path(__file__).resolve().parents[2]
MEMBER, NAME = "shard-00-00.db.example.net", "cluster.db.example.net"
PASSWORD = "only-for-this-test"
NAMES = f"""
import dns.message, dns.rrset, socket
known = {{
    ("_mongodb._tcp.{NAME}.", "SRV"): "0 0 27017 {MEMBER}.",
    ("{NAME}.", "TXT"): '"authSource=admin&replicaSet=rs0"',
    ("{MEMBER}.", "A"): "127.0.0.1",
}}
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.53", 53))
while True:
    asked, whom = server.recvfrom(4096)
    answer = dns.message.make_response(dns.message.from_wire(asked), recursion_available=True)
    [question] = answer.question
    kind = question.rdtype.name
    if found := known.get((question.name.to_text().lower(), kind)):
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, found))
    server.sendto(answer.to_wire(), whom)
"""
SET_UP = f"""
import pymongo, time
secure = dict(tls=True, tlsCAFile="/srv/db/ca.pem", directConnection=True)
with pymongo.MongoClient("{MEMBER}", 27017, **secure) as client:
    client.admin.command("replSetInitiate", {{"_id": "rs0", "members": [{{"_id": 0, "host": "{MEMBER}:27017"}}]}})
    while not client.admin.command("hello").get("isWritablePrimary"):
        time.sleep(0.05)
    client.admin.command("createUser", "root", pwd="{PASSWORD}", roles=["root"])
with pymongo.MongoClient("{MEMBER}", 27017, username="root", password="{PASSWORD}", **secure) as client:
    roles = [{{"role": role, "db": "call24"}} for role in ("readWrite", "dbAdmin")]
    client.admin.command("createUser", "call24", pwd="{PASSWORD}", roles=roles)
with pymongo.MongoClient("{MEMBER}", 27017, username="call24", password="{PASSWORD}", **secure) as client:
    for command in ("replSetGetStatus", "serverStatus", "listDatabases"):
        try:
            client.admin.command(command)
        except pymongo.errors.OperationFailure as error:
            assert error.code == 13, error
        else:
            assert command == "listDatabases", command  # of those that it may read
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnMachine]:
    if os.geteuid():
        pytest.skip("only root may have a name server on port 53")
    with own_machine(tmp_path_factory.mktemp("machine"), 300) as made:
        logs = made.root.parent
        made.run("rm", "-f", "/etc/resolv.conf")
        made.write("/etc/resolv.conf", b"nameserver 127.0.0.53\n")
        made.write("/etc/nsswitch.conf", b"hosts: files dns\n")
        made.start(logs / "names.log", sys.executable, "-c", NAMES)
        made.run("mkdir", "-p", "/srv/db/data", "/srv/call24")
        authority, server = certificates(MEMBER)
        made.write("/srv/db/ca.pem", authority)
        made.write("/srv/db/server.pem", server)
        made.write("/srv/db/keyfile", b"a" * 64)
        made.run("chmod", "600", "/srv/db/keyfile", "/srv/db/server.pem")
        program = mongod_program()
        words = [str(program), "--replSet", "rs0", "--keyFile", "/srv/db/keyfile", "--dbpath", "/srv/db/data"]
        words += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"]
        words += ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", "/srv/db/server.pem"]
        words += ["--tlsCAFile", "/srv/db/ca.pem", "--tlsAllowConnectionsWithoutCertificates"]
        words += ["--setParameter", "transactionLifetimeLimitSeconds=3"]
        made.start(logs / "mongod.log", *words, **mongod.environment(program))
        made.run(sys.executable, "-c", SET_UP, timeout=60)
        made.run("pkill", "-f", "_mongodb._tcp")
        yield made


@pytest.mark.long("integration/installer/test_standalone.py::test_external_ones_are_neither_fetched_nor_started")
def test_call24_runs_on_it_by_its_uri_alone_and_waits_for_names(machine: OwnMachine) -> None:
    uri = f"mongodb+srv://call24:{PASSWORD}@{NAME}/?retryWrites=true&w=majority&tlsCAFile=/srv/db/ca.pem"
    machine.write("/srv/uri", uri.encode())
    machine.run("chmod", "600", "/srv/uri")
    env = {"PYTHONPATH": str(CHECKOUT / "src"), "CALL24_CACHE": str(CACHE)}
    call24, data, log = str(CHECKOUT / "call24"), ("--data", "/srv/call24"), machine.root.parent / "up.log"
    parent = machine.start(log, call24, "up", *data, "--mongodb-uri-file", "/srv/uri", **env)
    try:
        wait_for(lambda: parent.poll() is not None or "MongoDB does not answer" in log.read_text(), 30)
        machine.start(machine.root.parent / "names.log", sys.executable, "-c", NAMES)
        wait_for(lambda: parent.poll() is not None or "Ctrl-C stops it" in log.read_text(), 60)
        assert parent.poll() is None, log.read_text()
        said = machine.run(call24, "doctor", "--call", *data, timeout=90, **env)
        assert said.strip().endswith("19 checks: all passed"), said
        assert "not authorized" not in machine.run("sh", "-c", "cat /srv/call24/log/*.log")
    finally:
        machine.run("kill", f"-{signal.SIGINT.value}", machine.read("/srv/call24/run/up.lock").strip())
        parent.wait(30)
