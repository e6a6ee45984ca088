"""Banned addresses are dropped by the kernel on another process's socket, and nobody else is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from call24.standalone.dropping import Dropping, filter_sockets, lasting, read

LISTENER = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.unit.test_dropping import pair
udp, tcp = pair()
tcp.listen()
print(udp.getsockname()[1], flush=True)
while True:
    print(udp.recvfrom(100)[1][0], flush=True)
"""
CHECKOUT = Path(__file__).resolve().parents[2]
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
        with socket.socket() as one:
            one.bind((address, 0))
            one.settimeout(0.3 if address == LOUD else 5)
            try:
                one.connect(("127.0.0.1", self.port))
            except TimeoutError:
                return False
            return True


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


def test_what_a_banned_address_sends_does_not_arrive_until_its_time_is_over(listener: Listener, tmp_path: Path) -> None:
    said: list[str] = []
    now = [NOW]
    banned = tmp_path / "banned"
    dropping = Dropping(banned, listener.port, said.append, lambda: now[0])
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
        dropping = Dropping(banned, port, pytest.fail, lambda: NOW)
        dropping(os.getpid())
        tcp.listen()
        dropping(os.getpid())
        loud.bind((LOUD, 0))
        loud.settimeout(0.3)
        with pytest.raises(TimeoutError):
            loud.connect(("127.0.0.1", port))


def test_as_many_as_are_kept_fit_into_the_kernels_filter(listener: Listener) -> None:
    filter_sockets(listener.process.pid, listener.port, [f"10.0.{n // 250}.{n % 250}" for n in range(499)] + [LOUD])
    assert not listener.hears(LOUD)
    assert listener.hears(CALM)


def test_where_the_kernel_does_not_let_us_it_is_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    banned = tmp_path / "banned"
    banned.write_text(f"{NOW + 60:.0f} {LOUD}\n")
    dropping = Dropping(banned, 5060, said.append, lambda: NOW)
    for _ in range(2):
        dropping(2**22 + 1)  # there is no such process
    assert len(said) == 1 and "cannot be dropped" in said[0]


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
