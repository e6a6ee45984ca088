"""XML of requests, read safely, and XML of answers. Pure.

No entity, DTD or processing instruction is taken, so that nothing grows and nothing is fetched; depth and size are
bounded. Source: RFC 4918, 17 and 20.6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from call24.kit.errors import BadRequest

DAV = "DAV:"
CARDDAV = "urn:ietf:params:xml:ns:carddav"
SERVER = "http://calendarserver.org/ns/"
DEPTH_MAX = 20
ELEMENTS_MAX = 5_000
_PREFIXES = {DAV: "d", CARDDAV: "c", SERVER: "cs"}

Name = tuple[str, str]
"""A namespace, empty for none, and a local name."""


class Element:
    __slots__ = ("attributes", "children", "name", "pieces")

    def __init__(self, name: Name, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def child(self, name: Name) -> Element | None:
        return next((one for one in self.children if one.name == name), None)

    def all(self, name: Name) -> Iterator[Element]:
        return (one for one in self.children if one.name == name)


def d(name: str) -> Name:
    return DAV, name


def c(name: str) -> Name:
    return CARDDAV, name


def cs(name: str) -> Name:
    return SERVER, name


def read(body: bytes) -> Element | None:
    """None for an empty body. Raises: BadRequest."""
    if not body.strip():
        return None
    reading = _Reading()
    try:
        reading.parser.Parse(body, True)
    except expat.ExpatError as error:
        raise BadRequest(f"The body is no XML: {expat.ErrorString(error.code)}, line {error.lineno}") from None
    except (ValueError, LookupError):
        raise BadRequest("The body is no XML that is taken: send UTF-8") from None
    assert reading.root is not None  # without one expat raises
    return reading.root


class _Reading:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator="\n")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begun
        self.parser.EndElementHandler = self._ended
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refused("a document type")
        self.parser.EntityDeclHandler = _refused("an entity")
        self.parser.ProcessingInstructionHandler = _refused("a processing instruction")
        self.parser.ExternalEntityRefHandler = _refused("an external entity")

    def _begun(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH_MAX or self._count > ELEMENTS_MAX:
            raise BadRequest(f"At most {ELEMENTS_MAX:,} elements, {DEPTH_MAX} in one another")
        namespace, _, local = name.rpartition("\n")
        made = Element((namespace, local), attributes)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def _ended(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)


def _refused(what: str) -> Callable[..., NoReturn]:
    def refuse(*words: object) -> NoReturn:
        raise BadRequest(f"The body has {what}: leave it out")

    return refuse


def tag(name: Name, inner: str = "") -> str:
    """`inner` is XML."""
    namespace, local = name
    prefix = _PREFIXES.get(namespace)
    if prefix is not None:
        return f"<{prefix}:{local}>{inner}</{prefix}:{local}>" if inner else f"<{prefix}:{local}/>"
    whose = f" xmlns={quoteattr(namespace)}" if namespace else ' xmlns=""'
    return f"<{local}{whose}>{inner}</{local}>" if inner else f"<{local}{whose}/>"


def text(value: str) -> str:
    """As it stands in XML; characters that cannot are left out."""
    return escape("".join(char for char in value if char in "\t\n\r" or (char >= " " and char not in "￾￿")))


def document(name: Name, inner: str) -> bytes:
    prefix = _PREFIXES[name[0]]
    spaces = " ".join(f'xmlns:{short}="{long}"' for long, short in _PREFIXES.items())
    opened = f"{prefix}:{name[1]}"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{opened} {spaces}>{inner}</{opened}>'.encode()
