"""Each check of the self-audit can fail: a real fault for each, what cannot be told, and the same without the fault."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tests.support.telephony.authority import Authority

from call24.data_map import Recipient
from call24.doctor.audit import advisories, configuration, connections, egress, file_modes, tables, tls_versions
from call24.doctor.audit import outcome as outcomes
from call24.doctor.audit.outcome import Found, Unverified, of_doctor, outcome_of
from call24.doctor.audit.versions import affected
from call24.doctor.checks import Checks
from call24.doctor.report import CheckResult, DoctorReport
from call24.installer import backup_note
from call24.installer.child_processes import started_at
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


# --- what becomes of a check ---


async def test_a_check_that_hangs_crashes_or_says_nothing_is_unverified_and_not_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hangs(found: CheckResult) -> None:
        await outcomes.in_thread(threading.Event().wait)

    async def crashes(found: CheckResult) -> None:
        raise ZeroDivisionError("in the check")

    async def is_silent(found: CheckResult) -> None: ...

    for check in (hangs, crashes, is_silent):
        told = await outcome_of(check, 0.05)
        assert told.answer == "unverified" and told.advice, check


# --- dependencies ---


def advisory(id: str, ecosystem: str, name: str, *, modified: datetime = NOW, **more: Any) -> dict[str, Any]:
    affected = {"package": {"ecosystem": ecosystem, "name": name}, **more}
    return {"id": id, "modified": modified.isoformat(), "affected": [affected]}


def export(file: Path, ecosystem: str, *more: dict[str, Any], modified: datetime = NOW) -> Path:
    rows = [advisory(f"X-{n}", ecosystem, f"other-{n}", modified=modified, versions=["1"]) for n in range(100)]
    with zipfile.ZipFile(file, "w") as archive:
        for row in (*rows, *more):
            archive.writestr(f"{row['id']}.json", json.dumps(row))
    return file


THERE = {"PyPI": {"aiohttp": {"3.14.5"}, "joined-name": {"2.0"}}, "npm": {"jssip": {"3.13.8"}}}


def test_installed_versions_that_no_advisory_names_pass(tmp_path: Path) -> None:
    files = [export(tmp_path / "pypi.zip", "PyPI"), export(tmp_path / "npm.zip", "npm")]
    assert advisories.look(files, THERE, NOW).startswith("2 packages of PyPI against 100 advisories up to 2026-11-28")


@pytest.mark.parametrize(
    "named",
    [
        advisory("GHSA-1", "PyPI", "aiohttp", versions=["3.14.4", "3.14.5"]),
        advisory("GHSA-2", "PyPI", "Joined_Name", versions=["2.0"]),
        advisory(
            "GHSA-3", "npm", "jssip", ranges=[{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "3.13.9"}]}]
        ),
        advisory("MAL-4", "npm", "jssip", ranges=[{"type": "SEMVER", "events": [{"introduced": "0"}]}]),
    ],
)
def test_an_advisory_for_an_installed_version_fails(tmp_path: Path, named: dict[str, Any]) -> None:
    files = [export(tmp_path / "pypi.zip", "PyPI", named), export(tmp_path / "npm.zip", "npm")]
    with pytest.raises(Found, match=named["id"]):
        advisories.look(files, THERE, NOW)


def test_an_advisory_that_was_withdrawn_or_names_another_version_does_not(tmp_path: Path) -> None:
    withdrawn = {**advisory("GHSA-1", "PyPI", "aiohttp", versions=["3.14.5"]), "withdrawn": "2026-01-01T00:00:00Z"}
    mended = advisory(
        "GHSA-2",
        "PyPI",
        "aiohttp",
        ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.14.5"}]}],
    )
    files = [export(tmp_path / "pypi.zip", "PyPI", withdrawn, mended), export(tmp_path / "npm.zip", "npm")]
    assert advisories.look(files, THERE, NOW)


def test_silence_proves_nothing_no_file_an_old_one_a_damaged_one_and_a_version_that_cannot_be_compared(
    tmp_path: Path,
) -> None:
    pypi, npm = export(tmp_path / "pypi.zip", "PyPI"), export(tmp_path / "npm.zip", "npm")
    old = export(tmp_path / "old.zip", "npm", modified=NOW - timedelta(days=15))
    (tmp_path / "empty.json").write_text("[]")
    (tmp_path / "damaged.zip").write_bytes(pypi.read_bytes()[:200])
    strange = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "one.two"}]}]
    unclear = export(tmp_path / "unclear.zip", "PyPI", advisory("GHSA-9", "PyPI", "aiohttp", ranges=strange))
    for files in ([], [pypi], [pypi, old], [tmp_path / "empty.json"], [tmp_path / "damaged.zip", npm], [unclear, npm]):
        with pytest.raises(Unverified):
            advisories.look(files, THERE, NOW)


def test_what_is_installed_here_is_known() -> None:
    there = advisories.installed()
    assert there["PyPI"]["aiohttp"] and there["npm"]["jssip"] and "typescript" not in there["npm"]


@pytest.mark.parametrize(
    ("version", "events", "said"),
    [
        ("1.10", [{"introduced": "1.2"}, {"fixed": "1.9"}], False),
        ("1.8", [{"introduced": "1.2"}, {"fixed": "1.9"}], True),
        ("1.9", [{"introduced": "1.2"}, {"last_affected": "1.9"}], True),
        ("2.1", [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "2.1"}], True),
        ("2.0rc1", [{"introduced": "0"}, {"fixed": "2.0"}], True),
        ("2.0.0-beta.2", [{"introduced": "2.0.0"}], False),
        ("2.0", [{"introduced": "0"}, {"fixed": "2.0.0"}], False),
        ("what", [{"introduced": "0"}, {"fixed": "1"}], None),
    ],
)
def test_versions_are_ordered_as_their_ecosystems_do(version: str, events: Any, said: bool | None) -> None:
    assert affected(version, [], [events]) is said


# --- tables ---


async def test_the_checklist_of_these_sources_passes_and_one_that_is_cut_or_has_no_reasons_does_not(
    tmp_path: Path,
) -> None:
    found = CheckResult("asvs")
    await tables.asvs(found)
    assert "are open, each with its reason" in found.seen
    text = tables.ASVS.read_text()
    (tmp_path / "cut.csv").write_text("\n".join(text.splitlines()[:-1]))
    for file in (tmp_path / "cut.csv", tmp_path / "none.csv"):
        with pytest.raises(Unverified):
            await tables.asvs(CheckResult("asvs"), file)
    last = text.splitlines()[-1].partition(",")[0]
    bare = [*text.splitlines()[:-1], f"{last},2,something,not met,later"]
    (tmp_path / "bare.csv").write_text("\n".join(bare))
    with pytest.raises(Found, match="1 requirements are open without a reason"):
        await tables.asvs(CheckResult("asvs"), tmp_path / "bare.csv")


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (["reviewed,2026-11-01"], None),
        (["reviewed,2026-11-01", "2026-10-01,high,a hole,2027-01-01,2026-10-03"], None),
        (["reviewed,2026-11-01", "2026-10-01,low,a crack,2027-01-01,"], None),
        (["reviewed,2026-11-01", "2026-10-01,high,a hole,2027-01-01,"], Found),
        (["reviewed,2026-11-01", "2026-10-01,low,a crack,2026-11-01,"], Found),
        (["reviewed,2026-08-01"], Unverified),
        (["reviewed,soon"], Unverified),
        (["reviewed,2026-11-01", "2026-10-01,dire,a hole,2027-01-01,"], Unverified),
        ([], Unverified),
        (None, Unverified),
    ],
)
async def test_open_findings_of_high_severity_or_past_their_day_fail_and_no_list_is_unverified(
    tmp_path: Path, lines: list[str] | None, error: type[Exception] | None
) -> None:
    if lines is not None:
        (tmp_path / "findings.csv").write_text("\n".join(lines))
    with pytest.raises(error) if error else contextlib.nullcontext():
        await tables.findings(Settings(data=tmp_path), date(2026, 11, 28), CheckResult("findings"))


# --- files ---


def test_a_key_that_others_can_read_and_a_file_that_others_can_change_fail(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for folder in (data, data / "secrets", data / "tls", data / "log"):
        folder.mkdir(mode=0o700)
    for name in ("secrets/app.key", "tls/server.key", "log/server.log"):
        (data / name).write_text("x")
        (data / name).chmod(0o600)
    settings = Settings(data=data)
    assert file_modes.look(settings).startswith("3 keys and secrets are")
    for path, mode in (("secrets/app.key", 0o644), ("tls/server.key", 0o640), (".", 0o750), ("log/server.log", 0o666)):
        before = (data / path).stat().st_mode
        (data / path).chmod(mode)
        with pytest.raises(Found) as fault:
            file_modes.look(settings)
        assert len(fault.value.details) == 1, path
        (data / path).chmod(before)
    with pytest.raises(Unverified):
        file_modes.look(Settings(data=tmp_path / "none"))


@pytest.mark.parametrize("setting", ["otlp_headers_file", "pbx_pairing", "files_store_credentials_file"])
def test_files_of_secrets_that_settings_name_are_looked_at_too(setting: str, tmp_path: Path) -> None:
    data, headers = tmp_path / "data", tmp_path / "headers"
    (data / "secrets").mkdir(mode=0o700, parents=True)
    data.chmod(0o700)
    headers.write_text("Authorization: Bearer x")
    headers.chmod(0o644)
    with pytest.raises(Found) as fault:
        file_modes.look(replace(Settings(data=data), **{setting: headers}))
    assert list(fault.value.details) == [str(headers)]


# --- TLS ---


@contextlib.contextmanager
def tls_port(
    folder: Path, *, days: float = 50, oldest: ssl.TLSVersion | None = ssl.TLSVersion.TLSv1_2
) -> Iterator[int]:
    """`oldest` None: a port that says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority("An authority").signs(folder, "127.0.0.1", days=days))
    if oldest is not None:
        context.minimum_version = oldest
        if oldest < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers("ALL:@SECLEVEL=0")
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                try:
                    link, _ = listening.accept()
                except OSError:
                    continue
                with contextlib.suppress(OSError), link:
                    if oldest is not None:
                        link.settimeout(3)
                        context.wrap_socket(link, server_side=True).close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_port_that_takes_an_old_version_of_tls_fails_and_one_that_is_silent_is_unverified(tmp_path: Path) -> None:
    with tls_port(tmp_path) as port:
        assert tls_versions.look([("app", "127.0.0.1", port)]).endswith("refuse TLS 1.0 and TLS 1.1")
    with tls_port(tmp_path, oldest=ssl.TLSVersion.TLSv1) as port, pytest.raises(Found) as fault:
        tls_versions.look([("app", "127.0.0.1", port)])
    assert [detail.rpartition(": ")[2] for detail in fault.value.details] == ["TLS 1.0", "TLS 1.1"]
    with tls_port(tmp_path, oldest=None) as port, pytest.raises(Unverified):
        tls_versions.look([("app", "127.0.0.1", port)])


