"""What the server writes on a PBX's own host, and asks there: configuration, bans, the log of channels."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.clock import StillClock
from tests.support.for_each import for_each
from tests.support.telephony.keeper_host import Host, keeper_host
from tests.support.wait import wait_until

from call24.asterisk.carrier_names import CarrierNames
from call24.asterisk.client import AriReply
from call24.asterisk.scanners import REFUSED_MAX, Scanners
from call24.asterisk.sound_sources import SoundSources
from call24.installer.sip_firewall import lasting, read_carriers
from call24.kit.errors import Unavailable
from call24.kit.own_addresses import own_addresses
from call24.pbx.far_files import FarConsole, FarFolder
from call24.pbx.host_files import LARGEST
from call24.pbx.host_state import HostState
from call24.reconciliation.far_files import FarCelFiles


class Ari:
    """Asterisk's, as far as it is told to read a file again. `ok`: whether it answers."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.ok = True

    async def request(self, method: str, path: str, **_: Any) -> AriReply:
        self.told.append(path.rpartition("/")[2])
        return AriReply(204 if self.ok else 0, None)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))  # short: a socket's path is
    try:
        async with keeper_host(folder) as made:
            (made.settings.asterisk_var / "etc").mkdir(parents=True)
            made.settings.run.mkdir(parents=True)
            yield made
    finally:
        shutil.rmtree(folder)


def etc(host: Host, name: str) -> str:
    return (host.settings.asterisk_var / "etc" / name).read_text()


async def test_carriers_names_are_where_asterisk_reads_them_and_it_is_told_once(host: Host) -> None:
    folder, ari = FarFolder(host.client), Ari()
    names = CarrierNames(ari, folder)  # type: ignore[arg-type]
    for _ in range(3):
        await names.tell({"sip.example.net": "192.0.2.7", "pbx.example.org": "2001:db8::7"})
    assert etc(host, "carriers.hosts") == "2001:db8::7 pbx.example.org\n192.0.2.7 sip.example.net\n"
    assert etc(host, "carrier_names.conf").startswith("; ")
    assert ari.told == ["res_resolver_unbound.so"]
    (host.settings.asterisk_var / "etc" / "carriers.hosts").write_text("")  # another PBX
    folder.pbx_connected()
    await names.tell({"sip.example.net": "192.0.2.7"})
    assert etc(host, "carriers.hosts") == "192.0.2.7 sip.example.net\n"
    assert len(ari.told) == 2


async def test_what_could_not_be_written_or_told_is_done_the_next_time(host: Host) -> None:
    folder, ari = FarFolder(host.client), Ari()
    sources, names = SoundSources(ari, folder), CarrierNames(ari, folder)  # type: ignore[arg-type]
    await host.runner.cleanup()
    await sources.learn(True)
    await names.tell({"sip.example.net": "192.0.2.7"})
    assert ari.told == []
    await host.listen()
    ari.ok = False
    await sources.learn(True)
    await names.tell({"sip.example.net": "192.0.2.7"})
    assert etc(host, "rtp_sources.conf") == "probation=4\n"
    ari.ok = True
    for _ in range(2):
        await sources.learn(True)
        await names.tell({"sip.example.net": "192.0.2.7"})
    assert sorted(ari.told) == ["res_resolver_unbound.so"] * 2 + ["res_rtp_asterisk.so"] * 2


@for_each(
    ("name", "content", "status"),
    [
        ("http.conf", b"[general]\n", None),
        ("..%2fetc%2fari.conf", b"x\n", None),
        ("rtp_sources.conf", b"probation=4\nicesupport=no\n", "400"),
        ("rtp_sources.conf", b"#exec touch /tmp/x\n", "400"),
        ("carriers.hosts", b"192.0.2.7 sip.example.net other\n", "400"),
        ("carriers.hosts", b"192.0.2.7 sip.example.net", "400"),
        ("carrier_names.conf", b"; x\n#include /etc/passwd\n", "400"),
        ("banned", b"x" * LARGEST + b"\n\n", "413"),
        ("banned", b"\n", "400"),
        ("carriers", b"192.0.2.0/24\n\0\n", "400"),
        ("carriers", b"192.0.2.0/24\naaaa\n", "400"),
        ("carriers", b"192.0.2.0/999\n", "400"),
        ("banned", b"99999999999 aaaa\n", "400"),
        ("carriers.hosts", b"1.2.3 sip.example.net\n", "400"),
    ],
)
async def test_only_these_files_are_written_in_their_form(
    host: Host, name: str, content: bytes, status: str | None
) -> None:
    with pytest.raises(FileNotFoundError if status is None else OSError, match=status):
        await asyncio.to_thread(host.client.ask, "PUT", f"/v1/files/{name}", content)
    assert list((host.settings.asterisk_var / "etc").iterdir()) == list(host.settings.run.iterdir()) == []


