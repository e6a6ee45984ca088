"""Banned addresses are dropped by the kernel on another process's socket, and nobody else is."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from call24.installer import packet_filter, sip_firewall
from call24.installer.sip_firewall import SipFirewall, filter_sockets, lasting, read, read_carriers

LISTENER = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.unit.installer.test_sip_firewall import pair
udp, tcp = pair()
tcp.listen()
print(udp.getsockname()[1], flush=True)
while True:
    print(udp.recvfrom(100)[1][0], flush=True)
"""
CHECKOUT = Path(__file__).resolve().parents[3]
NOW = 1_800_000_000.0
CALM, LOUD = "127.0.0.1", "127.0.0.66"


def pair() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP at one port."""
    while True:
        udp, tcp = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(udp.getsockname())
        except OSError:  # somebody else's
            udp.close()
            tcp.close()
            continue
        return udp, tcp


class Listener:
    def __init__(self) -> None:
        words = [sys.executable, "-c", LISTENER, str(CHECKOUT)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.port = int(self.said())

    def said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def send(self, address: str) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.bind((address, 0))
            sender.sendto(b"OPTIONS", ("127.0.0.1", self.port))

    def hears(self, address: str) -> bool:
        """What comes behind it tells that it did not come: this machine keeps the order."""
        self.send(address)
        self.send("127.0.0.99")
        heard = [self.said()]
        if heard[0] != "127.0.0.99":
            heard.append(self.said())
        return address in heard

    def answers(self, address: str) -> bool:
        """Whether a connection can be made; one that is dropped stays without any answer."""
        return connects(address, ("127.0.0.1", self.port))


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    try:
        filter_sockets(made.process.pid, made.port, [])
    except PermissionError as error:
        pytest.skip(f"this kernel lets nobody fetch another process's socket: {error}")
    yield made
    made.process.kill()
    made.process.wait()
    assert made.process.stdout
    made.process.stdout.close()


def test_a_line_that_is_no_address_neither_ends_anything_nor_lifts_the_others(tmp_path: Path) -> None:
    banned, carriers = tmp_path / "banned", tmp_path / "carriers"
    banned.write_bytes(
        f"99999999999 aaaa\n{NOW + 60:.0f} {LOUD}\n{'9' * 5000} 192.0.2.1\n99999999999 fe80::1%eth0\n".encode()
        + b"\xff\xfe 1"
    )
    assert lasting(banned, NOW) == [LOUD]
    carriers.write_text("aaaa\n1.2.3.4/999\n192.0.2.0/24\nfe80::1%eth0\n")
    assert read_carriers(carriers) == ("192.0.2.0/24", "fe80::1%eth0")
    allowed = packet_filter.allowing(socket.AF_INET, read_carriers(carriers) or ())
    assert allowed is not None and len(allowed) == 5


def test_what_a_banned_address_sends_does_not_arrive_until_its_time_is_over(listener: Listener, tmp_path: Path) -> None:
    said: list[str] = []
    now = [NOW]
    banned = tmp_path / "banned"
    dropping = SipFirewall(banned, listener.port, said.append, lambda: now[0])
    dropping(listener.process.pid)
    assert listener.hears(LOUD) and listener.answers(LOUD)
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n{NOW + 60:.0f} 2001:db8::1\n{NOW - 1:.0f} {CALM}\n")
    dropping(listener.process.pid)
    assert not listener.hears(LOUD) and not listener.answers(LOUD)
    assert listener.hears(CALM) and listener.answers(CALM)
    now[0] += 61
    dropping(listener.process.pid)
    assert listener.hears(LOUD) and listener.answers(LOUD)
    assert said == []


def test_a_program_that_opens_its_sockets_later_is_met_all_the_same(listener: Listener, tmp_path: Path) -> None:
    banned = tmp_path / "banned"
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n")
    udp, tcp = pair()
    with udp, tcp, socket.socket() as loud:
        port = udp.getsockname()[1]
        dropping = SipFirewall(banned, port, pytest.fail, lambda: NOW)
        dropping(os.getpid())
        tcp.listen()
        dropping(os.getpid())
        loud.bind((LOUD, 0))
        loud.settimeout(0.3)
        with pytest.raises(TimeoutError):
            loud.connect(("127.0.0.1", port))


def test_a_socket_that_is_opened_anew_at_the_port_is_met_as_the_one_before_it(
    listener: Listener, tmp_path: Path
) -> None:
    banned, carriers = tmp_path / "banned", tmp_path / "carriers"
    carriers.write_text(f"{CALM}\n")
    udp, tcp = pair()
    with udp, tcp, socket.socket() as tls, socket.socket() as anew:
        tcp.listen()
        place = listens(tls, ("127.0.0.1", 0))
        dropping = SipFirewall(
            banned, udp.getsockname()[1], pytest.fail, lambda: NOW, carriers=carriers, tls_port=place[1]
        )
        dropping(os.getpid())
        assert not connects(LOUD, place)
        tls.close()
        dropping(os.getpid())  # there is none for a moment
        listens(anew, place)
        assert connects(LOUD, place), "it has no filter yet"
        dropping(os.getpid())
        assert not connects(LOUD, place) and connects(CALM, place)


def test_a_socket_that_is_opened_anew_is_met_where_carriers_are_too_many(listener: Listener, tmp_path: Path) -> None:
    banned, carriers = tmp_path / "banned", tmp_path / "carriers"
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n")
    carriers.write_text("".join(f"10.{n // 16384}.{n // 128 % 128}.{n % 128 * 2}\n" for n in range(5000)))
    said = list[str]()
    udp, tcp = pair()
    with udp, tcp, socket.socket() as tls, socket.socket() as anew:
        tcp.listen()
        place = listens(tls, ("127.0.0.1", 0))
        dropping = SipFirewall(
            banned, udp.getsockname()[1], said.append, lambda: NOW, carriers=carriers, tls_port=place[1]
        )
        dropping(os.getpid())
        assert connects(CALM, place) and not connects(LOUD, place) and "too many networks" in said[0]
        tls.close()
        dropping(os.getpid())  # there is none for a moment
        listens(anew, place)
        assert connects(LOUD, place), "it has no filter yet"
        dropping(os.getpid())
        assert not connects(LOUD, place) and connects(CALM, place) and len(said) == 1


def listens(one: socket.socket, place: tuple[str, int]) -> tuple[str, int]:
    """Where; at once after another one was closed there."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(place)
    one.listen()
    address, port = one.getsockname()
    return address, port


