"""An e-mail, read: who wrote it, about what, its text and its attachments; and whether a program wrote it.

It trusts nothing: sizes, depth and counts are bounded, and what cannot be read is `Unreadable`. It runs in a thread.
Sources: RFC 5322 (messages), 2045-2047 and 2231 (MIME), 3834 (automatic answers), 3676 (signatures).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import msgspec

from call24.task_mails.plain_text import of_html, plain, without_history, without_signature

ATTACHMENTS_MAX = 20
PARTS_MAX, DEPTH_MAX = 200, 20
REFERENCES_MAX = 20
SUBJECT_MAX, SENDER_MAX = 400, 200
HEAD_MAX, FIELD_MAX, BOUNDARIES_MAX, NESTING_MAX = 1 << 18, 1 << 14, 5000, 50
TEXT_MAX = 300_000
"""Bytes of a text that are read."""
_FIELDS = re.compile(rb"(?im)^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_NESTING = re.compile(rb"(?im)^content-type:\s*(?:multipart|message)/")
_BULK = ("bulk", "junk", "auto_reply")


class Unreadable(Exception):
    """Not a message, or one that is made to break whoever reads it."""


class Attachment(msgspec.Struct, frozen=True):
    name: str
    content: bytes


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """`message_id`: its own, or a hash of it where it has none; `references`: of earlier ones, the nearest first.

    `sender`: as a task shows it; `address`: of the sender, empty where it names none. `text`: the whole; `answer`:
    without signature and what it quotes. `dropped`: attachments beyond `ATTACHMENTS_MAX`. `automatic`: why it is no
    person's, or None.
    """

    message_id: str
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: str = ""
    address: str = ""
    text: str = ""
    answer: str = ""
    attachments: tuple[Attachment, ...] = ()
    dropped: int = 0
    automatic: str | None = None


def read(content: bytes) -> Mail:
    """Raises: Unreadable."""
    try:
        return _read(content)
    except Unreadable:
        raise
    except (Exception, RecursionError) as error:  # the standard library's parser raises nearly anything
        raise Unreadable(type(error).__name__) from error


def _read(content: bytes) -> Mail:
    _check_size(content)
    message = message_from_bytes(content, policy=policy.compat32)
    if not message.keys():
        raise Unreadable("no header")
    name, address = parseaddr(_header(message, "From"))
    body, attachments, dropped = _parts(message)
    return Mail(
        message_id=_own_id(message, content),
        references=_references(message),
        subject=_header(message, "Subject")[:SUBJECT_MAX],
        sender=_sender(name, address),
        address=address if "@" in address and len(address) <= SENDER_MAX else "",
        text=body.strip(),
        answer=without_signature(without_history(body)),
        attachments=tuple(attachments),
        dropped=dropped,
        automatic=_automatic(message),
    )


def _check_size(content: bytes) -> None:
    """What would cost the parser more than it is worth. Raises: Unreadable."""
    head = content[:HEAD_MAX]
    if len(head) == HEAD_MAX and b"\r\n\r\n" not in head:
        raise Unreadable("its header is too long")
    if content.count(b"\n--") > BOUNDARIES_MAX:
        raise Unreadable("too many parts")
    if len(_NESTING.findall(content)) > NESTING_MAX:  # the parser asks each of them about each line
        raise Unreadable("too many parts within parts")
    if any(len(found[0]) > FIELD_MAX for found in _FIELDS.finditer(content)):
        raise Unreadable("a header of a part is too long")


def _own_id(message: Message, content: bytes) -> str:
    """A server that tries again sends the same bytes again."""
    found = _MESSAGE_ID.search(_raw(message, "Message-ID"))
    return found[0] if found else "sha256:" + hashlib.sha256(content).hexdigest()


def _references(message: Message) -> tuple[str, ...]:
    nearest = _MESSAGE_ID.findall(_raw(message, "In-Reply-To")[:4000])
    earlier = _MESSAGE_ID.findall(_raw(message, "References")[-8000:])
    return tuple(dict.fromkeys([*nearest, *reversed(earlier)]))[:REFERENCES_MAX]


def _automatic(message: Message) -> str | None:
    """Source: RFC 3834 for answers; RFC 3464, and what is common, for reports. A mailing list may be how colleagues
    share an address: what comes by one is a person's, and nothing answers it, so that nothing goes in circles."""
    said = _raw(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if said not in ("no", ""):
        return "it was sent by a program (Auto-Submitted)"
    if _raw(message, "Precedence").strip().lower() in _BULK:
        return "it was sent to many (Precedence)"
    if message.get("X-Autoreply") is not None or message.get("X-Autorespond") is not None:
        return "it is an automatic answer"
    if message.get_content_type() == "multipart/report":
        return "it is a report of a mail server"
    return None


def _raw(message: Message, name: str) -> str:
    """As it was sent; bytes that are no ASCII are UTF-8 (RFC 6532). Empty where there is none."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return ""


def _header(message: Message, name: str) -> str:
    return _line(_raw(message, name))


def _line(raw: str) -> str:
    """One line of printable characters, with the words that are encoded decoded (RFC 2047)."""
    raw = raw[:4000]
    try:
        text = str(make_header(decode_header(raw)))
    except (ValueError, LookupError):  # a charset that nobody knows, or a word that is not as RFC 2047 has it
        text = raw
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _sender(name: str, address: str) -> str:
    shown = f"{name} <{address}>" if name and name != address else address
    return shown[:SENDER_MAX] or "unknown"


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """A forwarded message is one, as a whole."""
    if depth > DEPTH_MAX:
        raise Unreadable("nested too deeply")
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _parts(message: Message) -> tuple[str, list[Attachment], int]:
    """The text, attachments, and how many were too many. Of a text in two forms the plain one is read."""
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    dropped = 0
    for number, part in enumerate(_leaves(message), 1):
        if number > PARTS_MAX:
            raise Unreadable("too many parts")
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if not attached and kind == "text/plain":
            texts.append(plain(_decoded(part)))
        elif not attached and kind == "text/html":
            pages.append(of_html(_decoded(part)))
        elif len(attachments) >= ATTACHMENTS_MAX:
            dropped += 1
        else:
            attachments.append(Attachment(_name(part, number), _bytes(part)))
    # Newsletters and some programs send a plain text that only says that there is a page.
    chosen = texts if any(one.strip() for one in texts) else pages
    return "\n\n".join(one for one in chosen if one), attachments, dropped


def _bytes(part: Message) -> bytes:
    if part.is_multipart():  # a forwarded message
        return b"\n".join(bytes(one) for one in part.get_payload() if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: Message) -> str:
    content = _bytes(part)[:TEXT_MAX]
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _name(part: Message, number: int) -> str:
    return _line(part.get_filename() or "") or f"attachment-{number}"