async def carriers() -> list[str]:
    return ["198.51.100.0/24"]


@pytest.fixture
async def asterisk(host: Host) -> AsyncIterator[list[str]]:
    """Its command line, which says the first of these."""
    says = [""]

    async def console(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"pbx/1/22.10.1\n")
        asked = await reader.readuntil(b"\0")
        writer.write(says[0].encode() if asked.endswith(b"pjsip show unidentified_requests\0") else b"what?")
        writer.close()

    host.settings.asterisk_control.parent.mkdir(parents=True)
    server = await asyncio.start_unix_server(console, host.settings.asterisk_control)
    yield says
    server.close()


def scanners_of(host: Host) -> Scanners:
    folder = FarFolder(host.client)
    console = FarConsole(host.client)
    return Scanners(console, folder / "banned", carriers, StillClock(), connecting=folder / "carriers")


async def test_who_scans_is_banned_on_the_pbxs_host_for_longer_than_the_server_lives(
    host: Host, asterisk: list[str]
) -> None:
    own = next(each for each in own_addresses() if ":" not in each)
    asterisk[0] = "".join(f"  Request:  {one}  {REFUSED_MAX + 9}  8.5\n" for one in ("192.0.2.7", "198.51.100.3", own))
    watching = scanners_of(host)
    await watching.look()
    assert [ban.address for ban in watching.bans()] == ["192.0.2.7"]
    assert lasting(host.settings.banned, 0) == ["192.0.2.7"]
    await watching._tell_who_connects()
    assert read_carriers(host.settings.carriers) == tuple(sorted({"198.51.100.0/24", *own_addresses()}))

    asterisk[0] = ""
    again = scanners_of(host)
    running = asyncio.create_task(again.run())
    await wait_until(lambda: [ban.address for ban in again.bans()] == ["192.0.2.7"])
    running.cancel()
    assert await again.lift(["192.0.2.7"]) == 1
    assert lasting(host.settings.banned, 0) == []