@pytest.mark.parametrize(("days", "answer"), [(50, "pass"), (20, "fail"), (-1, "fail")])
async def test_a_certificate_that_has_ended_or_ends_soon_fails(tmp_path: Path, days: float, answer: str) -> None:
    with tls_port(tmp_path, days=days) as port:
        settings = Settings(data=tmp_path, http_port=port, wss_port=port, sip_tls_port=port)
        check = Checks(settings, DoctorReport(as_json=True)).certificate
        told = await outcome_of(of_doctor(check, "a certificate has ended", "renew it"), 5)
    assert told.answer == answer, told
    assert "127.0.0.1" not in told.seen + told.advice


# --- configuration, and what processes have open ---


@contextlib.contextmanager
def server_of(data: Path, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is taken for the installation's server."""
    (data / "run").mkdir(exist_ok=True)
    code = "import sys, socket\nlinks = [socket.create_connection(('127.0.0.1', int(p))) for p in sys.argv[2:]]\n"
    command = [sys.executable, "-c", code + "print('there', flush=True)\nsys.stdin.read()", str(data), *words]
    env = {**os.environ, **environment}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None and process.stdout.readline() == "there\n"
        (data / "run" / "server.pid").write_text(str(process.pid))
        (data / "run" / "server.mark").write_text(f"x {started_at(process.pid)}")
        yield process
        process.kill()


async def test_settings_for_trials_where_others_can_reach_them_and_debug_mode_fail(tmp_path: Path) -> None:
    def settings(**more: Any) -> Settings:
        return Settings(data=tmp_path, http_host="192.0.2.1", public_address="192.0.2.1", **more)

    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "mongodb").write_text("x")
    with pytest.raises(Unverified):
        await configuration.examine(settings(), CheckResult("configuration"))
    with server_of(tmp_path):
        found = CheckResult("configuration")
        await configuration.examine(settings(), found)
        assert found.seen
        for more in ({"trunks_private": True}, {"seed_demo": True}, {"trusted_proxies": "0.0.0.0/0"}):
            with pytest.raises(Found):
                await configuration.examine(settings(**more), found)
    with server_of(tmp_path, PYTHONASYNCIODEBUG="1"), pytest.raises(Found):
        await configuration.examine(settings(), found)