def connects(address: str, place: tuple[str, int]) -> bool:
    with socket.socket() as one:
        one.bind((address, 0))
        one.settimeout(0.3 if address == LOUD else 5)
        try:
            one.connect(place)
        except TimeoutError:
            return False
        return True


def test_as_many_as_are_kept_fit_into_the_kernels_filter(listener: Listener) -> None:
    filter_sockets(listener.process.pid, listener.port, [f"10.0.{n // 250}.{n % 250}" for n in range(499)] + [LOUD])
    assert not listener.hears(LOUD)
    assert listener.hears(CALM)


def test_where_the_kernel_does_not_let_us_it_is_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    banned = tmp_path / "banned"
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n")
    dropping = SipFirewall(banned, 5060, said.append, lambda: NOW)
    for _ in range(2):
        dropping(2**22 + 1)  # there is no such process
    assert len(said) == 1 and "cannot be dropped" in said[0]


def test_where_only_root_may_filter_tcp_udp_is_filtered_and_it_is_said_once(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Linux 6.18 does."""
    attach = sip_firewall._attach

    def kernel(one: socket.socket, wanted: list[packet_filter.Instruction]) -> None:
        if one.type == socket.SOCK_STREAM and wanted:
            raise PermissionError(1, "Operation not permitted")
        attach(one, wanted)

    monkeypatch.setattr(sip_firewall, "_attach", kernel)
    banned, carriers, said = tmp_path / "banned", tmp_path / "carriers", list[str]()
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n")
    carriers.write_text("192.0.2.0/24\n")
    firewall = SipFirewall(banned, listener.port, said.append, lambda: NOW, carriers=carriers)
    for _ in range(3):
        firewall(listener.process.pid)
    assert [line.partition(",")[0] for line in said] == ["SIP over TCP and TLS is open to every address"]
    assert (listener.hears(LOUD), listener.hears(CALM)) == (False, True)
    assert listener.answers(CALM)


def test_a_damaged_list_bans_nobody(tmp_path: Path) -> None:
    banned = tmp_path / "banned"
    assert read(banned, NOW) == {}
    banned.write_text("soon 10.0.0.1\n\n1 2 3\n99999999999\n")
    assert read(banned, NOW) == {}


def test_of_more_bans_than_the_kernel_takes_those_count_that_last_longest(tmp_path: Path) -> None:
    banned = tmp_path / "banned"
    lines = [f"{NOW + 60 + n:.0f} 10.0.{n // 250}.{n % 250}" for n in range(600)]
    banned.write_text("\n".join(reversed(lines)))
    assert set(lasting(banned, NOW)) == {line.split()[1] for line in lines[100:]}


def test_by_tcp_only_carriers_connect_and_udp_is_as_before(listener: Listener, tmp_path: Path) -> None:
    carriers, said = tmp_path / "carriers", list[str]()
    dropping = SipFirewall(tmp_path / "banned", listener.port, said.append, lambda: NOW, carriers=carriers)
    dropping(listener.process.pid)
    assert listener.answers(LOUD)
    carriers.write_text("127.0.0.0/30\n127.0.0.64/31\n10.0.0.0/8\n2001:db8::/32\n")
    dropping(listener.process.pid)
    assert listener.answers(CALM) and listener.answers("127.0.0.65") and not listener.answers(LOUD)
    assert listener.hears(LOUD)
    carriers.write_text("127.0.0.64/30\n")
    dropping(listener.process.pid)
    assert listener.answers(LOUD) and said == []
    (tmp_path / "banned").write_text(f"{NOW + 60:.0f} {LOUD}\n")
    dropping(listener.process.pid)
    assert not listener.answers(LOUD) and not listener.hears(LOUD)


def test_as_many_networks_as_fit_are_held_and_more_leave_it_open_with_a_word(
    listener: Listener, tmp_path: Path
) -> None:
    carriers, said = tmp_path / "carriers", list[str]()
    banned = tmp_path / "banned"
    banned.write_text("".join(f"{NOW + 60:.0f} 10.0.{n // 250}.{n % 250}\n" for n in range(500)))
    dropping = SipFirewall(banned, listener.port, said.append, lambda: NOW, carriers=carriers)
    carriers.write_text("".join(f"10.1.{n // 128}.{n % 128 * 2}\n" for n in range(800)))
    dropping(listener.process.pid)
    assert not listener.answers(LOUD) and said == []
    carriers.write_text("".join(f"10.1.{n // 128}.{n % 128 * 2}\n" for n in range(801)))
    dropping(listener.process.pid)
    assert listener.answers(LOUD) and len(said) == 1


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
        ("2001:db8:0:8000::/49", "2001:db8:0:ffff::1", "2001:db8:0:7fff::1"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::2"),
        ("::/0", "2001:db8::1", None),
        ("192.0.2.0/25", "192.0.2.127", "192.0.2.128"),
        ("0.0.0.0/0", "255.255.255.255", None),
    ],
)
def test_a_network_is_met_to_its_last_bit(network: str, inside: str, outside: str | None) -> None:
    family = socket.AF_INET6 if ":" in network else socket.AF_INET
    program = packet_filter.allowing(family, [network])
    assert program is not None
    assert taken(program, inside)
    assert outside is None or not taken(program, outside)


def taken(program: list[packet_filter.Instruction], source: str) -> bool:
    """What the kernel's machine does with a packet from there. Source: linux/filter.h."""
    address = ipaddress.ip_address(source)
    header = bytes(12 if address.version == 4 else 8) + address.packed
    at = held = 0
    while True:
        code, then, other, k = program[at]
        at += 1
        if code == 0x06:
            return k != 0
        if code == 0x20:
            held = int.from_bytes(header[k - 0xFFF00000 :][:4], "big")
        elif code == 0x54:
            held &= k
        else:
            met = {0x15: held == k, 0x35: held >= k, 0x25: held > k}[code]
            at += then if met else other
