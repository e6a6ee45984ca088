"""What an address may be called, which ids belong to a mail, and what a task says of it. Pure."""

from __future__ import annotations

import re
import secrets

from call24.kit.errors import Invalid
from call24.kit.ids import FileId, TaskAddressId, TaskCommentId, TaskId, TenantId, derived_id
from call24.task_mails.message import Mail
from call24.tasks.rules import TEXT_MAX, TITLE_MAX

ADDRESSES_MAX = 20
"""Of an organisation."""
NAME_MAX = 60
FILE_NAME_MAX = 150
PREFIX = "tasks+"
WITHOUT_SUBJECT = "E-mail without a subject"
WHOLE_TEXT = "message.txt"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_TOKEN_LENGTH = 20
_CUT = f"\n\n(The whole text is in the file {WHOLE_TEXT}.)"
_TASK_ID = re.compile(r"\btsk_[0-9a-z]{26}\b")


def new_token() -> str:
    """97 bits, of letters and digits that are not taken for one another."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_TOKEN_LENGTH))


def address_of(token: str, domain: str) -> str:
    return f"{PREFIX}{token}@{domain}"


def token_in(address: str, domain: str) -> str | None:
    """None: of another domain, or of no form that is given out. Case says nothing."""
    local, _, whose = address.strip().lower().rpartition("@")
    if whose != domain or not local.startswith(PREFIX):
        return None
    token = local.removeprefix(PREFIX)
    return token if len(token) == _TOKEN_LENGTH and set(token) <= set(_ALPHABET) else None


def check_name(name: str) -> str:
    """Raises: Invalid."""
    text = " ".join(name.split())
    if len(text) > NAME_MAX or not (text or "x").isprintable():
        raise Invalid(errors=[("name", f"at most {NAME_MAX} printable characters")])
    return text


# --- ids: the same mail gives the same, however often it is delivered ---


def task_id(address_id: TaskAddressId, message_id: str) -> TaskId:
    return TaskId(derived_id("tsk", address_id, message_id))


def comment_id(tenant_id: TenantId, message_id: str) -> TaskCommentId:
    """Of the whole organisation: a reply may come to another of its addresses."""
    return TaskCommentId(derived_id("tcm", tenant_id, message_id))


def refusal_id(task: TaskId, message_id: str) -> TaskCommentId:
    return TaskCommentId(derived_id("tcm", task, message_id, "not taken"))


def file_id(task: TaskId, message_id: str, number: int) -> FileId:
    return FileId(derived_id("fil", task, message_id, str(number)))


def tasks_named(mail: Mail) -> list[TaskId]:
    """Ids of tasks in the subject, as whoever answers may put them there."""
    return [TaskId(one) for one in dict.fromkeys(_TASK_ID.findall(mail.subject))]


# --- words ---


def title_of(mail: Mail) -> str:
    return mail.subject[:TITLE_MAX].strip() or WITHOUT_SUBJECT


def text_of(mail: Mail, *, reply: bool) -> tuple[str, str | None]:
    """What the task, or its comment, says; and the whole text, where that is longer than either may be, or something
    of an answer was left out."""
    words = mail.answer if reply else mail.text
    said, whole = (f"From: {mail.sender}\n\n{text}".rstrip() for text in (words, mail.text))
    if len(said) <= TEXT_MAX:
        return said, whole if whole != said else None
    return said[: TEXT_MAX - len(_CUT)] + _CUT, whole


def file_name(name: str) -> str:
    """With its ending, where it is longer than a file's may be."""
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= FILE_NAME_MAX else stem[: FILE_NAME_MAX - 20] + dot + ending[:19]


def not_taken(refused: list[tuple[str, str]]) -> str:
    """`refused`: names of attachments, and why."""
    lines = [f"{name}: {why}" for name, why in refused]
    text = "Attachments of the e-mail that were not taken:\n" + "\n".join(lines)
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"