async def test_a_connection_to_nobody_who_is_declared_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with server_of(tmp_path, str(port)) as server:
            there = await asyncio.to_thread(lambda: connections.opened_by(connections.processes(tmp_path)))
            assert [(one.address, one.port) for one in there] == [("127.0.0.1", port)]
            assert connections.processes(tmp_path) == {server.pid}
    assert egress.judged(there, egress.networks("127.0.0.0/8"), 1)
    with pytest.raises(Found, match="1 of 1 open connections") as fault:
        egress.judged(there, egress.networks("192.0.2.0/24"), 1)
    assert fault.value.details[0].endswith(f"-> 127.0.0.1 port {port}")
    assert egress.leaving(there, []) == []


async def test_connections_that_came_in_are_not_taken_for_ones_that_go_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        outgoing = socket.create_connection(listening.getsockname())
        incoming, _ = listening.accept()
        there = connections.opened_by([os.getpid()])
        ports = [one.port for one in there if one.address == "127.0.0.1"]
        assert listening.getsockname()[1] in ports
        assert outgoing.getsockname()[1] not in ports
        outgoing.close()
        incoming.close()


async def test_no_process_no_proof(tmp_path: Path) -> None:
    with pytest.raises(Unverified):
        await egress.examine(Settings(data=tmp_path), None, CheckResult("egress"))  # type: ignore[arg-type]


