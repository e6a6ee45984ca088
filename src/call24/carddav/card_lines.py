"""A card as a client wrote it: its lines, and what they say. Nothing of it is lost. Pure.

What a line means for a person is `address_book_files/vcard_people.py`'s. Here a line that nobody changed stays as it
came, whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from call24.address_book_files.vcards import Property, folded, property_of
from call24.carddav.refusals import NotACard, OtherVersion

PROPERTIES_MAX = 500
UID_MAX = 255
VERSIONS = ("3.0", "4.0")


class Line(msgspec.Struct, frozen=True):
    """`text`: unfolded, as it came."""

    text: str
    parsed: Property

    @property
    def name(self) -> str:
        return self.parsed.name


class CardLines(msgspec.Struct, frozen=True):
    """Without BEGIN, VERSION and END."""

    version: str
    lines: tuple[Line, ...]

    def all(self, name: str) -> list[Line]:
        return [one for one in self.lines if one.name == name]

    def text(self, name: str) -> str:
        return next((one.parsed.text.strip() for one in self.lines if one.name == name), "")

    @property
    def is_group(self) -> bool:
        kinds = (self.text("KIND"), self.text("X-ADDRESSBOOKSERVER-KIND"))
        return any(kind.lower() == "group" for kind in kinds)


def read(body: bytes) -> CardLines:
    """Exactly one card. Raises: NotACard, OtherVersion."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotACard("A card is UTF-8 text") from None
    found = [line for line in unfolded(text.splitlines()) if line.strip()]
    words = [line.strip().upper() for line in found]
    if not found or words[0] != "BEGIN:VCARD" or words[-1] != "END:VCARD":
        raise NotACard("A card begins with BEGIN:VCARD and ends with END:VCARD")
    if words.count("BEGIN:VCARD") != 1 or words.count("END:VCARD") != 1:
        raise NotACard("One card at an address")
    return parsed(found[1:-1])


def parsed(found: Sequence[str], version: str = "") -> CardLines:
    """`found`: lines without BEGIN and END. Raises: NotACard, OtherVersion."""
    lines = []
    for text in found:
        one = property_of(text)
        if one is None:
            raise NotACard("Each line of a card is NAME:value")
        if one.name == "VERSION":
            version = one.value.strip()
        else:
            lines.append(Line(text, one))
    if version not in VERSIONS:
        raise OtherVersion(f"The card is of version {version[:10] or '(none)'}: write 3.0 or 4.0")
    if len(lines) > PROPERTIES_MAX:
        raise NotACard(f"A card has at most {PROPERTIES_MAX} properties")
    return CardLines(version, tuple(lines))


def unfolded(physical: Iterable[str]) -> list[str]:
    whole: list[list[str]] = []
    for line in physical:
        if line[:1] in (" ", "\t") and whole:
            whole[-1].append(line[1:])
        else:
            whole.append([line])
    return ["".join(pieces) for pieces in whole]


def line_of(one: Property) -> Line:
    """A line of our own making."""
    group = f"{one.group}." if one.group else ""
    parameters = "".join(
        f";{name}={','.join(_parameter(value) for value in values)}" for name, values in one.parameters.items()
    )
    return Line(f"{group}{one.name}{parameters}:{one.value}", one)


def _parameter(value: str) -> str:
    made = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{made}"' if any(char in made for char in ',;:"') else made


def text_of(card: CardLines) -> str:
    lines = ["BEGIN:VCARD", f"VERSION:{card.version}", *(one.text for one in card.lines), "END:VCARD"]
    return "".join(folded(line) + "\r\n" for line in lines)
