"""The PHOTO of a card: what picture it is, and a picture as the PHOTO of a card. Pure.

Source: RFC 2426, 3.1.4; RFC 6350, 6.2.4. An address is never fetched: it stays in the card as it came.
"""

from __future__ import annotations

from call24.address_book_files.photos import photo_bytes, photo_property
from call24.carddav.card_lines import CardLines, line_of

NAME = "PHOTO"


def said(card: CardLines) -> bytes | str | None:
    """The octets of the picture; else what stands there, as an address; None where there is none."""
    found = next(iter(card.all(NAME)), None)
    if found is None or not found.parsed.value.strip():
        return None
    return photo_bytes(found.parsed) or found.parsed.value.strip()


def without(card: CardLines) -> CardLines:
    return CardLines(card.version, tuple(one for one in card.lines if one.name != NAME))


def instead(card: CardLines, jpeg: bytes | None) -> CardLines:
    """With this picture in place of what the card says, or with none."""
    bare = without(card)
    if jpeg is None:
        return bare
    return CardLines(card.version, (*bare.lines, line_of(photo_property(jpeg, card.version))))