async def test_all_members_of_mongodb_are_declared_whatever_its_uri_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Client:
        servers = ("192.0.2.7", "192.0.2.8")

        def platform(self, struct: type, *, why: str) -> Client:
            return self

        async def find(self) -> list[object]:
            return []

    there = [connections.Connection("server", "192.0.2.8", 27017)]
    monkeypatch.setattr(egress, "processes", lambda data: [1])
    monkeypatch.setattr(egress, "opened_by", lambda pids: there)
    settings, found = Settings(data=tmp_path, mongodb="mongodb+srv://cluster.example.net"), CheckResult("egress")
    await egress.examine(settings, cast(Mongo, Client()), found)
    assert found.seen.startswith("1 connections of 1 processes leave the machine now, all to declared")
    there.append(connections.Connection("server", "192.0.2.9", 24024))
    await egress.examine(replace(settings, pbx="192.0.2.9:24024"), cast(Mongo, Client()), found)
    with pytest.raises(Found):
        await egress.examine(settings, cast(Mongo, Client()), found)


async def test_the_store_of_the_last_backup_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        servers: tuple[str, ...] = ()

        def platform(self, *_: object, **__: object) -> Client:
            return self

        async def find(self) -> list[object]:
            return []

    there = [connections.Connection("backup", "192.0.2.40", 9000)]
    monkeypatch.setattr(egress, "processes", lambda data: [1])
    monkeypatch.setattr(egress, "opened_by", lambda pids: there)
    settings, found = Settings(data=tmp_path), CheckResult("egress")
    with pytest.raises(Found):
        await egress.examine(settings, cast(Mongo, Client()), found)
    backup_note.write(tmp_path, datetime.now(UTC), "s3://bucket/call24", "192.0.2.40:9000")
    await egress.examine(settings, cast(Mongo, Client()), found)
    assert found.seen.startswith("1 connections of 1 processes leave the machine now, all to declared")


def test_every_recipient_of_the_data_map_has_its_places_to_compare_with() -> None:
    assert set(egress.DECLARED) == set(Recipient)
