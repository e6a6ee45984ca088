"""The PHOTO of a vCard as octets, and octets as a PHOTO. Pure: what the octets are is not looked at.

Source: RFC 2426, 3.1.4 (`ENCODING=b`); RFC 6350, 6.2.4 (`data:`); vCard 2.1 (`ENCODING=BASE64`).
"""

from __future__ import annotations

import base64
import binascii
import re

from call24.address_book_files.vcards import Property

_DATA = re.compile(r"data:[\w.+/-]*(?:;[\w.+=-]+)*?;base64\\?,", re.IGNORECASE | re.ASCII)
_ENCODED = ("b", "base64")


def photo_bytes(one: Property) -> bytes | None:
    """None for an address, which nothing fetches, and for what is no base64."""
    value = one.value
    if (data := _DATA.match(value)) is not None:
        value = value[data.end() :]
    elif next(iter(one.parameters.get("ENCODING", ())), "").lower() not in _ENCODED:
        return None
    try:
        return base64.b64decode("".join(value.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def photo_property(jpeg: bytes, version: str) -> Property:
    text = base64.b64encode(jpeg).decode()
    if version == "4.0":
        return Property("PHOTO", f"data:image/jpeg;base64,{text}")
    return Property("PHOTO", text, parameters={"ENCODING": ("b",), "TYPE": ("JPEG",)})
