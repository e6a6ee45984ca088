"""What a part of the installation says at its socket is heard, however late the asker gets its turn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from call24.installer import stack


@contextmanager
def says_and_goes(place: Path, word: bytes) -> Iterator[threading.Event]:
    """Whoever connects is told a word, and the connection is closed; the event says that it is."""
    gone = threading.Event()

    def serve() -> None:
        there, _ = listening.accept()
        there.sendall(word)
        there.close()
        gone.set()

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        yield gone
        thread.join(5)


@pytest.mark.parametrize("question", [b"", b"how are you"])
def test_what_was_said_before_the_asker_got_its_turn_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: bytes
) -> None:
    with says_and_goes(tmp_path / "socket", b"well") as gone:

        class Late(socket.socket):
            """Of a busy machine: the answer is there and the other side gone before the next line runs."""

            def connect(self, address: Any) -> None:
                super().connect(address)
                assert gone.wait(5)

        monkeypatch.setattr(socket, "socket", Late)
        assert stack.ask_socket(tmp_path / "socket", question) == b"well"


def test_where_nobody_listens_nothing_is_said(tmp_path: Path) -> None:
    assert stack.ask_socket(tmp_path / "none") == b""