async def test_while_the_pbx_is_away_nobody_is_banned_and_what_changed_is_written_afterwards(
    host: Host, asterisk: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = scanners_of(host)
    asterisk[0] = f"  Request:  192.0.2.7  {REFUSED_MAX}  8.5\n"
    await watching.look()
    await host.runner.cleanup()
    await watching.look()
    assert await watching.lift(["192.0.2.7"]) == 1
    assert lasting(host.settings.banned, 0) == ["192.0.2.7"]
    await host.listen()
    asterisk[0] = ""
    await watching.look()
    assert lasting(host.settings.banned, 0) == []

    asterisk[0] = f"  Request:  192.0.2.9  {REFUSED_MAX}  8.5\n"
    await watching.look()
    await watching._tell_who_connects()
    host.settings.banned.unlink()  # another PBX
    host.settings.carriers.unlink()
    watching.pbx_connected()
    await watching.look()
    await watching._tell_who_connects()
    assert lasting(host.settings.banned, 0) == ["192.0.2.9"]
    assert host.settings.carriers.exists()


def lines(at: datetime, legs: Iterable[str]) -> str:
    return "".join(f"CHAN_START,{at.timestamp():.3f},{leg},{leg}\n" for leg in legs)


async def test_the_log_of_channels_is_read_here_as_it_grows_is_put_aside_and_deleted(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.pbx.channel_log.PART", 100)
    there = host.settings.asterisk_var / "log" / "cel"
    there.mkdir(parents=True)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    (there / "channels.csv").write_text(lines(at, ["a", "b", "c"]))
    files = FarCelFiles(tmp_path / "cel", host.client)

    async def read() -> set[str]:
        return set((await asyncio.to_thread(files.read, at, at + timedelta(hours=2))).channels)

    assert await asyncio.to_thread(files.begins) == at
    assert await read() == {"a", "b", "c"}
    with (there / "channels.csv").open("a") as log:
        log.write(lines(at, ["d"]))
    assert await read() == {"a", "b", "c", "d"}
    (there / "notes.csv").write_text("x")
    await asyncio.to_thread(files.rotate, at)
    aside = f"channels-{at:%Y%m%d}.csv"
    assert sorted(path.name for path in there.iterdir()) == [aside, "notes.csv"]
    (there / "channels.csv").write_text(lines(at + timedelta(minutes=1), ["e", "f", "g", "h", "i"]))
    assert await read() == set("abcdefghi")
    (there / "channels.csv").write_text(lines(at + timedelta(minutes=2), list("klmnopqrs")))  # put aside unnoticed
    assert await read() == set("abcdklmnopqrs")
    assert (tmp_path / "cel" / "channels.csv").read_bytes() == (there / "channels.csv").read_bytes()

    await host.runner.cleanup()
    with pytest.raises(Unavailable):
        await read()
    assert await asyncio.to_thread(files.erase, at + timedelta(days=5)) == 2
    await host.listen()
    old = (datetime.now(UTC) - timedelta(days=5)).timestamp()
    os.utime(there / aside, (old, old))
    await asyncio.to_thread(files.erase, at)
    assert sorted(path.name for path in there.iterdir()) == ["channels.csv", "notes.csv"]


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fari.conf", "..%2fmessages", "channels.csv.gz", "channels-1.csv"])
async def test_no_other_file_is_read_as_a_log(host: Host, name: str) -> None:
    there = host.settings.asterisk_var / "log" / "cel"
    there.mkdir(parents=True)
    for place in (host.settings.asterisk_var / "etc" / "ari.conf", there.parent / "messages"):
        place.write_text("readable")
    for beside in ("channels.csv.gz", "channels-1.csv"):
        (there / beside).write_text("readable")
    with pytest.raises(OSError, match="answered 400"):
        await asyncio.to_thread(host.client.ask, "GET", f"/v1/channel-log/{name}?at=0")


async def test_a_ban_that_is_lifted_while_the_pbx_is_away_stays_lifted(host: Host, asterisk: list[str]) -> None:
    watching = scanners_of(host)
    asterisk[0] = f"  Request:  192.0.2.7  {REFUSED_MAX}  8.5\n"
    await watching.look()
    asterisk[0] = ""
    await host.runner.cleanup()
    assert await watching.lift(["192.0.2.7"]) == 1
    await host.listen()
    watching.pbx_connected()
    await watching.look()
    assert lasting(host.settings.banned, 0) == []


async def test_bans_that_are_not_in_force_are_told_once_and_an_unreadable_list_is_not_an_empty_one(
    host: Host, asterisk: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("call24.asterisk.scanners.LOOK_EVERY_S", 0.02)
    host.settings.banned.write_text("4000000000 192.0.2.7\n")
    trouble: list[OSError] = [OSError(507, "no room"), OSError(500, "disk")]
    real = host.client.ask

    def ask(method: str, path: str, *rest: Any, **more: Any) -> Any:
        if trouble and path.endswith("/banned"):
            raise trouble[-1]
        return real(method, path, *rest, **more)

    monkeypatch.setattr(host.client, "ask", ask)
    watching = scanners_of(host)
    running = asyncio.create_task(watching.run())
    await wait_until(lambda: "disk" in caplog.text)
    assert watching.bans() == []
    trouble.clear()
    await wait_until(lambda: [ban.address for ban in watching.bans()] == ["192.0.2.7"])
    running.cancel()
    trouble.append(OSError(507, "no room"))
    asterisk[0] = f"  Request:  192.0.2.9  {REFUSED_MAX}  8.5\n"
    for _ in range(3):
        await watching.look()
    said = [each for each in caplog.messages if "not in force" in each]
    assert len(said) == 2
    assert said[1].startswith("who is banned, or may connect by TCP, is not in force: banned on the PBX's host: ")
    trouble.clear()
    await watching.look()
    assert sorted(lasting(host.settings.banned, 0)) == ["192.0.2.7", "192.0.2.9"]


async def test_a_ban_ends_by_the_pbxs_clock_however_it_goes(
    host: Host, asterisk: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.pbx.client._ahead_s", lambda *_: 7200.0)
    watching = scanners_of(host)
    asterisk[0] = f"  Request:  192.0.2.7  {REFUSED_MAX}  8.5\n"
    await watching.look()
    [ban] = watching.bans()
    assert host.settings.banned.read_text() == f"{ban.until + 7200} 192.0.2.7\n"
    assert await scanners_of(host)._kept() == {"192.0.2.7": ban.until}


async def test_the_pbxs_clock_is_measured_by_what_it_answers(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    await asyncio.to_thread(host.client.ask, "GET", "/v1/space")
    assert host.client.ahead_s == 0
    monkeypatch.setattr("aiohttp.web_response.rfc822_formatted_time", lambda: "Fri, 01 Jan 2100 00:00:00 GMT")
    before = datetime.now(UTC)
    await asyncio.to_thread(host.client.ask, "GET", "/v1/space")
    assert abs(host.client.ahead_s - (datetime(2100, 1, 1, tzinfo=UTC) - before).total_seconds()) < 5


async def test_of_two_changes_at_once_the_later_one_is_what_asterisk_reads(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, ari = FarFolder(host.client), Ari()
    names, sources = CarrierNames(ari, folder), SoundSources(ari, folder)  # type: ignore[arg-type]
    await names.tell({"sip.example.net": "192.0.2.1"})
    await sources.learn(False)
    real, first = host.client.ask, [True]

    def slow(method: str, path: str, *rest: Any, **more: Any) -> Any:
        if method == "PUT" and first and path.endswith(("carriers.hosts", "rtp_sources.conf")):
            first.clear()
            time.sleep(0.2)  # the order that was given first arrives last
        return real(method, path, *rest, **more)

    monkeypatch.setattr(host.client, "ask", slow)
    await asyncio.gather(names.tell({"sip.example.net": "192.0.2.2"}), names.tell({"sip.example.net": "192.0.2.3"}))
    assert etc(host, "carriers.hosts") == "192.0.2.3 sip.example.net\n"
    first.append(True)
    await asyncio.gather(sources.learn(True), sources.learn(False))
    assert etc(host, "rtp_sources.conf") == "probation=2000000000\n"


async def test_asterisk_is_told_of_a_change_whose_answer_was_lost(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = SoundSources(ari := Ari(), FarFolder(host.client))  # type: ignore[arg-type]
    real = host.client.ask

    def lost(method: str, *rest: Any, **more: Any) -> Any:
        told = real(method, *rest, **more)
        if method == "PUT":
            raise Unavailable("The answer was lost")
        return told

    with monkeypatch.context() as away:
        away.setattr(host.client, "ask", lost)
        await sources.learn(True)
    assert (etc(host, "rtp_sources.conf"), ari.told) == ("probation=4\n", [])
    await sources.learn(True)
    assert ari.told == ["res_rtp_asterisk.so"]


@pytest.mark.parametrize("ahead_s", [0.0, 40.0, -40.0])
async def test_the_log_of_channels_is_read_by_the_servers_clock(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead_s: float
) -> None:
    there = host.settings.asterisk_var / "log" / "cel"
    there.mkdir(parents=True)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    (there / "channels.csv").write_text(lines(at + timedelta(seconds=ahead_s), ["a"]))
    state = host.client.state

    def told() -> HostState:
        found = state()
        return msgspec.structs.replace(found, now=found.now + ahead_s)

    monkeypatch.setattr(host.client, "state", told)
    files = FarCelFiles(tmp_path / "cel", host.client)
    log = await asyncio.to_thread(files.read, at, at + timedelta(hours=2))
    started = log.channels["a"].started_at
    assert started is not None
    assert abs(started - at) < timedelta(seconds=1.5)


async def test_of_two_processes_that_fetch_the_log_at_once_neither_spoils_the_copy(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.pbx.channel_log.PART", 40)
    there = host.settings.asterisk_var / "log" / "cel"
    there.mkdir(parents=True)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    (there / "channels.csv").write_text(lines(at, "abcdefgh"))
    both = [FarCelFiles(tmp_path / "cel", host.client) for _ in range(2)]
    await asyncio.gather(*(asyncio.to_thread(files.begins) for files in both))
    copy = tmp_path / "cel" / "channels.csv"
    assert copy.read_text() == (there / "channels.csv").read_text()
    with copy.open("a") as longer:
        longer.write("what is not there\n")
    await asyncio.to_thread(both[0].begins)
    assert copy.read_text() == (there / "channels.csv").read_text()


async def test_a_disk_that_is_not_well_there_ends_no_task(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FarCelFiles(tmp_path / "cel", host.client)

    def ask(*_: Any, **__: Any) -> Any:
        raise OSError(507, "no room")

    monkeypatch.setattr(host.client, "ask", ask)
    now = datetime.now(UTC)
    for work in (files.begins, lambda: files.read(now, now), lambda: files.rotate(now)):
        with pytest.raises(Unavailable):
            await asyncio.to_thread(work)
    shutil.rmtree(tmp_path / "cel")
    (tmp_path / "cel").write_text("no folder")
    with pytest.raises(Unavailable):
        await asyncio.to_thread(files.begins)
