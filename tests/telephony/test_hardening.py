"""The SIP port as strangers find it: it tells them nothing, falls over nothing, and stops listening to who goes on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import re
import sys
from pathlib import Path

import pytest
from OpenSSL import SSL
from tests.support.documents import CHECKOUT
from tests.support.http.tls import GOOD, TAKEN, WEAK, taken
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.network import LOCAL_TRUNK, NUMBER, TENANT, Stage, asterisk_network
from tests.support.telephony.sip_edge import METHODS, SDP, Knocker, broken
from tests.support.wait import wait_until

from call24.asterisk.cli import told_by
from call24.asterisk.scanners import REFUSED_MAX, Scanners
from call24.calls.commands import AnswerLeg, HangUpLeg
from call24.calls.signals import LegArrived
from call24.installer.asterisk_conf import TEMPLATES
from call24.installer.sip_firewall import filter_sockets
from call24.kit.clock import SystemClock
from call24.kit.ids import DeviceId, new_id
from call24.kit.sip_names import sip_name
from call24.testphones.sip_call import CallFailed
from call24.testphones.webrtc_audio import AudioFailed

PACKETS = int(os.environ.get("CALL24_FUZZ_PACKETS", "200"))
STRANGER = "127.0.0.66"
VERSION = re.compile(rb"asterisk|22\.[0-9]|pjsip|pjproject", re.IGNORECASE)


def anonymous(answer: bytes, *names: str) -> bytes:
    """Without what differs from one answer to the next."""
    for name in names:
        answer = answer.replace(name.encode(), b"NAME")
    answer = re.sub(rb"(branch=|tag=|nonce=\"|opaque=\"|Call-ID: )[^;\"\r]*", rb"\1", answer)
    return re.sub(rb"rport=\d+|127\.0\.0\.\d+:\d+", b"PORT", answer)


async def test_known_and_unknown_users_are_answered_alike(stack: RunningStack) -> None:
    async with asterisk_network(stack) as network, Knocker(stack.settings.sip_port, STRANGER) as stranger:
        phone = await network.phone()
        known, unknown = phone.username, sip_name(TENANT, DeviceId(new_id("dev")))
        wrong = 'Authorization: Digest username="{}", realm="call24", nonce="1/a", uri="sip:call24", response="0"'
        for method in ("REGISTER", "INVITE", "OPTIONS"):
            for more in ("", wrong):
                answers = [
                    anonymous(await stranger.answer(method, name, more.format(name)), name) for name in (known, unknown)
                ]
                assert answers[0] == answers[1], (method, more)
                assert answers[0].startswith(b"SIP/2.0 401 "), (method, answers[0])
        differences = [await difference_s(stranger, known, unknown) for _ in range(3)]
        assert min(differences) < 0.002, differences


@pytest.mark.parametrize(
    "long",
    [
        300,
        pytest.param(0, marks=pytest.mark.long("test_a_carriers_address_tells_no_phone_from_an_invented_one")),
        pytest.param(3000, marks=pytest.mark.long("test_a_carriers_address_tells_no_phone_from_an_invented_one")),
    ],
)
async def test_a_carriers_address_tells_no_phone_from_an_invented_one(stack: RunningStack, long: int) -> None:
    """Also behind a display name so long that the header is longer than what looks at it."""
    async with asterisk_network(stack) as network, Knocker(stack.settings.sip_port, "127.0.0.1") as carrier:
        phone = await network.phone()
        known, unknown = phone.username, sip_name(TENANT, DeviceId(new_id("dev")))
        wrong = 'Authorization: Digest username="{}", realm="call24", nonce="1/a", uri="sip:call24", response="0"'
        shown = f'"{"x" * long}" ' if long else ""
        uris = ("sip:{}@call24", "sips:{}@call24", "sip:{};a=b@call24", "sip:{}:word@call24", "sip:%74{}@call24")
        for method in METHODS:
            for more, uri in itertools.product(("", wrong), uris):
                said = [uri.format(name[1:] if "%74" in uri else name) for name in (known, unknown)]
                answers = [
                    anonymous(
                        await carrier.answer(method, name, more.format(name), sender=f"{shown}<{one}>"), name, name[1:]
                    )
                    for name, one in zip((known, unknown), said, strict=True)
                ]
                assert answers[0] == answers[1], (method, more, uri)
                assert answers[0].startswith(b"SIP/2.0 401 "), (method, uri, answers[0])
        differences = [await difference_s(carrier, known, unknown) for _ in range(3)]
        assert min(differences) < 0.002, differences


async def difference_s(stranger: Knocker, *names: str) -> float:
    """Between two names, of the time in which a quarter of the requests is answered: a busy machine delays more."""
    took: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(40):
        for name, times in took.items():
            times.append((await stranger.timed("REGISTER", name))[1])
    one, other = (sorted(times)[len(times) // 4] for times in took.values())
    return abs(one - other)


async def test_nobody_is_told_a_version(stack: RunningStack) -> None:
    port = stack.settings.sip_port
    async with (
        asterisk_network(stack) as network,
        Knocker(port, STRANGER) as stranger,
        Knocker(port, "127.0.0.1") as carrier,
    ):
        for method in METHODS:
            answer = await stranger.answer(method, "100", body=SDP if method == "INVITE" else "")
            assert answer.startswith(b"SIP/2.0 401 ") and not VERSION.search(answer), answer
            if method != "INVITE":
                assert not VERSION.search(await carrier.answer(method, NUMBER))
        ringing = asyncio.create_task(carrier.answer("INVITE", NUMBER, body=SDP))
        arrived = await network.heard.next(LegArrived)
        await network.telephony.perform(AnswerLeg(leg=arrived.leg))
        answer = await ringing
        assert answer.startswith(b"SIP/2.0 200 ") and b"s=Call24" in answer and not VERSION.search(answer), answer
        await network.telephony.perform(HangUpLeg(leg=arrived.leg))


# Call-IDs with bytes that are no text; some would also end or cut a dialplan's expression that they are put into.
NO_TEXT = (
    b"odd-\xff\xfe-id",
    b"\xff):0:0(",
    b"x):0:1(\xff",
    b"(((:0:1(\xff",
    b'"\xff',
    b"${LEN(\xff)}",
    b"a,b\\\xff",
    b"\xff]?plain)",
    b"b" * 4200 + b"\xff",
)


async def test_what_is_no_text_in_a_call_hides_neither_it_nor_the_others(stack: RunningStack) -> None:
    """A Call-ID like that is refused; a name in Latin-1, which old exchanges send, is not."""
    async with asterisk_network(stack) as network, Knocker(stack.settings.sip_port, "127.0.0.1") as carrier:
        for number, odd in enumerate(NO_TEXT):
            marked = f"odd-{number}-id"
            carrier.send(carrier.request("INVITE", NUMBER, marked, body=SDP).replace(marked.encode(), odd))
        latin = carrier.request("INVITE", NUMBER, "plain(a):0:1)(", body=SDP).replace(
            b"From: <", b'From: "M\xfcller" <'
        )
        carrier.send(latin)
        arrived = await network.heard.next(LegArrived)
        await network.telephony.perform(AnswerLeg(leg=arrived.leg))

        async def only_one() -> bool:
            listed = await network.ari.request("GET", "/channels")
            return listed.ok and [channel["id"] for channel in listed.body] == [arrived.leg]

        await wait_until(only_one, 10)
        await network.telephony.perform(HangUpLeg(leg=arrived.leg))


async def test_who_goes_on_asking_is_dropped_for_a_while_and_carriers_and_phones_are_not(stack: RunningStack) -> None:
    settings = stack.settings
    port = settings.sip_port
    try:
        filter_sockets(stack.pid("asterisk"), port, [])
    except PermissionError as error:
        pytest.skip(f"this kernel lets nobody fetch another process's socket: {error}")

    async def carriers() -> list[str]:
        return ["127.0.0.77"]

    place, never = settings.asterisk_control, lambda: ["127.0.0.1/32"]
    scanners = Scanners(place, settings.banned, carriers, SystemClock(), never=never)
    async with (
        asterisk_network(stack) as network,
        Knocker(port, STRANGER) as stranger,
        Knocker(port, "127.0.0.77") as known,
    ):
        phone = await network.phone()
        for knocker in (stranger, known):
            for number in range(REFUSED_MAX + 5):
                assert b" 401 " in await knocker.answer("REGISTER", str(number))
        await scanners.look()
        [line] = settings.banned.read_text().splitlines()
        assert line.endswith(f" {STRANGER}")
        assert settings.banned.stat().st_mode & 0o777 == 0o600

        async def silent() -> bool:
            return not await answered(stranger)

        await wait_until(silent, 15)
        await wait_until(lambda: answered(known), 15)
        await phone.register(5)
        (await network.dial()).hang_up()
        settings.banned.unlink()
        await wait_until(lambda: answered(stranger), 15)


async def answered(knocker: Knocker) -> bool:
    try:
        return b" 401 " in await knocker.answer("OPTIONS", "100", wait_s=1.0)
    except TimeoutError:
        return False


async def test_only_what_is_listed_is_loaded(stack: RunningStack) -> None:
    listed = set(re.findall(r"^load=(\S+)", (TEMPLATES / "modules.conf").read_text(), re.MULTILINE))
    said = await told_by(stack.settings.asterisk_control, "module show")
    assert set(re.findall(r"^(\S+\.so) ", said, re.MULTILINE)) == listed
    log = (stack.settings.asterisk_var / "log" / "messages").read_text(errors="replace")
    assert not re.search("ERROR.* (loader|config)", log), log


@pytest.mark.long("test_known_and_unknown_users_are_answered_alike")
async def test_sipvicious_finds_no_extension_and_no_version(stack: RunningStack, tmp_path: Path) -> None:
    async with asterisk_network(stack) as network:
        # its tools send from 127.0.0.1, whatever they are told
        await network.endpoints.remove_trunk(TENANT, LOCAL_TRUNK.trunk_id)
        phone = await network.phone()
        names, invented = tmp_path / "names", sip_name(TENANT, DeviceId(new_id("dev")))
        names.write_text("\n".join([phone.username, invented, *map(str, range(100, 120)), "call24", "carriers"]))
        port = str(stack.settings.sip_port)
        found = await vicious(tmp_path, "svmap", "-p", port, "127.0.0.1")
        assert "Call24" in found and not VERSION.search(found.encode()), found
        for method in ("REGISTER", "INVITE"):
            said = await vicious(tmp_path, "svwar", "-p", port, "-m", method, "-d", str(names), "--force", "127.0.0.1")
            assert not any(f"| {name}" in said for name in names.read_text().split()), said
        words = tmp_path / "words"
        words.write_text("\n".join(["1234", "password", phone.username, "call24"]))
        said = await vicious(tmp_path, "svcrack", "-p", port, "-u", phone.username, "-d", str(words), "127.0.0.1")
        assert f"| {phone.username}" not in said, said
        assert await network.endpoints.put_trunk(LOCAL_TRUNK)


async def vicious(folder: Path, tool: str, *words: str) -> str:
    """What one of its tools says."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / f"sipvicious_{tool}",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "HOME": str(folder)},
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return said.decode(errors="replace")


