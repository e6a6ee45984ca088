"""What a file is by what is in it, which kinds are taken, and how it is called. Pure.

A name, and the type that a sender says, decide nothing. The list of kinds is short: what agents attach, and nothing
that a browser or an operating system would run. Sources: the formats' own specifications, and WHATWG's MIME Sniffing
for what a browser would take for a page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from call24.kit.errors import Invalid

HEAD = 1 << 16
"""Bytes of the beginning that are looked at; of the end as many."""
NAME_MAX = 200
_OFFICE = "application/vnd.openxmlformats-officedocument."
EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "audio/wav": ("wav",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mp4": ("m4a",),
    "video/mp4": ("mp4",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "text/plain": ("txt", "csv", "md", "vcf", "log"),
}
"""The kinds that are taken, with the endings that a name of such a file may have."""
_FIRST: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_MPEG_AUDIO = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_ZIP = b"PK\x03\x04"
_PARTS = (
    (b"word/", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}presentationml.presentation"),
)
_MACROS = (b"vbaProject.bin", b"vbaData.xml")
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
}
_PAGE = ("<", "#!", "%!ps", "{\\rtf")
"""Text that begins so is a page, a picture with scripts, a program, or a document of another kind."""


def type_of(head: bytes, tail: bytes) -> str | None:
    """The media type of a whole file by its first and last `HEAD` bytes; None: a kind that is not taken."""
    for magic, type in _FIRST:
        if head.startswith(magic):
            return type
    if head.startswith(_MPEG_AUDIO):
        return "audio/mpeg"
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return "audio/wav" if head[8:12] == b"WAVE" else "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head.startswith(_ZIP):
        return _in_zip(head, tail)
    return "text/plain" if _is_text(head) and _is_text(tail, begins=False) else None


def may_become(head: bytes) -> bool:
    """Whether the beginning of a file that is not whole yet is of a kind that is taken."""
    return head.startswith(_ZIP) or type_of(head, head) is not None


def _in_zip(head: bytes, tail: bytes) -> str | None:
    """OpenDocument says its type first, uncompressed; Office's parts stand in the directory, at the end."""
    if head[30:38] == b"mimetype":
        said = head[38:120]
        return next((one for one in EXTENSIONS if ".oasis." in one and said.startswith(one.encode() + b"PK")), None)
    directory = tail[tail.find(b"PK\x01\x02") :] if b"PK\x01\x02" in tail else b""
    if b"[Content_Types].xml" not in directory or any(macro in directory for macro in _MACROS):
        return None
    return next((type for part, type in _PARTS if part in directory), None)


def _is_text(part: bytes, *, begins: bool = True) -> bool:
    """UTF-8 without control characters; a character may be cut at either end."""
    for cut in range(4) if not begins else range(1):
        try:
            text = part[cut:].decode()
            break
        except UnicodeDecodeError as error:
            if error.start >= len(part) - cut - 3 and error.reason == "unexpected end of data":
                text = part[cut : cut + error.start].decode()
                break
    else:
        return False
    if any((ord(one) < 32 and one not in "\t\n\r\f") or one == "\x7f" for one in text):
        return False
    return not begins or not text.removeprefix("\ufeff").lstrip().lower().startswith(_PAGE)


def clean_name(name: str, field: str = "Upload-Metadata") -> str:
    """As it is shown and downloaded: without folders and characters that are not seen. `field`: where it came from.
    Raises: Invalid."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(one for one in unicodedata.normalize("NFC", last) if unicodedata.category(one)[0] != "C")
    seen = " ".join(seen.split()).strip(". ")
    if not 1 <= len(seen) <= NAME_MAX:
        raise Invalid(errors=[(field, f"a file name of 1 to {NAME_MAX} characters")])
    return seen


def name_of(name: str, type: str) -> str:
    """With an ending of its type: what is text is not opened as a program because of its name."""
    endings = EXTENSIONS[type]
    return name if name.rpartition(".")[2].lower() in endings and "." in name else f"{name}.{endings[0]}"
