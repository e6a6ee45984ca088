"""What the main process and a node say to each other. Pure.

`socket` is the number that a node gave one of its sockets: never given twice in the node's life, so that nothing that
is still on the way can reach a later one. `re`: the number of a question, which its answer repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import pack, unpack

import msgspec


class _Word(msgspec.Struct, frozen=True, array_like=True, tag_field="word"):
    pass


# A node says


class Opened(_Word, frozen=True, tag="opened"):
    """A socket of an organisation's own application."""

    socket: int
    socket_id: str
    key: str


class Said(_Word, frozen=True, tag="said"):
    """What a client said on a socket that the main process knows."""

    socket: int
    text: str


class SocketLeft(_Word, frozen=True, tag="left"):
    socket: int


class Which(_Word, frozen=True, tag="which"):
    """Of which application is this socket? Answered with its key, or with nothing."""

    re: int
    socket_id: str


class Authorise(_Word, frozen=True, tag="authorise"):
    """A session asks to hear something on this socket."""

    re: int
    socket_id: str
    user_id: str
    token_id: str
    role: str


class ApiRequest(_Word, frozen=True, tag="asked"):
    """A request to the HTTP API, as it came."""

    re: int
    method: str
    path: str
    query: str
    body: bytes


# The main process says


class Put(_Word, frozen=True, tag="put"):
    """A websocket frame for these sockets (`packed`)."""

    sockets: bytes
    frame: bytes


class Closed(_Word, frozen=True, tag="closed"):
    socket: int
    code: int
    reason: str


class Granted(_Word, frozen=True, tag="granted"):
    """From now on this socket of the built-in application is a session's, and the main process knows it."""

    socket: int
    socket_id: str
    user_id: str
    token_id: str


class Changed(_Word, frozen=True, tag="changed"):
    """An application of the organisation was made, changed or removed."""


class Answered(_Word, frozen=True, tag="answered"):
    """`status`: as HTTP has them."""

    re: int
    status: int
    body: bytes = b""


Word = Opened | Said | SocketLeft | Which | Authorise | ApiRequest | Put | Closed | Granted | Changed | Answered

_decoder = msgspec.msgpack.Decoder(list[Word])


def encoded(words: Sequence[Word]) -> bytes:
    return msgspec.msgpack.encode(words)


def decoded(body: bytes) -> list[Word]:
    """Raises: msgspec.DecodeError."""
    return _decoder.decode(body)


WORD_BYTES = 100
"""Of memory that a word takes, about, beside what it carries."""


def size(word: Word) -> int:
    """Bytes, about."""
    match word:
        case Put(sockets=sockets, frame=frame):
            return WORD_BYTES + len(sockets) + len(frame)
        case Said(text=text):
            return WORD_BYTES + len(text)
        case ApiRequest(body=body) | Answered(body=body):
            return WORD_BYTES + len(body)
    return WORD_BYTES


def carries(word: Word) -> bool:
    """Something of clients', as much as they like; all others keep both ends' accounts."""
    return isinstance(word, Put | Said | ApiRequest | Answered)


def packed(sockets: Iterable[int]) -> bytes:
    """Four bytes for each."""
    numbers = list(sockets)
    return pack(f"<{len(numbers)}I", *numbers)


def unpacked(sockets: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(sockets) // 4}I", sockets)


# A socket's id says which node has it, and which of its sockets it is; the rest of both figures is drawn.

_DRAWN = 10**10
_DRAWN_BESIDE = 10**6


def socket_id(node: int, socket: int, drawn: int, drawn_beside: int) -> str:
    """`node`: from 1 on; `drawn` has at most 10 digits, `drawn_beside` at most 6. The main process's own sockets have
    ids as if of node 0."""
    return f"{node * _DRAWN + drawn % _DRAWN}.{socket * _DRAWN_BESIDE + drawn_beside % _DRAWN_BESIDE}"


def place_of(socket_id: str) -> tuple[int, int]:
    """Its node, 0 for the main process, and its number there."""
    first, _, second = socket_id.partition(".")
    return int(first) // _DRAWN, int(second) // _DRAWN_BESIDE