async def test_nothing_is_served_in_the_clear_but_to_this_machine(system: System) -> None:
    settings = system.settings
    for port in (settings.http_port, settings.wss_port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: call24\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert b"HTTP" not in await asyncio.wait_for(reader.read(100), 15)
        writer.close()
    listening = {int(row.split()[1].split(":")[1], 16): row.split()[1].split(":")[0] for row in tcp_listeners()}
    assert {listening[port] for port in (settings.ari_port, settings.mongodb_port)} == {"0100007F"}


async def test_phones_are_spoken_to_by_good_tls_alone(stack: RunningStack) -> None:
    assert await taken(stack.settings.wss_port) == TAKEN


async def test_carriers_are_spoken_to_by_good_tls_alone(stack: RunningStack) -> None:
    assert await taken(stack.settings.sip_tls_port) == TAKEN


@pytest.mark.parametrize(
    ("suite", "talks"),
    [
        (GOOD[0], True),
        (WEAK[0], False),
        pytest.param(WEAK[1], False, marks=pytest.mark.long("test_media_of_agents_has_good_suites_alone")),
    ],
)
async def test_media_of_agents_has_good_suites_alone(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch, suite: str, talks: bool
) -> None:
    use_srtp = SSL.Context.set_tlsext_use_srtp

    def with_this_suite(context: SSL.Context, profile: bytes) -> None:
        context.set_cipher_list(f"{suite}:@SECLEVEL=0".encode())
        use_srtp(context, profile)

    monkeypatch.setattr(SSL.Context, "set_tlsext_use_srtp", with_this_suite)
    async with asterisk_network(stack) as network:
        stage = Stage(network)
        story, _ = await stage.arrival(answer=True)
        phone = await network.phone()
        leg = await stage.ring(story, phone.device_id)
        call = await phone.next_call(5)
        if talks:
            await call.answer(timeout_s=10)
        else:
            with pytest.raises((AudioFailed, CallFailed)):
                await call.answer(timeout_s=4)
        await stage.ended(leg, story.leg)


def tcp_listeners() -> list[str]:
    return [row for row in Path("/proc/net/tcp").read_text().splitlines()[1:] if row.split()[3] == "0A"]


async def test_broken_packets_harm_neither_asterisk_nor_calls(system: System) -> None:
    """From strangers and from the carrier's own address, while people talk. CALL24_FUZZ_PACKETS says how many."""
    dice = random.Random(20261126)
    asterisk, server = system.pid("asterisk"), system.pid("server")
    port = system.settings.sip_port
    lost = lost_packets(port)
    async with (
        system.organisation("Acme") as acme,
        Knocker(port, STRANGER) as stranger,
        Knocker(port, "127.0.0.1") as carrier,
    ):
        anna, bert = await acme.crew("Anna", "Bert")
        talk = await acme.talk(anna)
        for number in range(PACKETS):
            knocker = dice.choice((stranger, carrier))
            method = dice.choice((*METHODS, "INVITE", "ACK", "BYE", "CANCEL", "PRACK"))
            user = dice.choice(("+12025550000", "call24", "100", anna.user_id, "carriers"))
            knocker.send(broken(knocker.request(method, user, body=SDP if dice.random() < 0.5 else ""), dice))
            if number % 10 == 9:
                assert b" 401 " in await stranger.answer("REGISTER", "100"), number
            if number % (PACKETS // 2) == PACKETS // 2 - 1:
                await talk.heard()
                second = await acme.talk(bert)
                second.call.hang_up()
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left(timeout_s=30)
    assert (system.pid("asterisk"), system.pid("server")) == (asterisk, server)
    assert "Traceback" not in system.log("server")
    lost = lost_packets(port) - lost
    sys.stdout.write(f"{PACKETS} packets, of which {lost} were lost on the way\n")
    assert lost < PACKETS / 10


async def test_media_that_is_not_authentic_is_not_heard_and_broken_media_hurts_nobody(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the phone's own socket, which somebody in the path could forge."""
    dice = random.Random(20261126)
    asterisk = system.pid("asterisk")
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        audio = talk.offer._audio
        protect = audio._dtls.protect

        def forged(packet: bytes) -> bytes | None:
            whole = protect(packet)
            return None if whole is None else whole[:-1] + bytes([whole[-1] ^ 1])

        def unprotected(packet: bytes) -> bytes | None:
            return packet

        for wrong in (forged, unprotected):
            monkeypatch.setattr(audio._dtls, "protect", wrong)

            async def is_deaf() -> bool:
                return not await talk.call.ear.hears(talk.agent_hz, 0.6)

            await wait_until(is_deaf, 10)
            monkeypatch.setattr(audio._dtls, "protect", protect)
            await talk.heard()
        for number in range(3000):
            first = dice.choice((0x80, 0x80, 0xB0, 0x90, 20, 22, 23, 0, 1))  # RTP of all kinds, DTLS, STUN
            await audio._ice.send(bytes([first, dice.choice((0, 111, 200, 254))]) + dice.randbytes(dice.randrange(400)))
            if number % 1000 == 999:
                await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()
    assert system.pid("asterisk") == asterisk


async def test_logs_are_written_where_it_is_documented_and_nowhere_else(system: System) -> None:
    data = system.settings.data
    told = (CHECKOUT / "docs" / "protection.md").read_text()
    folders = (system.settings.log, system.settings.asterisk_var / "log", data / "audit")
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix != ".fresh" and file.is_file()]
    names = {re.sub(r"\.\d$|-\d{8}(?=\.csv$)", "", file.relative_to(data).as_posix()) for file in files}
    assert {"log/server.log", "log/asterisk.log", "log/mongod.log"} <= names
    assert [name for name in names if f"`{name}`" not in told] == []


def lost_packets(port: int) -> int:
    """Those that the kernel had no room for, of what was sent to a UDP port. Source: proc_pid_net(5), udp."""
    rows = [row.split() for row in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if int(row[1].partition(":")[2], 16) == port)
